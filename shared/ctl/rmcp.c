
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "ctl/rmcp.h"


#define RMCP_AUTH    0x38
#define RMCP_SUITES  0x54
#define RMCP_ASF     4542        /* ASF's own number: says nothing */

#define RMCP_V15     14          /* bytes before a message */
#define RMCP_V20     16


static uint8_t
rmcp_sum(const unsigned char *p, size_t len)
{
    uint8_t  sum;

    for (sum = 0; len > 0; len--) {
        sum = (uint8_t) (sum + *p++);
    }

    return (uint8_t) -sum;
}


size_t
bmc_rmcp_ping(unsigned char out[BMC_RMCP_ASK], uint8_t tag)
{
    static const unsigned char  ping[12] = {
        0x06, 0x00, 0xff, 0x06, 0x00, 0x00, 0x11, 0xbe, 0x80
    };

    memcpy(out, ping, sizeof(ping));
    out[9] = tag;

    return sizeof(ping);
}


static size_t
rmcp_ask(unsigned char *out, bool v20, uint8_t tag, uint8_t cmd,
    const unsigned char *data, size_t len)
{
    size_t          head;
    unsigned char  *p;

    head = v20 ? RMCP_V20 : RMCP_V15;
    memset(out, 0, head);

    out[0] = 0x06;
    out[2] = 0xff;
    out[3] = 0x07;
    out[4] = v20 ? 0x06 : 0x00;
    out[v20 ? 14 : 13] = (unsigned char) (7 + len);

    p = out + head;
    p[0] = 0x20;
    p[1] = 0x18;
    p[2] = rmcp_sum(p, 2);
    p[3] = 0x81;
    p[4] = (uint8_t) (tag << 2);
    p[5] = cmd;
    memcpy(p + 6, data, len);
    p[6 + len] = rmcp_sum(p + 3, 3 + len);

    return head + 7 + len;
}


size_t
bmc_rmcp_auth(unsigned char out[BMC_RMCP_ASK], uint8_t tag, bool v20)
{
    const unsigned char  data[2] = { v20 ? 0x8e : 0x0e, 0x04 };

    return rmcp_ask(out, false, tag, RMCP_AUTH, data, sizeof(data));
}


size_t
bmc_rmcp_suites(unsigned char out[BMC_RMCP_ASK], uint8_t tag, uint8_t list,
    bool v20)
{
    const unsigned char  data[3] = { 0x0e, 0x00, 0x80 | (list & 0x3f) };

    return rmcp_ask(out, v20, tag, RMCP_SUITES, data, sizeof(data));
}


static bool
rmcp_pong(bmc_rmcp_t *r, const unsigned char *p, size_t len)
{
    if (len < 28 || memcmp(p + 4, "\x00\x00\x11\xbe\x40", 5) != 0
        || p[11] != 16)
    {
        return false;
    }

    r->kind = BMC_RMCP_PONG;
    r->tag = p[9];
    r->ipmi = (p[20] & 0x80) != 0;
    r->enterprise = (uint32_t) p[12] << 24 | (uint32_t) p[13] << 16
                    | (uint32_t) p[14] << 8 | p[15];

    if (r->enterprise == RMCP_ASF) {
        r->enterprise = 0;
    }

    return true;
}


static bool
rmcp_told_auth(bmc_rmcp_t *r, const unsigned char *p, size_t len)
{
    bool  extended;

    r->kind = BMC_RMCP_AUTH;

    if (r->code != 0) {
        return true;
    }

    if (len < 8) {
        return false;
    }

    /* without its bit 7 the fourth byte is IPMI 1.5's, and reserved */

    extended = (p[1] & 0x80) != 0;
    r->auth = p[1] & 0x37;
    r->v20 = extended && (p[3] & 0x02) != 0;
    r->v15 = !extended || (p[3] & 0x01) != 0;
    r->enterprise = p[4] | (uint32_t) p[5] << 8 | (uint32_t) p[6] << 16;

    return true;
}


static bool
rmcp_told_suites(bmc_rmcp_t *r, const unsigned char *p, size_t len)
{
    r->kind = BMC_RMCP_SUITES;

    if (r->code != 0) {
        return true;
    }

    if (len < 1 || len > 1 + BMC_RMCP_RECORDS) {
        return false;
    }

    r->nrecords = len - 1;
    memcpy(r->records, p + 1, r->nrecords);

    return true;
}


/* one message and nothing else */

static bool
rmcp_told(bmc_rmcp_t *r, const unsigned char *p, size_t len)
{
    if (len < 8 || p[0] != 0x81 || p[1] != 0x1c || p[3] != 0x20
        || (p[4] & 3) != 0 || rmcp_sum(p, 3) != 0
        || rmcp_sum(p + 3, len - 3) != 0)
    {
        return false;
    }

    r->tag = p[4] >> 2;
    r->code = p[6];

    if (p[5] == RMCP_AUTH) {
        return rmcp_told_auth(r, p + 7, len - 8);
    }

    return p[5] == RMCP_SUITES && rmcp_told_suites(r, p + 7, len - 8);
}


/* either wrapper, of no session; IPMI 1.5 may add a byte to some lengths */

static bool
rmcp_ipmi(bmc_rmcp_t *r, const unsigned char *p, size_t len)
{
    size_t  head, n;

    if (p[4] == 0x00) {
        head = RMCP_V15;
        n = p[13];

        if (memcmp(p + 9, "\0\0\0\0", 4) != 0) {
            return false;
        }

    } else if (p[4] == 0x06 && p[5] == 0x00) {
        head = RMCP_V20;
        n = p[14] | (size_t) p[15] << 8;

        if (memcmp(p + 6, "\0\0\0\0", 4) != 0) {
            return false;
        }

    } else {
        return false;
    }

    return n <= len - head && len - head - n <= 1
           && rmcp_told(r, p + head, n);
}


bool
bmc_rmcp_parse(bmc_rmcp_t *r, const unsigned char *p, size_t len)
{
    memset(r, 0, sizeof(bmc_rmcp_t));

    if (len >= RMCP_V20 && p[0] == 0x06
        && ((p[3] == 0x06 && rmcp_pong(r, p, len))
            || (p[3] == 0x07 && rmcp_ipmi(r, p, len))))
    {
        return true;
    }

    memset(r, 0, sizeof(bmc_rmcp_t));

    return false;
}


/*
 * C0 ID or C1 ID IANA[3], then algorithms, whose top bits are not 11.  A
 * suite that lets one choose among algorithms may come more than once.
 */

size_t
bmc_rmcp_ids(const unsigned char *p, size_t len, uint8_t *id, size_t max)
{
    size_t  i, n, head;

    i = 0;
    n = 0;

    while (i < len && n < max) {
        head = p[i] == 0xc0 ? 2 : 5;

        if ((p[i] != 0xc0 && p[i] != 0xc1) || head > len - i) {
            break;
        }

        if (memchr(id, p[i + 1], n) == NULL) {
            id[n++] = p[i + 1];
        }

        for (i += head; i < len && (p[i] & 0xc0) != 0xc0; i++) {
            /* void */
        }
    }

    return n;
}
