
/*
 * Copyright (C) the bmcgate authors
 *
 * After a change the host is asked more often until it shows what was
 * ordered, or the time is over.
 */


#include <stdio.h>
#include <string.h>

#include "gate/core.h"


#define VERIFY_FIRST  250            /* ms, doubled up to the last */
#define VERIFY_LAST   2000
#define VERIFY_SLOW   60000          /* for power that changes slowly */


typedef struct {
    bmc_verb_t   verb;
    bmc_verb_t   read;
    const char  *want;               /* NULL: the argument arg names */
    const char  *arg;
    const char  *before;             /* must be seen first */
} verify_row_t;


static const verify_row_t  verify_rows[] = {

    { BMC_POWER_ON,        BMC_POWER_STATUS, "on",  NULL, NULL },
    { BMC_POWER_OFF,       BMC_POWER_STATUS, "off", NULL, NULL },
    { BMC_POWER_FORCE_OFF, BMC_POWER_STATUS, "off", NULL, NULL },
    { BMC_POWER_CYCLE,     BMC_POWER_STATUS, "on",  NULL, "off" },
    { BMC_POWER_RESET,     BMC_POWER_STATUS, "on",  NULL, NULL },
    { BMC_BOOT_SET,        BMC_BOOT_GET,     NULL,  "device", NULL },
    { BMC_IDENTIFY_SET,    BMC_IDENTIFY_GET, NULL,  "state", NULL },
    { BMC_MEDIA_INSERT,    BMC_MEDIA_LIST,   "inserted", NULL, NULL },
    { BMC_MEDIA_EJECT,     BMC_MEDIA_LIST,   "ejected", NULL, NULL },

    { BMC_VERB_MAX, BMC_VERB_MAX, NULL, NULL, NULL }
};


static const verify_row_t *
verify_row(bmc_verb_t verb)
{
    const verify_row_t  *row;

    for (row = verify_rows; row->verb != BMC_VERB_MAX; row++) {
        if (row->verb == verb) {
            return row;
        }
    }

    return NULL;
}


static const char *
verify_want(const verify_row_t *row, const bmc_op_t *op)
{
    size_t  i;

    if (row->want != NULL) {
        return row->want;
    }

    for (i = 0; i < op->nargs; i++) {
        if (strcmp(op->args[i].name, row->arg) != 0) {
            continue;
        }

        if (row->read == BMC_IDENTIFY_GET) {
            return bmc_arg_true(op->args[i].value) ? "lit" : "off";
        }

        return op->args[i].value;
    }

    return "";
}


/*
 * What the board says now, in the word the row wants; NULL: nothing newer.
 * Media are not on the board.
 */

static const char *
verify_shown(const bmc_run_t *run, const verify_row_t *row, bmc_view_t *v)
{
    bmc_board_read(run->b->board, run->slot, v);

    if (row->read == BMC_MEDIA_LIST) {
        return run->verify_told;
    }

    if (row->read == BMC_POWER_STATUS) {
        return v->power_at >= run->verify_since ? bmc_power_name(v->power)
                                                : NULL;
    }

    if (row->read == BMC_BOOT_GET) {
        return v->boot_at >= run->verify_since ? v->boot : NULL;
    }

    if (v->led_at < run->verify_since) {
        return NULL;
    }

    return v->led == BMC_LED_ON || v->led == BMC_LED_TIMED ? "lit"
                                                           : "off";
}


static void
verify_end(bmc_run_t *run, bool verified, const char *text)
{
    bmc_op_t  *op;
    uint64_t   id;

    op = run->verify_for;
    id = run->verify_op;

    run->verify_for = NULL;
    run->verify_op = 0;
    run->verify_at = 0;
    run->opine |= verified && run->verify_verb <= BMC_POWER_NMI;

    (void) bmc_op_tell(run->b, id, verified ? "verified" : "unverified",
        BMC_OP_ACCEPTED, verified ? BMC_OP_VERIFIED : BMC_OP_UNVERIFIED,
        verified ? BMC_OK : BMC_UNVERIFIED, text);

    if (op != NULL) {
        op->result.verified = verified;
        bmc_op_end(op, verified ? BMC_OK : BMC_UNVERIFIED, "%s", text);
    }
}


void
bmc_verify_stop(bmc_run_t *run, const char *why)
{
    if (run->verify_op != 0) {
        verify_end(run, false, why);
    }
}


static uint32_t
verify_time(const bmc_run_t *run, const bmc_op_t *op)
{
    bmc_view_t  v;

    if (op->verb > BMC_POWER_NMI || op->verify >= VERIFY_SLOW) {
        return op->verify;
    }

    bmc_board_read(run->b->board, run->slot, &v);

    return bmc_run_quirk(run, &v, BMC_QUIRK_SLOW_POWER) ? VERIFY_SLOW
                                                        : op->verify;
}


void
bmc_verify_start(bmc_run_t *run, bmc_op_t *op, const char *accepted)
{
    char                 why[BMC_TEXT_MAX];
    bool                 waits;
    const verify_row_t  *row;

    row = verify_row(op->verb);
    waits = (op->flags & BMC_VERIFY) != 0;

    /* media are looked at for whoever waits, who has the arguments */

    if (row != NULL && row->read == BMC_MEDIA_LIST && !waits) {
        row = NULL;
    }

    if (row != NULL && run->verify_op != 0) {
        (void) snprintf(why, sizeof(why), "accepted, not verified: "
            "operation %llu came after it", (unsigned long long) op->id);
        bmc_verify_stop(run, why);
    }

    if (row == NULL || (!waits && (run->b->flags & BMC_POLL) == 0)) {
        bmc_op_end(op, BMC_OK, "%s%s", accepted, row == NULL && waits
            ? "; there is nothing to verify it by" : "");
        return;
    }

    run->verify_op = op->id;
    run->verify_verb = (uint8_t) op->verb;
    run->verify_since = bmc_now();
    run->verify_seen = row->before == NULL;
    run->verify_told = NULL;
    run->verify_step = VERIFY_FIRST;
    run->verify_at = bmc_clock(run->b) + VERIFY_FIRST;
    run->verify_until = uv_now(&run->b->loop) + verify_time(run, op);
    (void) snprintf(run->verify_want, sizeof(run->verify_want), "%s",
        verify_want(row, op));

    if (!waits) {
        bmc_op_end(op, BMC_OK, "%s", accepted);
        return;
    }

    run->verify_for = op;
    op->at = BMC_AT_VERIFY;
    bmc_op_due(op, run->verify_until + op->timeout + BMC_REMOTE_GRACE);
}


static void
verify_give_up(bmc_run_t *run, const verify_row_t *row)
{
    char         text[BMC_TEXT_MAX];
    bmc_view_t   v;
    const char  *shown;

    shown = verify_shown(run, row, &v);

    if (shown == NULL || v.reach != BMC_REACH_YES) {
        (void) snprintf(text, sizeof(text), "accepted, not verified after "
            "%lld s: %s", (long long) (bmc_now() - run->verify_since) / 1000,
            v.message[0] != '\0' ? v.message : "the BMC has not told since");

    } else if (!run->verify_seen && strcmp(shown, run->verify_want) == 0) {
        (void) snprintf(text, sizeof(text), "accepted, not verified after "
            "%lld s: never seen %s, BMC says %s",
            (long long) (bmc_now() - run->verify_since) / 1000, row->before,
            shown);

    } else {
        (void) snprintf(text, sizeof(text), "accepted, not verified after "
            "%lld s, BMC still says %s",
            (long long) (bmc_now() - run->verify_since) / 1000, shown);
    }

    verify_end(run, false, text);
}


static void
verify_look(void *data, const bmc_result_t *result)
{
    char                 text[BMC_TEXT_MAX];
    bmc_run_t           *run;
    bmc_view_t           v;
    const char          *shown;
    const verify_row_t  *row;

    run = data;
    run->verify_waits = false;

    if (run->verify_op == 0) {
        return;
    }

    row = verify_row(run->verify_verb);

    if (row->read == BMC_MEDIA_LIST && result->rc == BMC_OK) {
        run->verify_told = bmc_media_told(run->verify_for, result->json,
                                          result->json_len);
    }

    shown = verify_shown(run, row, &v);

    if (shown != NULL && row->before != NULL
        && strcmp(shown, row->before) == 0)
    {
        run->verify_seen = true;
    }

    if (shown != NULL && run->verify_seen
        && strcmp(shown, run->verify_want) == 0)
    {
        (void) snprintf(text, sizeof(text), "%s, verified", shown);
        verify_end(run, true, text);
        return;
    }

    if (uv_now(&run->b->loop) >= run->verify_until) {
        verify_give_up(run, row);
        return;
    }

    if (run->verify_step < VERIFY_LAST) {
        run->verify_step *= 2;
    }

    run->verify_at = uv_now(&run->b->loop) + run->verify_step;

    if (run->verify_at > run->verify_until
        && run->verify_until > uv_now(&run->b->loop))
    {
        run->verify_at = run->verify_until;
    }
}


void
bmc_verify_due(bmc_run_t *run)
{
    const verify_row_t  *row;

    row = verify_row(run->verify_verb);
    run->verify_at = 0;

    if (run->verify_waits) {
        return;
    }

    if (uv_now(&run->b->loop) >= run->verify_until) {
        verify_give_up(run, row);
        return;
    }

    run->verify_waits = true;

    if (bmc_ask_internally(run, row->read, verify_look) == NULL) {
        run->verify_waits = false;
        run->verify_at = uv_now(&run->b->loop) + VERIFY_LAST;
    }
}
