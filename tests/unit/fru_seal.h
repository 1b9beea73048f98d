
/*
 * Copyright (C) the bmcgate authors
 *
 * The last byte of a FRU's header or area makes the sum of them 0.  Include
 * it in one file of a program.
 */


#ifndef _FRU_SEAL_H_INCLUDED_
#define _FRU_SEAL_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


static inline void
fru_seal(uint8_t *p, size_t len)
{
    size_t   i;
    uint8_t  sum;

    sum = 0;
    p[len - 1] = 0;

    for (i = 0; i < len; i++) {
        sum = (uint8_t) (sum + p[i]);
    }

    p[len - 1] = (uint8_t) -sum;
}


#endif /* _FRU_SEAL_H_INCLUDED_ */
