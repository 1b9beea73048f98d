
/*
 * Copyright (C) the bmcgate authors
 *
 * What a killed process leaves behind: a socket, and changes that nobody
 * will ever tell of.  Any process does it for it, however often it is tried.
 */


#include <stdio.h>

#include "gate/core.h"
#include "show/show.h"


static bool
bury_count(void *data, const bmc_op_info_t *member)
{
    (*(unsigned *) data)++;

    return true;
}


/* the hosts that were asked have operations of their own */

static void
bury_group(bmc_t *b, const bmc_op_info_t *group)
{
    char      text[BMC_TEXT_MAX];
    unsigned  asked;

    asked = 0;
    bmc_op_members(b, group, bury_count, &asked);

    (void) snprintf(text, sizeof(text), "the process that asked died: %u of "
        "%u hosts were not asked", group->hosts - asked, group->hosts);

    (void) bmc_op_tell(b, group->id, "lost", BMC_OP_SENT, BMC_OP_UNKNOWN,
        BMC_UNKNOWN, text);
}


static void
bury_sent(bmc_t *b, uint64_t id)
{
    bmc_op_info_t  info;

    if (bmc_board_op_read(b->board, id, &info) && info.hosts != 0) {
        bury_group(b, &info);
        return;
    }

    bmc_route_lost(b, id);
}


static void
bury_ops(bmc_t *b)
{
    uint32_t        at;
    uint64_t        id;
    bmc_op_state_t  state;

    at = 0;

    while ((id = bmc_board_op_orphan(b->board, &at, &state)) != 0) {

        if (state == BMC_OP_SENT) {
            bury_sent(b, id);
            continue;
        }

        (void) bmc_op_tell(b, id, "lost", BMC_OP_ASKED, BMC_OP_CANCELLED,
            BMC_CANCELLED, "the process that asked died; nothing was sent");
    }
}


/* the word goes last: who is killed here leaves it to the next */

void
bmc_bury(bmc_t *b)
{
    unsigned          i;
    bmc_board_peer_t  peer;

    for (i = 0; i < BMC_BOARD_PEERS && bmc_board_dead(b->board, &peer); i++) {
        bury_ops(b);
        bmc_peers_unlink(b->root->run, peer.sock);
        bmc_board_bury(b->board, peer.word);
    }
}
