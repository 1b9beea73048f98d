
/*
 * Copyright (C) the bmcgate authors
 *
 * How processes of one gateway talk: a SEQPACKET socket each, found through
 * the board.  A link is one connection to one living peer, either way
 * round; requests, results and stream bytes are messages, and a message is
 * one datagram.  What is large travels as a memfd.
 */


#ifndef _BMC_PEER_H_INCLUDED_
#define _BMC_PEER_H_INCLUDED_


#include <uv.h>

#include "bmcgate.h"
#include "base/buf.h"
#include "board/board.h"


#define BMC_MSG_ARGS     8
#define BMC_MSG_LARGEST  (64 * 1024 * 1024)


typedef enum {
    BMC_MSG_HELLO = 1,           /* word, cookie: first on every link */
    BMC_MSG_REQUEST,             /* id op verb flags timeout max_age verify
                                    host door actor from args */
    BMC_MSG_RESULT,              /* id op rc bits retry_after driver text
                                    json */
    BMC_MSG_MOVED,               /* id: the lease is not mine; ask again */
    BMC_MSG_DROP,                /* id: nobody waits for it any more */
    BMC_MSG_OPENED,              /* id: the stream is open */
    BMC_MSG_DATA,                /* id: bytes of a stream, either way */
    BMC_MSG_NOTICE,              /* the board has new events */
    BMC_MSG_MAX
} bmc_msg_type_t;


enum {
    BMC_MSG_ACCEPTED = 0x01,
    BMC_MSG_VERIFIED = 0x02
};


/* strings are never NULL after decoding; they point into the datagram */

typedef struct {
    bmc_msg_type_t   type;
    uint64_t         id;         /* the asker's number */
    uint64_t         op;
    uint64_t         word;
    uint8_t          cookie[16];
    uint32_t         verb;
    uint32_t         flags;
    uint32_t         timeout;    /* ms that are left */
    uint32_t         max_age;
    uint32_t         verify;
    uint32_t         rc;
    uint32_t         bits;
    uint32_t         retry_after;
    const char      *host;
    const char      *door;
    const char      *actor;
    const char      *from;
    const char      *driver;
    const char      *text;
    const void      *bytes;      /* json of a RESULT, bytes of DATA */
    size_t           len;
    bmc_arg_t        args[BMC_MSG_ARGS];
    size_t           nargs;
} bmc_msg_t;


/*
 * wire.c: no I/O.  encode replaces what b held; it refuses what is too long,
 * too many or out of range, and when memory is short.  decode refuses what
 * encode could not have made.
 */

bool bmc_msg_encode(bmc_buf_t *b, const bmc_msg_t *m);
bool bmc_msg_decode(bmc_msg_t *m, const void *datagram, size_t len,
    const char **why);


typedef struct bmc_peers_s  bmc_peers_t;
typedef struct bmc_link_s   bmc_link_t;


typedef struct {
    void  (*message)(void *data, bmc_link_t *link, const bmc_msg_t *m);
    void  (*gone)(void *data, bmc_link_t *link);     /* link dies after */
} bmc_peers_handlers_t;


/*
 * bind makes a listening socket with a random name in DIR/peer, for a worker
 * to come; its maker closes and unlinks it.  open takes a copy of such a
 * descriptor, or with -1 binds a socket of its own, whose name is for
 * bmc_board_join().  Before the process has joined it has no links.
 *
 * gone() is called once for each link that message() or bmc_peers_link() has
 * shown, and for those that bmc_peers_notice() opened.
 */

int bmc_peers_bind(const char *dir, char sock[BMC_SOCK_MAX],
    char why[BMC_TEXT_MAX]);
bmc_peers_t *bmc_peers_open(uv_loop_t *loop, bmc_board_t *bd, const char *dir,
    int fd, const bmc_peers_handlers_t *handlers, void *data,
    bmc_say_pt say, void *say_data, char why[BMC_TEXT_MAX]);
const char *bmc_peers_sock(const bmc_peers_t *ps);   /* "" if inherited */

/*
 * Accepts NULL; may be called from a handler; unlinks its own socket.  No
 * handler is called any more.  Memory is freed by the close callbacks: run
 * the loop once, uv_run(loop, UV_RUN_NOWAIT), before uv_loop_close().
 */

void bmc_peers_close(bmc_peers_t *ps);

/* the link to a peer, made when there is none; NULL: it is not there */

bmc_link_t *bmc_peers_link(bmc_peers_t *ps, uint64_t word);
uint64_t bmc_link_word(const bmc_link_t *link);

/*
 * Who connected, says the kernel.  Of a link made here it knows only who
 * called listen(), perhaps a parent: the pid is the board's then, and the uid
 * the listener's.
 */

uint32_t bmc_link_pid(const bmc_link_t *link);
uint32_t bmc_link_uid(const bmc_link_t *link);

/*
 * Queues when the socket is full or the peer's HELLO is not here yet; false
 * when the link is broken, the message cannot be encoded, or it would make
 * more than 8 MB wait (a larger one may wait alone): gone() follows then.
 * gone() is never called from in here.
 */

bool bmc_link_send(bmc_link_t *link, const bmc_msg_t *m);
size_t bmc_link_waiting(const bmc_link_t *link);     /* bytes queued */

/* tells every living peer that wants notices; cheap when called often */

void bmc_peers_notice(bmc_peers_t *ps);

/* whether a notice or a message is still to be sent: who closes waits a bit */

bool bmc_peers_waiting(const bmc_peers_t *ps);

/*
 * A socket whose process died: of a peer that the board knows, or, for who
 * may list the folder, of anybody who left one behind.
 */

void bmc_peers_unlink(const char *dir, const char *sock);
void bmc_peers_tidy(const bmc_board_t *bd, const char *dir);

/* so that gate code can hang its own list of requests on a link */

void bmc_link_set_data(bmc_link_t *link, void *data);
void *bmc_link_data(const bmc_link_t *link);


#endif /* _BMC_PEER_H_INCLUDED_ */
