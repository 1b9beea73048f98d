
/*
 * Copyright (C) the bmcgate authors
 *
 * What a login is answered, looked at before OpenIPMI has it: it drops an
 * Open Session Response that says why not, when the BMC has left out our
 * session's number, and it takes any algorithm a BMC may choose.
 *
 * Until its end nothing in a login is proved, and all that OpenIPMI puts
 * into it to tell an answer by can be guessed: messages and sessions are
 * numbered from 1.  Who guesses our port as well can send a "no" in the name
 * of the BMC, and "wrong password" would be remembered.  So whatever makes a
 * login fail is held for as long as a BMC needs to say what it says itself:
 * half of the time after which it is asked again, for an account must not be
 * tried twice.  A good answer in that time, and RAKP 2 and 4 have a proof,
 * takes its place.
 */


#include <errno.h>
#include <string.h>

#include "drivers/ipmi/link.h"


#define LOGIN_SOON   20              /* ms: the other suite is tried anyway */

#define LOGIN_NO_SUITE                                                        \
    ((int) IPMI_RMCPP_ERR_VAL(IPMI_RMCPP_NO_CIPHER_SUITE_MATCHES))

#define LOGIN_UNPROVEN                                                        \
    ((int) IPMI_RMCPP_ERR_VAL(IPMI_RMCPP_INVALID_INTEGRITY_CHECK_VALUE))


/* the numbers OpenIPMI gives to the messages of a login */

enum {
    LOGIN_CAPS = 1,
    LOGIN_OPEN,
    LOGIN_RAKP1,
    LOGIN_RAKP3
};


static bool
login_is_suite(int error)
{
    if (!IPMI_IS_RMCPP_ERR((unsigned) error)) {
        return false;
    }

    switch (IPMI_GET_RMCPP_ERR((unsigned) error)) {

    case IPMI_RMCPP_INVALID_AUTHENTICATION_ALGORITHM:
    case IPMI_RMCPP_INVALID_INTEGRITY_ALGORITHM:
    case IPMI_RMCPP_NO_MATCHING_AUTHENTICATION_PAYLOAD:
    case IPMI_RMCPP_NO_MATCHING_INTEGRITY_PAYLOAD:
    case IPMI_RMCPP_INVALID_CONFIDENTIALITY_ALGORITHM:
    case IPMI_RMCPP_NO_CIPHER_SUITE_MATCHES:
        return true;
    }

    return false;
}


static uint64_t
login_grace(const bmc_ipmi_unit_t *u, int error)
{
    const bmc_ipmi_conf_t  *conf;

    conf = u->unit->conf;

    if (login_is_suite(error) && conf->cipher == BMC_IPMI_CIPHER_AUTO
        && u->cipher == 17)
    {
        return LOGIN_SOON;
    }

    return (uint64_t) bmc_ipmi_link_patience(u) / 2000;
}


/* false: OpenIPMI must not have it */

static bool
login_is(bmc_ipmi_unit_t *u, int error, unsigned saw)
{
    if (error == 0) {
        u->saw |= saw;
        u->heard = uv_now(u->unit->loop);
        u->held = 0;
        return true;
    }

    if (u->held == 0) {
        u->held_until = uv_now(u->unit->loop) + login_grace(u, error);
    }

    u->held = error;
    bmc_ipmi_link_arm(u);

    return false;
}


/* the answer to Get Channel Authentication Capabilities, IPMI 1.5's way */

static int
login_caps(const uint8_t *p, size_t n)
{
    if (p[20] == IPMI_NODE_BUSY_CC || (p[20] >= 0xd0 && p[20] <= 0xd2)) {
        return IPMI_IPMI_ERR_VAL(p[20]);
    }

    /* an error: IPMI 1.5 may not know the bit that asks for 2.0 */

    if (p[20] != 0 || p[13] < 16 || n < 14 + 16) {
        return ENOENT;
    }

    return (p[22] & 0x80) != 0 && (p[24] & 0x02) != 0 ? 0 : ENOENT;
}


static int
login_open(const bmc_ipmi_unit_t *u, const uint8_t *p, size_t n)
{
    size_t    i;
    unsigned  agreed[3];

    if (p[1] != 0) {
        return IPMI_RMCPP_ERR_VAL(p[1]);
    }

    if (n < 36) {
        return EINVAL;
    }

    agreed[0] = u->cipher == 17 ? 3 : 1;
    agreed[1] = u->cipher == 17 ? 4 : 1;
    agreed[2] = 1;

    for (i = 0; i < 3; i++) {
        if (p[12 + 8 * i] != i || p[15 + 8 * i] != 8) {
            return EINVAL;
        }

        if ((p[16 + 8 * i] & 0x3f) != agreed[i]) {
            return LOGIN_NO_SUITE;
        }
    }

    return 0;
}


static bool
login_is_from(const bmc_ipmi_unit_t *u, const struct sockaddr *from)
{
    const struct sockaddr_in       *a4, *b4;
    const struct sockaddr_in6      *a6, *b6;
    const struct sockaddr_storage  *to;

    to = bmc_ipmi_link_to(u);

    if (to == NULL || to->ss_family != from->sa_family) {
        return false;
    }

    if (from->sa_family == AF_INET) {
        a4 = (const struct sockaddr_in *) to;
        b4 = (const struct sockaddr_in *) from;

        return a4->sin_port == b4->sin_port
               && a4->sin_addr.s_addr == b4->sin_addr.s_addr;
    }

    a6 = (const struct sockaddr_in6 *) to;
    b6 = (const struct sockaddr_in6 *) from;

    return a6->sin6_port == b6->sin6_port
           && memcmp(&a6->sin6_addr, &b6->sin6_addr, 16) == 0;
}


/* p: the payload, n bytes of it */

static bool
login_rmcpp(bmc_ipmi_unit_t *u, unsigned type, const uint8_t *p, size_t n)
{
    int   error;
    bool  last;

    if (type == IPMI_RMCPP_PAYLOAD_TYPE_OPEN_SESSION_RESPONSE) {

        if (p[0] != LOGIN_OPEN) {
            return false;
        }

        /* a second one: OpenIPMI waits for none */

        return (u->saw & BMC_IPMI_SAW_OPEN) != 0
               || login_is(u, login_open(u, p, n), BMC_IPMI_SAW_OPEN);
    }

    last = type == IPMI_RMCPP_PAYLOAD_TYPE_RAKP_4;

    if (p[0] != (last ? LOGIN_RAKP3 : LOGIN_RAKP1)) {
        return false;
    }

    return bmc_ipmi_rakp_looks(u->con, last, p, n, &error)
           && login_is(u, error, last ? BMC_IPMI_SAW_RAKP4
                                      : BMC_IPMI_SAW_RAKP2);
}


static bool
login_sees(bmc_ipmi_unit_t *u, const uint8_t *p, size_t n)
{
    size_t  len;

    u->saw |= BMC_IPMI_SAW_ANYTHING;

    if (p[4] == 0) {
        return (u->saw & BMC_IPMI_SAW_CAPS) != 0
               || (n > 20 && p[18] >> 2 == LOGIN_CAPS
                   && login_is(u, login_caps(p, n), BMC_IPMI_SAW_CAPS));
    }

    /* with a proof: of a session */

    if (p[5] & 0x40) {
        u->heard = uv_now(u->unit->loop);
        return true;
    }

    len = p[14] | (size_t) p[15] << 8;

    return login_rmcpp(u, p[5], p + 16, len < n - 16 ? len : n - 16);
}


bool
bmc_ipmi_login_sees(const struct sockaddr *from, const uint8_t *p, size_t n)
{
    bool              ours;
    bmc_ring_t       *head, *link;
    bmc_ipmi_unit_t  *u;

    ours = false;
    head = bmc_ipmi_handler_opening();

    /* two units may log in to one BMC */

    for (link = head->next; link != head; link = link->next) {
        u = bmc_ring_of(link, bmc_ipmi_unit_t, opening);

        if (!login_is_from(u, from) || u->broken || n < 18) {
            continue;
        }

        ours = true;

        if (login_sees(u, p, n)) {
            return true;
        }
    }

    return !ours;
}


void
bmc_ipmi_login_overdue(bmc_ipmi_unit_t *u)
{
    if (u->held == 0 || u->broken || uv_now(u->unit->loop) < u->held_until) {
        return;
    }

    /* nothing was said of RAKP 2 but its proof: the BMC waits for RAKP 3 */

    if (u->held == LOGIN_UNPROVEN) {
        bmc_ipmi_rakp_refuse(u->con);
    }

    bmc_ipmi_link_break(u, u->held, false);
}
