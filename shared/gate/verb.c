
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "gate/verb.h"


#define CHANGE   BMC_CHANGES
#define SAME     BMC_REPEATABLE
#define KNOWN    (BMC_REPEATABLE|BMC_BOARD)


static const bmc_arg_info_t  boot_set_args[] = {
    { "device", BMC_ARG_ENUM, true,
      "none pxe disk cdrom bios usb diag", "what to boot from next" },
    { "persistent", BMC_ARG_BOOL, false, NULL,
      "for every boot from now on, not only the next" },
    { "mode", BMC_ARG_ENUM, false, "uefi legacy", "firmware mode to boot in" },
    { NULL, 0, false, NULL, NULL }
};


static const bmc_arg_info_t  identify_set_args[] = {
    { "state", BMC_ARG_BOOL, true, NULL, "light the identify LED" },
    { "seconds", BMC_ARG_NUMBER, false, "1 255", "then put it out again" },
    { NULL, 0, false, NULL, NULL }
};


static const bmc_arg_info_t  bmc_reset_args[] = {
    { "kind", BMC_ARG_ENUM, false, "cold warm", "cold unless said" },
    { NULL, 0, false, NULL, NULL }
};


static const bmc_arg_info_t  bmc_trust_args[] = {
    { "fingerprint", BMC_ARG_PRINT, false, NULL,
      "only a certificate that has it" },
    { NULL, 0, false, NULL, NULL }
};


static const bmc_arg_info_t  users_set_args[] = {
    { "name", BMC_ARG_STRING, true, NULL, "the user" },
    { "password", BMC_ARG_SECRET, false, NULL, "its new password" },
    { "role", BMC_ARG_ENUM, false,
      "administrator operator user none", "what it may do on the BMC" },
    { "enabled", BMC_ARG_BOOL, false, NULL, "whether it may log in" },
    { "id", BMC_ARG_NUMBER, false, "1 63",
      "its slot, the first free if not said" },
    { NULL, 0, false, NULL, NULL }
};


static const bmc_arg_info_t  users_delete_args[] = {
    { "name", BMC_ARG_STRING, true, NULL, "the user" },
    { NULL, 0, false, NULL, NULL }
};


/* values of a string are the schemes of a URL */

static const bmc_arg_info_t  media_insert_args[] = {
    { "image", BMC_ARG_STRING, true, "http https nfs cifs",
      "the URL of an image" },
    { "device", BMC_ARG_STRING, false, NULL,
      "the slot, the first that suits unless said" },
    { "write_protected", BMC_ARG_BOOL, false, NULL, "on unless said" },
    { "user", BMC_ARG_STRING, false, NULL,
      "whom the image's server knows the BMC as" },
    { "password", BMC_ARG_SECRET, false, NULL, "what it asks for" },
    { NULL, 0, false, NULL, NULL }
};


static const bmc_arg_info_t  media_eject_args[] = {
    { "device", BMC_ARG_STRING, false, NULL, "the slot, all unless said" },
    { NULL, 0, false, NULL, NULL }
};


/* of hex, values are how many bytes: from, to */

static const bmc_arg_info_t  raw_args[] = {
    { "netfn", BMC_ARG_HEX, true, "1 1", "network function, one byte" },
    { "cmd", BMC_ARG_HEX, true, "1 1", "command, one byte" },
    { "data", BMC_ARG_HEX, false, NULL, "the request's bytes" },
    { NULL, 0, false, NULL, NULL }
};


static const bmc_verb_info_t  bmc_verbs[] = {

    /* name               role               flags        snmp */

    { "power.status",     BMC_ROLE_READ,     KNOWN,       1,
      NULL, "what the BMC says of the power" },
    { "power.on",         BMC_ROLE_POWER,    CHANGE,      2,
      NULL, "power on" },
    { "power.off",        BMC_ROLE_POWER,    CHANGE,      3,
      NULL, "ask the system to shut down (ACPI)" },
    { "power.force-off",  BMC_ROLE_POWER,    CHANGE,      4,
      NULL, "cut the power" },
    { "power.cycle",      BMC_ROLE_POWER,    CHANGE,      5,
      NULL, "cut the power, wait, power on" },
    { "power.reset",      BMC_ROLE_POWER,    CHANGE,      6,
      NULL, "reset without cutting the power" },
    { "power.nmi",        BMC_ROLE_POWER,    CHANGE,      7,
      NULL, "send a diagnostic interrupt" },
    { "power.reading",    BMC_ROLE_READ,     SAME,        8,
      NULL, "watts drawn" },
    { "boot.get",         BMC_ROLE_READ,     SAME,        9,
      NULL, "boot override" },
    { "boot.set",         BMC_ROLE_BOOT,     CHANGE,      10,
      boot_set_args, "override what is booted" },
    { "identify.get",     BMC_ROLE_READ,     SAME,        11,
      NULL, "identify LED" },
    { "identify.set",     BMC_ROLE_IDENTIFY, CHANGE,      12,
      identify_set_args, "light the identify LED, or put it out" },
    { "sensors.read",     BMC_ROLE_READ,     SAME,        13,
      NULL, "sensors with states and thresholds" },
    { "log.read",         BMC_ROLE_READ,     SAME,        14,
      NULL, "the BMC's event log" },
    { "log.clear",        BMC_ROLE_LOG,      CHANGE,      15,
      NULL, "empty the BMC's event log" },
    { "inventory.read",   BMC_ROLE_READ,     SAME,        16,
      NULL, "vendor, model, serials, firmware" },
    { "bmc.read",         BMC_ROLE_READ,     SAME,        17,
      NULL, "the BMC itself" },
    { "bmc.reset",        BMC_ROLE_BMC,      CHANGE,      18,
      bmc_reset_args, "restart the BMC itself" },
    { "lan.read",         BMC_ROLE_READ,     SAME,        19,
      NULL, "the BMC's network settings" },
    { "users.list",       BMC_ROLE_USERS,    SAME,        20,
      NULL, "the BMC's own users" },
    { "users.set",        BMC_ROLE_USERS,    CHANGE,      21,
      users_set_args, "create or change a user of the BMC" },
    { "users.delete",     BMC_ROLE_USERS,    CHANGE,      22,
      users_delete_args, "remove a user from the BMC" },
    { "console.open",     BMC_ROLE_CONSOLE,  BMC_STREAM,  0,
      NULL, "serial console" },
    { "raw",              BMC_ROLE_RAW,      CHANGE,      0,
      raw_args, "a raw IPMI command" },
    { "retry",            BMC_ROLE_BMC,      BMC_LOCAL,   0,
      NULL, "ask a BMC again that was given up" },
    { "media.list",       BMC_ROLE_READ,     SAME,        23,
      NULL, "virtual media: slots, and what is in them" },
    { "media.insert",     BMC_ROLE_MEDIA,    CHANGE,      24,
      media_insert_args, "insert an image as virtual media" },
    { "media.eject",      BMC_ROLE_MEDIA,    CHANGE,      25,
      media_eject_args, "eject virtual media" },
    { "bmc.trust",        BMC_ROLE_USERS,    CHANGE,      0,
      bmc_trust_args, "trust the certificate that the BMC shows now" },

    { NULL, 0, 0, 0, NULL, NULL }
};


_Static_assert(sizeof(bmc_verbs) / sizeof(bmc_verbs[0]) == BMC_VERB_MAX + 1,
    "bmc_verb_t and its table");


static const char *const  verb_roles[] = {
    "read", "power", "boot", "identify", "media", "console", "log", "users",
    "bmc", "raw"
};


const bmc_verb_info_t *
bmc_verb_info(bmc_verb_t verb)
{
    return (unsigned) verb < BMC_VERB_MAX ? &bmc_verbs[verb] : NULL;
}


bmc_verb_t
bmc_verb_find(const char *name)
{
    unsigned  i;

    for (i = 0; i < BMC_VERB_MAX; i++) {
        if (strcmp(bmc_verbs[i].name, name) == 0) {
            break;
        }
    }

    return (bmc_verb_t) i;
}


const char *
bmc_role_name(unsigned bit)
{
    size_t  i;

    for (i = 0; i < sizeof(verb_roles) / sizeof(verb_roles[0]); i++) {
        if (bit == 1u << i) {
            return verb_roles[i];
        }
    }

    return NULL;
}
