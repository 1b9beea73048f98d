
/*
 * Copyright (C) the bmcgate authors
 *
 * bmcgate.conf, read once into a fleet that never changes.  The grammar is
 * nginx's: words, {}, ;, #, quotes, include with globs.  What words mean is
 * in tables; drivers bring theirs.
 */


#ifndef _BMC_CONF_H_INCLUDED_
#define _BMC_CONF_H_INCLUDED_


#include "bmcgate.h"
#include "base/pool.h"


#define BMC_CONF_DRIVERS  4      /* preferred drivers of one host */


typedef struct bmc_fleet_s   bmc_fleet_t;
typedef struct bmc_driver_s  bmc_driver_t;
typedef struct bmc_secret_s  bmc_secret_t;


/* A table of words: what a block may say and where it is kept */

typedef enum {
    BMC_WORD_STRING,             /* const char * */
    BMC_WORD_STRINGS,            /* bmc_list_t: one or more words */
    BMC_WORD_FLAG,               /* uint8_t: on, off */
    BMC_WORD_NUMBER,             /* int64_t; values "MIN MAX" */
    BMC_WORD_TIME,               /* int64_t, ms; values "MIN MAX" in ms */
    BMC_WORD_ENUM,               /* int64_t; values "verify pin off": 0 1 2 */
    BMC_WORD_SECRET,             /* bmc_secret_t * */
    BMC_WORD_CUSTOM              /* set() gets the words */
} bmc_word_type_t;


typedef struct {
    const char  **word;
    size_t        count;
} bmc_list_t;


typedef struct bmc_conf_s  bmc_conf_t;       /* a parse under way */
typedef struct bmc_word_s  bmc_word_t;


/*
 * words[0] is the directive itself.  A set() that finds something wrong says
 * so with bmc_conf_error() and goes on; errors are counted, not returned.
 */

typedef void (*bmc_word_set_pt)(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *block);


/*
 * A table ends with a NULL name and has at most 64 words.  CUSTOM words may
 * be repeated, all others may stand once in a block.
 */

struct bmc_word_s {
    const char       *name;
    bmc_word_type_t   type;
    size_t            offset;    /* into the block's structure */
    const char       *values;
    bmc_word_set_pt   set;       /* CUSTOM */
    unsigned          flags;
    const char       *help;      /* one line, for man page and vim */
};

enum {
    BMC_WORD_IN_HOST = 0x01,     /* a driver's: may stand in host{} itself */
    BMC_WORD_ONCE    = 0x02      /* CUSTOM that may stand once in a block */
};


/* "FILE:LINE: " and the text, to the loader's say(); counts the error */

void bmc_conf_error(bmc_conf_t *cf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bmc_pool_t *bmc_conf_pool(bmc_conf_t *cf);

bmc_secret_t *bmc_conf_secret(bmc_conf_t *cf, const char *word);

/*
 * Has a directive, the host's or that of defaults, set this field of the
 * block whose set() or check() runs?
 */

bool bmc_conf_is_set(bmc_conf_t *cf, const void *field);


/* Secrets: read late, into the caller's buffer, which the caller wipes */

typedef enum {
    BMC_SECRET_WORD,             /* stands in the configuration itself */
    BMC_SECRET_FILE,
    BMC_SECRET_ENV,
    BMC_SECRET_CREDENTIAL        /* systemd: $CREDENTIALS_DIRECTORY/NAME */
} bmc_secret_kind_t;


struct bmc_secret_s {
    bmc_secret_kind_t  kind;
    const char        *word;     /* path, name, or the secret */
    char              *kept;     /* what bmc_secret_keep() read */
};


#define BMC_SECRET_MAX  1024

/* length, or -1 and why; a file others can read is refused */

long bmc_secret_read(const bmc_secret_t *s, char out[BMC_SECRET_MAX],
    char why[BMC_TEXT_MAX]);

/*
 * Read now and hold in locked, undumped memory: for processes that will lose
 * the right to read it.
 */

bool bmc_fleet_keep_secrets(bmc_fleet_t *f, char why[BMC_TEXT_MAX]);


/* Hosts */

struct bmc_hostconf_s {
    const char          *name;
    bmc_list_t           address;
    const char          *mac;
    bmc_list_t           groups;
    const bmc_driver_t  *driver[BMC_CONF_DRIVERS];   /* preferred first */
    void                *dconf[BMC_CONF_DRIVERS];    /* each driver's words */
    unsigned             ndrivers;
    bool                 picks;          /* driver auto: what answers */
    const char          *user;
    bmc_secret_t        *password;
    int64_t              poll;           /* ms; 0: never */
    int64_t              timeout;        /* ms */
    int64_t              snmp_index;     /* 0: the hash of the name */
    uint64_t             quirks_on;      /* bits of bmc_quirk_t, as told */
    uint64_t             quirks_off;
    uint64_t             fingerprint;    /* of all it says; same: unchanged */
    const char          *file;
    unsigned             line;
    unsigned             index;          /* in fleet->host */
    const bmc_fleet_t   *fleet;
};


/* Who may do what */

typedef struct {
    const char  *name;
    unsigned     allow;          /* bmc_role_t bits */
} bmc_roleconf_t;


typedef struct {
    bmc_actor_kind_t       kind;
    bool                   group;        /* a PAM users' group */
    const char            *name;
    const bmc_roleconf_t  *role;
    bmc_list_t             hosts;        /* patterns; empty: all */
    const char            *hash;         /* key: SHA-256 hex; user: crypt */
    bmc_secret_t          *password;     /* ipmi_user */
    const char            *file;
    unsigned               line;
} bmc_principal_t;


typedef struct {
    const char  *name;
    size_t       count;
    const bmc_hostconf_t  **host;
} bmc_groupconf_t;


struct bmc_fleet_s {
    bmc_pool_t             *pool;
    const char             *path;        /* the file it was read from */
    bmc_hostconf_t         *host;        /* in order of configuration */
    size_t                  nhosts;
    bmc_groupconf_t        *group;
    size_t                  ngroups;
    bmc_roleconf_t         *role;
    size_t                  nroles;
    bmc_principal_t        *principal;
    size_t                  nprincipals;
    const char             *run;         /* /run/bmcgate */
    const char             *state;       /* /var/lib/bmcgate */
    bool                    audit_syslog;
    const char             *audit_file;  /* NULL: none */
    bool                    audit_reads;
    int64_t                 changes;     /* per actor in changes_per; 0: any */
    int64_t                 changes_per; /* ms */
    int64_t                 logins;      /* failed in logins_per; 0: any */
    int64_t                 logins_per;  /* ms */
    int64_t                 session_timeout;     /* ms unused */
    int64_t                 stagger;     /* ms between hosts of a group */
    int64_t                 inflight;    /* operations in this process */
    const char             *snmp_root;
    const bmc_roleconf_t   *snmp_role;
    void                   *index;       /* conf's own */
    uint64_t                fingerprint;
};


/* NULL when anything was wrong: every error of every file has been said */

bmc_fleet_t *bmc_fleet_read(const char *path, bmc_say_pt say, void *data);

/* as if file held text, or for NULL were not there; wrong if it is not read */

bmc_fleet_t *bmc_fleet_read_as(const char *path, const char *file,
    const char *text, bmc_say_pt say, void *data);
void bmc_fleet_free(bmc_fleet_t *f);         /* accepts NULL; wipes secrets */

const bmc_hostconf_t *bmc_fleet_host(const bmc_fleet_t *f, const char *name,
    size_t len);
const bmc_groupconf_t *bmc_fleet_group(const bmc_fleet_t *f,
    const char *name);

/* does a policy's pattern hold h?  n1, n*, n[1-20], rack1, rack1/PATTERN */

bool bmc_fleet_pattern(const bmc_fleet_t *f, const char *pattern,
    const bmc_hostconf_t *h);

/*
 * Words people type: a name, a range, a glob, a group, GROUP/PATTERN; each()
 * is called once a host in order of configuration.  False and why when a
 * word names nothing.
 */

bool bmc_fleet_match(const bmc_fleet_t *f, const char *const *words,
    size_t n, void (*each)(void *data, const bmc_hostconf_t *h), void *data,
    char why[BMC_TEXT_MAX]);

/* "no host "n99" (did you mean n9?)" */

void bmc_fleet_no_host(const bmc_fleet_t *f, const char *name,
    char why[BMC_TEXT_MAX]);


/* the number snmp knows h by: snmp_index, else 31 bits of its name's hash */

int32_t bmc_fleet_snmp_index(const bmc_hostconf_t *h);


/* which file: the argument, $BMC_CONF, or /etc/bmcgate/bmcgate.conf */

const char *bmc_conf_path(const char *arg);


#endif /* _BMC_CONF_H_INCLUDED_ */
