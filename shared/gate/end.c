
/*
 * Copyright (C) the bmcgate authors
 *
 * A driver has ended a call, or we have stopped waiting for it: what became
 * of the operation, told as it is.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"
#include "base/buf.h"
#include "show/show.h"


#define END_REST_MIN  250            /* ms before a busy BMC is asked again */
#define END_REST_MAX  4000


/*
 * Silence counts against a BMC only when it had the time that its host is
 * configured for: who asks for less learns less.
 */

static void
end_note(bmc_doing_t *doing, bmc_rc_t rc, const char *text, bool last)
{
    bmc_run_t  *run;

    run = doing->run;

    if ((rc == BMC_UNREACHABLE || rc == BMC_TIMEOUT)
        && doing->timeout < run->conf->timeout
        && bmc_clock(run->b) >= doing->call.deadline)
    {
        return;
    }

    bmc_note(doing, rc, text, last);
}


bool
bmc_run_claim(bmc_doing_t *doing)
{
    bmc_run_t  *run;

    run = doing->run;

    if (doing->op == NULL || doing->cancelled) {
        return false;
    }

    bmc_lease_set_sent(run->b->board, run->slot, doing->id);

    if (!bmc_board_op_move(run->b->board, doing->id, BMC_OP_ASKED,
            BMC_OP_SENT, BMC_OK, ""))
    {
        bmc_lease_set_sent(run->b->board, run->slot, 0);
        return false;
    }

    /* it cannot be another driver's any more */

    doing->claimed = true;
    doing->call.deadline = doing->op->deadline;
    run->share_at = 0;

    return true;
}


static void
end_data(bmc_op_t *op, const bmc_answer_t *answer)
{
    char       *text;
    bmc_buf_t   buf;

    if (op->verb == BMC_SENSORS_READ && (answer->has & BMC_HAS_SENSORS)) {
        memset(&buf, 0, sizeof(buf));
        bmc_buf_adds(&buf, "{\"sensors\":");
        bmc_show_sensors(&buf, answer->sensors, answer->nsensors);
        bmc_buf_addc(&buf, '}');

        if (bmc_buf_text(&buf) != NULL) {
            op->result.json = bmc_pstrndup(op->pool, buf.data, buf.len);
            op->result.json_len = buf.len;
        }

        bmc_buf_free(&buf);
        return;
    }

    if (answer->json == NULL) {
        return;
    }

    text = json_dumps(answer->json, JSON_COMPACT);

    if (text != NULL) {
        op->result.json_len = strlen(text);
        op->result.json = bmc_pstrndup(op->pool, text, op->result.json_len);
    }

    free(text);
}


/* most drivers have nothing to add */

static void
end_accepted(bmc_run_t *run, bmc_op_t *op, bmc_doing_t *doing,
    const char *text)
{
    text = text[0] != '\0' ? text : "accepted";
    op->result.accepted = true;

    if (!bmc_op_settle(op, doing->claimed ? BMC_OP_SENT : BMC_OP_ASKED,
            BMC_OP_ACCEPTED, BMC_OK, text))
    {
        bmc_op_end_as_known(op, text);
        return;
    }

    bmc_note_change(run, op->id);
    bmc_verify_start(run, op, text);
}


/* the BMC has said that it is busy, so nothing was done: ask again soon */

static bool
end_rests(bmc_run_t *run, bmc_op_t *op, bmc_doing_t *doing)
{
    uint64_t  now, delay;

    now = bmc_clock(run->b);
    delay = END_REST_MIN << (op->rests < 4 ? op->rests : 4);

    if (delay > END_REST_MAX) {
        delay = END_REST_MAX;
    }

    if (run->leaving || now + delay >= op->deadline) {
        return false;
    }

    if (doing->claimed
        && !bmc_board_op_move(run->b->board, op->id, BMC_OP_SENT,
            BMC_OP_ASKED, BMC_OK, ""))
    {
        return false;
    }

    op->rests++;
    op->at = BMC_AT_BMC;
    run->resting = op;
    run->rest_at = now + delay;

    return true;
}


/*
 * What a driver said, and what those before it said; of a refused login
 * always whose it was.  Silence has words of its own.
 */

static void
end_words(const bmc_doing_t *doing, bmc_rc_t rc, const char *text,
    char told[BMC_TEXT_MAX])
{
    int          n;
    bool         named;
    uint32_t     ms;
    const char  *address, *before;

    before = doing->op != NULL ? doing->op->before : NULL;
    named = rc != BMC_OK && rc != BMC_CANCELLED
            && (before != NULL || (rc == BMC_BAD_LOGIN
                                   && doing->run->conf->ndrivers > 1));

    n = snprintf(told, BMC_TEXT_MAX, "%.120s%s",
        named && before != NULL ? before : "",
        named && before != NULL ? "; " : "");

    if (rc == BMC_TIMEOUT && text[0] == '\0') {
        address = bmc_host_address(doing->run->conf);
        ms = doing->claimed ? doing->timeout : doing->given;

        (void) snprintf(told + n, BMC_TEXT_MAX - (size_t) n,
            "no answer%s%s for %.3g s (%s)",
            address[0] != '\0' ? " from " : "", address,
            (double) ms / 1000, doing->driver->name);
        return;
    }

    if (text[0] == '\0' && rc != BMC_OK) {
        text = bmc_error(rc)->text;
    }

    (void) snprintf(told + n, BMC_TEXT_MAX - (size_t) n, "%s%s%s",
        named ? doing->driver->name : "", named ? ": " : "", text);
}


/* a read, or a change that provably never left, may try the next driver */

static bool
end_fails_over(bmc_run_t *run, bmc_op_t *op, bmc_doing_t *doing, bmc_rc_t rc)
{
    if (op == NULL || doing->claimed
        || (rc != BMC_UNREACHABLE && rc != BMC_TIMEOUT
            && rc != BMC_BAD_LOGIN && rc != BMC_UNSUPPORTED)
        || bmc_clock(run->b) >= op->deadline)
    {
        return false;
    }

    op->tried |= 1u << doing->index;

    return bmc_order_more(run, op, rc);
}


static void
end_over(bmc_run_t *run, bmc_op_t *op, const char *text)
{
    op->before = bmc_pstrdup(op->pool, text);
    op->at = BMC_AT_QUEUE;
    bmc_ring_after(&run->queue, &op->link);
    run->queued++;
}


static void
end_failed(bmc_op_t *op, bmc_doing_t *doing, bmc_rc_t rc, const char *text)
{
    char            told[BMC_TEXT_MAX + 64];
    bmc_op_state_t  to;

    if (op->id == 0) {
        bmc_op_end(op, rc, "%s", text);
        return;
    }

    to = BMC_OP_FAILED;
    (void) snprintf(told, sizeof(told), "%s", text);

    if (doing->claimed && (rc == BMC_UNREACHABLE || rc == BMC_TIMEOUT)) {
        rc = BMC_UNKNOWN;
        to = BMC_OP_UNKNOWN;
        (void) snprintf(told, sizeof(told), "sent, then %s: unknown whether "
            "it happened", text);

    } else if (rc == BMC_CANCELLED) {
        to = BMC_OP_CANCELLED;
    }

    if (!bmc_op_settle(op, doing->claimed ? BMC_OP_SENT : BMC_OP_ASKED, to,
            rc, told))
    {
        bmc_op_end_as_known(op, told);
        return;
    }

    bmc_op_end(op, rc, "%s", told);
}


static void
end_op(bmc_run_t *run, bmc_op_t *op, bmc_doing_t *doing, bmc_rc_t rc,
    const char *text)
{
    op->result.driver = doing->driver->name;

    if (rc == BMC_OK) {

        /*
         * A poll wants the board to know; only who shares it reads it.
         * Media are not on the board, and verified by the data.
         */

        if (!op->internal || !bmc_ring_empty(&op->followers)
            || op->verb == BMC_MEDIA_LIST)
        {
            end_data(op, &doing->call.answer);
        }

        if (op->id != 0) {
            end_accepted(run, op, doing, text);
            return;
        }

        bmc_op_end(op, BMC_OK, "%s", text);
        return;
    }

    if (rc == BMC_BUSY && end_rests(run, op, doing)) {
        return;
    }

    end_failed(op, doing, rc, text);
}


/* it was given up as unknown; now the BMC has told */

static void
end_late(bmc_doing_t *doing, bmc_rc_t rc, const char *text)
{
    bmc_op_state_t  to;

    if (!doing->claimed || rc == BMC_UNREACHABLE || rc == BMC_TIMEOUT) {
        return;
    }

    to = rc == BMC_OK ? BMC_OP_ACCEPTED : BMC_OP_FAILED;

    bmc_op_tell(doing->run->b, doing->id, "late", BMC_OP_UNKNOWN, to, rc,
        rc == BMC_OK ? "accepted, told after the deadline" : text);
}


static void
end_stream(bmc_doing_t *doing, bmc_rc_t rc, const char *text)
{
    char        told[BMC_TEXT_MAX];
    bmc_run_t  *run;

    run = doing->run;
    end_words(doing, rc, text, told);

    if (rc == BMC_BAD_LOGIN) {
        bmc_note(doing, rc, told, true);
    }

    bmc_stream_ended(run, rc, told);
    bmc_run_next(run);
}


void
bmc_run_done(bmc_doing_t *doing, bmc_rc_t rc, const char *text)
{
    bool        over;
    char        told[BMC_TEXT_MAX];
    bmc_op_t   *op;
    bmc_run_t  *run;

    run = doing->run;
    op = doing->op;

    if (doing->stream) {
        end_stream(doing, rc, text);
        return;
    }

    run->doing = NULL;
    run->share_at = 0;

    /* it was told to stop, for its share of the time was over */

    if (op != NULL && doing->cancelled && rc == BMC_CANCELLED) {
        rc = BMC_TIMEOUT;
        text = "";
    }

    end_words(doing, rc, text, told);
    over = end_fails_over(run, op, doing, rc);

    /* silence has been noted at the deadline */

    if (op != NULL || (rc != BMC_UNREACHABLE && rc != BMC_TIMEOUT)) {
        end_note(doing, rc, told, !over);
    }

    if (op != NULL) {
        bmc_board_took(run->b->board, doing->call.verb,
            (uv_hrtime() - doing->began) / 1000);
    }

    if (over) {
        end_over(run, op, told);

    } else if (op != NULL) {
        end_op(run, op, doing, rc, told);

    } else {
        end_late(doing, rc, told);
    }

    if (doing->claimed) {
        bmc_lease_set_sent(run->b->board, run->slot, 0);
    }

    bmc_doing_free(doing);
    bmc_run_next(run);
}


/* -- nobody waits any more: the deadline has passed, or a read was dropped */

static void
end_deadline(bmc_run_t *run, bmc_op_t *op, bmc_doing_t *doing)
{
    bool        resting;
    char        text[BMC_TEXT_MAX];
    bmc_view_t  view;

    resting = doing->run == NULL;

    if (resting) {
        bmc_board_read(run->b->board, run->slot, &view);
        (void) snprintf(text, sizeof(text), "%s", view.message);
        end_failed(op, doing, BMC_BUSY, text);
        return;
    }

    end_words(doing, BMC_TIMEOUT, "", text);
    doing->op = NULL;
    end_note(doing, BMC_TIMEOUT, text, true);
    op->result.driver = doing->driver->name;
    end_failed(op, doing, op->id != 0 ? BMC_TIMEOUT : BMC_UNREACHABLE, text);
}


void
bmc_run_cancel(bmc_run_t *run, bmc_op_t *op)
{
    bmc_doing_t  *doing, none;

    memset(&none, 0, sizeof(none));
    doing = &none;

    if (op->at == BMC_AT_STREAM) {
        bmc_stream_timeout(op);
        return;
    }

    if (run->resting == op) {
        run->resting = NULL;
        run->rest_at = 0;

    } else {
        doing = run->doing;
    }

    if (op->dropped && op->id == 0 && bmc_ring_empty(&op->followers)) {
        doing->op = NULL;
        bmc_op_free(op);

    } else {
        end_deadline(run, op, doing);
    }

    if (doing != &none) {
        bmc_doing_cancel(doing);
        return;
    }

    bmc_run_next(run);
}
