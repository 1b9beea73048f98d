
/*
 * Copyright (C) the bmcgate authors
 *
 * The names of faults, for configuration and for tests/tools/simctl.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/sim/state.h"
#include "base/clock.h"


static const struct {
    const char  *name;
    uint32_t     bit;
} faults_names[] = {
    { "dead",          BMC_SIM_DEAD },
    { "mute",          BMC_SIM_MUTE },
    { "slow",          BMC_SIM_SLOW },
    { "busy",          BMC_SIM_BUSY },
    { "lies",          BMC_SIM_LIES },
    { "loses",         BMC_SIM_LOSES },
    { "dies",          BMC_SIM_DIES },
    { "ignores-acpi",  BMC_SIM_NO_ACPI },
    { "no-nmi",        BMC_SIM_NO_NMI },
    { "full",          BMC_SIM_FULL },
    { "refuses-login", BMC_SIM_BAD_LOGIN },
    { "hot",           BMC_SIM_HOT },
    { NULL,            0 }
};


const char *
bmc_sim_fault_name(unsigned i)
{
    return faults_names[i].name;
}


uint32_t
bmc_sim_fault_bit(unsigned i)
{
    return faults_names[i].bit;
}


static bool
faults_time(bmc_sim_faults_t *f, uint32_t bit, const char *word,
    const char *value, char why[BMC_TEXT_MAX])
{
    int64_t  ms;

    ms = value == NULL ? 0 : bmc_duration_parse(value);

    if (ms < 0 || (bit != BMC_SIM_SLOW && bit != BMC_SIM_BUSY && ms != 0)
        || (bit == BMC_SIM_SLOW && ms == 0))
    {
        snprintf(why, BMC_TEXT_MAX, "invalid fault \"%s\", expected "
            "slow=TIME or busy=TIME, as in slow=3s", word);
        return false;
    }

    if (bit == BMC_SIM_SLOW) {
        f->slow = ms;
    }

    if (bit == BMC_SIM_BUSY) {
        f->busy = ms;
    }

    f->bits |= bit;

    return true;
}


bool
bmc_sim_fault_add(bmc_sim_faults_t *f, const char *word,
    char why[BMC_TEXT_MAX])
{
    size_t       len;
    unsigned     i;
    const char  *value;

    len = strcspn(word, "=");
    value = word[len] == '=' ? word + len + 1 : NULL;

    for (i = 0; faults_names[i].name != NULL; i++) {
        if (strlen(faults_names[i].name) == len
            && strncmp(faults_names[i].name, word, len) == 0)
        {
            return faults_time(f, faults_names[i].bit, word, value, why);
        }
    }

    snprintf(why, BMC_TEXT_MAX, "unknown fault \"%s\", expected dead, mute, "
        "slow=TIME, busy, busy=TIME, lies, loses, dies, ignores-acpi, "
        "no-nmi, full, refuses-login or hot", word);

    return false;
}
