
/*
 * Copyright (C) the bmcgate authors
 *
 * STATE/sim, the machines that exist only here: a header, an index from
 * names to numbers, and chunks of machines, mapped by every process.  The
 * mapping is as large as the file may become; the file grows by chunks.
 *
 * A machine has two copies of what changes, and a word that names the valid
 * one: bmc_sim_lock() prepares the other copy and bmc_sim_unlock() makes it
 * valid with one store, so a process killed in between changed nothing.
 * What does not fit there (log, list of changes, users, media) is written
 * where nothing valid is, and becomes valid by the same store.
 */


#ifndef _BMC_SIM_STATE_H_INCLUDED_
#define _BMC_SIM_STATE_H_INCLUDED_


#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "bmcgate.h"


#define BMC_SIM_VERSION   2
#define BMC_SIM_MACHINES  65536
#define BMC_SIM_CHUNK     128        /* machines */
#define BMC_SIM_INDEX     131072
#define BMC_SIM_SLOTS     8          /* sessions a BMC can have at most */
#define BMC_SIM_LOG       128        /* newest events kept */
#define BMC_SIM_CHANGES   256        /* newest changes kept */
#define BMC_SIM_USERS     10
#define BMC_SIM_MEDIA     2          /* slots: cd, usb */


enum {
    BMC_SIM_DEAD        = 0x0001,    /* never answers */
    BMC_SIM_MUTE        = 0x0002,    /* takes the command, never answers */
    BMC_SIM_SLOW        = 0x0004,    /* answers after a while */
    BMC_SIM_BUSY        = 0x0008,    /* "node busy", for a while */
    BMC_SIM_LIES        = 0x0010,    /* reports the opposite power */
    BMC_SIM_LOSES       = 0x0020,    /* accepts a change and drops it */
    BMC_SIM_DIES        = 0x0040,    /* makes the change, then is silent */
    BMC_SIM_NO_ACPI     = 0x0080,    /* the system ignores a graceful off */
    BMC_SIM_NO_NMI      = 0x0100,
    BMC_SIM_FULL        = 0x0200,    /* of sessions of others */
    BMC_SIM_BAD_LOGIN   = 0x0400,
    BMC_SIM_HOT         = 0x0800     /* a processor above its threshold */
};


typedef struct {
    uint32_t  bits;
    uint32_t  set;                   /* at run time: not the configured */
    int64_t   slow;                  /* ms */
    int64_t   busy;                  /* ms since the first refusal; 0: ever */
} bmc_sim_faults_t;


typedef struct {
    uint32_t  id;                    /* 0: free */
    uint32_t  pid;
    uint64_t  start;                 /* of the process, as in /proc */
    int64_t   used;
} bmc_sim_slot_t;


/* times are those of bmc_now(); a reboot of this computer shifts them */

typedef struct {
    int64_t           since;         /* the power is what it is */
    int64_t           due;           /* it becomes the other; 0: never */
    int64_t           booted;
    int64_t           led_until;
    int64_t           up_at;         /* the BMC answers again */
    int64_t           busy_at;       /* first refused as busy */
    uint64_t          changes;
    uint64_t          reads;
    uint64_t          refused;
    uint64_t          logins;
    uint64_t          powered_on;
    uint64_t          log_first;     /* ids of events: first shown … */
    uint64_t          log_next;      /* … and next given */
    uint64_t          change_next;
    uint32_t          epoch;         /* boots of this computer */
    uint32_t          session_next;
    uint32_t          sessions_max;  /* ever open at once: all … */
    uint32_t          live_max;      /* … and those of living processes */
    uint32_t          commands[BMC_VERB_MAX];
    bmc_sim_faults_t  faults;
    bmc_sim_slot_t    slot[BMC_SIM_SLOTS];
    uint8_t           power;         /* bmc_power_t */
    uint8_t           led;           /* bmc_led_t */
    uint8_t           boot;          /* of bmc_sim_boot_names */
    uint8_t           boot_persistent;
    uint8_t           boot_efi;
    uint8_t           died;
    uint8_t           hot;           /* … has been logged */
    uint8_t           roomy;         /* its room exists */
    uint8_t           users;         /* which copy */
    uint8_t           media;         /* … of these */
} bmc_sim_data_t;


typedef struct {
    char              name[BMC_NAME_MAX];
    _Atomic uint32_t  valid;         /* data[valid & 1] */
    pthread_mutex_t   mutex;
    bmc_sim_data_t    data[2];
} bmc_sim_machine_t;


typedef struct {
    int64_t  time;                   /* ms since 1970 */
    uint8_t  severity;               /* bmc_health_t */
    char     sensor[23];
    char     text[64];
} bmc_sim_event_t;


typedef struct {
    int64_t   time;                  /* ms since 1970 */
    uint32_t  verb;
    uint32_t  pid;
    char      tag[48];               /* its arguments */
} bmc_sim_change_t;


typedef struct {
    char     name[20];
    uint8_t  used;
    uint8_t  role;
    uint8_t  enabled;
    uint8_t  has_password;
    uint8_t  salt[16];
    uint8_t  hash[32];               /* SHA-256 of salt and password */
} bmc_sim_user_t;


typedef struct {
    char     image[256];             /* "": the slot is empty */
    uint8_t  write_protected;
} bmc_sim_medium_t;


/* One place more than is kept: where the next is written, none is read. */

typedef struct {
    bmc_sim_event_t   event[BMC_SIM_LOG + 1];
    bmc_sim_change_t  change[BMC_SIM_CHANGES + 1];
    bmc_sim_user_t    user[2][BMC_SIM_USERS];
    bmc_sim_medium_t  media[2][BMC_SIM_MEDIA];
} bmc_sim_room_t;


typedef struct bmc_sim_header_s  bmc_sim_header_t;
typedef struct bmc_sim_chunk_s   bmc_sim_chunk_t;


typedef struct {
    char              *path;
    bmc_sim_header_t  *header;       /* NULL: not opened yet */
    bmc_sim_chunk_t   *chunk;
    int                fd;
    pid_t              pid;          /* whose start this is */
    uint64_t           start;
} bmc_sim_store_t;


/* store.c: NULL or false, and why */

bmc_sim_store_t *bmc_sim_store_create(const char *path);
bool bmc_sim_store_open(bmc_sim_store_t *st, char why[BMC_TEXT_MAX]);
void bmc_sim_store_free(bmc_sim_store_t *st);        /* accepts NULL */


/* table.c: a machine; NULL: there is none, or errno says why none is made */

bmc_sim_machine_t *bmc_sim_find(bmc_sim_store_t *st, const char *name);
bmc_sim_machine_t *bmc_sim_make(bmc_sim_store_t *st, const char *name,
    bool on);
bmc_sim_machine_t *bmc_sim_at(bmc_sim_store_t *st, uint32_t number);
uint32_t bmc_sim_count(const bmc_sim_store_t *st);

/* what has come due by now has happened; NULL: the state is unusable */

bmc_sim_data_t *bmc_sim_lock(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    int64_t now);
void bmc_sim_unlock(bmc_sim_machine_t *m);

/* of a locked machine; NULL: the disk is full */

bmc_sim_room_t *bmc_sim_room(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d);


/* slots.c: sessions; take() returns its id, or 0: all slots are taken */

uint32_t bmc_sim_slot_take(bmc_sim_store_t *st, bmc_sim_data_t *d,
    unsigned slots, int64_t timeout, int64_t now);
bool bmc_sim_slot_use(bmc_sim_data_t *d, uint32_t id, int64_t now);
void bmc_sim_slot_free(bmc_sim_data_t *d, uint32_t id);
void bmc_sim_slot_count(bmc_sim_store_t *st, const bmc_sim_data_t *d,
    unsigned *all, unsigned *live);


/* events.c */

void bmc_sim_event(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d, int64_t at, bmc_health_t severity,
    const char *sensor, const char *text);

/* the change is put down, whatever becomes of it; false: no room */

bool bmc_sim_remember(bmc_sim_store_t *st, bmc_sim_machine_t *m,
    bmc_sim_data_t *d, bmc_verb_t verb, const char *tag);


/* faults.c: "slow=3000"; "conf" is what is configured, "none" none */

bool bmc_sim_fault_add(bmc_sim_faults_t *f, const char *word,
    char why[BMC_TEXT_MAX]);
const char *bmc_sim_fault_name(unsigned i);          /* NULL past the end */
uint32_t bmc_sim_fault_bit(unsigned i);


#endif /* _BMC_SIM_STATE_H_INCLUDED_ */
