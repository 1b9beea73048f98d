
/*
 * Copyright (C) the bmcgate authors
 *
 * What a type/length byte announces.  Nothing here can be trusted to be
 * text: what cannot be shown is left out, and blanks at the end are too.
 */


#include <string.h>

#include "drivers/ipmi/sdr.h"


typedef struct {
    char    *out;
    size_t   len;
    size_t   size;               /* with the null */
} string_t;


/* whole characters only; surrogates mean nothing by themselves */

static void
string_add(string_t *s, uint32_t c)
{
    size_t   n, i;
    uint8_t  b[3];

    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000)
        || c > 0xfffd)
    {
        return;
    }

    if (c < 0x80) {
        b[0] = (uint8_t) c;
        n = 1;

    } else if (c < 0x800) {
        b[0] = (uint8_t) (0xc0 | c >> 6);
        b[1] = (uint8_t) (0x80 | (c & 0x3f));
        n = 2;

    } else {
        b[0] = (uint8_t) (0xe0 | c >> 12);
        b[1] = (uint8_t) (0x80 | (c >> 6 & 0x3f));
        b[2] = (uint8_t) (0x80 | (c & 0x3f));
        n = 3;
    }

    if (s->len + n >= s->size) {
        s->size = s->len + 1;
        return;
    }

    for (i = 0; i < n; i++) {
        s->out[s->len++] = (char) b[i];
    }
}


static void
string_hex(string_t *s, const uint8_t *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        string_add(s, (uint32_t) "0123456789abcdef"[p[i] >> 4]);
        string_add(s, (uint32_t) "0123456789abcdef"[p[i] & 0x0f]);
    }
}


/* BCD plus: the last three are reserved in SDRs and punctuation in FRUs */

static void
string_bcd(string_t *s, const uint8_t *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        string_add(s, (uint32_t) "0123456789 -.:,_"[p[i] >> 4]);
        string_add(s, (uint32_t) "0123456789 -.:,_"[p[i] & 0x0f]);
    }
}


/* four characters in three bytes, the first in the lowest bits */

static void
string_six_bit(string_t *s, const uint8_t *p, size_t len)
{
    size_t    i;
    uint32_t  bits, have;

    bits = 0;
    have = 0;

    for (i = 0; i < len; i++) {
        bits |= (uint32_t) p[i] << have;
        have += 8;

        while (have >= 6) {
            string_add(s, (bits & 0x3f) + 0x20);
            bits >>= 6;
            have -= 6;
        }
    }
}


/* fixed-size fields are filled up with nulls */

static void
string_latin1(string_t *s, const uint8_t *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len && p[i] != 0; i++) {
        string_add(s, p[i]);
    }
}


static void
string_utf16(string_t *s, const uint8_t *p, size_t len)
{
    size_t    i;
    uint32_t  c;

    for (i = 0; i + 1 < len; i += 2) {
        c = (uint32_t) p[i] | (uint32_t) p[i + 1] << 8;

        if (c == 0) {
            break;
        }

        string_add(s, c);
    }
}


void
bmc_ipmi_string(unsigned type, const uint8_t *s, size_t len, char *out,
    size_t size)
{
    string_t  to;

    to.out = out;
    to.len = 0;
    to.size = size;

    if (type == BMC_IPMI_BINARY) {
        string_hex(&to, s, len);

    } else if (type == BMC_IPMI_BCD) {
        string_bcd(&to, s, len);

    } else if (type == BMC_IPMI_SIX_BIT) {
        string_six_bit(&to, s, len);

    } else if (type == BMC_IPMI_LATIN1) {
        string_latin1(&to, s, len);

    } else {
        string_utf16(&to, s, len);
    }

    while (to.len > 0 && out[to.len - 1] == ' ') {
        to.len--;
    }

    out[to.len] = '\0';
}
