
/*
 * Copyright (C) the bmcgate authors
 *
 * The IPMI driver, from the socket to the end of a call, against a BMC that
 * an input tells what to answer.  Sessions live on from input to input.
 *
 *   byte 0      bit 0: suite 3, else 17; bit 1: the BMC itself is broken,
 *               else all but the truth is forged; bit 2: a new session;
 *               bit 3: its login is attacked, too; bit 4: power is on
 *   byte 1      the verb
 *   the rest    records: what is sent before the answer to each command
 *
 * What is forged has no keys.  It changes nothing: a call has the end that
 * it has without it.  What a broken BMC proves may be believed, crashes
 * nothing, and is no reason to send a change again.
 */


#include <stdio.h>

#include "ipmi_truth.h"


#define FUZZ_UNITS     2
#define FUZZ_TIMEOUT   2000          /* ms, of the clock that is put forward */
#define FUZZ_RECORDS   8             /* before one answer */
#define FUZZ_COMMANDS  400           /* of a call */
#define FUZZ_KEPT      4
#define FUZZ_BURST     16            /* of one record */
#define FUZZ_TEXT      8192

#define FUZZ_BROKEN    0x02
#define FUZZ_NEW       0x04
#define FUZZ_LOGIN     0x08
#define FUZZ_ON        0x10


extern const bmc_driver_t  bmc_driver_ipmi;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


typedef struct {
    peer_t           peer;
    bmc_unit_t       unit;
    bmc_hostconf_t   host;
    bmc_ipmi_conf_t  conf;
    bool             broken;         /* it was, in this session */
    size_t           nkept[FUZZ_KEPT];
    uint8_t          kept[FUZZ_KEPT][PEER_MAX];
} fuzz_unit_t;


static struct {
    fuzz_unit_t     unit[FUZZ_UNITS];
    uv_loop_t       loop;
    bmc_secret_t    secret;
    const char     *address;
    bmc_call_t      call;
    bmc_arg_t       args[3];
    unsigned        ended;
    unsigned        claims;
    unsigned        changes;         /* that the BMC was told */
    bool            quiet;           /* it says the truth, and no more */
    uint8_t         flags;
    const uint8_t  *p;               /* the records */
    const uint8_t  *end;
    uint8_t         turn;            /* of a burst: each byte is another */
    char            why[BMC_TEXT_MAX];
    char            told[FUZZ_TEXT];
    char            truth[FUZZ_TEXT];
} fuzz;


/* -- the core */

bool
bmc_call_claim(bmc_call_t *call)
{
    fuzz.claims++;

    return true;
}


void
bmc_call_done(bmc_call_t *call, bmc_rc_t rc, const char *fmt, ...)
{
    char          *json;
    va_list        ap;
    bmc_answer_t  *a;

    va_start(ap, fmt);
    (void) vsnprintf(fuzz.why, sizeof(fuzz.why), fmt, ap);
    va_end(ap);

    a = &call->answer;
    json = a->json == NULL ? NULL
                           : json_dumps(a->json, JSON_SORT_KEYS
                                                 | JSON_ENCODE_ANY);

    (void) snprintf(fuzz.told, sizeof(fuzz.told), "%d %d %s", (int) rc,
                    a->has & BMC_HAS_POWER ? (int) a->power : -1,
                    json == NULL ? "" : json);

    free(json);
    json_decref(a->json);
    bmc_pool_destroy(call->pool);
    fuzz.ended++;
}


void
bmc_call_opened(bmc_call_t *call)
{
}


void
bmc_call_data(bmc_call_t *call, const void *bytes, size_t len)
{
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
    abort();
}


bool
bmc_unit_kept(const bmc_unit_t *unit, char text[BMC_UNIT_KEPT])
{
    abort();
}


void
bmc_unit_closed(bmc_unit_t *unit)
{
}


/* -- records */

static uint8_t
fuzz_byte(void)
{
    return (uint8_t) ((fuzz.p < fuzz.end ? *fuzz.p++ : 0) + fuzz.turn);
}


static size_t
fuzz_bytes(uint8_t *out, size_t max)
{
    size_t  n;

    n = fuzz_byte();
    n = n < max ? n : max;
    n = n < (size_t) (fuzz.end - fuzz.p) ? n : (size_t) (fuzz.end - fuzz.p);
    memcpy(out, fuzz.p, n);
    fuzz.p += n;

    return n;
}


static uint32_t
fuzz_session(const peer_t *p)
{
    const uint32_t  sessions[] = { 0, p->theirs, 1, p->own };

    return sessions[fuzz_byte() % 4];
}


/* a lie with all that can be known or guessed without the keys */

static size_t
fuzz_unproved(const peer_t *p, unsigned kind, uint8_t *d)
{
    size_t    n;
    uint8_t   m[PEER_MAX];
    unsigned  type;
    uint32_t  session;

    if (kind == 0) {
        memcpy(d, "\x06\x00\xff\x07", 4);
        n = 4 + fuzz_bytes(d + 4, 200);

        /* a proof is for others to be wrong with */

        if (n > 5 && d[4] == 6) {
            d[5] &= 0xbf;
        }

        return n;
    }

    n = fuzz_answer(p, (fuzz.flags & FUZZ_ON) == 0, m);
    type = fuzz_byte();
    session = fuzz_session(p);

    if (kind == 1) {
        return peer_plain(d, type, session, p->out, m, n);
    }

    if (kind == 2) {
        m[0] = p->rq;
        m[1] = fuzz_byte();
        n = 2 + fuzz_bytes(m + 2, 100);
        return peer_plain(d, PEER_OPEN + type % 3 * 2, session, p->out, m, n);
    }

    memcpy(d, "\x06\x00\xff\x07", 4);
    memset(d + 4, 0, 10);
    d[4] = type % 16;
    peer_put32(d + 9, session);
    d[13] = (uint8_t) n;
    memcpy(d + 14, m, n);

    return 14 + n;
}


static size_t
fuzz_falsified(fuzz_unit_t *u, unsigned kind, uint8_t *d)
{
    size_t    n, at;
    peer_t   *p;
    uint8_t   m[PEER_MAX];

    p = &u->peer;

    if (kind == 5) {
        at = fuzz_byte() % FUZZ_KEPT;
        memcpy(d, u->kept[at], u->nkept[at]);
        return u->nkept[at];
    }

    n = fuzz_answer(p, (fuzz.flags & FUZZ_ON) == 0, m);

    if (kind == 4) {
        n = peer_seal(p, d, 0, p->out, m, n);
        at = 4 + fuzz_byte() % (n - 4);
        d[at] = (uint8_t) (d[at] ^ (1 + fuzz_byte() % 255));
        return n;
    }

    p->k1[0] ^= 0x80;
    n = peer_seal(p, d, 0, p->out, m, n);
    p->k1[0] ^= 0x80;

    return n;
}


static void
fuzz_forge(fuzz_unit_t *u, unsigned kind)
{
    size_t   n;
    uint8_t  d[PEER_MAX];

    n = kind < 4 ? fuzz_unproved(&u->peer, kind, d)
                 : fuzz_falsified(u, kind, d);

    if (n != 0) {
        peer_send(&u->peer, d, n);
    }
}


/* proved, and wrong */

static void
fuzz_break(fuzz_unit_t *u, unsigned kind)
{
    size_t    n;
    peer_t   *p;
    uint8_t   m[PEER_MAX], code;

    p = &u->peer;

    switch (kind) {

    case 0:
        code = fuzz_byte();
        memset(m, 0, sizeof(m));
        n = fuzz_bytes(m, 255);
        peer_answer(p, code, m, n);
        break;

    case 1:
        n = fuzz_bytes(m, 255);
        peer_payload(p, 0, p->out++, m, n);
        break;

    case 2:
        n = fuzz_answer(p, true, m);
        peer_payload(p, 0, p->out + fuzz_byte() - 128, m, n);
        break;

    case 3:
        code = fuzz_byte() & 0x3f;
        n = fuzz_bytes(m, 255);
        peer_payload(p, code, p->out++, m, n);
        break;

    case 4:
        memset(m, fuzz_byte(), sizeof(m));
        peer_answer(p, 0, m, 200u + fuzz_byte());
        break;

    case 5:
        n = fuzz_answer(p, true, m);
        m[fuzz_byte() % n] = fuzz_byte();
        peer_payload(p, 0, p->out++, m, n);
        break;

    default:
        n = fuzz_answer(p, true, m);
        n = fuzz_byte() % (n + 1);
        peer_payload(p, 0, p->out++, m, n);
    }
}


static void
fuzz_burst(fuzz_unit_t *u, unsigned kind)
{
    const uint8_t  *p;

    for (p = fuzz.p; fuzz.turn < FUZZ_BURST; fuzz.turn++) {
        fuzz.p = p;
        fuzz_forge(u, kind);
    }

    fuzz.turn = 0;
}


static void
fuzz_records(fuzz_unit_t *u)
{
    uint8_t   op;
    unsigned  i;

    for (i = 0; i < FUZZ_RECORDS && fuzz.p < fuzz.end; i++) {
        op = fuzz_byte();

        if (op & 0x80) {
            return;
        }

        if ((op & 0x40) && (fuzz.flags & FUZZ_BROKEN)) {
            fuzz_break(u, op % 7);

        } else if (op & 0x20) {
            fuzz_burst(u, op % 7);

        } else {
            fuzz_forge(u, op % 7);
        }
    }
}


static void
fuzz_serve(peer_t *p)
{
    size_t        n;
    uint8_t       m[PEER_MAX];
    fuzz_unit_t  *u;

    u = (fuzz_unit_t *) (void *) p;
    fuzz.changes += p->netfn == 0 && p->cmd == 2;

    if (!fuzz.quiet && fuzz.ended == 0) {
        fuzz_records(u);
    }

    n = fuzz_answer(p, (fuzz.flags & FUZZ_ON) != 0, m);
    peer_payload(p, 0, p->out++, m, n);

    u->nkept[p->out % FUZZ_KEPT] = p->nsent;
    memcpy(u->kept[p->out % FUZZ_KEPT], p->sent, p->nsent);
}


/* nothing of a login is proved before its end */

static bool
fuzz_login(peer_t *p, unsigned kind, uint8_t *d, size_t *n)
{
    size_t    len;
    uint8_t   m[PEER_MAX], op;
    unsigned  i, at;

    if (fuzz.quiet || (fuzz.flags & FUZZ_LOGIN) == 0) {
        return true;
    }

    for (i = 0; i < FUZZ_RECORDS && fuzz.p < fuzz.end; i++) {
        op = fuzz_byte();

        if (op & 0x80) {
            break;
        }

        memcpy(m, d, *n);
        len = *n;
        at = 4 + fuzz_byte() % (unsigned) (len - 4);

        if (op & 0x01) {
            m[at] = fuzz_byte();
        }

        if (op & 0x02) {
            m[17] = fuzz_byte();
        }

        if (op & 0x04) {
            len = at;
        }

        if (op & 0x08) {
            m[5] = (uint8_t) (PEER_OPEN + fuzz_byte() % 3 * 2);
        }

        peer_send(p, m, len);
    }

    return true;
}


/* -- a call */

static void
fuzz_run(fuzz_unit_t *u, const fuzz_verb_t *v)
{
    uint64_t  left;
    unsigned  i, first;

    memset(&fuzz.call, 0, sizeof(fuzz.call));
    fuzz.ended = 0;
    fuzz.claims = 0;
    fuzz.changes = 0;
    fuzz.told[0] = '\0';
    first = u->peer.commands;

    fuzz.call.verb = v->verb;
    fuzz.call.unit = &u->unit;
    fuzz.call.pool = bmc_pool_create(1024);
    fuzz.call.args = fuzz.args;

    for (i = 0; i < 3 && v->name[i] != NULL; i++) {
        fuzz.args[i].name = v->name[i];
        fuzz.args[i].value = v->value[i];
        fuzz.call.nargs++;
    }

    uv_update_time(&fuzz.loop);
    fuzz.call.deadline = uv_now(&fuzz.loop) + FUZZ_TIMEOUT;
    bmc_driver_ipmi.run(&u->unit, &fuzz.call);

    for (left = FUZZ_TIMEOUT + 1000; left > 0 && fuzz.ended == 0; ) {
        left = peer_turn(&fuzz.unit[0].peer, &fuzz.ended, left);

        if (u->peer.commands - first > FUZZ_COMMANDS && fuzz.ended == 0) {
            bmc_driver_ipmi.cancel(&u->unit, &fuzz.call);
        }
    }

    if (fuzz.ended != 1 || fuzz.changes > fuzz.claims
        || (v->change && fuzz.changes > 1))
    {
        abort();
    }
}


/* what was said to the old one, and has not been read, goes with it */

static void
fuzz_new_session(fuzz_unit_t *u)
{
    unsigned        i;
    struct pollfd   fd;

    u->broken = false;
    bmc_ipmi_link_break(u->unit.state, 0, true);

    fd.fd = uv_backend_fd(&fuzz.loop);
    fd.events = POLLIN;

    for (i = 0; i < 4 || (i < 1000 && poll(&fd, 1, 0) > 0); i++) {
        (void) uv_run(&fuzz.loop, UV_RUN_NOWAIT);
    }
}


static void
fuzz_truthful(fuzz_unit_t *u, const fuzz_verb_t *v)
{
    bmc_ipmi_unit_t  *state;

    state = u->unit.state;

    /* what a broken BMC said of itself goes */

    if (u->broken) {
        fuzz_new_session(u);
    }

    bmc_ipmi_forget(&state->kept);
    memset(&state->kept, 0, sizeof(state->kept));

    fuzz.quiet = true;
    fuzz_run(u, v);
    fuzz.quiet = false;
    memcpy(fuzz.truth, fuzz.told, sizeof(fuzz.truth));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool                honest;
    fuzz_unit_t        *u;
    const fuzz_verb_t  *v;

    if (size < 2) {
        return 0;
    }

    fuzz.flags = data[0];
    u = &fuzz.unit[data[0] & 1];
    v = &fuzz_verbs[data[1] % (sizeof(fuzz_verbs) / sizeof(fuzz_verb_t))];
    honest = (data[0] & FUZZ_BROKEN) == 0;

    if (honest) {
        fuzz_truthful(u, v);
    }

    if (data[0] & FUZZ_NEW) {
        fuzz_new_session(u);
    }

    u->broken |= !honest || (data[0] & FUZZ_LOGIN);
    fuzz.p = data + 2;
    fuzz.end = data + size;
    fuzz_run(u, v);

    /* who forges a login can make it fail, but cannot be believed */

    if (honest && strcmp(fuzz.told, fuzz.truth) != 0
        && !((data[0] & FUZZ_LOGIN) && fuzz.told[0] != '0'))
    {
        (void) fprintf(stderr, "truth: %s\nbelieved: %s (%s)\n", fuzz.truth,
                       fuzz.told, fuzz.why);
        abort();
    }

    return 0;
}


static void
fuzz_count(void)
{
    (void) fprintf(stderr, "%llu answers to %llu commands in %u sessions\n",
                   (unsigned long long) fuzz.unit[0].peer.answers
                   + fuzz.unit[1].peer.answers,
                   (unsigned long long) fuzz.unit[0].peer.commands
                   + fuzz.unit[1].peer.commands,
                   fuzz.unit[0].peer.logins + fuzz.unit[1].peer.logins);
}


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    unsigned      i;
    fuzz_unit_t  *u;

    if (uv_loop_init(&fuzz.loop) != 0) {
        abort();
    }

    fuzz.address = "127.0.0.1";
    fuzz.secret.kind = BMC_SECRET_WORD;
    fuzz.secret.word = PEER_SECRET;

    for (i = 0; i < FUZZ_UNITS; i++) {
        u = &fuzz.unit[i];
        peer_open(&u->peer, &fuzz.loop, fuzz_serve);
        u->peer.login = fuzz_login;
        u->peer.next = i + 1 < FUZZ_UNITS ? &fuzz.unit[i + 1].peer : NULL;

        u->host.name = "n1";
        u->host.address.word = &fuzz.address;
        u->host.address.count = 1;
        u->host.user = "admin";
        u->host.password = &fuzz.secret;
        u->host.timeout = FUZZ_TIMEOUT;
        u->conf.port = ntohs(u->peer.addr.sin_port);
        u->conf.cipher = i == 0 ? BMC_IPMI_CIPHER_17 : BMC_IPMI_CIPHER_3;
        u->conf.privilege = BMC_IPMI_ADMINISTRATOR;

        u->unit.host = &u->host;
        u->unit.conf = &u->conf;
        u->unit.loop = &fuzz.loop;
        u->unit.state = calloc(1, bmc_driver_ipmi.state_size);

        if (u->unit.state == NULL
            || bmc_driver_ipmi.open(&u->unit) != BMC_OK)
        {
            abort();
        }
    }

    return atexit(fuzz_count) == 0 ? 0 : 1;
}
