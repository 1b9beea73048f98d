
/*
 * Copyright (C) the bmcgate authors
 *
 * What a BMC's Redfish says to strangers: its root; and what the kernel knows
 * of neighbours.
 */


#ifndef _BMC_CTL_ROOT_H_INCLUDED_
#define _BMC_CTL_ROOT_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


typedef struct {
    char  version[16];           /* "1.15.0"; never "" */
    char  vendor[64];            /* "" if not said, or too long */
    char  product[128];
    char  uuid[37];              /* the service's, lower case */
} bmc_root_t;


/* false, and r all zero: this is no root of Redfish */

bool bmc_root_parse(bmc_root_t *r, const char *text, size_t len);

/*
 * The MAC of an address in a text as /proc/net/arp is; false, and mac "",
 * if it has none that is complete.
 */

bool bmc_arp_find(const char *text, const char *address, char mac[18]);


#endif /* _BMC_CTL_ROOT_H_INCLUDED_ */
