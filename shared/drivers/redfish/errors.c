
/*
 * Copyright (C) the bmcgate authors
 *
 * What went wrong, in the BMC's own words, and what follows from it.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


/* parts of a MessageId, or of a text, that mean "not now" */

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


static const json_t *
errors_info(const json_t *json)
{
    const json_t  *error;

    error = bmc_rf_object(json, "error");

    return bmc_rf_array(error != NULL ? error : json,
                        "@Message.ExtendedInfo");
}


bool
bmc_rf_has_message(json_t *json, const char *id)
{
    size_t         i;
    const char    *text;
    const json_t  *info;

    info = errors_info(json);

    for (i = 0; i < json_array_size(info); i++) {
        text = bmc_rf_text(json_array_get(info, i), "MessageId");

        if (text != NULL && strstr(text, id) != NULL) {
            return true;
        }
    }

    text = bmc_rf_text(bmc_rf_object(json, "error"), "code");

    return text != NULL && strstr(text, id) != NULL;
}


static void
errors_add(char out[BMC_TEXT_MAX], const char *text)
{
    char    clean[BMC_TEXT_MAX];
    size_t  n;

    bmc_rf_cut(clean, sizeof(clean), text);
    n = strlen(out);

    if (strstr(out, clean) == NULL && n + 1 < BMC_TEXT_MAX) {
        bmc_rf_cut(out + n, BMC_TEXT_MAX - n, n > 0 ? " " : "");
        n = strlen(out);
        bmc_rf_cut(out + n, BMC_TEXT_MAX - n, clean);
    }
}


void
bmc_rf_words(long status, const json_t *json, char text[BMC_TEXT_MAX])
{
    size_t         i;
    const char    *words;
    const json_t  *info, *message;

    text[0] = '\0';
    info = errors_info(json);

    for (i = 0; i < json_array_size(info) && i < 4; i++) {
        message = json_array_get(info, i);
        words = bmc_rf_text(message, "Message");

        if (words == NULL || words[0] == '\0') {
            words = bmc_rf_text(message, "MessageId");
        }

        if (words != NULL) {
            errors_add(text, words);
        }
    }

    words = bmc_rf_text(bmc_rf_object(json, "error"), "message");

    if (text[0] == '\0' && words != NULL) {
        errors_add(text, words);
    }

    if (text[0] == '\0') {
        (void) snprintf(text, BMC_TEXT_MAX, "HTTP status %ld", status);
    }
}


static bool
errors_later_says(const json_t *json)
{
    size_t  i;

    for (i = 0; i < sizeof(errors_later) / sizeof(errors_later[0]); i++) {
        if (bmc_rf_has_message((json_t *) json, errors_later[i])) {
            return true;
        }
    }

    return false;
}


bmc_rc_t
bmc_rf_judge(const bmc_rf_unit_t *u, long status, const json_t *json)
{
    if (status == 401) {
        return BMC_BAD_LOGIN;
    }

    if (errors_later_says(json) || status == 429 || status == 503) {
        return BMC_BUSY;
    }

    if (status == 404 || status == 405 || status == 501) {
        return BMC_UNSUPPORTED;
    }

    return BMC_REFUSED;
}
