
/*
 * Copyright (C) the bmcgate authors
 *
 * Files that all processes of a gateway use: root makes them for the group
 * that its workers are in, an ordinary user for himself.
 */


#ifndef _BMC_STATE_H_INCLUDED_
#define _BMC_STATE_H_INCLUDED_


#include <sys/types.h>


#define BMC_STATE_GROUP  "bmcgate"


/* its number; (gid_t) -1: there is none */

gid_t bmc_state_group(void);

/* from root; what cannot be done leaves it as it is */

void bmc_state_give(int fd, mode_t mode);

/*
 * To read and write, and made, with the folder it stands in, where there is
 * none; flags are more of open(2).  -1 and errno.
 */

int bmc_state_open(const char *path, int flags);


#endif /* _BMC_STATE_H_INCLUDED_ */
