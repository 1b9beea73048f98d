
/*
 * Copyright (C) the bmcgate authors
 *
 * The library's drivers are in the file that finds them; who has others,
 * in bmc_drivers[], finds those.  Include it in one file of a test program.
 */


#ifndef _DRIVER_FIND_H_INCLUDED_
#define _DRIVER_FIND_H_INCLUDED_


#include <string.h>

#include "drivers/driver.h"


const bmc_driver_t *
bmc_driver_find(const char *name)
{
    size_t  i;

    for (i = 0; bmc_drivers[i] != NULL; i++) {
        if (strcmp(bmc_drivers[i]->name, name) == 0) {
            return bmc_drivers[i];
        }
    }

    return NULL;
}


#endif /* _DRIVER_FIND_H_INCLUDED_ */
