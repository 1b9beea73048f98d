
/*
 * Copyright (C) the bmcgate authors
 */


#include <string.h>

#include "drivers/driver.h"


#if (BMC_HAVE_IPMI)
extern const bmc_driver_t  bmc_driver_ipmi;
#endif
#if (BMC_HAVE_REDFISH)
extern const bmc_driver_t  bmc_driver_redfish;
#endif
extern const bmc_driver_t  bmc_driver_sim;
extern const bmc_driver_t  bmc_driver_unmanaged;


const bmc_driver_t *const  bmc_drivers[] = {
#if (BMC_HAVE_IPMI)
    &bmc_driver_ipmi,
#endif
#if (BMC_HAVE_REDFISH)
    &bmc_driver_redfish,
#endif
    &bmc_driver_sim,
    &bmc_driver_unmanaged,
    NULL
};


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
