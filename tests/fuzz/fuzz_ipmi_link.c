
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


#include "ipmi_lies.h"


#define FUZZ_UNITS     2
#define FUZZ_TIMEOUT   2000          /* ms, of the clock that is put forward */
#define FUZZ_COMMANDS  400           /* of a call */
#define FUZZ_TEXT      8192

#define FUZZ_NEW       0x04          /* the others are lies */


extern const bmc_driver_t  bmc_driver_ipmi;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


typedef struct {
    liar_t           liar;
    bmc_unit_t       unit;
    bmc_hostconf_t   host;
    bmc_ipmi_conf_t  conf;
    bool             broken;         /* it was, in this session */
} fuzz_unit_t;


static struct {
    fuzz_unit_t     unit[FUZZ_UNITS];
    uv_loop_t       loop;
    bmc_secret_t    secret;
    const char     *address;
    bmc_call_t      call;
    unsigned        ended;
    unsigned        claims;
    char            why[BMC_TEXT_MAX];
    char            told[FUZZ_TEXT];
    char            truth[FUZZ_TEXT];
} fuzz;


/* -- the core */

static bool
fuzz_claim(bmc_call_t *call)
{
    fuzz.claims++;

    return true;
}


static void
fuzz_done(bmc_call_t *call, bmc_rc_t rc, const char *text)
{
    char          *json;
    bmc_answer_t  *a;

    (void) snprintf(fuzz.why, sizeof(fuzz.why), "%s", text);

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
    lies.over = true;
}


static const core_fake_t  core_fake = {
    .claim = fuzz_claim,
    .done = fuzz_done,
    .arg = core_arg
};


/* -- a call */

static void
fuzz_run(fuzz_unit_t *u, const fuzz_verb_t *v)
{
    peer_t    *p;
    uint64_t   left;
    unsigned   first;

    p = &u->liar.peer;
    fuzz.ended = 0;
    fuzz.claims = 0;
    lies.changes = 0;
    lies.over = false;
    fuzz.told[0] = '\0';
    first = p->commands;

    uv_update_time(&fuzz.loop);
    fuzz_call(&fuzz.call, &u->unit, v, uv_now(&fuzz.loop) + FUZZ_TIMEOUT);
    bmc_driver_ipmi.run(&u->unit, &fuzz.call);

    for (left = FUZZ_TIMEOUT + 1000; left > 0 && fuzz.ended == 0; ) {
        left = peer_turn(&fuzz.unit[0].liar.peer, &fuzz.ended, left);

        if (p->commands - first > FUZZ_COMMANDS && fuzz.ended == 0) {
            bmc_driver_ipmi.cancel(&u->unit, &fuzz.call);
        }
    }

    if (fuzz.ended != 1 || lies.changes > fuzz.claims
        || (v->verb == BMC_POWER_RESET && lies.changes > 1))
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

    lies.quiet = true;
    fuzz_run(u, v);
    lies.quiet = false;
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

    lies.flags = data[0];
    u = &fuzz.unit[data[0] & 1];
    v = &fuzz_verbs[data[1] % (sizeof(fuzz_verbs) / sizeof(fuzz_verb_t))];
    honest = (data[0] & LIE_BROKEN) == 0;

    if (honest) {
        fuzz_truthful(u, v);
    }

    if (data[0] & FUZZ_NEW) {
        fuzz_new_session(u);
    }

    u->broken |= !honest || (data[0] & LIE_LOGIN);
    input.p = data + 2;
    input.end = data + size;
    fuzz_run(u, v);

    /* who forges a login can make it fail, but cannot be believed */

    if (honest && strcmp(fuzz.told, fuzz.truth) != 0
        && !((data[0] & LIE_LOGIN) && fuzz.told[0] != '0'))
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
    const peer_t  *a, *b;

    a = &fuzz.unit[0].liar.peer;
    b = &fuzz.unit[1].liar.peer;
    (void) fprintf(stderr, "%llu answers to %llu commands in %u sessions\n",
                   (unsigned long long) a->answers + b->answers,
                   (unsigned long long) a->commands + b->commands,
                   a->logins + b->logins);
}


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    unsigned      i;
    fuzz_unit_t  *u;

    if (uv_loop_init(&fuzz.loop) != 0) {
        abort();
    }

    for (i = 0; i < FUZZ_UNITS; i++) {
        u = &fuzz.unit[i];
        peer_open(&u->liar.peer, &fuzz.loop, lie_serve);
        u->liar.peer.login = lie_login;
        u->liar.peer.next = i + 1 < FUZZ_UNITS ? &u[1].liar.peer : NULL;

        core_host(&u->host, &fuzz.address, &fuzz.secret, PEER_SECRET);
        u->host.timeout = FUZZ_TIMEOUT;
        u->conf.port = ntohs(u->liar.peer.addr.sin_port);
        u->conf.cipher = i == 0 ? BMC_IPMI_CIPHER_17 : BMC_IPMI_CIPHER_3;
        u->conf.privilege = BMC_IPMI_ADMINISTRATOR;

        u->unit.host = &u->host;
        u->unit.conf = &u->conf;
        u->unit.loop = &fuzz.loop;
        fuzz_open(&u->unit, &bmc_driver_ipmi);
    }

    return atexit(fuzz_count) == 0 ? 0 : 1;
}
