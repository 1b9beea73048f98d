
/*
 * Copyright (C) the bmcgate authors
 *
 * What is booted next: what Boot says, and what it is changed with.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/changes.h"


/* targets in the order of liking; NULL ends */

static const struct {
    const char  *name;
    const char  *target[3];
} boot_devices[] = {
    { "none",  { "None" } },
    { "pxe",   { "Pxe" } },
    { "disk",  { "Hdd" } },
    { "cdrom", { "Cd", "UsbCd" } },
    { "bios",  { "BiosSetup" } },
    { "usb",   { "Usb" } },
    { "diag",  { "Diags" } }
};


#define BOOT_DEVICES  (sizeof(boot_devices) / sizeof(boot_devices[0]))


const char *
bmc_rf_boot_mode(const char *mode)
{
    return strcmp(mode, "uefi") == 0 ? "UEFI" : "Legacy";
}


/* a target that no word of ours means is told in the BMC's, as "uefihttp" */

static void
boot_name(const char *target, char name[32])
{
    size_t  i, k;

    for (i = 0; i < BOOT_DEVICES; i++) {
        for (k = 0; boot_devices[i].target[k] != NULL; k++) {
            if (strcmp(boot_devices[i].target[k], target) == 0) {
                (void) snprintf(name, 32, "%s", boot_devices[i].name);
                return;
            }
        }
    }

    (void) snprintf(name, 32, "%s", target);

    for (i = 0; name[i] != '\0'; i++) {
        if (name[i] >= 'A' && name[i] <= 'Z') {
            name[i] = (char) (name[i] - 'A' + 'a');
        }
    }
}


bool
bmc_rf_boot_is(const json_t *boot, bmc_rf_boot_is_t *is)
{
    const char  *target, *enabled, *mode;

    target = bmc_rf_text(boot, BMC_RF_BOOT_TARGET);
    enabled = bmc_rf_text(boot, BMC_RF_BOOT_ENABLED);
    mode = bmc_rf_text(boot, BMC_RF_BOOT_MODE);

    if (target == NULL && enabled == NULL) {
        return false;
    }

    if (target == NULL
        || (enabled != NULL && strcmp(enabled, "Disabled") == 0))
    {
        target = "None";
    }

    boot_name(target, is->device);
    is->persistent = strcmp(target, "None") != 0 && enabled != NULL
                     && strcmp(enabled, "Continuous") == 0;
    is->efi = mode == NULL ? 0 : strcmp(mode, "UEFI") == 0 ? 2
              : strcmp(mode, "Legacy") == 0 ? 1 : 0;

    return true;
}


const char *
bmc_rf_boot_target(const json_t *boot, const char *device,
    bmc_quirks_t quirks)
{
    size_t         i, k;
    const char    *target;
    const json_t  *offered;

    offered = bmc_rf_array(boot, BMC_RF_BOOT_TARGET BMC_RF_BOOT_OFFERS);

    for (i = 0; i < BOOT_DEVICES; i++) {
        if (strcmp(boot_devices[i].name, device) == 0) {
            break;
        }
    }

    if (i == BOOT_DEVICES) {
        return NULL;
    }

    /* to take an override away needs no target */

    if (i == 0) {
        return boot_devices[0].target[0];
    }

    target = boot_devices[i].target[1];

    if (target != NULL && bmc_quirk_is_on(quirks, BMC_QUIRK_MEDIA_USB_CD)
        && bmc_rf_offers(offered, target))
    {
        return target;
    }

    for (k = 0; (target = boot_devices[i].target[k]) != NULL; k++) {
        if (bmc_rf_offers(offered, target)) {
            break;
        }
    }

    return target;
}


/* puts value unless it is what the BMC has, and that is to be left out */

static void
boot_put(json_t *body, const json_t *boot, const char *key,
    const char *value, bool always)
{
    const char  *is;

    is = bmc_rf_text(boot, key);

    if (always || is == NULL || strcmp(is, value) != 0) {
        bmc_rf_put(body, key, value);
    }
}


static json_t *
boot_none(const json_t *boot, bmc_quirks_t quirks)
{
    bool           always;
    json_t        *body;
    const json_t  *offered;

    body = json_object();
    offered = bmc_rf_array(boot, BMC_RF_BOOT_TARGET BMC_RF_BOOT_OFFERS);
    always = !bmc_quirk_is_on(quirks, BMC_QUIRK_BOOT_ONLY_CHANGES);

    boot_put(body, boot, BMC_RF_BOOT_ENABLED, "Disabled", always);

    if (offered != NULL && bmc_rf_offers(offered, "None")
        && !bmc_quirk_is_on(quirks, BMC_QUIRK_BOOT_MINIMAL))
    {
        boot_put(body, boot, BMC_RF_BOOT_TARGET, "None", always);
    }

    return body;
}


json_t *
bmc_rf_boot_body(const json_t *boot, const bmc_rf_boot_want_t *want,
    bmc_quirks_t quirks)
{
    bool         full, enabled;
    json_t      *body;
    const char  *mode, *target;

    full = bmc_quirk_is_on(quirks, BMC_QUIRK_BOOT_FULL);
    enabled = full || bmc_quirk_is_on(quirks, BMC_QUIRK_BOOT_SEND_ENABLED);
    target = bmc_rf_boot_target(boot, want->device, quirks);
    mode = want->mode != NULL ? bmc_rf_boot_mode(want->mode) : NULL;

    if (strcmp(want->device, "none") == 0) {
        body = boot_none(boot, quirks);

    } else {
        body = json_object();
        boot_put(body, boot, BMC_RF_BOOT_TARGET, target,
            full || !bmc_quirk_is_on(quirks, BMC_QUIRK_BOOT_ONLY_CHANGES));
        boot_put(body, boot, BMC_RF_BOOT_ENABLED,
            want->persistent ? "Continuous" : "Once", enabled);
    }

    if (mode != NULL) {
        boot_put(body, boot, BMC_RF_BOOT_MODE, mode,
            full || (!bmc_quirk_is_on(quirks, BMC_QUIRK_BOOT_MINIMAL)
                     && !bmc_quirk_is_on(quirks,
                                         BMC_QUIRK_BOOT_ONLY_CHANGES)));

    } else if (full || bmc_quirk_is_on(quirks, BMC_QUIRK_BOOT_RESEND_MODE)) {
        bmc_rf_put(body, BMC_RF_BOOT_MODE,
            bmc_rf_text(boot, BMC_RF_BOOT_MODE));
    }

    return body;
}


static bool
boot_option_is(const json_t *option, const char *device)
{
    const char  *path, *name;

    if (strcmp(device, "disk") == 0) {
        path = bmc_rf_text(option, "UefiDevicePath");
        return path != NULL && strncmp(path, "HD(", 3) == 0;
    }

    name = bmc_rf_text(option, "DisplayName");

    return strcmp(device, "pxe") == 0 && name != NULL
           && (strstr(name, "PXE") != NULL || strstr(name, "NIC") != NULL);
}


static bool
boot_option_suits(const json_t *options, const char *reference,
    const char *device)
{
    size_t       i;
    json_t      *option;
    const char  *is;

    json_array_foreach(options, i, option) {
        is = bmc_rf_text(option, "BootOptionReference");

        if (is != NULL && strcmp(is, reference) == 0) {
            return boot_option_is(option, device);
        }
    }

    return false;
}


json_t *
bmc_rf_boot_order(const json_t *order, const json_t *options,
    const char *device)
{
    bool         suits;
    json_t      *first, *rest, *value;
    size_t       i;
    const char  *reference;

    first = json_array();
    rest = json_array();

    json_array_foreach(order, i, value) {
        reference = json_string_value(value);
        suits = reference != NULL
                && boot_option_suits(options, reference, device);
        (void) json_array_append(suits ? first : rest, value);
    }

    if (json_array_size(first) == 0) {
        json_decref(first);
        first = NULL;

    } else {
        (void) json_array_extend(first, rest);
    }

    json_decref(rest);

    return first;
}
