
/*
 * Copyright (C) the bmcgate authors
 *
 * The one table that turns an error into every door's language.
 */


#include "bmcgate.h"


/* SNMP error status, RFC 3416 */

#define SNMP_NO_ERROR              0
#define SNMP_GEN_ERR               5
#define SNMP_NO_ACCESS             6
#define SNMP_WRONG_VALUE           10
#define SNMP_NO_CREATION           11
#define SNMP_INCONSISTENT_VALUE    12
#define SNMP_RESOURCE_UNAVAILABLE  13


/* Linux-PAM's numbers: the core does not link libpam */

#define PAM_OK                     0     /* PAM_SUCCESS */
#define PAM_SERVICE                3     /* PAM_SERVICE_ERR */
#define PAM_SYSTEM                 4     /* PAM_SYSTEM_ERR */
#define PAM_DENIED                 6     /* PAM_PERM_DENIED */
#define PAM_AUTH                   7     /* PAM_AUTH_ERR */
#define PAM_UNAVAILABLE            9     /* PAM_AUTHINFO_UNAVAIL */
#define PAM_TRIES                  11    /* PAM_MAXTRIES */


/* IPMI completion codes, IPMI 2.0 table 5-2 */

#define IPMI_OK                    0x00
#define IPMI_BUSY                  0xc0
#define IPMI_INVALID               0xc1
#define IPMI_TIMEOUT               0xc3
#define IPMI_BAD_DATA              0xcc
#define IPMI_NO_DESTINATION        0xd3
#define IPMI_PRIVILEGE             0xd4
#define IPMI_STATE                 0xd5
#define IPMI_UNSPECIFIED           0xff


static const bmc_error_t  bmc_errors[BMC_RC_MAX] = {

    [BMC_OK] = {
        "ok", 0, 200, SNMP_NO_ERROR, PAM_OK, IPMI_OK,
        "all is well" },

    [BMC_FAILED] = {
        "failed", 1, 500, SNMP_GEN_ERR, PAM_SYSTEM, IPMI_UNSPECIFIED,
        "something went wrong in the gateway" },

    [BMC_USAGE] = {
        "usage", 2, 400, SNMP_WRONG_VALUE, PAM_SERVICE, IPMI_BAD_DATA,
        "the request makes no sense" },

    [BMC_CONF] = {
        "conf", 3, 500, SNMP_GEN_ERR, PAM_SERVICE, IPMI_UNSPECIFIED,
        "the configuration is wrong or absent" },

    [BMC_DENIED] = {
        "denied", 4, 403, SNMP_NO_ACCESS, PAM_DENIED, IPMI_PRIVILEGE,
        "policy does not allow it" },

    [BMC_NO_HOST] = {
        "no-host", 1, 404, SNMP_NO_CREATION, PAM_UNAVAILABLE,
        IPMI_NO_DESTINATION,
        "no such host" },

    [BMC_NO_VERB] = {
        "no-verb", 1, 404, SNMP_NO_CREATION, PAM_SERVICE, IPMI_INVALID,
        "no such verb" },

    [BMC_UNSUPPORTED] = {
        "unsupported", 1, 422, SNMP_WRONG_VALUE, PAM_SERVICE, IPMI_INVALID,
        "this BMC cannot do that" },

    [BMC_BUSY] = {
        "busy", 1, 409, SNMP_INCONSISTENT_VALUE, PAM_UNAVAILABLE, IPMI_BUSY,
        "another change is under way" },

    [BMC_LIMITED] = {
        "limited", 1, 429, SNMP_RESOURCE_UNAVAILABLE, PAM_TRIES, IPMI_BUSY,
        "a configured limit says not now" },

    [BMC_UNREACHABLE] = {
        "unreachable", 1, 503, SNMP_RESOURCE_UNAVAILABLE, PAM_UNAVAILABLE,
        IPMI_NO_DESTINATION,
        "the BMC does not answer; nothing was changed" },

    [BMC_REFUSED] = {
        "refused", 1, 502, SNMP_GEN_ERR, PAM_DENIED, IPMI_STATE,
        "the BMC refused" },

    [BMC_BAD_LOGIN] = {
        "bad-login", 1, 502, SNMP_RESOURCE_UNAVAILABLE, PAM_AUTH,
        IPMI_NO_DESTINATION,
        "the BMC refuses our credentials" },

    [BMC_TIMEOUT] = {
        "timeout", 1, 504, SNMP_RESOURCE_UNAVAILABLE, PAM_UNAVAILABLE,
        IPMI_TIMEOUT,
        "the deadline passed; nothing was changed" },

    [BMC_UNKNOWN] = {
        "unknown", 1, 504, SNMP_GEN_ERR, PAM_SYSTEM, IPMI_TIMEOUT,
        "the change was sent; unknown whether it happened" },

    [BMC_UNVERIFIED] = {
        "unverified", 1, 504, SNMP_GEN_ERR, PAM_SYSTEM, IPMI_TIMEOUT,
        "the BMC accepted the change, but never showed it" },

    [BMC_UNAUDITED] = {
        "unaudited", 1, 503, SNMP_RESOURCE_UNAVAILABLE, PAM_SYSTEM,
        IPMI_STATE,
        "refused, because the audit trail cannot be written" },

    [BMC_CANCELLED] = {
        "cancelled", 1, 503, SNMP_GEN_ERR, PAM_SYSTEM, IPMI_UNSPECIFIED,
        "given up before it was sent; nothing was changed" },

    [BMC_CLOSED] = {
        "closed", 1, 503, SNMP_RESOURCE_UNAVAILABLE, PAM_UNAVAILABLE,
        IPMI_NO_DESTINATION,
        "the gateway is shutting down" }
};


const bmc_error_t *
bmc_error(bmc_rc_t rc)
{
    if ((unsigned) rc >= BMC_RC_MAX) {
        rc = BMC_FAILED;
    }

    return &bmc_errors[rc];
}
