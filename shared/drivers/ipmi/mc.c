
/*
 * Copyright (C) the bmcgate authors
 *
 * The management controller itself.
 */


#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/maker.h"
#include "drivers/ipmi/verbs.h"


#define MC_DEVICE_ID   0x01          /* commands */
#define MC_COLD_RESET  0x02
#define MC_WARM_RESET  0x03
#define MC_GUID        0x37

#define MC_ORDERS      3

/* 100 ns from October 1582, when time-based UUIDs begin, to 1995 and 1970 */

#define MC_UUID_1970   0x01b21dd213814000LL
#define MC_UUID_1995   0x01ce4a1eb6c18000LL


bool
bmc_ipmi_mc_decode(const uint8_t *data, size_t len, bmc_ipmi_mc_t *mc)
{
    if (len < 11) {
        return false;
    }

    mc->id = data[0];
    mc->ipmi = data[4];
    mc->maker = (uint32_t) bmc_ipmi_le16(data + 6)
                | (uint32_t) (data[8] & 0x0f) << 16;
    mc->product = (uint16_t) bmc_ipmi_le16(data + 9);

    /* the second is BCD by the book, and hexadecimal with some */

    (void) snprintf(mc->firmware, sizeof(mc->firmware), "%u.%02x",
        data[2] & 0x7fu, data[3]);

    return true;
}


bool
bmc_ipmi_mc_facts(bmc_ipmi_job_t *job, const bmc_ipmi_mc_t *mc)
{
    bmc_answer_t  *a;

    a = &job->call->answer;
    a->maker = bmc_maker_product(mc->maker, mc->product);
    a->firmware = bmc_pstrdup(job->call->pool, mc->firmware);

    if (a->firmware == NULL) {
        return false;
    }

    a->has |= BMC_HAS_FACTS;
    bmc_ipmi_met(job->unit, mc);

    return true;
}


/*
 * How much b, in network order, looks like a UUID.  BMCs have none of the
 * newer versions, 6 to 8.
 */

static int
mc_plausible(const uint8_t *b)
{
    int64_t   at, now;
    unsigned  version;

    version = b[6] >> 4;

    if (version < 1 || version > 5) {
        return 0;
    }

    if ((b[8] & 0xc0) != 0x80) {
        return 1;
    }

    if (version != 1) {
        return 3;
    }

    at = (int64_t) (b[6] & 0x0f) << 56 | (int64_t) b[7] << 48
         | (int64_t) b[4] << 40 | (int64_t) b[5] << 32
         | (int64_t) b[0] << 24 | (int64_t) b[1] << 16
         | (int64_t) b[2] << 8 | (int64_t) b[3];
    now = (int64_t) time(NULL) * 10000000 + MC_UUID_1970;

    return at >= MC_UUID_1995 && at <= now ? 4 : 2;
}


/*
 * IPMI wants the bytes in reverse; most BMCs send what SMBIOS has, and some
 * network order.  The one that looks most like a UUID is taken, and of
 * equals the first.
 */

bool
bmc_ipmi_guid(const uint8_t guid[16], char text[40])
{
    int      best, looks;
    size_t   i, n;
    uint8_t  b[16], chosen[16];

    static const uint8_t  orders[MC_ORDERS][16] = {
        { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 },
        { 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 },
        { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }
    };

    for (i = 1; i < 16 && guid[i] == guid[0]; i++) { /* void */ }

    if (i == 16) {
        return false;
    }

    best = -1;

    for (n = 0; n < MC_ORDERS; n++) {
        for (i = 0; i < 16; i++) {
            b[i] = guid[orders[n][i]];
        }

        looks = mc_plausible(b);

        if (looks > best) {
            best = looks;
            memcpy(chosen, b, sizeof(chosen));
        }
    }

    (void) snprintf(text, 40, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
        "%02x%02x%02x%02x%02x%02x", chosen[0], chosen[1], chosen[2],
        chosen[3], chosen[4], chosen[5], chosen[6], chosen[7], chosen[8],
        chosen[9], chosen[10], chosen[11], chosen[12], chosen[13],
        chosen[14], chosen[15]);

    return true;
}


static void
mc_told_guid(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    char     text[40];
    json_t  *json;

    json = job->call->answer.json;

    if (code == 0 && len >= 16 && bmc_ipmi_guid(data, text)) {
        bmc_ipmi_put(json, "guid", text);
        job->call->answer.uuid = bmc_pstrdup(job->call->pool, text);
    }

    bmc_ipmi_end(job, BMC_OK, "");
}


static void
mc_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    char            ipmi[8];
    json_t         *json;
    bmc_ipmi_mc_t   mc;

    if (code != 0) {
        bmc_ipmi_refused(job, code, "device id");
        return;
    }

    if (!bmc_ipmi_mc_decode(data, len, &mc)) {
        bmc_ipmi_short(job, "device id");
        return;
    }

    (void) snprintf(ipmi, sizeof(ipmi), "%x.%x", mc.ipmi & 0x0fu,
        mc.ipmi >> 4);

    json = json_pack("{s:s, s:s}", "firmware", mc.firmware, "ipmi", ipmi);

    if (json == NULL || !bmc_ipmi_mc_facts(job, &mc)) {
        json_decref(json);
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    bmc_ipmi_put(json, "manufacturer",
        bmc_maker_product(mc.maker, mc.product));
    (void) json_object_set_new(json, "manufacturer_id",
        json_integer(mc.maker));
    (void) json_object_set_new(json, "product_id", json_integer(mc.product));
    (void) json_object_set_new(json, "device_id", json_integer(mc.id));

    job->call->answer.json = json;
    bmc_ipmi_ask(job, BMC_IPMI_APP, MC_GUID, NULL, 0, 0, mc_told_guid);
}


void
bmc_ipmi_bmc(bmc_ipmi_job_t *job)
{
    bmc_ipmi_ask(job, BMC_IPMI_APP, MC_DEVICE_ID, NULL, 0, 0, mc_told);
}


static void
mc_reset_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len)
{
    if (code != 0) {
        bmc_ipmi_refused(job, code, "reset of the BMC");
        return;
    }

    bmc_ipmi_end(job, BMC_OK, "");
}


void
bmc_ipmi_bmc_reset(bmc_ipmi_job_t *job)
{
    uint8_t      cmd;
    const char  *kind;

    kind = bmc_call_arg(job->call, "kind");
    cmd = kind != NULL && strcmp(kind, "warm") == 0 ? MC_WARM_RESET
                                                    : MC_COLD_RESET;

    bmc_ipmi_ask(job, BMC_IPMI_APP, cmd, NULL, 0, BMC_IPMI_CHANGES,
        mc_reset_done);
}
