
/*
 * Copyright (C) the bmcgate authors
 *
 * Where a request may go: to this BMC, whatever it names itself.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/http/inside.h"


static bool
where_same(CURLU *one, CURLU *two, CURLUPart part, unsigned flags)
{
    bool   same;
    char  *a, *b;

    a = NULL;
    b = NULL;

    same = curl_url_get(one, part, &a, flags) == CURLUE_OK
           && curl_url_get(two, part, &b, flags) == CURLUE_OK
           && strcasecmp(a, b) == 0;

    curl_free(a);
    curl_free(b);

    return same;
}


static char *
where_path(CURLU *url)
{
    int    n;
    char  *path, *query, *out;

    path = NULL;
    query = NULL;
    out = NULL;
    (void) curl_url_get(url, CURLUPART_QUERY, &query, 0);

    if (curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK) {
        n = asprintf(&out, "%s%s%s", path, query != NULL ? "?" : "",
                     query != NULL ? query : "");

        if (n < 0) {
            out = NULL;
        }
    }

    curl_free(path);
    curl_free(query);

    return out;
}


static char *
where_base(bmc_http_t *h, const char *path)
{
    int    n;
    char  *out;

    n = asprintf(&out, "http%s://%s:%d%s",
                 h->place.conf->tls == BMC_TLS_NONE ? "" : "s", h->host,
                 h->port, path);

    return n < 0 ? NULL : out;
}


/* a path is simply ours, even "//x"; whatever else there is, libcurl reads */

static char *
where_resolve(bmc_http_t *h, const char *base, const char *to, bool *ours)
{
    char   *text, *path;
    CURLU  *mine, *url;

    *ours = true;
    path = NULL;
    text = where_base(h, base);
    mine = curl_url();
    url = curl_url();

    if (text != NULL && mine != NULL && url != NULL) {
        *ours = curl_url_set(mine, CURLUPART_URL, text, 0) == CURLUE_OK
                && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK
                && curl_url_set(url, CURLUPART_URL, to, 0) == CURLUE_OK
                && where_same(mine, url, CURLUPART_SCHEME, 0)
                && where_same(mine, url, CURLUPART_HOST, 0)
                && where_same(mine, url, CURLUPART_PORT,
                              CURLU_DEFAULT_PORT);
        path = *ours ? where_path(url) : NULL;
    }

    curl_url_cleanup(mine);
    curl_url_cleanup(url);
    free(text);

    return path;
}


static bool
where_is_clean(const char *path)
{
    const unsigned char  *p;

    for (p = (const unsigned char *) path; *p != '\0'; p++) {
        if (*p <= ' ' || *p == 0x7f) {
            return false;
        }
    }

    return true;
}


bool
bmc_http_go(bmc_http_t *h, const char *base, const char *path)
{
    bool   ours;
    char  *at, *url;

    ours = where_is_clean(path);
    at = NULL;

    if (ours) {
        at = path[0] == '/' && (path[1] != '/' || base == NULL)
             ? strdup(path)
             : where_resolve(h, base != NULL ? base : "/", path, &ours);
    }

    if (!ours) {
        bmc_http_why(h, BMC_REFUSED, "%s names \"%.100s\", which is not a "
                     "path of this BMC", h->peer, path);
        return false;
    }

    url = at == NULL ? NULL : where_base(h, at);

    if (url == NULL) {
        free(at);
        bmc_http_why(h, BMC_FAILED, "out of memory");
        return false;
    }

    free(h->asked.path);
    free(h->asked.url);
    h->asked.path = at;
    h->asked.url = url;

    return true;
}
