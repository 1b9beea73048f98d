
/*
 * Copyright (C) the bmcgate authors
 *
 * The IPMI driver's verbs against a BMC in this process: what they send, in
 * which order, what of it claims the change, and what they make of answers.
 */


#include "ipmi_fake.h"


static void
says_code(const fake_command_t *c, fake_answer_t *a)
{
    a->code = bmc.code;
}


/* -- power */

/* on, 0x40|0x10: the LED's state is told, and it is lit for a while */

static void
says_on(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x21, 0x00, 0x50);
}


static const bmc_command_t  power_bmc[] = {
    { 0x00, 0x01, says_on },
    { 0x00, 0x02, says_code },
    { 0x06, 0x01, says_device_id }
};


static void
power_status_is_one_command(void **state)
{
    bmc_is(power_bmc);

    assert_int_equal(fake_run(BMC_POWER_STATUS, ""), BMC_OK);
    assert_string_equal(fake.sent, "00/01 06/01");
    assert_int_equal(fake.call.answer.power, BMC_POWER_IS_ON);
    assert_int_equal(fake.call.answer.led, BMC_LED_TIMED);
    assert_int_equal(fake.call.answer.has,
                     BMC_HAS_POWER|BMC_HAS_LED|BMC_HAS_FACTS);
    assert_string_equal(fake.call.answer.maker, "Supermicro");
    assert_null(fake.call.answer.vendor);
    assert_string_equal(fake.call.answer.firmware, "1.74");

    assert_int_equal(fake_run(BMC_POWER_STATUS, ""), BMC_OK);
    assert_string_equal(fake.sent, "00/01");
    assert_int_equal(fake.call.answer.has, BMC_HAS_POWER|BMC_HAS_LED);
    assert_int_equal(fake.changes, 0);
}


static void
power_changes_are_one_claimed_command(void **state)
{
    size_t  i;

    static const struct {
        bmc_verb_t  verb;
        uint8_t     control;
    } of[] = {
        { BMC_POWER_FORCE_OFF, 0 }, { BMC_POWER_ON, 1 },
        { BMC_POWER_CYCLE, 2 }, { BMC_POWER_RESET, 3 },
        { BMC_POWER_NMI, 4 }, { BMC_POWER_OFF, 5 }
    };

    bmc_is(power_bmc);

    for (i = 0; i < 6; i++) {
        assert_int_equal(fake_run(of[i].verb, ""), BMC_OK);
        assert_string_equal(fake.sent, "00/02!");
        assert_int_equal(fake.command.len, 1);
        assert_int_equal(fake.command.data[0], of[i].control);
    }

    bmc.code = 0xd5;
    assert_int_equal(fake_run(BMC_POWER_CYCLE, ""), BMC_REFUSED);
    assert_int_equal(fake.code, 0xd5);
}


static void
says_short(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x21);
}


static void
a_short_answer_is_an_error(void **state)
{
    static const bmc_command_t  b[] = {
        { 0x00, 0x01, says_short }, { 0x00, 0x09, says_short },
        { 0x06, 0x01, says_short }, { 0x06, 0x44, says_short },
        { 0x0a, 0x20, says_short }, { 0x0c, 0x02, says_ok }
    };

    static const bmc_verb_t  verbs[] = {
        BMC_POWER_STATUS, BMC_IDENTIFY_GET, BMC_BOOT_GET, BMC_BMC_READ,
        BMC_USERS_LIST, BMC_SENSORS_READ, BMC_LAN_READ, BMC_INVENTORY_READ,
        BMC_LOG_READ
    };
    size_t  i;

    bmc_is(b);

    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        assert_int_equal(fake_run(verbs[i], ""), BMC_REFUSED);
        assert_non_null(strstr(fake.text, "too short"));
    }
}


static const char *
arguments(unsigned verb)
{
    switch (verb) {

    case BMC_BOOT_SET:
        return "device=pxe";

    case BMC_IDENTIFY_SET:
        return "state=on";

    case BMC_USERS_SET:
        return "name=x;password=y;enabled=on";

    case BMC_USERS_DELETE:
        return "name=x";

    case BMC_RAW:
        return "netfn=06;cmd=01";
    }

    return "";
}


static void
every_refusal_ends_the_call(void **state)
{
    unsigned  v, code;

    fake.bmc = says_code;

    for (v = 0; v < BMC_VERB_MAX; v++) {
        for (code = 0; code < 256 && bmc_ipmi_verbs[v] != NULL; code++) {
            bmc.code = (uint8_t) code;
            (void) fake_run((bmc_verb_t) v, arguments(v));
        }
    }
}


/* -- boot */

/* all it is told, and what it tells */

static void
keeps_boot(const fake_command_t *c, fake_answer_t *a)
{
    if (c->data[0] == 0x05) {
        assert_int_equal(c->len, 6);
        memcpy(bmc.got, c->data, 6);
        a->code = bmc.code;
        return;
    }

    bmc.count++;
    a->code = c->data[0] == 0x00 ? 0 : 0x80;
}


static void
tells_boot(const fake_command_t *c, fake_answer_t *a)
{
    assert_int_equal(c->data[0], 0x05);
    fake_bytes(a, 0x01, 0x05, bmc.got[1], bmc.got[2], 0, 0, 0);
}


static const bmc_command_t  boot_bmc[] = {
    { 0x00, 0x08, keeps_boot }, { 0x00, 0x09, tells_boot }
};


static void
boot_flags_are_set_with_all_their_bits(void **state)
{
    bmc_is(boot_bmc);

    assert_int_equal(fake_run(BMC_BOOT_SET, "device=pxe"), BMC_OK);
    assert_memory_equal(bmc.got, "\x05\x80\x04\0\0\0", 6);
    assert_int_equal(bmc.count, 5);
    assert_int_equal(fake.changes, 6);

    assert_int_equal(fake_run(BMC_BOOT_SET,
        "device=disk;persistent=yes;mode=uefi"), BMC_OK);
    assert_memory_equal(bmc.got, "\x05\xe0\x08\0\0\0", 6);

    assert_int_equal(fake_run(BMC_BOOT_SET, "device=none;persistent=on"),
                     BMC_OK);
    assert_memory_equal(bmc.got, "\x05\x80\x00\0\0\0", 6);

    assert_int_equal(fake_run(BMC_BOOT_SET, "device=usb;mode=legacy"),
                     BMC_OK);
    assert_memory_equal(bmc.got, "\x05\x80\x3c\0\0\0", 6);
}


static void
what_was_set_is_what_is_told(void **state)
{
    size_t  i;
    char    args[64], json[96];

    static const char *const  devices[] = {
        "pxe", "disk", "cdrom", "bios", "usb", "diag"
    };

    bmc_is(boot_bmc);

    for (i = 0; i < 6; i++) {
        snprintf(args, sizeof(args), "device=%s;persistent=1;mode=uefi",
                 devices[i]);
        snprintf(json, sizeof(json), "{\"device\":\"%s\",\"mode\":\"uefi\","
                 "\"persistent\":true}", devices[i]);

        assert_int_equal(fake_run(BMC_BOOT_SET, args), BMC_OK);
        assert_int_equal(fake_run(BMC_BOOT_GET, ""), BMC_OK);
        assert_string_equal(fake_json(), json);
        assert_string_equal(fake.call.answer.boot, devices[i]);
        assert_true(fake.call.answer.boot_persistent);
        assert_int_equal(fake.call.answer.boot_efi, 2);
    }

    /* PXE, but the flags are not valid */

    memcpy(bmc.got, "\x05\x40\x04", 3);
    assert_int_equal(fake_run(BMC_BOOT_GET, ""), BMC_OK);
    assert_string_equal(fake_json(),
                        "{\"device\":\"none\",\"persistent\":false}");

    memcpy(bmc.got, "\x05\x80\x38", 3);
    assert_int_equal(fake_run(BMC_BOOT_GET, ""), BMC_REFUSED);
}


/* what was begun is ended also when the flags are refused */

static void
refused_boot_flags_leave_nothing_in_progress(void **state)
{
    bmc_is(boot_bmc);
    bmc.code = 0xcc;

    assert_int_equal(fake_run(BMC_BOOT_SET, "device=diag"), BMC_REFUSED);
    assert_int_equal(fake.code, 0xcc);
    assert_int_equal(fake.command.data[0], 0x00);
    assert_int_equal(fake.command.data[1], 0x00);
}


/* -- identify */

static const bmc_command_t  identify_bmc[] = {
    { 0x00, 0x01, says_on }, { 0x00, 0x04, says_ok }
};


static void
identify_sends_the_second_byte_only_when_needed(void **state)
{
    bmc_is(identify_bmc);

    assert_int_equal(fake_run(BMC_IDENTIFY_SET, "state=on"), BMC_OK);
    assert_string_equal(fake.sent, "00/04!");
    assert_int_equal(fake.command.len, 2);
    assert_memory_equal(fake.command.data, "\0\1", 2);

    assert_int_equal(fake_run(BMC_IDENTIFY_SET, "state=on;seconds=200"),
                     BMC_OK);
    assert_int_equal(fake.command.len, 1);
    assert_int_equal(fake.command.data[0], 200);

    assert_int_equal(fake_run(BMC_IDENTIFY_SET, "state=off;seconds=200"),
                     BMC_OK);
    assert_int_equal(fake.command.len, 1);
    assert_int_equal(fake.command.data[0], 0);
}


static void
says_no_led(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x21, 0x00, 0x20);
}


static void
identify_is_told_where_the_bmc_tells_it(void **state)
{
    static const bmc_command_t  silent[] = { { 0x00, 0x01, says_no_led } };

    bmc_is(identify_bmc);
    assert_int_equal(fake_run(BMC_IDENTIFY_GET, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"identify\":\"timed\"}");

    bmc_is(silent);
    assert_int_equal(fake_run(BMC_IDENTIFY_GET, ""), BMC_UNSUPPORTED);
    assert_int_equal(fake_run(BMC_POWER_STATUS, ""), BMC_OK);
    assert_int_equal(fake.call.answer.has, BMC_HAS_POWER);
}


/* -- the BMC itself */

static const bmc_command_t  mc_bmc[] = {
    { 0x06, 0x01, says_device_id }, { 0x06, 0x37, says_guid },
    { 0x06, 0x02, says_ok }, { 0x06, 0x03, says_ok }
};


static void
the_bmc_tells_what_it_is(void **state)
{
    bmc_is(mc_bmc);

    assert_int_equal(fake_run(BMC_BMC_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"device_id\":32,\"firmware\":"
        "\"1.74\",\"guid\":\"00112233-4455-4677-8899-aabbccddeeff\","
        "\"ipmi\":\"2.0\",\"manufacturer\":\"Supermicro\","
        "\"manufacturer_id\":10876,\"product_id\":2081}");

    assert_int_equal(fake_run(BMC_BMC_RESET, ""), BMC_OK);
    assert_string_equal(fake.sent, "06/02!");
    assert_int_equal(fake_run(BMC_BMC_RESET, "kind=warm"), BMC_OK);
    assert_string_equal(fake.sent, "06/03!");
}


/* the same UUID as SMBIOS, IPMI and the RFC order it; one without a form */

static void
guids_are_put_in_order(void **state)
{
    char  text[40];

    static const uint8_t  smbios[] = {
        0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x46, 0x88, 0x99, 0xaa,
        0xbb, 0xcc, 0xdd, 0xee, 0xff
    };
    static const uint8_t  ipmi[] = {
        0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88, 0x77, 0x46, 0x55,
        0x44, 0x33, 0x22, 0x11, 0x00
    };
    static const uint8_t  rfc[] = {
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x46, 0x77, 0x88, 0x99, 0xaa,
        0xbb, 0xcc, 0xdd, 0xee, 0xff
    };

    /* version 1 of 2020 in SMBIOS order; read in network order, of 1751 */

    static const uint8_t  dated[] = {
        0x00, 0x10, 0x2d, 0x80, 0x3c, 0x2c, 0xea, 0x11, 0x88, 0x99, 0xaa,
        0xbb, 0xcc, 0xdd, 0xee, 0xff
    };

    static const uint8_t  none[16];

    assert_true(bmc_ipmi_guid(smbios, text));
    assert_string_equal(text, "00112233-4455-4677-8899-aabbccddeeff");
    assert_true(bmc_ipmi_guid(ipmi, text));
    assert_string_equal(text, "00112233-4455-4677-8899-aabbccddeeff");
    assert_true(bmc_ipmi_guid(rfc, text));
    assert_string_equal(text, "00112233-4455-4677-8899-aabbccddeeff");
    assert_true(bmc_ipmi_guid(dated, text));
    assert_string_equal(text, "802d1000-2c3c-11ea-8899-aabbccddeeff");
    assert_false(bmc_ipmi_guid(none, text));
}


/* -- LAN */

static void
says_lan_1(const fake_command_t *c, fake_answer_t *a)
{
    if (c->data[0] != 1) {
        a->code = 0xcc;
        return;
    }

    if (c->data[1] == 20) {
        a->code = 0x80;
        return;
    }

    says_lan(c, a);
}


static void
lan_settings_are_told(void **state)
{
    static const bmc_command_t  b[] = { { 0x0c, 0x02, says_lan } };
    static const bmc_command_t  one[] = { { 0x0c, 0x02, says_lan_1 } };

    bmc_is(b);
    assert_int_equal(fake_run(BMC_LAN_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"address\":\"10.0.0.7\",\"mac\":"
        "\"02:ab:00:00:00:10\",\"netmask\":\"255.255.255.0\",\"source\":"
        "\"dhcp\",\"vlan\":12}");

    bmc_is(one);
    assert_int_equal(fake_run(BMC_LAN_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"address\":\"10.0.0.7\",\"mac\":"
        "\"02:ab:00:00:00:10\",\"netmask\":\"255.255.255.0\",\"source\":"
        "\"dhcp\"}");
}


/* -- raw */

static void
a_raw_answer_is_told_whatever_its_code(void **state)
{
    bmc_is(mc_bmc);
    assert_int_equal(fake_run(BMC_RAW, "netfn=06;cmd=37"), BMC_OK);
    assert_string_equal(fake.sent, "06/37!");
    assert_string_equal(fake_json(), "{\"code\":0,\"data\":\"33 22 11 00 55 "
                        "44 77 46 88 99 aa bb cc dd ee ff\"}");

    assert_int_equal(fake_run(BMC_RAW, "netfn=2c;cmd=02;data=dc 01Ff00"),
                     BMC_OK);
    assert_string_equal(fake_json(), "{\"code\":193,\"data\":\"\"}");
    assert_int_equal(fake.command.len, 4);
    assert_memory_equal(fake.command.data, "\xdc\x01\xff\x00", 4);

    assert_int_equal(fake_run(BMC_RAW, "netfn=07;cmd=02"), BMC_USAGE);
    assert_int_equal(fake_run(BMC_RAW, "netfn=40;cmd=02"), BMC_USAGE);
    assert_int_equal(fake.commands, 0);
}


/* -- answers nobody could have foreseen */

static uint32_t  noise_seed;


static void
says_noise(const fake_command_t *c, fake_answer_t *a)
{
    size_t  i;

    noise_seed = noise_seed * 1103515245 + 12345;
    a->code = (noise_seed >> 16) % 8 == 0 ? (uint8_t) (noise_seed >> 20) : 0;
    a->len = (noise_seed >> 8) % 3 == 0 ? (noise_seed >> 24) % 70
                                        : (noise_seed >> 24) % 20;

    for (i = 0; i < a->len; i++) {
        noise_seed = noise_seed * 1103515245 + 12345;
        a->data[i] = (noise_seed >> 16) % 4 ? (uint8_t) (noise_seed >> 24)
                                            : (uint8_t) i;
    }
}


static void
noise_ends_every_call(void **state)
{
    unsigned  v, i;

    fake.bmc = says_noise;

    for (i = 0; i < 200; i++) {
        for (v = 0; v < BMC_VERB_MAX; v++) {
            if (bmc_ipmi_verbs[v] != NULL) {
                noise_seed = i * 7919 + v;
                (void) fake_run((bmc_verb_t) v, arguments(v));
            }
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(power_status_is_one_command),
        fake_test(power_changes_are_one_claimed_command),
        fake_test(a_short_answer_is_an_error),
        fake_test(every_refusal_ends_the_call),
        fake_test(boot_flags_are_set_with_all_their_bits),
        fake_test(what_was_set_is_what_is_told),
        fake_test(refused_boot_flags_leave_nothing_in_progress),
        fake_test(identify_sends_the_second_byte_only_when_needed),
        fake_test(identify_is_told_where_the_bmc_tells_it),
        fake_test(the_bmc_tells_what_it_is),
        fake_test(guids_are_put_in_order),
        fake_test(lan_settings_are_told),
        fake_test(a_raw_answer_is_told_whatever_its_code),
        fake_test(noise_ends_every_call)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
