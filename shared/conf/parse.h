
/*
 * Copyright (C) the bmcgate authors
 *
 * The inside of conf/: a parse under way.
 */


#ifndef _BMC_PARSE_H_INCLUDED_
#define _BMC_PARSE_H_INCLUDED_


#include <sys/types.h>

#include "conf/conf.h"
#include "conf/index.h"


#define BMC_CONF_DEPTH     16            /* of includes */
#define BMC_CONF_WORD_MAX  4096
#define BMC_CONF_FILE_MAX  (256u << 20)
#define BMC_CONF_HOW                                                         \
    "write one (see bmcgate.conf(5)), or name another with -c FILE or "      \
    "$BMC_CONF"


/* A file being read.  Words are cut out of its text in place. */

typedef struct bmc_conf_file_s  bmc_conf_file_t;

struct bmc_conf_file_s {
    const char       *name;
    char             *pos;
    char             *end;       /* a null stands there */
    unsigned          line;
    dev_t             dev;
    ino_t             ino;
    bool              exposed;   /* others may read it */
    bool              torn;      /* a syntax error: no sense in the rest */
    bmc_conf_file_t  *outer;
    unsigned          depth;
};


/* What ended a statement */

typedef enum {
    BMC_CONF_SEMICOLON,
    BMC_CONF_OPEN,
    BMC_CONF_CLOSE,
    BMC_CONF_EOF,
    BMC_CONF_BROKEN              /* said already */
} bmc_conf_end_t;


/* Where words stand: the place errors are said of */

typedef struct {
    const char  *file;
    unsigned     line;
    bool         exposed;
} bmc_conf_at_t;


/* A statement put aside until it is known what its words mean */

typedef struct bmc_stmt_s  bmc_stmt_t;

struct bmc_stmt_s {
    bmc_stmt_t     *next;
    bmc_stmt_t     *inside;      /* of its block, in order */
    bmc_stmt_t     *last;
    const char    **words;
    size_t          nwords;
    bmc_conf_at_t   at;
    bool            opens;
};


/*
 * A block being read.  other() gets what words does not list; false: it does
 * not know the word either.  When the statement opens a block, other() reads
 * or skips that block before it returns true.
 */

typedef struct bmc_block_s  bmc_block_t;

struct bmc_block_s {
    const char        *kind;     /* "host"; NULL: the file itself */
    const char        *name;     /* "node7"; NULL: it has none */
    const bmc_word_t  *words;
    void              *base;
    uint64_t           set;      /* words that were said, by number */
    uint64_t           inherited;    /* … in defaults */
    bool             (*other)(bmc_conf_t *cf, bmc_block_t *b,
                         const char **words, size_t nwords, bool opens);
    bool             (*knows)(const bmc_block_t *b, const char *word);
    void              *data;
    bmc_block_t       *outer;    /* for bmc_conf_is_set() */
};


/* What is known of a host while reading */

typedef struct {
    const char  *name;           /* as written: "n[1-40]" */
    uint64_t     set;
    bmc_stmt_t  *aside;          /* in order */
    bmc_stmt_t  *last;
    bool         unknown;        /* a driver that this build does not have */
    bool         torn;           /* its block was not read whole */
} bmc_hostread_t;


/* What defaults{} says to one driver */

typedef struct {
    void      *conf;
    uint64_t   set;
    uint64_t   print;            /* of its words */
} bmc_driverread_t;


typedef struct bmc_text_s  bmc_text_t;       /* memory for files' text */


typedef struct {
    bmc_secret_t  pub;           /* first */
    uint64_t      print;         /* of the file as it was, or of the word */
} bmc_secretread_t;


/* The fleet's own: freed with it */

typedef struct {
    bmc_index_t         hosts;
    bmc_index_t         groups;
    bmc_index_t         secrets;
    bmc_secretread_t  **secret;
    size_t              nsecrets;
    size_t              secrets_max;
    bmc_text_t         *text;
    char               *kept;    /* all kept secrets */
    size_t              kept_size;
} bmc_own_t;


typedef struct {
    const char     *text;
    size_t          number;
    bmc_conf_at_t   at;
} bmc_said_t;


struct bmc_conf_s {
    bmc_pool_t        *pool;
    bmc_fleet_t       *fleet;
    bmc_own_t         *own;
    bmc_conf_file_t   *in;
    bmc_conf_at_t      at;
    bmc_block_t       *block;    /* whose words are being set */

    const char       **word;     /* of the statement just read */
    unsigned          *line;     /* … and their lines */
    size_t             nwords;
    size_t             words_max;

    size_t             statements;
    bool               torn;     /* some file was not read whole */
    bool               failed;   /* memory is short */

    bmc_said_t        *said;
    size_t             nsaid;
    size_t             said_max;
    bmc_index_t        files;    /* in order of reading */

    const char        *as;       /* a file that holds as_text instead */
    const char        *as_text;  /* NULL: is not there */
    bool               as_read;

    bmc_hostread_t    *host;     /* beside fleet->host */
    size_t             host_max;
    size_t             hosts_max;
    bmc_hostconf_t     defaults;
    bmc_hostread_t     defaults_read;
    bmc_conf_at_t      defaults_at;
    bmc_driverread_t  *driver;   /* beside bmc_drivers */
    bool               auto_said;
    uint64_t           print;    /* of the secrets just named */

    const char       **role;     /* of principals, by name */
    bmc_conf_at_t     *role_at;  /* where roles are */
    size_t             principals_max;
    size_t             role_max;
    size_t             roles_max;
    size_t             role_at_max;
    const char        *snmp_role;
    bmc_conf_at_t      snmp_at;  /* no line: there is none */
    unsigned           limits;   /* set so far */
};


/* file.c, text.c */

char *bmc_text_alloc(bmc_own_t *own, size_t size);
void bmc_text_free(bmc_own_t *own);
void bmc_conf_main(bmc_conf_t *cf, const char *path, bmc_block_t *b);
void bmc_conf_open(bmc_conf_t *cf, const char *path, bmc_block_t *b);

/* include.c */

void bmc_conf_include(bmc_conf_t *cf, bmc_block_t *b, const char *word);
bool bmc_conf_as(bmc_conf_t *cf, const char *path);
char *bmc_conf_beside(bmc_conf_t *cf, const char *file, const char *path);

/* lex.c */

bmc_conf_end_t bmc_conf_next(bmc_conf_t *cf);
void bmc_conf_skip(bmc_conf_t *cf, unsigned line);

/* block.c */

void bmc_conf_read(bmc_conf_t *cf, bmc_block_t *b, unsigned line);
void bmc_conf_word_set(bmc_conf_t *cf, bmc_block_t *b, const bmc_word_t *w,
    const char **words, size_t nwords);
const bmc_word_t *bmc_conf_word(const bmc_word_t *table, const char *name);
void bmc_conf_unknown(bmc_conf_t *cf, const bmc_block_t *b, const char *word,
    const char *nearest);
bool bmc_conf_name(bmc_conf_t *cf, const char **words, size_t nwords,
    bool opens);
const char *bmc_conf_where(const bmc_block_t *b, char text[BMC_TEXT_MAX]);

/* value.c */

void bmc_conf_set(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base);
bool bmc_conf_one(bmc_conf_t *cf, const char **words, size_t nwords);

/* errors.c */

void bmc_conf_failed(bmc_conf_t *cf);
void bmc_conf_error_at(bmc_conf_t *cf, const char *file, unsigned line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
bool bmc_conf_tell(bmc_conf_t *cf, bmc_say_pt say, void *data);
void *bmc_conf_grow(bmc_conf_t *cf, void *array, size_t *max, size_t n,
    size_t size);

/* main.c: the directives of the file itself */

void bmc_main_init(bmc_conf_t *cf, bmc_block_t *b);

/* host.c, expand.c, driver.c */

extern const bmc_word_t  bmc_host_words[];
extern const bmc_word_t  bmc_defaults_words[];
void bmc_host_block(bmc_conf_t *cf, const char *name);
void bmc_host_defaults(bmc_conf_t *cf, const char *name);
void bmc_host_expand(bmc_conf_t *cf, const bmc_hostconf_t *h,
    const bmc_hostread_t *r);
unsigned bmc_host_auto(bmc_hostconf_t *h);
bool bmc_driver_aside(bmc_conf_t *cf, bmc_block_t *b, const char **words,
    size_t nwords, bool opens);
bool bmc_driver_knows(const bmc_block_t *b, const char *word);
bool bmc_driver_init(bmc_conf_t *cf);
bool bmc_driver_default(bmc_conf_t *cf, bmc_block_t *b, const char **words,
    size_t nwords, bool opens);
uint64_t bmc_driver_finish(bmc_conf_t *cf, bmc_hostconf_t *h,
    bmc_hostread_t *r);

/* policy.c, roles.c, grant.c */

void bmc_policy_key(bmc_conf_t *cf, const char *name);
void bmc_policy_user(bmc_conf_t *cf, const char *name);
void bmc_policy_group(bmc_conf_t *cf, const char *name);
void bmc_policy_ipmi_user(bmc_conf_t *cf, const char *name);
void bmc_policy_snmp(bmc_conf_t *cf, const char *name);
void bmc_policy_finish(bmc_conf_t *cf);
bool bmc_role_init(bmc_conf_t *cf);
void bmc_role_block(bmc_conf_t *cf, const char *name);

/* finish.c, groups.c, conflict.c */

void bmc_fleet_finish(bmc_conf_t *cf);
void bmc_fleet_groups(bmc_conf_t *cf);
void bmc_fleet_conflicts(bmc_conf_t *cf);
uint64_t bmc_fleet_mix(uint64_t h, const void *s, size_t len);

/* secret.c */

uint64_t bmc_secret_print(const bmc_secret_t *s);
void bmc_secret_forget(bmc_own_t *own);

/* pattern.c */

typedef enum {
    BMC_PATTERN_NAME,
    BMC_PATTERN_GLOB,
    BMC_PATTERN_RANGE,
    BMC_PATTERN_MIXED            /* means two things: refused */
} bmc_pattern_t;

bmc_pattern_t bmc_pattern_kind(const char *s);


#endif /* _BMC_PARSE_H_INCLUDED_ */
