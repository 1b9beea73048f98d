
/*
 * Copyright (C) the bmcgate authors
 *
 * Who makes BMCs and the machines they are in: one word for each, whatever
 * IPMI, Redfish, or a plate on the machine calls it.
 */


#ifndef _BMC_MAKER_H_INCLUDED_
#define _BMC_MAKER_H_INCLUDED_


#include <stdbool.h>
#include <stdint.h>


/* by IANA's private enterprise number; NULL: makes no BMCs we know of */

const char *bmc_maker(uint32_t number);

/* the same, of a BMC whose firmware its product's number tells better */

const char *bmc_maker_product(uint32_t number, uint16_t product);

/*
 * The word for what somebody is called: "Dell" of "Dell Inc."; what nobody
 * knows is its own word.  NULL of NULL, of "", and of what is written where a
 * name should have been.
 */

const char *bmc_maker_word(const char *told);

/* makes BMCs, or what runs on them, and not the machine; NULL may be that */

bool bmc_maker_is_vague(const char *word);


#endif /* _BMC_MAKER_H_INCLUDED_ */
