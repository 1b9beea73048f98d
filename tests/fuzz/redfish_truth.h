
/*
 * Copyright (C) the bmcgate authors
 *
 * What a Redfish BMC that is well answers to the verbs that fuzz_redfish
 * asks.  JSON texts have ' where JSON has ".
 */


#ifndef _REDFISH_TRUTH_H_INCLUDED_
#define _REDFISH_TRUTH_H_INCLUDED_


#include "fuzz_call.h"

#include "drivers/redfish/unit.h"


#define V1       "/redfish/v1"
#define AT(path)  "{'@odata.id': '" path "'}"
#define IN(path)  "{'Members': [{'@odata.id': '" path "'}]}"


static const fuzz_verb_t  fuzz_verbs[] = {
    { BMC_POWER_STATUS, FUZZ_NO_ARGS },
    { BMC_POWER_ON, FUZZ_NO_ARGS },
    { BMC_POWER_OFF, FUZZ_NO_ARGS },
    { BMC_POWER_CYCLE, FUZZ_NO_ARGS },
    { BMC_POWER_READING, FUZZ_NO_ARGS },
    { BMC_BOOT_GET, FUZZ_NO_ARGS },
    { BMC_BOOT_SET, { { "device", "pxe" }, { "persistent", "on" } } },
    { BMC_BOOT_SET, { { "device", "cdrom" }, { "mode", "uefi" } } },
    { BMC_IDENTIFY_GET, FUZZ_NO_ARGS },
    { BMC_IDENTIFY_SET, { { "state", "on" } } },
    { BMC_SENSORS_READ, FUZZ_NO_ARGS },
    { BMC_LOG_READ, FUZZ_NO_ARGS },
    { BMC_LOG_CLEAR, FUZZ_NO_ARGS },
    { BMC_INVENTORY_READ, FUZZ_NO_ARGS },
    { BMC_BMC_READ, FUZZ_NO_ARGS },
    { BMC_BMC_RESET, FUZZ_NO_ARGS },
    { BMC_LAN_READ, FUZZ_NO_ARGS },
    { BMC_USERS_LIST, FUZZ_NO_ARGS },
    { BMC_USERS_SET,
      { { "name", "anna" }, { "password", "none of yours" },
        { "role", "operator" } } },
    { BMC_USERS_DELETE, { { "name", "admin" } } },
    { BMC_MEDIA_LIST, FUZZ_NO_ARGS },
    { BMC_MEDIA_INSERT, { { "image", "http://10.0.0.1/a.iso" } } },
    { BMC_MEDIA_EJECT, { { "device", "CD" } } },
    { BMC_BMC_TRUST, FUZZ_NO_ARGS }
};


static const struct {
    const char  *path;
    const char  *json;
} fuzz_pages[] = {

    { V1 "/", "{'Vendor': 'Contoso', 'Systems': " AT(V1 "/Systems") ","
      " 'Chassis': " AT(V1 "/Chassis") ", 'Managers': " AT(V1 "/Managers") ","
      " 'AccountService': " AT(V1 "/AccountService") ","
      " 'Links': {'Sessions': " AT(V1 "/Sessions") "}}" },

    { V1 "/Systems", IN(V1 "/Systems/1") },
    { V1 "/Chassis", IN(V1 "/Chassis/1") },
    { V1 "/Managers", IN(V1 "/Managers/1") },

    { V1 "/Systems/1", "{'Id': '1', 'Name': 'n1', 'PowerState': 'On',"
      " 'Manufacturer': 'Contoso', 'Model': 'M1', 'SerialNumber': 'S1',"
      " 'UUID': '7d4c5a10-6b5e-11ec-9f2e-3cecef001122',"
      " 'IndicatorLED': 'Off', 'Status': {'Health': 'OK'},"
      " 'ProcessorSummary': {'Count': 2, 'Model': 'P'},"
      " 'MemorySummary': {'TotalSystemMemoryGiB': 64},"
      " 'Boot': {'BootSourceOverrideEnabled': 'Disabled',"
      " 'BootSourceOverrideTarget': 'None', 'BootSourceOverrideMode': 'UEFI',"
      " 'BootSourceOverrideTarget@Redfish.AllowableValues': ['None', 'Pxe',"
      " 'Cd', 'Hdd', 'BiosSetup']},"
      " 'Links': {'Chassis': [" AT(V1 "/Chassis/1") "],"
      " 'ManagedBy': [" AT(V1 "/Managers/1") "]},"
      " 'LogServices': " AT(V1 "/Systems/1/LogServices") ","
      " 'Processors': " AT(V1 "/Systems/1/Processors") ","
      " 'Actions': {'#ComputerSystem.Reset': {'target':"
      " '" V1 "/Systems/1/Actions/Reset',"
      " 'ResetType@Redfish.AllowableValues': ['On', 'ForceOff',"
      " 'GracefulShutdown', 'ForceRestart', 'Nmi']}}}" },

    { V1 "/Systems/1/Processors", IN(V1 "/Systems/1/Processors/1") },
    { V1 "/Systems/1/Processors/1", "{'Id': '1', 'Model': 'P',"
      " 'Manufacturer': 'Q', 'Status': {'State': 'Enabled'}}" },

    { V1 "/Systems/1/LogServices", IN(V1 "/Systems/1/LogServices/SEL") },
    { V1 "/Systems/1/LogServices/SEL", "{'Id': 'SEL', 'Entries':"
      " " AT(V1 "/Systems/1/LogServices/SEL/Entries") ", 'Actions':"
      " {'#LogService.ClearLog': {'target':"
      " '" V1 "/Systems/1/LogServices/SEL/Actions/Clear'}}}" },
    { V1 "/Systems/1/LogServices/SEL/Entries", "{'Members': [{'Id': '1',"
      " 'Created': '2026-01-02T03:04:05Z', 'Severity': 'OK',"
      " 'Message': 'on', 'EntryType': 'SEL'}], 'Members@odata.count': 1}" },

    { V1 "/Chassis/1", "{'Id': '1', 'ChassisType': 'RackMount',"
      " 'SerialNumber': 'C1', 'Sensors': " AT(V1 "/Chassis/1/Sensors") ","
      " 'Power': " AT(V1 "/Chassis/1/Power") ","
      " 'Thermal': " AT(V1 "/Chassis/1/Thermal") "}" },
    { V1 "/Chassis/1/Sensors", IN(V1 "/Chassis/1/Sensors/T") },
    { V1 "/Chassis/1/Sensors/T", "{'Name': 'T', 'Reading': 21.5,"
      " 'ReadingType': 'Temperature', 'ReadingUnits': 'Cel',"
      " 'Thresholds': {'UpperCritical': {'Reading': 80}},"
      " 'Status': {'State': 'Enabled', 'Health': 'OK'}}" },
    { V1 "/Chassis/1/Power", "{'PowerControl': [{'PowerConsumedWatts': 120,"
      " 'PowerMetrics': {'AverageConsumedWatts': 110}}], 'PowerSupplies':"
      " [{'Name': 'PSU1', 'PowerCapacityWatts': 800,"
      " 'Status': {'State': 'Enabled', 'Health': 'OK'}}]}" },
    { V1 "/Chassis/1/Thermal", "{'Temperatures': [{'Name': 'Inlet',"
      " 'ReadingCelsius': 22}], 'Fans': [{'Name': 'Fan', 'Reading': 4000,"
      " 'ReadingUnits': 'RPM'}]}" },

    { V1 "/Managers/1", "{'Id': '1', 'FirmwareVersion': '1.2.3',"
      " 'EthernetInterfaces': " AT(V1 "/Managers/1/Eth") ","
      " 'VirtualMedia': " AT(V1 "/Managers/1/Media") ","
      " 'Actions': {'#Manager.Reset': {'target':"
      " '" V1 "/Managers/1/Actions/Reset'}}}" },
    { V1 "/Managers/1/Eth", IN(V1 "/Managers/1/Eth/1") },
    { V1 "/Managers/1/Eth/1", "{'Id': '1', 'MACAddress':"
      " '3c:ec:ef:00:11:22', 'IPv4Addresses': [{'Address': '127.0.0.1',"
      " 'SubnetMask': '255.0.0.0', 'Gateway': '127.0.0.2',"
      " 'AddressOrigin': 'Static'}]}" },
    { V1 "/Managers/1/Media", IN(V1 "/Managers/1/Media/CD") },
    { V1 "/Managers/1/Media/CD", "{'Id': 'CD', 'MediaTypes': ['CD', 'DVD'],"
      " 'Inserted': false, 'Image': null, 'Actions':"
      " {'#VirtualMedia.InsertMedia': {'target':"
      " '" V1 "/Managers/1/Media/CD/Actions/Insert'},"
      " '#VirtualMedia.EjectMedia': {'target':"
      " '" V1 "/Managers/1/Media/CD/Actions/Eject'}}}" },

    { V1 "/AccountService", "{'Accounts': " AT(V1 "/Accounts") "}" },
    { V1 "/Accounts", "{'Members': [{'Id': '1', 'UserName': 'admin',"
      " 'RoleId': 'Administrator', 'Enabled': true,"
      " '@odata.id': '" V1 "/Accounts/1'}]}" },
    { V1 "/Accounts/1", "{'Id': '1', 'UserName': 'admin',"
      " 'RoleId': 'Administrator', 'Enabled': true}" },

    { V1 "/Tasks/1", "{'@odata.id': '" V1 "/Tasks/1', 'TaskState':"
      " 'Completed'}" }
};


#define FUZZ_PAGES  (sizeof(fuzz_pages) / sizeof(fuzz_pages[0]))


#endif /* _REDFISH_TRUTH_H_INCLUDED_ */
