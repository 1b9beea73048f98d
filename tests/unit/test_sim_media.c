
/*
 * Copyright (C) the bmcgate authors
 *
 * Virtual media of a simulated BMC.
 */


#include "sim_rack.h"

#include <fcntl.h>


#define ISO  "image=http://10.0.0.1/a.iso"
#define IMG  "image=nfs://store/export/b.IMG"


/* lives until the next question */

static const json_t *
slot(const char *name)
{
    size_t         i;
    const json_t  *s;

    assert_int_equal(rack_ask(BMC_MEDIA_LIST, ""), BMC_OK);

    for (i = 0; i < 2; i++) {
        s = json_array_get(json_object_get(rack.call.answer.json, "media"),
                           i);
        if (strcmp(json_string_value(json_object_get(s, "device")), name)
            == 0)
        {
            return s;
        }
    }

    fail_msg("no slot %s", name);

    return NULL;
}


static const char *
image(const char *name)
{
    const json_t  *s;

    s = slot(name);
    assert_int_equal(json_is_true(json_object_get(s, "inserted")),
                     json_object_get(s, "image") != NULL);

    return json_object_get(s, "image") == NULL ? ""
           : json_string_value(json_object_get(s, "image"));
}


static void
both_slots_are_empty_at_first(void **state)
{
    char  *text;

    assert_string_equal(image("cd"), "");
    assert_string_equal(image("usb"), "");

    text = json_dumps(rack.call.answer.json, JSON_COMPACT);
    assert_string_equal(text, "{\"media\":["
        "{\"device\":\"cd\",\"types\":[\"cd\",\"dvd\"],\"inserted\":false},"
        "{\"device\":\"usb\",\"types\":[\"usb\"],\"inserted\":false}]}");
    free(text);
}


static void
an_image_goes_where_it_suits_and_comes_out_again(void **state)
{
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO), BMC_OK);
    assert_string_equal(image("cd"), "http://10.0.0.1/a.iso");
    assert_true(json_is_true(json_object_get(slot("cd"),
                                             "write_protected")));
    assert_string_equal(image("usb"), "");

    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, IMG), BMC_OK);
    assert_string_equal(image("usb"), "nfs://store/export/b.IMG");
    assert_true(json_is_true(json_object_get(slot("usb"),
                                             "write_protected")));

    assert_int_equal(rack_ask(BMC_MEDIA_EJECT, "device=cd"), BMC_OK);
    assert_string_equal(image("cd"), "");
    assert_string_equal(image("usb"), "nfs://store/export/b.IMG");

    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO), BMC_OK);
    assert_int_equal(rack_ask(BMC_MEDIA_EJECT, ""), BMC_OK);
    assert_string_equal(image("cd"), "");
    assert_string_equal(image("usb"), "");

    /* as power off of what is off */

    assert_int_equal(rack_ask(BMC_MEDIA_EJECT, ""), BMC_OK);
    assert_int_equal(rack_ask(BMC_MEDIA_EJECT, "device=usb"), BMC_OK);
}


static void
the_slot_that_was_named_is_taken(void **state)
{
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO " device=usb"), BMC_OK);
    assert_string_equal(image("usb"), "http://10.0.0.1/a.iso");
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, IMG " device=cd"), BMC_OK);
    assert_string_equal(image("cd"), "nfs://store/export/b.IMG");
}


static void
what_shall_be_written_to_goes_to_usb(void **state)
{
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO " write_protected=off"),
                     BMC_OK);
    assert_string_equal(image("usb"), "http://10.0.0.1/a.iso");
    assert_true(json_is_false(json_object_get(slot("usb"),
                                              "write_protected")));

    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO " device=cd "
                              "write_protected=off"), BMC_REFUSED);
    assert_string_equal(rack.call.text, "nobody writes to a cd: expected "
                        "write protection, or usb");
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO " device=cd "
                              "write_protected=on"), BMC_OK);
}


static void
a_full_slot_is_left_alone(void **state)
{
    rack_ask(BMC_MEDIA_INSERT, ISO);

    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO), BMC_REFUSED);
    assert_string_equal(rack.call.text, "cd holds an image already: eject it "
                        "first");
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, IMG " device=cd"),
                     BMC_REFUSED);
    assert_string_equal(image("cd"), "http://10.0.0.1/a.iso");
    assert_string_equal(image("usb"), "");
}


static void
a_slot_that_is_none_is_told_with_those_there_are(void **state)
{
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO " device=floppy"),
                     BMC_REFUSED);
    assert_string_equal(rack.call.text, "no such device: expected cd or usb");

    rack_ask(BMC_MEDIA_INSERT, ISO);
    assert_int_equal(rack_ask(BMC_MEDIA_EJECT, "device=CD"), BMC_REFUSED);
    assert_string_equal(rack.call.text, "no such device: expected cd or usb");
    assert_string_equal(image("cd"), "http://10.0.0.1/a.iso");
}


static void
an_image_with_too_long_a_name_is_refused(void **state)
{
    char             name[257];
    bmc_sim_data_t  *d;
    bmc_sim_room_t  *room;
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    memset(name, 'a', sizeof(name));
    name[256] = '\0';

    d = bmc_sim_lock(rack.shared, u->machine, bmc_now());
    room = bmc_sim_room(rack.shared, u->machine, d);
    assert_non_null(room);
    assert_non_null(bmc_sim_media_insert(room, d, name, NULL, false));
    name[255] = '\0';
    assert_null(bmc_sim_media_insert(room, d, name, NULL, false));
    bmc_sim_unlock(u->machine);

    assert_string_equal(image("cd"), name);
}


static void
media_stay_over_power_boot_and_a_new_process(void **state)
{
    char  why[BMC_TEXT_MAX];

    rack_ask(BMC_MEDIA_INSERT, ISO);
    assert_int_equal(rack_ask(BMC_BOOT_SET, "device=cdrom"), BMC_OK);
    assert_int_equal(rack_ask(BMC_POWER_CYCLE, ""), BMC_OK);
    rack_sleep(350);
    assert_int_equal(rack_ask(BMC_BMC_RESET, ""), BMC_OK);
    rack_sleep(350);

    fake_close(&rack.unit);
    bmc_driver_sim.unload(rack.shared);
    rack.shared = bmc_driver_sim.load(&rack.fleet, why);
    assert_non_null(rack.shared);
    fake_open(&rack.unit, &bmc_driver_sim, &rack.host, &rack.conf,
              rack.shared, &rack.loop);

    assert_string_equal(image("cd"), "http://10.0.0.1/a.iso");
}


static void
booting_from_cdrom_needs_no_image(void **state)
{
    assert_int_equal(rack_ask(BMC_BOOT_SET, "device=cdrom"), BMC_OK);
    assert_int_equal(rack_ask(BMC_BOOT_GET, ""), BMC_OK);
    assert_string_equal(rack_string("device"), "cdrom");
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_OK);
}


static void
faults_concern_media_as_anything_else(void **state)
{
    rack_fault("loses");
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO), BMC_OK);
    assert_string_equal(image("cd"), "");

    rack_fault("busy");
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO), BMC_BUSY);
    assert_int_equal(rack_ask(BMC_MEDIA_LIST, ""), BMC_BUSY);

    rack_fault("dies");
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO), BMC_UNREACHABLE);
    rack_fault(NULL);
    assert_string_equal(image("cd"), "http://10.0.0.1/a.iso");
}


static void
passwords_of_image_servers_are_not_kept(void **state)
{
    char             tag[48];
    json_t          *list;
    bmc_sim_data_t  *d;
    bmc_sim_room_t  *room;
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, "user=bob password=hunter2 "
                              ISO), BMC_OK);

    d = bmc_sim_lock(rack.shared, u->machine, bmc_now());
    room = bmc_sim_room(rack.shared, u->machine, d);
    assert_null(memmem(room, sizeof(*room), "hunter2", 7));
    list = bmc_sim_changes_json(room, d);
    bmc_sim_unlock(u->machine);

    snprintf(tag, sizeof(tag), "%s", json_string_value(json_object_get(
             json_array_get(list, 0), "tag")));
    assert_string_equal(tag, "user=bob " ISO);
    json_decref(list);
}


static void
an_insertion_without_an_image_is_refused(void **state)
{
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, "device=cd"), BMC_REFUSED);
    assert_string_equal(image("cd"), "");
}


static void
a_full_disk_is_no_empty_slot(void **state)
{
    int               full, fd;
    bmc_sim_store_t  *st = rack.shared;

    full = open("/dev/null", O_RDONLY|O_CLOEXEC);
    assert_int_not_equal(full, -1);
    fd = st->fd;
    st->fd = full;

    assert_int_equal(rack_ask(BMC_MEDIA_LIST, ""), BMC_REFUSED);
    assert_non_null(strstr(rack.call.text, "disk"));
    assert_int_equal(rack_ask(BMC_MEDIA_INSERT, ISO), BMC_REFUSED);

    st->fd = fd;
    (void) close(full);
    assert_string_equal(image("cd"), "");
}


#define RACK(test)  cmocka_unit_test_setup_teardown(test, rack_setup,        \
                                                    rack_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        RACK(both_slots_are_empty_at_first),
        RACK(an_image_goes_where_it_suits_and_comes_out_again),
        RACK(the_slot_that_was_named_is_taken),
        RACK(what_shall_be_written_to_goes_to_usb),
        RACK(a_full_slot_is_left_alone),
        RACK(a_slot_that_is_none_is_told_with_those_there_are),
        RACK(an_image_with_too_long_a_name_is_refused),
        RACK(media_stay_over_power_boot_and_a_new_process),
        RACK(booting_from_cdrom_needs_no_image),
        RACK(faults_concern_media_as_anything_else),
        RACK(passwords_of_image_servers_are_not_kept),
        RACK(an_insertion_without_an_image_is_refused),
        RACK(a_full_disk_is_no_empty_slot)
    };

    return cmocka_run_group_tests_name("sim media", tests, NULL, NULL);
}
