
/*
 * Copyright (C) the bmcgate authors
 *
 * Records of the board: operations, sessions, events.
 */


#include <string.h>

#include "show/show.h"


typedef struct {
    bmc_buf_t  *b;
    unsigned    shown;
    unsigned    in[BMC_OP_UNVERIFIED + 1];
} record_members_t;


static const char *
record_verb(uint8_t verb)
{
    const bmc_verb_info_t  *info;

    info = bmc_verb_info((bmc_verb_t) verb);

    return info != NULL ? info->name : "";
}


static void
record_step(bmc_buf_t *b, const char *state, int64_t at, const char *before)
{
    if (at != 0) {
        bmc_buf_adds(b, before);
        bmc_show_word(b, "{\"state\":", state);
        bmc_show_wall(b, ",\"at\":", at);
        bmc_buf_addc(b, '}');
    }
}


static bool
record_member(void *data, const bmc_op_info_t *op)
{
    record_members_t  *m;

    m = data;
    m->in[op->state]++;

    bmc_show_number(m->b, m->shown++ > 0 ? ",{\"id\":" : "{\"id\":",
                    (int64_t) op->id);
    bmc_show_text(m->b, ",\"host\":", op->host, sizeof(op->host));
    bmc_show_word(m->b, ",\"state\":",
                  bmc_op_state_name((bmc_op_state_t) op->state));
    bmc_buf_addc(m->b, '}');

    return true;
}


static void
record_members(bmc_buf_t *b, const bmc_t *core, const bmc_op_info_t *op)
{
    unsigned          i;
    const char       *comma;
    record_members_t  m;

    memset(&m, 0, sizeof(m));
    m.b = b;

    bmc_show_number(b, ",\"hosts\":", op->hosts);
    bmc_buf_adds(b, ",\"members\":[");
    bmc_op_members(core, op, record_member, &m);
    bmc_buf_addc(b, ']');
    bmc_show_number(b, ",\"asked_hosts\":", m.shown);
    bmc_buf_adds(b, ",\"counts\":{");

    for (i = 0, comma = ""; i <= BMC_OP_UNVERIFIED; i++) {
        if (m.in[i] > 0) {
            bmc_show_word(b, comma, bmc_op_state_name((bmc_op_state_t) i));
            bmc_show_number(b, ":", m.in[i]);
            comma = ",";
        }
    }

    bmc_buf_addc(b, '}');
}


size_t
bmc_show_op(const bmc_t *core, const bmc_op_info_t *op, char *out,
    size_t size)
{
    bmc_buf_t    b;
    const char  *state;

    bmc_buf_fix(&b, out, size);
    state = bmc_op_state_name((bmc_op_state_t) op->state);

    bmc_show_number(&b, "{\"id\":", (int64_t) op->id);
    bmc_show_text(&b, op->hosts != 0 ? ",\"group\":" : ",\"host\":",
                  op->host, sizeof(op->host));
    bmc_show_word(&b, ",\"verb\":", record_verb(op->verb));
    bmc_show_word(&b, ",\"state\":", state);
    bmc_show_text(&b, ",\"who\":", op->actor, sizeof(op->actor));
    bmc_show_text(&b, ",\"text\":", op->text, sizeof(op->text));

    if (op->rc != BMC_OK) {
        bmc_show_word(&b, ",\"error\":", bmc_error((bmc_rc_t) op->rc)->name);
    }

    if (op->group != 0) {
        bmc_show_number(&b, ",\"part_of\":", (int64_t) op->group);
    }

    bmc_show_wall(&b, ",\"asked\":", op->asked);
    bmc_show_wall(&b, ",\"sent\":", op->sent);
    bmc_show_wall(&b, ",\"ended\":", op->ended);

    bmc_buf_adds(&b, ",\"steps\":[");
    record_step(&b, "asked", op->asked, "");
    record_step(&b, "sent", op->sent, ",");
    record_step(&b, state, op->ended, ",");
    bmc_buf_addc(&b, ']');

    if (op->hosts != 0) {
        record_members(&b, core, op);
    }

    bmc_buf_addc(&b, '}');

    return b.len;
}


size_t
bmc_show_session(const bmc_session_info_t *s, char *out, size_t size)
{
    bmc_buf_t  b;

    static const char *const  kinds[] = {
        "local", "key", "user", "ipmi", "snmp"
    };

    bmc_buf_fix(&b, out, size);

    bmc_show_number(&b, "{\"id\":", (int64_t) s->id);
    bmc_show_text(&b, s->kind == BMC_ACTOR_USER ? ",\"user\":" : ",\"name\":",
                  s->name, sizeof(s->name));
    bmc_show_word(&b, ",\"kind\":", kinds[s->kind <= BMC_ACTOR_SNMP
                                           ? s->kind : BMC_ACTOR_LOCAL]);
    bmc_show_text(&b, ",\"from\":", s->from, sizeof(s->from));
    bmc_show_text(&b, ",\"door\":", s->door, sizeof(s->door));
    bmc_show_wall(&b, ",\"created\":", s->created);
    bmc_show_wall(&b, ",\"used\":", s->used);
    bmc_show_wall(&b, ",\"expires\":", s->expires);
    bmc_buf_addc(&b, '}');

    return b.len;
}


static const char *
record_state(uint8_t kind, uint8_t state)
{
    switch ((bmc_event_kind_t) kind) {

    case BMC_EVENT_POWER:
        return bmc_power_name((bmc_power_t) state);

    case BMC_EVENT_REACH:
        return bmc_reach_name((bmc_reach_t) state);

    case BMC_EVENT_HEALTH:
        return bmc_health_name((bmc_health_t) state);

    case BMC_EVENT_OPERATION:
        return bmc_op_state_name((bmc_op_state_t) state);
    }

    return "";
}


static const char *
record_kind(uint8_t kind)
{
    static const char *const  names[] = {
        "", "power", "reachable", "health", "operation"
    };

    return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "";
}


size_t
bmc_show_event(const bmc_event_t *e, char *out, size_t size)
{
    bmc_buf_t  b;

    bmc_buf_fix(&b, out, size);

    bmc_show_number(&b, "{\"id\":", (int64_t) e->id);
    bmc_show_wall(&b, ",\"time\":", e->time);
    bmc_show_text(&b, ",\"host\":", e->host, sizeof(e->host));
    bmc_show_word(&b, ",\"kind\":", record_kind(e->kind));

    if (e->kind == BMC_EVENT_OPERATION) {
        bmc_show_number(&b, ",\"op\":", (int64_t) e->op);
        bmc_show_word(&b, ",\"verb\":", record_verb(e->verb));

    } else {
        bmc_show_word(&b, ",\"was\":", record_state(e->kind, e->was));
    }

    bmc_show_word(&b, ",\"is\":", record_state(e->kind, e->is));
    bmc_buf_addc(&b, '}');

    return b.len;
}
