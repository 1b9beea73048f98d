
/*
 * Copyright (C) the bmcgate authors
 *
 * What drivers call.
 */


#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "gate/core.h"


bool
bmc_call_claim(bmc_call_t *call)
{
    bmc_doing_t  *doing;

    doing = bmc_ring_of(call, bmc_doing_t, call);

    return doing->claimed || doing->id == 0 || bmc_run_claim(doing);
}


void
bmc_call_done(bmc_call_t *call, bmc_rc_t rc, const char *fmt, ...)
{
    char          text[BMC_TEXT_MAX];
    va_list       ap;
    bmc_doing_t  *doing;

    doing = bmc_ring_of(call, bmc_doing_t, call);
    text[0] = '\0';

    if (fmt != NULL) {
        va_start(ap, fmt);
        (void) vsnprintf(text, sizeof(text), fmt, ap);
        va_end(ap);
    }

    bmc_run_done(doing, rc, text);
}


void
bmc_call_opened(bmc_call_t *call)
{
    bmc_doing_t  *doing;

    doing = bmc_ring_of(call, bmc_doing_t, call);

    bmc_stream_opened(doing->run);
}


void
bmc_call_data(bmc_call_t *call, const void *bytes, size_t len)
{
    bmc_doing_t  *doing;

    doing = bmc_ring_of(call, bmc_doing_t, call);

    bmc_stream_bytes(doing->run, bytes, len);
}


const char *
bmc_call_arg(const bmc_call_t *call, const char *name)
{
    size_t  i;

    for (i = 0; i < call->nargs; i++) {
        if (strcmp(call->args[i].name, name) == 0) {
            return call->args[i].value;
        }
    }

    return NULL;
}


/* -- what a unit leaves to the next */

_Static_assert(BMC_UNIT_KEPT == BMC_KEPT_MAX, "one line");


static uint64_t
call_kept_as(const bmc_seated_t *at)
{
    return at->run->conf->fingerprint
           ^ bmc_hash(at->driver->name, strlen(at->driver->name));
}


void
bmc_unit_keep(bmc_unit_t *unit, const char *text)
{
    bmc_seated_t  *at;

    at = bmc_ring_of(unit, bmc_seated_t, unit);

    bmc_board_keep(at->run->b->board, at->run->slot, call_kept_as(at), text);
}


bool
bmc_unit_kept(const bmc_unit_t *unit, char text[BMC_UNIT_KEPT])
{
    bmc_seated_t  *at;

    at = bmc_ring_of(unit, bmc_seated_t, unit);

    return bmc_board_kept(at->run->b->board, at->run->slot, call_kept_as(at),
                          text);
}


void
bmc_unit_closed(bmc_unit_t *unit)
{
    bmc_run_closed(bmc_ring_of(unit, bmc_seated_t, unit));
}
