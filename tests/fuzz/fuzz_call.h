
/*
 * Copyright (C) the bmcgate authors
 *
 * A fuzz target for a driver: the verbs it asks for, and the input, from
 * which its BMC takes what to answer.  Include it in one file of a program.
 */


#ifndef _FUZZ_CALL_H_INCLUDED_
#define _FUZZ_CALL_H_INCLUDED_


#include "../unit/core_fake.h"


typedef struct {
    bmc_verb_t  verb;
    bmc_arg_t   args[4];
} fuzz_verb_t;


#define FUZZ_NO_ARGS  { { NULL, NULL } }


static struct {
    const uint8_t  *p;
    const uint8_t  *end;
    uint8_t         turn;            /* each byte is another by this */
} input;


static inline uint8_t
input_byte(void)
{
    return (uint8_t) ((input.p < input.end ? *input.p++ : 0) + input.turn);
}


/* how many there are; a byte says how many are wanted */

static inline size_t
input_count(size_t max)
{
    size_t  n;

    n = input_byte();
    n = n < max ? n : max;

    return n < (size_t) (input.end - input.p)
           ? n : (size_t) (input.end - input.p);
}


static inline size_t
input_bytes(uint8_t *out, size_t max)
{
    size_t  n;

    n = input_count(max);
    memcpy(out, input.p, n);
    input.p += n;

    return n;
}


static inline void
fuzz_call(bmc_call_t *call, bmc_unit_t *unit, const fuzz_verb_t *v,
    uint64_t deadline)
{
    memset(call, 0, sizeof(bmc_call_t));
    call->verb = v->verb;
    call->unit = unit;
    call->pool = bmc_pool_create(1024);
    call->args = v->args;
    call->deadline = deadline;
    core_must(call->pool != NULL);

    while (call->nargs < 4 && v->args[call->nargs].name != NULL) {
        call->nargs++;
    }
}


static inline void
fuzz_open(bmc_unit_t *unit, const bmc_driver_t *driver)
{
    unit->state = calloc(1, driver->state_size);
    core_must(unit->state != NULL && driver->open(unit) == BMC_OK);
}


#endif /* _FUZZ_CALL_H_INCLUDED_ */
