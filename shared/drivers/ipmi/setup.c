
/*
 * Copyright (C) the bmcgate authors
 *
 * What OpenIPMI is told of a connection before it opens one.
 */


#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/ipmi/link.h"


#define SETUP_PATIENCE  10           /* tries in a host's timeout */
#define SETUP_SILENT    4            /* times rarer, after a silent login */
#define SETUP_TRY_MIN   100          /* ms */
#define SETUP_TRY_MAX   1000

/*
 * OpenIPMI sends even a command with side effects again, when this has
 * passed.  It must not: the connection is gone long before.
 */

#define SETUP_NEVER     2000000000   /* µs */


int
bmc_ipmi_link_patience(const bmc_ipmi_unit_t *u)
{
    int64_t  ms;

    ms = u->unit->host->timeout / SETUP_PATIENCE;

    if (u->to.n > 1) {
        ms /= u->to.n;
    }

    if (ms < SETUP_TRY_MIN) {
        ms = SETUP_TRY_MIN;

    } else if (ms > SETUP_TRY_MAX) {
        ms = SETUP_TRY_MAX;
    }

    return (int) ms * 1000 * (u->silent ? SETUP_SILENT : 1);
}


static void
setup_parm(ipmi_lanp_parm_t *p, unsigned *n, int id, int val, const void *data,
    size_t len)
{
    p[*n].parm_id = id;
    p[*n].parm_val = val;
    p[*n].parm_data = (void *) data;
    p[*n].parm_data_len = (unsigned) len;
    (*n)++;
}


static int
setup_lanplus(bmc_ipmi_unit_t *u, os_handler_t *os, const char *password,
    size_t len)
{
    bool               strong;
    char               host[BMC_IPMI_HOST_MAX], port[16], *hosts, *ports;
    unsigned           n;
    const char        *user;
    ipmi_lanp_parm_t   p[16];

    n = 0;
    strong = u->cipher == 17;
    user = u->unit->host->user;
    hosts = host;
    ports = port;

    (void) bmc_ipmi_link_name(u, host);
    snprintf(port, sizeof(port), "%d",
             (int) ((const bmc_ipmi_conf_t *) u->unit->conf)->port);

    setup_parm(p, &n, IPMI_LANP_PARMID_ADDRS, 0, &hosts, 1);
    setup_parm(p, &n, IPMI_LANP_PARMID_PORTS, 0, &ports, 1);
    setup_parm(p, &n, IPMI_LANP_PARMID_AUTHTYPE, IPMI_AUTHTYPE_RMCP_PLUS,
              NULL, 0);
    setup_parm(p, &n, IPMI_LANP_PARMID_PRIVILEGE, (int) u->level, NULL, 0);
    setup_parm(p, &n, IPMI_LANP_PARMID_USERNAME, 0, user, strlen(user));
    setup_parm(p, &n, IPMI_LANP_PARMID_PASSWORD, 0, password, len);
    setup_parm(p, &n, IPMI_LANP_AUTHENTICATION_ALGORITHM, strong ? 3 : 1,
              NULL, 0);
    setup_parm(p, &n, IPMI_LANP_INTEGRITY_ALGORITHM, strong ? 4 : 1, NULL, 0);
    setup_parm(p, &n, IPMI_LANP_CONFIDENTIALITY_ALGORITHM,
              IPMI_LANP_CONFIDENTIALITY_ALGORITHM_AES_CBC_128, NULL, 0);
    setup_parm(p, &n, IPMI_LANP_MAX_OUTSTANDING_MSG_COUNT, 8, NULL, 0);
    setup_parm(p, &n, IPMI_LANP_DEFAULT_TIMEOUT, bmc_ipmi_link_patience(u),
              NULL, 0);
    setup_parm(p, &n, IPMI_LANP_DEFAULT_SIDEEFFECT_TIMEOUT, SETUP_NEVER,
              NULL, 0);

    return ipmi_lanp_setup_con(p, n, os, NULL, &u->con);
}


/* a secret is read when it is needed, and wiped */

static int
setup_lan(bmc_ipmi_unit_t *u, os_handler_t *os, bmc_rc_t *rc,
    char why[BMC_TEXT_MAX])
{
    int   error;
    long  len;
    char  password[BMC_SECRET_MAX];

    *rc = BMC_CONF;
    why[0] = '\0';
    len = 0;

    if (u->unit->host->password != NULL) {
        len = bmc_secret_read(u->unit->host->password, password, why);
    }

    if (len > BMC_IPMI_PASS_MAX) {
        snprintf(why, BMC_TEXT_MAX, "the password has more than the %d bytes "
                 "IPMI can have", BMC_IPMI_PASS_MAX);
        len = -1;
    }

    if (len == -1) {
        explicit_bzero(password, sizeof(password));
        return EINVAL;
    }

    error = setup_lanplus(u, os, password, (size_t) len);
    explicit_bzero(password, sizeof(password));

    if (error != 0) {
        *rc = BMC_FAILED;
        snprintf(why, BMC_TEXT_MAX, "no connection can be set up: %s",
                 IPMI_IS_OS_ERR((unsigned) error) ? strerror(error)
                                                  : "OpenIPMI refuses");
    }

    return error;
}


static int
setup_local(bmc_ipmi_unit_t *u, os_handler_t *os, bmc_rc_t *rc,
    char why[BMC_TEXT_MAX])
{
    int  error;

    *rc = BMC_UNREACHABLE;
    error = ipmi_smi_setup_con(0, os, NULL, &u->con);

    if (error != 0) {
        snprintf(why, BMC_TEXT_MAX, "/dev/ipmi0 cannot be used: %s%s",
                 IPMI_IS_OS_ERR((unsigned) error) ? strerror(error)
                                                  : "OpenIPMI refuses",
                 error == ENOENT ? " (is the module ipmi_devintf loaded?)"
                                 : "");
    }

    return error;
}


int
bmc_ipmi_link_setup(bmc_ipmi_unit_t *u, os_handler_t *os, bmc_rc_t *rc,
    char why[BMC_TEXT_MAX])
{
    return bmc_ipmi_link_is_local(u) ? setup_local(u, os, rc, why)
                                     : setup_lan(u, os, rc, why);
}
