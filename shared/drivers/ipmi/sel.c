
/*
 * Copyright (C) the bmcgate authors
 *
 * The system event log.
 */


#include <stdio.h>
#include <string.h>
#include <time.h>

#include "drivers/ipmi/verbs.h"


#define SEL_INFO     0x40            /* commands */
#define SEL_RESERVE  0x42
#define SEL_GET      0x43
#define SEL_CLEAR    0x47

#define SEL_LAST      0xffff
#define SEL_LOST_MAX  4               /* reservations */


typedef struct {
    uint16_t  next;
    uint16_t  lost;
    uint8_t   seen[0x10000 / 8];     /* a log may run in circles */
} sel_job_t;


static void sel_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len);


static void
sel_get(bmc_ipmi_job_t *job)
{
    uint8_t     data[6];
    sel_job_t  *j;

    j = job->data;

    memset(data, 0, sizeof(data));
    data[2] = j->next & 0xff;
    data[3] = j->next >> 8;
    data[5] = 0xff;

    bmc_ipmi_ask(job, BMC_IPMI_STORAGE, SEL_GET, data, sizeof(data), 0,
        sel_told);
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
sel_entry(const bmc_ipmi_kept_t *kept, const uint8_t *record,
    bmc_ipmi_event_t *e)
{
    char                      when[32];
    time_t                    t;
    json_t                   *json;
    struct tm                 tm;
    const bmc_ipmi_sensor_t  *s;

    s = NULL;

    if (e->system) {
        s = bmc_ipmi_sdr_find(kept, e->generator, e->lun, e->sensor);
    }

    bmc_ipmi_sel_text(e, s, record);

    json = json_pack("{s:i, s:s, s:s}", "id", (int) e->id,
        "severity", bmc_health_name(e->severity), "message", e->message);

    if (json == NULL) {
        return NULL;
    }

    t = (time_t) e->time;

    if (t != 0 && gmtime_r(&t, &tm) != NULL
        && strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
    {
        bmc_ipmi_put(json, "time", when);
    }

    sel_put_sensor(json, e, s);

    return json;
}


static void
sel_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    json_t            *entries;
    uint16_t           next;
    sel_job_t         *j;
    bmc_ipmi_event_t   e;

    j = job->data;
    entries = json_object_get(job->call->answer.json, "entries");

    /* entries may go while they are read, and an empty log has none */

    if (code == BMC_IPMI_ABSENT) {
        bmc_ipmi_end(job, BMC_OK, "");
        return;
    }

    if (code != 0) {
        bmc_ipmi_refused(job, code, "event log");
        return;
    }

    if (len < 2 || !bmc_ipmi_sel_decode(data + 2, len - 2, &e)) {
        bmc_ipmi_short(job, "event log");
        return;
    }

    if (json_array_append_new(entries,
            sel_entry(bmc_ipmi_kept(job->unit), data + 2, &e)) != 0)
    {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    next = (uint16_t) bmc_ipmi_le16(data);

    if (next == SEL_LAST || next == 0
        || (j->seen[next / 8] & 1u << next % 8))
    {
        bmc_ipmi_end(job, BMC_OK, "");
        return;
    }

    j->seen[next / 8] |= (uint8_t) (1u << next % 8);
    j->next = next;
    sel_get(job);
}


static void
sel_told_info(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    if (!bmc_ipmi_whole(job, code, len, 3, "event log")) {
        return;
    }

    if (bmc_ipmi_le16(data + 1) == 0) {
        bmc_ipmi_end(job, BMC_OK, "");
        return;
    }

    sel_get(job);
}


/* without sensor records, entries have numbers in place of names */

static void
sel_loaded(bmc_ipmi_job_t *job, uint8_t code)
{
    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "event log");
        return;
    }

    job->call->answer.json = json_pack("{s:[]}", "entries");

    if (job->call->answer.json == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
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
