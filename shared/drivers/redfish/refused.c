
/*
 * Copyright (C) the bmcgate authors
 *
 * A request that a BMC did not do: how the call ends.
 */


#include "drivers/redfish/unit.h"


/* what would help with what one's configuration can change */

void
bmc_rf_refused(bmc_rf_job_t *job, json_t *json, const char *what)
{
    char            text[BMC_RF_WORDS];
    bmc_rc_t        rc;
    const char     *peer, *user;
    bmc_rf_unit_t  *u;

    u = job->u;
    peer = bmc_http_peer(u->http);
    user = bmc_rf_user(u);
    what = what != NULL ? what : "it";
    rc = bmc_rf_judge(job->status, json);
    bmc_rf_words(job->status, json, text);

    if (job->status == 401 && u->token != NULL) {

        /* its session was opened just now, so it is not the password */

        bmc_rf_end(job, BMC_REFUSED, "%s does not take its own session for "
            "%.48s (Redfish: %s)", peer, what, text);

    } else if (rc == BMC_BAD_LOGIN
               && bmc_rf_has_message(json, "PasswordChangeRequired"))
    {
        bmc_rf_end(job, rc, "%s wants a new password for user \"%.64s\" "
            "before anything else (Redfish: %s)", peer, user, text);

    } else if (rc == BMC_BAD_LOGIN) {
        bmc_rf_end(job, rc, "%s refused user \"%.64s\" (Redfish: %s)", peer,
            user, text);

    } else if (job->status == 403 && rc == BMC_REFUSED) {
        bmc_rf_end(job, rc, "%s refused %.48s: insufficient privilege of "
            "user \"%.32s\", a role with more would help (Redfish: %.100s)",
            peer, what, user, text);

    } else if (rc == BMC_BUSY) {
        bmc_rf_end(job, rc, "%s is not ready for %.48s (Redfish: %s)", peer,
            what, text);

    } else if (rc == BMC_UNSUPPORTED) {
        bmc_rf_end(job, rc, "%s does not have or support %.48s (Redfish: %s)",
            peer, what, text);

    } else if (rc == BMC_TIMEOUT) {
        bmc_rf_end(job, rc, "%s gave up waiting for itself (Redfish: %s)",
            peer, text);

    } else {
        bmc_rf_end(job, rc, "%s refused %.48s (Redfish: %s)", peer, what,
            text);
    }
}
