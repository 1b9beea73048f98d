
/*
 * Copyright (C) the bmcgate authors
 *
 * One process's core: a private loop behind one descriptor.
 */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate/core.h"


static bool
core_timers(bmc_t *b)
{
    if (uv_loop_init(&b->loop) != 0) {
        return false;
    }

    (void) uv_timer_init(&b->loop, &b->deadline);
    (void) uv_timer_init(&b->loop, &b->stray_timer);
    (void) uv_timer_init(&b->loop, &b->sweep);

    b->deadline.data = b;
    b->stray_timer.data = b;
    b->sweep.data = b;

    return true;
}


static bmc_t *
core_create(bmc_base_t *base, unsigned flags, bmc_say_pt say, void *data)
{
    bmc_t  *b;

    b = calloc(1, sizeof(bmc_t));
    if (b == NULL) {
        return NULL;
    }

    bmc_ring_init(&b->ready);
    bmc_ring_init(&b->due);
    bmc_ring_init(&b->remote);
    bmc_ring_init(&b->stray);
    bmc_ring_init(&b->groups);
    bmc_ring_init(&b->watchers);
    bmc_ring_init(&b->leavers);
    bmc_ring_init(&b->logins);
    bmc_ring_init(&b->logins_queue);
    bmc_ring_init(&b->logins_ready);

    b->nruns = base->fleet->nhosts;
    b->run = calloc(b->nruns + 1, sizeof(bmc_run_t *));
    b->slot = malloc((b->nruns + 1) * sizeof(uint32_t));
    b->auth = bmc_auth_create();

    if (b->run == NULL || b->slot == NULL || b->auth == NULL
        || !core_timers(b))
    {
        bmc_auth_free(b->auth);
        free(b->run);
        free(b->slot);
        free(b);
        return NULL;
    }

    memset(b->slot, 0xff, (b->nruns + 1) * sizeof(uint32_t));

    b->base = bmc_base_hold(base);
    b->root = bmc_root_hold(base->root);
    b->board = base->root->board;
    b->flags = flags;
    b->say = say;
    b->say_data = data;

    return b;
}


/*
 * Two workers may choose the same seat at once: both join, then both look,
 * and the one with the newer word gives way.
 */

static bool
core_seat_is_mine(bmc_t *b, const char *sock)
{
    size_t             i, n;
    bmc_board_peer_t  *peer;
    bool               mine;

    peer = malloc(BMC_BOARD_PEERS * sizeof(bmc_board_peer_t));
    if (peer == NULL) {
        return false;
    }

    mine = true;
    n = bmc_board_peers(b->board, peer, BMC_BOARD_PEERS);

    for (i = 0; i < n && mine; i++) {
        mine = strcmp(peer[i].sock, sock) != 0
               || (bmc_board_self(b->board) != 0
                   && peer[i].word > bmc_board_self(b->board));
    }

    free(peer);

    return mine;
}


/*
 * A worker may not get past the folders above: it has been let in before.
 * The last seats go first, for workers of an earlier load know no others
 * than the first ones, and may come late.
 */

static bmc_rc_t
core_sit(bmc_t *b, char why[BMC_TEXT_MAX])
{
    char         run[32];
    unsigned     i;
    bmc_rc_t     rc;
    const char  *sock;

    (void) snprintf(run, sizeof(run), "/proc/self/fd/%d", b->root->rundir);

    for (i = b->root->nseats; i > 0; i--) {
        sock = b->root->seat[i - 1].sock;

        if (!core_seat_is_mine(b, sock)) {
            continue;
        }

        rc = bmc_board_join(b->board, b->flags, sock, why);
        if (rc != BMC_OK) {
            return rc;
        }

        if (!core_seat_is_mine(b, sock)) {
            bmc_board_leave(b->board);
            continue;
        }

        b->peers = bmc_peers_open(&b->loop, b->board, run,
            b->root->seat[i - 1].fd, &bmc_remote_handlers, b, b->say,
            b->say_data, why);

        return b->peers != NULL ? BMC_OK : BMC_FAILED;
    }

    (void) snprintf(why, BMC_TEXT_MAX, "all %u prepared peer sockets are in "
        "use: prepare more of them", b->root->nseats);

    return BMC_FAILED;
}


static bmc_rc_t
core_join(bmc_t *b, char why[BMC_TEXT_MAX])
{
    if (b->root->nseats > 0 && getpid() != b->root->opener) {
        return core_sit(b, why);
    }

    b->peers = bmc_peers_open(&b->loop, b->board, b->root->run, -1,
        &bmc_remote_handlers, b, b->say, b->say_data, why);

    if (b->peers == NULL) {
        return BMC_FAILED;
    }

    return bmc_board_join(b->board, b->flags, bmc_peers_sock(b->peers), why);
}


void
bmc_core_free(bmc_t *b)
{
    bool      busy;
    unsigned  i;

    bmc_peers_close(b->peers);
    bmc_board_leave(b->board);

    uv_close((uv_handle_t *) &b->deadline, NULL);
    uv_close((uv_handle_t *) &b->stray_timer, NULL);
    uv_close((uv_handle_t *) &b->sweep, NULL);

    busy = true;

    for (i = 0; i < 16 && busy; i++) {
        (void) uv_run(&b->loop, UV_RUN_NOWAIT);
        busy = uv_loop_close(&b->loop) != 0;
    }

    bmc_unload(b->base);
    bmc_root_free(b->root);
    free(b->run);
    free(b->slot);

    /*
     * Neither a name lookup nor a password's check can be taken back, and
     * they end in the loop's memory.
     */

    if (!busy) {
        bmc_auth_free(b->auth);
        free(b);
    }
}


bmc_t *
bmc_open(bmc_base_t *base, unsigned flags, bmc_say_pt say, void *data,
    bmc_rc_t *rc)
{
    char    why[BMC_TEXT_MAX];
    bmc_t  *b;

    b = core_create(base, flags, say, data);
    if (b == NULL) {
        *rc = BMC_FAILED;
        return NULL;
    }

    *rc = core_join(b, why);

    if (*rc != BMC_OK) {
        if (say != NULL) {
            say(data, why);
        }

        bmc_core_free(b);
        return NULL;
    }

    b->seen = bmc_board_event_last(b->board);

    bmc_bury(b);
    bmc_peers_tidy(b->board, b->root->run);

    if (flags & BMC_POLL) {
        (void) uv_timer_start(&b->sweep, bmc_poll_sweep, 1, 0);
    }

    return b;
}


int
bmc_fd(const bmc_t *b)
{
    return uv_backend_fd(&b->loop);
}


int
bmc_timeout(const bmc_t *b)
{
    bmc_t  *loose;

    if (b->news || !bmc_ring_empty(&b->ready)
        || !bmc_ring_empty(&b->logins_ready))
    {
        return 0;
    }

    loose = (bmc_t *) b;

    if (!uv_loop_alive(&loose->loop)) {
        return -1;
    }

    uv_update_time(&loose->loop);

    return uv_backend_timeout(&loose->loop);
}


void
bmc_run(bmc_t *b)
{
    (void) uv_run(&b->loop, UV_RUN_NOWAIT);

    bmc_op_deliver(b);
    bmc_login_deliver(b);
    bmc_event_dispatch(b);
}


bmc_base_t *
bmc_base(const bmc_t *b)
{
    return b->base;
}
