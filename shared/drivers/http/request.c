
/*
 * Copyright (C) the bmcgate authors
 *
 * What is asked, as libcurl wants to be told.
 */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "drivers/http/inside.h"


static bool
request_header(struct curl_slist **list, const char *line)
{
    struct curl_slist  *longer;

    longer = curl_slist_append(*list, line);

    if (longer == NULL) {
        return false;
    }

    *list = longer;

    return true;
}


static bool
request_says(const bmc_http_request_t *req, const char *name)
{
    size_t  i, len;

    len = strlen(name);

    for (i = 0; i < BMC_HTTP_HEADERS && req->header[i] != NULL; i++) {
        if (strncasecmp(req->header[i], name, len) == 0) {
            return true;
        }
    }

    return false;
}


/* Expect: costs BMCs a second, and some of them the request */

static bool
request_headers(bmc_http_asked_t *a, const bmc_http_request_t *req)
{
    size_t  i;

    for (i = 0; i < BMC_HTTP_HEADERS && req->header[i] != NULL; i++) {
        if (!request_header(&a->headers, req->header[i])) {
            return false;
        }
    }

    if (!request_says(req, "Content-Type:")
        && !request_header(&a->headers, req->body != NULL
                           ? "Content-Type: application/json"
                           : "Content-Type:"))
    {
        return false;
    }

    return request_header(&a->headers, "Expect:");
}


bool
bmc_http_copy(bmc_http_asked_t *a, const bmc_http_request_t *req)
{
    a->deadline = req->deadline;
    a->method = strdup(req->method);
    a->path = strdup(req->path);

    if (a->method == NULL || a->path == NULL) {
        return false;
    }

    if (req->body != NULL) {
        a->body = malloc(req->len + 1);

        if (a->body == NULL) {
            return false;
        }

        memcpy(a->body, req->body, req->len);
        a->body[req->len] = '\0';
        a->len = req->len;
    }

    return request_headers(a, req);
}


/* logins and tokens are in there */

void
bmc_http_wipe(bmc_http_asked_t *a)
{
    struct curl_slist  *s;

    for (s = a->headers; s != NULL; s = s->next) {
        explicit_bzero(s->data, strlen(s->data));
    }

    if (a->body != NULL) {
        explicit_bzero(a->body, a->len);
    }

    curl_slist_free_all(a->headers);
    curl_slist_free_all(a->to);
    free(a->body);
    free(a->method);
    free(a->path);
    free(a->url);

    memset(a, 0, sizeof(*a));
}


/* -- libcurl's calls */

/* something was claimed and may have left: it must not do so again */

static bool
request_left(bmc_http_t *h)
{
    if (h->connected) {
        bmc_http_why(h, BMC_UNREACHABLE, "%s closed the connection before it "
                     "answered", h->peer);
    }

    return h->connected;
}


/* the address that libcurl believes in is only a name for the connection */

static curl_socket_t
request_open(void *data, curlsocktype purpose, struct curl_sockaddr *a)
{
    int                             fd;
    bmc_http_t                     *h;
    const struct sockaddr_storage  *at;

    h = data;
    at = &h->to.at[h->address];

    if (h->kept || (h->claims != NULL && request_left(h))) {
        return CURL_SOCKET_BAD;
    }

    h->opened = true;

    a->family = at->ss_family;
    a->addrlen = at->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                           : sizeof(struct sockaddr_in);
    memcpy(&a->addr, at, a->addrlen);

    fd = socket(a->family, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0);

    if (fd == -1) {
        bmc_http_why(h, BMC_FAILED, "no socket: %s", strerror(errno));
        return CURL_SOCKET_BAD;
    }

    return fd;
}


/*
 * The request leaves now.  libcurl repeats one by itself, on a new
 * connection, when one that it kept turns out to be dead; what was claimed
 * may have arrived there.
 */

static bool
request_may_leave(bmc_http_t *h)
{
    /* it was only to be connected to */

    if (h->trusts != NULL && !h->kept) {
        h->shown = true;
        return false;
    }

    if (h->kept || (h->claims != NULL && request_left(h))) {
        return false;
    }

    if (h->claims != NULL && !bmc_call_claim(h->claims)) {
        if (!h->kept) {
            bmc_http_why(h, BMC_CANCELLED, "given up before it was sent");
        }

        return false;
    }

    h->connected = !h->kept;

    return h->connected;
}


#if (BMC_HTTP_CALLS)

static int
request_leaves(void *data, char *there, char *here, int port, int from)
{
    return request_may_leave(data) ? CURL_PREREQFUNC_OK
                                   : CURL_PREREQFUNC_ABORT;
}

#else

/*
 * Called between any two steps.  A connection that was kept is there at
 * once; a new one is when its times are.
 */

static int
request_goes_on(void *data, curl_off_t total, curl_off_t now,
    curl_off_t up_total, curl_off_t up_now)
{
    CURLINFO     what;
    bmc_http_t  *h;
    curl_off_t   at;

    h = data;
    at = 0;

    if (h->connected) {
        return 0;
    }

    if (h->opened || h->fd == -1 || h->trusts != NULL) {
        what = h->place.conf->tls == BMC_TLS_NONE ? CURLINFO_CONNECT_TIME_T
                                                  : CURLINFO_APPCONNECT_TIME_T;

        if (curl_easy_getinfo(h->easy, what, &at) != CURLE_OK || at <= 0) {
            return 0;
        }
    }

    return request_may_leave(h) ? 0 : 1;
}

#endif


/* -- options */

static bool
request_protocols(CURL *e)
{
#if (LIBCURL_VERSION_NUM >= 0x075500)
    return curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https")
           == CURLE_OK;
#else
    return curl_easy_setopt(e, CURLOPT_PROTOCOLS,
                            (long) (CURLPROTO_HTTP|CURLPROTO_HTTPS))
           == CURLE_OK;
#endif
}


#define REQUEST_SET(option, value)                                           \
    (curl_easy_setopt(e, option, value) == CURLE_OK)


static bool
request_calls(bmc_http_t *h)
{
    CURL  *e;

    e = h->easy;

    return REQUEST_SET(CURLOPT_PRIVATE, h)
           && REQUEST_SET(CURLOPT_ERRORBUFFER, h->error)
           && REQUEST_SET(CURLOPT_OPENSOCKETFUNCTION, request_open)
           && REQUEST_SET(CURLOPT_OPENSOCKETDATA, h)
#if (BMC_HTTP_CALLS)
           && REQUEST_SET(CURLOPT_PREREQFUNCTION, request_leaves)
           && REQUEST_SET(CURLOPT_PREREQDATA, h)
#else
           && REQUEST_SET(CURLOPT_NOPROGRESS, 0L)
           && REQUEST_SET(CURLOPT_XFERINFOFUNCTION, request_goes_on)
           && REQUEST_SET(CURLOPT_XFERINFODATA, h)
#endif
           && REQUEST_SET(CURLOPT_HEADERFUNCTION, bmc_http_take_head)
           && REQUEST_SET(CURLOPT_HEADERDATA, h)
           && REQUEST_SET(CURLOPT_WRITEFUNCTION, bmc_http_take_body)
           && REQUEST_SET(CURLOPT_WRITEDATA, h);
}


/*
 * Not kept for the next request: libcurl 7.83 to 8.1.0 remembers the last
 * header of the one before, which is freed, and a BMC whose first header is
 * a continuation of none has it written to.  What is worth keeping is in the
 * loop's multi handle, and in share.
 */

static bool
request_easy(bmc_http_t *h)
{
    CURL  *e;

    bmc_http_easy_free(h);
    e = curl_easy_init();
    h->easy = e;

    return e != NULL
           && request_calls(h)
           && REQUEST_SET(CURLOPT_SHARE, h->share)
           && request_protocols(e)
           && REQUEST_SET(CURLOPT_PROXY, "")
           && REQUEST_SET(CURLOPT_NOPROXY, "*")
           && REQUEST_SET(CURLOPT_NETRC, (long) CURL_NETRC_IGNORED)
           && REQUEST_SET(CURLOPT_NOSIGNAL, 1L)
           && REQUEST_SET(CURLOPT_TCP_NODELAY, 1L)
           && REQUEST_SET(CURLOPT_FOLLOWLOCATION, 0L)
           && REQUEST_SET(CURLOPT_PATH_AS_IS, 1L)
           && REQUEST_SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L)
           && REQUEST_SET(CURLOPT_BUFFERSIZE, 16384L)
           && REQUEST_SET(CURLOPT_UPLOAD_BUFFERSIZE, 16384L)
           && REQUEST_SET(CURLOPT_MAXFILESIZE_LARGE,
                          (curl_off_t) BMC_HTTP_BODY_MAX)
           && REQUEST_SET(CURLOPT_ACCEPT_ENCODING, "")
           && REQUEST_SET(CURLOPT_USERAGENT, "bmcgate")
           && REQUEST_SET(CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1)
           && bmc_http_tls(h);
}


void
bmc_http_easy_free(bmc_http_t *h)
{
    curl_easy_cleanup(h->easy);
    h->easy = NULL;
}


static bool
request_method(CURL *e, const bmc_http_asked_t *a)
{
    bool  bare;

    if (strcmp(a->method, "HEAD") == 0) {
        return REQUEST_SET(CURLOPT_NOBODY, 1L);
    }

    bare = strcmp(a->method, "GET") == 0 || strcmp(a->method, "DELETE") == 0;

    if ((!bare || a->body != NULL)
        && (!REQUEST_SET(CURLOPT_POST, 1L)
            || !REQUEST_SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) a->len)
            || !REQUEST_SET(CURLOPT_POSTFIELDS,
                            a->body != NULL ? a->body : "")))
    {
        return false;
    }

    return REQUEST_SET(CURLOPT_CUSTOMREQUEST, a->method);
}


/*
 * A client has connections of its own: what it is connected to has a name
 * that no other has, an address of a class that nobody was ever given.
 * libcurl takes it for a number and looks nothing up.
 */

static bool
request_to(bmc_http_t *h)
{
    char      to[64];
    uint32_t  n;

    n = h->serial + h->address;
    snprintf(to, sizeof(to), "::%u.%u.%u.%u:%d", 240 + ((n >> 24) & 0xf),
             (n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff, h->port);

    return request_header(&h->asked.to, to);
}


static long
request_patience(const bmc_http_t *h)
{
    uint64_t  now, left;

    now = uv_now(h->loop->uv);
    left = h->asked.deadline > now ? h->asked.deadline - now : 1;

    /* one that is silent must leave time for the others */

    if (h->tried + 1 < h->to.n) {
        left = left / (h->to.n - h->tried) + 1;
    }

    return left > 3600000 ? 3600000 : (long) left;
}


/* libcurl sends the word, and would keep the connection all the same */

static long
request_closes(const struct curl_slist *header)
{
    while (header != NULL
           && strcasecmp(header->data, "Connection: close") != 0)
    {
        header = header->next;
    }

    return header != NULL;
}


bool
bmc_http_prepare(bmc_http_t *h)
{
    CURL              *e;
    bmc_http_asked_t  *a;

    a = &h->asked;
    h->error[0] = '\0';
    curl_slist_free_all(a->to);
    a->to = NULL;

    if (!request_easy(h)) {
        return false;
    }

    e = h->easy;

    return request_to(h)
           && request_method(e, a)
           && REQUEST_SET(CURLOPT_URL, a->url)
           && REQUEST_SET(CURLOPT_CONNECT_TO, a->to)
           && REQUEST_SET(CURLOPT_HTTPHEADER, a->headers)
           && REQUEST_SET(CURLOPT_FORBID_REUSE, request_closes(a->headers))
           && REQUEST_SET(CURLOPT_CONNECTTIMEOUT_MS, request_patience(h))
           && REQUEST_SET(CURLOPT_MAXAGE_CONN,
                          h->claims != NULL ? (long) BMC_HTTP_WARM : 118L);
}
