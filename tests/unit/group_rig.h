
/*
 * Copyright (C) the bmcgate authors
 *
 * Groups of hosts, and what became of each of their hosts.  Include it in
 * one file of a test program.
 */


#ifndef _GROUP_RIG_H_INCLUDED_
#define _GROUP_RIG_H_INCLUDED_


#include "core_rig.h"

#include "show/show.h"


#define HOSTS        6
#define GROUP_STEPS  40


static struct {
    unsigned         steps;
    unsigned         done;
    unsigned         ok;
    unsigned         failed;
    unsigned         drop_at;        /* inside of this step */
    bmc_group_op_t  *g;
    int64_t          at[GROUP_STEPS];
    char             host[GROUP_STEPS][BMC_NAME_MAX];
    bmc_rc_t         rc[GROUP_STEPS];
} group;


static const char  *hosts[HOSTS] = {
    "n1", "n2", "n3", "n4", "n5", "n6"
};


static inline void
group_step(void *data, const bmc_result_t *r)
{
    if (group.steps < GROUP_STEPS) {
        group.at[group.steps] = bmc_now();
        group.rc[group.steps] = r->rc;
        (void) snprintf(group.host[group.steps], BMC_NAME_MAX, "%s",
            r->host);
    }

    group.steps++;
    assert_int_equal(group.done, 0);

    if (group.steps == group.drop_at) {
        bmc_drop_group(group.g);
    }
}


static inline void
group_done(void *data, unsigned ok, unsigned failed)
{
    group.done++;
    group.ok = ok;
    group.failed = failed;
}


static inline bmc_rc_t
group_submit(const bmc_request_t *req, const char *const *names, size_t n,
    uint64_t *id)
{
    memset(&group, 0, sizeof(group));

    return bmc_submit_group(rig.b, req, names, n, group_step, group_done,
        NULL, &group.g, id, rig.why);
}


/* a change of a group that has a name */

static inline bmc_rc_t
group_change(bmc_verb_t verb, unsigned flags, const char *const *names,
    size_t n, uint64_t *id)
{
    bmc_request_t  req;

    req = rig_request("rack1", verb, flags);
    req.verify = 2000;

    return group_submit(&req, names, n, id);
}


typedef struct {
    unsigned        n;
    unsigned        most;
    uint64_t        group;
    char            host[GROUP_STEPS][BMC_NAME_MAX];
    bmc_op_state_t  state[GROUP_STEPS];
    unsigned        in[BMC_OP_UNVERIFIED + 1];
} members_t;


static inline bool
group_one(void *data, const bmc_op_info_t *op)
{
    members_t  *m = data;

    assert_true(m->n < GROUP_STEPS);
    assert_true(op->group == m->group);
    (void) snprintf(m->host[m->n], BMC_NAME_MAX, "%s", op->host);
    m->state[m->n] = (bmc_op_state_t) op->state;
    m->in[op->state]++;

    return ++m->n < m->most;
}


static inline members_t
group_members(const bmc_op_info_t *op, unsigned most)
{
    members_t  m;

    memset(&m, 0, sizeof(m));
    m.most = most;
    m.group = op->id;
    bmc_op_members(rig.b, op, group_one, &m);

    return m;
}


#endif /* _GROUP_RIG_H_INCLUDED_ */
