
/*
 * Copyright (C) the bmcgate authors
 *
 * The HTTP client against a BMC that answers with the input and leaves.
 *
 *   byte 0     bit 0: a change, else a read; bit 1: HEAD; bit 2: the answer
 *              comes in two pieces; bit 3: a good answer first, on the same
 *              connection
 *   byte 1     where it is cut in two, of 256
 *   the rest   what the BMC sends, for as often as it is asked
 *
 * Whatever comes is told once.  A change is sent once at most, and what is
 * JSON is not deeper than what we would follow.
 */


#include <sys/socket.h>

#include "../unit/core_fake.h"

#include "drivers/http/http.h"


#define FUZZ_CHANGE  0x01
#define FUZZ_HEAD    0x02
#define FUZZ_SPLIT   0x04
#define FUZZ_KEPT    0x08

#define FUZZ_GOOD    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define FUZZ_TURNS   200000          /* of the loop, for one answer */


int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


typedef struct {
    uv_tcp_t  tcp;
    size_t    n;
    char      in[8192];
} fuzz_peer_t;


static struct {
    uv_loop_t           loop;
    uv_tcp_t            tcp;
    bmc_http_t         *h;
    bmc_http_shared_t  *shared;
    bmc_fleet_t         fleet;
    bmc_http_conf_t     conf;
    bmc_list_t          list;
    const char         *word;
    const uint8_t      *data;
    size_t              size;
    size_t              cut;
    bool                good;        /* the next answer */
    unsigned            changes;     /* that arrived */
    unsigned            claims;
    unsigned            told;
    unsigned            peers;
} fuzz;


static bool
fuzz_claim(bmc_call_t *call)
{
    fuzz.claims++;
    return true;
}


static const core_fake_t  core_fake = {
    .claim = fuzz_claim
};


/* -- the BMC */

static void
fuzz_peer_closed(uv_handle_t *handle)
{
    fuzz.peers--;
    free(handle->data);
}


static void
fuzz_leave(fuzz_peer_t *p)
{
    if (!uv_is_closing((uv_handle_t *) &p->tcp)) {
        uv_close((uv_handle_t *) &p->tcp, fuzz_peer_closed);
    }
}


static void
fuzz_written(uv_write_t *req, int status)
{
    fuzz_leave(req->data);
    free(req);
}


/* the socket's buffers hold an input; what they do not hold comes later */

static void
fuzz_answer(fuzz_peer_t *p)
{
    uv_buf_t     buf;
    uv_write_t  *req;

    if (fuzz.good) {
        fuzz.good = false;
        buf = uv_buf_init((char *) FUZZ_GOOD, sizeof(FUZZ_GOOD) - 1);
        (void) uv_try_write((uv_stream_t *) &p->tcp, &buf, 1);
        return;
    }

    if (fuzz.cut > 0) {
        buf = uv_buf_init((char *) fuzz.data, (unsigned) fuzz.cut);
        (void) uv_try_write((uv_stream_t *) &p->tcp, &buf, 1);
    }

    req = malloc(sizeof(uv_write_t));

    if (req == NULL) {
        abort();
    }

    req->data = p;
    buf = uv_buf_init((char *) fuzz.data + fuzz.cut,
                      (unsigned) (fuzz.size - fuzz.cut));

    if (uv_write(req, (uv_stream_t *) &p->tcp, &buf, 1, fuzz_written) != 0) {
        free(req);
        fuzz_leave(p);
    }
}


static void
fuzz_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    char         *end;
    fuzz_peer_t  *p;

    p = stream->data;

    if (n < 0) {
        fuzz_leave(p);
        return;
    }

    p->n += (size_t) n;
    p->in[p->n] = '\0';
    end = strstr(p->in, "\r\n\r\n");

    if (end == NULL || (p->in[0] == 'P' && end[4] != '{')) {
        return;
    }

    fuzz.changes += p->in[0] == 'P';
    p->n = 0;
    fuzz_answer(p);
}


static void
fuzz_room(uv_handle_t *handle, size_t want, uv_buf_t *buf)
{
    fuzz_peer_t  *p;

    p = handle->data;
    *buf = uv_buf_init(p->in + p->n, (unsigned) (sizeof(p->in) - 1 - p->n));
}


static void
fuzz_connected(uv_stream_t *stream, int status)
{
    fuzz_peer_t  *p;

    p = calloc(1, sizeof(fuzz_peer_t));

    if (p == NULL || uv_tcp_init(&fuzz.loop, &p->tcp) != 0
        || uv_accept(stream, (uv_stream_t *) &p->tcp) != 0)
    {
        abort();
    }

    p->tcp.data = p;
    fuzz.peers++;
    (void) uv_read_start((uv_stream_t *) &p->tcp, fuzz_room, fuzz_read);
}


/* -- asking it */

static void
fuzz_deep(const json_t *json, unsigned depth)
{
    size_t       i;
    json_t      *value;
    const char  *key;

    if (depth > BMC_HTTP_DEPTH_MAX) {
        abort();
    }

    if (json_is_array(json)) {
        json_array_foreach(json, i, value) {
            fuzz_deep(value, depth + 1);
        }
    }

    if (json_is_object(json)) {
        json_object_foreach((json_t *) json, key, value) {
            fuzz_deep(value, depth + 1);
        }
    }
}


static void
fuzz_told(void *data, const bmc_http_answer_t *a)
{
    const char  *value;

    fuzz.told++;

    if (a->text == NULL || a->text[a->len] != '\0'
        || (a->rc != BMC_OK && (a->len == 0 || a->json != NULL))
        || a->rc == BMC_FAILED || a->len > BMC_HTTP_BODY_MAX)
    {
        abort();
    }

    value = bmc_http_header(fuzz.h, "ETag");

    if (value != NULL && strlen(value) > 65536) {
        abort();
    }

    if (a->json != NULL) {
        fuzz_deep(a->json, 0);
    }

    uv_stop(&fuzz.loop);
}


static void
fuzz_ask(const char *method, const char *body, void *claims)
{
    unsigned            i;
    bmc_http_request_t  req;

    uv_update_time(&fuzz.loop);
    memset(&req, 0, sizeof(req));
    req.method = method;
    req.path = "/redfish/v1/";
    req.body = body;
    req.len = body == NULL ? 0 : strlen(body);
    req.deadline = uv_now(&fuzz.loop) + 5000;
    req.claims = claims;
    fuzz.told = 0;
    bmc_http_ask(fuzz.h, &req, fuzz_told, NULL);

    for (i = 0; i < FUZZ_TURNS && fuzz.told == 0; i++) {
        (void) uv_run(&fuzz.loop, UV_RUN_ONCE);
    }

    if (fuzz.told != 1) {
        abort();
    }
}


/* what is kept would be the next input's */

static void
fuzz_forget(uv_handle_t *handle, void *data)
{
    if (handle->type == UV_TCP && handle != (uv_handle_t *) &fuzz.tcp) {
        fuzz_leave(handle->data);
    }
}


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    int                 len;
    char                why[BMC_TEXT_MAX];
    bmc_http_place_t    place;
    struct sockaddr_in  at;

    len = sizeof(at);

    if (uv_loop_init(&fuzz.loop) != 0
        || uv_tcp_init(&fuzz.loop, &fuzz.tcp) != 0
        || uv_ip4_addr("127.0.0.1", 0, &at) != 0
        || uv_tcp_bind(&fuzz.tcp, (struct sockaddr *) &at, 0) != 0
        || uv_listen((uv_stream_t *) &fuzz.tcp, 64, fuzz_connected) != 0
        || uv_tcp_getsockname(&fuzz.tcp, (struct sockaddr *) &at, &len) != 0)
    {
        abort();
    }

    fuzz.word = "127.0.0.1";
    fuzz.list.word = &fuzz.word;
    fuzz.list.count = 1;
    fuzz.conf.tls = BMC_TLS_NONE;
    fuzz.conf.port = ntohs(at.sin_port);
    fuzz.fleet.state = "/nonexistent";
    fuzz.shared = bmc_http_load(&fuzz.fleet, why);

    if (fuzz.shared == NULL) {
        abort();
    }

    memset(&place, 0, sizeof(place));
    place.loop = &fuzz.loop;
    place.shared = fuzz.shared;
    place.name = "n1";
    place.address = &fuzz.list;
    place.conf = &fuzz.conf;
    fuzz.h = bmc_http_open(&place, why);

    if (fuzz.h == NULL) {
        abort();
    }

    return 0;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned  i;
    uint8_t   flags;

    if (size < 2) {
        return 0;
    }

    flags = data[0];
    fuzz.data = data + 2;
    fuzz.size = size - 2;
    fuzz.cut = flags & FUZZ_SPLIT ? fuzz.size * data[1] / 256 : 0;
    fuzz.changes = 0;
    fuzz.claims = 0;
    fuzz.good = false;

    if (flags & FUZZ_KEPT) {
        fuzz.good = true;
        fuzz_ask("GET", NULL, NULL);
    }

    if (flags & FUZZ_CHANGE) {
        fuzz_ask("POST", "{}", &fuzz);

        if (fuzz.changes > 1 || fuzz.claims > 1) {
            abort();
        }

    } else {
        fuzz_ask(flags & FUZZ_HEAD ? "HEAD" : "GET", NULL, NULL);
    }

    uv_walk(&fuzz.loop, fuzz_forget, NULL);

    for (i = 0; i < FUZZ_TURNS && fuzz.peers > 0; i++) {
        (void) uv_run(&fuzz.loop, UV_RUN_NOWAIT);
    }

    return 0;
}
