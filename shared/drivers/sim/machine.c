
/*
 * Copyright (C) the bmcgate authors
 *
 * Power, as a clock tells it: nothing runs here between two questions.
 */


#include <string.h>

#include "drivers/sim/machine.h"


#define MACHINE_OFF                                                          \
    "the system is off (IPMI: not in present state, 0xD5)"
#define MACHINE_TIME_MAX  (INT64_MAX / 1024)
#define MACHINE_BOOT_MAX                                                     \
    (sizeof(bmc_sim_boot_names) / sizeof(bmc_sim_boot_names[0]) - 2)


const char *const  bmc_sim_boot_names[] = {
    "none", "pxe", "disk", "cdrom", "bios", "usb", "diag", NULL
};


uint8_t
bmc_sim_boot_find(const char *name)
{
    uint8_t  i;

    for (i = 0; bmc_sim_boot_names[i] != NULL; i++) {
        if (strcmp(bmc_sim_boot_names[i], name) == 0) {
            return i;
        }
    }

    return 0;
}


void
bmc_sim_machine_init(bmc_sim_data_t *d, bool on, int64_t now)
{
    memset(d, 0, sizeof(bmc_sim_data_t));

    d->power = on ? BMC_POWER_IS_ON : BMC_POWER_IS_OFF;
    d->since = now;
    d->booted = now;
    d->led = BMC_LED_OFF;
    d->log_first = 1;
    d->log_next = 1;
    d->change_next = 1;
    d->session_next = 1;
}


static int64_t
machine_time(int64_t ms)
{
    return ms > MACHINE_TIME_MAX || ms < -MACHINE_TIME_MAX ? 0 : ms;
}


/* whatever stands in a damaged file leads nowhere outside of it */

void
bmc_sim_machine_mend(bmc_sim_data_t *d)
{
    unsigned  i;

    d->since = machine_time(d->since);
    d->due = machine_time(d->due);
    d->booted = machine_time(d->booted);
    d->led_until = machine_time(d->led_until);
    d->up_at = machine_time(d->up_at);
    d->busy_at = machine_time(d->busy_at);
    d->faults.slow = machine_time(d->faults.slow);
    d->faults.busy = machine_time(d->faults.busy);

    for (i = 0; i < BMC_SIM_SLOTS; i++) {
        d->slot[i].used = machine_time(d->slot[i].used);
    }

    if (d->log_next - d->log_first > BMC_SIM_LOG) {
        d->log_first = d->log_next;
    }

    if (d->change_next == 0) {
        d->change_next = 1;
    }

    if (d->power != BMC_POWER_IS_ON) {
        d->power = BMC_POWER_IS_OFF;
    }

    d->led = d->led > BMC_LED_TIMED ? BMC_LED_OFF : d->led;
    d->boot = d->boot > MACHINE_BOOT_MAX ? 0 : d->boot;
    d->boot_efi = d->boot_efi > 2 ? 0 : d->boot_efi;
    d->users &= 1;
    d->media &= 1;
}


void
bmc_sim_machine_shift(bmc_sim_data_t *d, int64_t shift)
{
    unsigned  i;

    d->since += shift;
    d->booted += shift;
    d->led_until += shift;
    d->up_at += shift;

    if (d->due != 0) {
        d->due += shift;
    }

    if (d->busy_at != 0) {
        d->busy_at += shift;
    }

    for (i = 0; i < BMC_SIM_SLOTS; i++) {
        d->slot[i].used += shift;
    }
}


static void
machine_boot(bmc_sim_data_t *d, int64_t at)
{
    d->booted = at;

    if (!d->boot_persistent) {
        d->boot = 0;
        d->boot_efi = 0;
    }
}


static void
machine_flip(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    int64_t at)
{
    d->due = 0;
    d->since = at;

    if (d->power == BMC_POWER_IS_ON) {
        d->power = BMC_POWER_IS_OFF;
        bmc_sim_event(st, m, d, at, BMC_HEALTH_OK, "Power", "power off");
        return;
    }

    d->power = BMC_POWER_IS_ON;
    d->powered_on++;

    machine_boot(d, at);
    bmc_sim_event(st, m, d, at, BMC_HEALTH_OK, "Power", "power on");
}


void
bmc_sim_settle(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    int64_t now)
{
    if (d->due != 0 && d->due <= now) {
        machine_flip(st, m, d, d->due);
    }

    if (d->led == BMC_LED_TIMED && d->led_until <= now) {
        d->led = BMC_LED_OFF;
    }
}


static const char *
machine_cycle(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    int64_t gap, int64_t now)
{
    if (d->power == BMC_POWER_IS_OFF && d->due == 0) {
        return "cycle: " MACHINE_OFF;
    }

    if (d->power == BMC_POWER_IS_ON) {
        machine_flip(st, m, d, now);
    }

    d->due = now + gap;

    return NULL;
}


static const char *
machine_reset(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    int64_t now)
{
    if (d->power == BMC_POWER_IS_OFF) {
        return "reset: " MACHINE_OFF;
    }

    d->due = 0;

    machine_boot(d, now);
    bmc_sim_event(st, m, d, now, BMC_HEALTH_OK, "Power", "system reset");

    return NULL;
}


static const char *
machine_nmi(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    int64_t now)
{
    if (d->power == BMC_POWER_IS_OFF) {
        return "nmi: " MACHINE_OFF;
    }

    bmc_sim_event(st, m, d, now, BMC_HEALTH_WARNING, "Critical Interrupt",
                  "front panel NMI / diagnostic interrupt");

    return NULL;
}


static void
machine_off(bmc_sim_data_t *d, const bmc_sim_times_t *times, int64_t now)
{
    if (d->power == BMC_POWER_IS_OFF) {
        d->due = 0;

    } else if (d->due == 0 && !times->deaf) {
        d->due = now + times->shutdown;
    }
}


static void
machine_force_off(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d, int64_t now)
{
    d->due = 0;

    if (d->power == BMC_POWER_IS_ON) {
        machine_flip(st, m, d, now);
    }
}


const char *
bmc_sim_power(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d,
    bmc_verb_t verb, const bmc_sim_times_t *times, int64_t now)
{
    const char  *refusal;

    refusal = NULL;

    if (verb == BMC_POWER_ON) {
        if (d->power == BMC_POWER_IS_OFF && d->due == 0) {
            d->due = now + times->delay;
        }

    } else if (verb == BMC_POWER_OFF) {
        machine_off(d, times, now);

    } else if (verb == BMC_POWER_FORCE_OFF) {
        machine_force_off(st, m, d, now);

    } else if (verb == BMC_POWER_CYCLE) {
        refusal = machine_cycle(st, m, d, times->gap, now);

    } else if (verb == BMC_POWER_RESET) {
        refusal = machine_reset(st, m, d, now);

    } else {
        refusal = machine_nmi(st, m, d, now);
    }

    bmc_sim_settle(st, m, d, now);

    return refusal;
}


void
bmc_sim_bmc_reset(bmc_sim_data_t *d, int64_t up_at)
{
    memset(d->slot, 0, sizeof(d->slot));

    d->up_at = up_at;
    d->died = 0;
    d->busy_at = 0;
}
