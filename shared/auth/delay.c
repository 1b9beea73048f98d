
/*
 * Copyright (C) the bmcgate authors
 *
 * Each failure counts for a while, then is forgotten.  Those that count make
 * the answer late, and too many of them make passwords not looked at.
 */


#include <arpa/inet.h>
#include <string.h>

#include "auth/auth.h"


#define DELAY_FIRST    250       /* ms */
#define DELAY_LONGEST  8000
#define DELAY_LOGINS   10        /* a minute, when there is no limit */
#define DELAY_PER      60000
#define DELAY_WHO      64


/* what counts as one: an IPv4 address, 64 bits of an IPv6 one, else a name */

static size_t
delay_place(const char *who, uint8_t out[DELAY_WHO])
{
    char             text[INET6_ADDRSTRLEN];
    size_t           len;
    struct in_addr   v4;
    struct in6_addr  v6;

    len = strcspn(who, "%");

    if (len < sizeof(text)) {
        memcpy(text, who, len);
        text[len] = '\0';

        if (inet_pton(AF_INET, text, &v4) == 1) {
            memcpy(out, &v4, sizeof(v4));
            return sizeof(v4);
        }

        if (inet_pton(AF_INET6, text, &v6) == 1) {

            if (IN6_IS_ADDR_V4MAPPED(&v6)) {
                memcpy(out, &v6.s6_addr[12], 4);
                return 4;
            }

            memcpy(out, &v6, 8);
            return 8;
        }
    }

    len = strnlen(who, DELAY_WHO);
    memcpy(out, who, len);

    return len;
}


/*
 * Strangers choose names and addresses; nobody but holders of the board can
 * choose them to count as somebody else's.
 */

static uint64_t
delay_key(bmc_auth_t *a, const bmc_board_t *bd, bmc_failed_t what,
    const char *who)
{
    size_t    len;
    uint8_t   text[1 + DELAY_WHO], hash[BMC_AUTH_HASH];
    uint64_t  key;

    text[0] = (uint8_t) what;

    if (what == BMC_FAILED_NAME) {
        len = strnlen(who, DELAY_WHO);
        memcpy(text + 1, who, len);

    } else {
        len = delay_place(who, text + 1);
    }

    if (!bmc_auth_hash(a, bmc_board_cookie(bd), 16, text, 1 + len, hash)) {
        return what;
    }

    memcpy(&key, hash, sizeof(key));

    return key;
}


static int64_t
delay_each(const bmc_fleet_t *f)
{
    int64_t  each;

    each = f->logins > 0 ? f->logins_per / f->logins
                         : DELAY_PER / DELAY_LOGINS;

    return each > 0 ? each : 1;
}


static int64_t
delay_most(const bmc_fleet_t *f)
{
    return delay_each(f) * (f->logins > 0 ? f->logins : DELAY_LOGINS);
}


int64_t
bmc_delay_left(bmc_auth_t *a, bmc_board_t *bd, const bmc_fleet_t *f,
    bmc_failed_t what, const char *who)
{
    int64_t  left;

    if (f->logins == 0) {
        return 0;
    }

    left = bmc_board_failures(bd, delay_key(a, bd, what, who), delay_each(f),
                              delay_most(f), false)
           + delay_each(f) - delay_most(f);

    return left > 0 ? left : 0;
}


uint32_t
bmc_delay_failed(bmc_auth_t *a, bmc_board_t *bd, const bmc_fleet_t *f,
    bmc_failed_t what, const char *who)
{
    int64_t   ahead;
    uint32_t  ms;

    ahead = bmc_board_failures(bd, delay_key(a, bd, what, who),
                               delay_each(f), delay_most(f), true);
    ms = DELAY_FIRST;

    for (ahead -= delay_each(f); ahead > 0 && ms < DELAY_LONGEST;
         ahead -= delay_each(f))
    {
        ms *= 2;
    }

    return ms;
}
