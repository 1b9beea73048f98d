
/*
 * Copyright (C) the bmcgate authors
 *
 * boot.get and boot.set over Redfish, and what vendors want of them.
 */


#include "redfish_fake.h"


#define SYSTEM    "/redfish/v1/Systems/1"
#define SETTINGS  "/redfish/v1/Systems/1/Settings"
#define MANAGER   "/redfish/v1/Managers/1"


static void
boot_system(const char *boot)
{
    char  text[2048];

    snprintf(text, sizeof(text), "{'Id': '1', 'Boot': %s}", boot);
    fake_have(SYSTEM, text);
}


static void
boot_plain(void)
{
    boot_system("{'BootSourceOverrideTarget': 'None',"
                " 'BootSourceOverrideEnabled': 'Disabled',"
                " 'BootSourceOverrideMode': 'UEFI',"
                " 'BootSourceOverrideTarget@Redfish.AllowableValues':"
                " ['None', 'Pxe', 'Hdd', 'Cd', 'UsbCd', 'BiosSetup', 'Usb',"
                "  'Diags']}");
}


static void
boot_is_told_in_our_words(void **state)
{
    size_t  i;

    static const struct {
        const char  *target;
        const char  *enabled;
        const char  *json;
    } rows[] = {
        { "Pxe", "Once", "{\"device\":\"pxe\",\"mode\":\"uefi\","
          "\"persistent\":false}" },
        { "Hdd", "Continuous", "{\"device\":\"disk\",\"mode\":\"uefi\","
          "\"persistent\":true}" },
        { "UsbCd", "Once", "{\"device\":\"cdrom\",\"mode\":\"uefi\","
          "\"persistent\":false}" },
        { "Cd", "Disabled", "{\"device\":\"none\",\"mode\":\"uefi\","
          "\"persistent\":false}" },
        { "UefiHttp", "Once", "{\"device\":\"uefihttp\",\"mode\":\"uefi\","
          "\"persistent\":false}" }
    };

    boot_plain();

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t  *boot = json_object_get(json_object_get(fake.tree, SYSTEM),
                                        "Boot");

        json_object_set_new(boot, "BootSourceOverrideTarget",
                            json_string(rows[i].target));
        json_object_set_new(boot, "BootSourceOverrideEnabled",
                            json_string(rows[i].enabled));
        assert_int_equal(fake_run(bmc_rf_boot_get, ""), BMC_OK);
        assert_string_equal(fake_json(), rows[i].json);
        assert_true(fake.call.answer.has & BMC_HAS_BOOT);
        assert_int_equal(fake.call.answer.boot_efi, 2);
    }
}


static void
boot_that_is_not_told_is_not_guessed(void **state)
{
    fake_have(SYSTEM, "{'Id': '1'}");
    assert_int_equal(fake_run(bmc_rf_boot_get, ""), BMC_UNSUPPORTED);
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"),
                     BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);

    boot_system("{'BootSourceOverrideTarget': 'Pxe',"
                " 'BootSourceOverrideMode': 'Legacy'}");
    assert_int_equal(fake_run(bmc_rf_boot_get, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"device\":\"pxe\","
                        "\"mode\":\"legacy\",\"persistent\":false}");
}


/* all that was sent was this one PATCH of Boot */

static void
boot_sends(const char *args, const char *boot)
{
    char  text[1024];

    assert_int_equal(fake_run(bmc_rf_boot_set, args), BMC_OK);
    snprintf(text, sizeof(text), "PATCH " SYSTEM " {\"Boot\":%s}", boot);
    assert_string_equal(fake.sent, text);
}


static void
every_device_has_a_target(void **state)
{
    size_t  i;
    char    args[64], boot[256];

    static const char *const  rows[][2] = {
        { "pxe", "Pxe" }, { "disk", "Hdd" }, { "cdrom", "Cd" },
        { "bios", "BiosSetup" }, { "usb", "Usb" }, { "diag", "Diags" }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        boot_plain();
        snprintf(args, sizeof(args), "device=%s", rows[i][0]);
        snprintf(boot, sizeof(boot), "{\"BootSourceOverrideEnabled\":\"Once\","
                 "\"BootSourceOverrideTarget\":\"%s\"}", rows[i][1]);
        boot_sends(args, boot);
    }
}


static void
only_what_is_needed_is_sent(void **state)
{
    boot_plain();
    boot_sends("device=pxe;persistent=on",
               "{\"BootSourceOverrideEnabled\":\"Continuous\","
               "\"BootSourceOverrideTarget\":\"Pxe\"}");

    /* the fake has taken it */

    boot_sends("device=disk;persistent=on",
               "{\"BootSourceOverrideTarget\":\"Hdd\"}");
    boot_sends("device=disk;persistent=on;mode=uefi",
               "{\"BootSourceOverrideMode\":\"UEFI\","
               "\"BootSourceOverrideTarget\":\"Hdd\"}");
    boot_sends("device=none;persistent=on",
               "{\"BootSourceOverrideEnabled\":\"Disabled\","
               "\"BootSourceOverrideTarget\":\"None\"}");
}


static void
what_is_not_offered_is_not_sent(void **state)
{
    boot_system("{'BootSourceOverrideTarget': 'None',"
                " 'BootSourceOverrideEnabled': 'Disabled',"
                " 'BootSourceOverrideTarget@Redfish.AllowableValues':"
                " ['Pxe', 'UsbCd'],"
                " 'BootSourceOverrideEnabled@Redfish.AllowableValues':"
                " ['Once', 'Disabled']}");

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=disk"),
                     BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "disk [\"Pxe\",\"UsbCd\"]"));

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe;persistent=on"),
                     BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "[\"Once\",\"Disabled\"]"));

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe;mode=legacy"),
                     BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "legacy"));
    assert_int_equal(fake.changes, 0);

    /* another name for the same is as good, and nothing is told to go */

    boot_sends("device=cdrom", "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideTarget\":\"UsbCd\"}");
    boot_sends("device=none", "{\"BootSourceOverrideEnabled\":\"Disabled\"}");
}


static void
supermicro_hears_all_of_it_again(void **state)
{
    boot_plain();
    boot_sends("device=pxe", "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideTarget\":\"Pxe\"}");

    fake_quirk(BMC_QUIRK_BOOT_SEND_ENABLED);
    boot_sends("device=pxe", "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideTarget\":\"Pxe\"}");

    fake_quirk(BMC_QUIRK_BOOT_RESEND_MODE);
    fake_quirk(BMC_QUIRK_MEDIA_USB_CD);
    boot_sends("device=cdrom", "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideMode\":\"UEFI\","
               "\"BootSourceOverrideTarget\":\"UsbCd\"}");
}


static void
lenovo_does_not_hear_it_twice(void **state)
{
    boot_plain();
    fake_quirk(BMC_QUIRK_BOOT_ONLY_CHANGES);
    boot_sends("device=disk;persistent=on;mode=uefi",
               "{\"BootSourceOverrideEnabled\":\"Continuous\","
               "\"BootSourceOverrideTarget\":\"Hdd\"}");

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=disk;persistent=on"),
                     BMC_OK);
    assert_int_equal(fake.changes, 0);

    boot_sends("device=none", "{\"BootSourceOverrideEnabled\":\"Disabled\","
               "\"BootSourceOverrideTarget\":\"None\"}");
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=none"), BMC_OK);
    assert_int_equal(fake.changes, 0);
}


static void
full_and_minimal_payloads_are_that(void **state)
{
    boot_plain();
    boot_sends("device=pxe", "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideTarget\":\"Pxe\"}");

    fake_quirk(BMC_QUIRK_BOOT_MINIMAL);
    boot_sends("device=pxe;mode=uefi",
               "{\"BootSourceOverrideTarget\":\"Pxe\"}");
    boot_sends("device=none", "{\"BootSourceOverrideEnabled\":\"Disabled\"}");

    fake.quirks = 0;
    fake_quirk(BMC_QUIRK_BOOT_FULL);
    boot_sends("device=pxe", "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideMode\":\"UEFI\","
               "\"BootSourceOverrideTarget\":\"Pxe\"}");
    boot_sends("device=pxe;mode=legacy",
               "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideMode\":\"Legacy\","
               "\"BootSourceOverrideTarget\":\"Pxe\"}");
}


static json_t *
boot_is_read_only(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "PATCH") == 0 && strcmp(path, SYSTEM) == 0) {
        *status = 400;
        return fake_error("Base.1.8.PropertyNotWritable", "read only");
    }

    return NULL;
}


static void
boot_settings(void)
{
    boot_plain();
    fake_have(SYSTEM, "{'@Redfish.Settings': {'SettingsObject':"
              " {'@odata.id': '" SETTINGS "'}}}");
    fake_have(SETTINGS, "{'Id': 'Settings'}");
}


static void
a_read_only_boot_is_changed_in_its_settings(void **state)
{
    boot_plain();
    fake.bmc = boot_is_read_only;
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"), BMC_REFUSED);
    assert_int_equal(fake.changes, 1);

    boot_settings();
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"), BMC_OK);
    assert_int_equal(fake.changes, 2);
    assert_non_null(strstr(fake.sent, "\nPATCH " SETTINGS " {\"Boot\":"));

    fake_quirk(BMC_QUIRK_BOOT_SETTINGS);
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"), BMC_OK);
    assert_int_equal(fake.changes, 1);
    assert_non_null(strstr(fake.sent, "PATCH " SETTINGS " {\"Boot\":"));

    /* without a place for settings, what there is is tried */

    fake.bmc = NULL;
    fake_lack(SYSTEM, "@Redfish.Settings");
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"), BMC_OK);
    assert_non_null(strstr(fake.sent, "PATCH " SYSTEM " {"));
}


static json_t *
boot_is_not_allowed(const char *method, const char *path, const json_t *body,
    long *status)
{
    *status = strcmp(method, "PATCH") == 0 ? 405 : 0;

    return NULL;
}


static void
nothing_is_sent_a_third_time(void **state)
{
    boot_settings();
    fake.bmc = boot_is_not_allowed;
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"), BMC_REFUSED);
    assert_int_equal(fake.changes, 2);
}


static json_t *
boot_shrugs(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "PATCH") != 0) {
        return NULL;
    }

    *status = 200;

    return json_pack("{s:{s:[{s:s, s:s, s:s}]}}", "Boot",
        "BootSourceOverrideTarget@Message.ExtendedInfo",
        "MessageId", "Base.1.8.PropertyValueNotInList",
        "Message", "Pxe is not in the list", "MessageSeverity", "Warning");
}


static json_t *
boot_succeeds_loudly(const char *method, const char *path,
    const json_t *body, long *status)
{
    if (strcmp(method, "PATCH") != 0) {
        return NULL;
    }

    *status = 200;

    return json_pack("{s:{s:[{s:s, s:s, s:s}, {s:s, s:s}]}}", "error",
        "@Message.ExtendedInfo",
        "MessageId", "iLO.2.14.SystemResetRequired", "Message", "reset it",
        "Severity", "Warning", "MessageId", "Base.1.4.PropertyDeprecated",
        "Severity", "OK");
}


static void
a_success_that_changed_nothing_is_a_refusal(void **state)
{
    boot_plain();
    fake.bmc = boot_shrugs;
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"), BMC_REFUSED);
    assert_non_null(strstr(fake.text, "Pxe is not in the list"));
    assert_int_equal(fake.changes, 1);

    fake.bmc = boot_succeeds_loudly;
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=pxe"), BMC_OK);
}


static void
boot_options(void)
{
    boot_plain();
    fake_have(SYSTEM, "{'Boot': {'BootOrder':"
              " ['Boot0000', 'Boot0001', 'Boot0002', 'Boot0009'],"
              " 'BootOptions': {'@odata.id': '" SYSTEM "/BootOptions'}}}");
    fake_have(SYSTEM "/BootOptions", "{'Members': ["
              "{'@odata.id': '/b/0'}, {'@odata.id': '/b/1'},"
              "{'@odata.id': '/b/2'}]}");
    fake_have("/b/0", "{'BootOptionReference': 'Boot0000',"
              " 'DisplayName': 'PXE Device 1: NIC in Slot 3 Port 1'}");
    fake_have("/b/1", "{'BootOptionReference': 'Boot0001',"
              " 'DisplayName': 'Optical'}");
    fake_have("/b/2", "{'BootOptionReference': 'Boot0002',"
              " 'DisplayName': 'debian', 'UefiDevicePath':"
              " 'HD(1,GPT,0F6A)/File(shimx64.efi)'}");
}


static void
an_old_dell_is_reordered(void **state)
{
    boot_options();
    boot_sends("device=disk;persistent=on",
               "{\"BootSourceOverrideEnabled\":\"Continuous\","
               "\"BootSourceOverrideTarget\":\"Hdd\"}");

    fake_quirk(BMC_QUIRK_BOOT_ORDER_FOR_DISK);
    boot_sends("device=disk;persistent=on", "{\"BootOrder\":[\"Boot0002\","
               "\"Boot0000\",\"Boot0001\",\"Boot0009\"]}");
    boot_sends("device=pxe;persistent=on;mode=uefi",
               "{\"BootOrder\":[\"Boot0000\",\"Boot0002\",\"Boot0001\","
               "\"Boot0009\"],\"BootSourceOverrideMode\":\"UEFI\"}");

    /* once is once */

    boot_sends("device=disk", "{\"BootSourceOverrideEnabled\":\"Once\","
               "\"BootSourceOverrideTarget\":\"Hdd\"}");

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=usb;persistent=on"),
                     BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);
    assert_non_null(strstr(fake.text, "its boot order has no usb"));
}


/* the BMC does what it is told, but shows it in BootOrder alone */

static void
a_boot_order_that_we_changed_is_what_is_booted(void **state)
{
    boot_options();
    fake_quirk(BMC_QUIRK_BOOT_ORDER_FOR_DISK);
    fake_run(bmc_rf_boot_get, "");
    assert_string_equal(fake.call.answer.boot, "none");

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=disk;persistent=on"),
                     BMC_OK);
    fake_run(bmc_rf_boot_get, "");
    assert_string_equal(fake.call.answer.boot, "disk");
    assert_true(fake.call.answer.boot_persistent);

    /* an override comes first, and the order is what follows it */

    fake_run(bmc_rf_boot_set, "device=pxe");
    fake_run(bmc_rf_boot_get, "");
    assert_string_equal(fake.call.answer.boot, "pxe");
    assert_false(fake.call.answer.boot_persistent);

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=none"), BMC_OK);
    fake_run(bmc_rf_boot_get, "");
    assert_string_equal(fake.call.answer.boot, "none");

    /* somebody else changed it since */

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=disk;persistent=on"),
                     BMC_OK);
    boot_options();
    fake_run(bmc_rf_boot_get, "");
    assert_string_equal(fake.call.answer.boot, "none");
}


static void
virtual_media_of_a_dell_are_asked_for_twice(void **state)
{
    boot_plain();
    fake_have(MANAGER, "{'Id': '1'}");
    fake_have(MANAGER "/Attributes", "{'Id': 'a'}");
    fake_quirk(BMC_QUIRK_MEDIA_BOOT_DELL);

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=cdrom"), BMC_OK);
    assert_int_equal(fake.changes, 2);
    assert_non_null(strstr(fake.sent, "\nPATCH " MANAGER "/Attributes "
        "{\"Attributes\":{\"ServerBoot.1.BootOnce\":\"Enabled\","
        "\"ServerBoot.1.FirstBootDevice\":\"VCD-DVD\"}}"));

    /* a manager tells where they are */

    fake_have(MANAGER, "{'Links': {'Oem': {'Dell': {'DellAttributes': ["
              "{'@odata.id': '/dell/System.Embedded.1'},"
              "{'@odata.id': '/dell/1'}, {'@odata.id': '/dell/2'}]}}}}");
    fake_have("/dell/1", "{'Id': '1'}");
    assert_int_equal(fake_run(bmc_rf_boot_set,
                              "device=cdrom;persistent=on"), BMC_OK);
    assert_non_null(strstr(fake.sent, "\nPATCH /dell/1 {\"Attributes\":"
        "{\"ServerBoot.1.BootOnce\":\"Disabled\""));

    assert_int_equal(fake_run(bmc_rf_boot_set, "device=disk"), BMC_OK);
    assert_int_equal(fake.changes, 1);

    /* the BMC took only one of them */

    json_object_del(fake.tree, "/dell/1");
    assert_int_equal(fake_run(bmc_rf_boot_set, "device=cdrom"), BMC_REFUSED);
    assert_non_null(strstr(fake.text, "first boot device"));
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        fake_test(boot_is_told_in_our_words),
        fake_test(boot_that_is_not_told_is_not_guessed),
        fake_test(every_device_has_a_target),
        fake_test(only_what_is_needed_is_sent),
        fake_test(what_is_not_offered_is_not_sent),
        fake_test(supermicro_hears_all_of_it_again),
        fake_test(lenovo_does_not_hear_it_twice),
        fake_test(full_and_minimal_payloads_are_that),
        fake_test(a_read_only_boot_is_changed_in_its_settings),
        fake_test(nothing_is_sent_a_third_time),
        fake_test(a_success_that_changed_nothing_is_a_refusal),
        fake_test(an_old_dell_is_reordered),
        fake_test(
            a_boot_order_that_we_changed_is_what_is_booted),
        fake_test(virtual_media_of_a_dell_are_asked_for_twice)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
