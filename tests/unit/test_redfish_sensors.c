
/*
 * Copyright (C) the bmcgate authors
 *
 * Sensors and watts of Redfish services, new and old.
 */


#include "redfish_tree.h"


static const bmc_sensor_t *
sensor(size_t i)
{
    assert_int_equal(tree.rc, BMC_OK);
    assert_true(i < tree.call.answer.nsensors);

    return &tree.call.answer.sensors[i];
}


static void
is(const bmc_sensor_t *s, const char *name, double value,
    bmc_unit_kind_t unit, bmc_sensor_state_t state)
{
    assert_string_equal(s->name, name);
    assert_true((isnan(value) && isnan(s->value))
                || fabs((double) s->value - value) < 0.01);
    assert_int_equal(s->unit, unit);
    assert_int_equal(s->state, state);
}


static bmc_sensor_t
decoded(const char *text)
{
    json_t        *json;
    bmc_sensor_t   s;

    json = quoted_json(text);
    assert_true(bmc_rf_sensor(json, &s));
    json_decref(json);

    return s;
}


static bool
is_there(const char *text)
{
    bool           there;
    json_t        *json;
    bmc_sensor_t   s;

    json = quoted_json(text);
    there = bmc_rf_sensor(json, &s);
    json_decref(json);

    return there;
}


static void
a_sensor_has_value_unit_state_and_thresholds(void **state)
{
    bmc_sensor_t  s;

    s = decoded("{'Name': 'CPU1 Temp', 'Reading': 48.5,"
        " 'ReadingUnits': 'Cel', 'ReadingType': 'Temperature',"
        " 'Status': {'State': 'Enabled', 'Health': 'OK'}, 'Thresholds': {"
        " 'LowerFatal': {'Reading': -9}, 'LowerCritical': {'Reading': -7},"
        " 'LowerCaution': {'Reading': 3}, 'UpperCaution': {'Reading': 80},"
        " 'UpperCritical': {'Reading': 90},"
        " 'UpperFatal': {'Reading': 115}}}");

    is(&s, "CPU1 Temp", 48.5, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
    assert_int_equal(s.type, 1);
    assert_true(s.threshold[BMC_LOW_FATAL] == -9);
    assert_true(s.threshold[BMC_LOW_CRITICAL] == -7);
    assert_true(s.threshold[BMC_LOW_WARNING] == 3);
    assert_true(s.threshold[BMC_HIGH_WARNING] == 80);
    assert_true(s.threshold[BMC_HIGH_CRITICAL] == 90);
    assert_true(s.threshold[BMC_HIGH_FATAL] == 115);
}


static void
units_are_ours_whatever_the_service_calls_them(void **state)
{
    size_t        i;
    bmc_sensor_t  s;
    char          text[128];

    static const struct {
        const char       *words;
        double            value;     /* of a reading of 100 */
        bmc_unit_kind_t   unit;
    } unit[] = {
        { "'ReadingUnits': 'Cel'", 100, BMC_UNIT_CELSIUS },
        { "'ReadingUnits': '[degF]'", 37.78, BMC_UNIT_CELSIUS },
        { "'ReadingUnits': 'K'", -173.15, BMC_UNIT_CELSIUS },
        { "'ReadingUnits': 'mV'", 0.1, BMC_UNIT_VOLTS },
        { "'ReadingUnits': 'A'", 100, BMC_UNIT_AMPERES },
        { "'ReadingUnits': 'kW'", 100000, BMC_UNIT_WATTS },
        { "'ReadingUnits': '{rev}/min'", 100, BMC_UNIT_RPM },
        { "'ReadingUnits': 'RPM'", 100, BMC_UNIT_RPM },
        { "'ReadingUnits': '%'", 100, BMC_UNIT_PERCENT },
        { "'ReadingUnits': '[cft_i]/min'", 100, BMC_UNIT_CFM },
        { "'ReadingUnits': 'kW.h'", 360000000, BMC_UNIT_JOULES },
        { "'ReadingUnits': 'MHz'", 100000000, BMC_UNIT_HERTZ },
        { "'ReadingUnits': 'Pa'", 100, BMC_UNIT_OTHER },
        { "'ReadingType': 'Voltage'", 100, BMC_UNIT_VOLTS },
        { "'ReadingType': 'Rotational'", 100, BMC_UNIT_RPM },
        { "'ReadingType': 'Altitude'", 100, BMC_UNIT_OTHER },
        { "'ReadingUnits': 7", 100, BMC_UNIT_OTHER }
    };

    for (i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
        (void) snprintf(text, sizeof(text),
            "{'Name': 'x', 'Reading': 100, %s}", unit[i].words);
        s = decoded(text);
        is(&s, "x", unit[i].value, unit[i].unit, BMC_SENSOR_OK);
    }
}


static void
the_bmcs_own_word_counts_before_thresholds(void **state)
{
    bmc_sensor_t  s;

    s = decoded("{'Name': 'x', 'Reading': 95, 'Thresholds': {'UpperCaution':"
        " {'Reading': 90}}, 'Status': {'Health': 'OK'}}");
    assert_int_equal(s.state, BMC_SENSOR_OK);

    s = decoded("{'Name': 'x', 'Reading': 20, 'Status': {'Health':"
        " 'Warning'}}");
    assert_int_equal(s.state, BMC_SENSOR_WARNING);

    s = decoded("{'Name': 'x', 'Reading': 20, 'Status': {'Health':"
        " 'Critical'}}");
    assert_int_equal(s.state, BMC_SENSOR_CRITICAL);

    s = decoded("{'Name': 'x', 'Reading': 120, 'Thresholds': {'UpperFatal':"
        " {'Reading': 115}}, 'Status': {'Health': 'Critical'}}");
    assert_int_equal(s.state, BMC_SENSOR_FATAL);
}


static void
without_health_thresholds_say_it(void **state)
{
    size_t        i;
    char          text[256];
    bmc_sensor_t  s;

    static const struct {
        int                 reading;
        bmc_sensor_state_t  state;
    } at[] = {
        { 0, BMC_SENSOR_FATAL }, { 10, BMC_SENSOR_FATAL },
        { 20, BMC_SENSOR_CRITICAL }, { 30, BMC_SENSOR_WARNING },
        { 31, BMC_SENSOR_OK }, { 69, BMC_SENSOR_OK },
        { 70, BMC_SENSOR_WARNING }, { 80, BMC_SENSOR_CRITICAL },
        { 90, BMC_SENSOR_FATAL }
    };

    for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
        (void) snprintf(text, sizeof(text), "{'Name': 'x', 'Reading': %d,"
            " 'Thresholds': {'LowerFatal': {'Reading': 10},"
            " 'LowerCritical': {'Reading': 20},"
            " 'LowerCaution': {'Reading': 30},"
            " 'UpperCaution': {'Reading': 70},"
            " 'UpperCritical': {'Reading': 80},"
            " 'UpperFatal': {'Reading': 90}}}", at[i].reading);
        s = decoded(text);
        assert_int_equal(s.state, at[i].state);
    }

    /* where there is none, some have 0 */

    s = decoded("{'Name': 'x', 'Reading': 20, 'Thresholds': {'UpperFatal':"
        " {'Reading': 0}}}");
    assert_int_equal(s.state, BMC_SENSOR_OK);
    assert_true(isnan(s.threshold[BMC_HIGH_FATAL]));
}


static void
a_sensor_without_a_reading_is_unknown(void **state)
{
    bmc_sensor_t  s;

    s = decoded("{'Name': 'x', 'Reading': null, 'ReadingUnits': 'V',"
        " 'Status': {'Health': 'OK'}}");
    is(&s, "x", NAN, BMC_UNIT_VOLTS, BMC_SENSOR_UNKNOWN);

    s = decoded("{'Name': 'x', 'Reading': 3, 'ReadingUnits': 'V',"
        " 'Status': {'State': 'Disabled', 'Health': 'OK'}}");
    is(&s, "x", NAN, BMC_UNIT_VOLTS, BMC_SENSOR_UNKNOWN);

    s = decoded("{'Name': 'x', 'Reading': 3, 'ReadingUnits': 'V',"
        " 'Status': {'State': 'UnavailableOffline'}}");
    is(&s, "x", NAN, BMC_UNIT_VOLTS, BMC_SENSOR_UNKNOWN);
}


static void
a_sensor_that_measures_nothing_has_a_state(void **state)
{
    bmc_sensor_t  s;

    s = decoded("{'Name': 'Intrusion', 'Status': {'Health': 'Critical'}}");
    is(&s, "Intrusion", NAN, BMC_UNIT_NONE, BMC_SENSOR_CRITICAL);
}


static void
absent_and_nameless_sensors_are_left_out(void **state)
{
    assert_false(is_there("{'Name': 'x', 'Status': {'State': 'Absent'}}"));
    assert_false(is_there("{'Reading': 3}"));
    assert_false(is_there("{'Name': '', 'Id': ' '}"));
    assert_false(is_there("[]"));
    assert_false(is_there("7"));
    assert_false(is_there("null"));
    assert_true(is_there("{'Name': '', 'Id': 'fan0'}"));
}


static void
names_are_cut_between_letters(void **state)
{
    bmc_sensor_t  s;

    s = decoded("{'Name': '0123456789012345678901234567890123'}");
    assert_string_equal(s.name, "0123456789012345678901234567890");

    s = decoded("{'Name': '012345678901234567890123456789\xc3\xa4'}");
    assert_string_equal(s.name, "012345678901234567890123456789");

    s = decoded("{'Name': 'a\\u001b[2Jb\\n'}");
    assert_string_equal(s.name, "a [2Jb");
}


static void
values_no_float_can_hold_are_none(void **state)
{
    bmc_sensor_t  s;

    s = decoded("{'Name': 'x', 'Reading': 1e300, 'ReadingUnits': 'V',"
        " 'Thresholds': {'UpperFatal': {'Reading': -1e300},"
        " 'UpperCritical': 7, 'UpperCaution': {'Reading': '9'}}}");
    is(&s, "x", NAN, BMC_UNIT_VOLTS, BMC_SENSOR_UNKNOWN);
    assert_true(isnan(s.threshold[BMC_HIGH_FATAL]));
    assert_true(isnan(s.threshold[BMC_HIGH_CRITICAL]));
    assert_true(isnan(s.threshold[BMC_HIGH_WARNING]));

    s = decoded("{'Name': 'x', 'Reading': 'Infinity',"
        " 'ReadingUnits': 'V'}");
    is(&s, "x", NAN, BMC_UNIT_VOLTS, BMC_SENSOR_UNKNOWN);

    s = decoded("{'Name': 'x', 'Reading': 1e38, 'ReadingUnits': 'kW.h'}");
    is(&s, "x", NAN, BMC_UNIT_JOULES, BMC_SENSOR_UNKNOWN);
}


static void
all_chassis_of_the_system_are_read(void **state)
{
    serve("/S", "{'Links': {'Chassis': [{'@odata.id': '/C'}, 7, {},"
        " {'@odata.id': '/C2'}, {'@odata.id': '/C'}]}}");
    serve("/C", "{'Sensors': {'@odata.id': '/C/Sensors'}}");
    serve("/C2", "{'Sensors': {'@odata.id': '/C2/Sensors'}}");
    serve("/C/Sensors", "{'Members': [{'@odata.id': '/C/Sensors/1'}, 7,"
        " {'@odata.id': '/gone'}]}");
    serve("/C/Sensors/1", "{'Name': 'Inlet', 'Reading': 21,"
        " 'ReadingUnits': 'Cel'}");
    serve("/C2/Sensors", "{'Members': [{'@odata.id': '/C2/Sensors/1'}]}");
    serve("/C2/Sensors/1", "{'Name': 'Cage', 'Reading': 22,"
        " 'ReadingUnits': 'Cel'}");

    run(bmc_rf_sensors);

    assert_int_equal(tree.call.answer.nsensors, 2);
    assert_true(tree.call.answer.has & BMC_HAS_SENSORS);
    is(sensor(0), "Inlet", 21, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
    is(sensor(1), "Cage", 22, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
}


static void
a_system_that_names_no_chassis_has_the_one_that_was_found(void **state)
{
    serve("/S", "{'Links': []}");
    serve("/C", "{'Thermal': {'@odata.id': '/C/Thermal'}}");
    serve("/C/Thermal", "{'Temperatures': [{'Name': 'Inlet',"
        " 'ReadingCelsius': 20}]}");

    run(bmc_rf_sensors);

    assert_int_equal(tree.call.answer.nsensors, 1);
}


static void
more_sensors_than_the_board_has_room_for_are_left_out(void **state)
{
    size_t   i;
    json_t  *list;

    list = json_array();

    for (i = 0; i < 400; i++) {
        assert_int_equal(json_array_append_new(list,
            json_pack("{s:s, s:i}", "Name", "x", "Reading", (int) i)), 0);
    }

    serve("/C", "{'Sensors': {'@odata.id': '/C/Sensors'}}");
    tree_put("/C/Sensors", json_pack("{s:o}", "Members", list));

    run(bmc_rf_sensors);

    assert_int_equal(tree.call.answer.nsensors, BMC_SENSOR_MAX);
    assert_true(sensor(BMC_SENSOR_MAX - 1)->value == BMC_SENSOR_MAX - 1);
}


static void
subsystems_tell_what_a_chassis_without_sensors_measures(void **state)
{
    serve("/C", "{'ThermalSubsystem': {'@odata.id': '/T'},"
        " 'PowerSubsystem': {'@odata.id': '/P'},"
        " 'EnvironmentMetrics': {'@odata.id': '/E'},"
        " 'Thermal': {'@odata.id': '/old'}, 'Power': {'@odata.id':"
        " '/old'}}");
    serve("/old", "{'Temperatures': [{'Name': 'old', 'ReadingCelsius': 1}],"
        " 'Voltages': [{'Name': 'old', 'ReadingVolts': 1}]}");
    serve("/T", "{'Fans': {'@odata.id': '/T/Fans'},"
        " 'ThermalMetrics': {'@odata.id': '/T/M'}}");
    serve("/T/Fans", "{'Members': [{'Name': 'Fan 1', 'SpeedPercent':"
        " {'Reading': 40, 'SpeedRPM': 5400}, 'Status': {'Health': 'OK'}},"
        " {'Name': 'Fan 2', 'SpeedPercent': {'Reading': 41}},"
        " {'Name': 'Fan 3', 'Status': {'Health': 'Critical'}},"
        " {'Name': 'Fan 4', 'Status': {'State': 'Absent'}}]}");
    serve("/T/M", "{'TemperatureReadingsCelsius': [{'Reading': 31,"
        " 'DeviceName': 'CPU 1'}, {'Reading': 22,"
        " 'PhysicalContext': 'Intake'}, {'Reading': 1}, 7]}");
    serve("/P", "{'PowerSupplies': {'@odata.id': '/P/S'}}");
    serve("/P/S", "{'Members': [{'Name': 'PSU1', 'Metrics':"
        " {'@odata.id': '/P/S/M'}, 'Status': {'Health': 'Warning'}},"
        " {'Name': 'PSU2', 'Status': {'State': 'Absent'}}]}");
    serve("/P/S/M", "{'InputPowerWatts': {'Reading': 210.5},"
        " 'InputVoltage': {'Reading': 230}, 'OutputPowerWatts': {}}");
    serve("/E", "{'PowerWatts': {'Reading': 220}, 'EnergykWh': {}}");

    run(bmc_rf_sensors);

    assert_int_equal(tree.call.answer.nsensors, 9);
    is(sensor(0), "Fan 1", 5400, BMC_UNIT_RPM, BMC_SENSOR_OK);
    is(sensor(1), "Fan 2", 41, BMC_UNIT_PERCENT, BMC_SENSOR_OK);
    is(sensor(2), "Fan 3", NAN, BMC_UNIT_NONE, BMC_SENSOR_CRITICAL);
    is(sensor(3), "CPU 1", 31, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
    is(sensor(4), "Intake", 22, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
    is(sensor(5), "PSU1", NAN, BMC_UNIT_NONE, BMC_SENSOR_WARNING);
    is(sensor(6), "PSU1 Input Power", 210.5, BMC_UNIT_WATTS, BMC_SENSOR_OK);
    is(sensor(7), "PSU1 Input Voltage", 230, BMC_UNIT_VOLTS, BMC_SENSOR_OK);
    is(sensor(8), "Power", 220, BMC_UNIT_WATTS, BMC_SENSOR_OK);
}


static void
a_summary_of_temperatures_is_better_than_none(void **state)
{
    serve("/C", "{'ThermalSubsystem': {'@odata.id': '/T'}}");
    serve("/T", "{'ThermalMetrics': {'@odata.id': '/T/M'}}");
    serve("/T/M", "{'TemperatureSummaryCelsius': {'Intake':"
        " {'Reading': 23}, 'Exhaust': {'Reading': null}}}");

    run(bmc_rf_sensors);

    assert_int_equal(tree.call.answer.nsensors, 1);
    is(sensor(0), "Intake Temp", 23, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
}


static void
old_services_have_thermal_and_power(void **state)
{
    serve("/C", "{'Thermal': {'@odata.id': '/T'}, 'Power':"
        " {'@odata.id': '/P'}}");
    serve("/T", "{'Temperatures': [{'Name': '01-Inlet Ambient',"
        " 'ReadingCelsius': 24, 'UpperThresholdCritical': 42,"
        " 'UpperThresholdFatal': 47, 'Status': {'Health': 'OK',"
        " 'State': 'Enabled'}}, {'Name': '02-CPU 2', 'ReadingCelsius': 0,"
        " 'Status': {'State': 'Absent'}}, {'Name': '03-PCH',"
        " 'ReadingCelsius': 50, 'UpperThresholdCritical': 0,"
        " 'UpperThresholdFatal': 0}],"
        " 'Fans': [{'Name': 'Fan 1', 'Reading': 13, 'ReadingUnits':"
        " 'Percent', 'Status': {'Health': 'OK'}}, {'FanName': 'Fan 2',"
        " 'CurrentReading': 14, 'Units': 'Percent'}, {'MemberId': '3',"
        " 'Reading': 5000, 'ReadingUnits': 'RPM',"
        " 'LowerThresholdCritical': 5200}, {'Name': 'Fan 4',"
        " 'Status': {'Health': 'OK'}}, {'Name': 'Fan 5', 'Reading': 7}]}");
    serve("/P", "{'PowerControl': [{'Name': 'System', "
        " 'PowerConsumedWatts': 151}], 'Voltages': [{'Name': '12V',"
        " 'ReadingVolts': 12.1, 'LowerThresholdNonCritical': 11},"
        " {'Name': '5V', 'ReadingVolts': 5, 'Status':"
        " {'State': 'Disabled'}}],"
        " 'PowerSupplies': [{'Name': 'HpeServerPowerSupply',"
        " 'LastPowerOutputWatts': 80, 'Status': {'Health': 'OK'}},"
        " {'Name': 'PS2', 'Status': {'Health': 'Critical'}},"
        " {'Name': 'PS3', 'Status': {'State': 'Absent'}}]}");

    run(bmc_rf_sensors);

    assert_int_equal(tree.call.answer.nsensors, 12);
    is(sensor(0), "01-Inlet Ambient", 24, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
    assert_true(sensor(0)->threshold[BMC_HIGH_CRITICAL] == 42);
    assert_true(sensor(0)->threshold[BMC_HIGH_FATAL] == 47);
    is(sensor(1), "03-PCH", 50, BMC_UNIT_CELSIUS, BMC_SENSOR_OK);
    is(sensor(2), "Fan 1", 13, BMC_UNIT_PERCENT, BMC_SENSOR_OK);
    is(sensor(3), "Fan 2", 14, BMC_UNIT_PERCENT, BMC_SENSOR_OK);
    is(sensor(4), "3", 5000, BMC_UNIT_RPM, BMC_SENSOR_CRITICAL);
    is(sensor(5), "Fan 4", NAN, BMC_UNIT_NONE, BMC_SENSOR_OK);
    is(sensor(6), "Fan 5", 7, BMC_UNIT_OTHER, BMC_SENSOR_OK);
    is(sensor(7), "System", 151, BMC_UNIT_WATTS, BMC_SENSOR_OK);
    is(sensor(8), "12V", 12.1, BMC_UNIT_VOLTS, BMC_SENSOR_OK);
    is(sensor(9), "5V", NAN, BMC_UNIT_VOLTS, BMC_SENSOR_UNKNOWN);
    is(sensor(10), "HpeServerPowerSupply", 80, BMC_UNIT_WATTS,
       BMC_SENSOR_OK);
    is(sensor(11), "PS2", NAN, BMC_UNIT_NONE, BMC_SENSOR_CRITICAL);
    assert_int_equal(sensor(11)->type, 8);
}


static void
old_resources_of_strangers_are_believed_nothing(void **state)
{
    serve("/C", "{'Thermal': {'@odata.id': '/T'}, 'Power':"
        " {'@odata.id': '/P'}, 'Sensors': 7, 'ThermalSubsystem': []}");
    serve("/T", "{'Temperatures': [7, null, 'x', {'Name': 9}, {'Name': 'x',"
        " 'ReadingCelsius': '20', 'Status': 'OK'}, {'Name': 'y',"
        " 'ReadingCelsius': 1e200, 'UpperThresholdFatal': 1e200}],"
        " 'Fans': {'Name': 'x'}}");
    serve("/P", "[]");

    run(bmc_rf_sensors);

    assert_int_equal(tree.call.answer.nsensors, 2);
    is(sensor(0), "x", NAN, BMC_UNIT_CELSIUS, BMC_SENSOR_UNKNOWN);
    is(sensor(1), "y", NAN, BMC_UNIT_CELSIUS, BMC_SENSOR_UNKNOWN);
    assert_true(isnan(sensor(1)->threshold[BMC_HIGH_FATAL]));
}


static void
a_machine_without_any_sensor_says_so(void **state)
{
    run(bmc_rf_sensors);

    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_non_null(strstr(tree.text, "neither Sensors nor Thermal"));
}


static void
an_empty_list_of_sensors_is_an_answer(void **state)
{
    serve("/C", "{'Sensors': {'@odata.id': '/C/Sensors'}}");
    serve("/C/Sensors", "{'Members': []}");

    run(bmc_rf_sensors);

    assert_int_equal(tree.rc, BMC_OK);
    assert_int_equal(tree.call.answer.nsensors, 0);
}


static void
old_services_tell_watts_with_least_most_and_average(void **state)
{
    serve("/C", "{'Power': {'@odata.id': '/P'}, 'EnvironmentMetrics':"
        " {'@odata.id': '/E'}}");
    serve("/E", "{'PowerWatts': {'Reading': 7}}");
    serve("/P", "{'PowerControl': [{'PowerConsumedWatts': null},"
        " {'PowerConsumedWatts': 151.5, 'PowerMetrics':"
        " {'MinConsumedWatts': 90, 'MaxConsumedWatts': 300,"
        " 'AverageConsumedWatts': 120, 'IntervalInMin': 5}}]}");

    run(bmc_rf_power_reading);

    told("{'watts': 151.5, 'min': 90, 'max': 300, 'average': 120,"
         " 'interval': 300}");
    assert_true(tree.call.answer.has & BMC_HAS_WATTS);
    assert_true(tree.call.answer.watts == 151.5f);
}


static void
newer_services_tell_watts_in_environment_metrics(void **state)
{
    serve("/S", "{'Links': {'Chassis': [{'@odata.id': '/none'},"
        " {'@odata.id': '/C'}]}}");
    serve("/C", "{'EnvironmentMetrics': {'@odata.id': '/E'}}");
    serve("/E", "{'PowerWatts': {'Reading': 374}}");

    run(bmc_rf_power_reading);

    told("{'watts': 374}");
}


static void
a_sensor_of_the_systems_power_does_where_nothing_else_is(void **state)
{
    serve("/C", "{'Sensors': {'@odata.id': '/C/Sensors'}}");
    serve("/C/Sensors", "{'Members': [{'Name': 'PSU1 Input', 'Reading': 70,"
        " 'ReadingType': 'Power', 'PhysicalContext': 'PowerSupply'},"
        " {'Name': 'total_power', 'Reading': 12, 'ReadingUnits': 'V'},"
        " {'Name': 'Total_Power', 'Reading': 141, 'ReadingUnits': 'W'},"
        " {'Name': 'other', 'Reading': 9, 'ReadingUnits': 'W',"
        " 'PhysicalContext': 'Chassis'}]}");

    run(bmc_rf_power_reading);

    told("{'watts': 141}");
}


static void
a_reading_that_is_not_there_now_is_refused(void **state)
{
    serve("/C", "{'Power': {'@odata.id': '/P'}}");
    serve("/P", "{'PowerControl': [{'PowerConsumedWatts': null}]}");

    run(bmc_rf_power_reading);

    assert_int_equal(tree.rc, BMC_REFUSED);
    assert_string_equal(tree.text, "the BMC has no power reading now");
}


static void
a_machine_that_measures_no_power_says_so(void **state)
{
    run(bmc_rf_power_reading);

    assert_int_equal(tree.rc, BMC_UNSUPPORTED);
    assert_non_null(strstr(tree.text, "measures no power"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_sensor_has_value_unit_state_and_thresholds),
        cmocka_unit_test(units_are_ours_whatever_the_service_calls_them),
        cmocka_unit_test(the_bmcs_own_word_counts_before_thresholds),
        cmocka_unit_test(without_health_thresholds_say_it),
        cmocka_unit_test(a_sensor_without_a_reading_is_unknown),
        cmocka_unit_test(a_sensor_that_measures_nothing_has_a_state),
        cmocka_unit_test(absent_and_nameless_sensors_are_left_out),
        cmocka_unit_test(names_are_cut_between_letters),
        cmocka_unit_test(values_no_float_can_hold_are_none),
        tree_test(all_chassis_of_the_system_are_read),
        tree_test(a_system_that_names_no_chassis_has_the_one_that_was_found),
        tree_test(more_sensors_than_the_board_has_room_for_are_left_out),
        tree_test(subsystems_tell_what_a_chassis_without_sensors_measures),
        tree_test(a_summary_of_temperatures_is_better_than_none),
        tree_test(old_services_have_thermal_and_power),
        tree_test(old_resources_of_strangers_are_believed_nothing),
        tree_test(a_machine_without_any_sensor_says_so),
        tree_test(an_empty_list_of_sensors_is_an_answer),
        tree_test(old_services_tell_watts_with_least_most_and_average),
        tree_test(newer_services_tell_watts_in_environment_metrics),
        tree_test(a_sensor_of_the_systems_power_does_where_nothing_else_is),
        tree_test(a_reading_that_is_not_there_now_is_refused),
        tree_test(a_machine_that_measures_no_power_says_so)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
