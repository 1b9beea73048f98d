
/*
 * Copyright (C) the bmcgate authors
 *
 * Counters that all processes share: each addition is one atomic word.
 */


#include "board/layout.h"


_Static_assert((unsigned) BMC_VERB_MAX <= BMC_STATS_VERBS, "verbs");
_Static_assert((unsigned) BMC_RC_MAX <= BMC_STATS_RCS, "outcomes");


static const struct {
    uint64_t     us;
    const char  *text;
} stats_bounds[BMC_STATS_BUCKETS] = {
    { 1000, "0.001" },
    { 5000, "0.005" },
    { 10000, "0.01" },
    { 50000, "0.05" },
    { 100000, "0.1" },
    { 250000, "0.25" },
    { 500000, "0.5" },
    { 1000000, "1" },
    { 2500000, "2.5" },
    { 5000000, "5" },
    { 30000000, "30" },
    { UINT64_MAX, "+Inf" }
};


static void
stats_add(board_word_t *word, uint64_t n)
{
    (void) atomic_fetch_add_explicit(word, n, memory_order_relaxed);
}


static uint64_t
stats_read(const board_word_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}


void
bmc_board_ended(bmc_board_t *bd, bmc_verb_t verb, bmc_rc_t rc)
{
    if ((unsigned) verb < BMC_VERB_MAX && (unsigned) rc < BMC_RC_MAX) {
        stats_add(&bd->file->stats.ended[verb][rc], 1);
    }
}


void
bmc_board_took(bmc_board_t *bd, bmc_verb_t verb, uint64_t us)
{
    unsigned  i;

    if ((unsigned) verb >= BMC_VERB_MAX) {
        return;
    }

    for (i = 0; us > stats_bounds[i].us; i++) { /* void */ }

    stats_add(&bd->file->stats.took[verb][i], 1);
    stats_add(&bd->file->stats.time[verb], us);
}


uint64_t
bmc_board_count(const bmc_board_t *bd, bmc_verb_t verb, bmc_rc_t rc)
{
    return stats_read(&bd->file->stats.ended[verb][rc]);
}


uint64_t
bmc_board_bucket(const bmc_board_t *bd, bmc_verb_t verb, unsigned bucket)
{
    return stats_read(&bd->file->stats.took[verb][bucket]);
}


uint64_t
bmc_board_time(const bmc_board_t *bd, bmc_verb_t verb)
{
    return stats_read(&bd->file->stats.time[verb]);
}


const char *
bmc_board_bound(unsigned bucket)
{
    return stats_bounds[bucket].text;
}


void
bmc_board_login(bmc_board_t *bd, bmc_login_kind_t kind)
{
    stats_add(&bd->file->stats.logins[kind], 1);
}


uint64_t
bmc_board_logins(const bmc_board_t *bd, bmc_login_kind_t kind)
{
    return stats_read(&bd->file->stats.logins[kind]);
}
