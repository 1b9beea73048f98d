
/*
 * Copyright (C) the bmcgate authors
 *
 * What the files of this folder share; nobody else includes it.
 *
 * A link is ready once the other side's HELLO was good, and broken once, for
 * whatever reason; a broken one is taken off at the next turn of the loop,
 * by bmc_link_end(), so it lives through the handler that broke it.
 */


#ifndef _BMC_LINK_H_INCLUDED_
#define _BMC_LINK_H_INCLUDED_


#include <sys/socket.h>
#include <sys/un.h>

#include "base/list.h"
#include "peer/peer.h"


#define BMC_DATAGRAM      65536      /* what is larger goes as a memfd */
#define BMC_LINK_WAITING  (8 * 1024 * 1024)
#define BMC_PEERS_BUCKETS 64
#define BMC_INBOX         16


/* inbox.c: up to BMC_INBOX datagrams from one system call */

typedef union {
    struct cmsghdr   align;
    char             bytes[CMSG_SPACE(sizeof(int))];
} bmc_inbox_control_t;


typedef struct {
    struct mmsghdr       msgs[BMC_INBOX];
    struct iovec         iov[BMC_INBOX];
    bmc_inbox_control_t  control[BMC_INBOX];
    char                *bytes;
} bmc_inbox_t;


typedef struct {
    const void  *data;
    size_t       len;
    bool         mapped;
} bmc_datagram_t;


bool bmc_inbox_init(bmc_inbox_t *in);
void bmc_inbox_free(bmc_inbox_t *in);

/* how many came, or -1 and errno; each must be opened or dropped */

int bmc_inbox_read(bmc_inbox_t *in, int fd);
bool bmc_inbox_open(bmc_inbox_t *in, int i, bmc_datagram_t *d,
    const char **why);
void bmc_inbox_drop(bmc_inbox_t *in, int i);
void bmc_datagram_done(bmc_datagram_t *d, bool wipe);


/* memfd.c */

int bmc_memfd_make(const void *bytes, size_t len);   /* -1 and errno */
bool bmc_memfd_map(int fd, bmc_datagram_t *d, const char **why);


/* socket.c */

int bmc_socket_dir(const char *dir, char why[BMC_TEXT_MAX]);
int bmc_socket_bind(const char *dir, int dirfd, char sock[BMC_SOCK_MAX],
    char why[BMC_TEXT_MAX]);
int bmc_socket_connect(int fd, const char *dir, int dirfd, const char *sock);


typedef struct bmc_waiting_s  bmc_waiting_t;


struct bmc_waiting_s {
    bmc_waiting_t   *next;
    size_t           cost;
    size_t           len;
    int              fd;         /* -1: none */
    char             bytes[];
};


struct bmc_link_s {
    bmc_peers_t     *ps;
    void            *data;
    bmc_ring_t       ring;       /* of its bucket, or of the broken */
    bmc_waiting_t   *first;
    bmc_waiting_t  **last;
    size_t           waiting;
    uint64_t         word;
    uint64_t         deadline;   /* loop time */
    uv_poll_t        poll;
    uv_timer_t       timer;
    uint32_t         pid;
    uint32_t         uid;
    int              fd;
    int              events;
    unsigned         handles;
    bool             made;       /* by us: word is who it should be */
    bool             connected;
    bool             ready;
    bool             broken;
    bool             deaf;       /* nothing more is read */
    bool             noticed;    /* a NOTICE waits */
};


struct bmc_peers_s {
    uv_loop_t            *loop;
    bmc_board_t          *bd;
    char                 *dir;
    bmc_peers_handlers_t  handlers;
    void                 *data;
    bmc_say_pt            say;
    void                 *say_data;
    bmc_ring_t            links[BMC_PEERS_BUCKETS];  /* by word */
    bmc_ring_t            broken;
    bmc_board_peer_t     *others;
    size_t                nothers;
    uint64_t              epoch;
    bmc_inbox_t           inbox;
    bmc_buf_t             out;
    uv_poll_t             listener;
    uv_timer_t            pause;
    uv_timer_t            later;
    unsigned              handles;
    int                   fd;
    int                   dirfd;
    char                  sock[BMC_SOCK_MAX];
    bool                  notice;
    bool                  closing;
};


/* peers.c */

void bmc_peers_file(bmc_peers_t *ps, bmc_link_t *link);
void bmc_peers_later(bmc_peers_t *ps);
void bmc_peers_unhandle(bmc_peers_t *ps);    /* one less; the last frees */


/*
 * link.c.  create takes fd, also when it fails; word is 0 when fd was
 * accepted, else who to connect to.
 */

bmc_link_t *bmc_link_create(bmc_peers_t *ps, int fd, uint64_t word);
void bmc_link_watch(bmc_link_t *link);
void bmc_link_break(bmc_link_t *link, bool deaf);
void bmc_link_refuse(bmc_link_t *link, const char *why);
void bmc_link_end(bmc_link_t *link);
void bmc_link_free(bmc_link_t *link);
void bmc_link_read(bmc_link_t *link, int turns);


/* send.c */

bool bmc_link_greet(bmc_link_t *link);
void bmc_link_flush(bmc_link_t *link);
void bmc_link_forget(bmc_link_t *link);


#endif /* _BMC_LINK_H_INCLUDED_ */
