
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


#endif /* _BMC_CTL_HOST_H_INCLUDED_ */
