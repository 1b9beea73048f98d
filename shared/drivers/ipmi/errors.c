
/*
 * Copyright (C) the bmcgate authors
 *
 * What BMCs say no with, in words, and what follows from it.
 */


#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/link.h"


/* the generic completion codes of IPMI 2.0, table 5-2 */

static const char *const  errors_code[] = {
    [IPMI_NODE_BUSY_CC - 0xc0] = "node busy",
    [IPMI_INVALID_CMD_CC - 0xc0] = "unknown command",
    [IPMI_COMMAND_INVALID_FOR_LUN_CC - 0xc0] = "no such command at this LUN",
    [IPMI_TIMEOUT_CC - 0xc0] = "timeout while processing the command",
    [IPMI_OUT_OF_SPACE_CC - 0xc0] = "out of space",
    [IPMI_INVALID_RESERVATION_CC - 0xc0] = "the reservation is cancelled",
    [IPMI_REQUEST_DATA_TRUNCATED_CC - 0xc0] = "request data truncated",
    [IPMI_REQUEST_DATA_LENGTH_INVALID_CC - 0xc0] =
        "wrong length of the request",
    [IPMI_REQUESTED_DATA_LENGTH_EXCEEDED_CC - 0xc0] =
        "request longer than the field",
    [IPMI_PARAMETER_OUT_OF_RANGE_CC - 0xc0] = "parameter out of range",
    [IPMI_CANNOT_RETURN_REQ_LENGTH_CC - 0xc0] =
        "cannot return that many bytes",
    [IPMI_NOT_PRESENT_CC - 0xc0] = "the sensor or record is not there",
    [IPMI_INVALID_DATA_FIELD_CC - 0xc0] = "invalid data in the request",
    [IPMI_COMMAND_ILLEGAL_FOR_SENSOR_CC - 0xc0] =
        "not for this sensor or record",
    [IPMI_COULD_NOT_PROVIDE_RESPONSE_CC - 0xc0] = "no answer to be had",
    [IPMI_CANNOT_EXEC_DUPLICATE_REQUEST_CC - 0xc0] = "duplicate request",
    [0xd0 - 0xc0] = "the sensor records are being updated",
    [0xd1 - 0xc0] = "the firmware is being updated",
    [0xd2 - 0xc0] = "the BMC is still starting",
    [0xd3 - 0xc0] = "the destination is not there",
    [0xd4 - 0xc0] = "insufficient privilege",
    [0xd5 - 0xc0] = "not in this state",
    [0xd6 - 0xc0] = "the function is disabled"
};


const char *
bmc_ipmi_code_text(uint8_t code)
{
    const char  *text;

    if (code == 0) {
        return "completed";
    }

    if (code == 0xff) {
        return "unspecified error";
    }

    if (code < 0xc0 || code - 0xc0u >= sizeof(errors_code) / sizeof(char *)) {
        return "special to the command";
    }

    text = errors_code[code - 0xc0];

    return text == NULL ? "reserved" : text;
}


static bmc_rc_t
errors_rc(uint8_t code)
{
    switch (code) {

    case IPMI_INVALID_CMD_CC:
    case IPMI_COMMAND_INVALID_FOR_LUN_CC:
    case 0xd6:
        return BMC_UNSUPPORTED;

    case IPMI_NODE_BUSY_CC:
    case 0xd0:
    case 0xd1:
    case 0xd2:
        return BMC_BUSY;

    case IPMI_TIMEOUT_CC:
        return BMC_TIMEOUT;

    default:
        return BMC_REFUSED;
    }
}


/* what would help with what one's configuration can change */

void
bmc_ipmi_refused(bmc_ipmi_job_t *job, uint8_t code, const char *what)
{
    char              name[BMC_IPMI_HOST_MAX], text[BMC_TEXT_MAX];
    bmc_rc_t          rc;
    const char       *help, *did;
    bmc_ipmi_unit_t  *u;

    u = job->unit->state;
    rc = errors_rc(code);
    did = "refused";
    help = "";

    if (rc == BMC_UNSUPPORTED) {
        did = "does not support";
        help = "; newer firmware of the BMC might";
    }

    if (code == 0xd4) {
        help = u->level == IPMI_PRIVILEGE_ADMIN
               ? "; the account may not do this"
               : "; an account with \"privilege administrator\" might";
    }

    snprintf(text, sizeof(text), "%s %s %s (IPMI 0x%02x: %s)%s",
             bmc_ipmi_link_name(u, name), did, what, code,
             bmc_ipmi_code_text(code), help);

    bmc_ipmi_end(job, rc, text);
}


/* -- why there is no session */

static void
judge_say(bmc_ipmi_verdict_t *v, bmc_rc_t rc, bmc_ipmi_next_t next,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));


static void
judge_say(bmc_ipmi_verdict_t *v, bmc_rc_t rc, bmc_ipmi_next_t next,
    const char *fmt, ...)
{
    va_list  ap;

    v->rc = rc;
    v->next = next;

    va_start(ap, fmt);
    (void) vsnprintf(v->text, sizeof(v->text), fmt, ap);
    va_end(ap);
}


static const char *
judge_level(unsigned level)
{
    if (level == IPMI_PRIVILEGE_ADMIN) {
        return "administrator";
    }

    return level == IPMI_PRIVILEGE_OPERATOR ? "operator" : "user";
}


static void
judge_privilege(const bmc_ipmi_unit_t *u, const char *name, const char *why,
    bmc_ipmi_verdict_t *v)
{
    const bmc_ipmi_conf_t  *conf;

    conf = u->unit->conf;

    if (conf->lower && u->level == IPMI_PRIVILEGE_ADMIN) {
        judge_say(v, BMC_BAD_LOGIN, BMC_IPMI_LOWER, "%s", "");
        return;
    }

    judge_say(v, BMC_BAD_LOGIN, BMC_IPMI_STOP, "%s refused user \"%s\" the "
              "privilege %s (IPMI: %s); a lower \"privilege\", or more of it "
              "for the account, would help", name, u->unit->host->user,
              judge_level(u->level), why);
}


/* the status of Open Session, RAKP 2 and RAKP 4 */

static void
judge_status(const bmc_ipmi_unit_t *u, const char *name, unsigned status,
    bmc_ipmi_verdict_t *v)
{
    const char             *user;
    const bmc_ipmi_conf_t  *conf;

    conf = u->unit->conf;
    user = u->unit->host->user;

    switch (status) {

    case IPMI_RMCPP_INSUFFICIENT_RESOURCES_FOR_SESSION:
    case IPMI_RMCPP_INSUFFICIENT_RESOURCES_FOR_ROLE:
        judge_say(v, BMC_BUSY, BMC_IPMI_STOP, "%s has no free session slot; "
                  "it frees one when another session ends or times out",
                  name);
        return;

    case IPMI_RMCPP_INVALID_AUTHENTICATION_ALGORITHM:
    case IPMI_RMCPP_INVALID_INTEGRITY_ALGORITHM:
    case IPMI_RMCPP_NO_MATCHING_AUTHENTICATION_PAYLOAD:
    case IPMI_RMCPP_NO_MATCHING_INTEGRITY_PAYLOAD:
    case IPMI_RMCPP_INVALID_CONFIDENTIALITY_ALGORITHM:
    case IPMI_RMCPP_NO_CIPHER_SUITE_MATCHES:
        judge_say(v, BMC_UNSUPPORTED, BMC_IPMI_NEXT_CIPHER, "%s has no "
                  "cipher suite in common with us: asked for %s; %s", name,
                  conf->cipher == BMC_IPMI_CIPHER_AUTO ? "17 and 3"
                  : conf->cipher == BMC_IPMI_CIPHER_17 ? "17" : "3",
                  conf->cipher == BMC_IPMI_CIPHER_AUTO
                  ? "enable one of them at the BMC"
                  : "enable it at the BMC, or try \"cipher auto\"");
        return;

    case IPMI_RMCPP_INVALID_ROLE:
    case IPMI_RMCPP_UNAUTHORIZED_ROLE_OR_PRIVILEGE:
        judge_privilege(u, name, "unauthorized role or privilege level", v);
        return;

    case IPMI_RMCPP_INVALID_NAME_LENGTH:
    case IPMI_RMCPP_UNAUTHORIZED_NAME:
        judge_say(v, BMC_BAD_LOGIN, BMC_IPMI_STOP, "%s refused user \"%s\" "
                  "(IPMI: unauthorized name)", name, user);
        return;

    case IPMI_RMCPP_INVALID_INTEGRITY_CHECK_VALUE:
        judge_say(v, BMC_BAD_LOGIN, BMC_IPMI_STOP, "%s refused user \"%s\" "
                  "(IPMI: RAKP integrity check)", name, user);
        return;

    default:
        judge_say(v, BMC_REFUSED, BMC_IPMI_STOP, "%s refused a session "
                  "(IPMI: RMCP+ status 0x%02x)", name, status);
    }
}


/* how far did it come? */

static void
judge_silence(const bmc_ipmi_unit_t *u, const char *name,
    bmc_ipmi_verdict_t *v)
{
    if (bmc_ipmi_link_is_local(u) || u->saw == 0) {
        judge_say(v, BMC_UNREACHABLE, BMC_IPMI_NEXT_ADDRESS,
                  "no answer from %s (ipmi)", name);

    } else if ((u->saw & BMC_IPMI_SAW_OPEN) == 0) {
        judge_say(v, BMC_UNREACHABLE, BMC_IPMI_NEXT_CIPHER, "%s answers, but "
                  "opens no session: all its slots may be taken, or it has "
                  "no cipher suite in common with us", name);

    } else if ((u->saw & BMC_IPMI_SAW_RAKP2) == 0) {
        judge_say(v, BMC_UNREACHABLE, BMC_IPMI_STOP, "%s fell silent when it "
                  "was told the user (IPMI: RAKP 1); it may not know \"%s\"",
                  name, u->unit->host->user);

    } else if ((u->saw & BMC_IPMI_SAW_RAKP4) == 0) {
        judge_say(v, BMC_UNREACHABLE, BMC_IPMI_STOP,
                  "%s fell silent in the login (IPMI: RAKP 3)", name);

    } else {
        judge_say(v, BMC_UNREACHABLE, BMC_IPMI_STOP,
                  "%s fell silent after the login", name);
    }
}


void
bmc_ipmi_judge(const bmc_ipmi_unit_t *u, bmc_ipmi_verdict_t *v)
{
    char      name[BMC_IPMI_HOST_MAX];
    unsigned  error;

    (void) bmc_ipmi_link_name(u, name);
    error = (unsigned) u->error;

    if (u->silence) {
        judge_silence(u, name, v);

    } else if (IPMI_IS_RMCPP_ERR(error)) {
        judge_status(u, name, IPMI_GET_RMCPP_ERR(error), v);

    } else if (IPMI_IS_IPMI_ERR(error)
               && (IPMI_GET_IPMI_ERR(error) == 0x80
                   || IPMI_GET_IPMI_ERR(error) == 0x81))
    {
        judge_privilege(u, name, "the level is above the user's limit", v);

    } else if (IPMI_IS_IPMI_ERR(error)) {
        judge_say(v, errors_rc((uint8_t) IPMI_GET_IPMI_ERR(error)),
                  BMC_IPMI_STOP, "%s refused a session (IPMI 0x%02x: %s)",
                  name, IPMI_GET_IPMI_ERR(error),
                  bmc_ipmi_code_text((uint8_t) IPMI_GET_IPMI_ERR(error)));

    } else if (error == ENOENT) {
        judge_say(v, BMC_UNSUPPORTED, BMC_IPMI_STOP, "%s has no IPMI 2.0 "
                  "sessions (RMCP+), and older ones are not safe; newer "
                  "firmware might have them", name);

    } else if (error == EINVAL && (u->saw & BMC_IPMI_SAW_RAKP4) != 0) {
        judge_privilege(u, name, "it granted a lower level", v);

    } else if (error == EINVAL) {
        judge_say(v, BMC_REFUSED, BMC_IPMI_STOP, "%s answered a login with "
                  "something that is not IPMI 2.0", name);

    } else {
        judge_say(v, BMC_UNREACHABLE, BMC_IPMI_NEXT_ADDRESS, "%s cannot be "
                  "reached: %s", name, strerror((int) error));
    }
}
