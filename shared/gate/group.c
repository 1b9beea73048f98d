
/*
 * Copyright (C) the bmcgate authors
 *
 * One request for many hosts: changes one after the other, as far apart as
 * configured; reads a number at a time.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"


#define GROUP_READS  64              /* reads under way at once */


struct bmc_group_op_s {
    bmc_t              *b;
    bmc_ring_t          link;
    bmc_pool_t         *pool;
    bmc_request_t       req;
    bmc_actor_t         actor;
    char              **host;
    size_t              nhosts;
    size_t              next;
    size_t              running;
    unsigned            ok;
    unsigned            failed;
    unsigned            verified;
    uint64_t            id;          /* its own operation; 0: none */
    bool                changes;
    bool                dropped;
    bmc_done_pt         step;
    bmc_group_done_pt   done;
    void               *data;
    uv_timer_t          timer;
};


static void group_tick(uv_timer_t *timer);


static void
group_freed(uv_handle_t *handle)
{
    bmc_group_op_t  *g;

    g = handle->data;
    bmc_pool_destroy(g->pool);
}


/* what became of it as a whole: as good as its worst host */

static void
group_settle(bmc_group_op_t *g)
{
    char            text[BMC_TEXT_MAX];
    size_t          left, open;
    bmc_op_state_t  state;

    left = g->nhosts - g->next;
    open = g->next - g->ok - g->failed;

    if (g->failed > 0 || left > 0 || open > 0) {
        state = BMC_OP_FAILED;
        (void) snprintf(text, sizeof(text), "%u done, %u failed, %zu not "
            "asked, %zu given up", g->ok, g->failed, left, open);

    } else {
        state = g->verified == g->nhosts ? BMC_OP_VERIFIED : BMC_OP_ACCEPTED;
        (void) snprintf(text, sizeof(text), "%u done", g->ok);
    }

    (void) bmc_op_tell(g->b, g->id, bmc_op_state_name(state), BMC_OP_SENT,
        state, state == BMC_OP_FAILED ? BMC_FAILED : BMC_OK, text);
}


static void
group_free(bmc_group_op_t *g)
{
    if (uv_is_closing((uv_handle_t *) &g->timer)) {
        return;
    }

    if (g->id != 0) {
        group_settle(g);
    }

    bmc_ring_remove(&g->link);
    uv_close((uv_handle_t *) &g->timer, group_freed);
}


static void
group_ended(bmc_group_op_t *g)
{
    if (g->running > 0 || (g->next < g->nhosts && !g->dropped)) {
        return;
    }

    if (!g->dropped && g->done != NULL) {
        g->done(g->data, g->ok, g->failed);
    }

    group_free(g);
}


static void
group_step(void *data, const bmc_result_t *result)
{
    bmc_group_op_t  *g;

    g = data;
    g->running--;

    if (result->rc == BMC_OK) {
        g->ok++;
        g->verified += result->verified;

    } else {
        g->failed++;
    }

    if (!g->dropped && g->step != NULL) {
        g->step(g->data, result);
    }

    if (!g->changes && !g->dropped && g->next < g->nhosts) {
        (void) uv_timer_start(&g->timer, group_tick, 0, 0);
        return;
    }

    group_ended(g);
}


/* a refusal is told like any other outcome */

static void
group_refused(bmc_group_op_t *g, const char *host, bmc_rc_t rc,
    const char *why)
{
    bmc_view_t    view;
    bmc_result_t  result;

    memset(&view, 0, sizeof(view));
    memset(&result, 0, sizeof(result));

    result.rc = rc;
    result.host = host;
    result.driver = "";
    result.text = why;
    result.view = &view;

    g->failed++;

    if (g->step != NULL) {
        g->step(g->data, &result);
    }
}


static void
group_submit(bmc_group_op_t *g)
{
    char      why[BMC_TEXT_MAX];
    bmc_rc_t  rc;

    g->req.host = g->host[g->next++];

    g->b->group = g->id;
    rc = bmc_submit(g->b, &g->req, group_step, g, NULL, why);
    g->b->group = 0;

    if (rc == BMC_OK) {
        g->running++;
        return;
    }

    group_refused(g, g->req.host, rc, why);
}


static void
group_tick(uv_timer_t *timer)
{
    int64_t          stagger;
    bmc_group_op_t  *g;

    g = timer->data;
    stagger = g->changes ? g->b->base->fleet->stagger : 0;

    while (g->next < g->nhosts && !g->dropped) {

        if (g->running >= GROUP_READS && !g->changes) {
            return;
        }

        group_submit(g);

        if (stagger > 0 && g->next < g->nhosts) {
            (void) uv_timer_start(timer, group_tick, (uint64_t) stagger, 0);
            return;
        }
    }

    group_ended(g);
}


static bool
group_copy(bmc_group_op_t *g, const bmc_request_t *req,
    const char *const *hosts, size_t nhosts)
{
    size_t       i;
    bmc_arg_t   *args;
    bmc_pool_t  *p;

    p = g->pool;
    g->req = *req;
    g->actor = *req->actor;
    g->req.actor = &g->actor;
    g->actor.name = bmc_pstrdup(p, req->actor->name);
    g->actor.from = bmc_pstrdup(p, req->actor->from != NULL
        ? req->actor->from : "");
    g->req.door = bmc_pstrdup(p, req->door != NULL ? req->door : "");
    g->host = bmc_palloc(p, (nhosts + 1) * sizeof(char *));
    args = bmc_palloc(p, (req->nargs + 1) * sizeof(bmc_arg_t));

    if (g->actor.name == NULL || g->actor.from == NULL
        || g->req.door == NULL || g->host == NULL || args == NULL)
    {
        return false;
    }

    g->req.args = args;

    for (i = 0; i < req->nargs; i++) {
        args[i].name = bmc_pstrdup(p, req->args[i].name);
        args[i].value = bmc_pstrdup(p, req->args[i].value);

        if (args[i].name == NULL || args[i].value == NULL) {
            return false;
        }
    }

    for (i = 0; i < nhosts; i++) {
        g->host[i] = bmc_pstrdup(p, hosts[i]);

        if (g->host[i] == NULL) {
            return false;
        }
    }

    g->nhosts = nhosts;

    return true;
}


static bool
group_copy_groups(bmc_group_op_t *g)
{
    size_t        i, n;
    const char  **copy;

    if (g->actor.groups == NULL) {
        return true;
    }

    for (n = 0; g->actor.groups[n] != NULL; n++) { /* void */ }

    copy = bmc_pcalloc(g->pool, (n + 1) * sizeof(char *));
    if (copy == NULL) {
        return false;
    }

    for (i = 0; i < n; i++) {
        copy[i] = bmc_pstrdup(g->pool, g->actor.groups[i]);

        if (copy[i] == NULL) {
            return false;
        }
    }

    g->actor.groups = copy;

    return true;
}


/* written down before any host is asked */

static bool
group_record(bmc_group_op_t *g, const char *name)
{
    char  actor[64];

    if (!g->changes || name == NULL) {
        return true;
    }

    bmc_actor_text(g->actor.kind, g->actor.name, actor);
    g->id = bmc_board_op_part(g->b->board, name, g->req.verb, actor, 0,
        (uint32_t) g->nhosts);

    return g->id != 0
           && bmc_op_tell(g->b, g->id, "asked", BMC_OP_ASKED, BMC_OP_SENT,
                  BMC_OK, "its hosts are asked one after the other");
}


bmc_rc_t
bmc_submit_group(bmc_t *b, const bmc_request_t *req,
    const char *const *hosts, size_t nhosts, bmc_done_pt step,
    bmc_group_done_pt done, void *data, bmc_group_op_t **gp, uint64_t *id,
    char why[BMC_TEXT_MAX])
{
    bmc_pool_t             *pool;
    bmc_group_op_t         *g;
    const bmc_verb_info_t  *verb;

    verb = bmc_verb_info(req->verb);

    if (verb == NULL || (verb->flags & BMC_STREAM) || req->actor == NULL
        || req->actor->name == NULL)
    {
        if (why != NULL) {
            (void) snprintf(why, BMC_TEXT_MAX,
                "a group needs an actor and a verb that is no stream");
        }

        return BMC_USAGE;
    }

    pool = bmc_pool_create(4096);
    g = pool != NULL ? bmc_pcalloc(pool, sizeof(bmc_group_op_t)) : NULL;

    if (g != NULL) {
        g->pool = pool;
    }

    if (g == NULL || !group_copy(g, req, hosts, nhosts)
        || !group_copy_groups(g))
    {
        bmc_pool_destroy(pool);

        if (why != NULL) {
            (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        }

        return BMC_FAILED;
    }

    g->b = b;
    g->step = step;
    g->done = done;
    g->data = data;
    g->changes = (verb->flags & BMC_CHANGES) != 0;

    if (!group_record(g, req->host)) {
        bmc_pool_destroy(pool);

        if (why != NULL) {
            (void) snprintf(why, BMC_TEXT_MAX,
                "no room for another operation on the board");
        }

        return BMC_FAILED;
    }

    bmc_ring_before(&b->groups, &g->link);
    (void) uv_timer_init(&b->loop, &g->timer);
    g->timer.data = g;
    (void) uv_timer_start(&g->timer, group_tick, 0, 0);

    if (gp != NULL) {
        *gp = g;
    }

    if (id != NULL) {
        *id = g->id;
    }

    return BMC_OK;
}


/* hosts whose turn has not come are left alone */

void
bmc_drop_group(bmc_group_op_t *g)
{
    g->dropped = true;
    (void) uv_timer_stop(&g->timer);

    if (g->running == 0) {
        group_free(g);
    }
}


void
bmc_group_end_all(bmc_t *b)
{
    bmc_ring_t  *link, *next;

    for (link = b->groups.next; link != &b->groups; link = next) {
        next = link->next;
        bmc_ring_of(link, bmc_group_op_t, link)->running = 0;
        bmc_drop_group(bmc_ring_of(link, bmc_group_op_t, link));
    }
}
