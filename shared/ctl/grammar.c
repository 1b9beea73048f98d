
/*
 * Copyright (C) the bmcgate authors
 */


#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ctl/ctl.h"


#define BIT(name)  BMC_OPT_BIT(BMC_OPT_##name)

#define ALWAYS   (BIT(CONF)|BIT(OUTPUT)|BIT(HELP)|BIT(YES))
#define READ     (BIT(GROUP)|BIT(FRESH)|BIT(TIMEOUT))
#define CHANGE   (BIT(GROUP)|BIT(TIMEOUT))
#define POWER    (CHANGE|BIT(VERIFY))
#define PASSWORD (BIT(PASSWORD_FILE)|BIT(PASSWORD_ENV))
#define WORDS    (BIT(DRIVER)|BIT(ADDRESS)|BIT(MAC)|BIT(USER)|BIT(GROUP)     \
                  |BIT(SET)|PASSWORD|BIT(PASSWORD_CREDENTIAL))
#define DISCOVER (BIT(LEASES)|BIT(WRITE)|BIT(DRIVER)|BIT(IGNORE_MAC)         \
                  |BIT(CIDR)|BIT(PORT)|BIT(REDFISH_PORT)|BIT(RATE)|BIT(WATCH)\
                  |BIT(ALL))


const bmc_opt_info_t  bmc_options[BMC_OPT_MAX] = {

    { BMC_OPT_CONF, 'c', "conf", BMC_VALUE_WANTED, "FILE", NULL, NULL,
      "the configuration" },
    { BMC_OPT_OUTPUT, 'o', "output", BMC_VALUE_WANTED, "FORMAT",
      "table wide json yaml name", NULL, "table, wide, json, yaml or name" },
    { BMC_OPT_HELP, 'h', "help", BMC_VALUE_NONE, NULL, NULL, NULL,
      "say how this is used" },
    { BMC_OPT_TEST, 't', NULL, BMC_VALUE_NONE, NULL, NULL, NULL,
      "test the configuration" },
    { BMC_OPT_VERSION, 'V', "version", BMC_VALUE_NONE, NULL, NULL, NULL,
      "version, drivers, libraries" },
    { BMC_OPT_YES, 'y', "yes", BMC_VALUE_NONE, NULL, NULL, NULL,
      "do not ask" },
    { BMC_OPT_GROUP, 'g', "group", BMC_VALUE_WANTED, "GROUP", NULL, NULL,
      "the hosts of a group; host add and set put one in it" },
    { BMC_OPT_FRESH, 0, "fresh", BMC_VALUE_NONE, NULL, NULL, NULL,
      "ask the BMC, not the board" },
    { BMC_OPT_TIMEOUT, 0, "timeout", BMC_VALUE_WANTED, "TIME", NULL, NULL,
      "how long a BMC may take to answer" },
    { BMC_OPT_VERIFY, 0, "verify", BMC_VALUE_MAYBE, "TIME", NULL, NULL,
      "wait until the BMC has shown it, 60s unless said" },
    { BMC_OPT_PERSISTENT, 0, "persistent", BMC_VALUE_NONE, NULL, NULL,
      "persistent=on", "for every boot, not only the next" },
    { BMC_OPT_UEFI, 0, "uefi", BMC_VALUE_NONE, NULL, NULL, "mode=uefi",
      "boot in UEFI mode" },
    { BMC_OPT_LEGACY, 0, "legacy", BMC_VALUE_NONE, NULL, NULL,
      "mode=legacy", "boot in legacy mode" },
    { BMC_OPT_SECONDS, 0, "seconds", BMC_VALUE_WANTED, "N", NULL, "seconds",
      "put the LED out again after N seconds" },
    { BMC_OPT_WARM, 0, "warm", BMC_VALUE_NONE, NULL, NULL, "kind=warm",
      "keep what the BMC has in memory" },
    { BMC_OPT_DEVICE, 0, "device", BMC_VALUE_WANTED, "SLOT", NULL, "device",
      "the slot, as \"media\" lists it" },
    { BMC_OPT_WRITABLE, 0, "writable", BMC_VALUE_NONE, NULL, NULL,
      "write_protected=off", "let the host write to the image" },
    { BMC_OPT_ROLE, 0, "role", BMC_VALUE_WANTED, "ROLE",
      "administrator operator user none", "role", "what the user may do" },
    { BMC_OPT_ID, 0, "id", BMC_VALUE_WANTED, "N", NULL, "id",
      "the user's slot" },
    { BMC_OPT_ENABLE, 0, "enable", BMC_VALUE_NONE, NULL, NULL, "enabled=on",
      "let the user log in" },
    { BMC_OPT_DISABLE, 0, "disable", BMC_VALUE_NONE, NULL, NULL,
      "enabled=off", "do not let the user log in" },
    { BMC_OPT_PASSWORD_FILE, 0, "password-file", BMC_VALUE_WANTED, "FILE",
      NULL, NULL, "the password is FILE's first line" },
    { BMC_OPT_PASSWORD_ENV, 0, "password-env", BMC_VALUE_WANTED, "NAME",
      NULL, NULL, "the password is in an environment variable" },
    { BMC_OPT_PASSWORD_CREDENTIAL, 0, "password-credential",
      BMC_VALUE_WANTED, "NAME", NULL, NULL,
      "the password is a systemd credential" },
    { BMC_OPT_DRIVER, 0, "driver", BMC_VALUE_WANTED, "DRIVER", NULL, NULL,
      "how to speak to the BMC, preferred first" },
    { BMC_OPT_ADDRESS, 0, "address", BMC_VALUE_WANTED, "ADDRESS", NULL,
      NULL, "the BMC's address" },
    { BMC_OPT_MAC, 0, "mac", BMC_VALUE_WANTED, "MAC", NULL, NULL,
      "the BMC's MAC address" },
    { BMC_OPT_USER, 0, "user", BMC_VALUE_WANTED, "USER", NULL, "user",
      "the user to log in as" },
    { BMC_OPT_SET, 0, "set", BMC_VALUE_WANTED, "WORD=VALUE", NULL, NULL,
      "any other word of host{}" },
    { BMC_OPT_LEASES, 0, "leases", BMC_VALUE_WANTED, "FILE", NULL, NULL,
      "a lease file of ISC dhcpd, dnsmasq or Kea" },
    { BMC_OPT_WRITE, 0, "write", BMC_VALUE_NONE, NULL, NULL, NULL,
      "write what is new to hosts.d" },
    { BMC_OPT_IGNORE_MAC, 0, "ignore-mac", BMC_VALUE_WANTED, "MAC", NULL,
      NULL, "leave this one out; a pattern may be given" },
    { BMC_OPT_CIDR, 0, "cidr", BMC_VALUE_WANTED, "CIDR", NULL, NULL,
      "only leases in this network" },
    { BMC_OPT_PORT, 0, "port", BMC_VALUE_WANTED, "PORT", NULL, NULL,
      "the UDP port that is asked, 623 unless said" },
    { BMC_OPT_RATE, 0, "rate", BMC_VALUE_WANTED, "N", NULL, NULL,
      "datagrams, and connections, a second; 250 unless said" },
    { BMC_OPT_REDFISH_PORT, 0, "redfish-port", BMC_VALUE_WANTED, "PORT",
      NULL, NULL, "the TCP port that is asked, 443 unless said" },
    { BMC_OPT_WATCH, 0, "watch", BMC_VALUE_NONE, NULL, NULL, NULL,
      "go on with what changes in the lease file" },
    { BMC_OPT_ALL, 0, "all", BMC_VALUE_NONE, NULL, NULL, NULL,
      "write leases that answer nothing, too" },
    { BMC_OPT_NAME, 0, "name", BMC_VALUE_WANTED, "NAME", NULL, "name",
      "the user; with a password that is made up" },
    { BMC_OPT_SECRET_FILE, 0, "secret-file", BMC_VALUE_WANTED, "FILE", NULL,
      NULL, "where the password that is made up is kept" },
    { BMC_OPT_POLL, 0, "poll", BMC_VALUE_NONE, NULL, NULL, NULL,
      "poll the hosts while waiting" },
    { BMC_OPT_HOST, 0, "host", BMC_VALUE_WANTED, "HOST", NULL, NULL,
      "only what concerns this host; a pattern may be given" },
    { BMC_OPT_ACTOR, 0, "actor", BMC_VALUE_WANTED, "ACTOR", NULL, NULL,
      "only what this actor did; a pattern may be given" },
    { BMC_OPT_OP, 0, "op", BMC_VALUE_WANTED, "ID", NULL, NULL,
      "only this operation" },
    { BMC_OPT_LAST, 0, "last", BMC_VALUE_WANTED, "N", NULL, NULL,
      "only the newest N" },
    { BMC_OPT_CRYPT, 0, "user", BMC_VALUE_NONE, NULL, NULL, NULL,
      "for user{}'s password_hash, not for key{}" },
    { BMC_OPT_FINGERPRINT, 0, "fingerprint", BMC_VALUE_WANTED,
      "sha256:HEX", NULL, "fingerprint", "only a certificate that has it" }
};


const bmc_cmd_t  bmc_commands[] = {

    /* power */

    { "power status", "HOST...", BMC_POWER_STATUS, BMC_CMD_CORE,
      READ, NULL, bmc_do_read, NULL },
    { "power on", "HOST...", BMC_POWER_ON, BMC_CMD_CORE,
      POWER, NULL, bmc_do_change, NULL },
    { "power off", "HOST...", BMC_POWER_OFF, BMC_CMD_CORE,
      POWER, NULL, bmc_do_change, NULL },
    { "power force-off", "HOST...", BMC_POWER_FORCE_OFF, BMC_CMD_CORE,
      POWER, NULL, bmc_do_change, NULL },
    { "power cycle", "HOST...", BMC_POWER_CYCLE, BMC_CMD_CORE,
      POWER, NULL, bmc_do_change, NULL },
    { "power reset", "HOST...", BMC_POWER_RESET, BMC_CMD_CORE,
      POWER, NULL, bmc_do_change, NULL },
    { "power nmi", "HOST...", BMC_POWER_NMI, BMC_CMD_CORE,
      CHANGE, NULL, bmc_do_change, NULL },
    { "power reading", "HOST...", BMC_POWER_READING, BMC_CMD_CORE,
      READ, NULL, bmc_do_read, NULL },

    /* what else a BMC does */

    { "boot get", "HOST...", BMC_BOOT_GET, BMC_CMD_CORE|BMC_CMD_DEFAULT,
      READ, NULL, bmc_do_read, NULL },
    { "boot set", "DEVICE HOST...", BMC_BOOT_SET, BMC_CMD_CORE,
      POWER|BIT(PERSISTENT)|BIT(UEFI)|BIT(LEGACY), NULL, bmc_do_change,
      NULL },
    { "identify get", "HOST...", BMC_IDENTIFY_GET,
      BMC_CMD_CORE|BMC_CMD_DEFAULT, READ, NULL, bmc_do_read, NULL },
    { "identify on", "HOST...", BMC_IDENTIFY_SET, BMC_CMD_CORE,
      CHANGE|BIT(SECONDS), "state=on", bmc_do_change,
      "light the identify LED" },
    { "identify off", "HOST...", BMC_IDENTIFY_SET, BMC_CMD_CORE,
      CHANGE, "state=off", bmc_do_change, "put the identify LED out" },
    { "sensors", "HOST...", BMC_SENSORS_READ, BMC_CMD_CORE,
      READ, NULL, bmc_do_read, NULL },
    { "log", "HOST...", BMC_LOG_READ, BMC_CMD_CORE,
      READ, NULL, bmc_do_read, NULL },
    { "log clear", "HOST...", BMC_LOG_CLEAR, BMC_CMD_CORE,
      CHANGE, NULL, bmc_do_change, NULL },
    { "inventory", "HOST...", BMC_INVENTORY_READ, BMC_CMD_CORE,
      READ, NULL, bmc_do_read, NULL },
    { "bmc read", "HOST...", BMC_BMC_READ, BMC_CMD_CORE|BMC_CMD_DEFAULT,
      READ, NULL, bmc_do_read, NULL },
    { "bmc reset", "HOST...", BMC_BMC_RESET, BMC_CMD_CORE,
      CHANGE|BIT(WARM), NULL, bmc_do_change, NULL },
    { "trust", "HOST...", BMC_BMC_TRUST, BMC_CMD_CORE,
      CHANGE|BIT(FINGERPRINT), NULL, bmc_do_change, NULL },
    { "lan", "HOST...", BMC_LAN_READ, BMC_CMD_CORE,
      READ, NULL, bmc_do_read, NULL },
    { "user list", "HOST...", BMC_USERS_LIST, BMC_CMD_CORE,
      READ, NULL, bmc_do_read, NULL },
    { "user set", "[NAME] HOST...", BMC_USERS_SET, BMC_CMD_BASE,
      CHANGE|PASSWORD|BIT(ROLE)|BIT(ID)|BIT(ENABLE)|BIT(DISABLE)|BIT(NAME)
      |BIT(SECRET_FILE), NULL, bmc_do_user_set, NULL },
    { "user delete", "NAME HOST...", BMC_USERS_DELETE, BMC_CMD_CORE,
      CHANGE, NULL, bmc_do_change, NULL },
    { "media list", "HOST...", BMC_MEDIA_LIST, BMC_CMD_CORE|BMC_CMD_DEFAULT,
      READ, NULL, bmc_do_read, NULL },
    { "media insert", "HOST IMAGE", BMC_MEDIA_INSERT, BMC_CMD_BASE,
      BIT(TIMEOUT)|BIT(VERIFY)|BIT(DEVICE)|BIT(WRITABLE)|BIT(USER)|PASSWORD,
      NULL, bmc_do_change_secret, NULL },
    { "media eject", "HOST...", BMC_MEDIA_EJECT, BMC_CMD_CORE,
      POWER|BIT(DEVICE), NULL, bmc_do_change, NULL },
    { "console", "HOST", BMC_CONSOLE_OPEN, BMC_CMD_CORE,
      BIT(TIMEOUT), NULL, bmc_do_console, NULL },
    { "raw", "HOST NETFN CMD [BYTE...]", BMC_RAW, BMC_CMD_CORE,
      BIT(TIMEOUT), NULL, bmc_do_change, NULL },
    { "retry", "HOST...", BMC_RETRY, BMC_CMD_CORE,
      CHANGE, NULL, bmc_do_change, NULL },

    /* the fleet */

    { "ls", "[HOST...]", BMC_VERB_MAX, BMC_CMD_CORE,
      READ, NULL, bmc_do_ls, "the hosts, and what is known of them" },
    { "describe", "HOST...", BMC_VERB_MAX, BMC_CMD_CORE,
      READ, NULL, bmc_do_describe, "all that is known of a host" },
    { "quirks", "[HOST...]", BMC_VERB_MAX, BMC_CMD_CORE|BMC_CMD_NAMED,
      BIT(GROUP), NULL, bmc_do_quirks,
      "what vendors got wrong, or what of it a host has" },
    { "host add", "NAME [WORD=VALUE...]", BMC_VERB_MAX, BMC_CMD_BASE,
      WORDS, NULL, bmc_do_host_add, "write a host to hosts.d" },
    { "host set", "NAME [WORD=VALUE...]", BMC_VERB_MAX, BMC_CMD_BASE,
      WORDS, NULL, bmc_do_host_set, "change words of a host in hosts.d" },
    { "host rm", "NAME", BMC_VERB_MAX, BMC_CMD_BASE,
      0, NULL, bmc_do_host_rm, "remove a host from hosts.d" },
    { "discover", "[CIDR]", BMC_VERB_MAX, BMC_CMD_BASE,
      DISCOVER, NULL, bmc_do_discover,
      "find BMCs in a network, or in a lease file" },

    /* what happened */

    { "events", "[HOST...]", BMC_VERB_MAX, BMC_CMD_CORE,
      BIT(GROUP)|BIT(POLL), NULL, bmc_do_events,
      "print events as they come" },
    { "operations", "[ID]", BMC_VERB_MAX, BMC_CMD_CORE,
      0, NULL, bmc_do_operations, "the newest changes, or one" },
    { "audit show", "[FILE...]", BMC_VERB_MAX, BMC_CMD_BASE,
      BIT(HOST)|BIT(ACTOR)|BIT(OP)|BIT(LAST), NULL, bmc_do_audit_show,
      "who did what" },
    { "audit verify", "[FILE...]", BMC_VERB_MAX, 0,
      0, NULL, bmc_do_audit_verify,
      "find lines that were edited, removed or moved" },

    /* odds and ends */

    { "secret new", "", BMC_VERB_MAX, 0,
      0, NULL, bmc_do_secret_new, "make up a key" },
    { "secret hash", "", BMC_VERB_MAX, 0,
      BIT(CRYPT), NULL, bmc_do_secret_hash,
      "read a secret, print what the configuration wants of it" },
    { "completion", "SHELL", BMC_VERB_MAX, 0,
      0, NULL, bmc_do_completion, "a script for bash or zsh" },
    { "help", "[COMMAND...]", BMC_VERB_MAX, 0,
      0, NULL, bmc_do_help, "say how a command is used" },

    { NULL, NULL, BMC_VERB_MAX, 0, 0, NULL, NULL, NULL }
};


bool
bmc_opt_fits(const bmc_cmd_t *cmd, bmc_opt_id_t id)
{
    return ((cmd->opts | ALWAYS) & BMC_OPT_BIT(id)) != 0;
}


const char *
bmc_cmd_help(const bmc_cmd_t *cmd)
{
    if (cmd->help != NULL) {
        return cmd->help;
    }

    return bmc_verb_info(cmd->verb)->help;
}


const char *
bmc_cmd_values(const bmc_cmd_t *cmd, const char *arg)
{
    size_t                  i, len;
    const bmc_arg_info_t   *info;
    const bmc_verb_info_t  *verb;

    if (strcmp(arg, "SHELL") == 0) {
        return "bash zsh";
    }

    verb = bmc_verb_info(cmd->verb);

    if (verb == NULL || verb->args == NULL) {
        return NULL;
    }

    for (i = 0; verb->args[i].name != NULL; i++) {
        info = &verb->args[i];
        len = strlen(info->name);

        if (strncasecmp(info->name, arg, len) == 0
            && !isalpha((unsigned char) arg[len]))
        {
            return info->type == BMC_ARG_ENUM ? info->values : NULL;
        }
    }

    return NULL;
}


bool
bmc_cmd_first(const bmc_cmd_t *cmd, const char *word, size_t len)
{
    return strncmp(cmd->words, word, len) == 0
           && (cmd->words[len] == ' ' || cmd->words[len] == '\0');
}


const char *
bmc_cmd_second(const bmc_cmd_t *cmd)
{
    const char  *space;

    space = strchr(cmd->words, ' ');

    return space == NULL ? NULL : space + 1;
}
