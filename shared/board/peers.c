
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "board/layout.h"


#define PEERS_TRIES  64


/* a record's body as it lies in the file */

typedef struct {
    uint32_t  pid;
    uint32_t  flags;
    char      sock[BMC_SOCK_MAX];
    uint64_t  load;
} peers_body_t;


_Static_assert(sizeof(peers_body_t) == sizeof(uint64_t) * 7, "peer");


/* a word is the incarnation << 16 | the number + 1 */

static uint32_t
peers_number(uint64_t word)
{
    return (uint32_t) (word & 0xffff) - 1;
}


static bool
peers_fcntl(int fd, int cmd, short type, off_t at, struct flock *fl)
{
    unsigned  i;

    for (i = 0; i < PEERS_TRIES; i++) {

        memset(fl, 0, sizeof(struct flock));
        fl->l_type = type;
        fl->l_whence = SEEK_SET;
        fl->l_start = at;
        fl->l_len = 1;

        if (fcntl(fd, cmd, fl) == 0) {
            return true;
        }

        if (errno != EINTR) {
            break;
        }
    }

    return false;
}


bool
bmc_board_lock_byte(int fd, int cmd, short type, off_t at)
{
    struct flock  fl;

    return peers_fcntl(fd, cmd, type, at, &fl);
}


static bool
peers_unlocked(int fd, int cmd, off_t at)
{
    struct flock  fl;

    return peers_fcntl(fd, cmd, F_WRLCK, at, &fl) && fl.l_type == F_UNLCK;
}


/*
 * F_GETLK sees the locks of other processes and of every open file
 * description, its own included; it does not see this process's own.
 * F_OFD_GETLK sees those, of another bmc_board_t here, but not the locks of
 * its own description, which a parent may hold.  Either will do, and who
 * cannot be asked about is not declared dead.
 */

static bool
peers_locked(int fd, off_t at)
{
    return !peers_unlocked(fd, F_GETLK, at)
           || !peers_unlocked(fd, F_OFD_GETLK, at);
}


pid_t
bmc_board_holder(int fd)
{
    unsigned      i;
    struct flock  fl;

    if (peers_fcntl(fd, F_GETLK, F_WRLCK, BOARD_LOCK_NAME, &fl)
        && fl.l_type != F_UNLCK && fl.l_pid > 0)
    {
        return fl.l_pid;
    }

    for (i = 0; i < BMC_BOARD_PEERS; i++) {
        if (peers_fcntl(fd, F_GETLK, F_WRLCK, BOARD_LOCK_PEER + i, &fl)
            && fl.l_type != F_UNLCK && fl.l_pid > 0)
        {
            return fl.l_pid;
        }
    }

    return 0;
}


/*
 * A mapping keeps its open file description as a descriptor does; one over
 * it at the same place lets go of that and leaves pointers as they are.
 */

static void
peers_remap(bmc_board_t *bd, int fd)
{
    uint32_t  i;

    for (i = 0; i < BOARD_CHUNKS; i++) {
        if (bd->chunks[i]) {
            (void) bmc_board_map_at(fd, bd->chunks[i], sizeof(board_chunk_t),
                                    bmc_board_slot_offset(i * BOARD_CHUNK));
        }
    }

    (void) bmc_board_map_at(fd, bd->file, BOARD_HEAD, 0);
}


/*
 * A lock of the process would be lost when it closes any descriptor of the
 * file, and our parent would seem alive while we hold its description.  So
 * who inherited the board opens it again for itself, if that is permitted.
 */

static void
peers_own(bmc_board_t *bd)
{
    int   fd;
    char  path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", bd->fd);

    fd = open(path, O_RDWR|O_CLOEXEC);
    if (fd == -1) {
        return;
    }

    if (bmc_board_lock_byte(fd, F_OFD_SETLK, F_RDLCK, BOARD_LOCK_OPEN)
        && dup3(fd, bd->fd, O_CLOEXEC) != -1)
    {
        bd->opener = getpid();
        peers_remap(bd, bd->fd);
    }

    close(fd);

    (void) bmc_board_lock_byte(bd->fd, F_SETLK, F_RDLCK, BOARD_LOCK_NAME);
}


static int
peers_cmd(const bmc_board_t *bd)
{
    return bd->opener == getpid() ? F_OFD_SETLK : F_SETLK;
}


/* the number of one who is not buried yet is taken when there is no other */

static bool
peers_lock(bmc_board_t *bd, uint32_t *number, bool buried)
{
    int       cmd;
    uint32_t  i;

    cmd = peers_cmd(bd);

    for (i = 0; i < BMC_BOARD_PEERS; i++) {

        if (buried && atomic_load(&bd->file->peers[i].word) != 0) {
            continue;
        }

        if (bmc_board_lock_byte(bd->fd, cmd, F_WRLCK, BOARD_LOCK_PEER + i)) {
            *number = i;
            return true;
        }

        if (errno != EAGAIN && errno != EACCES) {
            return false;
        }
    }

    errno = EUSERS;

    return false;
}


static uint64_t
peers_write(bmc_board_t *bd, uint32_t number, const peers_body_t *body)
{
    uint32_t       top;
    uint64_t       word;
    board_file_t  *f;
    board_peer_t  *p;

    f = bd->file;
    p = &f->peers[number];
    word = (atomic_fetch_add(&f->head.incarnation, 1) + 1) << 16
           | (number + 1);

    atomic_store(&p->word, 0);
    atomic_thread_fence(memory_order_release);

    board_store(p->body, body, sizeof(peers_body_t));

    top = atomic_load(&f->head.top);

    while (top <= number
           && !atomic_compare_exchange_weak(&f->head.top, &top, number + 1))
    { /* void */ }

    atomic_store(&p->word, word);
    atomic_fetch_add(&f->head.epoch, 1);

    return word;
}


bmc_rc_t
bmc_board_join(bmc_board_t *bd, unsigned flags, const char *sock,
    char why[BMC_TEXT_MAX])
{
    size_t        len;
    uint32_t      number;
    peers_body_t  body;

    len = strlen(sock);

    if (len >= BMC_SOCK_MAX) {
        snprintf(why, BMC_TEXT_MAX, "a socket's name of %zu bytes, at most "
                 "%d fit on the board", len, BMC_SOCK_MAX - 1);
        return BMC_USAGE;
    }

    if (bmc_board_self(bd) != 0) {
        snprintf(why, BMC_TEXT_MAX, "this process is on the board already");
        return BMC_USAGE;
    }

    if (bd->opener != getpid()) {
        peers_own(bd);
    }

    if (!peers_lock(bd, &number, true) && !peers_lock(bd, &number, false)) {
        snprintf(why, BMC_TEXT_MAX, errno == EUSERS
                 ? "the board is full: 1024 processes are on it"
                 : "cannot lock the board: %s", strerror(errno));
        return BMC_FAILED;
    }

    memset(&body, 0, sizeof(body));
    memcpy(body.sock, sock, len);
    body.pid = (uint32_t) getpid();
    body.flags = flags;

    bd->self = peers_write(bd, number, &body);
    bd->joined = getpid();

    return BMC_OK;
}


void
bmc_board_leave(bmc_board_t *bd)
{
    uint32_t  number;
    uint64_t  word;

    word = bmc_board_self(bd);
    if (word == 0) {
        return;
    }

    bd->self = 0;
    number = peers_number(word);

    atomic_compare_exchange_strong(&bd->file->peers[number].word, &word, 0);
    atomic_fetch_add(&bd->file->head.epoch, 1);

    (void) bmc_board_lock_byte(bd->fd, peers_cmd(bd), F_UNLCK,
                               BOARD_LOCK_PEER + number);
}


/* pid and flags are one word of the record, so no reader sees half of it */

void
bmc_board_set_flags(bmc_board_t *bd, unsigned flags)
{
    uint64_t       word;
    peers_body_t   body;
    board_peer_t  *p;

    word = bmc_board_self(bd);
    if (word == 0) {
        return;
    }

    p = &bd->file->peers[peers_number(word)];

    board_load(&body, p->body, sizeof(body.pid) + sizeof(body.flags));
    body.flags = flags;
    board_store(p->body, &body, sizeof(body.pid) + sizeof(body.flags));

    atomic_fetch_add(&bd->file->head.epoch, 1);
}


void
bmc_board_set_load(bmc_board_t *bd, unsigned load)
{
    uint64_t       word;
    board_peer_t  *p;

    word = bmc_board_self(bd);
    if (word == 0) {
        return;
    }

    p = &bd->file->peers[peers_number(word)];
    atomic_store_explicit(&p->body[offsetof(peers_body_t, load)
                                   / sizeof(uint64_t)],
                          load, memory_order_relaxed);
}


/* a child that has not joined has its parent's word in its memory */

uint64_t
bmc_board_self(const bmc_board_t *bd)
{
    return bd->self != 0 && bd->joined == getpid() ? bd->self : 0;
}


bool
bmc_board_alive(const bmc_board_t *bd, uint64_t word)
{
    uint32_t  number;

    number = peers_number(word);

    if (word == 0 || number >= BMC_BOARD_PEERS) {
        return false;
    }

    if (word == bmc_board_self(bd)) {
        return true;
    }

    return atomic_load(&bd->file->peers[number].word) == word
           && peers_locked(bd->fd, BOARD_LOCK_PEER + number);
}


static bool
peers_read(const bmc_board_t *bd, uint64_t word, bmc_board_peer_t *peer)
{
    board_peer_t  *p;
    peers_body_t   body;

    p = &bd->file->peers[peers_number(word)];

    if (atomic_load(&p->word) != word) {
        return false;
    }

    board_load(&body, p->body, sizeof(body));
    atomic_thread_fence(memory_order_acquire);

    if (atomic_load(&p->word) != word) {
        return false;
    }

    peer->word = word;
    peer->pid = body.pid;
    peer->flags = body.flags;
    peer->load = body.load;
    memcpy(peer->sock, body.sock, sizeof(peer->sock));
    peer->sock[sizeof(peer->sock) - 1] = '\0';

    return true;
}


bool
bmc_board_peer(const bmc_board_t *bd, uint64_t word, bmc_board_peer_t *peer)
{
    return bmc_board_alive(bd, word) && peers_read(bd, word, peer);
}


size_t
bmc_board_peers(const bmc_board_t *bd, bmc_board_peer_t *peers, size_t max)
{
    size_t         n;
    uint32_t       i, top;
    uint64_t       word;
    board_file_t  *f;

    n = 0;
    f = bd->file;
    top = atomic_load(&f->head.top);

    for (i = 0; i < top && i < BMC_BOARD_PEERS && n < max; i++) {

        word = atomic_load(&f->peers[i].word);

        if (word == 0 || word == bmc_board_self(bd)) {
            continue;
        }

        if (peers_number(word) == i && bmc_board_peer(bd, word, &peers[n])) {
            n++;
        }
    }

    return n;
}


bool
bmc_board_dead(const bmc_board_t *bd, bmc_board_peer_t *peer)
{
    uint32_t       i, top;
    uint64_t       word;
    board_file_t  *f;

    f = bd->file;
    top = atomic_load(&f->head.top);

    for (i = 0; i < top && i < BMC_BOARD_PEERS; i++) {

        word = atomic_load(&f->peers[i].word);

        if (word == 0 || bmc_board_alive(bd, word)) {
            continue;
        }

        if (peers_number(word) == i && peers_read(bd, word, peer)) {
            return true;
        }

        /* no peer ever wrote this, or its number is somebody else's now */

        if (peers_number(word) != i) {
            atomic_compare_exchange_strong(&f->peers[i].word, &word, 0);
        }
    }

    return false;
}


void
bmc_board_bury(bmc_board_t *bd, uint64_t word)
{
    uint32_t  number;

    number = peers_number(word);

    if (number < BMC_BOARD_PEERS && !bmc_board_alive(bd, word)) {
        atomic_compare_exchange_strong(&bd->file->peers[number].word, &word,
                                       0);
    }
}


uint64_t
bmc_board_peers_epoch(const bmc_board_t *bd)
{
    return atomic_load_explicit(&bd->file->head.epoch, memory_order_acquire);
}
