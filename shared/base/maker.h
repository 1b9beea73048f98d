
/*
 * Copyright (C) the bmcgate authors
 */


#ifndef _BMC_MAKER_H_INCLUDED_
#define _BMC_MAKER_H_INCLUDED_


#include <stdint.h>


/* by IANA's private enterprise number; NULL: makes no BMCs we know of */

const char *bmc_maker(uint32_t number);


#endif /* _BMC_MAKER_H_INCLUDED_ */
