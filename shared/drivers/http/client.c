
/*
 * Copyright (C) the bmcgate authors
 *
 * One BMC's client: which address it is asked at, until when, and what
 * follows from the end of a transfer.
 */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "drivers/http/inside.h"


static void  client_run(bmc_http_t *h);


static void
client_tell(bmc_http_t *h)
{
    (void) uv_timer_stop(&h->timer);
    bmc_http_tell(h);
}


/* -- which address */

static void
client_name(bmc_http_t *h)
{
    int                       port;
    size_t                    word;
    const char               *name;
    struct sockaddr_storage   at;

    word = h->to.word[h->address];
    name = h->place.address->word[word];
    port = h->place.conf->tls == BMC_TLS_NONE ? 80 : 443;

    bmc_address_text(&h->to.at[h->address], h->port == port ? 0 : h->port,
                     h->peer);

    if (bmc_address_parse(name, 0, &at) && at.ss_family == AF_INET6) {
        h->host[0] = '[';
        (void) uv_ip6_name((struct sockaddr_in6 *) &at, h->host + 1,
                           sizeof(h->host) - 2);
        memcpy(h->host + strlen(h->host), "]", 2);
        return;
    }

    snprintf(h->host, sizeof(h->host), "%s", name);
}


/* nothing of the request left: the next address may have better luck */

static bool
client_next(bmc_http_t *h)
{
    if (h->connected || h->rc != BMC_UNREACHABLE
        || h->tried + 1 >= h->to.n
        || uv_now(h->loop->uv) >= h->asked.deadline)
    {
        return false;
    }

    h->tried++;
    h->address = (h->address + 1) % h->to.n;
    client_run(h);

    return true;
}


/* -- redirects: never with a change, never to anybody else */

static bool
client_redirects(bmc_http_t *h)
{
    long         status;
    const char  *to;

    status = 0;
    (void) curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);

    if ((strcmp(h->asked.method, "GET") != 0
         && strcmp(h->asked.method, "HEAD") != 0)
        || (status != 301 && status != 302 && status != 303 && status != 307
            && status != 308))
    {
        return false;
    }

    to = bmc_http_header(h, "Location");

    if (to == NULL) {
        return false;
    }

    if (h->redirects++ == BMC_HTTP_REDIRECTS) {
        bmc_http_why(h, BMC_REFUSED, "%s redirects more than %d times, the "
                     "last time to \"%.100s\"", h->peer, BMC_HTTP_REDIRECTS,
                     to);
        return false;
    }

    if (!bmc_http_go(h, h->asked.path, to)) {
        return false;
    }

    client_run(h);

    return true;
}


/* -- one transfer */

void
bmc_http_ended(bmc_http_t *h)
{
    bmc_http_judge(h);

    if (h->why[0] != '\0') {
        if (client_next(h)) {
            return;
        }

        if (!h->connected) {
            h->looked = 0;
        }

        client_tell(h);
        return;
    }

    if (!client_redirects(h)) {
        client_tell(h);
    }
}


static void
client_late(uv_timer_t *timer)
{
    bmc_http_t  *h;

    h = timer->data;

    if (h->phase == BMC_HTTP_LOOKUP) {
        bmc_lookup_forget(&h->lookup);
        bmc_http_why(h, BMC_UNREACHABLE, "the address \"%.128s\" was not "
                     "looked up in time", h->place.address->word[0]);
        client_tell(h);
        return;
    }

    bmc_http_loop_remove(h);

    bmc_http_late(h);

    if (!h->connected) {
        h->looked = 0;
    }

    client_tell(h);
}


static bool
client_until(bmc_http_t *h)
{
    uint64_t  now;

    now = uv_now(h->loop->uv);

    if (h->asked.deadline <= now) {
        bmc_http_why(h, BMC_TIMEOUT, "no time is left to ask");
        return false;
    }

    (void) uv_timer_start(&h->timer, client_late, h->asked.deadline - now, 0);

    return true;
}


static void
client_run(bmc_http_t *h)
{
    h->phase = BMC_HTTP_RUNNING;
    h->opened = false;
    h->connected = false;
    h->shown = false;
    h->nhead = 0;
    h->whole = false;
    h->why[0] = '\0';
    bmc_buf_reset(&h->head);
    bmc_buf_reset(&h->text);

    client_name(h);

    if (bmc_http_go(h, NULL, h->asked.path)) {

        if (bmc_http_prepare(h) && bmc_http_loop_add(h)) {
            return;
        }

        bmc_http_why(h, BMC_FAILED, "out of memory");
    }

    client_tell(h);
}


static void
client_looked_up(void *data, const char *why)
{
    bmc_http_t  *h;

    h = data;

    if (h->to.n == 0) {
        bmc_http_why(h, BMC_UNREACHABLE, "%s", why);
        client_tell(h);
        return;
    }

    h->looked = uv_now(h->loop->uv) + 1;

    if (h->address >= h->to.n) {
        h->address = 0;
    }

    client_run(h);
}


static void
client_start(uv_timer_t *timer)
{
    uint64_t     now;
    bmc_http_t  *h;

    h = timer->data;

    if (h->why[0] != '\0' || !client_until(h)) {
        client_tell(h);
        return;
    }

    now = uv_now(h->loop->uv);

    if (h->looked != 0 && now < h->looked + BMC_HTTP_LOOKED) {
        client_run(h);
        return;
    }

    h->phase = BMC_HTTP_LOOKUP;
    bmc_lookup(&h->lookup, h->loop->uv, h->place.address, h->port, &h->to,
               client_looked_up, h);
}


/* -- from outside */

void
bmc_http_ask(bmc_http_t *h, const bmc_http_request_t *req,
    bmc_http_told_pt told, void *data)
{
    bmc_http_cancel(h);

    h->phase = BMC_HTTP_ASKED;
    h->told = told;
    h->data = data;
    h->claims = req->claims;
    h->trusts = NULL;
    h->connected = false;
    h->redirects = 0;
    h->tried = 0;
    h->code = CURLE_OK;
    h->why[0] = '\0';

    if (!bmc_http_copy(&h->asked, req)) {
        bmc_http_why(h, BMC_FAILED, "out of memory");
    }

    (void) uv_timer_start(&h->timer, client_start, 0, 0);
}


void
bmc_http_cancel(bmc_http_t *h)
{
    (void) uv_timer_stop(&h->timer);

    switch (h->phase) {

    case BMC_HTTP_IDLE:
        return;

    case BMC_HTTP_ASKED:
        break;

    case BMC_HTTP_LOOKUP:
        bmc_lookup_forget(&h->lookup);
        break;

    case BMC_HTTP_RUNNING:
    case BMC_HTTP_ENDED:
        bmc_ring_remove(&h->link);
        bmc_http_loop_remove(h);
        break;
    }

    h->phase = BMC_HTTP_IDLE;
    bmc_http_wipe(&h->asked);
}


void
bmc_http_rebase(bmc_http_t *h, const bmc_http_place_t *place)
{
    h->place = *place;
}


const char *
bmc_http_peer(const bmc_http_t *h)
{
    return h->peer;
}


/*
 * libcurl keeps the connection among all the others of the loop and has no
 * name for it; a dead one it closes the next time it looks.
 */

static void
client_free(bmc_http_t *h)
{
    bmc_http_easy_free(h);
    X509_free(h->seen);
    (void) curl_share_cleanup(h->share);

    if (h->fd != -1) {
        (void) shutdown(h->fd, SHUT_RDWR);
    }

    bmc_ring_remove(&h->peers);
    bmc_http_wipe(&h->asked);
    bmc_buf_wipe(&h->head);
    bmc_buf_wipe(&h->text);
    free(h);
}


static void
client_timer_closed(uv_handle_t *handle)
{
    void             *data;
    bmc_http_t       *h;
    bmc_http_loop_t  *l;
    void            (*closed)(void *data);

    h = handle->data;
    l = h->loop;
    closed = h->closed;
    data = h->closed_data;

    client_free(h);
    bmc_http_loop_leave(l, closed, data);
}


void
bmc_http_close(bmc_http_t *h, void (*closed)(void *data), void *data)
{
    bmc_http_cancel(h);

    h->closed = closed;
    h->closed_data = data;

    uv_close((uv_handle_t *) &h->timer, client_timer_closed);
}


bmc_http_t *
bmc_http_open(const bmc_http_place_t *place, char why[BMC_TEXT_MAX])
{
    bmc_http_t  *h;

    h = calloc(1, sizeof(bmc_http_t));

    if (h == NULL) {
        snprintf(why, BMC_TEXT_MAX, "out of memory");
        return NULL;
    }

    h->place = *place;
    h->port = (int) place->conf->port;
    bmc_ring_init(&h->link);

    bmc_ring_init(&h->peers);
    h->fd = -1;
    h->share = curl_share_init();

    if (h->share == NULL
        || curl_share_setopt(h->share, CURLSHOPT_SHARE,
                             CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK
        || !bmc_http_authority(h) || !bmc_http_loop_join(h))
    {
        snprintf(why, BMC_TEXT_MAX, "%s",
                 h->why[0] != '\0' ? h->why : "out of memory");
        client_free(h);
        return NULL;
    }

    (void) uv_timer_init(place->loop, &h->timer);
    h->timer.data = h;

    return h;
}
