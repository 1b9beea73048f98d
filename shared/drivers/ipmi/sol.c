
/*
 * Copyright (C) the bmcgate authors
 *
 * The console: Serial over LAN in the unit's own session, asked for and given
 * back.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/sol.h"


#define SOL_INSTANCE  1

/* encrypted, authenticated; alerts of a modem are deferred */

#define SOL_WANTED    0xc4


static const struct {
    uint8_t      code;
    bmc_rc_t     rc;
    const char  *text;
} sol_codes[] = {

    { 0x81, BMC_REFUSED,
      "SOL is disabled: the BMC can enable it, \"ipmitool sol set enabled "
      "true\"" },

    { 0x82, BMC_BUSY,
      "as many consoles are open as it can have: one of them must end" },

    { 0x83, BMC_REFUSED, "it does not encrypt a console" },

    { 0x84, BMC_REFUSED, "it does not want to encrypt a console" },

    { BMC_IPMI_INVALID, BMC_UNSUPPORTED, "it has no SOL" },

    { 0, BMC_OK, NULL }
};


/* -- the end */

static void
sol_left(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    bmc_ipmi_end(job, BMC_OK, NULL);
}


/* a BMC has one console: who does not give it back takes it from all */

void
bmc_ipmi_sol_leave(bmc_ipmi_unit_t *u, bmc_rc_t rc, const char *text)
{
    bmc_ipmi_sol_t  *s;

    static const uint8_t  data[6] = { BMC_IPMI_SOL_TYPE, SOL_INSTANCE };

    s = u->sol;
    s->state = BMC_IPMI_SOL_LEAVING;
    s->rc = rc;
    snprintf(s->text, sizeof(s->text), "%s", text);

    if (u->phase != BMC_IPMI_UP || u->broken) {
        bmc_ipmi_end(s->job, BMC_OK, NULL);
        return;
    }

    s->job->call->deadline = uv_now(u->unit->loop)
                             + (uint64_t) u->unit->host->timeout;

    bmc_ipmi_ask(s->job, IPMI_APP_NETFN, IPMI_DEACTIVATE_PAYLOAD_CMD, data,
                 sizeof(data), 0, sol_left);
}


/* of a job that ends; one that was leaving had its reason before */

void
bmc_ipmi_sol_ends(bmc_ipmi_unit_t *u, const bmc_ipmi_job_t *job,
    bmc_rc_t *rc, const char **text)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->job != job) {
        return;
    }

    if (s->state == BMC_IPMI_SOL_LEAVING) {
        *rc = s->rc;
        *text = s->text;
    }

    u->sol = NULL;
}


bool
bmc_ipmi_sol_cancel(bmc_ipmi_unit_t *u, bmc_call_t *call)
{
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->job->call != call) {
        return false;
    }

    switch (s->state) {

    case BMC_IPMI_SOL_ASKING:

        /* whether it is open now is still to be heard */

        s->hung = bmc_ipmi_ask_is_sent(u, call);
        return s->hung;

    case BMC_IPMI_SOL_OPEN:
        bmc_ipmi_sol_leave(u, BMC_OK, "");
        return true;

    case BMC_IPMI_SOL_LEAVING:
        break;
    }

    return true;
}


/* the next session must not close a console that is somebody else's there */

void
bmc_ipmi_sol_lost(bmc_ipmi_unit_t *u)
{
    char             name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];
    bmc_ipmi_sol_t  *s;

    s = u->sol;

    if (s == NULL || s->state == BMC_IPMI_SOL_ASKING) {
        return;
    }

    if (s->state == BMC_IPMI_SOL_LEAVING) {
        bmc_ipmi_ask_cancel(u, s->job->call);
        return;
    }

    snprintf(text, sizeof(text), u->silence
             ? "%s fell silent, and the console is lost"
             : "the session with %s was lost, and its console with it",
             bmc_ipmi_link_name(u, name));
    bmc_ipmi_end(s->job, BMC_UNREACHABLE, text);
}


void
bmc_ipmi_sol_close(bmc_ipmi_unit_t *u)
{
    if (u->sol != NULL && u->sol->state == BMC_IPMI_SOL_OPEN) {
        bmc_ipmi_end(u->sol->job, BMC_CLOSED, "the session is being given "
                     "up");
    }
}


/* -- the beginning */

static void
sol_refused(bmc_ipmi_job_t *job, uint8_t code)
{
    char              name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];
    size_t            i;
    bmc_ipmi_unit_t  *u;

    u = job->unit->state;
    (void) bmc_ipmi_link_name(u, name);

    if (code == 0x80) {
        snprintf(text, sizeof(text), "the console of %s is in use in another "
                 "session (IPMI 0x80): that must end; \"bmcctl raw %s 06 49 "
                 "01 01 00 00 00 00\" ends it", name, u->unit->host->name);
        bmc_ipmi_end(job, BMC_BUSY, text);
        return;
    }

    for (i = 0; sol_codes[i].text != NULL; i++) {
        if (sol_codes[i].code == code) {
            snprintf(text, sizeof(text), "%s refused a console (IPMI 0x%02x):"
                     " %s", name, code, sol_codes[i].text);
            bmc_ipmi_end(job, sol_codes[i].rc, text);
            return;
        }
    }

    bmc_ipmi_refused(job, code, "a console");
}


/* BMCs have been seen that turn the bytes of these around */

static unsigned
sol_swapped(unsigned n)
{
    return (n & 0xff) << 8 | n >> 8;
}


/*
 * Behind a gateway the port is not the one that we know; a BMC that has
 * another one for SOL does not take what is typed, and is told of then.
 */

static unsigned
sol_port(const bmc_ipmi_unit_t *u, unsigned port)
{
    unsigned  ours;

    ours = (unsigned) ((const bmc_ipmi_conf_t *) u->unit->conf)->port;

    if (port == ours || port == BMC_IPMI_PORT
        || port == sol_swapped(BMC_IPMI_PORT))
    {
        return 0;
    }

    return port;
}


static void
sol_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    bmc_ipmi_sol_t   *s;
    bmc_ipmi_unit_t  *u;

    s = job->data;
    u = job->unit->state;

    if (code != 0) {
        sol_refused(job, code);
        return;
    }

    if (s->hung) {
        bmc_ipmi_sol_leave(u, BMC_CANCELLED, "nobody waits for it any more");
        return;
    }

    if (len < 10) {
        bmc_ipmi_sol_leave(u, BMC_REFUSED, "the BMC's answer about its "
                           "console is too short");
        return;
    }

    s->port = sol_port(u, bmc_ipmi_le16(data + 8));
    bmc_ipmi_sol_begin(u, bmc_ipmi_le16(data + 4));

    bmc_call_opened(job->call);
}


/*
 * It is sent once, as a change is: the second one would be told that the
 * console is in use, by us.
 */

void
bmc_ipmi_console(bmc_ipmi_job_t *job)
{
    bmc_ipmi_unit_t  *u;

    static const uint8_t  data[6] = {
        BMC_IPMI_SOL_TYPE, SOL_INSTANCE, SOL_WANTED
    };

    u = job->unit->state;

    if (bmc_ipmi_link_is_local(u)) {
        bmc_ipmi_end(job, BMC_UNSUPPORTED, "a local BMC's console is the "
                     "machine's own serial port");
        return;
    }

    if (!bmc_ipmi_room(job, sizeof(bmc_ipmi_sol_t))) {
        return;
    }

    u->sol = job->data;
    u->sol->job = job;

    bmc_ipmi_ask(job, IPMI_APP_NETFN, IPMI_ACTIVATE_PAYLOAD_CMD, data,
                 sizeof(data), BMC_IPMI_CHANGES, sol_told);
}
