
/*
 * Copyright (C) the bmcgate authors
 *
 * As the words of a driver that has them.
 */


#include "conf_rig.h"
#include "drivers/http/http.h"


#define WORDS_HOST  "    address 10.0.0.7; user u; password p;\n"


/* host n1 with the block; rest is what stands before it */

static const char *
words_conf(const char *rest, const char *block)
{
    static char  text[4096];

    snprintf(text, sizeof(text), "%shost n1 {\n    driver redfish;\n"
             WORDS_HOST "    redfish { %s }\n}\n", rest, block);

    return text;
}


static const bmc_http_conf_t *
words_of(const char *block)
{
    const bmc_http_conf_t  *conf;

    (void) rig_fine(words_conf("", block));
    conf = rig_host("n1")->dconf[0];
    assert_non_null(conf);

    return conf;
}


static void
words_have_defaults(void **state)
{
    const bmc_http_conf_t  *conf;

    conf = words_of("");
    assert_int_equal(conf->tls, BMC_TLS_VERIFY);
    assert_int_equal(conf->port, 443);
    assert_null(conf->ca);
    assert_null(conf->user);
    assert_null(conf->password);
}


static void
words_mean_what_they_say(void **state)
{
    const bmc_http_conf_t  *conf;

    conf = words_of("tls ca /etc/ca.pem; port 8443; user svc; password x;");
    assert_int_equal(conf->tls, BMC_TLS_CA);
    assert_string_equal(conf->ca, "/etc/ca.pem");
    assert_int_equal(conf->port, 8443);
    assert_string_equal(conf->user, "svc");
    assert_non_null(conf->password);

    assert_int_equal(words_of("tls verify;")->tls, BMC_TLS_VERIFY);
    assert_int_equal(words_of("tls pin;")->tls, BMC_TLS_PIN);
    assert_int_equal(words_of("tls off;")->tls, BMC_TLS_OFF);
    conf = words_of("tls none;");
    assert_int_equal(conf->tls, BMC_TLS_NONE);
    assert_int_equal(conf->port, 80);
}


static void
words_that_are_wrong_are_told(void **state)
{
    size_t       i;
    const char  *wrong[] = { "tls;", "tls maybe;", "tls ca;", "tls pin me;",
                             "tls ca /a /b;", "tls none /a;" };

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        rig_wrong(words_conf("", wrong[i]), "bmcgate.conf:4: \"tls\" wants "
                  "verify, ca FILE, pin, off, or none");
    }

    rig_wrong(words_conf("", "tls ca a.pem;"), "bmcgate.conf:4: \"tls ca "
              "a.pem\" is no absolute path");
}


static void
words_need_an_address(void **state)
{
    rig_fine("host n1 { driver redfish; address fe80::7%lo bmc-7.example "
             "10.0.0.7; user u; password p; }\n");
    rig_wrong("host n1 { driver redfish; user u; password p; }\n",
              "bmcgate.conf:1: host \"n1\" has no \"address\", which redfish "
              "needs");
}


/* -- what is read and opened with privileges */

static bmc_http_shared_t *
words_load(const char *block)
{
    char                first[600], why[BMC_TEXT_MAX];
    bmc_http_shared_t  *shared;

    snprintf(first, sizeof(first), "state %s/state;\n", rig.dir);
    (void) rig_fine(words_conf(first, block));
    shared = bmc_http_load(rig.fleet, why);
    assert_non_null(shared);

    return shared;
}


static void
words_pins_are_opened_when_a_host_wants_them(void **state)
{
    struct stat         st;
    bmc_http_shared_t  *shared;

    shared = words_load("tls off;");
    assert_int_equal(stat(rig_path("state/pins"), &st), -1);
    bmc_http_unload(shared);

    shared = words_load("tls pin;");
    assert_int_equal(stat(rig_path("state/pins"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(stat(rig_path("state"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0770);
    bmc_http_unload(shared);
}


static void
words_an_authority_that_cannot_be_read_stops_nobody(void **state)
{
    char                block[600], why[BMC_TEXT_MAX];
    bmc_http_shared_t  *shared;

    shared = words_load("tls ca /nonexistent/ca.pem;");
    bmc_http_unload(shared);

    snprintf(block, sizeof(block), "tls ca %s;", rig_path("ca.pem"));
    rig_file("ca.pem", "nothing");
    shared = words_load(block);
    bmc_http_unload(shared);

    rig.fleet->state = "/nonexistent/state";
    shared = bmc_http_load(rig.fleet, why);
    assert_non_null(shared);
    bmc_http_unload(shared);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(words_have_defaults),
        rig_test(words_mean_what_they_say),
        rig_test(words_that_are_wrong_are_told),
        rig_test(words_need_an_address),
        rig_test(words_pins_are_opened_when_a_host_wants_them),
        rig_test(words_an_authority_that_cannot_be_read_stops_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
