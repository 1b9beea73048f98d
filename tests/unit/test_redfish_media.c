
/*
 * Copyright (C) the bmcgate authors
 *
 * Virtual media over Redfish: which slot, which words, and what BMCs say to
 * them.
 */


#include "drivers/redfish/media.h"
#include "redfish_fake.h"


#define SYSTEM   "/redfish/v1/Systems/1"
#define MANAGER  "/redfish/v1/Managers/1"
#define MEDIA    MANAGER "/VirtualMedia"
#define INSERT   "/Actions/VirtualMedia.InsertMedia"
#define EJECT    "/Actions/VirtualMedia.EjectMedia"

#define ISO      "http://10.0.0.1/a.iso"


/* a stick, and two drives, of which the first is full */

static void
media_slot(const char *id, const char *types, const char *image)
{
    char  path[256], text[2048];

    snprintf(path, sizeof(path), MEDIA "/%s", id);
    snprintf(text, sizeof(text), "{'Id': '%s', 'MediaTypes': [%s],"
             " 'Image': %s, 'Inserted': %s, 'WriteProtected': true,"
             " 'Actions': {"
             "  '#VirtualMedia.InsertMedia': {'target': '%s" INSERT "'},"
             "  '#VirtualMedia.EjectMedia': {'target': '%s" EJECT "'}}}",
             id, types, image, strcmp(image, "null") == 0 ? "false" : "true",
             path, path);
    fake_have(path, text);
}


/* what the actions do */

static json_t *
media_bmc(const char *method, const char *path, const json_t *body,
    long *status)
{
    char        slot[256];
    size_t      len;
    const char  *action;

    action = strstr(path, "/Actions/");

    if (action == NULL) {
        return NULL;
    }

    assert_string_equal(method, "POST");
    len = (size_t) (action - path);
    snprintf(slot, sizeof(slot), "%.*s", (int) len, path);

    if (strcmp(action, EJECT) == 0) {
        fake_have(slot, "{'Image': null, 'Inserted': false}");

    } else {
        fake_have(slot, "{'Inserted': true}");
        json_object_set(json_object_get(fake.tree, slot), "Image",
                        json_object_get(body, "Image"));
    }

    *status = 204;

    return NULL;
}


static void
media_have(void)
{
    fake.bmc = media_bmc;
    fake_have(SYSTEM, "{}");
    fake_have(MANAGER, "{'VirtualMedia': {'@odata.id': '" MEDIA "'}}");
    fake_have(MEDIA, "{'Members': [{'@odata.id': '" MEDIA "/Stick'},"
              " {'@odata.id': '" MEDIA "/CD1'},"
              " {'@odata.id': '" MEDIA "/CD2'}]}");
    media_slot("Stick", "'Floppy', 'USBStick'", "null");
    media_slot("CD1", "'CD', 'DVD'", "'http://h/old.iso'");
    media_slot("CD2", "'CD', 'DVD'", "null");
}


static void
slots_are_told_with_what_is_in_them(void **state)
{
    media_have();
    assert_int_equal(fake_run(bmc_rf_media, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"media\":["
        "{\"device\":\"Stick\",\"inserted\":false,"
        "\"types\":[\"floppy\",\"usb\"]},"
        "{\"device\":\"CD1\",\"image\":\"http://h/old.iso\","
        "\"inserted\":true,\"types\":[\"cd\",\"dvd\"],"
        "\"write_protected\":true},"
        "{\"device\":\"CD2\",\"inserted\":false,"
        "\"types\":[\"cd\",\"dvd\"]}]}");
}


static void
a_slot_that_tells_only_its_image_is_full(void **state)
{
    json_t  *slot;

    slot = quoted_json("{'Id': 'x', 'Image': 'http://h/a.iso'}");
    assert_true(bmc_rf_media_full(slot));
    assert_true(bmc_rf_media_suits(slot, "a.img", false));
    json_object_set_new(slot, "Image", json_string(""));
    assert_false(bmc_rf_media_full(slot));
    json_object_set_new(slot, "Inserted", json_true());
    assert_true(bmc_rf_media_full(slot));
    json_decref(slot);
}


static void
media_of_the_system_come_first(void **state)
{
    media_have();
    fake_have(SYSTEM, "{'VirtualMedia': {'@odata.id': '/s/media'}}");
    fake_have("/s/media", "{'Members': [{'@odata.id': '/s/1'}]}");
    fake_have("/s/1", "{'Name': 'only a name', 'Inserted': false}");
    assert_int_equal(fake_run(bmc_rf_media, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"media\":["
        "{\"device\":\"only a name\",\"inserted\":false,\"types\":[]}]}");
}


/* iDRAC10 */

static void
media_of_a_silent_system_are_found_by_the_quirk(void **state)
{
    media_have();
    fake_have(SYSTEM "/VirtualMedia",
              "{'Members': [{'@odata.id': '/s/1'}]}");
    fake_have("/s/1", "{'Id': '1', 'Inserted': false}");

    assert_int_equal(fake_run(bmc_rf_media, ""), BMC_OK);
    assert_non_null(strstr(fake_json(), "\"CD1\""));

    fake_quirk(BMC_QUIRK_MEDIA_ON_SYSTEM);
    assert_int_equal(fake_run(bmc_rf_media, ""), BMC_OK);
    assert_null(strstr(fake_json(), "\"CD1\""));
    assert_non_null(strstr(fake_json(), "\"device\":\"1\""));
}


static void
no_virtual_media_is_unsupported(void **state)
{
    fake_have(SYSTEM, "{}");
    fake_have(MANAGER, "{}");
    assert_int_equal(fake_run(bmc_rf_media, ""), BMC_UNSUPPORTED);
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO),
                     BMC_UNSUPPORTED);
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);
}


/* all that was sent was this one body, to this slot */

static void
media_sends(const char *args, const char *slot, const char *body)
{
    char  text[1024];

    assert_int_equal(fake_run(bmc_rf_media_insert, args), BMC_OK);
    snprintf(text, sizeof(text), "POST " MEDIA "/%s" INSERT " %s", slot,
             body);
    assert_string_equal(fake.sent, text);
}


#define BODY(image, protected)                                                \
    "{\"Image\":\"" image "\",\"Inserted\":true,"                             \
    "\"WriteProtected\":" protected "}"


static void
an_image_goes_where_it_suits(void **state)
{
    media_have();
    media_sends("image=" ISO, "CD2", BODY(ISO, "true"));

    media_have();
    media_sends("image=http://h/a.img", "Stick",
                BODY("http://h/a.img", "true"));

    media_have();
    media_sends("image=http://h/A.IMG?x", "Stick",
                BODY("http://h/A.IMG?x", "true"));

    media_have();
    media_sends("image=" ISO ";write_protected=off", "Stick",
                BODY(ISO, "false"));

    media_have();
    media_sends("image=" ISO ";device=Stick", "Stick", BODY(ISO, "true"));
}


static void
a_full_slot_is_refused(void **state)
{
    media_have();
    assert_int_equal(fake_run(bmc_rf_media_insert,
                              "device=CD1;image=" ISO), BMC_REFUSED);
    assert_string_equal(fake.text,
                        "CD1 holds an image already: eject it first");
    assert_int_equal(fake.changes, 0);

    /* all that suit are */

    media_slot("CD2", "'CD'", "'x'");
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO),
                     BMC_REFUSED);
    assert_non_null(strstr(fake.text, "CD1 holds an image"));
    assert_int_equal(fake.changes, 0);
}


static void
an_unknown_slot_is_refused_with_those_there_are(void **state)
{
    media_have();
    assert_int_equal(fake_run(bmc_rf_media_insert,
                              "device=cd;image=" ISO), BMC_REFUSED);
    assert_string_equal(fake.text, "the BMC has no such device: expected "
                        "Stick, CD1, CD2");
    assert_int_equal(fake_run(bmc_rf_media_eject, "device=cd"), BMC_REFUSED);
    assert_int_equal(fake.changes, 0);

    fake_have(MEDIA, "{'Members': []}");
    assert_int_equal(fake_run(bmc_rf_media_eject, "device=cd"), BMC_REFUSED);
    assert_non_null(strstr(fake.text, "it has no slots"));
}


static void
a_slot_without_the_action_is_passed_over(void **state)
{
    media_have();
    media_slot("CD1", "'CD'", "null");
    fake_lack(MEDIA "/CD1", "Actions");
    media_sends("image=" ISO, "CD2", BODY(ISO, "true"));

    assert_int_equal(fake_run(bmc_rf_media_insert,
                              "device=CD1;image=" ISO), BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "InsertMedia for CD1"));

    media_slot("CD2", "'CD'", "null");
    fake_lack(MEDIA "/CD2", "Actions");
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO),
                     BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);
}


static void
lenovo_is_patched(void **state)
{
    media_have();
    fake_lack(MEDIA "/CD1", "Actions");
    fake_lack(MEDIA "/CD2", "Actions");
    fake_quirk(BMC_QUIRK_MEDIA_PATCH);

    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO), BMC_OK);
    assert_string_equal(fake.sent,
                        "PATCH " MEDIA "/CD2 " BODY(ISO, "true"));
    assert_int_equal(fake_run(bmc_rf_media_eject, "device=CD2"), BMC_OK);
    assert_string_equal(fake.sent, "PATCH " MEDIA "/CD2 "
                        "{\"Image\":null,\"Inserted\":false}");
    assert_int_equal(fake_run(bmc_rf_media_eject, "device=CD2"), BMC_OK);
    assert_int_equal(fake.changes, 0);
}


static void
vendors_want_other_words(void **state)
{
    media_have();
    fake_quirk(BMC_QUIRK_MEDIA_IMAGE_ONLY);
    media_sends("image=" ISO, "CD2", "{\"Image\":\"" ISO "\"}");

    media_have();
    media_sends("image=" ISO ";write_protected=off", "Stick",
                "{\"Image\":\"" ISO "\",\"WriteProtected\":false}");

    media_have();
    fake_quirk(BMC_QUIRK_MEDIA_SEND_INSERTED);
    media_sends("image=" ISO, "CD2",
                "{\"Image\":\"" ISO "\",\"Inserted\":true}");

    media_have();
    fake_quirk(BMC_QUIRK_MEDIA_PROTOCOL);
    media_sends("image=HTTPS://h/a.iso", "CD2",
                "{\"Image\":\"HTTPS://h/a.iso\",\"Inserted\":true,"
                "\"TransferProtocolType\":\"HTTPS\"}");

    media_have();
    media_sends("image=nfs://h/a.iso", "CD2",
                "{\"Image\":\"nfs://h/a.iso\",\"Inserted\":true,"
                "\"TransferProtocolType\":\"NFS\"}");

    media_have();
    media_sends("image=cifs://h/a.iso", "CD2",
                "{\"Image\":\"cifs://h/a.iso\",\"Inserted\":true,"
                "\"TransferProtocolType\":\"CIFS\"}");

    media_have();
    fake_quirk(BMC_QUIRK_MEDIA_DUMMY_LOGIN);
    media_sends("image=" ISO, "CD2", "{\"Image\":\"" ISO "\","
                "\"Inserted\":true,\"Password\":\"none\","
                "\"TransferProtocolType\":\"HTTP\",\"UserName\":\"none\"}");

    media_have();
    media_sends("image=" ISO ";user=u", "CD2", "{\"Image\":\"" ISO "\","
                "\"Inserted\":true,\"TransferProtocolType\":\"HTTP\","
                "\"UserName\":\"u\"}");
}


static void
user_and_password_are_passed_on(void **state)
{
    media_have();
    media_sends("image=" ISO ";user=u;password=hunter2", "CD2",
                "{\"Image\":\"" ISO "\",\"Inserted\":true,"
                "\"Password\":\"hunter2\",\"UserName\":\"u\","
                "\"WriteProtected\":true}");

    media_have();
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO
                              ";password=hunter2\xff"), BMC_USAGE);
    assert_null(strstr(fake.text, "hunter"));
    assert_int_equal(fake.changes, 0);
}


static void
a_url_that_cannot_be_fetched_is_not_sent(void **state)
{
    media_have();
    fake_quirk(BMC_QUIRK_MEDIA_PLAIN_URL);
    assert_int_equal(fake_run(bmc_rf_media_insert,
                              "image=" ISO "?sig=1"), BMC_UNSUPPORTED);
    assert_int_equal(fake_run(bmc_rf_media_insert,
                              "image=http://h/a=b.iso"), BMC_UNSUPPORTED);
    assert_int_equal(fake.changes, 0);
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO), BMC_OK);

    media_have();
    fake_have(MEDIA "/CD2", "{'Actions': {'#VirtualMedia.InsertMedia':"
              " {'TransferProtocolType@Redfish.AllowableValues':"
              "  ['CIFS', 'HTTPS']}}}");
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO),
                     BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "[\"CIFS\",\"HTTPS\"]"));
    assert_int_equal(fake.changes, 0);
}


static json_t *
media_is_picky(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (json_object_get(body, "Inserted") != NULL
        || json_is_true(json_object_get(body, "WriteProtected")))
    {
        *status = 400;
        return fake_error("Base.1.8.ActionParameterUnknown",
                          "InsertMedia does not know Inserted");
    }

    return media_bmc(method, path, body, status);
}


static json_t *
media_never(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "POST") == 0) {
        *status = 400;
        return fake_error("Base.1.8.ActionParameterUnknown", "Inserted?");
    }

    return NULL;
}


static void
what_may_be_left_out_is_left_out_once(void **state)
{
    media_have();
    fake.bmc = media_is_picky;
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO), BMC_OK);
    assert_int_equal(fake.changes, 2);
    assert_non_null(strstr(fake.sent, "\nPOST " MEDIA "/CD2" INSERT
                           " {\"Image\":\"" ISO "\"}"));

    /* that it can be written to is not left out */

    media_have();
    fake.bmc = media_is_picky;
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO
                              ";write_protected=off"), BMC_OK);
    assert_non_null(strstr(fake.sent, "\",\"WriteProtected\":false}"));

    media_have();
    fake.bmc = media_never;
    assert_int_equal(fake_run(bmc_rf_media_insert, "image=" ISO),
                     BMC_REFUSED);
    assert_int_equal(fake.changes, 2);
    assert_non_null(strstr(fake.text, "CD2"));
}


static void
ejecting_is_of_one_or_of_all(void **state)
{
    media_have();
    assert_int_equal(fake_run(bmc_rf_media_eject, "device=CD2"), BMC_OK);
    assert_int_equal(fake.changes, 0);
    assert_int_equal(fake_run(bmc_rf_media_eject, "device=CD1"), BMC_OK);
    assert_string_equal(fake.sent, "POST " MEDIA "/CD1" EJECT);

    media_have();
    media_slot("Stick", "'USBStick'", "'x'");
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_OK);
    assert_string_equal(fake.sent, "POST " MEDIA "/Stick" EJECT "\n"
                        "POST " MEDIA "/CD1" EJECT);
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_OK);
    assert_int_equal(fake.changes, 0);

    /* half of it is not begun */

    media_have();
    media_slot("Stick", "'USBStick'", "'x'");
    fake_lack(MEDIA "/CD1", "Actions");
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_UNSUPPORTED);
    assert_non_null(strstr(fake.text, "EjectMedia for CD1"));
    assert_int_equal(fake.changes, 0);
}


static json_t *
media_wants_a_body(const char *method, const char *path, const json_t *body,
    long *status)
{
    if (strcmp(method, "POST") == 0 && body == NULL) {
        *status = 415;
        return NULL;
    }

    return media_bmc(method, path, body, status);
}


static void
an_eject_may_need_a_body(void **state)
{
    media_have();
    fake.bmc = media_wants_a_body;
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_OK);
    assert_string_equal(fake.sent, "POST " MEDIA "/CD1" EJECT "\n"
                        "POST " MEDIA "/CD1" EJECT " {}");

    media_have();
    fake.bmc = media_wants_a_body;
    fake_quirk(BMC_QUIRK_MEDIA_EJECT_BODY);
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_OK);
    assert_string_equal(fake.sent, "POST " MEDIA "/CD1" EJECT " {}");

    media_have();
    fake.bmc = media_never;
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_REFUSED);
    assert_int_equal(fake.changes, 1);

    fake.quirks = 0;
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_REFUSED);
    assert_int_equal(fake.changes, 2);
}


/* Dell takes an eject, and shows it later */

static unsigned  media_later;


static json_t *
media_takes_its_time(const char *method, const char *path,
    const json_t *body, long *status)
{
    if (strcmp(method, "POST") == 0) {
        *status = 204;
        return NULL;
    }

    if (strcmp(path, MEDIA "/CD1") == 0 && media_later > 0
        && --media_later == 0)
    {
        fake_have(path, "{'Image': null, 'Inserted': false}");
    }

    return NULL;
}


static void
an_eject_is_waited_for(void **state)
{
    media_have();
    fake.bmc = media_takes_its_time;
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_OK);
    assert_int_equal(fake.waits, 0);

    fake_quirk(BMC_QUIRK_MEDIA_WAIT_EJECT);
    media_later = 3;
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_OK);
    assert_int_equal(fake.changes, 1);
    assert_int_equal(fake.waits, 2);

    /* not for ever */

    media_have();
    fake.bmc = media_takes_its_time;
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_REFUSED);
    assert_non_null(strstr(fake.text, "still says that CD1 holds"));
    assert_int_equal(fake.changes, 1);
    assert_in_range(fake.waits, 10, 60);

    /* nor past the deadline */

    fake.late = true;
    assert_int_equal(fake_run(bmc_rf_media_eject, ""), BMC_REFUSED);
    assert_int_equal(fake.waits, 0);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        fake_test(slots_are_told_with_what_is_in_them),
        fake_test(a_slot_that_tells_only_its_image_is_full),
        fake_test(media_of_the_system_come_first),
        fake_test(media_of_a_silent_system_are_found_by_the_quirk),
        fake_test(no_virtual_media_is_unsupported),
        fake_test(an_image_goes_where_it_suits),
        fake_test(a_full_slot_is_refused),
        fake_test(an_unknown_slot_is_refused_with_those_there_are),
        fake_test(a_slot_without_the_action_is_passed_over),
        fake_test(lenovo_is_patched),
        fake_test(vendors_want_other_words),
        fake_test(user_and_password_are_passed_on),
        fake_test(a_url_that_cannot_be_fetched_is_not_sent),
        fake_test(what_may_be_left_out_is_left_out_once),
        fake_test(ejecting_is_of_one_or_of_all),
        fake_test(an_eject_may_need_a_body),
        fake_test(an_eject_is_waited_for)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
