
/*
 * Copyright (C) the bmcgate authors
 */


#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/maker.h"
#include "ctl/leases.h"
#include "ctl/root.h"


#define ROOT_ARP_COMPLETE  0x2   /* of the flags */


/* "1.15.0": numbers with dots between them */

static bool
root_version(const char *s)
{
    unsigned  numbers;

    for (numbers = 0; isdigit((unsigned char) *s); numbers++) {
        s += strspn(s, "0123456789");

        if (*s == '\0') {
            return numbers > 0;
        }

        if (*s++ != '.') {
            return false;
        }
    }

    return false;
}


static bool
root_uuid(const char *s)
{
    size_t  i;

    if (strlen(s) != 36) {
        return false;
    }

    for (i = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-'
            : !isxdigit((unsigned char) s[i]))
        {
            return false;
        }
    }

    return true;
}


/* what does not fit is left out: half a name is somebody else's */

static void
root_text(const json_t *root, const char *key, char *to, size_t size)
{
    size_t       len;
    const char  *s;

    s = json_string_value(json_object_get(root, key));
    len = s == NULL ? 0 : strlen(s);

    if (len > 0 && len < size) {
        memcpy(to, s, len + 1);
    }
}


/* before there was a Vendor, only the name of its additions */

static void
root_vendor(const json_t *root, bmc_root_t *r)
{
    const char  *word;

    root_text(root, "Vendor", r->vendor, sizeof(r->vendor));
    word = bmc_maker_word(r->vendor);

    if (word == NULL) {
        word = bmc_maker_word(json_object_iter_key(json_object_iter(
                                  json_object_get(root, "Oem"))));
    }

    if (word == NULL || strlen(word) >= sizeof(r->vendor)) {
        r->vendor[0] = '\0';

    } else if (word != r->vendor) {
        memcpy(r->vendor, word, strlen(word) + 1);
    }
}


bool
bmc_root_parse(bmc_root_t *r, const char *text, size_t len)
{
    char    *s;
    json_t  *root;

    memset(r, 0, sizeof(bmc_root_t));
    root = json_loadb(text, len, 0, NULL);

    root_text(root, "RedfishVersion", r->version, sizeof(r->version));

    if (!root_version(r->version)) {
        memset(r, 0, sizeof(bmc_root_t));
        json_decref(root);
        return false;
    }

    root_vendor(root, r);
    root_text(root, "Product", r->product, sizeof(r->product));
    root_text(root, "UUID", r->uuid, sizeof(r->uuid));

    if (!root_uuid(r->uuid)) {
        r->uuid[0] = '\0';
    }

    for (s = r->uuid; *s != '\0'; s++) {
        *s = (char) tolower((unsigned char) *s);
    }

    json_decref(root);

    return true;
}


/* "10.0.0.7  0x1  0x2  3c:ec:ef:00:11:22  *  eth0" */

bool
bmc_arp_find(const char *text, const char *address, char mac[18])
{
    size_t    len;
    unsigned  flags;
    char      is[46], hardware[18];

    mac[0] = '\0';

    for ( ; *text != '\0'; text += len + (text[len] == '\n')) {
        len = strcspn(text, "\n");

        if (sscanf(text, "%45s 0x%*x 0x%x %17s", is, &flags, hardware) != 3
            || strcmp(is, address) != 0 || !(flags & ROOT_ARP_COMPLETE))
        {
            continue;
        }

        return bmc_mac_parse(hardware, strlen(hardware), mac);
    }

    return false;
}
