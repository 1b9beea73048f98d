
/*
 * Copyright (C) the bmcgate authors
 *
 * The HTTP client that the Redfish driver has, which keeps what is asked for
 * until it is told an answer.  A change in doubt is not asked for again.
 * Include it in one file of a program.
 */


#ifndef _REDFISH_CLIENT_H_INCLUDED_
#define _REDFISH_CLIENT_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/redfish/unit.h"


struct bmc_http_s {
    bmc_http_told_pt   told;
    void              *data;
    char               method[16];
    char               path[1024];
    bmc_call_t        *claims;
    bool               asked;
    void             (*closed)(void *data);
    void              *closed_data;
};


static struct {
    bmc_http_t  h;
    bmc_call_t  call;                /* the only one */
    unsigned    requests;            /* of it */
    bool        doubt;               /* nobody knows what it changed */
    char        header[4][160];      /* of the answer */
} client;


static const char *const  client_headers[] = {
    "X-Auth-Token", "Location", "ETag", "Retry-After"
};


void
bmc_http_tls_word(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *block)
{
}


void
bmc_http_check(bmc_conf_t *cf, bmc_hostconf_t *host, bmc_http_conf_t *conf,
    const char *driver)
{
}


bmc_http_shared_t *
bmc_http_load(const bmc_fleet_t *fleet, char why[BMC_TEXT_MAX])
{
    return NULL;
}


void
bmc_http_unload(bmc_http_shared_t *shared)
{
}


bmc_http_t *
bmc_http_open(const bmc_http_place_t *place, char why[BMC_TEXT_MAX])
{
    memset(&client.h, 0, sizeof(client.h));

    return &client.h;
}


void
bmc_http_rebase(bmc_http_t *h, const bmc_http_place_t *place)
{
}


void
bmc_http_ask(bmc_http_t *h, const bmc_http_request_t *req,
    bmc_http_told_pt told, void *data)
{
    unsigned  i;

    if (h->asked || h->closed != NULL || req->path == NULL
        || (req->claims != NULL && client.doubt)
        || (req->claims != NULL && req->claims != &client.call))
    {
        abort();
    }

    for (i = 0; i < BMC_HTTP_HEADERS && req->header[i] != NULL; i++) {
        if (strpbrk(req->header[i], "\r\n") != NULL) {
            abort();
        }
    }

    h->asked = true;
    h->told = told;
    h->data = data;
    h->claims = req->claims;
    (void) snprintf(h->method, sizeof(h->method), "%s", req->method);
    (void) snprintf(h->path, sizeof(h->path), "%s", req->path);
    client.requests++;
}


/* what else is under way comes first */

void
bmc_http_trust(bmc_http_t *h, bmc_call_t *call, bmc_http_told_pt told,
    void *data)
{
    bmc_http_request_t  req;

    if (call != &client.call) {
        abort();
    }

    memset(&req, 0, sizeof(req));
    req.method = "HEAD";
    req.path = "/";
    bmc_http_ask(h, &req, told, data);
}


void
bmc_http_cancel(bmc_http_t *h)
{
    h->asked = false;
}


const char *
bmc_http_header(const bmc_http_t *h, const char *name)
{
    size_t  i;

    for (i = 0; i < 4; i++) {
        if (strcmp(name, client_headers[i]) == 0
            && client.header[i][0] != '\0')
        {
            return client.header[i];
        }
    }

    return NULL;
}


const char *
bmc_http_peer(const bmc_http_t *h)
{
    return "127.0.0.1";
}


void
bmc_http_close(bmc_http_t *h, void (*closed)(void *data), void *data)
{
    if (h->closed != NULL) {
        abort();
    }

    h->asked = false;
    h->closed = closed;
    h->closed_data = data;
}


/* false: nobody closed it */

static bool
client_closed(void)
{
    void  *data;

    data = client.h.closed_data;

    if (client.h.closed == NULL || data == NULL) {
        return false;
    }

    client.h.closed_data = NULL;
    client.h.closed(data);

    return true;
}


#endif /* _REDFISH_CLIENT_H_INCLUDED_ */
