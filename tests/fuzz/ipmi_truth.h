
/*
 * Copyright (C) the bmcgate authors
 *
 * What a BMC that is well answers to the verbs that fuzz_ipmi_link asks.
 */


#ifndef _IPMI_TRUTH_H_INCLUDED_
#define _IPMI_TRUTH_H_INCLUDED_


#include "fuzz_call.h"
#include "../unit/ipmi_peer.h"


static const fuzz_verb_t  fuzz_verbs[] = {
    { BMC_POWER_STATUS, FUZZ_NO_ARGS },
    { BMC_POWER_STATUS, FUZZ_NO_ARGS },
    { BMC_POWER_RESET, FUZZ_NO_ARGS },
    { BMC_SENSORS_READ, FUZZ_NO_ARGS },
    { BMC_LOG_READ, FUZZ_NO_ARGS },
    { BMC_INVENTORY_READ, FUZZ_NO_ARGS },
    { BMC_BMC_READ, FUZZ_NO_ARGS },
    { BMC_LAN_READ, FUZZ_NO_ARGS },
    { BMC_USERS_LIST, FUZZ_NO_ARGS },
    { BMC_USERS_SET,
      { { "user", "anna" }, { "secret", "none of yours" },
        { "role", "operator" } } },
    { BMC_BOOT_GET, FUZZ_NO_ARGS },
    { BMC_BOOT_SET, { { "device", "pxe" } } },
    { BMC_IDENTIFY_GET, FUZZ_NO_ARGS },
    { BMC_POWER_READING, FUZZ_NO_ARGS },
    { BMC_LOG_CLEAR, FUZZ_NO_ARGS },
    { BMC_RAW, { { "netfn", "06" }, { "cmd", "01" } } }
};


static const uint8_t  fuzz_sdr[] = {
    0x01, 0x00, 0x51, 0x01, 0x34, 0x20, 0x00, 0x01, 0x07, 0x01, 0x7f, 0x68,
    0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x3f, 0x3f, 0x00, 0x01, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xc9,
    0x43, 0x50, 0x55, 0x31, 0x20, 0x54, 0x65, 0x6d, 0x70
};

static const uint8_t  fuzz_fru[] = {
    0x01, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0xfe, 0x01, 0x03, 0x17, 0xc8,
    0x43, 0x48, 0x53, 0x2d, 0x50, 0x41, 0x52, 0x54, 0xc8, 0x43, 0x48, 0x53,
    0x2d, 0x53, 0x4e, 0x20, 0x31, 0xc1, 0x00, 0x55
};

static const uint8_t  fuzz_sel[] = {
    0xff, 0xff, 0x01, 0x00, 0x02, 0x57, 0x60, 0x70, 0x20, 0x20, 0x00, 0x04,
    0x01, 0x01, 0x01, 0x57, 0x60, 0x70
};

static const uint8_t  fuzz_id[] = {
    0x20, 0x01, 0x01, 0x74, 0x02, 0xbf, 0x7c, 0x2a, 0x00, 0x21, 0x08, 0, 0,
    0, 0
};


/* a part of something longer: how many bytes go before it */

static size_t
fuzz_part(uint8_t *out, const uint8_t *all, size_t size, size_t at, size_t n,
    size_t head)
{
    at = at < size ? at : size;
    n = n < size - at ? n : size - at;
    memcpy(out + head, all + at, n);

    return head + n;
}


static size_t
fuzz_storage(const peer_t *p, uint8_t *out)
{
    size_t  n;

    switch (p->cmd) {

    case 0x10:
        out[0] = sizeof(fuzz_fru);
        return 3;

    case 0x11:
        n = fuzz_part(out, fuzz_fru, sizeof(fuzz_fru), p->data[1],
                      p->data[3], 1);
        out[0] = (uint8_t) (n - 1);
        return n;

    case 0x20:
        memcpy(out, "\x51\x01\x00\xff\xff\1\1\1\1\2\2\2\2\x02", 14);
        return 14;

    case 0x22:
    case 0x42:
        out[0] = 7;
        return 2;

    case 0x23:
        memset(out, 0xff, 2);
        return fuzz_part(out, fuzz_sdr, sizeof(fuzz_sdr), p->data[4],
                         p->data[5], 2);

    case 0x40:
        memcpy(out, "\x51\x01\x00\xff\xff\1\1\1\1\2\2\2\2\x02", 14);
        return 14;

    case 0x43:
        memcpy(out, fuzz_sel, sizeof(fuzz_sel));
        return sizeof(fuzz_sel);

    case 0x47:
        out[0] = 1;
        return 1;

    default:
        return SIZE_MAX;
    }
}


/* SIZE_MAX: 0xc1 */

static size_t
fuzz_truth(const peer_t *p, bool on, uint8_t *out)
{
    memset(out, 0, 64);

    switch (p->netfn << 8 | p->cmd) {

    case 0x0001:
        out[0] = on ? 0x01 : 0x00;
        out[2] = 0x40;
        return 4;

    case 0x0002:
    case 0x0008:
        return 0;

    case 0x0009:
        memcpy(out, "\x01\x05\x80\x04", 4);
        return 7;

    case 0x042d:
        memcpy(out, "\x2a\xc0\xc0", 3);
        return 3;

    case 0x0427:
        return 7;

    case 0x0601:
        memcpy(out, fuzz_id, sizeof(fuzz_id));
        return sizeof(fuzz_id);

    case 0x0637:
        memset(out, 0x45, 16);
        return 16;

    case 0x0644:
        memcpy(out, "\x04\x42\x00\x14", 4);
        return 4;

    case 0x0643:
    case 0x0645:
    case 0x0647:
        return 0;

    case 0x0646:
        memcpy(out, "user", 4);
        out[4] = (uint8_t) ('0' + p->data[0] % 10);
        return 16;

    case 0x0c02:
        memset(out, 0x11, 18);
        return 18;

    default:
        return p->netfn == 0x0a ? fuzz_storage(p, out) : SIZE_MAX;
    }
}


static size_t
fuzz_answer(const peer_t *p, bool on, uint8_t *m)
{
    size_t   n;
    uint8_t  out[64];

    n = fuzz_truth(p, on, out);

    return n == SIZE_MAX ? peer_message(p, m, BMC_IPMI_INVALID, NULL, 0)
                         : peer_message(p, m, 0, out, n);
}


#endif /* _IPMI_TRUTH_H_INCLUDED_ */
