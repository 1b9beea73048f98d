
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>
#include <strings.h>

#include "drivers/redfish/changes.h"


#define CHANGES_INFO  "@Message.ExtendedInfo"


static const char *changes_message(const json_t *message);
static void changes_wipe(void *data);


bmc_quirks_t
bmc_rf_quirks(const bmc_rf_job_t *job)
{
    unsigned      i;
    bmc_quirks_t  set;

    set = 0;

    for (i = 0; i < BMC_QUIRK_MAX; i++) {
        if (bmc_rf_quirk(job, (bmc_quirk_t) i)) {
            set |= (bmc_quirks_t) 1 << i;
        }
    }

    return set;
}


bool
bmc_rf_arg_true(const bmc_rf_job_t *job, const char *name, bool absent)
{
    const char  *word;

    word = bmc_call_arg(job->call, name);

    if (word == NULL) {
        return absent;
    }

    return strcasecmp(word, "on") == 0 || strcasecmp(word, "yes") == 0
           || strcasecmp(word, "true") == 0 || strcmp(word, "1") == 0;
}


bool
bmc_rf_arg_text(bmc_rf_job_t *job, const char *name, const char **text)
{
    json_t  *string;

    *text = bmc_call_arg(job->call, name);

    if (*text == NULL) {
        return true;
    }

    string = json_string(*text);

    if (string == NULL) {
        bmc_rf_end(job, BMC_USAGE, "%s: expected UTF-8, for Redfish has no "
            "other text", name);
        return false;
    }

    changes_wipe(string);

    return true;
}


bool
bmc_rf_taken(bmc_rf_job_t *job, json_t *json, const char *what)
{
    const char  *undone;

    if (job->status >= 400) {
        bmc_rf_refused(job, json, what);
        return false;
    }

    undone = bmc_rf_undone(json);

    if (undone != NULL) {
        bmc_rf_end(job, BMC_REFUSED, "%s: %s", what, undone);
        return false;
    }

    return true;
}


/*
 * Annotations stand beside the property that they are about, or at the top,
 * or in an "error" that is none: "Success", or that a reset is needed.
 */

const char *
bmc_rf_undone(const json_t *json)
{
    size_t       i, len;
    json_t      *value, *message;
    const char  *key, *text;

    text = NULL;

    if (json_is_array(json)) {
        json_array_foreach(json, i, value) {
            if (text == NULL) {
                text = bmc_rf_undone(value);
            }
        }
    }

    json_object_foreach((json_t *) json, key, value) {
        len = strlen(key);

        if (len < sizeof(CHANGES_INFO) - 1
            || strcmp(key + len - (sizeof(CHANGES_INFO) - 1), CHANGES_INFO)
               != 0)
        {
            text = text == NULL ? bmc_rf_undone(value) : text;
            continue;
        }

        json_array_foreach(value, i, message) {
            text = text == NULL ? changes_message(message) : text;
        }
    }

    return text;
}


/* "Base.1.8.PropertyNotWritable" and its family, unless it is only a hint */

static const char *
changes_message(const json_t *message)
{
    const char  *id, *last, *severity;

    id = bmc_rf_text(message, "MessageId");
    severity = bmc_rf_text(message, "MessageSeverity");

    if (severity == NULL) {
        severity = bmc_rf_text(message, "Severity");
    }

    if (id == NULL || (severity != NULL && strcmp(severity, "OK") == 0)) {
        return NULL;
    }

    last = strrchr(id, '.');
    last = last == NULL ? id : last + 1;

    if (strncmp(last, "Property", 8) != 0
        && strncmp(last, "ActionParameter", 15) != 0)
    {
        return NULL;
    }

    return bmc_rf_text(message, "Message") != NULL
           ? bmc_rf_text(message, "Message") : id;
}


bool
bmc_rf_names(const json_t *json, const char *word)
{
    size_t       i;
    json_t      *value;
    const char  *key;

    if (json_is_string(json)) {
        return strstr(json_string_value(json), word) != NULL;
    }

    json_array_foreach(json, i, value) {
        if (bmc_rf_names(value, word)) {
            return true;
        }
    }

    json_object_foreach((json_t *) json, key, value) {
        if (strstr(key, word) != NULL || bmc_rf_names(value, word)) {
            return true;
        }
    }

    return false;
}


bool
bmc_rf_arg_secret(bmc_rf_job_t *job, const char *name, json_t **secret)
{
    const char  *text;

    *secret = NULL;

    if (!bmc_rf_arg_text(job, name, &text)) {
        return false;
    }

    if (text == NULL) {
        return true;
    }

    *secret = json_string(text);

    if (*secret == NULL
        || bmc_pool_cleanup(job->call->pool, changes_wipe, *secret) != 0)
    {
        changes_wipe(*secret);
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return false;
    }

    return true;
}


/* jansson's copy is its own, and nobody compares it with anything */

static void
changes_wipe(void *data)
{
    if (data != NULL) {
        explicit_bzero((char *) json_string_value(data),
            json_string_length(data));
        json_decref(data);
    }
}
