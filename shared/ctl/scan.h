
/*
 * Copyright (C) the bmcgate authors
 *
 * Asking every address of a network, or of a list, whether a BMC is there,
 * with RMCP and over HTTPS.  Nobody logs in anywhere.
 */


#ifndef _BMC_CTL_SCAN_H_INCLUDED_
#define _BMC_CTL_SCAN_H_INCLUDED_


#include "base/list.h"
#include "ctl/ctl.h"
#include "ctl/leases.h"
#include "ctl/root.h"


#define BMC_SCAN_BITS    16      /* of a network that may be asked */
#define BMC_SCAN_LISTS   16      /* of suites that a BMC is asked for */
#define BMC_SCAN_SUITES  64
#define BMC_SCAN_BURST   10000   /* us that are caught up after a delay */
#define BMC_SCAN_FDS     2


/* what an address is being asked */

enum {
    BMC_SCAN_AUTH20 = 0,
    BMC_SCAN_AUTH15,
    BMC_SCAN_CIPHERS,
    BMC_SCAN_ENDED
};


typedef struct {
    bool           pong;
    bool           ipmi;         /* it said that it speaks IPMI … */
    bool           v15;          /* … and which: neither, it did not say */
    bool           v20;
    bool           plain;        /* suites are told in 1.5's wrapper only */
    uint8_t        auth;         /* BMC_RMCP_NO_AUTH, … */
    uint8_t        list;         /* the next list to ask for */
    uint32_t       enterprise;   /* 0: not said */
    size_t         nrecords;
    size_t         nsuites;
    unsigned char  records[BMC_SCAN_LISTS * 16];
    uint8_t        suite[BMC_SCAN_SUITES];
} bmc_scan_found_t;


typedef struct {
    bmc_ring_t         link;     /* ready, waiting, or neither */
    int64_t            due;
    bmc_scan_found_t  *found;    /* NULL: nothing answered */
    bmc_root_t        *root;     /* NULL: no Redfish */
    uint8_t            ask;
    uint8_t            tries;
} bmc_scan_target_t;


typedef struct bmc_web_s  bmc_web_t;


typedef struct {
    int                 fd;
    uint16_t            port;
    unsigned            rate;    /* datagrams, and connections */
    bool                edges;   /* neither the first nor the last */
    bmc_cidr_t          net;     /* without host bits; of a list: family */
    unsigned char     (*list)[16];   /* ascending; NULL: the network's */
    bmc_scan_target_t  *target;
    size_t              ntargets;
    size_t              nasked;  /* all but network and broadcast address */
    size_t              ended;
    size_t              unsent;
    int                 error;   /* why */
    bmc_ring_t          ready;
    bmc_ring_t          waiting; /* soonest due first */
    int64_t             next;    /* us: when the next datagram may go */
    uint64_t            salt;
    bmc_web_t          *web;     /* NULL: Redfish is not asked for */
    uint16_t            web_port;
    size_t              web_ended;
} bmc_scan_t;


/* false and why, "10.0.0.0/8 has …"; to be freed either way */

bool bmc_scan_init(bmc_scan_t *s, const bmc_cidr_t *net, uint16_t port,
    unsigned rate, char why[BMC_TEXT_MAX]);
void bmc_scan_free(bmc_scan_t *s);

/* those of n addresses that are of the family; false and why */

bool bmc_scan_list(bmc_scan_t *s, int family, const char *const *address,
    size_t n, uint16_t port, unsigned rate, char why[BMC_TEXT_MAX]);

/* until all is known or a signal came; bmc_ctl_loop_open() came before */

void bmc_scan_run(bmc_scan_t *s, bmc_ctl_t *c);

void bmc_scan_address(const bmc_scan_t *s, size_t i, char address[46]);

/* how many of those that are asked are done with */

size_t bmc_scan_ended(const bmc_scan_t *s);

/* which target it is; ntargets: none */

size_t bmc_scan_find(const bmc_scan_t *s, const char *address);


/* found.c */

int bmc_do_scan(bmc_ctl_t *c, const char *net);


/*
 * web.c: Redfish on a TCP port of each address, too; false and why.  Without
 * libcurl nobody is asked.
 */

bool bmc_web_open(bmc_scan_t *s, uint16_t port, char why[BMC_TEXT_MAX]);


/* for scan.c, scan_talk.c and web.c only */

bool bmc_scan_asks(const bmc_scan_t *s, size_t i);
void bmc_scan_bytes(const bmc_scan_t *s, size_t i, unsigned char bytes[16]);
size_t bmc_scan_at(const bmc_scan_t *s, const unsigned char *bytes);

void bmc_scan_send(bmc_scan_t *s);           /* as many as may go now */
void bmc_scan_read(bmc_scan_t *s);
void bmc_scan_give_up(bmc_scan_t *s);        /* whose time has passed */

void bmc_web_close(bmc_scan_t *s);
void bmc_web_run(bmc_scan_t *s);
int bmc_web_wait(const bmc_scan_t *s, struct pollfd *fds, nfds_t n,
    int timeout);


#endif /* _BMC_CTL_SCAN_H_INCLUDED_ */
