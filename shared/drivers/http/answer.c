
/*
 * Copyright (C) the bmcgate authors
 *
 * What comes back: how much of it is taken, and what became of a request
 * that got no answer.
 */


#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/http/inside.h"


/* what was said first is the reason; the rest follows from it */

void
bmc_http_why(bmc_http_t *h, bmc_rc_t rc, const char *fmt, ...)
{
    va_list  ap;

    if (h->why[0] != '\0') {
        return;
    }

    va_start(ap, fmt);
    (void) vsnprintf(h->why, sizeof(h->why), fmt, ap);
    va_end(ap);

    h->rc = rc;
}


/* -- bytes */

/* a block of headers begins with its status, one of 1xx is before another */

size_t
bmc_http_take_head(char *p, size_t size, size_t n, void *data)
{
    size_t       len;
    bmc_http_t  *h;

    h = data;
    len = size * n;

    if (h->kept || len == 0) {
        return 0;
    }

    h->nhead += len;

    if (h->nhead > BMC_HTTP_HEAD_MAX) {
        bmc_http_why(h, BMC_REFUSED, "%s answers with more than %d kB of "
                     "headers", h->peer, BMC_HTTP_HEAD_MAX / 1024);
        return 0;
    }

    if (len >= 5 && memcmp(p, "HTTP/", 5) == 0) {
        bmc_buf_reset(&h->head);
        h->whole = false;
    }

    if (len <= 2 && p[len - 1] == '\n') {
        h->whole = true;
    }

    bmc_buf_add(&h->head, p, len);

    return len;
}


static void
answer_too_long(bmc_http_t *h)
{
    bmc_http_why(h, BMC_REFUSED, "%s answers with more than %d MB", h->peer,
                 BMC_HTTP_BODY_MAX / 1024 / 1024);
}


size_t
bmc_http_take_body(char *p, size_t size, size_t n, void *data)
{
    size_t       len;
    bmc_http_t  *h;

    h = data;
    len = size * n;

    if (h->kept) {
        return 0;
    }

    if (len > BMC_HTTP_BODY_MAX - h->text.len) {
        answer_too_long(h);
        return 0;
    }

    bmc_buf_add(&h->text, p, len);

    return len;
}


/* each line of the head becomes a string without blanks at its end */

static void
answer_seal(bmc_http_t *h)
{
    char    *p;
    size_t   i, k;

    bmc_buf_addc(&h->head, '\0');
    p = h->head.data;

    for (i = 0; i < h->head.len; i++) {
        if (p[i] == '\n') {
            for (k = i + 1; k > 0 && isspace((unsigned char) p[k - 1]); k--) {
                p[k - 1] = '\0';
            }
        }
    }
}


const char *
bmc_http_header(const bmc_http_t *h, const char *name)
{
    size_t       len;
    const char  *p, *end;

    if (h->head.len == 0) {
        return NULL;
    }

    len = strlen(name);
    end = h->head.data + h->head.len;

    for (p = h->head.data; p < end; p += strlen(p) + 1) {
        if (strncasecmp(p, name, len) == 0 && p[len] == ':') {
            p += len + 1;
            return p + strspn(p, " \t");
        }
    }

    return NULL;
}


/* -- JSON */

/* brackets in strings are none; false: deeper than we would follow */

static bool
answer_depth(const char *p, size_t len)
{
    bool         string;
    unsigned     depth;
    const char  *end;

    string = false;
    depth = 0;

    for (end = p + len; p < end; p++) {

        if (string) {
            if (*p == '\\') {
                p++;

            } else if (*p == '"') {
                string = false;
            }

        } else if (*p == '"') {
            string = true;

        } else if (*p == '{' || *p == '[') {
            if (++depth > BMC_HTTP_DEPTH_MAX) {
                return false;
            }

        } else if ((*p == '}' || *p == ']') && depth > 0) {
            depth--;
        }
    }

    return true;
}


static bool
answer_is_json(const bmc_buf_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (!isspace((unsigned char) text->data[i])) {
            return text->data[i] == '{' || text->data[i] == '[';
        }
    }

    return false;
}


/* a counter of 64 bits without a sign is more than jansson's integers hold */

static json_t *
answer_json(bmc_http_t *h)
{
    json_t  *json;

    if (!answer_is_json(&h->text)) {
        return NULL;
    }

    if (!answer_depth(h->text.data, h->text.len)) {
        bmc_http_why(h, BMC_REFUSED, "%s answers with JSON that is nested "
                     "deeper than %d", h->peer, BMC_HTTP_DEPTH_MAX);
        return NULL;
    }

    json = json_loadb(h->text.data, h->text.len, JSON_ALLOW_NUL, NULL);

    if (json == NULL) {
        json = json_loadb(h->text.data, h->text.len,
                          JSON_ALLOW_NUL|JSON_DECODE_INT_AS_REAL, NULL);
    }

    return json;
}


/* -- what went wrong */

static void
answer_unconnected(bmc_http_t *h)
{
    long  error;

    error = 0;
    (void) curl_easy_getinfo(h->easy, CURLINFO_OS_ERRNO, &error);

    if (error == 0 || error == EINPROGRESS) {
        bmc_http_why(h, BMC_UNREACHABLE, "no connection to %s, port %d",
                     h->peer, h->port);
        return;
    }

    bmc_http_why(h, BMC_UNREACHABLE, "no connection to %s, port %d: %s",
                 h->peer, h->port, uv_strerror(-(int) error));
}


static void
answer_lost(bmc_http_t *h)
{
    bmc_http_why(h, BMC_UNREACHABLE, "%s closed the connection %s", h->peer,
                 !h->connected ? "before it was asked"
                 : h->nhead == 0 ? "before it answered"
                 : "in the middle of its answer");
}


void
bmc_http_late(bmc_http_t *h)
{
    if (h->connected) {
        bmc_http_why(h, BMC_TIMEOUT, "%s did not answer in time", h->peer);

    } else {
        bmc_http_why(h, BMC_UNREACHABLE, "no answer from %s, port %d",
                     h->peer, h->port);
    }
}


/* a single header line that is too long is lack of memory to libcurl */

static void
answer_too_much(bmc_http_t *h)
{
    if (h->connected) {
        bmc_http_why(h, BMC_REFUSED, "%s answers with more than %d kB of "
                     "headers, or there is no memory for them", h->peer,
                     BMC_HTTP_HEAD_MAX / 1024);

    } else {
        bmc_http_why(h, BMC_FAILED, "out of memory");
    }
}


/* whatever goes wrong once it was asked, its answer has led to */

static void
answer_nonsense(bmc_http_t *h)
{
    const char  *what;

    what = h->error[0] != '\0' ? h->error : curl_easy_strerror(h->code);

    if (h->connected) {
        bmc_http_why(h, BMC_REFUSED, "%s does not speak HTTP as it should: "
                     "%.128s", h->peer, what);

    } else {
        bmc_http_why(h, BMC_FAILED, "%s: %.128s", h->peer, what);
    }
}


/*
 * libcurl's codes are an open set.  An end in the middle of the headers is
 * no error to it.
 */

void
bmc_http_judge(bmc_http_t *h)
{
    answer_seal(h);

    if (h->trusts != NULL && h->shown) {
        return;
    }

    switch (h->code) {

    case CURLE_OK:
        if (!h->whole) {
            answer_lost(h);
        }

        return;

    case CURLE_FILESIZE_EXCEEDED:
        answer_too_long(h);
        return;

    case CURLE_COULDNT_CONNECT:
        answer_unconnected(h);
        return;

    case CURLE_OPERATION_TIMEDOUT:
        bmc_http_late(h);
        return;

    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
        answer_lost(h);
        return;

    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        bmc_http_distrust(h);
        return;

    case CURLE_OUT_OF_MEMORY:
        answer_too_much(h);
        return;

    default:
        answer_nonsense(h);
        return;
    }
}


/* -- telling */

/* told() may ask again, or close the client, which is gone no sooner */

void
bmc_http_tell(bmc_http_t *h)
{
    char                why[BMC_TEXT_MAX], told[BMC_TEXT_MAX];
    json_t             *json;
    bmc_http_answer_t   a;

    memset(&a, 0, sizeof(a));
    json = NULL;

    if (h->why[0] == '\0' && h->trusts != NULL) {
        json = bmc_http_trusted(h, told);
        a.text = told;
        a.len = strlen(told);

    } else if (h->why[0] == '\0') {
        json = answer_json(h);
        a.text = bmc_buf_text(&h->text);
        a.len = h->text.len;

        if (a.text == NULL || h->head.failed) {
            bmc_http_why(h, BMC_FAILED, "out of memory");
        }
    }

    if (h->why[0] == '\0') {
        (void) curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &a.status);
        a.json = json;

    } else {
        bmc_buf_reset(&h->head);
        memcpy(why, h->why, sizeof(why));
        a.rc = h->rc;
        a.text = why;
        a.len = strlen(why);
    }

    a.sent = h->connected || h->redirects > 0;
    a.untrusted = a.rc == BMC_REFUSED
                  && (h->code == CURLE_SSL_CONNECT_ERROR
                      || h->code == CURLE_PEER_FAILED_VERIFICATION);
    h->phase = BMC_HTTP_IDLE;
    bmc_http_wipe(&h->asked);

    h->told(h->data, &a);

    json_decref(json);
    bmc_http_easy_free(h);
    bmc_buf_wipe(&h->head);
    bmc_buf_wipe(&h->text);
}
