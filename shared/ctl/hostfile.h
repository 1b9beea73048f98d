
/*
 * Copyright (C) the bmcgate authors
 *
 * The text of a hosts.d file: words of one host{} changed, all else kept as
 * somebody wrote it.
 */


#ifndef _BMC_CTL_HOSTFILE_H_INCLUDED_
#define _BMC_CTL_HOSTFILE_H_INCLUDED_


#include "bmcgate.h"
#include "base/buf.h"


/* "sim.latency=50ms": block "sim", word "latency"; value NULL: remove it */

typedef struct {
    char         block[32];      /* "": of host{} itself */
    char         word[64];
    const char  *value;
    bool         keyed;          /* block is no block, but "quirk" */
} bmc_hostword_t;


/*
 * False and why: it is no WORD=VALUE, or it has a password in it.  There may
 * be a quirk of each name: "quirk=a on" is "quirk.a=on".
 */

bool bmc_hostword_parse(bmc_hostword_t *w, const char *pair,
    char why[BMC_TEXT_MAX]);
bool bmc_hostword_make(bmc_hostword_t *w, const char *name,
    const char *value, char why[BMC_TEXT_MAX]);

/* out gets text with the word set in host NAME, or without it */

bool bmc_hostfile_set(bmc_buf_t *out, const char *text, const char *name,
    const bmc_hostword_t *w, char why[BMC_TEXT_MAX]);

/* without the host; *empty: nothing else is in there */

bool bmc_hostfile_remove(bmc_buf_t *out, const char *text, const char *name,
    bool *empty, char why[BMC_TEXT_MAX]);


/* hostdir.c: the directory, locked.  A crash leaves the old or the new. */

typedef struct {
    int    fd;                   /* -1: there is no such directory yet */
    char  *path;                 /* of the directory */
    char  *file;                 /* of the host's file */
    char   name[BMC_NAME_MAX + 8];
} bmc_hostdir_t;


bool bmc_hostdir_open(bmc_hostdir_t *d, const char *conf, const char *host,
    char why[BMC_TEXT_MAX]);
void bmc_hostdir_close(bmc_hostdir_t *d);

/* another host's file from now on; the directory stays locked */

bool bmc_hostdir_name(bmc_hostdir_t *d, const char *host,
    char why[BMC_TEXT_MAX]);

/* false and why; errno ENOENT when there is no such file */

bool bmc_hostdir_read(bmc_hostdir_t *d, bmc_buf_t *text,
    char why[BMC_TEXT_MAX]);

/* group is the file's that it replaces, or like's */

bool bmc_hostdir_write(bmc_hostdir_t *d, const char *like, const char *text,
    size_t len, char why[BMC_TEXT_MAX]);
bool bmc_hostdir_unlink(bmc_hostdir_t *d, char why[BMC_TEXT_MAX]);


#endif /* _BMC_CTL_HOSTFILE_H_INCLUDED_ */
