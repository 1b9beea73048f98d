
/*
 * Copyright (C) the bmcgate authors
 *
 * libbmcgate: one core that speaks to BMCs, for daemons that have a loop of
 * their own.  The core is one descriptor: watch bmc_fd() for reading, sleep
 * at most bmc_timeout() milliseconds, then call bmc_run().  Ask for the
 * timeout anew after every call into the library.
 *
 * A bmc_base_t is what may be loaded with privileges and inherited over
 * fork(): configuration, secrets, board.  A bmc_t belongs to one process.
 * Nothing here is thread-safe; nothing here starts a thread that calls back.
 */


#ifndef _BMCGATE_H_INCLUDED_
#define _BMCGATE_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#ifdef __cplusplus
extern "C" {
#endif


#define BMC_NAME_MAX    64       /* a host's name with its null */
#define BMC_TEXT_MAX    256      /* one line for people with its null */
#define BMC_SENSOR_MAX  256      /* sensors kept for one host */


/* Errors.  The first five are also exit statuses. */

typedef enum {
    BMC_OK = 0,
    BMC_FAILED,                  /* something went wrong in here */
    BMC_USAGE,                   /* the request makes no sense */
    BMC_CONF,                    /* the configuration is wrong or absent */
    BMC_DENIED,                  /* policy says no */
    BMC_NO_HOST,
    BMC_NO_VERB,
    BMC_UNSUPPORTED,             /* this BMC cannot do that */
    BMC_BUSY,                    /* another change is under way */
    BMC_LIMITED,                 /* a configured limit says not now */
    BMC_UNREACHABLE,             /* no answer; nothing was changed */
    BMC_REFUSED,                 /* the BMC said no, in its own words */
    BMC_BAD_LOGIN,               /* the BMC refuses our credentials */
    BMC_TIMEOUT,                 /* the deadline passed; nothing was changed */
    BMC_UNKNOWN,                 /* a change was sent; what became of it? */
    BMC_UNVERIFIED,              /* accepted, but the BMC never showed it */
    BMC_UNAUDITED,               /* refused: the audit trail is not writable */
    BMC_CANCELLED,               /* given up before it was sent */
    BMC_CLOSED,                  /* the core is shutting down */
    BMC_RC_MAX
} bmc_rc_t;


typedef struct {
    const char  *name;           /* "unreachable" */
    int          exit;
    int          http;
    int          snmp;           /* SNMP error status */
    int          pam;
    int          ipmi;           /* completion code */
    const char  *text;
} bmc_error_t;


const bmc_error_t *bmc_error(bmc_rc_t rc);


/* Verbs */

typedef enum {
    BMC_POWER_STATUS,
    BMC_POWER_ON,
    BMC_POWER_OFF,               /* graceful, through ACPI */
    BMC_POWER_FORCE_OFF,
    BMC_POWER_CYCLE,
    BMC_POWER_RESET,
    BMC_POWER_NMI,
    BMC_POWER_READING,
    BMC_BOOT_GET,
    BMC_BOOT_SET,
    BMC_IDENTIFY_GET,
    BMC_IDENTIFY_SET,
    BMC_SENSORS_READ,
    BMC_LOG_READ,
    BMC_LOG_CLEAR,
    BMC_INVENTORY_READ,
    BMC_BMC_READ,
    BMC_BMC_RESET,
    BMC_LAN_READ,
    BMC_USERS_LIST,
    BMC_USERS_SET,
    BMC_USERS_DELETE,
    BMC_CONSOLE_OPEN,
    BMC_RAW,
    BMC_RETRY,                   /* ask a refusing or backed-off BMC again */
    BMC_MEDIA_LIST,
    BMC_MEDIA_INSERT,
    BMC_MEDIA_EJECT,
    BMC_BMC_TRUST,               /* the certificate that is shown now */
    BMC_VERB_MAX
} bmc_verb_t;


/* what a role may allow; "allow read power;" names these */

typedef enum {
    BMC_ROLE_READ     = 0x0001,
    BMC_ROLE_POWER    = 0x0002,
    BMC_ROLE_BOOT     = 0x0004,
    BMC_ROLE_IDENTIFY = 0x0008,
    BMC_ROLE_MEDIA    = 0x0010,
    BMC_ROLE_CONSOLE  = 0x0020,
    BMC_ROLE_LOG      = 0x0040,
    BMC_ROLE_USERS    = 0x0080,
    BMC_ROLE_BMC      = 0x0100,
    BMC_ROLE_RAW      = 0x0200
} bmc_role_t;


typedef enum {
    BMC_CHANGES    = 0x01,       /* sent at most once, audited, limited */
    BMC_REPEATABLE = 0x02,       /* identical requests share one answer */
    BMC_STREAM     = 0x04,       /* stays open and carries bytes */
    BMC_BOARD      = 0x08,       /* may be answered from the board */
    BMC_LOCAL      = 0x10        /* done by the gate, never by a driver */
} bmc_verb_flag_t;


typedef enum {
    BMC_ARG_STRING,
    BMC_ARG_BOOL,                /* on, off, yes, no, true, false */
    BMC_ARG_NUMBER,
    BMC_ARG_ENUM,
    BMC_ARG_HEX,                 /* bytes, as in "06 01" */
    BMC_ARG_SECRET,              /* a string no log ever shows */
    BMC_ARG_PRINT                /* "sha256:" and 64 hex digits */
} bmc_arg_type_t;


typedef struct {
    const char      *name;
    bmc_arg_type_t   type;
    bool             required;
    const char      *values;     /* ENUM: "pxe disk cdrom"; NUMBER: "0 255" */
    const char      *help;
} bmc_arg_info_t;


typedef struct {
    const char            *name;     /* "power.cycle" */
    unsigned               role;
    unsigned               flags;
    unsigned               snmp;
    const bmc_arg_info_t  *args;     /* ends with a NULL name; or NULL */
    const char            *help;
} bmc_verb_info_t;


/* info of a verb, NULL past the end; a verb by name, BMC_VERB_MAX if none */

const bmc_verb_info_t *bmc_verb_info(bmc_verb_t verb);
bmc_verb_t bmc_verb_find(const char *name);


/* What the board knows of a host */

typedef enum {
    BMC_POWER_IS_UNKNOWN = 0,
    BMC_POWER_IS_ON = 1,
    BMC_POWER_IS_OFF = 2
} bmc_power_t;


typedef enum {
    BMC_REACH_UNKNOWN = 0,
    BMC_REACH_YES,
    BMC_REACH_NO,
    BMC_REACH_REFUSED            /* it answers, but not to our credentials */
} bmc_reach_t;


typedef enum {
    BMC_HEALTH_UNKNOWN = 0,
    BMC_HEALTH_OK,
    BMC_HEALTH_WARNING,
    BMC_HEALTH_CRITICAL
} bmc_health_t;


typedef enum {
    BMC_LED_UNKNOWN = 0,
    BMC_LED_OFF,
    BMC_LED_ON,                  /* until told otherwise */
    BMC_LED_TIMED                /* for some seconds */
} bmc_led_t;


/*
 * Times are milliseconds of the boot clock, the one bmc_now() reads; 0 is
 * never.  Strings are null-terminated and empty while unknown.
 */

typedef struct {
    int64_t   power_at;          /* when the BMC last told its power */
    int64_t   power_since;       /* since when it has been this */
    int64_t   tried_at;          /* when it was last asked anything */
    int64_t   answered_at;       /* when it last answered anything */
    int64_t   sensors_at;
    int64_t   boot_at;
    int64_t   led_at;
    int64_t   facts_at;          /* vendor, maker … uuid */
    int64_t   retry_at;          /* backed off until then */
    int64_t   watts_at;
    int64_t   changed_at;        /* when it last accepted a change */
    int64_t   power_other_at;    /* when driver_other told power_other */
    uint64_t  last_op;           /* the newest change, 0 if none */
    uint64_t  drivers_as;        /* the host's fingerprint that refused, heard,
                                    quiet and other are about */
    uint32_t  failures;          /* in a row */
    float     watts;
    uint32_t  quiet_until[4];    /* by driver: put behind until then, in s */
    uint8_t   quiet[4];          /* by driver: silences in a row */
    uint8_t   power;             /* bmc_power_t */
    uint8_t   reach;             /* bmc_reach_t */
    uint8_t   health;            /* bmc_health_t */
    uint8_t   led;               /* bmc_led_t */
    uint8_t   error;             /* bmc_rc_t of the last failure */
    uint8_t   boot_persistent;
    uint8_t   boot_efi;          /* 0 unknown, 1 legacy, 2 uefi */
    uint8_t   refused;           /* bit i: driver i's login; never asked */
    uint8_t   heard;             /* bit i: driver i has answered */
    uint8_t   power_other;       /* bmc_power_t, as driver_other tells */
    uint8_t   disputed;          /* … which is not as driver tells */
    uint8_t   spare;
    char      boot[16];          /* "none", "pxe", … */
    char      driver[16];        /* which one told the power */
    char      driver_other[16];  /* … and who told it before, or besides */
    char      vendor[32];        /* a word; of the machine, or of its BMC */
    char      maker[16];         /* of the BMC, or of what that runs */
    char      model[48];
    char      serial[32];
    char      firmware[32];
    char      uuid[40];
    char      message[152];      /* the last failure, in words */
} bmc_view_t;


typedef enum {
    BMC_SENSOR_UNKNOWN = 0,      /* present, but no reading */
    BMC_SENSOR_OK,
    BMC_SENSOR_WARNING,
    BMC_SENSOR_CRITICAL,
    BMC_SENSOR_FATAL             /* non-recoverable */
} bmc_sensor_state_t;


typedef enum {
    BMC_UNIT_NONE = 0,           /* discrete: the state is all there is */
    BMC_UNIT_CELSIUS,
    BMC_UNIT_VOLTS,
    BMC_UNIT_AMPERES,
    BMC_UNIT_WATTS,
    BMC_UNIT_RPM,
    BMC_UNIT_PERCENT,
    BMC_UNIT_CFM,
    BMC_UNIT_JOULES,
    BMC_UNIT_HERTZ,
    BMC_UNIT_OTHER
} bmc_unit_kind_t;


enum {
    BMC_LOW_FATAL, BMC_LOW_CRITICAL, BMC_LOW_WARNING,
    BMC_HIGH_WARNING, BMC_HIGH_CRITICAL, BMC_HIGH_FATAL,
    BMC_THRESHOLDS
};


typedef struct {
    char      name[32];
    float     value;             /* NaN when there is none */
    float     threshold[BMC_THRESHOLDS];     /* NaN when there is none */
    uint16_t  discrete;          /* asserted states of a discrete sensor */
    uint8_t   state;             /* bmc_sensor_state_t */
    uint8_t   unit;              /* bmc_unit_kind_t */
    uint8_t   type;              /* IPMI sensor type, 0 unknown */
    uint8_t   event;             /* IPMI event/reading type, 0 unknown */
    uint8_t   number;            /* IPMI sensor number */
    uint8_t   spare;
} bmc_sensor_t;


/* Opaque */

typedef struct bmc_base_s      bmc_base_t;
typedef struct bmc_s           bmc_t;
typedef struct bmc_op_s        bmc_op_t;
typedef struct bmc_group_op_s  bmc_group_op_t;
typedef struct bmc_hostconf_s  bmc_hostconf_t;
typedef struct bmc_login_s     bmc_login_t;


/* Who asks */

typedef enum {
    BMC_ACTOR_LOCAL,             /* the kernel says so: root, group bmcgate */
    BMC_ACTOR_KEY,
    BMC_ACTOR_USER,
    BMC_ACTOR_IPMI,
    BMC_ACTOR_SNMP
} bmc_actor_kind_t;


typedef struct {
    bmc_actor_kind_t    kind;
    const char         *name;
    const char *const  *groups;  /* PAM's, NULL-terminated; or NULL */
    const char         *from;    /* address or process, for the audit */
} bmc_actor_t;


typedef struct {
    const char  *name;
    const char  *value;
} bmc_arg_t;


enum {
    BMC_FRESH  = 0x01,           /* ask the BMC, not the board */
    BMC_VERIFY = 0x02            /* done only when the BMC has shown it */
};


/* everything is copied by bmc_submit() */

typedef struct {
    bmc_verb_t          verb;
    const char         *host;
    const char         *door;    /* "bmcctl", "http", … */
    const bmc_actor_t  *actor;
    const bmc_arg_t    *args;
    size_t              nargs;
    unsigned            flags;
    uint32_t            max_age;     /* ms; 0: the host's poll interval */
    uint32_t            timeout;     /* ms; 0: the host's own */
    uint32_t            verify;      /* ms; 0: 60 s */
} bmc_request_t;


/*
 * What became of a request.  It and all it points to live until done()
 * returns.
 */

typedef struct {
    bmc_rc_t           rc;
    bool               accepted;     /* a change: the BMC took it */
    bool               verified;     /* … and has since shown it */
    bool               from_board;
    uint32_t           retry_after;  /* s; 0: unknown */
    uint64_t           op;           /* a change's number, 0 for reads */
    const char        *host;
    const char        *driver;       /* which one answered; "" if none */
    const char        *text;         /* for people; "" when all is well */
    const char        *json;         /* the verb's data, NULL if it has none */
    size_t             json_len;
    const bmc_view_t  *view;         /* the host after the request */
} bmc_result_t;


typedef void (*bmc_done_pt)(void *data, const bmc_result_t *result);
typedef void (*bmc_data_pt)(void *data, const void *bytes, size_t len);


/* Loading: may need privileges, may block */

typedef struct {
    const char        *conf;     /* NULL: $BMC_CONF, else the default */
    unsigned           seats;    /* peer sockets bound for workers to come */
    const bmc_base_t  *before;   /* what this process loaded before: its
                                    board and sockets are shared */
    bool               look;     /* only read the configuration: for
                                    questions about hosts, not bmc_open() */
} bmc_load_t;


/*
 * What is wrong is told through say(), a line an error; NULL prints to
 * stderr.  bmc_load() returns NULL and sets *rc when anything is wrong.
 * bmc_check() only reads.  A base lives until its last bmc_t and its loader
 * have let go of it.
 */

typedef void (*bmc_say_pt)(void *data, const char *line);

bmc_base_t *bmc_load(const bmc_load_t *load, bmc_say_pt say, void *data,
    bmc_rc_t *rc);
bmc_rc_t bmc_check(const char *conf, bmc_say_pt say, void *data);

/*
 * As if FILE held text, or, for NULL, were not there: what bmcctl asks
 * before it writes.  Said to be wrong too when the configuration does not
 * read FILE.
 */

bmc_rc_t bmc_check_as(const char *conf, const char *file, const char *text,
    bmc_say_pt say, void *data);
void bmc_unload(bmc_base_t *base);

/* after daemon(3): this process, not its parent, is who loaded it */

void bmc_base_own(bmc_base_t *base);


/* The core in one process */

enum {
    BMC_POLL  = 0x01,            /* runs long: polls the hosts it leases */
    BMC_QUIET = 0x02             /* wants no change notices */
};


bmc_t *bmc_open(bmc_base_t *base, unsigned flags, bmc_say_pt say, void *data,
    bmc_rc_t *rc);
int bmc_fd(const bmc_t *b);
int bmc_timeout(const bmc_t *b);             /* ms; -1: for ever */
void bmc_run(bmc_t *b);

/* is anything under way that ought to end before this process does? */

bool bmc_busy(const bmc_t *b);

/*
 * Others may take over: polling ends, hosts with nothing under way are
 * logged out and their leases given back.  What is under way goes on, and
 * what is still submitted is done.
 */

void bmc_retire(bmc_t *b);

/* sessions are logged out and leases given back, in at most wait ms */

void bmc_close(bmc_t *b, uint32_t wait);

/* a wrong configuration leaves the old fleet running */

bmc_rc_t bmc_reload(bmc_t *b, bmc_base_t *base);
bmc_base_t *bmc_base(const bmc_t *b);


/*
 * done is called once, later, from bmc_run(); never if rc is not BMC_OK,
 * never after bmc_drop().  why, if not NULL, gets one line when it is not.
 * Dropping a read cancels it; dropping a change lets it finish unseen.
 */

bmc_rc_t bmc_submit(bmc_t *b, const bmc_request_t *req, bmc_done_pt done,
    void *data, bmc_op_t **opp, char why[BMC_TEXT_MAX]);
void bmc_drop(bmc_op_t *op);

/* s until what was just refused with BMC_LIMITED is done; 0: unknown */

uint32_t bmc_retry_after(const bmc_t *b);


/*
 * True: the board knows the answer to this read, it is young enough, and
 * policy lets the actor have it.  Nothing is allocated and nobody is asked.
 * False: bmc_submit() it, which also says what is wrong.
 */

bool bmc_peek(bmc_t *b, const bmc_request_t *req, bmc_view_t *view);

/* policy alone; h may be NULL: at all?  why may be NULL */

bool bmc_may(const bmc_t *b, const bmc_actor_t *actor,
    const bmc_hostconf_t *h, bmc_verb_t verb, char why[BMC_TEXT_MAX]);


/*
 * A stream is an operation whose done() says that it is open (or not), then
 * bytes come through the sink until done() is called a second time: the end.
 * bmc_write() takes what it can.
 */

bmc_rc_t bmc_stream(bmc_t *b, const bmc_request_t *req, bmc_done_pt done,
    bmc_data_pt sink, void *data, bmc_op_t **opp, char why[BMC_TEXT_MAX]);
size_t bmc_write(bmc_op_t *op, const void *bytes, size_t len);


/*
 * The same request for many hosts, staggered as configured; step() is called
 * for each host as it ends, done() once after the last; both may be NULL.
 * A change whose request names a host, the group's name, is an operation of
 * its own that counts those of its hosts: *id, unless NULL, is its number,
 * else 0.
 */

typedef void (*bmc_group_done_pt)(void *data, unsigned ok, unsigned failed);

bmc_rc_t bmc_submit_group(bmc_t *b, const bmc_request_t *req,
    const char *const *hosts, size_t nhosts, bmc_done_pt step,
    bmc_group_done_pt done, void *data, bmc_group_op_t **gp, uint64_t *id,
    char why[BMC_TEXT_MAX]);
void bmc_drop_group(bmc_group_op_t *g);


/* Who asks: proven by a key, a session's token, or a password */

#define BMC_TOKEN_MAX  64        /* with its null */


typedef struct {
    bmc_actor_kind_t  kind;
    char              name[BMC_NAME_MAX];
    uint64_t          session;   /* 0: none */
} bmc_who_t;


/* no lookup's time tells how near a guess was; a token's idle time restarts */

bool bmc_who_key(const bmc_t *b, const char *key, size_t len,
    bmc_who_t *who);
bool bmc_who_token(bmc_t *b, const char *token, size_t len, bmc_who_t *who);

/* a user that somebody else has proven, as nginx's own auth_basic */

bool bmc_who_trusted(const bmc_t *b, const char *name, size_t len,
    bmc_who_t *who);

/*
 * Somebody came with a wrong key or token: written down; how many ms the
 * answer is to wait, longer with each failure from there.
 */

uint32_t bmc_who_failed(bmc_t *b, const char *from, const char *door);

/*
 * done is called once, later, from bmc_run(), never after bmc_login_drop():
 * BMC_OK and who, or BMC_DENIED, or BMC_LIMITED after too many failures from
 * there or for that name.  Failures answer late; passwords are checked
 * beside the loop.  name and password are copied; the copy is wiped.
 */

typedef struct {
    const char  *name;
    const char  *password;
    const char  *from;           /* an address, without its port */
    const char  *door;
} bmc_credentials_t;

typedef void (*bmc_who_pt)(void *data, bmc_rc_t rc, const bmc_who_t *who,
    uint32_t retry_after, const char *text);

bmc_rc_t bmc_login(bmc_t *b, const bmc_credentials_t *c, bmc_who_pt done,
    void *data, bmc_login_t **lp, char why[BMC_TEXT_MAX]);
void bmc_login_drop(bmc_login_t *l);


/* Sessions: on the board, so that every process knows them */

typedef struct {
    uint64_t          id;
    int64_t           created;   /* ms since 1970 */
    int64_t           used;
    int64_t           expires;   /* unless it is used before */
    bmc_actor_kind_t  kind;
    char              name[BMC_NAME_MAX];
    char              from[48];
    char              door[16];
} bmc_session_info_t;


bmc_rc_t bmc_session_open(bmc_t *b, const bmc_who_t *who, const char *from,
    const char *door, char token[BMC_TOKEN_MAX], uint64_t *id,
    char why[BMC_TEXT_MAX]);
bool bmc_session_info(const bmc_t *b, uint64_t id, bmc_session_info_t *info);
void bmc_session_list(const bmc_t *b,
    bool (*each)(void *, const bmc_session_info_t *), void *data);
bool bmc_session_close(bmc_t *b, uint64_t id, const char *by);


/* Hosts.  A bmc_hostconf_t lives as long as the base it is of. */

const bmc_hostconf_t *bmc_host(const bmc_base_t *base, const char *name);
const bmc_hostconf_t *bmc_host_at(const bmc_base_t *base, size_t i);
size_t bmc_host_count(const bmc_base_t *base);
size_t bmc_host_index(const bmc_hostconf_t *h);           /* in bmc_host_at */
const char *bmc_host_name(const bmc_hostconf_t *h);
const char *bmc_host_address(const bmc_hostconf_t *h);    /* "" if none */
const char *bmc_host_address_at(const bmc_hostconf_t *h, size_t i);
                                             /* all: NULL past the end */
const char *bmc_host_mac(const bmc_hostconf_t *h);        /* "" if none */
const char *bmc_host_group(const bmc_hostconf_t *h, size_t i);
const char *bmc_host_driver(const bmc_hostconf_t *h, size_t i);
uint32_t bmc_host_poll(const bmc_hostconf_t *h);
const char *bmc_host_user(const bmc_hostconf_t *h);       /* "" if none */
const char *bmc_host_file(const bmc_hostconf_t *h);       /* configured in */
bool bmc_host_can(const bmc_hostconf_t *h, bmc_verb_t verb);

/*
 * Words people type for hosts: a name, n[1-20], a glob, a group; each(name)
 * is called once a host in order of configuration.  False and why when a
 * word names nothing.
 */

bool bmc_hosts_match(const bmc_base_t *base, const char *const *words,
    size_t nwords, void (*each)(void *data, const bmc_hostconf_t *h),
    void *data, char why[BMC_TEXT_MAX]);


/* hosts of a group, in order of configuration; NULL and 0: no such group */

const bmc_hostconf_t *const *bmc_group(const bmc_base_t *base,
    const char *name, size_t *n);


const char *bmc_conf_file(const bmc_base_t *base);
const char *bmc_audit_file(const bmc_base_t *base);       /* NULL if none */


/* the board: no I/O, no lock, no system call */

bool bmc_view(const bmc_t *b, const bmc_hostconf_t *h, bmc_view_t *view);
size_t bmc_sensors(const bmc_t *b, const bmc_hostconf_t *h,
    bmc_sensor_t *sensors, size_t max);


/* What vendors got wrong, and what is done because of it */

typedef struct {
    const char  *name;           /* "boot-full" */
    const char  *of;             /* "ipmi", "redfish" or "both" */
    const char  *vendor;         /* words: "AMI, ASRock Rack" */
    const char  *model;
    const char  *firmware;       /* "*", "<=2.75.75", "1.0-1.9", … */
    const char  *does;
    const char  *source;         /* who says so */
    const char  *why;            /* it is on or off for the host, or "" */
    bool         on;             /* … for the host */
} bmc_quirk_info_t;

/*
 * each() gets every row of the table, or, for a host, the rows that fit what
 * the board knows of it, and the quirks its configuration speaks of; what it
 * gets lives until it returns.  b may be NULL without a host.  How many.
 */

size_t bmc_quirks(const bmc_t *b, const bmc_hostconf_t *h,
    void (*each)(void *data, const bmc_quirk_info_t *quirk), void *data);


/* Events, newest numbers highest; watch(event) is called from bmc_run() */

typedef enum {
    BMC_EVENT_POWER = 1,
    BMC_EVENT_REACH,
    BMC_EVENT_HEALTH,
    BMC_EVENT_OPERATION
} bmc_event_kind_t;


typedef struct {
    uint64_t  id;
    int64_t   time;              /* ms since 1970 */
    uint64_t  op;                /* OPERATION */
    uint8_t   kind;
    uint8_t   was;               /* POWER: bmc_power_t; REACH: bmc_reach_t … */
    uint8_t   is;                /* OPERATION: bmc_op_state_t */
    uint8_t   verb;
    char      host[BMC_NAME_MAX];
} bmc_event_t;


typedef void (*bmc_event_pt)(void *data, const bmc_event_t *event);

/* events after `after` that are still known come first; 0: only new ones */

bmc_rc_t bmc_watch(bmc_t *b, uint64_t after, bmc_event_pt watch, void *data);
void bmc_unwatch(bmc_t *b, bmc_event_pt watch, void *data);


/* Operations: every change of the last while */

typedef enum {
    BMC_OP_NONE = 0,
    BMC_OP_ASKED,                /* allowed, audited, waiting */
    BMC_OP_SENT,                 /* on its way to the BMC, or there */
    BMC_OP_ACCEPTED,
    BMC_OP_VERIFIED,
    BMC_OP_FAILED,               /* rc says how; nothing was changed */
    BMC_OP_CANCELLED,            /* never sent */
    BMC_OP_UNKNOWN,              /* sent, outcome unknown */
    BMC_OP_UNVERIFIED
} bmc_op_state_t;


typedef struct {
    uint64_t  id;
    uint64_t  group;             /* the operation it is part of; 0: none */
    int64_t   asked;             /* ms since 1970 */
    int64_t   sent;
    int64_t   ended;
    uint32_t  rc;
    uint32_t  hosts;             /* of a group's operation; else 0 */
    uint8_t   state;             /* bmc_op_state_t */
    uint8_t   verb;
    char      host[BMC_NAME_MAX];
    char      actor[64];         /* "key:homeassistant" */
    char      text[192];
} bmc_op_info_t;


bool bmc_op_info(const bmc_t *b, uint64_t id, bmc_op_info_t *info);
/* newest first; each() returns false to stop */
void bmc_op_list(const bmc_t *b, bool (*each)(void *, const bmc_op_info_t *),
    void *data);


/*
 * Data as JSON text, alike at every door; shapes are in gate/shapes.md.
 * Returns the text's length, without a null; when that is more than size,
 * what was written is of no use.
 */

size_t bmc_show_power(const bmc_view_t *view, char *out, size_t size);
size_t bmc_show_host(const bmc_t *b, const bmc_hostconf_t *h, char *out,
    size_t size);
size_t bmc_show_host_all(const bmc_t *b, const bmc_hostconf_t *h, char *out,
    size_t size);
size_t bmc_show_result(const bmc_result_t *result, bmc_verb_t verb,
    char *out, size_t size);
size_t bmc_show_op(const bmc_t *b, const bmc_op_info_t *op, char *out,
    size_t size);
size_t bmc_show_session(const bmc_session_info_t *s, char *out, size_t size);
size_t bmc_show_event(const bmc_event_t *event, char *out, size_t size);
size_t bmc_show_error(bmc_rc_t rc, const char *host, const char *text,
    uint32_t retry_after, char *out, size_t size);

/*
 * bmc_show_host() of many, with a comma between any two, in pieces: of those
 * that actor may read and that are as asked.  What is not said is zero.  Each
 * call fills out with whole rows and returns their length; 0 is not the end,
 * for neither does a call look at more than some hundred hosts, nor is there
 * room for every row in less than 20 kB.
 */

typedef struct {
    const bmc_actor_t     *actor;    /* NULL may read all */
    const char            *group;    /* NULL: of any */
    bool                   of_power;
    bool                   of_reach;
    bmc_power_t            power;
    bool                   reach;    /* can it be reached? */
    size_t                 at;       /* the next one's bmc_host_index() */
    size_t                 left;     /* rows that are still wanted */
    const bmc_hostconf_t  *last;     /* the last row's; NULL: none was */
    bool                   more;     /* hosts that nobody has looked at */
    bool                   ended;
} bmc_rows_t;

size_t bmc_show_hosts(const bmc_t *b, bmc_rows_t *rows, char *out,
    size_t size);

/*
 * Prometheus text, in pieces: *at is all zero to begin with; each call fills
 * out with whole lines and returns their length, 0 after the last.  Takes a
 * host into account only if actor may read it; NULL may read all.
 */

typedef struct {
    uint32_t  family;
    uint32_t  host;
    uint32_t  item;
    uint32_t  spare;
} bmc_metrics_at_t;

size_t bmc_metrics(const bmc_t *b, const bmc_actor_t *actor,
    bmc_metrics_at_t *at, char *out, size_t size);


/* Odds and ends */

int64_t bmc_now(void);                       /* boot clock, ms */
const char *bmc_version(void);
const char *bmc_build_info(void);            /* for -V: lines of text */
const char *bmc_power_name(bmc_power_t p);   /* "unknown", "on", "off" */
const char *bmc_reach_name(bmc_reach_t r);
const char *bmc_health_name(bmc_health_t h);
const char *bmc_led_name(bmc_led_t l);
const char *bmc_op_state_name(bmc_op_state_t s);
const char *bmc_sensor_state_name(bmc_sensor_state_t s);
const char *bmc_unit_name(bmc_unit_kind_t u);


#ifdef __cplusplus
}
#endif


#endif /* _BMCGATE_H_INCLUDED_ */
