
/*
 * Copyright (C) the bmcgate authors
 *
 * What system firmware was at, or stumbled over: IPMI 2.0, table 42-3, type
 * 0x0f, event data 2.
 */


#include "drivers/ipmi/events.h"


static const char *const  firmware_errors[] = {
    NULL, "No system memory installed", "No usable system memory",
    "Unrecoverable hard-disk failure", "Unrecoverable system-board failure",
    "Unrecoverable diskette failure",
    "Unrecoverable hard-disk controller failure",
    "Unrecoverable keyboard failure", "Removable boot media not found",
    "Unrecoverable video controller failure", "No video device detected",
    "Firmware (BIOS) ROM corruption detected", "CPU voltage mismatch",
    "CPU speed matching failure"
};


static const char *const  firmware_stages[] = {
    NULL, "Memory initialization", "Hard-disk initialization",
    "Secondary processor initialization", "User authentication",
    "User-initiated system setup", "USB resource configuration",
    "PCI resource configuration", "Option ROM initialization",
    "Video initialization", "Cache initialization", "SM Bus initialization",
    "Keyboard controller initialization",
    "Management controller initialization", "Docking station attachment",
    "Enabling docking station", "Docking station ejection",
    "Disabling docking station", "Calling operating system wake-up vector",
    "Starting operating system boot", "Baseboard initialization", NULL,
    "Floppy initialization", "Keyboard test", "Pointing device test",
    "Primary processor initialization"
};


#define firmware_text(table, code)                                           \
    ((code) < sizeof(table) / sizeof(table[0]) ? table[code] : NULL)


const char *
bmc_ipmi_firmware_text(uint8_t offset, uint8_t code)
{
    if (offset == 0) {
        return firmware_text(firmware_errors, code);
    }

    return offset <= 2 ? firmware_text(firmware_stages, code) : NULL;
}
