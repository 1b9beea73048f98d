
/*
 * Copyright (C) the bmcgate authors
 *
 * The system event log.  It is read entry by entry, some 10 ms each, so what
 * has been read is kept: a read that a deadline ended is continued by the
 * next one, and a log that was read whole is asked for what is new in it.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "drivers/ipmi/verbs.h"


#define SEL_INFO     0x40            /* commands */
#define SEL_RESERVE  0x42
#define SEL_GET      0x43
#define SEL_CLEAR    0x47

#define SEL_LAST      0xffff
#define SEL_LOST_MAX  4               /* reservations */
#define SEL_ROOM      64              /* entries, at first */
#define SEL_AGE       300000          /* ms; some read logs every minute */


typedef struct {
    uint16_t  asked;                 /* for the entry under way */
    uint16_t  lost;
    uint16_t  there;                 /* entries, when it began */
    uint16_t  got;                   /* of them by this call */
    uint8_t   seen[0x10000 / 8];     /* a log may run in circles */
} sel_job_t;


static void sel_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len);


static void
sel_get(bmc_ipmi_job_t *job, uint16_t id, bmc_ipmi_told_pt told)
{
    uint8_t     data[6];
    sel_job_t  *j;

    j = job->data;
    j->asked = id;

    memset(data, 0, sizeof(data));
    data[2] = id & 0xff;
    data[3] = id >> 8;
    data[5] = 0xff;

    bmc_ipmi_ask(job, BMC_IPMI_STORAGE, SEL_GET, data, sizeof(data), 0,
        told);
}


void
bmc_ipmi_log_forget(bmc_ipmi_kept_t *kept)
{
    free(kept->log.entry);
    memset(&kept->log, 0, sizeof(bmc_ipmi_log_t));
}


/*
 * No timer: whoever keeps a session also polls, and who does neither closes
 * the unit.
 */

void
bmc_ipmi_log_tidy(bmc_ipmi_kept_t *kept, int64_t now)
{
    if (kept->log.at != 0 && now - kept->log.at > SEL_AGE) {
        bmc_ipmi_log_forget(kept);
    }
}


static bool
sel_keep(bmc_ipmi_log_t *log, uint16_t id, const uint8_t *record)
{
    uint32_t           room;
    bmc_ipmi_entry_t  *more;

    if (log->n == log->room) {
        room = log->room == 0 ? SEL_ROOM : log->room * 2;
        more = realloc(log->entry, room * sizeof(bmc_ipmi_entry_t));

        if (more == NULL) {
            return false;
        }

        log->entry = more;
        log->room = room;
    }

    log->entry[log->n].id = id;
    memcpy(log->entry[log->n].bytes, record, BMC_IPMI_SEL_RECORD);
    log->n++;

    return true;
}


static void
sel_put_sensor(json_t *json, const bmc_ipmi_event_t *e,
    const bmc_ipmi_sensor_t *s)
{
    char         text[64];
    const char  *type;

    if (s != NULL && s->name[0] != '\0') {
        bmc_ipmi_put(json, "sensor", s->name);
        return;
    }

    if (!e->system) {
        return;
    }

    type = bmc_ipmi_type_text(e->sensor_type);

    if (type != NULL) {
        (void) snprintf(text, sizeof(text), "%s #0x%02x", type, e->sensor);

    } else {
        (void) snprintf(text, sizeof(text), "type 0x%02x #0x%02x",
            e->sensor_type, e->sensor);
    }

    bmc_ipmi_put(json, "sensor", text);
}


static json_t *
sel_entry(const bmc_ipmi_kept_t *kept, const uint8_t *record)
{
    char                      when[32];
    time_t                    t;
    json_t                   *json;
    struct tm                 tm;
    bmc_ipmi_event_t          e;
    const bmc_ipmi_sensor_t  *s;

    s = NULL;
    (void) bmc_ipmi_sel_decode(record, BMC_IPMI_SEL_RECORD, &e);

    if (e.system) {
        s = bmc_ipmi_sdr_find(kept, e.generator, e.lun, e.sensor);
    }

    bmc_ipmi_sel_text(&e, s, record);

    json = json_pack("{s:i, s:s, s:s}", "id", (int) e.id,
        "severity", bmc_health_name(e.severity), "message", e.message);

    if (json == NULL) {
        return NULL;
    }

    t = (time_t) e.time;

    if (t != 0 && gmtime_r(&t, &tm) != NULL
        && strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
    {
        bmc_ipmi_put(json, "time", when);
    }

    sel_put_sensor(json, &e, s);

    return json;
}


static void
sel_end(bmc_ipmi_job_t *job)
{
    uint32_t          i;
    json_t           *entries;
    bmc_ipmi_kept_t  *kept;

    kept = bmc_ipmi_kept(job->unit);
    entries = json_array();

    for (i = 0; i < kept->log.n; i++) {
        if (json_array_append_new(entries,
                sel_entry(kept, kept->log.entry[i].bytes)) != 0)
        {
            json_decref(entries);
            bmc_ipmi_end(job, BMC_FAILED, "out of memory");
            return;
        }
    }

    bmc_ipmi_tell(job, json_pack("{s:o}", "entries", entries));
}


/* the answer to Get SEL Entry; else the job has been ended */

static bool
sel_is_entry(bmc_ipmi_job_t *job, uint8_t code, size_t len)
{
    return bmc_ipmi_whole(job, code, len, 2 + BMC_IPMI_SEL_RECORD,
        "event log");
}


static void
sel_mark(sel_job_t *j, uint16_t id)
{
    j->seen[id / 8] |= (uint8_t) (1u << id % 8);
}


static void
sel_follow(bmc_ipmi_job_t *job, const uint8_t *data)
{
    uint16_t    next;
    sel_job_t  *j;

    j = job->data;
    next = (uint16_t) bmc_ipmi_le16(data);

    if (next == SEL_LAST || next == 0
        || (j->seen[next / 8] & 1u << next % 8))
    {
        sel_end(job);
        return;
    }

    if (j->got == 0 || !bmc_ipmi_paused(job, "event log",
            bmc_ipmi_kept(job->unit)->log.n, j->there))
    {
        sel_get(job, next, sel_told);
    }
}


static void
sel_take(bmc_ipmi_job_t *job, const uint8_t *data)
{
    uint16_t          id;
    sel_job_t        *j;
    bmc_ipmi_kept_t  *kept;

    j = job->data;
    kept = bmc_ipmi_kept(job->unit);
    id = j->asked != 0 ? j->asked : (uint16_t) bmc_ipmi_le16(data + 2);

    if (!sel_keep(&kept->log, id, data + 2)) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    j->got++;
    sel_mark(j, id);
    sel_follow(job, data);
}


static void
sel_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    /* entries may go while they are read, and an empty log has none */

    if (code == BMC_IPMI_ABSENT) {
        sel_end(job);

    } else if (sel_is_entry(job, code, len)) {
        sel_take(job, data);
    }
}


/* is what is kept still at the end of the log, or somewhere in it? */

static void
sel_told_last(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    uint32_t         i;
    bmc_ipmi_log_t  *log;

    log = &bmc_ipmi_kept(job->unit)->log;

    if (code != BMC_IPMI_ABSENT && !sel_is_entry(job, code, len)) {
        return;
    }

    if (code == 0 && memcmp(log->entry[log->n - 1].bytes, data + 2,
                            BMC_IPMI_SEL_RECORD) == 0)
    {
        for (i = 0; i < log->n; i++) {
            sel_mark(job->data, log->entry[i].id);
        }

        sel_follow(job, data);
        return;
    }

    log->n = 0;
    sel_get(job, 0, sel_told);
}


/* what stood before it was overwritten: not all logs stop when full */

static void
sel_told_first(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    uint32_t         i;
    bmc_ipmi_log_t  *log;

    log = &bmc_ipmi_kept(job->unit)->log;

    if (code == BMC_IPMI_ABSENT) {
        log->n = 0;
        sel_end(job);
        return;
    }

    if (!sel_is_entry(job, code, len)) {
        return;
    }

    for (i = 0; i < log->n; i++) {
        if (memcmp(log->entry[i].bytes, data + 2, BMC_IPMI_SEL_RECORD)
            == 0)
        {
            break;
        }
    }

    log->n -= i;
    memmove(log->entry, log->entry + i, log->n * sizeof(bmc_ipmi_entry_t));

    if (log->n == 0) {
        sel_take(job, data);
        return;
    }

    sel_get(job, log->entry[log->n - 1].id, sel_told_last);
}


static void
sel_told_info(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    uint32_t          erased;
    sel_job_t        *j;
    bmc_ipmi_kept_t  *kept;

    if (!bmc_ipmi_whole(job, code, len, 3, "event log")) {
        return;
    }

    j = job->data;
    j->there = (uint16_t) bmc_ipmi_le16(data + 1);

    kept = bmc_ipmi_kept(job->unit);
    erased = len < 13 ? 0 : bmc_ipmi_le32(data + 9);

    if (j->there == 0 || erased != kept->log.erased) {
        bmc_ipmi_log_forget(kept);
    }

    kept->log.at = bmc_now();
    kept->log.erased = erased;

    if (j->there == 0) {
        sel_end(job);

    } else {
        sel_get(job, 0, kept->log.n == 0 ? sel_told : sel_told_first);
    }
}


/* without sensor records, entries have numbers in place of names */

static void
sel_loaded(bmc_ipmi_job_t *job, uint8_t code)
{
    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "event log");
        return;
    }

    bmc_ipmi_ask(job, BMC_IPMI_STORAGE, SEL_INFO, NULL, 0, 0,
        sel_told_info);
}


void
bmc_ipmi_log(bmc_ipmi_job_t *job)
{
    if (bmc_ipmi_room(job, sizeof(sel_job_t))) {
        bmc_ipmi_sdr_load(job, sel_loaded);
    }
}


static void sel_told_reserve(bmc_ipmi_job_t *job, uint8_t code,
    const uint8_t *data, size_t len);


static void
sel_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    sel_job_t  *j;

    j = job->data;

    /* nothing was cleared: the reservation was lost to somebody else */

    if (code == BMC_IPMI_LOST && ++j->lost < SEL_LOST_MAX) {
        bmc_ipmi_ask(job, BMC_IPMI_STORAGE, SEL_RESERVE, NULL, 0, 0,
            sel_told_reserve);
        return;
    }

    if (code != 0) {
        bmc_ipmi_refused(job, code, "clearing the event log");
        return;
    }

    bmc_ipmi_log_forget(bmc_ipmi_kept(job->unit));
    bmc_ipmi_end(job, BMC_OK, "");
}


static void
sel_told_reserve(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    uint8_t  clear[6] = { 0, 0, 'C', 'L', 'R', 0xaa };

    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "clearing the event log");
        return;
    }

    /* a BMC that knows no reservations wants 0 */

    if (code == 0 && len >= 2) {
        clear[0] = data[0];
        clear[1] = data[1];
    }

    bmc_ipmi_ask(job, BMC_IPMI_STORAGE, SEL_CLEAR, clear, sizeof(clear),
        BMC_IPMI_CHANGES, sel_done);
}


void
bmc_ipmi_log_clear(bmc_ipmi_job_t *job)
{
    if (bmc_ipmi_room(job, sizeof(sel_job_t))) {
        bmc_ipmi_ask(job, BMC_IPMI_STORAGE, SEL_RESERVE, NULL, 0, 0,
            sel_told_reserve);
    }
}
