
/*
 * Copyright (C) the bmcgate authors
 *
 * What a BMC answers to strangers: datagrams of RMCP and of IPMI outside a
 * session, made and read.
 */


#ifndef _BMC_CTL_RMCP_H_INCLUDED_
#define _BMC_CTL_RMCP_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define BMC_RMCP_ASK      32     /* bytes of a question, at most */
#define BMC_RMCP_RECORDS  16     /* bytes of suites in an answer, at most */


/* how IPMI 1.5 lets people log in */

enum {
    BMC_RMCP_NO_AUTH  = 0x01,
    BMC_RMCP_MD2      = 0x02,
    BMC_RMCP_MD5      = 0x04,
    BMC_RMCP_STRAIGHT = 0x10,    /* the password, as it is */
    BMC_RMCP_OEM      = 0x20
};


typedef enum {
    BMC_RMCP_NONE = 0,
    BMC_RMCP_PONG,
    BMC_RMCP_AUTH,
    BMC_RMCP_SUITES
} bmc_rmcp_kind_t;


typedef struct {
    bmc_rmcp_kind_t  kind;
    uint8_t          tag;        /* the question's */
    uint8_t          code;       /* IPMI's; what follows is 0 unless it is */
    uint8_t          auth;       /* BMC_RMCP_NO_AUTH, … */
    bool             ipmi;       /* a pong says so */
    bool             v15;
    bool             v20;
    uint32_t         enterprise; /* IANA's number of the maker; 0: not said */
    size_t           nrecords;
    unsigned char    records[BMC_RMCP_RECORDS];
} bmc_rmcp_t;


/* how long they are; tags below 64 */

size_t bmc_rmcp_ping(unsigned char out[BMC_RMCP_ASK], uint8_t tag);
size_t bmc_rmcp_auth(unsigned char out[BMC_RMCP_ASK], uint8_t tag, bool v20);

/* list counts from 0; wrapped as IPMI 2.0 does, or 1.5 */

size_t bmc_rmcp_suites(unsigned char out[BMC_RMCP_ASK], uint8_t tag,
    uint8_t list, bool v20);

/* false, and r all zero: it answers none of these */

bool bmc_rmcp_parse(bmc_rmcp_t *r, const unsigned char *p, size_t len);

/* ids in records, those of all lists one behind the other; each id once */

size_t bmc_rmcp_ids(const unsigned char *p, size_t len, uint8_t *id,
    size_t max);


#endif /* _BMC_CTL_RMCP_H_INCLUDED_ */
