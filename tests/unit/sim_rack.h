
/*
 * Copyright (C) the bmcgate authors
 *
 * A rack of one simulated machine, "n1", in a folder of its own.
 */


#ifndef _SIM_RACK_H_INCLUDED_
#define _SIM_RACK_H_INCLUDED_


#include "driver_fake.h"

#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "drivers/sim/file.h"
#include "drivers/sim/sim.h"


extern const bmc_driver_t  bmc_driver_sim;


static struct {
    char            dir[64];
    char            path[80];
    uv_loop_t       loop;
    bmc_fleet_t     fleet;
    bmc_hostconf_t  host;
    bmc_sim_conf_t  conf;
    void           *shared;
    fake_unit_t     unit;
    fake_call_t     call;
} rack;


static inline void
rack_conf(void)
{
    memset(&rack.conf, 0, sizeof(bmc_sim_conf_t));

    rack.conf.power = 1;
    rack.conf.power_delay = 300;
    rack.conf.shutdown_time = 300;
    rack.conf.cycle_gap = 300;
    rack.conf.bmc_boot = 300;
    rack.conf.sessions = 4;
    rack.conf.session_timeout = 60000;
    rack.conf.sensors = 16;
}


static inline int
rack_setup(void **state)
{
    char  why[BMC_TEXT_MAX];

    snprintf(rack.dir, sizeof(rack.dir), "/tmp/test_sim.XXXXXX");
    assert_non_null(mkdtemp(rack.dir));
    snprintf(rack.path, sizeof(rack.path), "%s/state/sim", rack.dir);

    memset(&rack.fleet, 0, sizeof(bmc_fleet_t));
    memset(&rack.host, 0, sizeof(bmc_hostconf_t));

    rack.fleet.pool = bmc_pool_create(256);
    rack.fleet.state = bmc_psprintf(rack.fleet.pool, "%s/state", rack.dir);
    rack.fleet.host = &rack.host;
    rack.fleet.nhosts = 1;
    rack.host.name = "n1";
    rack.host.driver[0] = &bmc_driver_sim;
    rack.host.ndrivers = 1;
    rack.host.fleet = &rack.fleet;
    rack_conf();

    assert_int_equal(uv_loop_init(&rack.loop), 0);

    rack.shared = bmc_driver_sim.load(&rack.fleet, why);
    assert_non_null(rack.shared);

    fake_open(&rack.unit, &bmc_driver_sim, &rack.host, &rack.conf,
              rack.shared, &rack.loop);

    return 0;
}


static inline int
rack_remove(const char *path, const struct stat *sb, int flag,
    struct FTW *ftw)
{
    return remove(path);
}


static inline int
rack_teardown(void **state)
{
    if (rack.unit.closed == 0) {
        fake_close(&rack.unit);
    }

    bmc_driver_sim.unload(rack.shared);
    assert_int_equal(uv_loop_close(&rack.loop), 0);
    bmc_pool_destroy(rack.fleet.pool);
    fake_free(&rack.call);

    return nftw(rack.dir, rack_remove, 8, FTW_DEPTH|FTW_PHYS);
}


/* asks n1, and waits for what becomes of it */

static inline bmc_rc_t
rack_ask(bmc_verb_t verb, const char *words)
{
    char  text[256];

    snprintf(text, sizeof(text), "%s", words);
    fake_free(&rack.call);
    fake_run(&rack.unit, &rack.call, verb, text, 2000);
    fake_wait(&rack.unit, &rack.call, 5000);
    assert_int_equal(rack.call.ended, 1);

    return rack.call.rc;
}


static inline bmc_power_t
rack_power(void)
{
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_OK);
    assert_true(rack.call.answer.has & BMC_HAS_POWER);

    return rack.call.answer.power;
}


static inline void
rack_sleep(uint64_t ms)
{
    fake_wait(&rack.unit, NULL, ms);
}


static inline void
rack_fault(const char *word)
{
    char             why[BMC_TEXT_MAX];
    bmc_sim_data_t  *d;
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    d = bmc_sim_lock(rack.shared, u->machine, bmc_now());
    assert_non_null(d);

    memset(&d->faults, 0, sizeof(bmc_sim_faults_t));
    d->faults.set = 1;
    d->died = 0;
    d->busy_at = 0;
    assert_true(word == NULL || bmc_sim_fault_add(&d->faults, word, why));

    bmc_sim_unlock(u->machine);
}


/* "sessions" … of what simctl shows */

static inline long
rack_count(const char *name)
{
    long             n;
    json_t          *o;
    bmc_sim_data_t  *d;
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    d = bmc_sim_lock(rack.shared, u->machine, bmc_now());
    assert_non_null(d);
    o = bmc_sim_counters_json(rack.shared, d);
    bmc_sim_unlock(u->machine);

    assert_non_null(json_object_get(o, name));
    n = (long) json_integer_value(json_object_get(o, name));
    json_decref(o);

    return n;
}


static inline const char *
rack_string(const char *name)
{
    const char  *s;

    s = json_string_value(json_object_get(rack.call.answer.json, name));
    assert_non_null(s);

    return s;
}


#endif /* _SIM_RACK_H_INCLUDED_ */
