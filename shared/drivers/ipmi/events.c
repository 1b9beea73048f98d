
/*
 * Copyright (C) the bmcgate authors
 *
 * What states are called: IPMI 2.0, tables 42-1 to 42-3.  How bad they are
 * is ours: that table does not say.
 */


#include "drivers/ipmi/events.h"


typedef struct {
    uint8_t       type;              /* of the event, or of the sensor */
    uint8_t       offset;
    bmc_health_t  severity;
    const char   *text;
} events_text_t;


/* by event/reading type */

static const events_text_t  events_generic[] = {

    { 0x01, 0x00, BMC_HEALTH_WARNING, "Lower Non-critical going low" },
    { 0x01, 0x01, BMC_HEALTH_WARNING, "Lower Non-critical going high" },
    { 0x01, 0x02, BMC_HEALTH_CRITICAL, "Lower Critical going low" },
    { 0x01, 0x03, BMC_HEALTH_CRITICAL, "Lower Critical going high" },
    { 0x01, 0x04, BMC_HEALTH_CRITICAL, "Lower Non-recoverable going low" },
    { 0x01, 0x05, BMC_HEALTH_CRITICAL, "Lower Non-recoverable going high" },
    { 0x01, 0x06, BMC_HEALTH_WARNING, "Upper Non-critical going low" },
    { 0x01, 0x07, BMC_HEALTH_WARNING, "Upper Non-critical going high" },
    { 0x01, 0x08, BMC_HEALTH_CRITICAL, "Upper Critical going low" },
    { 0x01, 0x09, BMC_HEALTH_CRITICAL, "Upper Critical going high" },
    { 0x01, 0x0a, BMC_HEALTH_CRITICAL, "Upper Non-recoverable going low" },
    { 0x01, 0x0b, BMC_HEALTH_CRITICAL, "Upper Non-recoverable going high" },

    { 0x02, 0x00, BMC_HEALTH_OK, "Transition to Idle" },
    { 0x02, 0x01, BMC_HEALTH_OK, "Transition to Active" },
    { 0x02, 0x02, BMC_HEALTH_OK, "Transition to Busy" },

    { 0x03, 0x00, BMC_HEALTH_OK, "State Deasserted" },
    { 0x03, 0x01, BMC_HEALTH_OK, "State Asserted" },

    { 0x04, 0x00, BMC_HEALTH_OK, "Predictive Failure Deasserted" },
    { 0x04, 0x01, BMC_HEALTH_WARNING, "Predictive Failure Asserted" },

    { 0x05, 0x00, BMC_HEALTH_OK, "Limit Not Exceeded" },
    { 0x05, 0x01, BMC_HEALTH_WARNING, "Limit Exceeded" },

    { 0x06, 0x00, BMC_HEALTH_OK, "Performance Met" },
    { 0x06, 0x01, BMC_HEALTH_WARNING, "Performance Lags" },

    { 0x07, 0x00, BMC_HEALTH_OK, "Transition to OK" },
    { 0x07, 0x01, BMC_HEALTH_WARNING, "Transition to Non-critical from OK" },
    { 0x07, 0x02, BMC_HEALTH_CRITICAL,
      "Transition to Critical from less severe" },
    { 0x07, 0x03, BMC_HEALTH_CRITICAL,
      "Transition to Non-recoverable from less severe" },
    { 0x07, 0x04, BMC_HEALTH_WARNING,
      "Transition to Non-critical from more severe" },
    { 0x07, 0x05, BMC_HEALTH_CRITICAL,
      "Transition to Critical from Non-recoverable" },
    { 0x07, 0x06, BMC_HEALTH_CRITICAL, "Transition to Non-recoverable" },
    { 0x07, 0x07, BMC_HEALTH_OK, "Monitor" },
    { 0x07, 0x08, BMC_HEALTH_OK, "Informational" },

    { 0x08, 0x00, BMC_HEALTH_OK, "Device Absent" },
    { 0x08, 0x01, BMC_HEALTH_OK, "Device Present" },

    { 0x09, 0x00, BMC_HEALTH_OK, "Device Disabled" },
    { 0x09, 0x01, BMC_HEALTH_OK, "Device Enabled" },

    { 0x0a, 0x00, BMC_HEALTH_OK, "Transition to Running" },
    { 0x0a, 0x01, BMC_HEALTH_OK, "Transition to In Test" },
    { 0x0a, 0x02, BMC_HEALTH_OK, "Transition to Power Off" },
    { 0x0a, 0x03, BMC_HEALTH_OK, "Transition to On Line" },
    { 0x0a, 0x04, BMC_HEALTH_OK, "Transition to Off Line" },
    { 0x0a, 0x05, BMC_HEALTH_OK, "Transition to Off Duty" },
    { 0x0a, 0x06, BMC_HEALTH_WARNING, "Transition to Degraded" },
    { 0x0a, 0x07, BMC_HEALTH_OK, "Transition to Power Save" },
    { 0x0a, 0x08, BMC_HEALTH_WARNING, "Install Error" },

    { 0x0b, 0x00, BMC_HEALTH_OK, "Fully Redundant" },
    { 0x0b, 0x01, BMC_HEALTH_WARNING, "Redundancy Lost" },
    { 0x0b, 0x02, BMC_HEALTH_WARNING, "Redundancy Degraded" },
    { 0x0b, 0x03, BMC_HEALTH_WARNING,
      "Non-Redundant: Sufficient from Redundant" },
    { 0x0b, 0x04, BMC_HEALTH_WARNING,
      "Non-Redundant: Sufficient from Insufficient" },
    { 0x0b, 0x05, BMC_HEALTH_CRITICAL,
      "Non-Redundant: Insufficient Resources" },
    { 0x0b, 0x06, BMC_HEALTH_WARNING,
      "Redundancy Degraded from Fully Redundant" },
    { 0x0b, 0x07, BMC_HEALTH_WARNING,
      "Redundancy Degraded from Non-Redundant" },

    { 0x0c, 0x00, BMC_HEALTH_OK, "D0 Power State" },
    { 0x0c, 0x01, BMC_HEALTH_OK, "D1 Power State" },
    { 0x0c, 0x02, BMC_HEALTH_OK, "D2 Power State" },
    { 0x0c, 0x03, BMC_HEALTH_OK, "D3 Power State" }
};


/* event/reading type 0x6f: by sensor type */

static const events_text_t  events_specific[] = {

    { 0x05, 0x00, BMC_HEALTH_CRITICAL, "General Chassis intrusion" },
    { 0x05, 0x01, BMC_HEALTH_CRITICAL, "Drive Bay intrusion" },
    { 0x05, 0x02, BMC_HEALTH_CRITICAL, "I/O Card area intrusion" },
    { 0x05, 0x03, BMC_HEALTH_CRITICAL, "Processor area intrusion" },
    { 0x05, 0x04, BMC_HEALTH_WARNING, "System unplugged from LAN" },
    { 0x05, 0x05, BMC_HEALTH_WARNING, "Unauthorized dock" },
    { 0x05, 0x06, BMC_HEALTH_CRITICAL, "FAN area intrusion" },

    { 0x06, 0x00, BMC_HEALTH_CRITICAL,
      "Front Panel Lockout violation attempted" },
    { 0x06, 0x01, BMC_HEALTH_CRITICAL,
      "Pre-boot password violation - user password" },
    { 0x06, 0x02, BMC_HEALTH_CRITICAL,
      "Pre-boot password violation - setup password" },
    { 0x06, 0x03, BMC_HEALTH_CRITICAL,
      "Pre-boot password violation - network boot password" },
    { 0x06, 0x04, BMC_HEALTH_CRITICAL, "Other pre-boot password violation" },
    { 0x06, 0x05, BMC_HEALTH_CRITICAL,
      "Out-of-band access password violation" },

    { 0x07, 0x00, BMC_HEALTH_CRITICAL, "IERR" },
    { 0x07, 0x01, BMC_HEALTH_CRITICAL, "Thermal Trip" },
    { 0x07, 0x02, BMC_HEALTH_CRITICAL, "FRB1/BIST failure" },
    { 0x07, 0x03, BMC_HEALTH_CRITICAL, "FRB2/Hang in POST failure" },
    { 0x07, 0x04, BMC_HEALTH_CRITICAL, "FRB3/Processor startup/init failure" },
    { 0x07, 0x05, BMC_HEALTH_CRITICAL, "Configuration Error" },
    { 0x07, 0x06, BMC_HEALTH_CRITICAL,
      "SM BIOS Uncorrectable CPU-complex Error" },
    { 0x07, 0x07, BMC_HEALTH_OK, "Presence detected" },
    { 0x07, 0x08, BMC_HEALTH_WARNING, "Disabled" },
    { 0x07, 0x09, BMC_HEALTH_OK, "Terminator presence detected" },
    { 0x07, 0x0a, BMC_HEALTH_WARNING, "Throttled" },
    { 0x07, 0x0b, BMC_HEALTH_CRITICAL,
      "Uncorrectable machine check exception" },
    { 0x07, 0x0c, BMC_HEALTH_WARNING, "Correctable machine check error" },

    { 0x08, 0x00, BMC_HEALTH_OK, "Presence detected" },
    { 0x08, 0x01, BMC_HEALTH_CRITICAL, "Failure detected" },
    { 0x08, 0x02, BMC_HEALTH_WARNING, "Predictive failure" },
    { 0x08, 0x03, BMC_HEALTH_CRITICAL, "Power Supply AC lost" },
    { 0x08, 0x04, BMC_HEALTH_CRITICAL, "AC lost or out-of-range" },
    { 0x08, 0x05, BMC_HEALTH_WARNING, "AC out-of-range, but present" },
    { 0x08, 0x06, BMC_HEALTH_CRITICAL, "Config Error" },
    { 0x08, 0x07, BMC_HEALTH_WARNING, "Power Supply Inactive" },

    { 0x09, 0x00, BMC_HEALTH_OK, "Power off/down" },
    { 0x09, 0x01, BMC_HEALTH_OK, "Power cycle" },
    { 0x09, 0x02, BMC_HEALTH_WARNING, "240VA power down" },
    { 0x09, 0x03, BMC_HEALTH_WARNING, "Interlock power down" },
    { 0x09, 0x04, BMC_HEALTH_CRITICAL, "AC lost" },
    { 0x09, 0x05, BMC_HEALTH_CRITICAL, "Soft-power control failure" },
    { 0x09, 0x06, BMC_HEALTH_CRITICAL, "Failure detected" },
    { 0x09, 0x07, BMC_HEALTH_WARNING, "Predictive failure" },

    { 0x0c, 0x00, BMC_HEALTH_WARNING, "Correctable ECC" },
    { 0x0c, 0x01, BMC_HEALTH_CRITICAL, "Uncorrectable ECC" },
    { 0x0c, 0x02, BMC_HEALTH_CRITICAL, "Parity" },
    { 0x0c, 0x03, BMC_HEALTH_CRITICAL, "Memory Scrub Failed" },
    { 0x0c, 0x04, BMC_HEALTH_WARNING, "Memory Device Disabled" },
    { 0x0c, 0x05, BMC_HEALTH_WARNING,
      "Correctable ECC logging limit reached" },
    { 0x0c, 0x06, BMC_HEALTH_OK, "Presence Detected" },
    { 0x0c, 0x07, BMC_HEALTH_CRITICAL, "Configuration Error" },
    { 0x0c, 0x08, BMC_HEALTH_OK, "Spare" },
    { 0x0c, 0x09, BMC_HEALTH_WARNING, "Throttled" },
    { 0x0c, 0x0a, BMC_HEALTH_CRITICAL, "Critical Overtemperature" },

    { 0x0d, 0x00, BMC_HEALTH_OK, "Drive Present" },
    { 0x0d, 0x01, BMC_HEALTH_CRITICAL, "Drive Fault" },
    { 0x0d, 0x02, BMC_HEALTH_WARNING, "Predictive Failure" },
    { 0x0d, 0x03, BMC_HEALTH_OK, "Hot Spare" },
    { 0x0d, 0x04, BMC_HEALTH_OK, "Parity Check In Progress" },
    { 0x0d, 0x05, BMC_HEALTH_CRITICAL, "In Critical Array" },
    { 0x0d, 0x06, BMC_HEALTH_CRITICAL, "In Failed Array" },
    { 0x0d, 0x07, BMC_HEALTH_WARNING, "Rebuild In Progress" },
    { 0x0d, 0x08, BMC_HEALTH_WARNING, "Rebuild Aborted" },

    { 0x0f, 0x00, BMC_HEALTH_CRITICAL, "System Firmware Error (POST Error)" },
    { 0x0f, 0x01, BMC_HEALTH_CRITICAL, "System Firmware Hang" },
    { 0x0f, 0x02, BMC_HEALTH_OK, "System Firmware Progress" },

    { 0x10, 0x00, BMC_HEALTH_WARNING,
      "Correctable memory error logging disabled" },
    { 0x10, 0x01, BMC_HEALTH_WARNING, "Event logging disabled" },
    { 0x10, 0x02, BMC_HEALTH_OK, "Log area reset/cleared" },
    { 0x10, 0x03, BMC_HEALTH_WARNING, "All event logging disabled" },
    { 0x10, 0x04, BMC_HEALTH_WARNING, "Log full" },
    { 0x10, 0x05, BMC_HEALTH_WARNING, "Log almost full" },
    { 0x10, 0x06, BMC_HEALTH_WARNING,
      "Correctable machine check error logging disabled" },

    { 0x11, 0x00, BMC_HEALTH_CRITICAL, "BIOS Reset" },
    { 0x11, 0x01, BMC_HEALTH_CRITICAL, "OS Reset" },
    { 0x11, 0x02, BMC_HEALTH_CRITICAL, "OS Shut Down" },
    { 0x11, 0x03, BMC_HEALTH_CRITICAL, "OS Power Down" },
    { 0x11, 0x04, BMC_HEALTH_CRITICAL, "OS Power Cycle" },
    { 0x11, 0x05, BMC_HEALTH_CRITICAL, "OS NMI/Diag Interrupt" },
    { 0x11, 0x06, BMC_HEALTH_WARNING, "OS Expired" },
    { 0x11, 0x07, BMC_HEALTH_WARNING, "OS pre-timeout Interrupt" },

    { 0x12, 0x00, BMC_HEALTH_OK, "System Reconfigured" },
    { 0x12, 0x01, BMC_HEALTH_OK, "OEM System boot event" },
    { 0x12, 0x02, BMC_HEALTH_CRITICAL,
      "Undetermined system hardware failure" },
    { 0x12, 0x03, BMC_HEALTH_OK, "Entry added to auxiliary log" },
    { 0x12, 0x04, BMC_HEALTH_OK, "PEF Action" },
    { 0x12, 0x05, BMC_HEALTH_OK, "Timestamp Clock Sync" },

    { 0x13, 0x00, BMC_HEALTH_CRITICAL, "NMI/Diag Interrupt" },
    { 0x13, 0x01, BMC_HEALTH_CRITICAL, "Bus Timeout" },
    { 0x13, 0x02, BMC_HEALTH_CRITICAL, "I/O Channel check NMI" },
    { 0x13, 0x03, BMC_HEALTH_CRITICAL, "Software NMI" },
    { 0x13, 0x04, BMC_HEALTH_CRITICAL, "PCI PERR" },
    { 0x13, 0x05, BMC_HEALTH_CRITICAL, "PCI SERR" },
    { 0x13, 0x06, BMC_HEALTH_CRITICAL, "EISA failsafe timeout" },
    { 0x13, 0x07, BMC_HEALTH_WARNING, "Bus Correctable error" },
    { 0x13, 0x08, BMC_HEALTH_CRITICAL, "Bus Uncorrectable error" },
    { 0x13, 0x09, BMC_HEALTH_CRITICAL, "Fatal NMI" },
    { 0x13, 0x0a, BMC_HEALTH_CRITICAL, "Bus Fatal Error" },
    { 0x13, 0x0b, BMC_HEALTH_WARNING, "Bus Degraded" },

    { 0x14, 0x00, BMC_HEALTH_OK, "Power Button pressed" },
    { 0x14, 0x01, BMC_HEALTH_OK, "Sleep Button pressed" },
    { 0x14, 0x02, BMC_HEALTH_OK, "Reset Button pressed" },
    { 0x14, 0x03, BMC_HEALTH_OK, "FRU Latch" },
    { 0x14, 0x04, BMC_HEALTH_OK, "FRU Service" },

    { 0x19, 0x00, BMC_HEALTH_CRITICAL, "Soft Power Control Failure" },
    { 0x19, 0x01, BMC_HEALTH_CRITICAL, "Thermal Trip" },

    { 0x1b, 0x00, BMC_HEALTH_OK, "Connected" },
    { 0x1b, 0x01, BMC_HEALTH_CRITICAL, "Config Error" },

    { 0x1d, 0x00, BMC_HEALTH_OK, "Initiated by power up" },
    { 0x1d, 0x01, BMC_HEALTH_OK, "Initiated by hard reset" },
    { 0x1d, 0x02, BMC_HEALTH_OK, "Initiated by warm reset" },
    { 0x1d, 0x03, BMC_HEALTH_OK, "User requested PXE boot" },
    { 0x1d, 0x04, BMC_HEALTH_OK, "Automatic boot to diagnostic" },
    { 0x1d, 0x05, BMC_HEALTH_OK, "OS initiated hard reset" },
    { 0x1d, 0x06, BMC_HEALTH_OK, "OS initiated warm reset" },
    { 0x1d, 0x07, BMC_HEALTH_OK, "System Restart" },

    { 0x1e, 0x00, BMC_HEALTH_CRITICAL, "No bootable media" },
    { 0x1e, 0x01, BMC_HEALTH_CRITICAL, "Non-bootable disk in drive" },
    { 0x1e, 0x02, BMC_HEALTH_CRITICAL, "PXE server not found" },
    { 0x1e, 0x03, BMC_HEALTH_CRITICAL, "Invalid boot sector" },
    { 0x1e, 0x04, BMC_HEALTH_CRITICAL, "Timeout waiting for selection" },

    { 0x1f, 0x00, BMC_HEALTH_OK, "A: boot completed" },
    { 0x1f, 0x01, BMC_HEALTH_OK, "C: boot completed" },
    { 0x1f, 0x02, BMC_HEALTH_OK, "PXE boot completed" },
    { 0x1f, 0x03, BMC_HEALTH_OK, "Diagnostic boot completed" },
    { 0x1f, 0x04, BMC_HEALTH_OK, "CD-ROM boot completed" },
    { 0x1f, 0x05, BMC_HEALTH_OK, "ROM boot completed" },
    { 0x1f, 0x06, BMC_HEALTH_OK, "boot completed - device not specified" },
    { 0x1f, 0x07, BMC_HEALTH_OK, "Installation started" },
    { 0x1f, 0x08, BMC_HEALTH_OK, "Installation completed" },
    { 0x1f, 0x09, BMC_HEALTH_WARNING, "Installation aborted" },
    { 0x1f, 0x0a, BMC_HEALTH_CRITICAL, "Installation failed" },

    { 0x20, 0x00, BMC_HEALTH_CRITICAL, "Error during system startup" },
    { 0x20, 0x01, BMC_HEALTH_CRITICAL, "Run-time critical stop" },
    { 0x20, 0x02, BMC_HEALTH_OK, "OS graceful stop" },
    { 0x20, 0x03, BMC_HEALTH_OK, "OS graceful shutdown" },
    { 0x20, 0x04, BMC_HEALTH_OK, "PEF initiated soft shutdown" },
    { 0x20, 0x05, BMC_HEALTH_WARNING, "Agent not responding" },

    { 0x21, 0x00, BMC_HEALTH_CRITICAL, "Fault Status" },
    { 0x21, 0x01, BMC_HEALTH_OK, "Identify Status" },
    { 0x21, 0x02, BMC_HEALTH_OK, "Device Installed" },
    { 0x21, 0x03, BMC_HEALTH_OK, "Ready for Device Installation" },
    { 0x21, 0x04, BMC_HEALTH_OK, "Ready for Device Removal" },
    { 0x21, 0x05, BMC_HEALTH_OK, "Slot Power is Off" },
    { 0x21, 0x06, BMC_HEALTH_OK, "Device Removal Request" },
    { 0x21, 0x07, BMC_HEALTH_OK, "Interlock" },
    { 0x21, 0x08, BMC_HEALTH_OK, "Slot is Disabled" },
    { 0x21, 0x09, BMC_HEALTH_OK, "Spare Device" },

    { 0x22, 0x00, BMC_HEALTH_OK, "S0/G0: working" },
    { 0x22, 0x01, BMC_HEALTH_OK,
      "S1: sleeping with system hw & processor context maintained" },
    { 0x22, 0x02, BMC_HEALTH_OK, "S2: sleeping, processor context lost" },
    { 0x22, 0x03, BMC_HEALTH_OK,
      "S3: sleeping, processor & hw context lost, memory retained" },
    { 0x22, 0x04, BMC_HEALTH_OK, "S4: non-volatile sleep/suspend-to-disk" },
    { 0x22, 0x05, BMC_HEALTH_OK, "S5/G2: soft-off" },
    { 0x22, 0x06, BMC_HEALTH_OK, "S4/S5: soft-off" },
    { 0x22, 0x07, BMC_HEALTH_OK, "G3: mechanical off" },
    { 0x22, 0x08, BMC_HEALTH_OK, "Sleeping in S1/S2/S3 state" },
    { 0x22, 0x09, BMC_HEALTH_OK, "G1: sleeping" },
    { 0x22, 0x0a, BMC_HEALTH_OK, "S5: entered by override" },
    { 0x22, 0x0b, BMC_HEALTH_OK, "Legacy ON state" },
    { 0x22, 0x0c, BMC_HEALTH_OK, "Legacy OFF state" },
    { 0x22, 0x0e, BMC_HEALTH_WARNING, "Unknown" },

    { 0x23, 0x00, BMC_HEALTH_WARNING, "Timer expired" },
    { 0x23, 0x01, BMC_HEALTH_CRITICAL, "Hard reset" },
    { 0x23, 0x02, BMC_HEALTH_CRITICAL, "Power down" },
    { 0x23, 0x03, BMC_HEALTH_CRITICAL, "Power cycle" },
    { 0x23, 0x08, BMC_HEALTH_WARNING, "Timer interrupt" },

    { 0x24, 0x00, BMC_HEALTH_OK, "Platform generated page" },
    { 0x24, 0x01, BMC_HEALTH_OK, "Platform generated LAN alert" },
    { 0x24, 0x02, BMC_HEALTH_OK, "Platform Event Trap generated" },
    { 0x24, 0x03, BMC_HEALTH_OK, "Platform generated SNMP trap, OEM format" },

    { 0x25, 0x00, BMC_HEALTH_OK, "Present" },
    { 0x25, 0x01, BMC_HEALTH_OK, "Absent" },
    { 0x25, 0x02, BMC_HEALTH_OK, "Disabled" },

    { 0x27, 0x00, BMC_HEALTH_CRITICAL, "Heartbeat Lost" },
    { 0x27, 0x01, BMC_HEALTH_OK, "Heartbeat" },

    { 0x28, 0x00, BMC_HEALTH_WARNING,
      "Sensor access degraded or unavailable" },
    { 0x28, 0x01, BMC_HEALTH_WARNING,
      "Controller access degraded or unavailable" },
    { 0x28, 0x02, BMC_HEALTH_CRITICAL, "Management controller off-line" },
    { 0x28, 0x03, BMC_HEALTH_CRITICAL, "Management controller unavailable" },
    { 0x28, 0x04, BMC_HEALTH_WARNING, "Sensor failure" },
    { 0x28, 0x05, BMC_HEALTH_CRITICAL, "FRU failure" },

    { 0x29, 0x00, BMC_HEALTH_WARNING, "Low" },
    { 0x29, 0x01, BMC_HEALTH_CRITICAL, "Failed" },
    { 0x29, 0x02, BMC_HEALTH_OK, "Presence Detected" },

    { 0x2a, 0x00, BMC_HEALTH_OK, "Session activated" },
    { 0x2a, 0x01, BMC_HEALTH_OK, "Session deactivated" },
    { 0x2a, 0x02, BMC_HEALTH_WARNING, "Invalid username or password" },
    { 0x2a, 0x03, BMC_HEALTH_WARNING, "Invalid password disable" },

    { 0x2b, 0x00, BMC_HEALTH_OK, "Hardware change detected" },
    { 0x2b, 0x01, BMC_HEALTH_OK, "Firmware or software change detected" },
    { 0x2b, 0x02, BMC_HEALTH_CRITICAL, "Hardware incompatibility detected" },
    { 0x2b, 0x03, BMC_HEALTH_CRITICAL,
      "Firmware or software incompatibility detected" },
    { 0x2b, 0x04, BMC_HEALTH_CRITICAL,
      "Invalid or unsupported hardware version" },
    { 0x2b, 0x05, BMC_HEALTH_CRITICAL,
      "Invalid or unsupported firmware or software version" },
    { 0x2b, 0x06, BMC_HEALTH_OK, "Hardware change success" },
    { 0x2b, 0x07, BMC_HEALTH_OK, "Firmware or software change success" },

    { 0x2c, 0x00, BMC_HEALTH_OK, "Not Installed" },
    { 0x2c, 0x01, BMC_HEALTH_OK, "Inactive" },
    { 0x2c, 0x02, BMC_HEALTH_OK, "Activation Requested" },
    { 0x2c, 0x03, BMC_HEALTH_OK, "Activation in Progress" },
    { 0x2c, 0x04, BMC_HEALTH_OK, "Active" },
    { 0x2c, 0x05, BMC_HEALTH_OK, "Deactivation Requested" },
    { 0x2c, 0x06, BMC_HEALTH_OK, "Deactivation in Progress" },
    { 0x2c, 0x07, BMC_HEALTH_WARNING, "Communication lost" }
};


static const char *const  events_types[] = {
    "reserved", "Temperature", "Voltage", "Current", "Fan",
    "Physical Security", "Platform Security", "Processor", "Power Supply",
    "Power Unit", "Cooling Device", "Other", "Memory", "Drive Slot / Bay",
    "POST Memory Resize", "System Firmware", "Event Logging Disabled",
    "Watchdog1", "System Event", "Critical Interrupt", "Button",
    "Module / Board", "Microcontroller", "Add-in Card", "Chassis",
    "Chip Set", "Other FRU", "Cable / Interconnect", "Terminator",
    "System Boot Initiated", "Boot Error", "OS Boot", "OS Critical Stop",
    "Slot / Connector", "System ACPI Power State", "Watchdog2",
    "Platform Alert", "Entity Presence", "Monitor ASIC", "LAN",
    "Management Subsys Health", "Battery", "Session Audit", "Version Change",
    "FRU State"
};


#define EVENTS_SPECIFIC  0x6f
#define events_count(table)  (sizeof(table) / sizeof(table[0]))


static const events_text_t *
events_find(const events_text_t *table, size_t n, uint8_t type,
    uint8_t offset)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (table[i].type == type && table[i].offset == offset) {
            return &table[i];
        }
    }

    return NULL;
}


const char *
bmc_ipmi_event_text(uint8_t type, uint8_t event, uint8_t offset,
    bmc_health_t *severity)
{
    const events_text_t  *t;

    if (event == EVENTS_SPECIFIC) {
        t = events_find(events_specific, events_count(events_specific), type,
            offset);

    } else {
        t = events_find(events_generic, events_count(events_generic), event,
            offset);
    }

    *severity = t == NULL ? BMC_HEALTH_OK : t->severity;

    return t == NULL ? NULL : t->text;
}


const char *
bmc_ipmi_type_text(uint8_t type)
{
    if (type == 0 || type >= events_count(events_types)) {
        return NULL;
    }

    return events_types[type];
}
