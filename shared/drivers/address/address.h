
/*
 * Copyright (C) the bmcgate authors
 *
 * A host's addresses, numeric ones and names, in their order.  Names are
 * looked up off the loop.  For drivers; knows none of them.
 */


#ifndef _BMC_ADDRESS_H_INCLUDED_
#define _BMC_ADDRESS_H_INCLUDED_


#include <netinet/in.h>

#include "drivers/driver.h"


#define BMC_ADDRESSES      8         /* of one host */
#define BMC_ADDRESS_TEXT   72        /* "[fe80::7%eth0]:65535" with its null */


typedef struct {
    struct sockaddr_storage  at[BMC_ADDRESSES];
    size_t                   word[BMC_ADDRESSES];    /* whose it is */
    unsigned                 n;
} bmc_addresses_t;


typedef struct bmc_lookup_s  bmc_lookup_t;

/* why the last name that has no address has none; "" */

typedef void (*bmc_lookup_pt)(void *data, const char *why);


/*
 * done() is called once: from here when there are only numbers, later when
 * there is a name; *lookup is not NULL until then.  The words are copied.
 */

void bmc_lookup(bmc_lookup_t **lookup, uv_loop_t *loop,
    const bmc_list_t *words, int port, bmc_addresses_t *to,
    bmc_lookup_pt done, void *data);

/* done() is not called any more; *lookup may be NULL */

void bmc_lookup_forget(bmc_lookup_t **lookup);


/* "fe80::7%eth0" is a number, too */

bool bmc_address_parse(const char *word, int port,
    struct sockaddr_storage *to);

/* "10.0.0.7", "[fe80::7]:8443"; a port of 0 is left out.  Returns text */

const char *bmc_address_text(const struct sockaddr_storage *at, int port,
    char text[BMC_ADDRESS_TEXT]);


#endif /* _BMC_ADDRESS_H_INCLUDED_ */
