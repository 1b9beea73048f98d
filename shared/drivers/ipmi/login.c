
/*
 * Copyright (C) the bmcgate authors
 *
 * What a login is answered, looked at before OpenIPMI has it: it drops an
 * Open Session Response that says why not, when the BMC has left out our
 * session's number, and it takes any algorithm a BMC may choose.
 */


#include <string.h>

#include "drivers/ipmi/link.h"


static bool
login_open(bmc_ipmi_unit_t *u, const uint8_t *p, size_t n)
{
    unsigned  auth, integrity;

    u->saw |= BMC_IPMI_SAW_OPEN;

    if (p[17] != 0) {
        bmc_ipmi_link_break(u, (int) IPMI_RMCPP_ERR_VAL(p[17]), false);
        return false;
    }

    auth = u->cipher == 17 ? 3 : 1;
    integrity = u->cipher == 17 ? 4 : 1;

    if (n < 16 + 36) {
        return false;
    }

    if ((p[16 + 16] & 0x3f) != auth
        || (p[16 + 24] & 0x3f) != integrity || (p[16 + 32] & 0x3f) != 1)
    {
        bmc_ipmi_link_break(u, (int) IPMI_RMCPP_ERR_VAL(
                            IPMI_RMCPP_NO_CIPHER_SUITE_MATCHES), false);
        return false;
    }

    return true;
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


bool
bmc_ipmi_login_sees(const struct sockaddr *from, const uint8_t *p, size_t n)
{
    bmc_ring_t       *head, *link;
    bmc_ipmi_unit_t  *u;

    head = bmc_ipmi_handler_opening();

    for (link = head->next; link != head; link = link->next) {
        u = bmc_ring_of(link, bmc_ipmi_unit_t, opening);

        if (!login_is_from(u, from) || u->broken || n < 18) {
            continue;
        }

        u->saw |= BMC_IPMI_SAW_ANYTHING;

        if (p[4] != 6) {
            return true;
        }

        if (p[5] == IPMI_RMCPP_PAYLOAD_TYPE_OPEN_SESSION_RESPONSE) {
            return login_open(u, p, n);
        }

        if (p[5] == IPMI_RMCPP_PAYLOAD_TYPE_RAKP_2) {
            u->saw |= BMC_IPMI_SAW_RAKP2;

        } else if (p[5] == IPMI_RMCPP_PAYLOAD_TYPE_RAKP_4) {
            u->saw |= BMC_IPMI_SAW_RAKP4;
        }

        return true;
    }

    return true;
}
