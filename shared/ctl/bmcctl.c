
/*
 * Copyright (C) the bmcgate authors
 */


#include "ctl/ctl.h"


int
main(int argc, char *const *argv)
{
    return bmc_ctl_main(argc, argv);
}
