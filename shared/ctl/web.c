
/*
 * Copyright (C) the bmcgate authors
 *
 * The half of a scan that asks for Redfish's root.  Certificates are not
 * looked at: nothing that is sent is a secret, nobody logs in.
 *
 * libcurl by itself and not drivers/http, which is made for one configured
 * host's kept connection on a loop of libuv's, and is no part of bmcctl.
 */


#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/scan.h"


#if (BMC_HAVE_HTTP)

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>


#define WEB_AT_ONCE  256         /* connections */
#define WEB_TIME     10000L      /* ms for one, with TLS and all */
#define WEB_BODY     65536       /* a root has some 2 kB */
#define WEB_SYNS     1           /* a second one: 3 s, with the first */


typedef struct {
    bmc_ring_t    link;
    bmc_scan_t   *scan;
    size_t        target;
    CURL         *easy;
    bmc_buf_t     body;
} web_ask_t;


struct bmc_web_s {
    CURLM       *multi;
    bmc_ring_t   asked;
    size_t       nasked;         /* now */
    size_t       next;           /* target */
    int64_t      due;            /* us: when the next may be asked */
};


bool
bmc_web_open(bmc_scan_t *s, uint16_t port, char why[BMC_TEXT_MAX])
{
    s->web_port = port;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        (void) snprintf(why, BMC_TEXT_MAX, "libcurl cannot be used");
        return false;
    }

    s->web = calloc(1, sizeof(bmc_web_t));

    if (s->web != NULL) {
        bmc_ring_init(&s->web->asked);
        s->web->multi = curl_multi_init();
    }

    if (s->web == NULL || s->web->multi == NULL) {
        curl_global_cleanup();
        free(s->web);
        s->web = NULL;
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    return true;
}


static void
web_end(bmc_web_t *w, web_ask_t *a)
{
    w->nasked--;
    bmc_ring_remove(&a->link);
    (void) curl_multi_remove_handle(w->multi, a->easy);
    curl_easy_cleanup(a->easy);
    bmc_buf_free(&a->body);
    free(a);
}


void
bmc_web_close(bmc_scan_t *s)
{
    bmc_web_t  *w;

    w = s->web;

    if (w == NULL) {
        return;
    }

    while (!bmc_ring_empty(&w->asked)) {
        web_end(w, bmc_ring_of(w->asked.next, web_ask_t, link));
    }

    (void) curl_multi_cleanup(w->multi);
    curl_global_cleanup();
    free(w);
    s->web = NULL;
}


static size_t
web_body(char *p, size_t size, size_t n, void *data)
{
    web_ask_t  *a;

    a = data;

    if (a->body.len + n > WEB_BODY) {
        return 0;
    }

    bmc_buf_add(&a->body, p, n);

    return n;
}


static int
web_socket(void *data, curl_socket_t fd, curlsocktype purpose)
{
    int  n;

    n = WEB_SYNS;
    (void) setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &n, sizeof(n));

    return CURL_SOCKOPT_OK;
}


#define WEB_SET(option, value)                                               \
    (curl_easy_setopt(a->easy, option, value) == CURLE_OK)


/* no proxy, no redirect, nothing from anybody's environment */

static bool
web_options(web_ask_t *a, const char *url)
{
    return WEB_SET(CURLOPT_URL, url)
#if (LIBCURL_VERSION_NUM >= 0x075500)
           && WEB_SET(CURLOPT_PROTOCOLS_STR, "https")
#else
           && WEB_SET(CURLOPT_PROTOCOLS, (long) CURLPROTO_HTTPS)
#endif
           && WEB_SET(CURLOPT_PROXY, "")
           && WEB_SET(CURLOPT_NOSIGNAL, 1L)
           && WEB_SET(CURLOPT_SSL_VERIFYPEER, 0L)
           && WEB_SET(CURLOPT_SSL_VERIFYHOST, 0L)
           && WEB_SET(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2)
           && WEB_SET(CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1)
           && WEB_SET(CURLOPT_FORBID_REUSE, 1L)
           && WEB_SET(CURLOPT_TIMEOUT_MS, WEB_TIME)
           && WEB_SET(CURLOPT_SOCKOPTFUNCTION, web_socket)
           && WEB_SET(CURLOPT_WRITEFUNCTION, web_body)
           && WEB_SET(CURLOPT_WRITEDATA, a)
           && WEB_SET(CURLOPT_PRIVATE, a);
}


/* false: memory is short, which is as good as no answer */

static bool
web_ask(bmc_scan_t *s, size_t target)
{
    char        url[96], address[46];
    web_ask_t  *a;
    bmc_web_t  *w;

    w = s->web;
    a = calloc(1, sizeof(web_ask_t));

    if (a == NULL) {
        return false;
    }

    a->scan = s;
    a->target = target;
    a->easy = curl_easy_init();
    bmc_scan_address(s, target, address);
    (void) snprintf(url, sizeof(url),
                    s->net.family == AF_INET ? "https://%s:%u/redfish/v1/"
                                             : "https://[%s]:%u/redfish/v1/",
                    address, s->web_port);

    if (a->easy == NULL || !web_options(a, url)
        || curl_multi_add_handle(w->multi, a->easy) != CURLM_OK)
    {
        curl_easy_cleanup(a->easy);
        free(a);
        return false;
    }

    bmc_ring_before(&w->asked, &a->link);
    w->nasked++;

    return true;
}


static void
web_take(web_ask_t *a, CURLcode code)
{
    long                status;
    bmc_root_t          root;
    bmc_scan_target_t  *t;

    status = 0;
    (void) curl_easy_getinfo(a->easy, CURLINFO_RESPONSE_CODE, &status);

    if (code != CURLE_OK || status != 200
        || bmc_buf_text(&a->body) == NULL
        || !bmc_root_parse(&root, a->body.data, a->body.len))
    {
        return;
    }

    t = &a->scan->target[a->target];
    t->root = malloc(sizeof(bmc_root_t));

    if (t->root != NULL) {
        *t->root = root;
    }
}


static void
web_done(bmc_scan_t *s)
{
    int         left;
    char       *data;
    CURLMsg    *m;
    web_ask_t  *a;

    while ((m = curl_multi_info_read(s->web->multi, &left)) != NULL) {
        if (m->msg != CURLMSG_DONE) {
            continue;
        }

        data = NULL;
        (void) curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &data);
        a = (web_ask_t *) (void *) data;
        web_take(a, m->data.result);
        web_end(s->web, a);
        s->web_ended++;
    }
}


static void
web_begin(bmc_scan_t *s, int64_t now)
{
    bmc_web_t  *w;

    w = s->web;
    w->due = w->due < now - BMC_SCAN_BURST ? now - BMC_SCAN_BURST : w->due;

    while (w->nasked < WEB_AT_ONCE && w->due <= now
           && w->next < s->ntargets)
    {
        if (!bmc_scan_asks(s, w->next)) {
            w->next++;
            continue;
        }

        w->due += 1000000 / s->rate;
        s->web_ended += web_ask(s, w->next++) ? 0 : 1;
    }
}


void
bmc_web_run(bmc_scan_t *s)
{
    int  running;

    if (s->web == NULL) {
        return;
    }

    web_begin(s, bmc_now() * 1000);
    (void) curl_multi_perform(s->web->multi, &running);
    web_done(s);
}


/* poll(), with libcurl's descriptors and times */

int
bmc_web_wait(const bmc_scan_t *s, struct pollfd *fds, nfds_t n, int timeout)
{
    int                 until;
    nfds_t              i;
    bmc_web_t          *w;
    struct curl_waitfd  more[BMC_SCAN_FDS];

    w = s->web;

    if (w == NULL) {
        return poll(fds, n, timeout);
    }

    if (w->nasked < WEB_AT_ONCE && w->next < s->ntargets) {
        until = (int) (w->due / 1000 + 1 - bmc_now());
        until = until < 0 ? 0 : until;
        timeout = until < timeout ? until : timeout;
    }

    memset(more, 0, sizeof(more));

    for (i = 0; i < n && i < BMC_SCAN_FDS; i++) {
        more[i].fd = fds[i].fd;
        more[i].events = CURL_WAIT_POLLIN;
    }

    if (curl_multi_poll(w->multi, more, (unsigned) i, timeout, NULL)
        != CURLM_OK)
    {
        errno = ENOMEM;
        return -1;
    }

    return 0;
}

#else

bool
bmc_web_open(bmc_scan_t *s, uint16_t port, char why[BMC_TEXT_MAX])
{
    return true;
}


void
bmc_web_close(bmc_scan_t *s)
{
}


void
bmc_web_run(bmc_scan_t *s)
{
}


int
bmc_web_wait(const bmc_scan_t *s, struct pollfd *fds, nfds_t n, int timeout)
{
    return poll(fds, n, timeout);
}

#endif
