
/*
 * Copyright (C) the bmcgate authors
 *
 * A BMC for the verbs of the IPMI driver: what would be sent is given to a
 * function, and what that answers is told later, as a connection would.
 * Include it in one file of a test program.
 */


#ifndef _IPMI_FAKE_H_INCLUDED_
#define _IPMI_FAKE_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core_fake.h"

#include "drivers/ipmi/verbs.h"


#define FAKE_STEPS  40000            /* more commands than any verb needs */
#define FAKE_ARGS   6


typedef struct {
    uint8_t  lun;
    uint8_t  netfn;
    uint8_t  cmd;
    bool     changes;
    size_t   len;
    uint8_t  data[BMC_IPMI_DATA_MAX];
} fake_command_t;


typedef struct {
    uint8_t  code;
    size_t   len;
    uint8_t  data[BMC_IPMI_DATA_MAX];
} fake_answer_t;


typedef void (*fake_bmc_pt)(const fake_command_t *c, fake_answer_t *a);


static struct {
    fake_bmc_pt       bmc;
    bmc_ipmi_kept_t   kept;
    bmc_unit_t        unit;
    bmc_hostconf_t    host;
    bmc_call_t        call;
    bmc_ipmi_job_t    job;
    bmc_ipmi_told_pt  told;          /* a command is under way */
    fake_command_t    command;
    bmc_arg_t         args[FAKE_ARGS];
    uv_loop_t         loop;
    unsigned          hurry;         /* near the deadline after so many */
    unsigned          commands;      /* of the last call */
    unsigned          changes;
    unsigned          ended;
    bmc_rc_t          rc;
    uint8_t           code;          /* of bmc_ipmi_refused() */
    char              text[BMC_TEXT_MAX];
    char              sent[4096];    /* all of them, "06/01 06/37 …" */
} fake;


bmc_ipmi_kept_t *
bmc_ipmi_kept(const bmc_unit_t *unit)
{
    assert_ptr_equal(unit, &fake.unit);

    return &fake.kept;
}


static const core_fake_t  core_fake = {
    .arg = core_arg
};


void
bmc_ipmi_ask_lun(bmc_ipmi_job_t *job, uint8_t lun, uint8_t netfn,
    uint8_t cmd, const void *data, size_t len, unsigned flags,
    bmc_ipmi_told_pt told)
{
    size_t  at;

    assert_ptr_equal(job, &fake.job);
    assert_null(fake.told);
    assert_int_equal(fake.ended, 0);
    assert_true(len <= BMC_IPMI_DATA_MAX);

    memset(&fake.command, 0, sizeof(fake.command));
    fake.command.lun = lun;
    fake.command.netfn = netfn;
    fake.command.cmd = cmd;
    fake.command.changes = (flags & BMC_IPMI_CHANGES) != 0;
    fake.command.len = len;

    if (len > 0) {
        memcpy(fake.command.data, data, len);
    }

    at = strlen(fake.sent);
    snprintf(fake.sent + at, sizeof(fake.sent) - at, "%s%02x/%02x%s",
             at == 0 ? "" : " ", netfn, cmd,
             fake.command.changes ? "!" : "");

    fake.told = told;
    fake.commands++;

    if (fake.hurry != 0 && fake.commands >= fake.hurry) {
        fake.call.deadline = 0;
    }

    fake.changes += fake.command.changes;
}


void
bmc_ipmi_ask(bmc_ipmi_job_t *job, uint8_t netfn, uint8_t cmd,
    const void *data, size_t len, unsigned flags, bmc_ipmi_told_pt told)
{
    bmc_ipmi_ask_lun(job, 0, netfn, cmd, data, len, flags, told);
}


void
bmc_ipmi_end(bmc_ipmi_job_t *job, bmc_rc_t rc, const char *text)
{
    assert_ptr_equal(job, &fake.job);
    assert_int_equal(fake.ended, 0);

    fake.ended++;
    fake.rc = rc;
    snprintf(fake.text, sizeof(fake.text), "%s", text == NULL ? "" : text);
}


void
bmc_ipmi_refused(bmc_ipmi_job_t *job, uint8_t code, const char *what)
{
    fake.code = code;
    bmc_ipmi_end(job, code == BMC_IPMI_BUSY ? BMC_BUSY : BMC_REFUSED, what);
}


/* the console needs a real connection, which nothing here has */

void
bmc_ipmi_console(bmc_ipmi_job_t *job)
{
    bmc_ipmi_end(job, BMC_UNSUPPORTED, "");
}


/* what a call left behind, and the memory of it */

static void
fake_done(void)
{
    json_decref(fake.call.answer.json);
    bmc_pool_destroy(fake.call.pool);
    memset(&fake.call, 0, sizeof(fake.call));
}


/* the deadline comes after so many commands; the answer is lost */

static void
fake_start(bmc_verb_t verb, const char *args)
{
    static char  words[512];

    fake_done();

    fake.call.verb = verb;
    fake.call.unit = &fake.unit;
    fake.call.pool = bmc_pool_create(4096);
    fake.call.deadline = UINT64_MAX;
    fake.job.unit = &fake.unit;
    fake.job.call = &fake.call;
    fake.job.data = NULL;
    fake.told = NULL;
    fake.commands = 0;
    fake.changes = 0;
    fake.ended = 0;
    fake.code = 0;
    fake.sent[0] = '\0';

    snprintf(words, sizeof(words), "%s", args);

    core_args(&fake.call, fake.args, FAKE_ARGS, words, ";");

    bmc_ipmi_verbs[verb](&fake.job);
}


static void
fake_run_until(bmc_verb_t verb, const char *args, unsigned commands)
{
    fake_answer_t     a;
    bmc_ipmi_told_pt  told;

    fake_start(verb, args);

    while (!fake.ended && fake.commands < commands) {
        told = fake.told;
        fake.told = NULL;
        assert_non_null(told);

        memset(&a, 0, sizeof(a));
        fake.bmc(&fake.command, &a);

        {
            /* of exactly that length, for the sanitizer to watch */

            uint8_t  *data = malloc(a.len + 1);

            assert_non_null(data);
            memcpy(data + 1, a.data, a.len);
            told(&fake.job, a.code, data + 1, a.len);
            free(data);
        }
    }

    fake.told = NULL;
}


static bmc_rc_t
fake_run(bmc_verb_t verb, const char *args)
{
    fake_run_until(verb, args, FAKE_STEPS);
    assert_int_equal(fake.ended, 1);
    assert_null(fake.told);

    return fake.rc;
}


static void __attribute__((unused))
fake_reply(fake_answer_t *a, const void *data, size_t len)
{
    memcpy(a->data, data, len);
    a->len = len;
}


#define fake_bytes(a, ...)                                                    \
    fake_reply(a, (const uint8_t[]) { __VA_ARGS__ },                          \
               sizeof((const uint8_t[]) { __VA_ARGS__ }))


/* as compact text with sorted keys */

static inline const char *
fake_json(void)
{
    char         *s;
    static char   text[16384];

    s = json_dumps(fake.call.answer.json, JSON_COMPACT|JSON_SORT_KEYS);
    snprintf(text, sizeof(text), "%s", s == NULL ? "" : s);
    free(s);

    return text;
}


static int
fake_set_up(void **state)
{
    memset(&fake, 0, sizeof(fake));
    fake.unit.loop = &fake.loop;
    fake.unit.host = &fake.host;

    return uv_loop_init(&fake.loop);
}


static int
fake_tear_down(void **state)
{
    fake_done();
    bmc_ipmi_forget(&fake.kept);

    return uv_loop_close(&fake.loop);
}


#define fake_test(f)                                                          \
    cmocka_unit_test_setup_teardown(f, fake_set_up, fake_tear_down)


/* answers by network function and command; the rest is 0xc1 */

typedef struct {
    uint8_t      netfn;
    uint8_t      cmd;
    fake_bmc_pt  answer;
} bmc_command_t;


static struct {
    const bmc_command_t  *commands;
    size_t                n;
    unsigned              count;     /* tests count what they like */
    uint8_t               code;
    uint8_t               got[32];
} bmc;


static void
bmc_answers(const fake_command_t *c, fake_answer_t *a)
{
    size_t  i;

    for (i = 0; i < bmc.n; i++) {
        if (bmc.commands[i].netfn == c->netfn
            && bmc.commands[i].cmd == c->cmd)
        {
            bmc.commands[i].answer(c, a);
            return;
        }
    }

    a->code = BMC_IPMI_INVALID;
}


static void __attribute__((unused))
bmc_is_(const bmc_command_t *commands, size_t n)
{
    memset(&bmc, 0, sizeof(bmc));
    bmc.commands = commands;
    bmc.n = n;
    fake.bmc = bmc_answers;
}


#define bmc_is(commands)                                                      \
    bmc_is_(commands, sizeof(commands) / sizeof(commands[0]))


static void __attribute__((unused))
says_ok(const fake_command_t *c, fake_answer_t *a)
{
}


/* -- what most BMCs say */

/* device 0x20, firmware 1.74, IPMI 2.0, maker 10876 = 0x2a7c, product 2081 */

static inline void
says_device_id(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x20, 0x01, 0x01, 0x74, 0x02, 0xbf, 0x7c, 0x2a, 0x00, 0x21,
               0x08, 0, 0, 0, 0);
}


/* an RFC 4122 version 4 as SMBIOS has it: the first three fields swapped */

static inline void
says_guid(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x46, 0x88, 0x99,
               0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff);
}


static inline void
says_lan(const fake_command_t *c, fake_answer_t *a)
{
    switch (c->data[1]) {

    case 3:
        fake_bytes(a, 0x11, 10, 0, 0, 7);
        break;

    case 4:
        fake_bytes(a, 0x11, 0x02);
        break;

    case 5:
        fake_bytes(a, 0x11, 0x02, 0xab, 0, 0, 0, 0x10);
        break;

    case 6:
        fake_bytes(a, 0x11, 255, 255, 255, 0);
        break;

    case 12:
        fake_bytes(a, 0x11, 0, 0, 0, 0);
        break;

    case 20:
        fake_bytes(a, 0x11, 0x0c, 0x80);
        break;
    }
}


#endif /* _IPMI_FAKE_H_INCLUDED_ */
