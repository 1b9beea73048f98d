
/*
 * Copyright (C) the bmcgate authors
 *
 * What goes through a console (IPMI 2.0, 15.11).  Each side has one packet on
 * the way, and sends it again until the other says how much of it has been
 * taken.
 *
 * OpenIPMI 2.0.33 has SOL, too, but not for real BMCs: what a BMC takes in
 * parts, as all do whose buffer fills, goes on with bytes of the header in
 * it; what is lost while the machine talks is never sent again, for an ack
 * is written into the packet that waits; and a BMC that names a port other
 * than 623 gets a second session.  Of OpenIPMI we only use the session.
 */


#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/sol.h"


#define SOL_HEAD      4
#define SOL_TRIES     10
#define SOL_DOUBT     3              /* tries before we ask if it lives */

#define SOL_NACK      0x40           /* of a BMC's status */
#define SOL_OFF       0x20
#define SOL_GONE      0x10


static uint64_t
sol_now(const bmc_ipmi_unit_t *u)
{
    return uv_now(u->unit->loop);
}


/* -- packets */

static uint8_t
sol_after(uint8_t number)
{
    return number < 15 ? (uint8_t) (number + 1) : 1;
}


/* one that cannot be sent is one that was lost */

static void
sol_put(bmc_ipmi_unit_t *u, uint8_t number, uint8_t ack, size_t count,
    const uint8_t *data, size_t len)
{
    uint8_t            p[SOL_HEAD + BMC_IPMI_SOL_CHUNK];
    ipmi_msg_t         msg;
    ipmi_rmcpp_addr_t  to;

    memset(&to, 0, sizeof(to));
    to.addr_type = IPMI_RMCPP_ADDR_SOL;

    p[0] = number;
    p[1] = ack;
    p[2] = (uint8_t) count;
    p[3] = 0;

    if (len != 0) {
        memcpy(p + SOL_HEAD, data, len);
    }

    /* an odd network function: OpenIPMI waits for no answer */

    memset(&msg, 0, sizeof(msg));
    msg.netfn = 1;
    msg.data = p;
    msg.data_len = (uint16_t) (SOL_HEAD + len);

    (void) u->con->send_command_option(u->con, (ipmi_addr_t *) &to,
                                       sizeof(to), &msg, NULL, NULL, NULL);
}


static void
sol_wait(bmc_ipmi_unit_t *u)
{
    u->sol->again = sol_now(u)
                    + (uint64_t) bmc_ipmi_link_patience(u) / 1000;
    bmc_ipmi_link_arm(u);
}


static void
sol_send(bmc_ipmi_unit_t *u)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    sol_put(u, s->ours, 0, 0, s->queue, s->sent);
    sol_wait(u);
}


static void
sol_next(bmc_ipmi_unit_t *u)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s->waiting || s->held || s->len == 0) {
        return;
    }

    s->ours = sol_after(s->ours);
    s->sent = s->len < s->chunk ? s->len : s->chunk;
    s->waiting = true;
    s->tries = 1;

    sol_send(u);
}


/*
 * What is left of a packet goes into one with a new number.  Some BMCs that
 * take all of it say so with a count of zero.  What is typed at a machine
 * that is off is for nobody.
 */

static void
sol_acked(bmc_ipmi_unit_t *u, uint8_t ack, size_t count, uint8_t status)
{
    bool             nack;
    bmc_ipmi_sol_t  *s;

    s = u->sol;
    nack = (status & SOL_NACK) != 0;

    if (s->waiting && ack == s->ours) {

        if (count > s->sent || (count == 0 && !nack)) {
            count = s->sent;
        }

        s->len -= count;
        memmove(s->queue, s->queue + count, s->len);
        s->sent = 0;
        s->waiting = false;
    }

    if (nack && (status & SOL_OFF) != 0) {
        s->len = s->sent;
    }

    s->held = nack;

    if (nack && !s->waiting) {
        sol_wait(u);
    }

    sol_next(u);
}


/*
 * How many bytes of a packet we had before.  One that comes again may have
 * grown; the one before it may come late.
 */

static size_t
sol_had(bmc_ipmi_sol_t *s, uint8_t number, size_t len)
{
    size_t  had;

    if (s->theirs != 0 && sol_after(number) == s->theirs) {
        return len;
    }

    had = number == s->theirs ? s->taken : 0;

    if (had > len) {
        return len;
    }

    s->theirs = number;
    s->taken = len;

    return had;
}


/* BMCs have been seen that turn its bytes around */

static size_t
sol_chunk(unsigned size)
{
    if (size > 1024) {
        size = (size & 0xff) << 8 | size >> 8;
    }

    if (size <= SOL_HEAD || size > 1024
        || size - SOL_HEAD > BMC_IPMI_SOL_CHUNK)
    {
        return BMC_IPMI_SOL_CHUNK;
    }

    return size - SOL_HEAD;
}


/*
 * The first packet is empty: a BMC that remembers the number of the last
 * console's last packet would take the first one of ours for that.
 */

void
bmc_ipmi_sol_begin(bmc_ipmi_unit_t *u, unsigned size)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;
    s->state = BMC_IPMI_SOL_OPEN;
    s->chunk = sol_chunk(size);
    s->ours = sol_after((uint8_t) (sol_now(u) % 15));

    sol_put(u, s->ours, 0, 0, NULL, 0);
}


size_t
bmc_ipmi_sol_write(bmc_ipmi_unit_t *u, const void *bytes, size_t len)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->state != BMC_IPMI_SOL_OPEN || u->broken) {
        return 0;
    }

    if (len > sizeof(s->queue) - s->len) {
        len = sizeof(s->queue) - s->len;
    }

    memcpy(s->queue + s->len, bytes, len);
    s->len += len;
    sol_next(u);

    return len;
}


/* -- what comes */

static void
sol_taken_away(bmc_ipmi_unit_t *u)
{
    char  name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];

    snprintf(text, sizeof(text), "%s closed the console; another session "
             "may have taken it", bmc_ipmi_link_name(u, name));
    bmc_ipmi_end(u->sol->job, BMC_REFUSED, text);
}


void
bmc_ipmi_sol_heard(bmc_ipmi_unit_t *u, const uint8_t *p, size_t n)
{
    size_t           had;
    uint8_t          number, status;
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->state != BMC_IPMI_SOL_OPEN || n < SOL_HEAD
        || n > SOL_HEAD + 255)
    {
        return;
    }

    u->heard = sol_now(u);
    number = p[0] & 0x0f;
    status = p[3];
    sol_acked(u, p[1] & 0x0f, p[2], status);

    p += SOL_HEAD;
    n -= SOL_HEAD;

    if (number != 0) {
        had = sol_had(s, number, n);
        sol_put(u, 0, number, n, NULL, 0);

        /* whoever gets it may hang up, or close the unit */

        if (had < n) {
            bmc_call_data(s->job->call, p + had, n - had);
        }
    }

    if ((status & SOL_GONE) != 0 && u->sol == s
        && s->state == BMC_IPMI_SOL_OPEN)
    {
        sol_taken_away(u);
    }
}


/* -- time */

static void
sol_deaf(bmc_ipmi_unit_t *u)
{
    int   n;
    char  name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];

    n = snprintf(text, sizeof(text), "%s answers, but does not take what is "
                 "typed; another session may have taken its console",
                 bmc_ipmi_link_name(u, name));

    if (u->sol->port != 0) {
        snprintf(text + n, sizeof(text) - (size_t) n, ", or it is at UDP "
                 "port %u alone", u->sol->port);
    }

    bmc_ipmi_sol_leave(u, BMC_UNREACHABLE, text);
}


uint64_t
bmc_ipmi_sol_due(const bmc_ipmi_unit_t *u)
{
    const bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->state != BMC_IPMI_SOL_OPEN
        || (!s->waiting && !s->held))
    {
        return 0;
    }

    return s->again;
}


void
bmc_ipmi_sol_overdue(bmc_ipmi_unit_t *u)
{
    uint64_t         due;
    bmc_ipmi_sol_t  *s;

    s = u->sol;
    due = bmc_ipmi_sol_due(u);

    if (due == 0 || u->broken || sol_now(u) < due) {
        return;
    }

    /* that it takes something again may have been lost */

    if (!s->waiting) {
        s->held = false;
        sol_next(u);
        return;
    }

    if (s->tries == SOL_TRIES) {
        sol_deaf(u);
        return;
    }

    if (s->tries++ == SOL_DOUBT) {
        bmc_ipmi_ask_probe(u);
    }

    sol_send(u);
}


/* -- OpenIPMI's side */

static int
sol_format(ipmi_con_t *con, const ipmi_addr_t *to, unsigned int to_len,
    const ipmi_msg_t *msg, unsigned char *out, unsigned int *len,
    int *sessionless, unsigned char seq)
{
    if (*len < msg->data_len) {
        return E2BIG;
    }

    memcpy(out, msg->data, msg->data_len);
    *len = msg->data_len;
    *sessionless = 0;

    return 0;
}


/* each packet is one that nobody has asked for */

static int
sol_number(ipmi_con_t *con, unsigned char *data, unsigned int len,
    unsigned char *seq)
{
    return ENOSYS;
}


static int
sol_answer(ipmi_con_t *con, ipmi_msgi_t *item, ipmi_addr_t *to,
    unsigned int to_len, ipmi_msg_t *msg, unsigned char *data,
    unsigned int len)
{
    return ENOSYS;
}


static void
sol_packet(ipmi_con_t *con, unsigned char *data, unsigned int len)
{
    bmc_ipmi_unit_t  *u;

    u = con->user_data;

    if (u != NULL && u->con == con && !u->broken) {
        bmc_ipmi_sol_heard(u, data, len);
    }
}


static ipmi_payload_t  sol_payload = {
    sol_format, sol_number, sol_answer, sol_packet, NULL
};


/* instead of OpenIPMI's own */

int
bmc_ipmi_sol_register(void)
{
    int  rc;

    rc = ipmi_rmcpp_register_payload(BMC_IPMI_SOL_TYPE, NULL);

    if (rc == 0) {
        rc = ipmi_rmcpp_register_payload(BMC_IPMI_SOL_TYPE, &sol_payload);
    }

    return rc;
}
