
/*
 * Copyright (C) the bmcgate authors
 *
 * What a Redfish BMC says that is what an input makes of a BMC that is well.
 * Include it in one file of a program.
 */


#ifndef _REDFISH_SAID_H_INCLUDED_
#define _REDFISH_SAID_H_INCLUDED_


#include "redfish_client.h"
#include "redfish_truth.h"
#include "../unit/quoted_json.h"


static json_t  *said_page[FUZZ_PAGES];


static const long  said_statuses[] = {
    200, 201, 202, 204, 301, 304, 400, 401, 403, 404, 405, 409, 412, 428,
    429, 500, 501, 503, 504, 418
};


static void
said_load(void)
{
    size_t  i;

    for (i = 0; i < FUZZ_PAGES; i++) {
        said_page[i] = quoted_json(fuzz_pages[i].json);
    }
}


static json_t *
said_truth(const bmc_http_t *h, long *status)
{
    size_t  i;

    *status = 200;

    for (i = 0; i < FUZZ_PAGES; i++) {
        if (strcmp(h->path, fuzz_pages[i].path) == 0) {
            return json_deep_copy(said_page[i]);
        }
    }

    *status = strcmp(h->method, "GET") == 0 ? 404 : 204;

    if (strcmp(h->method, "POST") == 0
        && strcmp(h->path, V1 "/Sessions") == 0)
    {
        *status = 201;
        (void) snprintf(client.header[0], sizeof(client.header[0]), "token");
        (void) snprintf(client.header[1], sizeof(client.header[1]),
                        V1 "/Sessions/1");
    }

    return NULL;
}


static json_t *
said_text(void)
{
    char     text[64], *long_text;
    size_t   i, n;
    json_t  *json;

    n = input_byte();

    if (n < 64) {
        for (i = 0; i < n; i++) {
            text[i] = (char) input_byte();
        }

        return json_stringn(text, n);
    }

    long_text = malloc(n * 32 + 1);

    if (long_text == NULL) {
        abort();
    }

    memset(long_text, '/', n * 32);
    long_text[n * 32] = '\0';
    json = json_string(long_text);
    free(long_text);

    return json;
}


static json_t *
said_value(void)
{
    switch (input_byte() % 12) {

    case 0:
        return json_null();

    case 1:
        return json_integer((json_int_t) input_byte() - 128);

    case 2:
        return json_real(1e300 * input_byte());

    case 3:
        return json_object();

    case 4:
        return json_array();

    case 5:
        return json_true();

    case 6:
        return json_string(fuzz_pages[input_byte() % FUZZ_PAGES].path);

    case 7:
        return json_pack("[{s:s}]", "@odata.id",
                         fuzz_pages[input_byte() % FUZZ_PAGES].path);

    case 8:
        return json_pack("{s:s}", "@odata.id",
                         fuzz_pages[input_byte() % FUZZ_PAGES].path);

    case 9:
        return json_deep_copy(said_page[input_byte() % FUZZ_PAGES]);

    default:
        return said_text();
    }
}


/* one value of it, or beside it, becomes another */

static void
said_spoil(json_t *json)
{
    size_t    n;
    void     *iter;
    json_t   *inner, *value;
    unsigned  depth;

    for (depth = 0; depth < 6; depth++) {

        if (json_is_array(json) && json_array_size(json) > 0) {
            n = input_byte() % json_array_size(json);
            inner = json_array_get(json, n);

            if (json_is_object(inner) && (input_byte() & 1) == 0) {
                json = inner;
                continue;
            }

            value = said_value();
            (void) json_array_set_new(json, n, value != NULL ? value
                                                            : json_null());
            return;
        }

        if (!json_is_object(json) || json_object_size(json) == 0) {
            return;
        }

        iter = json_object_iter(json);

        for (n = input_byte() % json_object_size(json); n > 0; n--) {
            iter = json_object_iter_next(json, iter);
        }

        inner = json_object_iter_value(iter);

        if ((json_is_object(inner) || json_is_array(inner))
            && (input_byte() & 1) == 0)
        {
            json = inner;
            continue;
        }

        value = said_value();
        (void) json_object_iter_set_new(json, iter, value != NULL
                                        ? value : json_null());
        return;
    }
}


static json_t *
said_error(void)
{
    static const char *const  ids[] = {
        "IDRAC.2.5.SYS518", "Base.1.8.SessionLimitExceeded",
        "Base.1.8.PasswordChangeRequired", "Base.1.8.GeneralError",
        "Base.1.8.PropertyNotWritable", "Base.1.8.X"
    };

    const char  *id;

    id = ids[input_byte() % 6];

    return json_pack("{s:{s:s, s:[{s:s, s:o}]}}", "error", "message", "m",
                     "@Message.ExtendedInfo", "MessageId", id, "Message",
                     said_value());
}


static void
said_set_header(void)
{
    char    *h;
    size_t   i, n;

    h = client.header[input_byte() % 4];
    n = input_byte() % sizeof(client.header[0]);

    if (input_byte() & 1) {
        (void) snprintf(h, sizeof(client.header[0]), "%s",
                        fuzz_pages[n % FUZZ_PAGES].path);
        return;
    }

    /* HTTP has no line ends in a header's value */

    for (i = 0; i < n && input.p < input.end; i++) {
        h[i] = (char) input_byte();
        h[i] = h[i] == '\r' || h[i] == '\n' || h[i] == '\0' ? ' ' : h[i];
    }

    h[i < sizeof(client.header[0]) ? i : sizeof(client.header[0]) - 1] = '\0';
}


static json_t *
said_answer(const bmc_http_t *h, bmc_http_answer_t *a)
{
    size_t    n;
    json_t   *json;
    uint8_t   op;
    unsigned  i;

    memset(client.header, 0, sizeof(client.header));
    json = said_truth(h, &a->status);

    for (i = 0; i < 8 && input.p < input.end; i++) {
        op = input_byte();

        switch (op & 0x07) {

        case 0:
            return json;

        case 1:
            a->status = said_statuses[input_byte() % (sizeof(said_statuses)
                                                     / sizeof(long))];
            break;

        case 2:
            n = input_count(UINT8_MAX);
            json_decref(json);
            json = json_loadb((const char *) input.p, n, JSON_DECODE_ANY,
                              NULL);
            input.p += n;
            break;

        case 3:
            a->rc = (bmc_rc_t[]) { BMC_UNREACHABLE, BMC_TIMEOUT,
                                   BMC_REFUSED, BMC_FAILED }[op >> 3 & 3];
            a->sent = (op & 0x80) != 0;
            break;

        case 4:
            said_set_header();
            break;

        case 5:
            json_decref(json);
            json = said_error();
            break;

        default:
            said_spoil(json);
        }
    }

    return json;
}


#endif /* _REDFISH_SAID_H_INCLUDED_ */
