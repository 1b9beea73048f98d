
/*
 * Copyright (C) the bmcgate authors
 *
 * Which of a BMC's interfaces is the one, and what it is set to.
 */


#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "drivers/redfish/reads.h"


#define LAN_ADDRESSES  16            /* of one interface, that are looked at */

enum {
    LAN_NOTHING = 0,
    LAN_ADDRESS,
    LAN_ENABLED,
    LAN_ROUTED,                      /* … and not only for the host's own OS */
    LAN_OURS
};


static const char *const  lan_arrays[] = { "IPv4Addresses", "IPv6Addresses" };


static bool
lan_same(const char *a, const char *b)
{
    unsigned char  x[16], y[16];

    if (inet_pton(AF_INET, a, x) == 1) {
        return inet_pton(AF_INET, b, y) == 1 && memcmp(x, y, 4) == 0;
    }

    return inet_pton(AF_INET6, a, x) == 1 && inet_pton(AF_INET6, b, y) == 1
           && memcmp(x, y, 16) == 0;
}


/* hosts' words may be names; those are like no address */

static bool
lan_ours(const char *address, const bmc_list_t *ours)
{
    size_t  i;

    for (i = 0; ours != NULL && i < ours->count; i++) {
        if (lan_same(ours->word[i], address)) {
            return true;
        }
    }

    return false;
}


static bool
lan_set(const char *address)
{
    unsigned char  x[16];

    static const unsigned char  none[16];

    return address != NULL
           && ((inet_pton(AF_INET, address, x) == 1
                && memcmp(x, none, 4) != 0)
               || (inet_pton(AF_INET6, address, x) == 1
                   && memcmp(x, none, 16) != 0));
}


/* 169.254/16 and fe80::/10: a USB interface to the host, or no DHCP */

static bool
lan_local(const char *address)
{
    unsigned char  x[16];

    if (inet_pton(AF_INET, address, x) == 1) {
        return x[0] == 169 && x[1] == 254;
    }

    return inet_pton(AF_INET6, address, x) == 1 && x[0] == 0xfe
           && (x[1] & 0xc0) == 0x80;
}


/* ours, else the first that is set; *version is 4 or 6 */

static const json_t *
lan_address(const json_t *eth, const bmc_list_t *ours, unsigned *version)
{
    size_t         i, k;
    const char    *text;
    const json_t  *list, *one, *first;

    first = NULL;

    for (i = 0; i < 2; i++) {
        list = bmc_rf_array(eth, lan_arrays[i]);

        for (k = 0; k < json_array_size(list) && k < LAN_ADDRESSES; k++) {
            one = json_array_get(list, k);
            text = bmc_rf_text(one, "Address");

            if (!lan_set(text)) {
                continue;
            }

            if (lan_ours(text, ours)) {
                *version = i == 0 ? 4 : 6;
                return one;
            }

            if (first == NULL) {
                first = one;
                *version = i == 0 ? 4 : 6;
            }
        }
    }

    return first;
}


unsigned
bmc_rf_ethernet_rank(const json_t *eth, const bmc_list_t *address)
{
    unsigned       version;
    const char    *text;
    const json_t  *found;

    found = lan_address(eth, address, &version);

    if (found == NULL) {
        return LAN_NOTHING;
    }

    text = bmc_rf_text(found, "Address");

    if (lan_ours(text, address)) {
        return LAN_OURS;
    }

    if (json_is_false(json_object_get(eth, "InterfaceEnabled"))
        || bmc_rf_state_is(eth, "Disabled")
        || bmc_rf_is(eth, "LinkStatus", "LinkDown"))
    {
        return LAN_ADDRESS;
    }

    return lan_local(text) ? LAN_ENABLED : LAN_ROUTED;
}


static const char *
lan_source(const json_t *found)
{
    if (bmc_rf_is(found, "AddressOrigin", "Static")) {
        return "static";
    }

    if (bmc_rf_is(found, "AddressOrigin", "DHCP")
        || bmc_rf_is(found, "AddressOrigin", "DHCPv6"))
    {
        return "dhcp";
    }

    return bmc_rf_text(found, "AddressOrigin") == NULL ? NULL : "other";
}


static void
lan_vlan(json_t *o, const json_t *eth)
{
    double         id;
    const json_t  *vlan;

    vlan = bmc_rf_object(eth, "VLAN");

    if (json_is_true(json_object_get(vlan, "VLANEnable"))
        && bmc_rf_number(vlan, "VLANId", &id) && id >= 0 && id <= 4094)
    {
        bmc_rf_put_number(o, "vlan", id);
    }
}


/* 0.0.0.0 is none */

static void
lan_put(json_t *o, const char *key, const char *text)
{
    if (lan_set(text)) {
        bmc_rf_put(o, key, text);
    }
}


json_t *
bmc_rf_ethernet(const json_t *eth, const bmc_list_t *address)
{
    char           mac[20];
    json_t        *o;
    unsigned       version;
    const json_t  *found;

    o = json_object();
    version = 4;
    found = lan_address(eth, address, &version);

    lan_put(o, "address", bmc_rf_text(found, "Address"));
    lan_put(o, "netmask", bmc_rf_text(found, "SubnetMask"));
    lan_put(o, "gateway", version == 4 ? bmc_rf_text(found, "Gateway")
                          : bmc_rf_text(eth, "IPv6DefaultGateway"));

    if (bmc_rf_mac(bmc_rf_text(eth, "MACAddress"), mac)
        || bmc_rf_mac(bmc_rf_text(eth, "PermanentMACAddress"), mac))
    {
        bmc_rf_put(o, "mac", mac);
    }

    bmc_rf_put(o, "source", lan_source(found));
    lan_vlan(o, eth);

    return o;
}
