
/*
 * Copyright (C) the bmcgate authors
 *
 * What an answer, or its absence, changes on the board.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"
#include "base/buf.h"


#define NOTE_BACKOFF_MIN  1000
#define NOTE_BACKOFF_MAX  300000


static void
note_event(bmc_run_t *run, bmc_event_kind_t kind, uint8_t was, uint8_t is)
{
    bmc_event_t  event;

    if (was == is) {
        return;
    }

    memset(&event, 0, sizeof(event));
    event.kind = (uint8_t) kind;
    event.was = was;
    event.is = is;
    (void) snprintf(event.host, sizeof(event.host), "%s", run->conf->name);

    bmc_event_tell(run->b, &event);
}


static void
note_text(char *field, size_t size, const char *value)
{
    size_t  len;

    if (value != NULL) {
        len = strnlen(value, size - 1);
        memmove(field, value, len);
        field[len] = '\0';
    }
}


static void
note_facts(bmc_view_t *v, const bmc_answer_t *a)
{
    note_text(v->vendor, sizeof(v->vendor), a->vendor);
    note_text(v->model, sizeof(v->model), a->model);
    note_text(v->serial, sizeof(v->serial), a->serial);
    note_text(v->firmware, sizeof(v->firmware), a->firmware);
    note_text(v->uuid, sizeof(v->uuid), a->uuid);
}


static void
note_answer(bmc_run_t *run, bmc_view_t *v, const bmc_answer_t *a, int64_t now)
{
    if (a->has & BMC_HAS_POWER) {
        if (v->power != a->power || v->power_since == 0) {
            v->power_since = now;
        }

        v->power = (uint8_t) a->power;
        v->power_at = now;
    }

    if (a->has & BMC_HAS_HEALTH) {
        v->health = (uint8_t) a->health;
    }

    if (a->has & BMC_HAS_BOOT) {
        note_text(v->boot, sizeof(v->boot), a->boot);
        v->boot_persistent = a->boot_persistent;
        v->boot_efi = a->boot_efi;
        v->boot_at = now;
    }

    if (a->has & BMC_HAS_LED) {
        v->led = (uint8_t) a->led;
        v->led_at = now;
    }

    if (a->has & BMC_HAS_WATTS) {
        v->watts = a->watts;
        v->watts_at = now;
    }

    if (a->has & BMC_HAS_FACTS) {
        note_facts(v, a);
        v->facts_at = now;
    }

    if (a->has & BMC_HAS_SENSORS) {
        bmc_board_write_sensors(run->b->board, run->slot, a->sensors,
            a->nsensors);
        v->sensors_at = now;
    }
}


/* 1 s, 2 s, 4 s … 5 min, and a little of each host's own */

static int64_t
note_backoff(const bmc_run_t *run, uint32_t failures)
{
    int64_t  ms;

    ms = NOTE_BACKOFF_MAX;

    if (failures < 9) {
        ms = (int64_t) NOTE_BACKOFF_MIN << (failures - 1);
    }

    return ms + ms * (int64_t) (run->slot % 16) / 64;
}


static void
note_silence(bmc_run_t *run, bmc_view_t *v, int64_t now)
{
    v->failures++;
    v->retry_at = now + note_backoff(run, v->failures);
    v->reach = BMC_REACH_NO;
}


static void
note_reached(bmc_view_t *v, int64_t now)
{
    v->answered_at = now;
    v->failures = 0;
    v->retry_at = 0;
    v->reach = BMC_REACH_YES;
    v->refused_as = 0;
}


static void
note_outcome(bmc_run_t *run, bmc_view_t *v, bmc_rc_t rc, int64_t now)
{
    switch (rc) {

    case BMC_OK:
    case BMC_REFUSED:
    case BMC_UNSUPPORTED:
    case BMC_BUSY:
        note_reached(v, now);
        return;

    case BMC_UNREACHABLE:
    case BMC_TIMEOUT:
        note_silence(run, v, now);
        return;

    case BMC_BAD_LOGIN:
        v->reach = BMC_REACH_REFUSED;
        v->refused_as = run->conf->fingerprint;
        return;

    case BMC_FAILED:
    case BMC_USAGE:
    case BMC_CONF:
    case BMC_DENIED:
    case BMC_NO_HOST:
    case BMC_NO_VERB:
    case BMC_LIMITED:
    case BMC_UNKNOWN:
    case BMC_UNVERIFIED:
    case BMC_UNAUDITED:
    case BMC_CANCELLED:
    case BMC_CLOSED:
    case BMC_RC_MAX:
        return;
    }
}


void
bmc_note(bmc_run_t *run, const bmc_driver_t *driver, bmc_rc_t rc,
    const char *text, const bmc_answer_t *answer)
{
    int64_t     now;
    bmc_view_t  was, v;

    if (rc == BMC_CANCELLED) {
        return;
    }

    now = bmc_now();
    bmc_board_read(run->b->board, run->slot, &was);
    v = was;

    v.tried_at = now;
    v.error = (uint8_t) rc;
    note_text(v.message, sizeof(v.message), rc == BMC_OK ? "" : text);
    note_outcome(run, &v, rc, now);

    if (rc == BMC_OK) {
        note_text(v.driver, sizeof(v.driver), driver->name);
        note_answer(run, &v, answer, now);
    }

    bmc_board_write(run->b->board, run->slot, &v);

    note_event(run, BMC_EVENT_POWER, was.power, v.power);
    note_event(run, BMC_EVENT_REACH, was.reach, v.reach);
    note_event(run, BMC_EVENT_HEALTH, was.health, v.health);
}


void
bmc_note_retry(bmc_run_t *run)
{
    bmc_view_t  v;

    bmc_board_read(run->b->board, run->slot, &v);

    v.failures = 0;
    v.retry_at = 0;
    v.refused_as = 0;

    if (v.reach != BMC_REACH_YES) {
        v.reach = BMC_REACH_UNKNOWN;
    }

    bmc_board_write(run->b->board, run->slot, &v);
}


void
bmc_note_change(bmc_run_t *run, uint64_t op)
{
    bmc_view_t  v;

    bmc_board_read(run->b->board, run->slot, &v);
    v.last_op = op;
    v.changed_at = bmc_now();
    bmc_board_write(run->b->board, run->slot, &v);
}
