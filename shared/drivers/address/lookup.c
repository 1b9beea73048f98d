
/*
 * Copyright (C) the bmcgate authors
 *
 * Words to addresses.  What libraries bring for this blocks the loop, or has
 * threads that are waited for.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/address/address.h"


/* libuv may hold a request for as long as the resolver takes */

struct bmc_lookup_s {
    uv_getaddrinfo_t    req;
    uv_loop_t          *loop;
    bmc_lookup_t      **self;        /* NULL: forgotten */
    bmc_addresses_t    *to;
    bmc_lookup_pt       done;
    void               *data;
    int                 port;
    size_t              next;        /* word */
    size_t              count;
    const char         *word;        /* all of them, one behind the other */
    char                why[BMC_TEXT_MAX];
};


static void  lookup_next(bmc_lookup_t *l);


static void
lookup_port(struct sockaddr_storage *to, int port)
{
    if (to->ss_family == AF_INET6) {
        ((struct sockaddr_in6 *) to)->sin6_port = htons((uint16_t) port);

    } else {
        ((struct sockaddr_in *) to)->sin_port = htons((uint16_t) port);
    }
}


bool
bmc_address_parse(const char *word, int port, struct sockaddr_storage *to)
{
    memset(to, 0, sizeof(*to));

    return uv_ip4_addr(word, port, (struct sockaddr_in *) to) == 0
           || uv_ip6_addr(word, port, (struct sockaddr_in6 *) to) == 0;
}


const char *
bmc_address_text(const struct sockaddr_storage *at, int port,
    char text[BMC_ADDRESS_TEXT])
{
    bool  six, ended;
    char  name[INET6_ADDRSTRLEN], colon[8];

    six = at->ss_family == AF_INET6;
    ended = six && port != 0;
    name[0] = '\0';
    colon[0] = '\0';

    if (six) {
        (void) uv_ip6_name((const struct sockaddr_in6 *) at, name,
                           sizeof(name));

    } else {
        (void) uv_ip4_name((const struct sockaddr_in *) at, name,
                           sizeof(name));
    }

    if (port != 0) {
        snprintf(colon, sizeof(colon), ":%d", port & 0xffff);
    }

    snprintf(text, BMC_ADDRESS_TEXT, "%s%s%s%s", ended ? "[" : "", name,
             ended ? "]" : "", colon);

    return text;
}


static void
lookup_add(bmc_lookup_t *l, const struct sockaddr *addr, size_t len)
{
    struct sockaddr_storage  *to;

    if (l->to->n == BMC_ADDRESSES) {
        return;
    }

    l->to->word[l->to->n] = l->next;
    to = &l->to->at[l->to->n++];

    memset(to, 0, sizeof(*to));
    memcpy(to, addr, len);
    lookup_port(to, l->port);
}


static bool
lookup_numeric(bmc_lookup_t *l)
{
    struct sockaddr_storage  at;

    if (!bmc_address_parse(l->word, 0, &at)) {
        return false;
    }

    lookup_add(l, (struct sockaddr *) &at, sizeof(at));

    return true;
}


static void
lookup_why(bmc_lookup_t *l, int error)
{
    snprintf(l->why, sizeof(l->why), "the address \"%.128s\" cannot be "
             "looked up: %s", l->word, uv_strerror(error));
}


static void
lookup_found(uv_getaddrinfo_t *req, int status, struct addrinfo *res)
{
    bmc_lookup_t     *l;
    struct addrinfo  *ai;

    l = req->data;

    if (l->self == NULL) {
        uv_freeaddrinfo(res);
        free(l);
        return;
    }

    if (status != 0) {
        lookup_why(l, status);
    }

    for (ai = res; ai != NULL; ai = ai->ai_next) {
        if (ai->ai_family == AF_INET || ai->ai_family == AF_INET6) {
            lookup_add(l, ai->ai_addr, ai->ai_addrlen);
        }
    }

    uv_freeaddrinfo(res);

    l->word += strlen(l->word) + 1;
    l->next++;
    lookup_next(l);
}


static void
lookup_next(bmc_lookup_t *l)
{
    int              rc;
    struct addrinfo  hints;

    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;

    for ( /* void */ ; l->next < l->count; l->next++) {

        if (!lookup_numeric(l)) {
            l->req.data = l;
            rc = uv_getaddrinfo(l->loop, &l->req, lookup_found, l->word, NULL,
                                &hints);

            if (rc == 0) {
                return;
            }

            lookup_why(l, rc);
        }

        l->word += strlen(l->word) + 1;
    }

    *l->self = NULL;
    l->done(l->data, l->why);
    free(l);
}


static bmc_lookup_t *
lookup_make(const bmc_list_t *words)
{
    char          *p;
    size_t         i, len;
    bmc_lookup_t  *l;

    len = 0;

    for (i = 0; i < words->count; i++) {
        len += strlen(words->word[i]) + 1;
    }

    l = calloc(1, sizeof(bmc_lookup_t) + len);

    if (l == NULL) {
        return NULL;
    }

    p = (char *) (l + 1);
    l->word = p;
    l->count = words->count;

    for (i = 0; i < words->count; i++) {
        len = strlen(words->word[i]) + 1;
        memcpy(p, words->word[i], len);
        p += len;
    }

    return l;
}


void
bmc_lookup(bmc_lookup_t **lookup, uv_loop_t *loop, const bmc_list_t *words,
    int port, bmc_addresses_t *to, bmc_lookup_pt done, void *data)
{
    bmc_lookup_t  *l;

    to->n = 0;

    l = lookup_make(words);

    if (l == NULL) {
        done(data, "out of memory");
        return;
    }

    l->self = lookup;
    l->loop = loop;
    l->port = port;
    l->to = to;
    l->done = done;
    l->data = data;
    *lookup = l;

    lookup_next(l);
}


void
bmc_lookup_forget(bmc_lookup_t **lookup)
{
    bmc_lookup_t  *l;

    l = *lookup;

    if (l != NULL) {
        l->self = NULL;
        (void) uv_cancel((uv_req_t *) &l->req);
        *lookup = NULL;
    }
}
