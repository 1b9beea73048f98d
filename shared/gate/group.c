
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
#include "show/show.h"


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
    size_t          left, open;
    bmc_rc_t        rc;
    bmc_buf_t       b;
    bmc_op_state_t  state;
    char            text[BMC_TEXT_MAX];

    left = g->nhosts - g->next;
    open = g->next - g->ok - g->failed;
    state = open > 0 ? BMC_OP_UNKNOWN
            : g->failed > 0 || left > 0 ? BMC_OP_FAILED
            : g->verified == g->nhosts ? BMC_OP_VERIFIED : BMC_OP_ACCEPTED;
    rc = state == BMC_OP_UNKNOWN ? BMC_UNKNOWN
         : state == BMC_OP_FAILED ? BMC_FAILED : BMC_OK;

    bmc_buf_fix(&b, text, sizeof(text));
    bmc_buf_printf(&b, "%u done", g->ok);

    if (g->failed > 0) {
        bmc_buf_printf(&b, ", %u failed", g->failed);
    }

    if (left > 0) {
        bmc_buf_printf(&b, ", %zu not asked", left);
    }

    if (open > 0) {
        bmc_buf_printf(&b, ", %zu still under way when the process ended",
            open);
    }

    (void) bmc_op_tell(g->b, g->id, bmc_op_state_name(state), BMC_OP_SENT,
        state, rc, text);
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


static bool
group_audit(bmc_group_op_t *g, const char *name, const char *actor,
    char why[BMC_TEXT_MAX])
{
    bool               done;
    char               text[BMC_TEXT_MAX];
    bmc_buf_t          args;
    bmc_audit_entry_t  e;

    if (g->b->base->audit == NULL) {
        return true;
    }

    memset(&args, 0, sizeof(args));
    memset(&e, 0, sizeof(e));
    bmc_verb_args_text(g->req.verb, g->req.args, g->req.nargs, &args);
    (void) snprintf(text, sizeof(text), "a group of %zu hosts", g->nhosts);

    e.event = "asked";
    e.op = g->id;
    e.actor = actor;
    e.from = g->actor.from;
    e.door = g->req.door;
    e.host = name;
    e.verb = bmc_verb_info(g->req.verb)->name;
    e.args = args.len > 0 ? bmc_buf_text(&args) : NULL;
    e.text = text;

    done = bmc_audit_write(g->b->base->audit, &e, why);
    bmc_buf_free(&args);

    return done;
}


/* written down before any host is asked */

static bmc_rc_t
group_record(bmc_group_op_t *g, const char *name, char why[BMC_TEXT_MAX])
{
    char          actor[64];
    bmc_board_t  *bd;

    if (!g->changes || name == NULL || g->nhosts == 0) {
        return BMC_OK;
    }

    /* who may do it nowhere writes nothing on the board */

    if (!bmc_policy(g->b->base->fleet, &g->actor, NULL, g->req.verb, why)) {
        return BMC_DENIED;
    }

    bd = g->b->board;
    bmc_actor_text(g->actor.kind, g->actor.name, actor);
    g->id = bmc_board_op_part(bd, name, g->req.verb, actor, 0,
        (uint32_t) g->nhosts);

    if (g->id == 0) {
        (void) snprintf(why, BMC_TEXT_MAX,
            "no room for another operation on the board");
        return BMC_FAILED;
    }

    if (!group_audit(g, name, actor, why)) {
        (void) bmc_board_op_move(bd, g->id, BMC_OP_ASKED, BMC_OP_FAILED,
            BMC_UNAUDITED, why);
        return BMC_UNAUDITED;
    }

    (void) bmc_board_op_move(bd, g->id, BMC_OP_ASKED, BMC_OP_SENT, BMC_OK,
        "its hosts are asked one after the other");

    return BMC_OK;
}


bmc_rc_t
bmc_submit_group(bmc_t *b, const bmc_request_t *req,
    const char *const *hosts, size_t nhosts, bmc_done_pt step,
    bmc_group_done_pt done, void *data, bmc_group_op_t **gp, uint64_t *id,
    char why[BMC_TEXT_MAX])
{
    char                    local[BMC_TEXT_MAX];
    bmc_rc_t                rc;
    bmc_pool_t             *pool;
    bmc_group_op_t         *g;
    const bmc_verb_info_t  *verb;

    why = why != NULL ? why : local;
    verb = bmc_verb_info(req->verb);

    if (id != NULL) {
        *id = 0;
    }

    if (verb == NULL || (verb->flags & BMC_STREAM) || req->actor == NULL
        || req->actor->name == NULL
        || (unsigned) req->actor->kind > BMC_ACTOR_SNMP)
    {
        (void) snprintf(why, BMC_TEXT_MAX,
            "a group needs an actor and a verb that is no stream");
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
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return BMC_FAILED;
    }

    g->b = b;
    g->step = step;
    g->done = done;
    g->data = data;
    g->changes = (verb->flags & BMC_CHANGES) != 0;

    rc = group_record(g, req->host, why);

    if (rc != BMC_OK) {
        bmc_pool_destroy(pool);
        return rc;
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


/*
 * Members follow their group, and none comes after its end: of the many
 * records in between only two words are looked at.
 */

void
bmc_op_members(const bmc_t *b, const bmc_op_info_t *group,
    bool (*each)(void *, const bmc_op_info_t *), void *data)
{
    int64_t        asked;
    uint64_t       id, last, of;
    uint32_t       n;
    bmc_op_info_t  info;

    last = bmc_board_op_last(b->board);
    id = group->id;

    if (last - id > BMC_BOARD_OPS) {
        id = last - BMC_BOARD_OPS;
    }

    for (id++, n = 0; id <= last && n < group->hosts; id++) {

        if (!bmc_board_op_glance(b->board, id, &of, &asked)) {
            continue;
        }

        if (group->ended != 0 && asked > group->ended) {
            return;
        }

        if (of == group->id && bmc_board_op_read(b->board, id, &info)) {
            n++;

            if (!each(data, &info)) {
                return;
            }
        }
    }
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
