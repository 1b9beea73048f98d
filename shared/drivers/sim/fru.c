
/*
 * Copyright (C) the bmcgate authors
 *
 * Who a machine is follows from its name.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/sim/machine.h"
#include "base/names.h"


void
bmc_sim_fru(const char *name, bmc_sim_fru_t *fru)
{
    uint64_t  a, b;

    a = bmc_hash(name, strlen(name));
    b = bmc_hash(&a, sizeof(a));

    snprintf(fru->serial, sizeof(fru->serial), "SIM%08X",
        (unsigned) (a ^ (a >> 32)));

    /* RFC 9562's version 8 is for those who make their own */

    snprintf(fru->uuid, sizeof(fru->uuid), "%08x-%04x-8%03x-%04x-%012llx",
        (unsigned) (a >> 32), (unsigned) (a >> 16) & 0xffff,
        (unsigned) a & 0xfff, 0x8000 | ((unsigned) (b >> 48) & 0x3fff),
        (unsigned long long) (b & 0xffffffffffffULL));

    /* locally administered */

    snprintf(fru->mac, sizeof(fru->mac), "02:%02x:%02x:%02x:%02x:%02x",
        (unsigned) (b >> 32) & 0xff, (unsigned) (b >> 24) & 0xff,
        (unsigned) (b >> 16) & 0xff, (unsigned) (b >> 8) & 0xff,
        (unsigned) b & 0xff);
}


static json_t *
fru_bmc(const char *mac, const char *address)
{
    json_t  *o;

    o = json_pack("{s:s, s:s}", "version", BMC_SIM_FIRMWARE, "mac", mac);

    if (address != NULL) {
        (void) json_object_set_new(o, "address", json_string(address));
    }

    return o;
}


json_t *
bmc_sim_fru_json(const char *name, const char *mac, const char *address)
{
    char           board[20], chassis[20];
    bmc_sim_fru_t  fru;

    bmc_sim_fru(name, &fru);

    snprintf(board, sizeof(board), "%s-B", fru.serial);
    snprintf(chassis, sizeof(chassis), "%s-C", fru.serial);

    return json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:s}, "
        "s:{s:s, s:s, s:s, s:s}, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}, "
        "s:o, s:[{s:s, s:s, s:s}], s:{s:i, s:s}, s:{s:i}}",
        "system", "manufacturer", BMC_SIM_VENDOR, "model", BMC_SIM_MODEL,
        "serial", fru.serial, "part_number", "SIM-1U", "asset_tag", name,
        "uuid", fru.uuid,
        "board", "manufacturer", BMC_SIM_VENDOR, "product", "simulated board",
        "serial", board, "part_number", "SIM-MB",
        "chassis", "type", "rack mount chassis", "serial", chassis,
        "part_number", "SIM-CH",
        "bios", "vendor", BMC_SIM_VENDOR, "version", "1.0",
        "date", "2026-01-02T00:00:00Z",
        "bmc", fru_bmc(mac == NULL ? fru.mac : mac, address),
        "psus", "name", "PSU1", "health", "ok", "state", "present",
        "processors", "count", 2, "model", "simulated processor",
        "memory", "gib", 64);
}
