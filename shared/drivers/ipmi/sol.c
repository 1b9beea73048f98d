
/*
 * Copyright (C) the bmcgate authors
 *
 * The serial console, over OpenIPMI's SOL on the unit's own session.
 *
 * OpenIPMI calls back while it still uses a console, and whoever is told
 * that it has ended may close the unit.  So a console that has ended is only
 * marked, and told and freed from the unit's timer.  One that is not active
 * yet cannot be closed (OpenIPMI would close a connection that is NULL), only
 * forced.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/link.h"

#include <OpenIPMI/ipmi_sol.h>


#define SOL_PAYLOAD   1
#define SOL_STATUS    0x4a           /* Get Payload Activation Status */
#define SOL_PATIENCE  500000         /* µs that a BMC has for an ack */
#define SOL_TRIES     10
#define SOL_CHUNK     128            /* bytes that are written at a time */


struct bmc_ipmi_sol_s {
    bmc_ipmi_unit_t   *u;
    bmc_ipmi_job_t    *job;          /* NULL: ended */
    ipmi_sol_conn_t   *conn;
    bool               open;
    bool               hung;         /* nobody listens any more */
    bool               inside;       /* one of OpenIPMI's callbacks */
    bool               closing;      /* the BMC has been told */
    bool               closed;
    int                error;        /* OpenIPMI's, when closed */
    const char        *lost;         /* why it was forced */
};


static const struct {
    int          error;
    bmc_rc_t     rc;
    const char  *text;
} sol_errors[] = {
    { IPMI_RMCPP_ERR_VAL(IPMI_RMCPP_INVALID_PAYLOAD_TYPE), BMC_BUSY,
      "the console is in use, and the BMC has no second one: end the other "
      "with \"ipmitool sol deactivate\"" },
    { IPMI_IPMI_ERR_VAL(0x80), BMC_BUSY,
      "the console is in use: end the other with \"ipmitool sol "
      "deactivate\"" },
    { IPMI_IPMI_ERR_VAL(0x81), BMC_REFUSED,
      "SOL is disabled on this BMC: \"ipmitool sol set enabled true\" "
      "enables it" },
    { IPMI_IPMI_ERR_VAL(0x82), BMC_BUSY,
      "the BMC has as many consoles open as it can: end another first" },
    { IPMI_IPMI_ERR_VAL(0x83), BMC_REFUSED,
      "the BMC does not encrypt its console, and plain it is not opened" },
    { IPMI_IPMI_ERR_VAL(0xc1), BMC_UNSUPPORTED,
      "this BMC has no SOL console" },
    { IPMI_IPMI_ERR_VAL(0xd4), BMC_REFUSED,
      "the user's privilege is too low for the console: it needs what "
      "\"ipmitool sol info\" says" },
    { IPMI_SOL_ERR_VAL(IPMI_SOL_DEACTIVATED), BMC_REFUSED,
      "the console was taken away: somebody else activated or deactivated "
      "it" },
    { IPMI_SOL_ERR_VAL(IPMI_SOL_DISCONNECTED), BMC_UNREACHABLE,
      "the BMC does not acknowledge what the console is sent any more" },
    { IPMI_SOL_ERR_VAL(IPMI_SOL_NOT_AVAILABLE), BMC_REFUSED,
      "the BMC's answer about its console makes no sense" },

    /* closed by OpenIPMI, which has not been given a way to follow */

    { 0, BMC_UNSUPPORTED,
      "the BMC has its console on a UDP port of its own, which would be a "
      "second session" },

    { 0, BMC_OK, NULL }
};


static bmc_rc_t
sol_verdict(const bmc_ipmi_sol_t *s, char text[BMC_TEXT_MAX])
{
    size_t  i;

    text[0] = '\0';

    if (s->hung) {
        return BMC_OK;
    }

    if (s->lost != NULL) {
        snprintf(text, BMC_TEXT_MAX, "%s", s->lost);
        return BMC_UNREACHABLE;
    }

    for (i = 0; sol_errors[i].text != NULL; i++) {
        if (sol_errors[i].error == s->error && (s->error != 0 || !s->open)) {
            snprintf(text, BMC_TEXT_MAX, "%s", sol_errors[i].text);
            return sol_errors[i].rc;
        }
    }

    snprintf(text, BMC_TEXT_MAX, "the console was closed (OpenIPMI: 0x%x)",
             (unsigned) s->error);

    return BMC_REFUSED;
}


/* whoever has the stream is told how it ended; the unit may be gone after */

static void
sol_end(bmc_ipmi_sol_t *s)
{
    char             text[BMC_TEXT_MAX];
    bmc_rc_t         rc;
    bmc_ipmi_job_t  *job;

    job = s->job;
    rc = sol_verdict(s, text);

    s->u->sol = NULL;
    (void) ipmi_sol_free(s->conn);
    free(s);

    bmc_ipmi_end(job, rc, text);
}


/* the BMC is told; sol_changed() follows, when it has answered or not */

static void
sol_close(bmc_ipmi_sol_t *s)
{
    if (s->open && !s->inside && !s->closing) {
        s->closing = true;
        (void) ipmi_sol_close(s->conn);
    }
}


static void
sol_changed(ipmi_sol_conn_t *conn, ipmi_sol_state state, int error,
    void *data)
{
    bool             inside;
    bmc_ipmi_sol_t  *s;

    s = data;
    inside = s->inside;

    switch (state) {

    case ipmi_sol_state_connected:

        if (s->open) {
            return;
        }

        s->open = true;
        s->inside = true;

        if (!s->hung) {
            bmc_call_opened(s->job->call);
        }

        s->inside = inside;

        if (s->hung) {
            bmc_ipmi_link_arm(s->u);
        }

        return;

    case ipmi_sol_state_closed:

        s->closed = true;
        s->error = error;
        bmc_ipmi_link_arm(s->u);
        return;

    case ipmi_sol_state_connecting:
    case ipmi_sol_state_connected_ctu:
    case ipmi_sol_state_closing:
        return;
    }
}


static int
sol_bytes(ipmi_sol_conn_t *conn, const void *buf, size_t count, void *data)
{
    bmc_ipmi_sol_t  *s;

    s = data;

    if (s->hung || s->closed) {
        return 0;
    }

    s->inside = true;
    bmc_call_data(s->job->call, buf, count);
    s->inside = false;

    if (s->hung) {
        bmc_ipmi_link_arm(s->u);
    }

    return 0;
}


static int
sol_open(bmc_ipmi_sol_t *s)
{
    int  error;

    ipmi_sol_set_ACK_timeout(s->conn, SOL_PATIENCE);
    ipmi_sol_set_ACK_retries(s->conn, SOL_TRIES);

    error = ipmi_sol_register_connection_state_callback(s->conn, sol_changed,
                                                        s);
    if (error == 0) {
        error = ipmi_sol_register_data_received_callback(s->conn, sol_bytes,
                                                         s);
    }

    return error == 0 ? ipmi_sol_open(s->conn) : error;
}


static void
sol_start(bmc_ipmi_job_t *job)
{
    bmc_ipmi_sol_t   *s;
    bmc_ipmi_unit_t  *u;

    u = job->unit->state;

    if (u->sol != NULL) {
        bmc_ipmi_end(job, BMC_BUSY, "the console is just being closed");
        return;
    }

    s = calloc(1, sizeof(bmc_ipmi_sol_t));

    if (s == NULL || ipmi_sol_create(u->con, &s->conn) != 0) {
        free(s);
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    s->u = u;
    s->job = job;
    u->sol = s;

    /* a BMC could send us to another port, for a second session */

    u->con->get_startup_args = NULL;

    if (sol_open(s) != 0) {
        s->closed = true;
        s->error = IPMI_SOL_ERR_VAL(IPMI_SOL_NOT_AVAILABLE);
        bmc_ipmi_link_arm(u);
    }
}


/* it also brings up the session, and says in words why there is none */

static void
sol_status(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    if (code == 0xc1 || code == 0xcc) {
        bmc_ipmi_end(job, BMC_UNSUPPORTED, "this BMC has no SOL console");
        return;
    }

    if (!bmc_ipmi_whole(job, code, len, 3, "console")) {
        return;
    }

    sol_start(job);
}


void
bmc_ipmi_console(bmc_ipmi_job_t *job)
{
    uint8_t           payload;
    bmc_ipmi_unit_t  *u;

    u = job->unit->state;
    payload = SOL_PAYLOAD;

    if (bmc_ipmi_link_is_local(u)) {
        bmc_ipmi_end(job, BMC_UNSUPPORTED, "a local BMC's console is the "
                     "machine's own serial port");
        return;
    }

    bmc_ipmi_ask(job, IPMI_APP_NETFN, SOL_STATUS, &payload, 1, 0,
                 sol_status);
}


size_t
bmc_ipmi_sol_write(bmc_ipmi_unit_t *u, const void *bytes, size_t len)
{
    size_t           n, done;
    bmc_ipmi_sol_t  *s;

    s = u->sol;
    done = 0;

    if (s == NULL || !s->open || s->hung || s->closed) {
        return 0;
    }

    while (done < len) {
        n = len - done < SOL_CHUNK ? len - done : SOL_CHUNK;

        if (ipmi_sol_write(s->conn, (const char *) bytes + done, (int) n,
                           NULL, NULL)
            != 0)
        {
            break;
        }

        done += n;
    }

    return done;
}


bool
bmc_ipmi_sol_cancel(bmc_ipmi_unit_t *u, const bmc_call_t *call)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->job->call != call) {
        return false;
    }

    s->hung = true;
    sol_close(s);
    bmc_ipmi_link_arm(u);

    return true;
}


/* it has ended, or was hung up from within or before it was open */

bool
bmc_ipmi_sol_wants(const bmc_ipmi_unit_t *u)
{
    return u->sol != NULL
           && (u->sol->closed
               || (u->sol->hung && u->sol->open && !u->sol->closing));
}


void
bmc_ipmi_sol_due(bmc_ipmi_unit_t *u)
{
    if (!bmc_ipmi_sol_wants(u)) {
        return;
    }

    if (u->sol->closed) {
        sol_end(u->sol);

    } else {
        sol_close(u->sol);
    }
}


/* before the session goes, which the console is in */

void
bmc_ipmi_sol_lost(bmc_ipmi_unit_t *u, bool quiet)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->closed) {
        return;
    }

    s->lost = "the session with the BMC was lost, and the console with it";
    (void) ipmi_sol_force_close_wsend(s->conn, !quiet && s->open);
    s->closed = true;
}
