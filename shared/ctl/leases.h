
/*
 * Copyright (C) the bmcgate authors
 *
 * Lease files of ISC dhcpd, dnsmasq and Kea (memfile): who has an address
 * now.
 */


#ifndef _BMC_CTL_LEASES_H_INCLUDED_
#define _BMC_CTL_LEASES_H_INCLUDED_


#include "bmcgate.h"


#define BMC_LEASE_NEVER  INT64_MAX


typedef struct {
    char      mac[18];           /* lower case, with colons */
    char      address[46];
    char      name[BMC_NAME_MAX];    /* "" if none, or none that is valid */
    int64_t   starts;            /* s since 1970; 0 unknown */
    int64_t   ends;
    size_t    order;             /* in the file */
    bool      active;            /* as far as its state says */
} bmc_lease_t;


typedef struct {
    bmc_lease_t  *lease;
    size_t        n;
    size_t        size;
} bmc_leases_t;


/*
 * The leases that hold at now (s since 1970): the file's last word about an
 * address, the newest address of a MAC, in the order of the file.  What is
 * incomplete is skipped.  False and why, "FILE:LINE: …", when it is no
 * lease file or a damaged one.  l is to be freed either way.
 */

bool bmc_leases_parse(bmc_leases_t *l, const char *file, const char *text,
    size_t len, int64_t now, char why[BMC_TEXT_MAX]);
void bmc_leases_free(bmc_leases_t *l);

/* "AA-BB-…" to "aa:bb:…"; false if it is none */

bool bmc_mac_parse(const char *s, size_t len, char mac[18]);

/* "10.0.0.0/8", "fd00::/64"; false and why if it is none */

typedef struct {
    unsigned char  net[16];
    unsigned       bits;
    int            family;
} bmc_cidr_t;

bool bmc_cidr_parse(const char *s, bmc_cidr_t *cidr, char why[BMC_TEXT_MAX]);
bool bmc_cidr_holds(const bmc_cidr_t *cidr, const char *address);


/* leases_isc.c, leases_lines.c: for leases.c only */

typedef struct {
    bmc_leases_t  *leases;
    const char    *file;
    const char    *p;
    const char    *end;
    unsigned       line;
    char          *why;
} bmc_leases_text_t;


bool bmc_leases_isc(bmc_leases_text_t *t);
bool bmc_leases_dnsmasq(bmc_leases_text_t *t);
bool bmc_leases_kea(bmc_leases_text_t *t);

/* copies; false when memory is short */

bool bmc_leases_add(bmc_leases_text_t *t, const bmc_lease_t *lease);
bool bmc_leases_wrong(bmc_leases_text_t *t, unsigned line, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* fields of a lease; what is not valid leaves it as it was */

void bmc_lease_mac(bmc_lease_t *lease, const char *s, size_t len);
void bmc_lease_address(bmc_lease_t *lease, const char *s, size_t len);
void bmc_lease_name(bmc_lease_t *lease, const char *s, size_t len);


#endif /* _BMC_CTL_LEASES_H_INCLUDED_ */
