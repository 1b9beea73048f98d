
/*
 * Copyright (C) the bmcgate authors
 *
 * Which logs are of events, what an entry says, and several logs as one.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "drivers/redfish/reads.h"


#define LOG_ID_MAX  9007199254740992ULL  /* JSON's numbers are doubles */


/*
 * Not logs of the machine's events: who did what (Audit, HPE's SL), memory
 * dumps, the BMC's own syslog, what the host's console or firmware printed.
 */

static const char *const  log_parts[] = {
    "audit", "dump", "crash", "journal", "postcode", "hostlog", "debug",
    "security", "syslog", "faultlog", "telemetry"
};


bool
bmc_rf_log_is(const json_t *service)
{
    size_t       i;
    const char  *type, *id;

    type = bmc_rf_text(service, "LogEntryType");
    id = bmc_rf_text(service, "Id");

    if (type != NULL && strcasecmp(type, "Event") != 0
        && strcasecmp(type, "SEL") != 0 && strcasecmp(type, "Multiple") != 0
        && strcasecmp(type, "Oem") != 0)
    {
        return false;
    }

    if (id == NULL) {
        return true;
    }

    for (i = 0; i < sizeof(log_parts) / sizeof(log_parts[0]); i++) {
        if (strcasestr(id, log_parts[i]) != NULL) {
            return false;
        }
    }

    return strcasecmp(id, "SL") != 0;
}


bool
bmc_rf_log_skip(const char *path, size_t count, char *out, size_t size)
{
    int            len;
    char          *end;
    const char    *at;
    unsigned long  skip;

    at = strstr(path, "$skip=");
    at = at != NULL ? at : strstr(path, "%24skip=");

    if (at == NULL || count <= BMC_RF_LOG_MAX) {
        return false;
    }

    at = strchr(at, '=') + 1;
    skip = strtoul(at, &end, 10);

    if (end == at || skip >= count - BMC_RF_LOG_MAX) {
        return false;
    }

    len = snprintf(out, size, "%.*s%zu%s", (int) (at - path), path,
        count - BMC_RF_LOG_MAX, end);

    return len > 0 && (size_t) len < size;
}


static uint64_t
log_id(const char *text)
{
    size_t    len;
    uint64_t  id;

    len = text == NULL ? 0 : strlen(text);

    if (len == 0 || len > 16 || strspn(text, "0123456789") != len) {
        return 0;
    }

    id = strtoull(text, NULL, 10);

    return id < LOG_ID_MAX ? id : 0;
}


static void
log_severity(json_t *o, const json_t *json)
{
    size_t  i;

    static const char *const  words[][2] = {
        { "OK", "ok" }, { "Informational", "ok" }, { "Info", "ok" },
        { "Warning", "warning" }, { "Caution", "warning" },
        { "Critical", "critical" }, { "Fatal", "critical" }
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (bmc_rf_is(json, "Severity", words[i][0])) {
            bmc_rf_put(o, "severity", words[i][1]);
            return;
        }
    }
}


static void
log_sensor(json_t *o, const json_t *json)
{
    char         text[96], type[64];
    double       number;
    const char  *told;

    told = bmc_rf_text(json, "SensorType");

    if (told == NULL) {
        return;
    }

    bmc_rf_cut(type, sizeof(type), told);

    if (bmc_rf_number(json, "SensorNumber", &number) && number >= 0
        && number <= 0xff)
    {
        (void) snprintf(text, sizeof(text), "%s #0x%02x", type,
            (unsigned) number);
        bmc_rf_put(o, "sensor", text);
        return;
    }

    bmc_rf_put(o, "sensor", type);
}


static void
log_message(json_t *o, const json_t *json)
{
    char         text[BMC_RF_TEXT_MAX];
    size_t       i;
    const char  *told;

    static const char *const  keys[] = {
        "Message", "MessageId", "Description", "Name"
    };

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        told = bmc_rf_text(json, keys[i]);

        if (told == NULL) {
            continue;
        }

        bmc_rf_cut(text, sizeof(text), told);

        if (text[0] != '\0') {
            bmc_rf_put(o, "message", text);
            return;
        }
    }
}


/* false: it tells nothing; its id comes with the others */

bool
bmc_rf_entry(const json_t *json, bmc_rf_entry_t *entry)
{
    char        when[32];
    time_t      t;
    struct tm   tm;

    memset(entry, 0, sizeof(bmc_rf_entry_t));
    entry->json = json_object();
    entry->id = log_id(bmc_rf_text(json, "Id"));

    if (bmc_rf_time(bmc_rf_text(json, "Created"), &entry->time)) {
        t = (time_t) entry->time;

        if (gmtime_r(&t, &tm) != NULL
            && strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
        {
            bmc_rf_put(entry->json, "time", when);
        }

    } else {
        entry->time = 0;
    }

    log_severity(entry->json, json);
    log_sensor(entry->json, json);
    log_message(entry->json, json);

    if (bmc_rf_text(entry->json, "message") == NULL) {
        json_decref(entry->json);
        entry->json = NULL;
        return false;
    }

    return true;
}


/* by the first and the last that have a time; without any, by their ids */

bool
bmc_rf_log_backwards(const bmc_rf_entry_t *entry, size_t n)
{
    size_t  first, last;

    for (first = 0; first < n && entry[first].time == 0; first++) {
        /* void */
    }

    for (last = n; last > first && entry[last - 1].time == 0; last--) {
        /* void */
    }

    if (last > first && entry[first].time != entry[last - 1].time) {
        return entry[first].time > entry[last - 1].time;
    }

    return n > 1 && entry[0].id > entry[n - 1].id && entry[n - 1].id != 0;
}


/* what has no time stays behind what it followed */

void
bmc_rf_log_order(bmc_rf_entry_t *entry, size_t n)
{
    size_t          i;
    int64_t         order;
    bmc_rf_entry_t  other;

    if (bmc_rf_log_backwards(entry, n)) {
        for (i = 0; i < n / 2; i++) {
            other = entry[i];
            entry[i] = entry[n - 1 - i];
            entry[n - 1 - i] = other;
        }
    }

    order = 0;

    for (i = 0; i < n; i++) {
        order = entry[i].time != 0 ? entry[i].time : order;
        entry[i].order = order;
        entry[i].at = (uint32_t) i;
    }
}


static int
log_compare(const void *one, const void *two)
{
    const bmc_rf_entry_t  *a = one, *b = two;

    if (a->order != b->order) {
        return a->order < b->order ? -1 : 1;
    }

    if (a->service != b->service) {
        return a->service < b->service ? -1 : 1;
    }

    return (a->at > b->at) - (a->at < b->at);
}


void
bmc_rf_log_sort(bmc_rf_entry_t *entry, size_t n)
{
    if (n > 1) {
        qsort(entry, n, sizeof(bmc_rf_entry_t), log_compare);
    }
}


static int
log_compare_ids(const void *one, const void *two)
{
    const uint64_t  *a = one, *b = two;

    return (*a > *b) - (*a < *b);
}


/* the BMC's ids are told only when all are numbers and no two are alike */

static bool
log_ids(const bmc_rf_entry_t *entry, size_t n)
{
    bool       unique;
    size_t     i;
    uint64_t  *id;

    id = calloc(n + 1, sizeof(uint64_t));

    if (id == NULL) {
        return false;
    }

    for (i = 0; i < n; i++) {
        id[i] = entry[i].id;
    }

    qsort(id, n, sizeof(uint64_t), log_compare_ids);
    unique = n > 0 && id[0] != 0;

    for (i = 1; i < n && unique; i++) {
        unique = id[i] != id[i - 1];
    }

    free(id);

    return unique;
}


json_t *
bmc_rf_log_merge(bmc_rf_entry_t *entry, size_t n)
{
    bool      ids;
    size_t    i;
    json_t   *entries, *one;

    bmc_rf_log_sort(entry, n);

    ids = log_ids(entry, n);
    entries = json_array();

    for (i = 0; i < n; i++) {
        one = entry[i].json;

        if (json_object_set_new(one, "id", json_integer((json_int_t)
                (ids ? entry[i].id : (uint64_t) i + 1))) != 0
            || json_array_append(entries, one) != 0)
        {
            json_decref(entries);
            return NULL;
        }
    }

    return json_pack("{s:o}", "entries", entries);
}
