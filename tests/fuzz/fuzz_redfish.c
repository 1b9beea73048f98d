
/*
 * Copyright (C) the bmcgate authors
 *
 * The Redfish driver, all of its verbs, against a BMC that an input tells
 * what to answer.  HTTP and the clock are the test's own.
 *
 *   byte 0     the verb
 *   byte 1     a bit each: 0 a new unit, 1 a call without a claim, 2 …
 *              given up in the middle, 3 … closed in the middle; the others
 *              are quirks
 *   bytes 2-5  quirks
 *   the rest   records: what comes of each request
 *
 * Every call ends once, in words that a terminal takes.  A change in doubt
 * is not sent again, and no call with one ends as if it were known.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redfish_truth.h"


#define FUZZ_TIMEOUT   20000         /* ms */
#define FUZZ_REQUESTS  6000          /* of a call */
#define FUZZ_TURNS     20000

#define FUZZ_NEW       0x01
#define FUZZ_DENIED    0x02
#define FUZZ_GIVEN_UP  0x04
#define FUZZ_CLOSED    0x08


extern const bmc_driver_t  bmc_driver_redfish;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


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
    bmc_http_t        http;
    bmc_unit_t        unit;
    bmc_hostconf_t    host;
    bmc_rf_conf_t     conf;
    bmc_secret_t      secret;
    const char       *address;
    uv_loop_t         loop;
    uv_timer_t       *timer;         /* that runs; there is one */
    uint64_t          due;
    uint64_t          now;
    uv_handle_t      *closing;
    uv_close_cb       closing_then;

    bmc_call_t        call;
    bmc_arg_t         args[4];
    bool              running;
    bool              open;
    unsigned          closed;
    char              kept[BMC_UNIT_KEPT];
    unsigned          requests;
    unsigned          done;          /* changes that may have been */
    bool              claimed;
    bool              denied;
    bool              doubt;

    json_t           *page[FUZZ_PAGES];
    char              header[4][160];
    const uint8_t    *p;
    const uint8_t    *end;
} fuzz;


static const char *const  fuzz_headers[] = {
    "X-Auth-Token", "Location", "ETag", "Retry-After"
};

static const long  fuzz_statuses[] = {
    200, 201, 202, 204, 301, 304, 400, 401, 403, 404, 405, 409, 412, 428,
    429, 500, 501, 503, 504, 418
};


/* of a process that was killed before */

static const char *const  fuzz_kept[] = { "", "?", "7" };


static uint8_t
fuzz_byte(void)
{
    return fuzz.p < fuzz.end ? *fuzz.p++ : 0;
}


/* -- the clock */

int
uv_timer_init(uv_loop_t *loop, uv_timer_t *timer)
{
    return 0;
}


int
uv_timer_start(uv_timer_t *timer, uv_timer_cb cb, uint64_t timeout,
    uint64_t repeat)
{
    fuzz.timer = timer;
    fuzz.due = fuzz.now + timeout;
    timer->timer_cb = cb;

    return 0;
}


int
uv_timer_stop(uv_timer_t *timer)
{
    fuzz.timer = NULL;

    return 0;
}


uint64_t
uv_now(const uv_loop_t *loop)
{
    return fuzz.now;
}


void
uv_update_time(uv_loop_t *loop)
{
}


void
uv_close(uv_handle_t *handle, uv_close_cb then)
{
    fuzz.closing = handle;
    fuzz.closing_then = then;
}


/* -- the core */

bool
bmc_call_claim(bmc_call_t *call)
{
    if (fuzz.denied) {
        return false;
    }

    fuzz.claimed = true;

    return true;
}


static void
fuzz_words(const char *text)
{
    json_t               *json;
    const unsigned char  *p;

    json = json_string(text);

    if (json == NULL && strlen(text) < BMC_TEXT_MAX - 1) {
        abort();
    }

    json_decref(json);

    for (p = (const unsigned char *) text; *p != '\0'; p++) {
        if (*p < 0x20 || *p == 0x7f
            || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0))
        {
            abort();
        }
    }
}


void
bmc_call_done(bmc_call_t *call, bmc_rc_t rc, const char *fmt, ...)
{
    char     text[BMC_TEXT_MAX], *json;
    va_list  ap;

    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);

    fuzz_words(text);

    if (!fuzz.running || call != &fuzz.call) {
        abort();
    }

    /* the gate does what is busy again, and silence is unknown */

    if ((fuzz.doubt && rc != BMC_TIMEOUT && rc != BMC_UNREACHABLE)
        || (rc == BMC_BUSY && fuzz.done > 0)
        || (rc == BMC_BAD_LOGIN && fuzz.doubt))
    {
        (void) fprintf(stderr, "rc %d: %s\n", (int) rc, text);
        abort();
    }

    if (call->answer.json != NULL) {
        json = json_dumps(call->answer.json, JSON_ENCODE_ANY);

        if (json == NULL) {
            abort();
        }

        free(json);
        json_decref(call->answer.json);
    }

    bmc_pool_destroy(call->pool);
    fuzz.running = false;
}


void
bmc_call_opened(bmc_call_t *call)
{
    abort();
}


void
bmc_call_data(bmc_call_t *call, const void *bytes, size_t len)
{
    abort();
}


const char *
bmc_call_arg(const bmc_call_t *call, const char *name)
{
    size_t  i;

    for (i = 0; i < call->nargs; i++) {
        if (strcmp(call->args[i].name, name) == 0) {
            return call->args[i].value;
        }
    }

    return NULL;
}


void
bmc_unit_keep(bmc_unit_t *unit, const char *text)
{
    (void) snprintf(fuzz.kept, sizeof(fuzz.kept), "%s", text);
}


bool
bmc_unit_kept(const bmc_unit_t *unit, char text[BMC_UNIT_KEPT])
{
    memcpy(text, fuzz.kept, sizeof(fuzz.kept));

    return text[0] != '\0';
}


void
bmc_unit_closed(bmc_unit_t *unit)
{
    fuzz.closed++;
}


/* -- HTTP */

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
    memset(&fuzz.http, 0, sizeof(fuzz.http));

    return &fuzz.http;
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
        || (req->claims != NULL && fuzz.doubt)
        || (req->claims != NULL && req->claims != &fuzz.call))
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
    fuzz.requests++;
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
        if (strcmp(name, fuzz_headers[i]) == 0
            && fuzz.header[i][0] != '\0')
        {
            return fuzz.header[i];
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


/* -- what the BMC says */

static json_t *
fuzz_truth(const bmc_http_t *h, long *status)
{
    size_t  i;

    *status = 200;

    for (i = 0; i < FUZZ_PAGES; i++) {
        if (strcmp(h->path, fuzz_pages[i].path) == 0) {
            return json_deep_copy(fuzz.page[i]);
        }
    }

    *status = strcmp(h->method, "GET") == 0 ? 404 : 204;

    if (strcmp(h->method, "POST") == 0
        && strcmp(h->path, V1 "/Sessions") == 0)
    {
        *status = 201;
        (void) snprintf(fuzz.header[0], sizeof(fuzz.header[0]), "token");
        (void) snprintf(fuzz.header[1], sizeof(fuzz.header[1]),
                        V1 "/Sessions/1");
    }

    return NULL;
}


static json_t *
fuzz_text(void)
{
    char     text[64], *long_text;
    size_t   i, n;
    json_t  *json;

    n = fuzz_byte();

    if (n < 64) {
        for (i = 0; i < n; i++) {
            text[i] = (char) fuzz_byte();
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
fuzz_value(void)
{
    switch (fuzz_byte() % 12) {

    case 0:
        return json_null();

    case 1:
        return json_integer((json_int_t) fuzz_byte() - 128);

    case 2:
        return json_real(1e300 * fuzz_byte());

    case 3:
        return json_object();

    case 4:
        return json_array();

    case 5:
        return json_true();

    case 6:
        return json_string(fuzz_pages[fuzz_byte() % FUZZ_PAGES].path);

    case 7:
        return json_pack("[{s:s}]", "@odata.id",
                         fuzz_pages[fuzz_byte() % FUZZ_PAGES].path);

    case 8:
        return json_pack("{s:s}", "@odata.id",
                         fuzz_pages[fuzz_byte() % FUZZ_PAGES].path);

    case 9:
        return json_deep_copy(fuzz.page[fuzz_byte() % FUZZ_PAGES]);

    default:
        return fuzz_text();
    }
}


/* one value of it, or beside it, becomes another */

static void
fuzz_spoil(json_t *json)
{
    size_t    n;
    void     *iter;
    json_t   *inner, *value;
    unsigned  depth;

    for (depth = 0; depth < 6; depth++) {

        if (json_is_array(json) && json_array_size(json) > 0) {
            n = fuzz_byte() % json_array_size(json);
            inner = json_array_get(json, n);

            if (json_is_object(inner) && (fuzz_byte() & 1) == 0) {
                json = inner;
                continue;
            }

            value = fuzz_value();
            (void) json_array_set_new(json, n, value != NULL ? value
                                                            : json_null());
            return;
        }

        if (!json_is_object(json) || json_object_size(json) == 0) {
            return;
        }

        iter = json_object_iter(json);

        for (n = fuzz_byte() % json_object_size(json); n > 0; n--) {
            iter = json_object_iter_next(json, iter);
        }

        inner = json_object_iter_value(iter);

        if ((json_is_object(inner) || json_is_array(inner))
            && (fuzz_byte() & 1) == 0)
        {
            json = inner;
            continue;
        }

        value = fuzz_value();
        (void) json_object_iter_set_new(json, iter, value != NULL
                                        ? value : json_null());
        return;
    }
}


static json_t *
fuzz_error(void)
{
    static const char *const  ids[] = {
        "IDRAC.2.5.SYS518", "Base.1.8.SessionLimitExceeded",
        "Base.1.8.PasswordChangeRequired", "Base.1.8.GeneralError",
        "Base.1.8.PropertyNotWritable", "Base.1.8.X"
    };

    const char  *id;

    id = ids[fuzz_byte() % 6];

    return json_pack("{s:{s:s, s:[{s:s, s:o}]}}", "error", "message", "m",
                     "@Message.ExtendedInfo", "MessageId", id, "Message",
                     fuzz_value());
}


static void
fuzz_set_header(void)
{
    char    *h;
    size_t   i, n;

    h = fuzz.header[fuzz_byte() % 4];
    n = fuzz_byte() % sizeof(fuzz.header[0]);

    if (fuzz_byte() & 1) {
        (void) snprintf(h, sizeof(fuzz.header[0]), "%s",
                        fuzz_pages[n % FUZZ_PAGES].path);
        return;
    }

    /* HTTP has no line ends in a header's value */

    for (i = 0; i < n && fuzz.p < fuzz.end; i++) {
        h[i] = (char) fuzz_byte();
        h[i] = h[i] == '\r' || h[i] == '\n' || h[i] == '\0' ? ' ' : h[i];
    }

    h[i < sizeof(fuzz.header[0]) ? i : sizeof(fuzz.header[0]) - 1] = '\0';
}


static json_t *
fuzz_said(const bmc_http_t *h, bmc_http_answer_t *a)
{
    size_t    n;
    json_t   *json;
    uint8_t   op;
    unsigned  i;

    memset(fuzz.header, 0, sizeof(fuzz.header));
    json = fuzz_truth(h, &a->status);

    for (i = 0; i < 8 && fuzz.p < fuzz.end; i++) {
        op = fuzz_byte();

        switch (op & 0x07) {

        case 0:
            return json;

        case 1:
            a->status = fuzz_statuses[fuzz_byte() % (sizeof(fuzz_statuses)
                                                     / sizeof(long))];
            break;

        case 2:
            n = fuzz_byte();
            n = n < (size_t) (fuzz.end - fuzz.p) ? n
                : (size_t) (fuzz.end - fuzz.p);
            json_decref(json);
            json = json_loadb((const char *) fuzz.p, n, JSON_DECODE_ANY,
                              NULL);
            fuzz.p += n;
            break;

        case 3:
            a->rc = (bmc_rc_t[]) { BMC_UNREACHABLE, BMC_TIMEOUT,
                                   BMC_REFUSED, BMC_FAILED }[op >> 3 & 3];
            a->sent = (op & 0x80) != 0;
            break;

        case 4:
            fuzz_set_header();
            break;

        case 5:
            json_decref(json);
            json = fuzz_error();
            break;

        default:
            fuzz_spoil(json);
        }
    }

    return json;
}


/* the answer to what was asked */

static void
fuzz_answer(void)
{
    json_t             *json;
    bool                change;
    bmc_http_t         *h;
    bmc_http_answer_t   a;

    h = &fuzz.http;
    h->asked = false;
    change = h->claims != NULL;

    memset(&a, 0, sizeof(a));
    a.text = "";
    a.sent = true;
    json = NULL;

    if (change && !bmc_call_claim(h->claims)) {
        a.rc = BMC_CANCELLED;
        a.sent = false;

    } else {
        json = fuzz_said(h, &a);
    }

    if (a.rc != BMC_OK) {
        json_decref(json);
        json = NULL;
        a.status = 0;
        a.text = "it is said";
    }

    if (change) {
        fuzz.doubt = a.rc != BMC_OK ? a.sent : a.status == 504;
        fuzz.done += a.rc == BMC_OK && a.status / 100 == 2;
    }

    a.json = json;
    h->told(h->data, &a);
    json_decref(json);
}


/* -- a turn of the loop: false: nothing can happen any more */

static bool
fuzz_turn(void)
{
    uv_timer_t  *timer;

    if (fuzz.http.asked) {
        fuzz.now++;
        fuzz_answer();
        return true;
    }

    if (fuzz.timer != NULL) {
        timer = fuzz.timer;
        fuzz.timer = NULL;
        fuzz.now = fuzz.due > fuzz.now ? fuzz.due : fuzz.now;
        timer->timer_cb(timer);
        return true;
    }

    if (fuzz.http.closed != NULL && fuzz.http.closed_data != NULL) {
        void  *data = fuzz.http.closed_data;

        fuzz.http.closed_data = NULL;
        fuzz.http.closed(data);
        return true;
    }

    if (fuzz.closing != NULL) {
        uv_handle_t  *handle = fuzz.closing;

        fuzz.closing = NULL;
        fuzz.closing_then(handle);
        return true;
    }

    return false;
}


/* -- units and calls */

static void
fuzz_open(void)
{
    fuzz.unit.state = calloc(1, bmc_driver_redfish.state_size);

    if (fuzz.unit.state == NULL
        || bmc_driver_redfish.open(&fuzz.unit) != BMC_OK)
    {
        abort();
    }

    fuzz.open = true;
}


static void
fuzz_gone(void)
{
    unsigned  i;

    for (i = 0; i < FUZZ_TURNS && fuzz.closed == 0; i++) {
        if (!fuzz_turn()) {
            abort();
        }
    }

    if (fuzz.closed != 1 || fuzz.running) {
        abort();
    }

    free(fuzz.unit.state);
    fuzz.open = false;
    fuzz.closed = 0;
}


static void
fuzz_run(const fuzz_verb_t *v, unsigned flags)
{
    unsigned  i;

    memset(&fuzz.call, 0, sizeof(fuzz.call));
    fuzz.call.verb = v->verb;
    fuzz.call.unit = &fuzz.unit;
    fuzz.call.pool = bmc_pool_create(1024);
    fuzz.call.args = fuzz.args;
    fuzz.call.deadline = fuzz.now + FUZZ_TIMEOUT;
    fuzz.running = true;
    fuzz.requests = 0;
    fuzz.done = 0;
    fuzz.claimed = false;
    fuzz.doubt = false;
    fuzz.denied = (flags & FUZZ_DENIED) != 0;

    for (i = 0; i < 4 && v->name[i] != NULL; i++) {
        fuzz.args[i].name = v->name[i];
        fuzz.args[i].value = v->value[i];
        fuzz.call.nargs++;
    }

    bmc_driver_redfish.run(&fuzz.unit, &fuzz.call);

    for (i = 0; fuzz.running; i++) {

        if (fuzz.requests > FUZZ_REQUESTS) {
            abort();
        }

        if (fuzz.now >= fuzz.call.deadline
            || ((flags & FUZZ_GIVEN_UP) && i == 7))
        {
            /* whoever gives up cannot know what became of what is sent */

            fuzz.doubt = false;
            bmc_driver_redfish.cancel(&fuzz.unit, &fuzz.call);

        } else if ((flags & FUZZ_CLOSED) && i == 9) {
            fuzz.doubt = false;
            bmc_driver_redfish.close(&fuzz.unit);
            fuzz_gone();

        } else if (!fuzz_turn()) {
            abort();
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t  nverbs = sizeof(fuzz_verbs) / sizeof(fuzz_verbs[0]);

    if (size < 6) {
        return 0;
    }

    fuzz.p = data + 6;
    fuzz.end = data + size;

    if (fuzz.open && (data[1] & FUZZ_NEW)) {
        bmc_driver_redfish.close(&fuzz.unit);
        fuzz_gone();
    }

    if (!fuzz.open) {
        fuzz.host.quirks_on = (uint64_t) data[2] | (uint64_t) data[3] << 8
                              | (uint64_t) data[4] << 16
                              | (uint64_t) data[5] << 24
                              | (uint64_t) (data[1] >> 4) << 32;
        bmc_unit_keep(&fuzz.unit, fuzz_kept[data[0] / nverbs
                      % (sizeof(fuzz_kept) / sizeof(fuzz_kept[0]))]);
        fuzz_open();
    }

    fuzz_run(&fuzz_verbs[data[0] % nverbs], data[1]);

    /* an input is all there is to a run */

    if (fuzz.open) {
        bmc_driver_redfish.abort(&fuzz.unit);
        fuzz_gone();
    }

    return 0;
}


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char    *text, *p;
    size_t   i;

    fuzz.address = "127.0.0.1";
    fuzz.secret.kind = BMC_SECRET_WORD;
    fuzz.secret.word = "calvin";
    fuzz.host.name = "n1";
    fuzz.host.address.word = &fuzz.address;
    fuzz.host.address.count = 1;
    fuzz.host.user = "admin";
    fuzz.host.password = &fuzz.secret;
    fuzz.unit.host = &fuzz.host;
    fuzz.unit.conf = &fuzz.conf;
    fuzz.unit.loop = &fuzz.loop;
    fuzz.now = 1000;

    for (i = 0; i < FUZZ_PAGES; i++) {
        text = strdup(fuzz_pages[i].json);

        if (text == NULL) {
            abort();
        }

        for (p = text; *p != '\0'; p++) {
            *p = *p == '\'' ? '"' : *p;
        }

        fuzz.page[i] = json_loads(text, 0, NULL);
        free(text);

        if (fuzz.page[i] == NULL) {
            abort();
        }
    }

    return 0;
}
