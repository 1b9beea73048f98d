
/*
 * Copyright (C) the bmcgate authors
 *
 * How STATE/sim is laid out, for those two who look: store.c and table.c.
 */


#ifndef _BMC_SIM_FILE_H_INCLUDED_
#define _BMC_SIM_FILE_H_INCLUDED_


#include "drivers/sim/state.h"


#define BMC_SIM_BOOT_ID  40


struct bmc_sim_header_s {
    char              magic[8];
    uint32_t          version;
    uint32_t          header_size;
    uint32_t          machine_size;
    uint32_t          room_size;
    uint32_t          chunk;
    uint32_t          epoch;         /* boots of this computer, from 1 */
    int64_t           offset;        /* of the wall clock to the boot clock */
    char              boot_id[BMC_SIM_BOOT_ID];
    pthread_mutex_t   mutex;         /* guards making machines */
    _Atomic uint32_t  count;
    _Atomic uint32_t  index[BMC_SIM_INDEX];      /* number + 1; 0: none */
} __attribute__((aligned(4096)));


struct bmc_sim_chunk_s {
    bmc_sim_machine_t  machine[BMC_SIM_CHUNK];
    bmc_sim_room_t     room[BMC_SIM_CHUNK];
} __attribute__((aligned(4096)));


/* of the file that holds so many machines */

static inline size_t
bmc_sim_size(uint32_t count)
{
    size_t  chunks;

    chunks = ((size_t) count + BMC_SIM_CHUNK - 1) / BMC_SIM_CHUNK;

    return sizeof(bmc_sim_header_t) + chunks * sizeof(bmc_sim_chunk_t);
}


bool bmc_sim_mutex(pthread_mutex_t *mutex);

/* false: it cannot be what was written */

bool bmc_sim_reboot(bmc_sim_machine_t *m, uint32_t epoch, int64_t shift);


#endif /* _BMC_SIM_FILE_H_INCLUDED_ */
