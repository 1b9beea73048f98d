
/*
 * Copyright (C) the bmcgate authors
 */


#include "sim_rack.h"


/* Power */

static void
power_on_takes_a_while(void **state)
{
    assert_int_equal(rack_ask(BMC_POWER_FORCE_OFF, ""), BMC_OK);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
    assert_int_equal(rack_ask(BMC_POWER_ON, ""), BMC_OK);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
    rack_sleep(350);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
    assert_int_equal(rack_count("power_on"), 1);
}


static void
graceful_off_waits_for_the_system(void **state)
{
    assert_int_equal(rack_ask(BMC_POWER_OFF, ""), BMC_OK);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
    rack_sleep(350);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
}


static void
a_system_may_ignore_acpi_but_not_force_off(void **state)
{
    rack_fault("ignores-acpi");
    assert_int_equal(rack_ask(BMC_POWER_OFF, ""), BMC_OK);
    rack_sleep(350);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
    assert_int_equal(rack_ask(BMC_POWER_FORCE_OFF, ""), BMC_OK);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
}


static void
a_graceful_off_called_back_by_reset_does_not_happen(void **state)
{
    rack_ask(BMC_POWER_OFF, "");
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_OK);
    rack_sleep(350);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
}


static void
off_calls_back_an_on_that_has_not_happened(void **state)
{
    rack_ask(BMC_POWER_FORCE_OFF, "");
    rack_ask(BMC_POWER_ON, "");
    rack_ask(BMC_POWER_OFF, "");
    rack_sleep(350);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
}


static void
cycle_is_off_then_on(void **state)
{
    assert_int_equal(rack_ask(BMC_POWER_CYCLE, ""), BMC_OK);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
    rack_sleep(350);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
}


static void
what_needs_power_is_refused_in_the_bmcs_words(void **state)
{
    rack_ask(BMC_POWER_FORCE_OFF, "");

    assert_int_equal(rack_ask(BMC_POWER_CYCLE, ""), BMC_REFUSED);
    assert_string_equal(rack.call.text, "cycle: the system is off "
                        "(IPMI: not in present state, 0xD5)");
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_REFUSED);
    assert_non_null(strstr(rack.call.text, "reset: the system is off"));
    assert_int_equal(rack_ask(BMC_POWER_NMI, ""), BMC_REFUSED);
    assert_non_null(strstr(rack.call.text, "nmi: the system is off"));
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
}


static void
status_tells_who_the_machine_is_once(void **state)
{
    rack_power();
    assert_true(rack.call.answer.has & BMC_HAS_FACTS);
    rack_power();
    assert_false(rack.call.answer.has & BMC_HAS_FACTS);
    assert_true(rack.call.answer.has & BMC_HAS_WATTS);
    assert_int_equal(rack.call.answer.health, BMC_HEALTH_OK);
    assert_true(rack.call.answer.watts > 100);
}


/* Boot, identify, log, users, the rest */

static void
boot_once_lasts_for_one_boot(void **state)
{
    assert_int_equal(rack_ask(BMC_BOOT_SET, "device=pxe mode=uefi"), BMC_OK);
    assert_int_equal(rack_ask(BMC_BOOT_GET, ""), BMC_OK);
    assert_string_equal(rack_string("device"), "pxe");
    assert_string_equal(rack_string("mode"), "uefi");
    assert_string_equal(rack.call.answer.boot, "pxe");
    assert_int_equal(rack.call.answer.boot_efi, 2);

    rack_ask(BMC_POWER_RESET, "");
    rack_ask(BMC_BOOT_GET, "");
    assert_string_equal(rack_string("device"), "none");
    assert_null(json_object_get(rack.call.answer.json, "mode"));
}


static void
boot_persistent_lasts_until_none(void **state)
{
    rack_ask(BMC_BOOT_SET, "device=disk persistent=on mode=legacy");
    rack_ask(BMC_POWER_RESET, "");
    rack_ask(BMC_BOOT_GET, "");
    assert_string_equal(rack_string("device"), "disk");
    assert_string_equal(rack_string("mode"), "legacy");
    assert_true(rack.call.answer.boot_persistent);

    rack_ask(BMC_BOOT_SET, "device=none");
    rack_ask(BMC_BOOT_GET, "");
    assert_string_equal(rack_string("device"), "none");
}


static void
identify_goes_out_by_itself(void **state)
{
    bmc_sim_data_t  *d;
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    rack_ask(BMC_IDENTIFY_SET, "state=on seconds=20");
    rack_ask(BMC_IDENTIFY_GET, "");
    assert_string_equal(rack_string("identify"), "timed");
    assert_int_equal(json_integer_value(json_object_get(
        rack.call.answer.json, "seconds")), 20);

    d = bmc_sim_lock(rack.shared, u->machine, bmc_now() + 20001);
    assert_int_equal(d->led, BMC_LED_OFF);
    bmc_sim_unlock(u->machine);

    rack_ask(BMC_IDENTIFY_SET, "state=yes");
    rack_ask(BMC_IDENTIFY_GET, "");
    assert_string_equal(rack_string("identify"), "on");
    assert_int_equal(rack.call.answer.led, BMC_LED_ON);
    rack_ask(BMC_IDENTIFY_SET, "state=off");
    rack_ask(BMC_IDENTIFY_GET, "");
    assert_string_equal(rack_string("identify"), "off");
}


static json_t *
log_entry(size_t i)
{
    assert_int_equal(rack_ask(BMC_LOG_READ, ""), BMC_OK);

    return json_array_get(json_object_get(rack.call.answer.json, "entries"),
                          i);
}


static const char *
log_message(size_t i)
{
    return json_string_value(json_object_get(log_entry(i), "message"));
}


static void
the_log_tells_what_happened_until_it_is_cleared(void **state)
{
    const char  *time;

    rack_ask(BMC_POWER_NMI, "");
    rack_ask(BMC_POWER_FORCE_OFF, "");
    assert_non_null(strstr(log_message(0), "NMI"));
    assert_string_equal(log_message(1), "power off");
    time = json_string_value(json_object_get(log_entry(1), "time"));
    assert_int_equal(strlen(time), 20);
    assert_int_equal(time[19], 'Z');

    assert_int_equal(rack_ask(BMC_LOG_CLEAR, ""), BMC_OK);
    assert_null(log_entry(0));

    rack_ask(BMC_POWER_ON, "");
    rack_sleep(350);
    assert_string_equal(log_message(0), "power on");
    assert_int_equal(json_integer_value(json_object_get(log_entry(0),
                                                        "id")), 3);
}


static void
a_full_log_keeps_the_newest(void **state)
{
    int  i;

    for (i = 0; i < BMC_SIM_LOG + 20; i++) {
        rack_ask(BMC_POWER_RESET, "");
    }

    assert_int_equal(json_integer_value(json_object_get(log_entry(0),
                                                        "id")), 21);
    assert_null(log_entry(BMC_SIM_LOG));
}


static json_t *
user_entry(size_t i)
{
    assert_int_equal(rack_ask(BMC_USERS_LIST, ""), BMC_OK);

    return json_array_get(json_object_get(rack.call.answer.json, "users"),
                          i);
}


static void
users_come_change_and_go(void **state)
{
    char  *text;

    assert_string_equal(json_string_value(json_object_get(user_entry(0),
                                          "name")), "admin");
    assert_int_equal(rack_ask(BMC_USERS_SET, "name=eve password=tops3cret "
                              "role=operator"), BMC_OK);
    assert_string_equal(json_string_value(json_object_get(user_entry(1),
                                          "role")), "operator");
    assert_int_equal(rack_ask(BMC_USERS_SET, "name=eve enabled=off"),
                     BMC_OK);
    assert_true(json_is_false(json_object_get(user_entry(1), "enabled")));

    text = json_dumps(rack.call.answer.json, 0);
    assert_null(strstr(text, "tops3cret"));
    free(text);

    assert_int_equal(rack_ask(BMC_USERS_DELETE, "name=eve"), BMC_OK);
    assert_null(user_entry(1));
}


static void
users_that_do_not_fit_are_refused(void **state)
{
    int   i;
    char  words[64];

    assert_int_equal(rack_ask(BMC_USERS_SET, "name=a id=11"), BMC_REFUSED);
    assert_int_equal(rack_ask(BMC_USERS_SET, "name=a id=2"), BMC_REFUSED);
    assert_int_equal(rack_ask(BMC_USERS_SET, "name=admin id=3"),
                     BMC_REFUSED);
    assert_int_equal(rack_ask(BMC_USERS_SET, "name=aaaaaaaaaaaaaaaaa"),
                     BMC_REFUSED);
    assert_int_equal(rack_ask(BMC_USERS_SET, "name=ten id=10"), BMC_OK);

    for (i = 3; i < 10; i++) {
        snprintf(words, sizeof(words), "name=u%d", i);
        assert_int_equal(rack_ask(BMC_USERS_SET, words), BMC_OK);
    }

    assert_int_equal(rack_ask(BMC_USERS_SET, "name=more"), BMC_REFUSED);
    assert_non_null(strstr(rack.call.text, "no free user slot"));
    assert_int_equal(rack_ask(BMC_USERS_DELETE, "name=nobody"), BMC_REFUSED);
    assert_int_equal(rack_ask(BMC_USERS_DELETE, "name=admin"), BMC_REFUSED);
}


static void
sensors_move_and_fall_silent_with_the_system(void **state)
{
    size_t         i, silent;
    bmc_sensor_t   s[16], later[16];
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    assert_int_equal(rack_ask(BMC_SENSORS_READ, ""), BMC_OK);
    assert_int_equal(rack.call.answer.nsensors, 16);
    assert_int_equal(rack.call.answer.health, BMC_HEALTH_OK);

    bmc_sim_sensors(u->machine, &u->machine->data[0], 1000, false, s, 16);
    bmc_sim_sensors(u->machine, &u->machine->data[0], 41000, false, later,
                    16);
    assert_string_equal(s[1].name, "CPU1 Temp");
    assert_true(s[1].value != later[1].value);
    assert_int_equal(s[15].discrete, 1);

    rack_ask(BMC_POWER_FORCE_OFF, "");
    bmc_sim_sensors(u->machine, &u->machine->data[u->machine->valid & 1],
                    1000, false, s, 16);

    for (i = 0, silent = 0; i < 16; i++) {
        silent += s[i].state == BMC_SENSOR_UNKNOWN;
    }

    assert_int_equal(silent, 11);
    assert_int_equal(s[0].state, BMC_SENSOR_OK);
}


static void
there_may_be_256_sensors_with_names_of_their_own(void **state)
{
    rack.conf.sensors = 256;
    assert_int_equal(rack_ask(BMC_SENSORS_READ, ""), BMC_OK);
    assert_int_equal(rack.call.answer.nsensors, 256);
}


static void
a_hot_processor_is_critical_and_logged_once(void **state)
{
    rack_fault("hot");
    rack_power();
    assert_int_equal(rack.call.answer.health, BMC_HEALTH_CRITICAL);
    rack_power();
    rack_fault(NULL);
    rack_power();
    assert_int_equal(rack.call.answer.health, BMC_HEALTH_OK);
    assert_string_equal(log_message(0), "upper critical going high");
    assert_non_null(strstr(log_message(1), "deasserted"));
    assert_null(log_entry(2));
}


static void
readings_have_minimum_maximum_and_average(void **state)
{
    json_t  *o;

    assert_int_equal(rack_ask(BMC_POWER_READING, ""), BMC_OK);
    o = rack.call.answer.json;
    assert_int_equal(json_integer_value(json_object_get(o, "interval")),
                     300);
    assert_true(json_integer_value(json_object_get(o, "min"))
                <= json_integer_value(json_object_get(o, "average")));
    assert_true(json_integer_value(json_object_get(o, "average"))
                <= json_integer_value(json_object_get(o, "max")));
}


static void
an_inventory_is_the_machines_own(void **state)
{
    bmc_sim_fru_t  a, b;

    bmc_sim_fru("n1", &a);
    bmc_sim_fru("n2", &b);
    assert_string_not_equal(a.serial, b.serial);
    assert_string_not_equal(a.uuid, b.uuid);
    assert_int_equal(strlen(a.uuid), 36);
    assert_int_equal(a.uuid[14], '8');

    assert_int_equal(rack_ask(BMC_INVENTORY_READ, ""), BMC_OK);
    assert_string_equal(json_string_value(json_object_get(json_object_get(
        rack.call.answer.json, "system"), "serial")), a.serial);
    assert_true(rack.call.answer.has & BMC_HAS_FACTS);
}


static void
lan_has_the_configured_address_or_none(void **state)
{
    const char  *address = "10.0.0.7";

    assert_int_equal(rack_ask(BMC_LAN_READ, ""), BMC_OK);
    assert_null(json_object_get(rack.call.answer.json, "address"));

    rack.host.address.word = &address;
    rack.host.address.count = 1;
    rack.host.mac = "92:33:b8:0e:df:8f";
    rack_ask(BMC_LAN_READ, "");
    assert_string_equal(rack_string("address"), "10.0.0.7");
    assert_string_equal(rack_string("mac"), "92:33:b8:0e:df:8f");

    address = "n1-bmc.example";
    rack_ask(BMC_LAN_READ, "");
    assert_null(json_object_get(rack.call.answer.json, "address"));
}


static void
raw_commands_are_answered_with_bytes_or_a_code(void **state)
{
    assert_int_equal(rack_ask(BMC_RAW, "netfn=06 cmd=01"), BMC_OK);
    assert_string_equal(rack_string("data"),
                        "20 01 01 00 02 8f 00 00 00 00 00");
    assert_int_equal(rack_ask(BMC_RAW, "netfn=00 cmd=01"), BMC_OK);
    assert_string_equal(rack_string("data"), "61 00 40");
    assert_int_equal(rack_ask(BMC_RAW, "netfn=2e cmd=99"), BMC_OK);
    assert_string_equal(rack_string("data"), "");
    assert_int_equal(json_integer_value(json_object_get(
        rack.call.answer.json, "code")), 0xc1);
}


static void
the_bmc_shows_its_counters(void **state)
{
    json_t  *sim;

    rack_power();
    rack_ask(BMC_IDENTIFY_SET, "state=on");
    assert_int_equal(rack_ask(BMC_BMC_READ, ""), BMC_OK);
    sim = json_object_get(rack.call.answer.json, "sim");
    assert_int_equal(json_integer_value(json_object_get(sim, "sessions")),
                     1);
    assert_int_equal(json_integer_value(json_object_get(sim, "changes")), 1);
    assert_int_equal(json_integer_value(json_object_get(sim, "reads")), 2);
}


/* Console */

static void
a_console_shows_a_boot_and_echoes(void **state)
{
    rack.conf.power_delay = 0;
    rack_ask(BMC_POWER_FORCE_OFF, "");
    fake_run(&rack.unit, &rack.call, BMC_CONSOLE_OPEN, NULL, 100);
    rack_sleep(20);
    assert_int_equal(rack.call.opened, 1);
    assert_non_null(strstr(rack.call.out, "the system is off"));

    {
        bmc_sim_data_t  *d;
        bmc_sim_times_t  t = { 0, 0, 0, false };
        bmc_sim_unit_t  *u = rack.unit.unit.state;

        d = bmc_sim_lock(rack.shared, u->machine, bmc_now());
        bmc_sim_power(rack.shared, u->machine, d, BMC_POWER_ON, &t,
                      bmc_now());
        bmc_sim_unlock(u->machine);
    }

    rack_sleep(1800);
    assert_non_null(strstr(rack.call.out, "BIOS"));
    assert_non_null(strstr(rack.call.out, "Linux version"));
    assert_non_null(strstr(rack.call.out, "n1 login: "));

    rack.call.nout = 0;
    assert_int_equal(bmc_driver_sim.write(&rack.unit.unit, &rack.call.call,
                                          "help\r", 5), 5);
    rack_sleep(20);
    assert_true(strncmp(rack.call.out, "help\r\nThis console", 18) == 0);
    assert_int_equal(rack.call.ended, 0);

    bmc_driver_sim.cancel(&rack.unit.unit, &rack.call.call);
    assert_int_equal(rack.call.ended, 1);
    assert_int_equal(rack.call.rc, BMC_OK);
}


static void
a_console_tells_when_the_system_goes_off_and_takes_what_fits(void **state)
{
    char         many[600];
    fake_call_t  off;

    fake_run(&rack.unit, &rack.call, BMC_CONSOLE_OPEN, NULL, 100);
    rack_sleep(10);
    memset(many, 'x', sizeof(many));
    assert_int_equal(bmc_driver_sim.write(&rack.unit.unit, &rack.call.call,
                                          many, sizeof(many)), 512);
    memset(&off, 0, sizeof(off));
    fake_run(&rack.unit, &off, BMC_POWER_FORCE_OFF, NULL, 1000);
    assert_int_equal(off.rc, BMC_OK);
    rack_sleep(150);
    assert_non_null(strstr(rack.call.out, "[the system is off]"));
    bmc_driver_sim.cancel(&rack.unit.unit, &rack.call.call);
}


static void
a_reader_that_hangs_up_in_the_middle_is_let_go(void **state)
{
    rack.call.hang_up = true;
    rack_ask(BMC_POWER_FORCE_OFF, "");
    rack.call.hang_up = true;
    fake_run(&rack.unit, &rack.call, BMC_CONSOLE_OPEN, NULL, 100);
    fake_wait(&rack.unit, &rack.call, 500);
    assert_int_equal(rack.call.ended, 1);
    assert_int_equal(rack.call.rc, BMC_OK);
}


static void
a_console_ends_when_the_bmc_restarts(void **state)
{
    fake_call_t  reset;

    fake_run(&rack.unit, &rack.call, BMC_CONSOLE_OPEN, NULL, 100);
    rack_sleep(10);
    memset(&reset, 0, sizeof(reset));
    fake_run(&rack.unit, &reset, BMC_BMC_RESET, NULL, 1000);
    assert_int_equal(reset.rc, BMC_OK);
    fake_wait(&rack.unit, &rack.call, 500);
    assert_int_equal(rack.call.ended, 1);
    assert_int_equal(rack.call.rc, BMC_UNREACHABLE);
}


#define RACK(test)  cmocka_unit_test_setup_teardown(test, rack_setup,        \
                                                    rack_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        RACK(power_on_takes_a_while),
        RACK(graceful_off_waits_for_the_system),
        RACK(a_system_may_ignore_acpi_but_not_force_off),
        RACK(a_graceful_off_called_back_by_reset_does_not_happen),
        RACK(off_calls_back_an_on_that_has_not_happened),
        RACK(cycle_is_off_then_on),
        RACK(what_needs_power_is_refused_in_the_bmcs_words),
        RACK(status_tells_who_the_machine_is_once),
        RACK(boot_once_lasts_for_one_boot),
        RACK(boot_persistent_lasts_until_none),
        RACK(identify_goes_out_by_itself),
        RACK(the_log_tells_what_happened_until_it_is_cleared),
        RACK(a_full_log_keeps_the_newest),
        RACK(users_come_change_and_go),
        RACK(users_that_do_not_fit_are_refused),
        RACK(sensors_move_and_fall_silent_with_the_system),
        RACK(there_may_be_256_sensors_with_names_of_their_own),
        RACK(a_hot_processor_is_critical_and_logged_once),
        RACK(readings_have_minimum_maximum_and_average),
        RACK(an_inventory_is_the_machines_own),
        RACK(lan_has_the_configured_address_or_none),
        RACK(raw_commands_are_answered_with_bytes_or_a_code),
        RACK(the_bmc_shows_its_counters),
        RACK(a_console_shows_a_boot_and_echoes),
        RACK(a_console_tells_when_the_system_goes_off_and_takes_what_fits),
        RACK(a_reader_that_hangs_up_in_the_middle_is_let_go),
        RACK(a_console_ends_when_the_bmc_restarts)
    };

    return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
