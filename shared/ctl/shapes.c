
/*
 * Copyright (C) the bmcgate authors
 *
 * Which of a result's values its table shows.
 */


#include "ctl/out.h"


#define TEXT    BMC_CELL_TEXT
#define NUMBER  BMC_CELL_NUMBER
#define AGE     BMC_CELL_AGE

#define END     { NULL, NULL, BMC_CELL_TEXT, false }


static const bmc_column_t  shape_power[] = {
    { "NAME", "host", TEXT, false },
    { "POWER", "power", TEXT, false },
    { "AGE", "age", AGE, false },
    { "DRIVER", "driver", TEXT, false },
    { "REACHABLE", "reachable", TEXT, true },
    { "SINCE", "since", TEXT, true },
    END
};


static const bmc_column_t  shape_reading[] = {
    { "NAME", "host", TEXT, false },
    { "WATTS", "watts", NUMBER, false },
    { "MIN", "min", NUMBER, false },
    { "AVERAGE", "average", NUMBER, false },
    { "MAX", "max", NUMBER, false },
    { "INTERVAL", "interval", AGE, false },
    { "DRIVER", "driver", TEXT, true },
    END
};


static const bmc_column_t  shape_boot[] = {
    { "NAME", "host", TEXT, false },
    { "DEVICE", "device", TEXT, false },
    { "PERSISTENT", "persistent", TEXT, false },
    { "MODE", "mode", TEXT, false },
    { "DRIVER", "driver", TEXT, true },
    END
};


static const bmc_column_t  shape_identify[] = {
    { "NAME", "host", TEXT, false },
    { "IDENTIFY", "identify", TEXT, false },
    { "SECONDS", "seconds", NUMBER, false },
    { "DRIVER", "driver", TEXT, true },
    END
};


static const bmc_column_t  shape_sensors[] = {
    { "NAME", "host", TEXT, false },
    { "SENSOR", ".name", TEXT, false },
    { "VALUE", ".value", NUMBER, false },
    { "UNIT", ".unit", TEXT, false },
    { "STATE", ".state", TEXT, false },
    { "TYPE", ".type", TEXT, true },
    { "LOW-FATAL", ".thresholds.low_fatal", NUMBER, true },
    { "LOW-CRIT", ".thresholds.low_critical", NUMBER, true },
    { "LOW-WARN", ".thresholds.low_warning", NUMBER, true },
    { "HIGH-WARN", ".thresholds.high_warning", NUMBER, true },
    { "HIGH-CRIT", ".thresholds.high_critical", NUMBER, true },
    { "HIGH-FATAL", ".thresholds.high_fatal", NUMBER, true },
    END
};


static const bmc_column_t  shape_log[] = {
    { "NAME", "host", TEXT, false },
    { "ID", ".id", NUMBER, false },
    { "TIME", ".time", TEXT, false },
    { "SEVERITY", ".severity", TEXT, false },
    { "SENSOR", ".sensor", TEXT, false },
    { "MESSAGE", ".message", TEXT, false },
    END
};


static const bmc_column_t  shape_inventory[] = {
    { "NAME", "host", TEXT, false },
    { "MANUFACTURER", "system.manufacturer", TEXT, false },
    { "MODEL", "system.model", TEXT, false },
    { "SERIAL", "system.serial", TEXT, false },
    { "BIOS", "bios.version", TEXT, false },
    { "BMC", "bmc.version", TEXT, false },
    { "UUID", "system.uuid", TEXT, true },
    { "PART", "system.part_number", TEXT, true },
    { "ASSET", "system.asset_tag", TEXT, true },
    { "BOARD", "board.product", TEXT, true },
    { "BOARD-SERIAL", "board.serial", TEXT, true },
    { "CHASSIS-SERIAL", "chassis.serial", TEXT, true },
    { "CPUS", "processors.count", NUMBER, true },
    { "CPU", "processors.model", TEXT, true },
    { "GIB", "memory.gib", NUMBER, true },
    END
};


static const bmc_column_t  shape_bmc[] = {
    { "NAME", "host", TEXT, false },
    { "FIRMWARE", "firmware", TEXT, false },
    { "IPMI", "ipmi", TEXT, false },
    { "MANUFACTURER", "manufacturer", TEXT, false },
    { "GUID", "guid", TEXT, false },
    { "REDFISH", "redfish", TEXT, true },
    { "MODEL", "model", TEXT, true },
    { "MANUFACTURER-ID", "manufacturer_id", NUMBER, true },
    { "PRODUCT-ID", "product_id", NUMBER, true },
    { "DEVICE-ID", "device_id", NUMBER, true },
    END
};


static const bmc_column_t  shape_lan[] = {
    { "NAME", "host", TEXT, false },
    { "ADDRESS", "address", TEXT, false },
    { "NETMASK", "netmask", TEXT, false },
    { "GATEWAY", "gateway", TEXT, false },
    { "MAC", "mac", TEXT, false },
    { "SOURCE", "source", TEXT, false },
    { "VLAN", "vlan", NUMBER, false },
    END
};


static const bmc_column_t  shape_users[] = {
    { "NAME", "host", TEXT, false },
    { "ID", ".id", NUMBER, false },
    { "USER", ".name", TEXT, false },
    { "ROLE", ".role", TEXT, false },
    { "ENABLED", ".enabled", TEXT, false },
    END
};


static const bmc_column_t  shape_media[] = {
    { "NAME", "host", TEXT, false },
    { "DEVICE", ".device", TEXT, false },
    { "TYPES", ".types", TEXT, false },
    { "INSERTED", ".inserted", TEXT, false },
    { "PROTECTED", ".write_protected", TEXT, true },
    { "IMAGE", ".image", TEXT, false },
    END
};


static const bmc_column_t  shape_raw[] = {
    { "NAME", "host", TEXT, false },
    { "CODE", "code", NUMBER, false },
    { "DATA", "data", TEXT, false },
    END
};


static const bmc_column_t  shape_ls[] = {
    { "NAME", "host", TEXT, false },
    { "MAC", "mac", TEXT, false },
    { "IP", "address", TEXT, false },
    { "VENDOR", "vendor", TEXT, false },
    { "DRIVER", "driver", TEXT, false },
    { "UUID", "uuid", TEXT, false },
    { "POWER", "power", TEXT, false },
    { "AGE", "age", AGE, false },
    { "REACHABLE", "reachable", TEXT, false },
    { "HEALTH", "health", TEXT, true },
    { "MODEL", "model", TEXT, true },
    { "SERIAL", "serial", TEXT, true },
    { "FIRMWARE", "firmware", TEXT, true },
    { "GROUPS", "groups", TEXT, true },
    END
};


static const bmc_column_t  shape_quirks[] = {
    { "QUIRK", "quirk", TEXT, false },
    { "OF", "of", TEXT, true },
    { "VENDOR", "vendor", TEXT, false },
    { "MODEL", "model", TEXT, false },
    { "FIRMWARE", "firmware", TEXT, false },
    { "WHAT IS DONE", "does", TEXT, false },
    { "SOURCE", "source", TEXT, true },
    END
};


static const bmc_column_t  shape_host_quirks[] = {
    { "NAME", "host", TEXT, false },
    { "QUIRK", "quirk", TEXT, false },
    { "STATE", "state", TEXT, false },
    { "OF", "of", TEXT, true },
    { "WHY", "why", TEXT, false },
    { "WHAT IS DONE", "does", TEXT, false },
    { "SOURCE", "source", TEXT, true },
    END
};


static const bmc_column_t  shape_operations[] = {
    { "ID", "id", NUMBER, false },
    { "TIME", "asked", TEXT, false },
    { "HOST", "host", TEXT, false },
    { "VERB", "verb", TEXT, false },
    { "STATE", "state", TEXT, false },
    { "ACTOR", "actor", TEXT, false },
    { "TEXT", "text", TEXT, false },
    { "SENT", "sent", TEXT, true },
    { "ENDED", "ended", TEXT, true },
    END
};


static const bmc_column_t  shape_audit[] = {
    { "TIME", "time", TEXT, false },
    { "EVENT", "event", TEXT, false },
    { "OP", "op", NUMBER, false },
    { "ACTOR", "actor", TEXT, false },
    { "DOOR", "door", TEXT, false },
    { "HOST", "host", TEXT, false },
    { "VERB", "verb", TEXT, false },
    { "ARGS", "args", TEXT, false },
    { "RESULT", "rc", TEXT, false },
    { "TEXT", "text", TEXT, false },
    { "FROM", "from", TEXT, true },
    END
};


static const bmc_column_t  shape_leases[] = {
    { "NAME", "name", TEXT, false },
    { "MAC", "mac", TEXT, false },
    { "IP", "address", TEXT, false },
    { "IPMI", "ipmi", TEXT, false },
    { "REDFISH", "redfish", TEXT, false },
    { "VENDOR", "vendor", TEXT, false },
    { "MODEL", "model", TEXT, false },
    { "HOST", "host", TEXT, false },
    { "STATE", "state", TEXT, false },
    { "UUID", "uuid", TEXT, true },
    { "SUITES", "suites", TEXT, true },
    { "PORT", "port", NUMBER, true },
    { "REDFISH-PORT", "redfish_port", NUMBER, true },
    { "AUTH", "auth", TEXT, true },
    { "PONG", "pong", TEXT, true },
    END
};


static const bmc_column_t  shape_scan[] = {
    { "ADDRESS", "address", TEXT, false },
    { "IPMI", "ipmi", TEXT, false },
    { "REDFISH", "redfish", TEXT, false },
    { "VENDOR", "vendor", TEXT, false },
    { "MODEL", "model", TEXT, false },
    { "UUID", "uuid", TEXT, false },
    { "MAC", "mac", TEXT, false },
    { "SUITES", "suites", TEXT, false },
    { "NAME", "name", TEXT, false },
    { "STATE", "state", TEXT, false },
    { "PORT", "port", NUMBER, true },
    { "REDFISH-PORT", "redfish_port", NUMBER, true },
    { "AUTH", "auth", TEXT, true },
    { "PONG", "pong", TEXT, true },
    END
};


const bmc_shape_t  bmc_shape_ls = { NULL, shape_ls };
const bmc_shape_t  bmc_shape_quirks = { NULL, shape_quirks };
const bmc_shape_t  bmc_shape_host_quirks = { NULL, shape_host_quirks };
const bmc_shape_t  bmc_shape_operations = { NULL, shape_operations };
const bmc_shape_t  bmc_shape_audit = { NULL, shape_audit };
const bmc_shape_t  bmc_shape_leases = { NULL, shape_leases };
const bmc_shape_t  bmc_shape_scan = { NULL, shape_scan };


static const bmc_shape_t  shape_verbs[BMC_VERB_MAX] = {
    [BMC_POWER_STATUS] = { NULL, shape_power },
    [BMC_POWER_READING] = { NULL, shape_reading },
    [BMC_BOOT_GET] = { NULL, shape_boot },
    [BMC_IDENTIFY_GET] = { NULL, shape_identify },
    [BMC_SENSORS_READ] = { "sensors", shape_sensors },
    [BMC_LOG_READ] = { "entries", shape_log },
    [BMC_INVENTORY_READ] = { NULL, shape_inventory },
    [BMC_BMC_READ] = { NULL, shape_bmc },
    [BMC_LAN_READ] = { NULL, shape_lan },
    [BMC_USERS_LIST] = { "users", shape_users },
    [BMC_RAW] = { NULL, shape_raw },
    [BMC_MEDIA_LIST] = { "media", shape_media }
};


const bmc_shape_t *
bmc_shape_verb(bmc_verb_t verb)
{
    if (verb >= BMC_VERB_MAX || shape_verbs[verb].column == NULL) {
        return NULL;
    }

    return &shape_verbs[verb];
}
