
/*
 * Copyright (C) the bmcgate authors
 *
 * simctl STATEFILE MACHINE show: counters, faults, changes and the
 *     processes with a session, as JSON
 * simctl STATEFILE MACHINE fault WORD...: from now on, as in "slow=3s";
 *     "none": none; "conf": those that are configured
 * simctl STATEFILE MACHINE reset: its BMC starts again at once, without the
 *     sessions it had
 */


#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "drivers/sim/machine.h"


static int
simctl_usage(void)
{
    fprintf(stderr, "usage: simctl STATEFILE MACHINE show | reset | "
            "fault none|conf|WORD...\n");

    return 2;
}


static json_t *
simctl_holders(const bmc_sim_data_t *d)
{
    int      i;
    json_t  *pids;

    pids = json_array();

    for (i = 0; i < BMC_SIM_SLOTS; i++) {
        if (d->slot[i].id != 0) {
            json_array_append_new(pids, json_integer(d->slot[i].pid));
        }
    }

    return pids;
}


static int
simctl_show(bmc_sim_store_t *st, bmc_sim_machine_t *m, bmc_sim_data_t *d)
{
    json_t          *o;
    bmc_sim_room_t  *room;

    o = bmc_sim_counters_json(st, d);
    room = bmc_sim_room(st, m, d);

    if (o == NULL || room == NULL) {
        fprintf(stderr, "simctl: no memory, or no room on disk\n");
        json_decref(o);
        return 1;
    }

    json_object_set_new(o, "name", json_string(m->name));
    json_object_set_new(o, "power",
        json_string(d->power == BMC_POWER_IS_ON ? "on" : "off"));
    json_object_set_new(o, "holders", simctl_holders(d));
    json_object_set_new(o, "list", bmc_sim_changes_json(room, d));

    json_dumpf(o, stdout, JSON_COMPACT|JSON_PRESERVE_ORDER);
    printf("\n");
    json_decref(o);

    return 0;
}


static int
simctl_fault(bmc_sim_data_t *d, int nwords, char **words)
{
    int               i;
    char              why[BMC_TEXT_MAX];
    bmc_sim_faults_t  f;

    memset(&f, 0, sizeof(bmc_sim_faults_t));
    f.set = strcmp(words[0], "conf") != 0;

    for (i = 0; i < nwords; i++) {
        if (nwords == 1 && (strcmp(words[0], "none") == 0 || !f.set)) {
            break;
        }

        if (!bmc_sim_fault_add(&f, words[i], why)) {
            fprintf(stderr, "simctl: %s\n", why);
            return 2;
        }
    }

    d->faults = f;
    d->died = 0;
    d->busy_at = 0;

    return 0;
}


static int
simctl_do(bmc_sim_store_t *st, bmc_sim_machine_t *m, int argc, char **argv)
{
    int              rc;
    bmc_sim_data_t  *d;

    d = bmc_sim_lock(st, m, bmc_now());

    if (d == NULL) {
        fprintf(stderr, "simctl: %s stays locked\n", m->name);
        return 1;
    }

    if (strcmp(argv[3], "show") == 0 && argc == 4) {
        rc = simctl_show(st, m, d);

    } else if (strcmp(argv[3], "fault") == 0 && argc > 4) {
        rc = simctl_fault(d, argc - 4, argv + 4);

    } else if (strcmp(argv[3], "reset") == 0 && argc == 4) {
        bmc_sim_bmc_reset(d, bmc_now());
        rc = 0;

    } else {
        rc = simctl_usage();
    }

    bmc_sim_unlock(m);

    return rc;
}


int
main(int argc, char **argv)
{
    int                 rc;
    char                why[BMC_TEXT_MAX];
    bmc_sim_store_t    *st;
    bmc_sim_machine_t  *m;

    if (argc < 4 || strlen(argv[2]) >= BMC_NAME_MAX) {
        return simctl_usage();
    }

    st = bmc_sim_store_create(argv[1]);

    if (st == NULL || !bmc_sim_store_open(st, why)) {
        fprintf(stderr, "simctl: %s\n", st == NULL ? "out of memory" : why);
        bmc_sim_store_free(st);
        return 1;
    }

    m = strcmp(argv[3], "show") == 0 ? bmc_sim_find(st, argv[2])
                                     : bmc_sim_make(st, argv[2], true);

    if (m == NULL) {
        fprintf(stderr, "simctl: no machine \"%s\" in %s\n", argv[2],
                argv[1]);
        bmc_sim_store_free(st);
        return 1;
    }

    rc = simctl_do(st, m, argc, argv);
    bmc_sim_store_free(st);

    return rc;
}
