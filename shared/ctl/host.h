
/*
 * Copyright (C) the bmcgate authors
 */


#ifndef _BMC_CTL_HOST_H_INCLUDED_
#define _BMC_CTL_HOST_H_INCLUDED_


#include "ctl/ctl.h"
#include "ctl/hostfile.h"


#define BMC_HOST_WORDS  64


/*
 * Writes a new host, or changes words of one in hosts.d.  What is wrong has
 * been said when it is not BMC_OK; nothing was written then.
 */

int bmc_hosts_add(bmc_ctl_t *c, const char *name, const bmc_hostword_t *w,
    size_t n);
int bmc_hosts_set(bmc_ctl_t *c, const char *name, const bmc_hostword_t *w,
    size_t n);

/*
 * BMC_OK, or BMC_CONF, said and with what would help: what is wrong with
 * text in the place of d's file, or for NULL with its absence.
 */

int bmc_hosts_check(const bmc_ctl_t *c, const bmc_hostdir_t *d,
    const char *text, bmc_say_pt say, void *data);


/* what a file of hosts.d says: false and why; text is to be freed anyway */

bool bmc_host_text(bmc_buf_t *text, const char *name,
    const bmc_hostword_t *w, size_t n, char why[BMC_TEXT_MAX]);


/* hostmany.c */

typedef struct {
    char       name[BMC_NAME_MAX];   /* one that no host has */
    bmc_buf_t  text;                 /* as of bmc_host_text() */
    bool       written;
} bmc_newhost_t;


/*
 * Writes them all, unless the configuration is wrong with them: then none.
 * Ends at the first that cannot be written, those before it stay.  What is
 * wrong has been said when it is not BMC_OK.
 */

int bmc_hosts_add_all(bmc_ctl_t *c, bmc_newhost_t *h, size_t n);


#endif /* _BMC_CTL_HOST_H_INCLUDED_ */
