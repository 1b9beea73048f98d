
/*
 * Copyright (C) the bmcgate authors
 */


#include "bmcgate.h"


#define text_of(names, i)                                                    \
    (((size_t) (i) < sizeof(names) / sizeof(names[0])) ? names[i] : names[0])


static const char *const  text_power[] = {
    [BMC_POWER_IS_UNKNOWN] = "unknown",
    [BMC_POWER_IS_ON] = "on",
    [BMC_POWER_IS_OFF] = "off"
};


static const char *const  text_reach[] = {
    [BMC_REACH_UNKNOWN] = "unknown",
    [BMC_REACH_YES] = "yes",
    [BMC_REACH_NO] = "no",
    [BMC_REACH_REFUSED] = "refused"
};


static const char *const  text_health[] = {
    [BMC_HEALTH_UNKNOWN] = "unknown",
    [BMC_HEALTH_OK] = "ok",
    [BMC_HEALTH_WARNING] = "warning",
    [BMC_HEALTH_CRITICAL] = "critical"
};


static const char *const  text_led[] = {
    [BMC_LED_UNKNOWN] = "unknown",
    [BMC_LED_OFF] = "off",
    [BMC_LED_ON] = "on",
    [BMC_LED_TIMED] = "timed"
};


static const char *const  text_op_state[] = {
    [BMC_OP_NONE] = "none",
    [BMC_OP_ASKED] = "asked",
    [BMC_OP_SENT] = "sent",
    [BMC_OP_ACCEPTED] = "accepted",
    [BMC_OP_VERIFIED] = "verified",
    [BMC_OP_FAILED] = "failed",
    [BMC_OP_CANCELLED] = "cancelled",
    [BMC_OP_UNKNOWN] = "unknown",
    [BMC_OP_UNVERIFIED] = "unverified"
};


static const char *const  text_sensor_state[] = {
    [BMC_SENSOR_UNKNOWN] = "unknown",
    [BMC_SENSOR_OK] = "ok",
    [BMC_SENSOR_WARNING] = "warning",
    [BMC_SENSOR_CRITICAL] = "critical",
    [BMC_SENSOR_FATAL] = "fatal"
};


/* the words of "ipmitool sensor" */

static const char *const  text_unit[] = {
    [BMC_UNIT_NONE] = "",
    [BMC_UNIT_CELSIUS] = "degrees C",
    [BMC_UNIT_VOLTS] = "Volts",
    [BMC_UNIT_AMPERES] = "Amps",
    [BMC_UNIT_WATTS] = "Watts",
    [BMC_UNIT_RPM] = "RPM",
    [BMC_UNIT_PERCENT] = "percent",
    [BMC_UNIT_CFM] = "CFM",
    [BMC_UNIT_JOULES] = "Joules",
    [BMC_UNIT_HERTZ] = "Hz",
    [BMC_UNIT_OTHER] = ""
};


const char *
bmc_power_name(bmc_power_t p)
{
    return text_of(text_power, p);
}


const char *
bmc_reach_name(bmc_reach_t r)
{
    return text_of(text_reach, r);
}


const char *
bmc_health_name(bmc_health_t h)
{
    return text_of(text_health, h);
}


const char *
bmc_led_name(bmc_led_t l)
{
    return text_of(text_led, l);
}


const char *
bmc_op_state_name(bmc_op_state_t s)
{
    return text_of(text_op_state, s);
}


const char *
bmc_sensor_state_name(bmc_sensor_state_t s)
{
    return text_of(text_sensor_state, s);
}


const char *
bmc_unit_name(bmc_unit_kind_t u)
{
    return text_of(text_unit, u);
}
