
/*
 * Copyright (C) the bmcgate authors
 *
 * Drivers' own words, with a set of drivers that this test brings instead of
 * the library's: those of the example in the documentation.
 */


#include "conf_rig.h"
#include "driver_find.h"

#include "drivers/driver.h"


typedef struct {
    int64_t        port;
    int64_t        tls;
    const char    *user;
    bmc_secret_t  *password;
    const char    *url;
    bmc_list_t     options;
    uint8_t        quiet;
    unsigned       seen;
    bool           port_is_set;
    bool           user_is_set;
} fake_t;


static void
fake_seen(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *block)
{
    fake_t  *f;

    f = block;
    f->seen += (unsigned) nwords - 1;
}


#define AT(field)  offsetof(fake_t, field)
#define IN_HOST    BMC_WORD_IN_HOST


static const bmc_word_t  fake_words[] = {

    { "port", BMC_WORD_NUMBER, AT(port), "1 65535", NULL, 0, "" },
    { "tls", BMC_WORD_ENUM, AT(tls), "verify pin off", NULL, 0, "" },
    { "user", BMC_WORD_STRING, AT(user), NULL, NULL, 0, "" },
    { "password", BMC_WORD_SECRET, AT(password), NULL, NULL, 0, "" },
    { "options", BMC_WORD_STRINGS, AT(options), NULL, NULL, 0, "" },
    { "quiet", BMC_WORD_FLAG, AT(quiet), NULL, NULL, 0, "" },
    { "seen", BMC_WORD_CUSTOM, AT(seen), NULL, fake_seen, 0, "" },
    { "once", BMC_WORD_CUSTOM, 0, NULL, fake_seen, BMC_WORD_ONCE, "" },
    { "cipher", BMC_WORD_NUMBER, AT(port), NULL, NULL, 0, "" },
    { "privilege", BMC_WORD_STRING, AT(user), NULL, NULL, 0, "" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static const bmc_word_t  fake_loose_words[] = {

    { "url", BMC_WORD_STRING, AT(url), NULL, NULL, IN_HOST, "" },
    { "power.on", BMC_WORD_STRING, AT(url), NULL, NULL, IN_HOST, "" },
    { "power.status", BMC_WORD_STRING, AT(user), NULL, NULL, IN_HOST, "" },
    { "token", BMC_WORD_SECRET, AT(password), NULL, NULL, IN_HOST, "" },
    { "device", BMC_WORD_STRING, AT(user), NULL, NULL, IN_HOST, "" },
    { "cluster", BMC_WORD_STRING, AT(url), NULL, NULL, IN_HOST, "" },
    { "namespace", BMC_WORD_STRING, AT(user), NULL, NULL, IN_HOST, "" },
    { "vm", BMC_WORD_STRING, AT(user), NULL, NULL, IN_HOST, "" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static void
fake_check(bmc_conf_t *cf, bmc_hostconf_t *host, void *conf)
{
    fake_t  *f;

    f = conf;
    f->port_is_set = bmc_conf_is_set(cf, &f->port);
    f->user_is_set = bmc_conf_is_set(cf, &host->user);

    if (!f->port_is_set) {
        f->port = 443;
    }

    if (f->port == 13) {
        bmc_conf_error(cf, "host \"%s\" has an unlucky port", host->name);
    }
}


static const bmc_driver_t  fake_redfish = {
    .name = "redfish",
    .words = fake_words,
    .conf_size = sizeof(fake_t),
    .check = fake_check
};

static const bmc_driver_t  fake_ipmi = {
    .name = "ipmi",
    .words = fake_words,
    .conf_size = sizeof(fake_t)
};

static const bmc_driver_t  fake_metal = {
    .name = "metal",
    .words = fake_loose_words,
    .conf_size = sizeof(fake_t)
};

static const bmc_driver_t  fake_exec = {
    .name = "exec",
    .words = fake_loose_words,
    .conf_size = sizeof(fake_t)
};

static const bmc_driver_t  fake_kubevirt = {
    .name = "kubevirt",
    .words = fake_loose_words,
    .conf_size = sizeof(fake_t)
};

static const bmc_driver_t  fake_unmanaged = { .name = "unmanaged" };


const bmc_driver_t *const  bmc_drivers[] = {
    &fake_ipmi,
    &fake_redfish,
    &fake_metal,
    &fake_exec,
    &fake_kubevirt,
    &fake_unmanaged,
    NULL
};


static const fake_t *
conf(const char *host, unsigned i)
{
    return rig_host(host)->dconf[i];
}


/* interfaces.md, but for hashes it abbreviates and folders of this test */

static const char  example[] =
    "include  hosts.d/*.conf;\n"
    "\n"
    "audit    syslog /var/log/bmcgate/audit.log;\n"
    "limit    changes 30/m;                # per actor; stagger for groups\n"
    "stagger  2s;\n"
    "\n"
    "defaults {\n"
    "    driver    auto;                   # ask once: redfish, then ipmi\n"
    "    user      admin;\n"
    "    password  file:secret;            # or env:NAME, credential:NAME\n"
    "    poll      30s;\n"
    "    timeout   5s;\n"
    "}\n"
    "\n"
    "host node7 {\n"
    "    address   10.0.0.7;\n"
    "    mac       92:33:b8:0e:df:8f;\n"
    "    driver    redfish ipmi;           # preferred first\n"
    "    groups    rack1 gpu;\n"
    "    redfish   { tls pin; user svc; password credential:node7; }\n"
    "    ipmi      { cipher 17; privilege operator; }\n"
    "}\n"
    "\n"
    "host testvm { driver kubevirt; cluster lab; namespace default; "
    "vm testvm; }\n"
    "\n"
    "host packet1 { driver metal; url https://api.example/metal/v1; "
    "device 7a1f; token file:metal; }\n"
    "host router  { driver exec; power.on \"ssh router poweron\"; "
    "power.status \"ssh router status\"; }\n"
    "host old1    { driver unmanaged; }    # known, never touched\n"
    "host fresh   { address 10.0.0.8; }\n"
    "\n"
    "role operators { allow read power boot identify media console; }\n"
    "key  homeassistant { sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0"
    "b822cd15d6c15b0f00a08; role operator; hosts node7; }\n"
    "group wheel  { role administrator; }\n"
    "user  svc-ironic { password_hash $6$x$y; role operator; "
    "hosts rack1/*; }\n"
    "ipmi_user admin { password file:ipmi-admin; role operator; hosts *; }\n"
    "snmp { role operator; root 1.3.6.1.4.1.8072.9999.9999.623.1; }\n";


static void
the_documented_example_is_read(void **state)
{
    rig_file("secret", "s\n");
    rig_file("metal", "m\n");
    rig_file("ipmi-admin", "i\n");
    rig_file("node7", "n\n");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", rig.dir, 1), 0);

    rig_fine(example);

    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);

    assert_string_equal(bmc_host_driver(rig_host("node7"), 0), "redfish");
    assert_string_equal(bmc_host_driver(rig_host("node7"), 1), "ipmi");
    assert_int_equal(conf("node7", 0)->tls, 1);
    assert_string_equal(conf("node7", 0)->user, "svc");
    assert_int_equal(conf("node7", 0)->password->kind,
                     BMC_SECRET_CREDENTIAL);
    assert_int_equal(conf("node7", 1)->port, 17);
    assert_string_equal(conf("node7", 1)->user, "operator");
    assert_string_equal(conf("testvm", 0)->url, "lab");
    assert_string_equal(conf("packet1", 0)->password->word,
                        rig_path("metal"));
    assert_string_equal(conf("router", 0)->url, "ssh router poweron");
    assert_string_equal(rig_host("router")->user, "admin");
    assert_string_equal(bmc_host_driver(rig_host("fresh"), 0), "redfish");
    assert_string_equal(bmc_host_driver(rig_host("fresh"), 1), "ipmi");
    assert_null(bmc_host_driver(rig_host("fresh"), 2));
    assert_int_equal(rig.fleet->nprincipals, 4);
}


static void
without_defaults_the_driver_is_auto(void **state)
{
    rig_fine("host n1 { }\nhost n2 { driver auto; }\n");
    assert_string_equal(bmc_host_driver(rig_host("n1"), 0), "redfish");
    assert_string_equal(bmc_host_driver(rig_host("n2"), 1), "ipmi");
}


static void
a_driver_s_defaults_are_every_host_s(void **state)
{
    rig_fine("host n1 { }\n"
             "host n2 { redfish { tls off; } redfish { quiet on; } }\n"
             "defaults { driver redfish; user u; redfish { port 8443; "
             "tls pin; options a b; } }\n"
             "host n3 { redfish { port 1; options c; seen; seen 1 2; } }\n"
             "host n4 { driver ipmi; }\n");

    assert_int_equal(conf("n1", 0)->port, 8443);
    assert_true(conf("n1", 0)->port_is_set);
    assert_true(conf("n1", 0)->user_is_set);
    assert_int_equal(conf("n1", 0)->tls, 1);
    assert_int_equal(conf("n2", 0)->tls, 2);
    assert_int_equal(conf("n2", 0)->quiet, 1);
    assert_int_equal(conf("n2", 0)->options.count, 2);
    assert_int_equal(conf("n3", 0)->port, 1);
    assert_int_equal(conf("n3", 0)->options.count, 1);
    assert_int_equal(conf("n3", 0)->seen, 2);
    assert_int_equal(conf("n4", 0)->port, 0);

    rig_fine("host n1 { driver redfish; }\n");
    assert_int_equal(conf("n1", 0)->port, 443);
    assert_false(conf("n1", 0)->port_is_set);
    assert_false(conf("n1", 0)->user_is_set);
}


static void
words_that_drivers_do_not_know_are_errors(void **state)
{
    rig_wrong("host n1 {\n  driver redfish ipmi;\n  redfish { prot 1; }\n"
              "  metal { url x; }\n  cipher 17;\n}\n",
              "bmcgate.conf:3: unknown directive \"prot\" in \"redfish\" of "
              "host \"n1\" (did you mean \"port\"?)\n"
              "bmcgate.conf:4: \"metal\" in host \"n1\", whose drivers are: "
              "redfish, ipmi\n"
              "bmcgate.conf:5: unknown directive \"cipher\" in host \"n1\"");
    rig_wrong("host n1 { driver metal; tokn x; url { } }\n",
              "bmcgate.conf:1: unknown directive \"tokn\" in host \"n1\" "
              "(did you mean \"token\"?)\n"
              "bmcgate.conf:1: \"url\" takes no block: \";\", not \"{\"");
    rig_wrong("host n1 { driver metal; url a; metal { url b; } }\n",
              "bmcgate.conf:1: duplicate \"url\" in \"metal\" of host "
              "\"n1\"");
    rig_wrong("host n1 { driver ipmi; ipmi { tls maybe; quiet 1;\n"
              "port 0; port x; once 1; once 2; } }\n",
              "bmcgate.conf:1: \"tls\" must be verify, pin or off, not "
              "\"maybe\"\n"
              "bmcgate.conf:1: \"quiet\" must be on or off, not \"1\"\n"
              "bmcgate.conf:2: \"port\" must be a number from 1 to 65535, "
              "not \"0\"\n"
              "bmcgate.conf:2: duplicate \"port\" in \"ipmi\" of host "
              "\"n1\"\n"
              "bmcgate.conf:2: duplicate \"once\" in \"ipmi\" of host "
              "\"n1\"");
    rig_wrong("host n1 { driver ipmi; ipmi { cipher x; } }\n",
              "bmcgate.conf:1: \"cipher\" must be a number, not \"x\"");
    rig_wrong("host n1 { driver ipmi redfish metal exec kubevirt; }\n",
              "bmcgate.conf:1: more than 4 drivers");
    rig_wrong("host n1 { driver ipmi;\n ipmi { port 1\n tls pin; } }\n",
              "bmcgate.conf:2: missing \";\" at the end of \"port\"");
    rig_wrong("host n1 { driver metal;\n url a\n token b; }\n",
              "bmcgate.conf:2: missing \";\" at the end of \"url\"");
    rig_wrong("host n1 { driver ipmi;\n ipmi {\n  port 1;\n",
              "bmcgate.conf:2: the block that begins here is never closed");
}


static void
a_driver_s_own_check_names_the_host_s_line(void **state)
{
    rig_wrong("defaults { driver redfish; }\n"
              "host n1 {\n  redfish { port 13; }\n}\n",
              "bmcgate.conf:2: host \"n1\" has an unlucky port");
}


static void
an_address_is_one_host_s_only(void **state)
{
    rig_wrong("host n1 { address 10.0.0.7; }\n"
              "host n2 { address 10.0.0.8 10.0.0.7; driver ipmi; }\n",
              "bmcgate.conf:2: address 10.0.0.7 is already that of host "
              "\"n1\" (bmcgate.conf:1)");
    rig_wrong("host n[1-3] { address bmc; driver ipmi; }\n",
              "bmcgate.conf:1: address bmc is already that of host \"n1\" "
              "(bmcgate.conf:1)");
    rig_fine("host n1 { address 10.0.0.7; driver ipmi; }\n"
             "host n2 { address 10.0.0.7; driver redfish; }\n");
    rig_fine("host n1 { address 127.0.0.1; driver ipmi; ipmi { port 1; } }\n"
             "host n2 { address 127.0.0.1; driver ipmi; ipmi { port 2; } }"
             "\n");
}


static uint64_t
print_of(const char *text)
{
    rig_fine(text);

    return rig_host("n1")->fingerprint;
}


static void
a_driver_s_words_are_in_the_fingerprint(void **state)
{
    uint64_t  was;

    rig_file("s", "one");
    was = print_of("host n1 { driver ipmi; ipmi { password file:s; } }\n");

    assert_true(print_of("host n1 { ipmi { password file:s; } driver ipmi; }")
                == was);
    assert_false(print_of("host n1 { ipmi { password file:./s; } "
                          "driver ipmi; }") == was);
    rig_file("s", "other");
    assert_false(print_of("host n1 { ipmi { password file:s; } "
                          "driver ipmi; }") == was);
    assert_false(print_of("host n1 { driver ipmi; ipmi { port 1; } }")
                 == print_of("host n1 { driver ipmi; ipmi { port 2; } }"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(the_documented_example_is_read),
        rig_test(without_defaults_the_driver_is_auto),
        rig_test(a_driver_s_defaults_are_every_host_s),
        rig_test(words_that_drivers_do_not_know_are_errors),
        rig_test(a_driver_s_own_check_names_the_host_s_line),
        rig_test(an_address_is_one_host_s_only),
        rig_test(a_driver_s_words_are_in_the_fingerprint)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
