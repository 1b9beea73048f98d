
/*
 * Copyright (C) the bmcgate authors
 *
 * One connection a unit.  It is set up when a command needs it, with each
 * address and cipher suite in turn, and again when it is lost.  OpenIPMI
 * calls back while it still uses a connection, so that one is only marked
 * broken there and closed from the unit's timer.
 */


#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/link.h"


#define LINK_ALIVE  20000            /* ms of silence before a probe */


static void  link_try(bmc_ipmi_unit_t *u);


bool
bmc_ipmi_link_is_local(const bmc_ipmi_unit_t *u)
{
    const bmc_list_t  *list;

    list = &u->unit->host->address;

    return list->count == 1 && strcmp(list->word[0], "local") == 0;
}


const struct sockaddr_storage *
bmc_ipmi_link_to(const bmc_ipmi_unit_t *u)
{
    return u->address < u->to.n ? &u->to.at[u->address] : NULL;
}


const char *
bmc_ipmi_link_name(const bmc_ipmi_unit_t *u, char name[BMC_IPMI_HOST_MAX])
{
    const struct sockaddr_storage  *to;

    to = bmc_ipmi_link_to(u);

    if (bmc_ipmi_link_is_local(u)) {
        snprintf(name, BMC_IPMI_HOST_MAX, "/dev/ipmi0");

    } else if (to == NULL
               || getnameinfo((const struct sockaddr *) to, sizeof(*to), name,
                              BMC_IPMI_HOST_MAX, NULL, 0, NI_NUMERICHOST)
                  != 0)
    {
        snprintf(name, BMC_IPMI_HOST_MAX, "%.60s",
                 u->unit->host->address.word[0]);
    }

    return name;
}


/* -- closing */

static void
link_changed(ipmi_con_t *con, int error, unsigned int port, int up,
    void *data)
{
    bmc_ipmi_unit_t  *u;

    u = data;

    if (error != 0) {
        bmc_ipmi_link_break(u, error, bmc_ipmi_handler_is_timing());
        return;
    }

    /* a new connection is told twice */

    if (u->phase != BMC_IPMI_OPENING || u->broken) {
        return;
    }

    u->phase = BMC_IPMI_UP;
    u->heard = uv_now(u->unit->loop);
    u->tried = 0;
    u->silent = false;
    bmc_ring_remove(&u->opening);

    bmc_ipmi_ask_all(u);
    bmc_ipmi_link_arm(u);
}


/* without a session there is nothing to log out of */

static void
link_shut(bmc_ipmi_unit_t *u, bool quiet)
{
    ipmi_con_t  *con;

    con = u->con;
    u->con = NULL;
    quiet |= u->phase != BMC_IPMI_UP;
    u->phase = BMC_IPMI_SHUT;
    u->broken = false;
    u->probing = false;
    u->held = 0;
    bmc_ring_remove(&u->opening);

    if (con == NULL) {
        return;
    }

    con->user_data = NULL;
    (void) con->remove_con_change_handler(con, link_changed, u);

    if (quiet && con->disable != NULL) {
        con->disable(con);
    }

    (void) con->close_connection(con);
}


/* -- opening */

static void
link_give_up(bmc_ipmi_unit_t *u, bmc_rc_t rc, const char *text)
{
    u->phase = BMC_IPMI_SHUT;

    /* nobody waits any more, but who asks next must not try it again */

    if (rc == BMC_BAD_LOGIN && !bmc_ipmi_ask_waits(u)) {
        u->refused = true;
        return;
    }

    bmc_ipmi_ask_fail(u, rc, text);
}


static void
link_try(bmc_ipmi_unit_t *u)
{
    int            error;
    char           why[BMC_TEXT_MAX];
    bmc_rc_t       rc;
    os_handler_t  *os;

    /* the unit is counted already: this is only the handler's address */

    os = bmc_ipmi_handler_hold(u->unit->loop, why);

    if (os == NULL) {
        link_give_up(u, BMC_FAILED, why);
        return;
    }

    if (u->counted) {
        bmc_ipmi_handler_drop();
    }

    u->counted = true;
    u->saw = 0;
    u->heard = uv_now(u->unit->loop);

    error = bmc_ipmi_link_setup(u, os, &rc, why);

    if (error != 0) {
        link_give_up(u, rc, why);
        return;
    }

    u->phase = BMC_IPMI_OPENING;

    if (!bmc_ipmi_link_is_local(u)) {
        bmc_ring_before(bmc_ipmi_handler_opening(), &u->opening);
    }

    u->con->user_data = u;
    error = u->con->add_con_change_handler(u->con, link_changed, u);

    if (error == 0) {
        error = u->con->start_con(u->con);
    }

    if (error != 0) {
        bmc_ipmi_link_break(u, error, false);
    }

    bmc_ipmi_link_arm(u);
}


static unsigned
link_first_cipher(const bmc_ipmi_unit_t *u)
{
    const bmc_ipmi_conf_t  *conf;

    conf = u->unit->conf;

    return conf->cipher == BMC_IPMI_CIPHER_3 ? 3 : 17;
}


static void
link_looked_up(void *data, const char *why)
{
    bmc_ipmi_unit_t  *u;

    u = data;

    if (u->to.n == 0) {
        link_give_up(u, BMC_UNREACHABLE, why);
        return;
    }

    if (u->address >= u->to.n) {
        u->address = 0;
    }

    link_try(u);
}


static void
link_open(bmc_ipmi_unit_t *u)
{
    const bmc_ipmi_conf_t  *conf;

    conf = u->unit->conf;
    u->tried = 0;

    /* what was agreed on the last time is what is tried first */

    if (u->cipher == 0) {
        u->cipher = link_first_cipher(u);
    }

    if (u->level == 0) {
        u->level = (unsigned) conf->privilege + IPMI_PRIVILEGE_USER;
    }

    u->phase = BMC_IPMI_RESOLVING;

    if (bmc_ipmi_link_is_local(u)) {
        link_try(u);

    } else {
        bmc_lookup(&u->lookup, u->unit->loop, &u->unit->host->address,
                   (int) conf->port, &u->to, link_looked_up, u);
    }
}


void
bmc_ipmi_link_need(bmc_ipmi_unit_t *u)
{
    if (u->refused) {
        u->refused = false;
        bmc_ipmi_ask_fail(u, u->verdict.rc, u->verdict.text);
        return;
    }

    if (u->phase == BMC_IPMI_SHUT && !u->closing) {
        link_open(u);
    }
}


/* -- failing */

void
bmc_ipmi_link_break(bmc_ipmi_unit_t *u, int error, bool silence)
{
    if (u->broken || u->con == NULL) {
        return;
    }

    u->broken = true;
    u->error = error;
    u->silence = silence;

    bmc_ipmi_link_arm(u);
}


static void
link_next(bmc_ipmi_unit_t *u)
{
    bmc_ipmi_next_t         next;
    const bmc_ipmi_conf_t  *conf;

    conf = u->unit->conf;
    next = u->verdict.next;

    if (next == BMC_IPMI_NEXT_CIPHER) {

        if (conf->cipher == BMC_IPMI_CIPHER_AUTO && u->cipher == 17) {
            u->cipher = 3;
            link_try(u);
            return;
        }

        u->cipher = 0;
    }

    if (next == BMC_IPMI_LOWER) {
        u->level = IPMI_PRIVILEGE_OPERATOR;
        link_try(u);
        return;
    }

    if (next == BMC_IPMI_NEXT_ADDRESS && ++u->tried < u->to.n) {
        u->address = (u->address + 1) % u->to.n;
        u->cipher = link_first_cipher(u);

        if (bmc_ipmi_ask_waits(u)) {
            link_try(u);
            return;
        }
    }

    link_give_up(u, u->verdict.rc, u->verdict.text);
}


static void
link_failed(bmc_ipmi_unit_t *u)
{
    bmc_ipmi_phase_t  phase;

    phase = u->phase;

    if (phase == BMC_IPMI_OPENING) {
        bmc_ipmi_judge(u, &u->verdict);
        u->silent = u->silence && u->saw == 0;
    }

    /* a session that has been silent may have ended: no log-out is heard */

    link_shut(u, false);

    if (phase == BMC_IPMI_OPENING) {
        link_next(u);
        return;
    }

    bmc_ipmi_sol_lost(u);
    bmc_ipmi_ask_again(u);
}


/* -- watching */

static void
link_due(uv_timer_t *timer)
{
    uint64_t          due;
    bmc_ipmi_unit_t  *u;

    u = timer->data;

    bmc_ipmi_login_overdue(u);
    due = bmc_ipmi_silence_due(u);

    if (due != 0 && uv_now(u->unit->loop) >= due) {
        bmc_ipmi_link_break(u, IPMI_IPMI_ERR_VAL(IPMI_TIMEOUT_CC), true);
    }

    if (u->broken) {
        link_failed(u);
    }

    bmc_ipmi_ask_overdue(u);
    bmc_ipmi_sol_overdue(u);

    if (u->phase == BMC_IPMI_UP && !u->broken && !u->probing
        && uv_now(u->unit->loop) >= u->heard + LINK_ALIVE)
    {
        bmc_ipmi_ask_probe(u);
    }

    bmc_ipmi_link_arm(u);
}


void
bmc_ipmi_link_arm(bmc_ipmi_unit_t *u)
{
    uint64_t  now, due, sol, silence;

    if (u->closing) {
        return;
    }

    now = uv_now(u->unit->loop);
    due = bmc_ipmi_ask_due(u);
    sol = bmc_ipmi_sol_due(u);
    silence = bmc_ipmi_silence_due(u);

    if (sol != 0 && (due == 0 || sol < due)) {
        due = sol;
    }

    if (silence != 0 && (due == 0 || silence < due)) {
        due = silence;
    }

    if (u->phase == BMC_IPMI_UP && !u->probing
        && (due == 0 || u->heard + LINK_ALIVE < due))
    {
        due = u->heard + LINK_ALIVE;
    }

    if (u->held != 0 && (due == 0 || u->held_until < due)) {
        due = u->held_until;
    }

    if (u->broken) {
        due = now;
    }

    if (due == 0) {
        (void) uv_timer_stop(&u->timer);
        return;
    }

    (void) uv_timer_start(&u->timer, link_due, due > now ? due - now : 0, 0);
}


/* -- the unit's beginning and end */

bool
bmc_ipmi_link_make(bmc_ipmi_unit_t *u, bmc_unit_t *unit)
{
    u->unit = unit;
    bmc_ring_init(&u->asks);
    bmc_ring_init(&u->opening);

    if (uv_timer_init(unit->loop, &u->timer) != 0) {
        return false;
    }

    u->timer.data = u;

    return true;
}


/* OpenIPMI is on no stack here, and all of its connections of u are closed */

static void
link_closed(uv_handle_t *handle)
{
    bmc_ipmi_unit_t  *u;

    u = handle->data;

    if (u->counted) {
        bmc_ipmi_handler_drop();
    }

    bmc_ipmi_forget(&u->kept);
    bmc_unit_closed(u->unit);
}


void
bmc_ipmi_link_close(bmc_ipmi_unit_t *u, bool quiet)
{
    u->closing = true;

    bmc_lookup_forget(&u->lookup);
    bmc_ipmi_ask_fail(u, BMC_CLOSED, "the session is being given up");
    bmc_ipmi_sol_close(u);
    bmc_ipmi_ask_forget(u);
    link_shut(u, quiet);

    if (!uv_is_closing((uv_handle_t *) &u->timer)) {
        uv_close((uv_handle_t *) &u->timer, link_closed);
    }
}
