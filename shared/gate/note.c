
/*
 * Copyright (C) the bmcgate authors
 *
 * What an answer, or its absence, changes on the board.
 */


#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/core.h"
#include "base/buf.h"


#define NOTE_BACKOFF_MIN  1000
#define NOTE_BACKOFF_MAX  300000
#define NOTE_QUIET        2          /* of drivers: 4 s, 8 s, … */


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


/* who made the BMC is better than nobody, and worse than who made it all */

static void
note_facts(bmc_view_t *v, const bmc_answer_t *a)
{
    if (v->vendor[0] == '\0') {
        note_text(v->vendor, sizeof(v->vendor), a->maker);
    }

    note_text(v->maker, sizeof(v->maker), a->maker);
    note_text(v->vendor, sizeof(v->vendor), a->vendor);
    note_text(v->model, sizeof(v->model), a->model);
    note_text(v->serial, sizeof(v->serial), a->serial);
    note_text(v->firmware, sizeof(v->firmware), a->firmware);
    note_text(v->uuid, sizeof(v->uuid), a->uuid);
}


static void
note_say(const bmc_run_t *run, const char *fmt, ...)
{
    char     text[BMC_TEXT_MAX + BMC_NAME_MAX];
    va_list  ap;

    if (run->b->say == NULL) {
        return;
    }

    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);

    run->b->say(run->b->say_data, text);
}


/*
 * Two drivers that do not agree about power.  The other one must have told
 * since this one has seen no change, and this one once more since.
 */

static void
note_dispute(const bmc_run_t *run, bmc_view_t *v)
{
    bool  known, was;

    was = v->disputed;
    known = v->power_other_at != 0 && v->power != BMC_POWER_IS_UNKNOWN
            && v->power_other != BMC_POWER_IS_UNKNOWN;

    if (known && v->power == v->power_other) {
        v->disputed = false;

    } else if (!known || v->power_other_at <= v->power_since) {
        v->disputed = false;
        return;

    } else if (v->power_at >= v->power_other_at) {
        v->disputed = true;
    }

    if (v->disputed && !was) {
        note_say(run, "%s: %s says that it is %s, %s says %s",
            run->conf->name, v->driver,
            bmc_power_name((bmc_power_t) v->power), v->driver_other,
            bmc_power_name((bmc_power_t) v->power_other));

    } else if (was && !v->disputed) {
        note_say(run, "%s: %s and %s agree again that it is %s",
            run->conf->name, v->driver, v->driver_other,
            bmc_power_name((bmc_power_t) v->power));
    }
}


/* what another driver said before is kept, and looked at with its age */

static void
note_power(bmc_run_t *run, bmc_view_t *v, const bmc_driver_t *driver,
    const bmc_answer_t *a, int64_t now)
{
    bool  same;

    same = strcmp(v->driver, driver->name) == 0;

    if (!same && v->power != BMC_POWER_IS_UNKNOWN) {
        note_text(v->driver_other, sizeof(v->driver_other), v->driver);
        v->power_other = v->power;
        v->power_other_at = v->power_at;

    } else if (v->power != a->power) {
        v->power_other_at = 0;
        run->opine = true;
    }

    if (v->power != a->power || v->power_since == 0) {
        v->power_since = now;
    }

    v->power = (uint8_t) a->power;
    v->power_at = now;
    note_text(v->driver, sizeof(v->driver), driver->name);
    note_dispute(run, v);
}


static void
note_answer(bmc_run_t *run, bmc_view_t *v, const bmc_driver_t *driver,
    const bmc_answer_t *a, int64_t now)
{
    if (a->has & BMC_HAS_POWER) {
        note_power(run, v, driver, a, now);

    } else if (v->power_at == 0) {
        note_text(v->driver, sizeof(v->driver), driver->name);
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


static bool
note_is_answer(bmc_rc_t rc)
{
    return rc == BMC_OK || rc == BMC_REFUSED || rc == BMC_UNSUPPORTED
           || rc == BMC_BUSY;
}


static bool
note_is_silence(bmc_rc_t rc)
{
    return rc == BMC_UNREACHABLE || rc == BMC_TIMEOUT;
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
note_silence(const bmc_run_t *run, bmc_view_t *v, int64_t now)
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
}


/* what it means for the driver alone */

static void
note_driver(const bmc_run_t *run, bmc_view_t *v, unsigned i, bmc_rc_t rc,
    const char *text, int64_t now)
{
    unsigned  bit;

    bit = 1u << i;
    v->drivers_as = run->conf->fingerprint;

    if (note_is_answer(rc)) {
        v->quiet[i] = 0;
        v->quiet_until[i] = 0;
        v->heard |= (uint8_t) bit;
        v->refused &= (uint8_t) ~bit;
        return;
    }

    if (note_is_silence(rc)) {
        v->quiet[i] += v->quiet[i] < UINT8_MAX;
        v->quiet_until[i] = (uint32_t) ((now
            + note_backoff(run, v->quiet[i] + NOTE_QUIET) + 999) / 1000);
        return;
    }

    if (rc != BMC_BAD_LOGIN) {
        return;
    }

    if (run->conf->ndrivers > 1 && !(v->refused & bit)) {
        note_say(run, "%s: not asked again by %s, until the configuration "
            "changes or \"bmcctl retry\": %s", run->conf->name,
            run->conf->driver[i]->name, text);
    }

    v->refused |= (uint8_t) bit;
}


/*
 * A host is silent when no driver is left that it answers; one whose login
 * is refused is left by all others' silence only.
 */

static bool
note_is_silent(const bmc_run_t *run, const bmc_view_t *v, bmc_rc_t rc)
{
    unsigned  i;

    for (i = 0; i < run->conf->ndrivers; i++) {
        if ((v->refused & 1u << i) || v->quiet[i] > 0) {
            continue;
        }

        if (rc == BMC_BAD_LOGIN || (v->heard & 1u << i)) {
            return false;
        }
    }

    return true;
}


static void
note_outcome(const bmc_run_t *run, bmc_view_t *v, bmc_rc_t rc, int64_t now)
{
    if (note_is_answer(rc)) {
        note_reached(v, now);

    } else if (v->refused == bmc_order_all(run)) {
        v->reach = BMC_REACH_REFUSED;

    } else if ((rc == BMC_BAD_LOGIN || note_is_silence(rc))
               && note_is_silent(run, v, rc))
    {
        note_silence(run, v, now);
    }
}


static void
note_events(bmc_run_t *run, const bmc_view_t *was, const bmc_view_t *is)
{
    note_event(run, BMC_EVENT_POWER, was->power, is->power);
    note_event(run, BMC_EVENT_REACH, was->reach, is->reach);
    note_event(run, BMC_EVENT_HEALTH, was->health, is->health);
}


/* another driver's opinion: the host is what who is asked first says */

static void
note_second(const bmc_run_t *run, bmc_view_t *v, const bmc_doing_t *doing,
    bmc_rc_t rc, int64_t now)
{
    const bmc_answer_t  *a;

    a = &doing->call.answer;

    if (rc != BMC_OK || !(a->has & BMC_HAS_POWER)
        || strcmp(doing->driver->name, v->driver) == 0)
    {
        return;
    }

    v->power_other = (uint8_t) a->power;
    v->power_other_at = now;
    note_text(v->driver_other, sizeof(v->driver_other), doing->driver->name);
    note_dispute(run, v);
}


/* of whom we do not believe it is nothing is known, nor that it is there */

static bool
note_is_nothing(const bmc_doing_t *doing, bmc_rc_t rc)
{
    return rc == BMC_CANCELLED
           || (doing->call.verb == BMC_BMC_TRUST && rc != BMC_OK
               && !note_is_silence(rc));
}


void
bmc_note(const bmc_doing_t *doing, bmc_rc_t rc, const char *text, bool last)
{
    int64_t     now;
    bmc_run_t  *run;
    bmc_view_t  was, v;

    if (note_is_nothing(doing, rc)) {
        return;
    }

    run = doing->run;
    now = bmc_now();
    bmc_order_read(run, &was);
    v = was;

    v.tried_at = now;
    note_driver(run, &v, doing->index, rc, text, now);

    if (doing->second) {
        note_second(run, &v, doing, rc, now);

    } else if (last || note_is_answer(rc)) {
        v.error = (uint8_t) rc;
        note_text(v.message, sizeof(v.message), rc == BMC_OK ? "" : text);
        note_outcome(run, &v, rc, now);
    }

    if (rc == BMC_OK && !doing->second) {
        note_answer(run, &v, doing->driver, &doing->call.answer, now);
    }

    bmc_board_write(run->b->board, run->slot, &v);
    note_events(run, &was, &v);

    if (was.retry_at != 0 && v.retry_at == 0) {
        bmc_poll_again(run);
    }
}


void
bmc_note_retry(bmc_run_t *run)
{
    bmc_view_t  v;

    bmc_order_read(run, &v);

    v.failures = 0;
    v.retry_at = 0;
    v.refused = 0;
    v.heard = 0;
    memset(v.quiet, 0, sizeof(v.quiet));
    memset(v.quiet_until, 0, sizeof(v.quiet_until));

    if (v.reach != BMC_REACH_YES) {
        v.reach = BMC_REACH_UNKNOWN;
    }

    bmc_board_write(run->b->board, run->slot, &v);
    bmc_poll_again(run);
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
