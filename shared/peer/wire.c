
/*
 * Copyright (C) the bmcgate authors
 *
 * A message is four bytes (type, version, two zeros), then the fields of its
 * type in the order of its table: numbers little-endian, strings and bytes
 * with their length before and a null after, which the length leaves out.
 */


#include <endian.h>
#include <string.h>

#include "peer/peer.h"


#define WIRE_VERSION  1
#define WIRE_HEADER   4
#define WIRE_NAME     (BMC_NAME_MAX - 1)
#define WIRE_LINE     (BMC_TEXT_MAX - 1)
#define WIRE_VALUE    UINT16_MAX


typedef enum {
    WIRE_U32,
    WIRE_U64,
    WIRE_COOKIE,
    WIRE_STRING,
    WIRE_ARGS,
    WIRE_BYTES
} wire_kind_t;


typedef struct {
    wire_kind_t   kind;
    size_t        offset;
    uint32_t      max;           /* the largest number or longest string */
    const char   *bad;           /* NULL: the end */
} wire_field_t;


typedef struct {
    const uint8_t  *p;
    const uint8_t  *end;
} wire_cursor_t;


#define wire_field(kind, name, max)                                           \
    { kind, offsetof(bmc_msg_t, name), max,                                   \
      "its " #name " is cut short, too long or out of range" }

#define wire_end                                                              \
    { WIRE_U32, 0, 0, NULL }


static const wire_field_t  wire_hello[] = {
    wire_field(WIRE_U64, word, 0),
    wire_field(WIRE_COOKIE, cookie, 0),
    wire_end
};


static const wire_field_t  wire_request[] = {
    wire_field(WIRE_U64, id, 0),
    wire_field(WIRE_U64, op, 0),
    wire_field(WIRE_U32, verb, BMC_VERB_MAX - 1),
    wire_field(WIRE_U32, flags, UINT32_MAX),
    wire_field(WIRE_U32, timeout, UINT32_MAX),
    wire_field(WIRE_U32, max_age, UINT32_MAX),
    wire_field(WIRE_U32, verify, UINT32_MAX),
    wire_field(WIRE_STRING, host, WIRE_NAME),
    wire_field(WIRE_STRING, door, WIRE_NAME),
    wire_field(WIRE_STRING, actor, WIRE_LINE),
    wire_field(WIRE_STRING, from, WIRE_LINE),
    wire_field(WIRE_ARGS, args, 0),
    wire_end
};


static const wire_field_t  wire_result[] = {
    wire_field(WIRE_U64, id, 0),
    wire_field(WIRE_U64, op, 0),
    wire_field(WIRE_U32, rc, BMC_RC_MAX - 1),
    wire_field(WIRE_U32, bits, UINT32_MAX),
    wire_field(WIRE_U32, retry_after, UINT32_MAX),
    wire_field(WIRE_STRING, driver, WIRE_NAME),
    wire_field(WIRE_STRING, text, WIRE_LINE),
    wire_field(WIRE_BYTES, bytes, 0),
    wire_end
};


static const wire_field_t  wire_id[] = {
    wire_field(WIRE_U64, id, 0),
    wire_end
};


static const wire_field_t  wire_data[] = {
    wire_field(WIRE_U64, id, 0),
    wire_field(WIRE_BYTES, bytes, 0),
    wire_end
};


static const wire_field_t  wire_nothing[] = {
    wire_end
};


static const wire_field_t  *const wire_types[BMC_MSG_MAX] = {
    [BMC_MSG_HELLO] = wire_hello,
    [BMC_MSG_REQUEST] = wire_request,
    [BMC_MSG_RESULT] = wire_result,
    [BMC_MSG_MOVED] = wire_id,
    [BMC_MSG_DROP] = wire_id,
    [BMC_MSG_OPENED] = wire_id,
    [BMC_MSG_DATA] = wire_data,
    [BMC_MSG_NOTICE] = wire_nothing
};


static void
wire_put_u16(bmc_buf_t *b, uint16_t n)
{
    n = htole16(n);
    bmc_buf_add(b, &n, sizeof(n));
}


static void
wire_put_u32(bmc_buf_t *b, uint32_t n)
{
    n = htole32(n);
    bmc_buf_add(b, &n, sizeof(n));
}


static void
wire_put_u64(bmc_buf_t *b, uint64_t n)
{
    n = htole64(n);
    bmc_buf_add(b, &n, sizeof(n));
}


static bool
wire_put_string(bmc_buf_t *b, const char *s, size_t max)
{
    size_t  len;

    s = s ? s : "";
    len = strnlen(s, max + 1);
    if (len > max) {
        return false;
    }

    wire_put_u16(b, len);
    bmc_buf_add(b, s, len + 1);

    return true;
}


static bool
wire_put_args(bmc_buf_t *b, const bmc_msg_t *m)
{
    size_t  i;

    if (m->nargs > BMC_MSG_ARGS) {
        return false;
    }

    bmc_buf_addc(b, m->nargs);

    for (i = 0; i < m->nargs; i++) {

        if (!wire_put_string(b, m->args[i].name, WIRE_NAME)
            || !wire_put_string(b, m->args[i].value, WIRE_VALUE))
        {
            return false;
        }
    }

    return true;
}


static bool
wire_put_bytes(bmc_buf_t *b, const bmc_msg_t *m)
{
    if (m->len > BMC_MSG_LARGEST) {
        return false;
    }

    wire_put_u32(b, m->len);

    if (m->len) {
        bmc_buf_add(b, m->bytes, m->len);
    }

    bmc_buf_addc(b, '\0');

    return true;
}


static bool
wire_put(bmc_buf_t *b, const bmc_msg_t *m, const wire_field_t *f)
{
    const void  *at;

    at = (const char *) m + f->offset;

    switch (f->kind) {

    case WIRE_U32:
        wire_put_u32(b, *(const uint32_t *) at);
        return *(const uint32_t *) at <= f->max;

    case WIRE_U64:
        wire_put_u64(b, *(const uint64_t *) at);
        return true;

    case WIRE_COOKIE:
        bmc_buf_add(b, at, sizeof(m->cookie));
        return true;

    case WIRE_STRING:
        return wire_put_string(b, *(const char *const *) at, f->max);

    case WIRE_ARGS:
        return wire_put_args(b, m);

    case WIRE_BYTES:
        return wire_put_bytes(b, m);
    }

    return false;
}


bool
bmc_msg_encode(bmc_buf_t *b, const bmc_msg_t *m)
{
    char                 header[WIRE_HEADER];
    const wire_field_t  *f;

    bmc_buf_reset(b);

    if ((unsigned) m->type >= BMC_MSG_MAX || !wire_types[m->type]) {
        return false;
    }

    memset(header, 0, WIRE_HEADER);
    header[0] = m->type;
    header[1] = WIRE_VERSION;
    bmc_buf_add(b, header, WIRE_HEADER);

    for (f = wire_types[m->type]; f->bad; f++) {
        if (!wire_put(b, m, f)) {
            return false;
        }
    }

    return !b->failed && b->len <= BMC_MSG_LARGEST;
}


static bool
wire_get(wire_cursor_t *c, void *out, size_t size)
{
    if ((size_t) (c->end - c->p) < size) {
        return false;
    }

    memcpy(out, c->p, size);
    c->p += size;

    return true;
}


static bool
wire_get_u32(wire_cursor_t *c, uint32_t *n, uint32_t max)
{
    if (!wire_get(c, n, sizeof(*n))) {
        return false;
    }

    *n = le32toh(*n);

    return *n <= max;
}


static bool
wire_get_u64(wire_cursor_t *c, uint64_t *n)
{
    if (!wire_get(c, n, sizeof(*n))) {
        return false;
    }

    *n = le64toh(*n);

    return true;
}


static bool
wire_get_string(wire_cursor_t *c, const char **s, size_t max)
{
    uint16_t  n;

    if (!wire_get(c, &n, sizeof(n))) {
        return false;
    }

    n = le16toh(n);

    /* the first null is the one after the string */

    if (n > max || c->end - c->p < n + 1
        || memchr(c->p, '\0', n + 1) != c->p + n)
    {
        return false;
    }

    *s = (const char *) c->p;
    c->p += n + 1;

    return true;
}


static bool
wire_get_args(wire_cursor_t *c, bmc_msg_t *m)
{
    size_t   i;
    uint8_t  n;

    if (!wire_get(c, &n, sizeof(n)) || n > BMC_MSG_ARGS) {
        return false;
    }

    for (i = 0; i < n; i++) {

        if (!wire_get_string(c, &m->args[i].name, WIRE_NAME)
            || !wire_get_string(c, &m->args[i].value, WIRE_VALUE))
        {
            return false;
        }
    }

    m->nargs = n;

    return true;
}


static bool
wire_get_bytes(wire_cursor_t *c, bmc_msg_t *m)
{
    uint32_t  n;

    if (!wire_get_u32(c, &n, BMC_MSG_LARGEST)
        || (size_t) (c->end - c->p) < (size_t) n + 1 || c->p[n] != '\0')
    {
        return false;
    }

    m->bytes = n ? c->p : NULL;
    m->len = n;
    c->p += n + 1;

    return true;
}


static bool
wire_take(wire_cursor_t *c, bmc_msg_t *m, const wire_field_t *f)
{
    void  *at;

    at = (char *) m + f->offset;

    switch (f->kind) {

    case WIRE_U32:
        return wire_get_u32(c, at, f->max);

    case WIRE_U64:
        return wire_get_u64(c, at);

    case WIRE_COOKIE:
        return wire_get(c, at, sizeof(m->cookie));

    case WIRE_STRING:
        return wire_get_string(c, at, f->max);

    case WIRE_ARGS:
        return wire_get_args(c, m);

    case WIRE_BYTES:
        return wire_get_bytes(c, m);
    }

    return false;
}


static const char *
wire_header(bmc_msg_t *m, wire_cursor_t *c)
{
    uint8_t  header[WIRE_HEADER];

    memset(m, 0, sizeof(bmc_msg_t));
    m->host = m->door = m->actor = m->from = m->driver = m->text = "";

    if (!wire_get(c, header, WIRE_HEADER)) {
        return "it is shorter than a header";
    }

    if (header[1] != WIRE_VERSION) {
        return "it is of another version";
    }

    if (header[2] || header[3]) {
        return "its header is not a header";
    }

    if (header[0] >= BMC_MSG_MAX || !wire_types[header[0]]) {
        return "its type is unknown";
    }

    m->type = header[0];

    return NULL;
}


bool
bmc_msg_decode(bmc_msg_t *m, const void *datagram, size_t len,
    const char **why)
{
    wire_cursor_t        c;
    const wire_field_t  *f;

    c.p = datagram;
    c.end = c.p + len;

    *why = wire_header(m, &c);
    if (*why) {
        return false;
    }

    if (len > BMC_MSG_LARGEST) {
        *why = "it is larger than 64 MB";
        return false;
    }

    for (f = wire_types[m->type]; f->bad; f++) {

        if (!wire_take(&c, m, f)) {
            *why = f->bad;
            return false;
        }
    }

    if (c.p != c.end) {
        *why = "bytes follow its end";
        return false;
    }

    return true;
}
