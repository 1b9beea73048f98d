
/*
 * Copyright (C) the bmcgate authors
 *
 * A host's addresses, numeric ones and names, in their order.  Names are
 * looked up off the loop: OpenIPMI's own look-up would block it.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ipmi/link.h"


/* libuv may hold a request for as long as the resolver takes */

struct bmc_ipmi_resolve_s {
    uv_getaddrinfo_t    req;
    bmc_ipmi_unit_t    *u;           /* NULL: forgotten */
    size_t              next;        /* word of the host's address */
    void              (*done)(bmc_ipmi_unit_t *u, const char *why);
    char                why[BMC_TEXT_MAX];
};


static void  resolve_next(bmc_ipmi_resolve_t *r);


static int
resolve_port(const bmc_ipmi_unit_t *u)
{
    const bmc_ipmi_conf_t  *conf;

    conf = u->unit->conf;

    return (int) conf->port;
}


static void
resolve_add(bmc_ipmi_unit_t *u, const struct sockaddr *addr)
{
    size_t                    len;
    struct sockaddr_storage  *to;

    if (u->to.n == BMC_IPMI_ADDRESSES) {
        return;
    }

    to = &u->to.at[u->to.n++];
    memset(to, 0, sizeof(*to));

    len = addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                      : sizeof(struct sockaddr_in);
    memcpy(to, addr, len);

    if (addr->sa_family == AF_INET6) {
        ((struct sockaddr_in6 *) to)->sin6_port =
                                         htons((uint16_t) resolve_port(u));

    } else {
        ((struct sockaddr_in *) to)->sin_port =
                                         htons((uint16_t) resolve_port(u));
    }
}


static bool
resolve_numeric(bmc_ipmi_unit_t *u, const char *word)
{
    struct sockaddr_in   v4;
    struct sockaddr_in6  v6;

    if (uv_ip4_addr(word, 0, &v4) == 0) {
        resolve_add(u, (struct sockaddr *) &v4);
        return true;
    }

    if (uv_ip6_addr(word, 0, &v6) == 0) {
        resolve_add(u, (struct sockaddr *) &v6);
        return true;
    }

    return false;
}


static void
resolve_end(bmc_ipmi_resolve_t *r)
{
    char              why[BMC_TEXT_MAX];
    bmc_ipmi_unit_t  *u;

    u = r->u;
    snprintf(why, sizeof(why), "%s", r->why);
    u->resolve = NULL;

    r->done(u, why);
    free(r);
}


static void
resolve_found(uv_getaddrinfo_t *req, int status, struct addrinfo *res)
{
    struct addrinfo     *ai;
    bmc_ipmi_resolve_t  *r;

    r = req->data;

    if (r->u == NULL) {
        uv_freeaddrinfo(res);
        free(r);
        return;
    }

    if (status != 0) {
        snprintf(r->why, sizeof(r->why), "the address \"%.128s\" cannot be "
                 "looked up: %s", r->u->unit->host->address.word[r->next],
                 uv_strerror(status));
    }

    for (ai = res; ai != NULL; ai = ai->ai_next) {
        if (ai->ai_family == AF_INET || ai->ai_family == AF_INET6) {
            resolve_add(r->u, ai->ai_addr);
        }
    }

    uv_freeaddrinfo(res);

    r->next++;
    resolve_next(r);
}


static void
resolve_next(bmc_ipmi_resolve_t *r)
{
    int                rc;
    struct addrinfo    hints;
    const bmc_list_t  *list;

    list = &r->u->unit->host->address;

    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;

    for ( /* void */ ; r->next < list->count; r->next++) {

        if (resolve_numeric(r->u, list->word[r->next])) {
            continue;
        }

        r->req.data = r;
        rc = uv_getaddrinfo(r->u->unit->loop, &r->req, resolve_found,
                            list->word[r->next], NULL, &hints);

        if (rc == 0) {
            return;
        }

        snprintf(r->why, sizeof(r->why), "the address \"%.128s\" cannot be "
                 "looked up: %s", list->word[r->next], uv_strerror(rc));
    }

    resolve_end(r);
}


void
bmc_ipmi_resolve(bmc_ipmi_unit_t *u,
    void (*done)(bmc_ipmi_unit_t *u, const char *why))
{
    bmc_ipmi_resolve_t  *r;

    u->to.n = 0;

    r = calloc(1, sizeof(bmc_ipmi_resolve_t));

    if (r == NULL) {
        done(u, "out of memory");
        return;
    }

    r->u = u;
    r->done = done;
    u->resolve = r;

    resolve_next(r);
}


void
bmc_ipmi_resolve_forget(bmc_ipmi_unit_t *u)
{
    if (u->resolve != NULL) {
        u->resolve->u = NULL;
        (void) uv_cancel((uv_req_t *) &u->resolve->req);
        u->resolve = NULL;
    }
}
