
/*
 * Copyright (C) the bmcgate authors
 *
 * A serial console: it shows a boot as it happens, and echoes what is typed.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/sim/sim.h"


#define CONSOLE_TICK   100           /* ms */
#define CONSOLE_LINES  (sizeof(console_boot) / sizeof(console_boot[0]))


typedef struct {
    int64_t   booted;                /* the boot that is shown */
    size_t    line;                  /* of it, to be shown next */
    size_t    nin;
    size_t    ntyped;
    bool      open;
    bool      on;
    char      in[512];               /* to be echoed */
    char      typed[64];             /* of the line so far */
} console_t;


static const struct {
    int64_t      at;                 /* ms since power on */
    const char  *text;
} console_boot[] = {
    { 0,    "\r\n\r\nbmcgate simulated BIOS 1.0\r\n" },
    { 100,  "CPU0: simulated processor\r\n" },
    { 200,  "Memory: 65536 MiB ok\r\n" },
    { 400,  "Booting from disk...\r\n" },
    { 500,  "[    0.000000] Linux version 6.1.0-sim\r\n" },
    { 550,  "[    0.000000] Command line: console=ttyS0,115200n8\r\n" },
    { 700,  "[    0.104512] smpboot: Total of 2 processors activated\r\n" },
    { 850,  "[    0.417903] serial8250: ttyS0 at I/O 0x3f8 is a 16550A\r\n" },
    { 1000, "[    0.912270] sda: 976773168 512-byte logical blocks\r\n" },
    { 1200, "[    1.350118] EXT4-fs (sda1): mounted filesystem\r\n" },
    { 1400, "[    1.688045] systemd[1]: Reached target Multi-User\r\n" },
    { 1500, "" }
};


static void
console_say(bmc_call_t *call, const char *s)
{
    if (s[0] != '\0') {
        bmc_call_data(call, s, strlen(s));
    }
}


static void
console_prompt(bmc_unit_t *unit, bmc_call_t *call)
{
    char  line[BMC_NAME_MAX + 16];

    snprintf(line, sizeof(line), "\r\n%s login: ", unit->host->name);
    console_say(call, line);
}


static void
console_line(bmc_unit_t *unit, bmc_call_t *call, console_t *c)
{
    c->typed[c->ntyped] = '\0';
    c->ntyped = 0;

    if (strcmp(c->typed, "help") == 0) {
        console_say(call, "\r\nThis console is simulated: it echoes what is "
                    "typed and shows the machine boot.");
    }

    console_prompt(unit, call);
}


static void
console_echo(bmc_unit_t *unit, bmc_call_t *call, console_t *c)
{
    char    ch;
    size_t  i;

    for (i = 0; i < c->nin && c->on && c->line == CONSOLE_LINES; i++) {
        ch = c->in[i];

        if (ch == '\r' || ch == '\n') {
            console_line(unit, call, c);
            continue;
        }

        bmc_call_data(call, &ch, 1);

        if (c->ntyped < sizeof(c->typed) - 1) {
            c->typed[c->ntyped++] = ch;
        }
    }

    /* nobody reads what is typed at a machine that is off, or boots */

    c->nin = 0;
}


static void
console_log(bmc_unit_t *unit, bmc_call_t *call, console_t *c, int64_t now)
{
    while (c->line < CONSOLE_LINES
           && now - c->booted >= console_boot[c->line].at)
    {
        console_say(call, console_boot[c->line].text);
        c->line++;

        if (c->line == CONSOLE_LINES) {
            console_prompt(unit, call);
        }
    }
}


static void
console_show(bmc_unit_t *unit, bmc_call_t *call, console_t *c, bool on,
    int64_t booted, int64_t now)
{
    if (c->on && !on) {
        console_say(call, "\r\n[the system is off]\r\n");
    }

    if (on && (!c->on || booted != c->booted)) {
        c->booted = booted;
        c->line = 0;
        c->ntyped = 0;
    }

    c->on = on;

    if (on) {
        console_log(unit, call, c, now);
    }

    console_echo(unit, call, c);
}


/* a machine that has booted shows its prompt, one that is off says so */

static void
console_begin(bmc_unit_t *unit, bmc_call_t *call, console_t *c,
    const bmc_sim_ask_t *ask, bool on, int64_t booted)
{
    c->open = true;
    c->on = on;
    c->booted = booted;

    bmc_call_opened(call);

    if (!on) {
        console_say(call, "[the system is off]\r\n");
        return;
    }

    if (ask->now - booted >= console_boot[CONSOLE_LINES - 1].at) {
        c->line = CONSOLE_LINES;
        console_prompt(unit, call);
    }
}


static console_t *
console_of(bmc_call_t *call)
{
    bmc_sim_job_t  *job;

    job = bmc_sim_job(call);

    if (job == NULL) {
        return NULL;
    }

    if (job->console == NULL) {
        job->console = bmc_pcalloc(call->pool, sizeof(console_t));
    }

    return job->console;
}


void
bmc_sim_console(bmc_unit_t *unit, bmc_call_t *call)
{
    bool             in, on;
    int64_t          booted;
    console_t       *c;
    bmc_sim_ask_t    ask;
    bmc_sim_job_t   *job;
    bmc_sim_unit_t  *u;

    u = unit->state;
    c = console_of(call);

    if (c == NULL) {
        bmc_sim_end(call, BMC_FAILED, "out of memory");
        return;
    }

    job = call->data;

    if (!bmc_sim_ask(&ask, unit, call)) {
        return;
    }

    in = !bmc_sim_is_silent(&ask)
         && bmc_sim_slot_use(ask.d, u->session, ask.now);
    on = ask.d->power == BMC_POWER_IS_ON;
    booted = ask.d->booted;

    bmc_sim_unlock(ask.m);

    if (!in) {
        bmc_sim_end(call, BMC_UNREACHABLE, "the simulated BMC is gone");
        return;
    }

    /* whoever gets the bytes may hang up, or close the unit */

    job->busy = true;

    if (!c->open) {
        console_begin(unit, call, c, &ask, on, booted);
    }

    console_show(unit, call, c, on, booted, ask.now);

    job->busy = false;

    if (job->hung || u->closing) {
        bmc_sim_end(call, BMC_OK, NULL);
        return;
    }

    bmc_sim_wait(unit, call, CONSOLE_TICK, bmc_sim_console);
}


/* echoed later, from the loop */

size_t
bmc_sim_console_write(bmc_unit_t *unit, bmc_call_t *call, const void *bytes,
    size_t len)
{
    console_t      *c;
    bmc_sim_job_t  *job;

    job = call->data;

    if (job == NULL || job->console == NULL) {
        return 0;
    }

    c = job->console;

    if (len > sizeof(c->in) - c->nin) {
        len = sizeof(c->in) - c->nin;
    }

    memcpy(c->in + c->nin, bytes, len);
    c->nin += len;

    bmc_sim_rouse(unit, call);

    return len;
}
