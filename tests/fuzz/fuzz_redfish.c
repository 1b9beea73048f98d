
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


#include "redfish_said.h"
#include "still_clock.h"


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


static struct {
    bmc_unit_t      unit;
    bmc_hostconf_t  host;
    bmc_rf_conf_t   conf;
    bmc_secret_t    secret;
    const char     *address;
    uv_loop_t       loop;
    bool            running;
    bool            open;
    unsigned        closed;
    unsigned        done;            /* changes that may have been */
    bool            denied;
} fuzz;


/* of a process that was killed before */

static const char *const  fuzz_kept[] = { "", "?", "7" };


/* -- the core */

static bool
fuzz_claim(bmc_call_t *call)
{
    return !fuzz.denied;
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


static void
fuzz_done(bmc_call_t *call, bmc_rc_t rc, const char *text)
{
    char  *json;

    fuzz_words(text);

    if (!fuzz.running || call != &client.call) {
        abort();
    }

    /* the gate does what is busy again, and silence is unknown */

    if ((client.doubt && rc != BMC_TIMEOUT && rc != BMC_UNREACHABLE)
        || (rc == BMC_BUSY && fuzz.done > 0)
        || (rc == BMC_BAD_LOGIN && client.doubt))
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


static void
fuzz_closed(bmc_unit_t *unit)
{
    fuzz.closed++;
}


static const core_fake_t  core_fake = {
    .claim = fuzz_claim,
    .done = fuzz_done,
    .arg = core_arg,
    .closed = fuzz_closed,
    .keeps = true
};


/* the answer to what was asked */

static void
fuzz_answer(void)
{
    json_t             *json;
    bool                change;
    bmc_http_t         *h;
    bmc_http_answer_t   a;

    h = &client.h;
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
        json = said_answer(h, &a);
    }

    if (a.rc != BMC_OK) {
        json_decref(json);
        json = NULL;
        a.status = 0;
        a.text = "it is said";
    }

    if (change) {
        client.doubt = a.rc != BMC_OK ? a.sent : a.status == 504;
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
    if (client.h.asked) {
        still.now++;
        fuzz_answer();
        return true;
    }

    return still_ring() || client_closed() || still_closed();
}


/* -- units and calls */

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

    fuzz_call(&client.call, &fuzz.unit, v, still.now + FUZZ_TIMEOUT);
    fuzz.running = true;
    client.requests = 0;
    fuzz.done = 0;
    client.doubt = false;
    fuzz.denied = (flags & FUZZ_DENIED) != 0;

    bmc_driver_redfish.run(&fuzz.unit, &client.call);

    for (i = 0; fuzz.running; i++) {

        if (client.requests > FUZZ_REQUESTS) {
            abort();
        }

        if (still.now >= client.call.deadline
            || ((flags & FUZZ_GIVEN_UP) && i == 7))
        {
            /* whoever gives up cannot know what became of what is sent */

            client.doubt = false;
            bmc_driver_redfish.cancel(&fuzz.unit, &client.call);

        } else if ((flags & FUZZ_CLOSED) && i == 9) {
            client.doubt = false;
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

    input.p = data + 6;
    input.end = data + size;

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
        fuzz_open(&fuzz.unit, &bmc_driver_redfish);
        fuzz.open = true;
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
    core_host(&fuzz.host, &fuzz.address, &fuzz.secret, "calvin");
    fuzz.unit.host = &fuzz.host;
    fuzz.unit.conf = &fuzz.conf;
    fuzz.unit.loop = &fuzz.loop;
    still.now = 1000;
    said_load();

    return 0;
}
