
/*
 * Copyright (C) the bmcgate authors
 *
 * What went wrong, in the BMC's own words, and what follows from it.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


#define ERRORS_INFO   "@Message.ExtendedInfo"
#define ERRORS_TOLD   4              /* messages in a text */


/* parts of a message's id that mean "not now" */

static const char *const  errors_later[] = {
    "SYS518",                            /* iDRAC: not ready */
    "InvalidOperationForSystemState",    /* iLO */
    "UnableToModifyDuringSystemPOST",
    "RAC0218",                           /* iDRAC: sessions */
    "SessionLimitExceeded",
    "CreateLimitReachedForResource",
    "ServiceTemporarilyUnavailable",
    "ServiceShuttingDown",
    "ResourceInStandby",
    "ServerNotReady"
};


/* … and that it is user and password; iLO 4 says so with a 400 */

static const char *const  errors_login[] = {
    "UnauthorizedLoginAttempt",
    "InvalidCredentials",
    "PasswordChangeRequired"
};


/* -- messages: an array, or one that is none, here or there */

static const json_t *
errors_info(const json_t *json)
{
    const json_t  *error, *info;

    error = bmc_rf_object(json, "error");
    info = json_object_get(error, ERRORS_INFO);

    if (info == NULL) {
        info = json_object_get(json, ERRORS_INFO);
    }

    return info != NULL ? info : json_object_get(json, "Messages");
}


static const json_t *
errors_message(const json_t *info, size_t i)
{
    if (json_is_array(info)) {
        return json_array_get(info, i);
    }

    return i == 0 && json_is_object(info) ? info : NULL;
}


static const char *
errors_id(const json_t *message)
{
    const char  *id;

    id = bmc_rf_text(message, "MessageId");

    return id != NULL ? id : bmc_rf_text(message, "MessageID");
}


bool
bmc_rf_has_message(json_t *json, const char *id)
{
    size_t         i;
    const char    *text;
    const json_t  *info, *message;

    info = errors_info(json);

    for (i = 0; (message = errors_message(info, i)) != NULL; i++) {
        text = errors_id(message);

        if (text != NULL && strstr(text, id) != NULL) {
            return true;
        }
    }

    text = bmc_rf_text(bmc_rf_object(json, "error"), "code");

    return text != NULL && strstr(text, id) != NULL;
}


static bool
errors_has(const json_t *json, const char *const *ids, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (bmc_rf_has_message((json_t *) json, ids[i])) {
            return true;
        }
    }

    return false;
}


/* -- words */

/* a terminal obeys U+0080 to U+009F as it does escape */

void
bmc_rf_line(char *out, size_t size, const char *text)
{
    char  *p;

    bmc_rf_cut(out, size, text);

    for (p = out; *p != '\0'; p++) {
        if ((unsigned char) p[0] == 0xc2
            && (unsigned char) p[1] >= 0x80 && (unsigned char) p[1] < 0xa0)
        {
            p[0] = ' ';
            p[1] = ' ';
        }
    }
}


static void
errors_add(char out[BMC_RF_WORDS], const char *text)
{
    char    line[BMC_RF_WORDS];
    size_t  n;

    bmc_rf_line(line, sizeof(line), text);
    n = strlen(out);

    if (line[0] == '\0' || strstr(out, line) != NULL
        || n + 2 >= BMC_RF_WORDS)
    {
        return;
    }

    if (n > 0) {
        out[n++] = ' ';
    }

    bmc_rf_cut(out + n, BMC_RF_WORDS - n, line);
}


static void
errors_add_message(char out[BMC_RF_WORDS], const json_t *message)
{
    char           line[BMC_RF_WORDS];
    const char    *text, *arg;
    const json_t  *args;

    text = bmc_rf_text(message, "Message");

    if (text != NULL && text[0] != '\0') {
        errors_add(out, text);
        return;
    }

    text = errors_id(message);

    if (text == NULL) {
        return;
    }

    args = bmc_rf_array(message, "MessageArgs");
    arg = json_string_value(json_array_get(args, 0));

    (void) snprintf(line, sizeof(line), "%.100s%s%.50s%s", text,
        arg != NULL ? " (" : "", arg != NULL ? arg : "",
        arg != NULL ? ")" : "");
    errors_add(out, line);
}


/* a general one says "see below", unless it is all there is */

static void
errors_add_messages(char out[BMC_RF_WORDS], const json_t *info, bool general)
{
    size_t         i;
    const char    *id;
    const json_t  *message;

    for (i = 0; i < ERRORS_TOLD; i++) {
        message = errors_message(info, i);
        id = errors_id(message);

        if (message != NULL
            && (id != NULL && strstr(id, ".GeneralError") != NULL) == general)
        {
            errors_add_message(out, message);
        }
    }
}


void
bmc_rf_words(long status, const json_t *json, char text[BMC_RF_WORDS])
{
    const char  *words;

    text[0] = '\0';

    errors_add_messages(text, errors_info(json), false);

    if (text[0] == '\0') {
        errors_add_messages(text, errors_info(json), true);
    }

    words = bmc_rf_text(bmc_rf_object(json, "error"), "message");

    if (text[0] == '\0' && words != NULL) {
        errors_add(text, words);
    }

    if (text[0] == '\0') {
        (void) snprintf(text, BMC_RF_WORDS, "HTTP status %ld", status);
    }
}


/* -- what follows */

bool
bmc_rf_is_login(long status, const json_t *json)
{
    return status == 401
           || (status / 100 == 4
               && errors_has(json, errors_login, sizeof(errors_login)
                             / sizeof(errors_login[0])));
}


bmc_rc_t
bmc_rf_judge(long status, const json_t *json)
{
    if (bmc_rf_is_login(status, json)) {
        return BMC_BAD_LOGIN;
    }

    /* it waited for a part of itself, and knows no more than we do */

    if (status == 504) {
        return BMC_TIMEOUT;
    }

    if (status == 429 || status == 503
        || errors_has(json, errors_later, sizeof(errors_later)
                      / sizeof(errors_later[0])))
    {
        return BMC_BUSY;
    }

    if (status == 404 || status == 405 || status == 501) {
        return BMC_UNSUPPORTED;
    }

    return BMC_REFUSED;
}
