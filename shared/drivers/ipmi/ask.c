
/*
 * Copyright (C) the bmcgate authors
 *
 * Commands.  OpenIPMI has no way to take a sent one back, so its record
 * lives until the answer, or the end of the connection; an operation that
 * ends before only makes it forget the job.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/link.h"


#define ASK_FRESH  5000              /* ms: heard of since, alive */


static void  ask_send(bmc_ipmi_ask_t *ask);


static uint64_t
ask_now(const bmc_ipmi_unit_t *u)
{
    return uv_now(u->unit->loop);
}


/* a command may carry a password */

void
bmc_ipmi_ask_free(bmc_ipmi_ask_t *ask)
{
    explicit_bzero(ask, sizeof(bmc_ipmi_ask_t));
    free(ask);
}


bmc_ipmi_job_t *
bmc_ipmi_ask_drop(bmc_ipmi_ask_t *ask)
{
    bmc_ipmi_job_t  *job;

    job = ask->job;
    ask->job = NULL;

    if (!ask->sent) {
        bmc_ring_remove(&ask->link);
        bmc_ipmi_ask_free(ask);
    }

    return job;
}


void
bmc_ipmi_end(bmc_ipmi_job_t *job, bmc_rc_t rc, const char *text)
{
    bmc_call_t  *call;

    call = job->call;
    call->data = NULL;
    bmc_ipmi_sol_ends(job->unit->state, job, &rc, &text);

    bmc_call_done(call, rc, "%s", text == NULL ? "" : text);
}


/* -- answers */

/* a BMC that gave up on a change itself knows no more than we do */

static void
ask_answer(bmc_ipmi_unit_t *u, bmc_ipmi_job_t *job, bool changes,
    const ipmi_msg_t *msg)
{
    char     name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];
    uint8_t  code;

    code = msg->data[0];
    (void) bmc_ipmi_link_name(u, name);

    if (code == IPMI_TIMEOUT_CC && changes) {
        snprintf(text, sizeof(text), "%s gave up waiting for itself "
                 "(IPMI: %s)", name, bmc_ipmi_code_text(code));
        bmc_ipmi_end(job, BMC_TIMEOUT, text);

    } else {
        job->told(job, code, msg->data + 1, msg->data_len - 1u);
    }
}


/* true: the BMC said this, and OpenIPMI did not make it up */

static bool
ask_is_real(const ipmi_con_t *con, const ipmi_msgi_t *item)
{
    return con != NULL && !bmc_ipmi_handler_is_timing()
           && item->msg.data_len != 0;
}


static void
ask_silent(bmc_ipmi_ask_t *ask)
{
    char              name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];
    bmc_ipmi_job_t   *job;
    bmc_ipmi_unit_t  *u;

    u = ask->u;

    bmc_ipmi_link_break(u, IPMI_IPMI_ERR_VAL(IPMI_TIMEOUT_CC), true);

    if (ask->job == NULL || !ask->changes) {

        /* a read waits for the next session */

        ask->sent = false;

        if (ask->job == NULL) {
            (void) bmc_ipmi_ask_drop(ask);
        }

        return;
    }

    snprintf(text, sizeof(text), "%s did not answer",
             bmc_ipmi_link_name(u, name));

    job = ask->job;
    ask->sent = false;
    (void) bmc_ipmi_ask_drop(ask);
    bmc_ipmi_end(job, BMC_TIMEOUT, text);
}


static int
ask_told(ipmi_con_t *con, ipmi_msgi_t *item)
{
    bool              changes;
    bmc_ipmi_ask_t   *ask;
    bmc_ipmi_job_t   *job;
    bmc_ipmi_unit_t  *u;

    ask = item->data1;
    u = ask->u;

    if (u == NULL) {
        bmc_ipmi_ask_free(ask);
        return IPMI_MSG_ITEM_NOT_USED;
    }

    if (!ask_is_real(con, item)) {
        ask_silent(ask);
        return IPMI_MSG_ITEM_NOT_USED;
    }

    u->heard = ask_now(u);
    changes = ask->changes;

    if (ask->probe) {
        u->probing = false;
    }

    ask->sent = false;
    job = bmc_ipmi_ask_drop(ask);

    if (job != NULL) {
        ask_answer(u, job, changes, &item->msg);
    }

    bmc_ipmi_ask_all(u);
    bmc_ipmi_link_arm(u);

    return IPMI_MSG_ITEM_NOT_USED;
}


/* -- sending */

static int
ask_put(bmc_ipmi_ask_t *ask)
{
    int                            error;
    ipmi_con_t                    *con;
    ipmi_msg_t                     msg;
    ipmi_msgi_t                   *item;
    ipmi_con_option_t              options[2];
    ipmi_system_interface_addr_t   to;

    memset(&to, 0, sizeof(to));
    memset(&msg, 0, sizeof(msg));
    memset(options, 0, sizeof(options));

    con = ask->u->con;
    to.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE;
    to.channel = IPMI_BMC_CHANNEL;
    to.lun = ask->lun;
    msg.netfn = ask->netfn;
    msg.cmd = ask->cmd;
    msg.data = ask->data;
    msg.data_len = ask->len;

    if (ask->changes) {
        options[0].option = IPMI_CON_MSG_OPTION_SIDE_EFFECTS;
        options[0].ival = 1;
    }

    item = ipmi_alloc_msg_item();
    if (item == NULL) {
        return ENOMEM;
    }

    item->data1 = ask;

    if (con->send_command_option != NULL) {
        error = con->send_command_option(con, (ipmi_addr_t *) &to, sizeof(to),
                                         &msg, options, ask_told, item);

    } else {
        error = con->send_command(con, (ipmi_addr_t *) &to, sizeof(to), &msg,
                                  ask_told, item);
    }

    if (error != 0) {
        ipmi_free_msg_item(item);
    }

    return error;
}


/* it has provably not left, so even a claimed change has failed */

static void
ask_unsent(bmc_ipmi_ask_t *ask, int error)
{
    bool             changes;
    char             text[BMC_TEXT_MAX];
    bmc_ipmi_job_t  *job;

    snprintf(text, sizeof(text), "could not be sent: %s",
             IPMI_IS_OS_ERR((unsigned) error) ? strerror(error)
                                              : "OpenIPMI refuses");

    changes = ask->changes;
    ask->sent = false;
    job = bmc_ipmi_ask_drop(ask);

    if (job != NULL) {
        bmc_ipmi_end(job, changes ? BMC_FAILED : BMC_UNREACHABLE, text);
    }
}


static void
ask_send(bmc_ipmi_ask_t *ask)
{
    int               error;
    bmc_ipmi_unit_t  *u;

    u = ask->u;

    /* a change is sent once: not into a session that may have ended */

    if (ask->changes && ask_now(u) >= u->heard + ASK_FRESH) {
        bmc_ipmi_ask_probe(u);
        return;
    }

    if (ask->changes && !bmc_call_claim(ask->job->call)) {
        bmc_ipmi_end(bmc_ipmi_ask_drop(ask), BMC_CANCELLED,
                     "given up before it was sent");
        return;
    }

    ask->sent = true;
    ask->sent_at = ask_now(u);
    error = ask_put(ask);

    if (error != 0) {
        bmc_ipmi_link_break(u, error, false);
        ask_unsent(ask, error);
    }
}


static bmc_ipmi_ask_t *
ask_create(bmc_ipmi_unit_t *u, bmc_ipmi_job_t *job, uint8_t netfn,
    uint8_t cmd, const void *data, size_t len)
{
    bmc_ipmi_ask_t  *ask;

    ask = calloc(1, sizeof(bmc_ipmi_ask_t));
    if (ask == NULL) {
        return NULL;
    }

    ask->u = u;
    ask->job = job;
    ask->began = ask_now(u);
    ask->netfn = netfn;
    ask->cmd = cmd;
    ask->len = (uint16_t) len;

    if (len != 0) {
        memcpy(ask->data, data, len);
    }

    bmc_ring_before(&u->asks, &ask->link);

    return ask;
}


void
bmc_ipmi_ask_probe(bmc_ipmi_unit_t *u)
{
    bmc_ipmi_ask_t  *ask;

    if (u->probing || u->broken) {
        return;
    }

    ask = ask_create(u, NULL, IPMI_APP_NETFN, IPMI_GET_DEVICE_ID_CMD, NULL,
                     0);

    if (ask == NULL) {
        bmc_ipmi_link_break(u, ENOMEM, false);
        return;
    }

    ask->probe = true;
    u->probing = true;
    ask_send(ask);
}


void
bmc_ipmi_ask_lun(bmc_ipmi_job_t *job, uint8_t lun, uint8_t netfn,
    uint8_t cmd, const void *data, size_t len, unsigned flags,
    bmc_ipmi_told_pt told)
{
    bmc_ipmi_ask_t   *ask;
    bmc_ipmi_unit_t  *u;

    u = job->unit->state;
    job->told = told;

    if (len > BMC_IPMI_DATA_MAX) {
        bmc_ipmi_end(job, BMC_USAGE, "a command has at most 256 bytes");
        return;
    }

    ask = u->closing ? NULL : ask_create(u, job, netfn, cmd, data, len);

    if (ask == NULL) {
        bmc_ipmi_end(job, u->closing ? BMC_CLOSED : BMC_FAILED,
                     u->closing ? "the session is being given up"
                                : "out of memory");
        return;
    }

    ask->lun = lun;
    ask->changes = (flags & BMC_IPMI_CHANGES) != 0;

    if (u->phase == BMC_IPMI_UP && !u->broken) {
        ask_send(ask);

    } else {
        bmc_ipmi_link_need(u);
    }

    bmc_ipmi_link_arm(u);
}


void
bmc_ipmi_ask(bmc_ipmi_job_t *job, uint8_t netfn, uint8_t cmd,
    const void *data, size_t len, unsigned flags, bmc_ipmi_told_pt told)
{
    bmc_ipmi_ask_lun(job, 0, netfn, cmd, data, len, flags, told);
}


/* -- all of a unit's */

/* the ring may change while somebody is told, so it is searched anew */

static bmc_ipmi_ask_t *
ask_waiting(const bmc_ipmi_unit_t *u)
{
    bmc_ring_t      *link;
    bmc_ipmi_ask_t  *ask;

    for (link = u->asks.next; link != &u->asks; link = link->next) {
        ask = bmc_ring_of(link, bmc_ipmi_ask_t, link);

        if (ask->job != NULL && !ask->sent) {
            return ask;
        }
    }

    return NULL;
}


void
bmc_ipmi_ask_all(bmc_ipmi_unit_t *u)
{
    bmc_ipmi_ask_t  *ask;

    while (u->phase == BMC_IPMI_UP && !u->broken && !u->probing
           && (ask = ask_waiting(u)) != NULL)
    {
        ask_send(ask);
    }
}


void
bmc_ipmi_ask_again(bmc_ipmi_unit_t *u)
{
    if (bmc_ipmi_ask_waits(u)) {
        bmc_ipmi_link_need(u);
    }
}


bool
bmc_ipmi_ask_waits(const bmc_ipmi_unit_t *u)
{
    return ask_waiting(u) != NULL;
}


void
bmc_ipmi_ask_fail(bmc_ipmi_unit_t *u, bmc_rc_t rc, const char *text)
{
    size_t           n;
    char             copy[BMC_TEXT_MAX];
    bmc_ring_t      *link;
    bmc_ipmi_ask_t  *ask;

    snprintf(copy, sizeof(copy), "%s", text);

    /* who is told may ask anew at once: not again in this round */

    for (n = 0, link = u->asks.next; link != &u->asks; link = link->next) {
        n++;
    }

    while (n-- != 0 && (ask = ask_waiting(u)) != NULL) {
        bmc_ipmi_end(bmc_ipmi_ask_drop(ask), rc, copy);
    }
}
