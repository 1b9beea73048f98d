
/*
 * Copyright (C) the bmcgate authors
 *
 * What one may type after "bmcctl": tables from which parsing, usage and
 * completion are made.
 */


#ifndef _BMC_CTL_GRAMMAR_H_INCLUDED_
#define _BMC_CTL_GRAMMAR_H_INCLUDED_


#include "bmcgate.h"
#include "base/buf.h"


typedef struct bmc_ctl_s  bmc_ctl_t;


typedef enum {
    BMC_OPT_CONF = 0,
    BMC_OPT_OUTPUT,
    BMC_OPT_HELP,
    BMC_OPT_TEST,
    BMC_OPT_VERSION,
    BMC_OPT_YES,
    BMC_OPT_GROUP,
    BMC_OPT_FRESH,
    BMC_OPT_TIMEOUT,
    BMC_OPT_VERIFY,
    BMC_OPT_PERSISTENT,
    BMC_OPT_UEFI,
    BMC_OPT_LEGACY,
    BMC_OPT_SECONDS,
    BMC_OPT_WARM,
    BMC_OPT_DEVICE,
    BMC_OPT_WRITABLE,
    BMC_OPT_ROLE,
    BMC_OPT_ID,
    BMC_OPT_ENABLE,
    BMC_OPT_DISABLE,
    BMC_OPT_PASSWORD_FILE,
    BMC_OPT_PASSWORD_ENV,
    BMC_OPT_PASSWORD_CREDENTIAL,
    BMC_OPT_DRIVER,
    BMC_OPT_ADDRESS,
    BMC_OPT_MAC,
    BMC_OPT_USER,
    BMC_OPT_SET,
    BMC_OPT_LEASES,
    BMC_OPT_WRITE,
    BMC_OPT_IGNORE_MAC,
    BMC_OPT_CIDR,
    BMC_OPT_PORT,
    BMC_OPT_RATE,
    BMC_OPT_REDFISH_PORT,
    BMC_OPT_WATCH,
    BMC_OPT_ALL,
    BMC_OPT_NAME,
    BMC_OPT_SECRET_FILE,
    BMC_OPT_POLL,
    BMC_OPT_HOST,
    BMC_OPT_ACTOR,
    BMC_OPT_OP,
    BMC_OPT_LAST,
    BMC_OPT_CRYPT,
    BMC_OPT_FINGERPRINT,
    BMC_OPT_MAX
} bmc_opt_id_t;


typedef enum {
    BMC_VALUE_NONE = 0,
    BMC_VALUE_MAYBE,             /* --verify, --verify=60s */
    BMC_VALUE_WANTED
} bmc_value_t;


typedef struct {
    bmc_opt_id_t   id;
    char           letter;       /* 0: it has none */
    const char    *name;         /* NULL: it has only a letter */
    bmc_value_t    value;
    const char    *arg;          /* what usage calls the value */
    const char    *values;       /* the only values, if they are few */
    const char    *verb_arg;     /* "mode=uefi"; "seconds": its value */
    const char    *help;
} bmc_opt_info_t;


/* what a command needs before its run() is called */

enum {
    BMC_CMD_BASE    = 0x01,      /* the configuration */
    BMC_CMD_CORE    = 0x03,      /* the core, too */
    BMC_CMD_DEFAULT = 0x04,      /* meant when no second word fits */
    BMC_CMD_NAMED   = 0x08       /* needs neither when no host is named */
};


typedef int (*bmc_cmd_pt)(bmc_ctl_t *c);     /* an exit status */


typedef struct {
    const char  *words;          /* "power status" */
    const char  *args;           /* "DEVICE HOST..."; [] may be left out */
    bmc_verb_t   verb;           /* BMC_VERB_MAX: none, or several */
    unsigned     flags;
    uint64_t     opts;           /* bits of bmc_opt_id_t */
    const char  *fixed;          /* a verb's argument: "state=on" */
    bmc_cmd_pt   run;
    const char  *help;           /* NULL: the verb's */
} bmc_cmd_t;


#define BMC_OPT_BIT(id)  ((uint64_t) 1 << (id))


extern const bmc_cmd_t       bmc_commands[];     /* ends with NULL words */
extern const bmc_opt_info_t  bmc_options[BMC_OPT_MAX];


bool bmc_opt_fits(const bmc_cmd_t *cmd, bmc_opt_id_t id);
const char *bmc_cmd_help(const bmc_cmd_t *cmd);

/* the only values of an argument called "DEVICE"; NULL: anything */

const char *bmc_cmd_values(const bmc_cmd_t *cmd, const char *arg);

/* true if the command's first or second word is word[0..len) */

bool bmc_cmd_first(const bmc_cmd_t *cmd, const char *word, size_t len);
const char *bmc_cmd_second(const bmc_cmd_t *cmd);    /* NULL: it has none */


/* usage.c */

void bmc_usage_line(bmc_buf_t *out, const bmc_cmd_t *cmd);
void bmc_usage_all(bmc_buf_t *out);
void bmc_usage_of(bmc_buf_t *out, const bmc_cmd_t *cmd);


/* completion.c */

void bmc_completion_bash(bmc_buf_t *out);
void bmc_completion_zsh(bmc_buf_t *out);


#endif /* _BMC_CTL_GRAMMAR_H_INCLUDED_ */
