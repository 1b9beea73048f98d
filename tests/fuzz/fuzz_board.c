
/*
 * Copyright (C) the bmcgate authors
 *
 * A board file that somebody wrote over, opened and read through and
 * through.  The input is a list of pieces: what of the file, two bytes of
 * index, two of offset, one of length, and the bytes to write there.
 */


#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "board/layout.h"


#define FUZZ_HOSTS  4
#define FUZZ_PIECE  6
#define FUZZ_IDLE   3600000


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static char  fuzz_dir[64];
static char  fuzz_file[80];


static void
fuzz_clean(void)
{
    char  path[96];

    snprintf(path, sizeof(path), "%s/peer", fuzz_dir);

    unlink(fuzz_file);
    rmdir(path);
    rmdir(fuzz_dir);
}


static void
fuzz_must(bool ok)
{
    if (!ok) {
        abort();
    }
}


static void
fuzz_start(void)
{
    if (fuzz_dir[0] == '\0') {
        snprintf(fuzz_dir, sizeof(fuzz_dir), "%s/fuzzboard.XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        fuzz_must(mkdtemp(fuzz_dir) != NULL);
        snprintf(fuzz_file, sizeof(fuzz_file), "%s/board", fuzz_dir);
        atexit(fuzz_clean);
    }

    unlink(fuzz_file);
}


static bmc_rc_t
fuzz_session(bmc_board_t *bd, bmc_board_session_t *s, const char *name)
{
    uint64_t  gone;

    memset(s, 0, sizeof(*s));
    s->kind = BMC_ACTOR_USER;
    memset(s->hash, 1, sizeof(s->hash));
    snprintf(s->name, sizeof(s->name), "%s", name);

    return bmc_board_session_new(bd, s, FUZZ_IDLE, &gone);
}


static void
fuzz_fill(void)
{
    char                  name[8], why[BMC_TEXT_MAX];
    uint64_t              id, was;
    unsigned              i;
    bmc_view_t            v;
    bmc_event_t           e;
    bmc_board_t          *bd;
    bmc_sensor_t          s[3];
    bmc_board_session_t   session;

    memset(&v, 1, sizeof(v));
    memset(s, 1, sizeof(s));
    memset(&e, 0, sizeof(e));
    e.kind = BMC_EVENT_POWER;

    bd = bmc_board_open(fuzz_dir, NULL, NULL, why);
    fuzz_must(bd != NULL && bmc_board_join(bd, 0, "sock", why) == BMC_OK);

    for (i = 0; i < FUZZ_HOSTS; i++) {
        snprintf(name, sizeof(name), "n%u", i);
        fuzz_must(bmc_board_slot(bd, name) == i);
        fuzz_must(bmc_lease_take(bd, i, &was));
        bmc_board_write(bd, i, &v);
        bmc_board_write_sensors(bd, i, s, 3);
        id = bmc_board_op_new(bd, name, BMC_POWER_ON, "local:root");
        fuzz_must(bmc_board_op_move(bd, id, BMC_OP_ASKED, BMC_OP_SENT, BMC_OK,
                                    "text"));
        fuzz_must(bmc_board_event(bd, &e) != 0);
        fuzz_must(bmc_board_limit(bd, name, 2, 1000) == 0);
        fuzz_must(bmc_board_failures(bd, i, 1000, 9000, true) > 0);
        fuzz_must(fuzz_session(bd, &session, name) == BMC_OK);
    }

    bmc_board_close(bd);
}


static off_t
fuzz_place(unsigned what, unsigned i)
{
    off_t  chunk;

    chunk = (off_t) BOARD_HEAD + (off_t) offsetof(board_chunk_t, sensors)
            + (off_t) (i % BOARD_CHUNK) * BOARD_AREA * BOARD_PAGE;

    switch (what % 10) {

    case 1:
        return (off_t) offsetof(board_file_t, peers[i % BMC_BOARD_PEERS]);

    case 2:
        return (off_t) offsetof(board_file_t, limits[i % BOARD_LIMITS]);

    case 3:
        return (off_t) offsetof(board_file_t, cells[i * 8 % BOARD_CELLS]);

    case 4:
        return (off_t) offsetof(board_file_t, ops[i % BMC_BOARD_OPS]);

    case 5:
        return (off_t) offsetof(board_file_t, events[i % BMC_BOARD_EVENTS]);

    case 6:
        return (off_t) BOARD_HEAD
               + (off_t) (i % BOARD_CHUNK) * (off_t) sizeof(board_slot_t);

    case 7:
        return chunk;

    case 8:
        return (off_t) offsetof(board_file_t, failures[i % BOARD_FAILURES]);

    case 9:
        return (off_t) offsetof(board_file_t,
                                sessions[i % BMC_BOARD_SESSIONS]);

    default:
        return 0;
    }
}


/* what >= 0xf0 cuts the file instead, at any page */

static void
fuzz_write(const uint8_t *p, size_t size)
{
    int       fd;
    off_t     at;
    size_t    len;
    unsigned  index, offset;

    fd = open(fuzz_file, O_RDWR|O_CLOEXEC);
    fuzz_must(fd != -1);

    while (size > FUZZ_PIECE) {

        index = (unsigned) p[1] << 8 | p[2];
        offset = (unsigned) p[3] << 8 | p[4];

        if (p[0] >= 0xf0) {
            at = (off_t) index * BOARD_PAGE + offset;
            fuzz_must(ftruncate(fd, at) == 0);
            p += FUZZ_PIECE;
            size -= FUZZ_PIECE;
            continue;
        }

        len = p[5] < size - FUZZ_PIECE ? p[5] : size - FUZZ_PIECE;
        at = fuzz_place(p[0], index) + offset % BOARD_PAGE;

        fuzz_must(pwrite(fd, p + FUZZ_PIECE, len, at) == (ssize_t) len);

        p += FUZZ_PIECE + len;
        size -= FUZZ_PIECE + len;
    }

    close(fd);
}


static void
fuzz_ended(const char *s, size_t size)
{
    fuzz_must(strnlen(s, size) < size);
}


static void
fuzz_read_host(bmc_board_t *bd, uint32_t slot)
{
    size_t        n;
    bmc_view_t    v;
    bmc_sensor_t  s[BMC_SENSOR_MAX];

    bmc_board_read(bd, slot, &v);
    fuzz_ended(v.message, sizeof(v.message));
    fuzz_must(v.power <= BMC_POWER_IS_OFF && v.error < BMC_RC_MAX);

    n = bmc_board_sensors(bd, slot, s, BMC_SENSOR_MAX);
    fuzz_must(n <= BMC_SENSOR_MAX);

    while (n-- > 0) {
        fuzz_ended(s[n].name, sizeof(s[n].name));
    }

    fuzz_must(strlen(bmc_board_name(bd, slot)) < BMC_NAME_MAX);
    (void) bmc_lease_owner(bd, slot);
    (void) bmc_lease_sent(bd, slot);
}


static void
fuzz_read_rings(bmc_board_t *bd)
{
    unsigned       i;
    bmc_event_t    e;
    bmc_op_info_t  o;

    for (i = 0; i < 8; i++) {

        if (bmc_board_op_read(bd, bmc_board_op_last(bd) - i, &o)) {
            fuzz_ended(o.host, sizeof(o.host));
            fuzz_ended(o.actor, sizeof(o.actor));
            fuzz_ended(o.text, sizeof(o.text));
            fuzz_must(o.state <= BMC_OP_UNVERIFIED && o.rc < BMC_RC_MAX
                      && o.verb < BMC_VERB_MAX);
        }

        if (bmc_board_event_read(bd, bmc_board_event_last(bd) - i, &e)) {
            fuzz_ended(e.host, sizeof(e.host));
        }
    }
}


static void
fuzz_read_sessions(bmc_board_t *bd)
{
    uint32_t             i;
    uint64_t             id;
    bmc_board_session_t  s;

    for (i = 0; i < BMC_BOARD_SESSIONS; i++) {
        id = bmc_board_session_at(bd, i);

        if (bmc_board_session_read(bd, id, FUZZ_IDLE, &s)) {
            fuzz_ended(s.name, sizeof(s.name));
            fuzz_ended(s.from, sizeof(s.from));
            fuzz_ended(s.door, sizeof(s.door));
            fuzz_must(s.kind == BMC_ACTOR_USER || s.kind == BMC_ACTOR_KEY);
            bmc_board_session_use(bd, &s, 0);
        }
    }
}


static void
fuzz_use_sessions(bmc_board_t *bd)
{
    bmc_rc_t             rc;
    uint64_t             key;
    bmc_board_session_t  s;

    rc = fuzz_session(bd, &s, "n1");
    fuzz_must(rc == BMC_OK || rc == BMC_LIMITED || rc == BMC_FAILED);

    if (rc == BMC_OK) {
        fuzz_must(bmc_board_session_read(bd, s.id, FUZZ_IDLE, &s));
        fuzz_must(bmc_board_session_close(bd, s.id));
    }

    for (key = 0; key < FUZZ_HOSTS; key++) {
        fuzz_must(bmc_board_failures(bd, key, 1000, 9000, false) <= 9000);
        fuzz_must(bmc_board_failures(bd, key, 1000, 9000, true) <= 9000);
    }
}


static void
fuzz_use(bmc_board_t *bd)
{
    char              name[8], why[BMC_TEXT_MAX];
    size_t            n;
    uint32_t          i, slot;
    uint64_t          was;
    bmc_view_t        v;
    bmc_event_t       e;
    bmc_sensor_t      s[40];
    bmc_board_peer_t  peers[4];

    memset(&v, 0, sizeof(v));
    memset(s, 0, sizeof(s));
    memset(&e, 0, sizeof(e));

    (void) bmc_board_join(bd, 0, "sock", why);

    for (i = 0; i < FUZZ_HOSTS + 2; i++) {
        snprintf(name, sizeof(name), "n%u", i);

        slot = bmc_board_slot(bd, name);
        fuzz_must(slot == BMC_SLOT_NONE || slot < BMC_BOARD_HOSTS);

        (void) bmc_lease_take(bd, slot, &was);
        bmc_board_write(bd, slot, &v);
        bmc_board_write_sensors(bd, slot, s, 40);
        fuzz_read_host(bd, slot);
        (void) bmc_board_limit(bd, name, 2, 1000);
        (void) bmc_board_op_move(bd, bmc_board_op_last(bd) - i, BMC_OP_SENT,
                                 BMC_OP_ACCEPTED, BMC_OK, "text");
    }

    (void) bmc_board_op_new(bd, "n0", BMC_POWER_ON, "local:root");
    (void) bmc_board_event(bd, &e);
    fuzz_use_sessions(bd);

    n = bmc_board_peers(bd, peers, 4);
    fuzz_must(n <= 4);

    while (n-- > 0) {
        fuzz_ended(peers[n].sock, sizeof(peers[n].sock));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          name[8], why[BMC_TEXT_MAX];
    uint32_t      i;
    bmc_board_t  *bd;

    fuzz_start();
    fuzz_fill();
    fuzz_write(data, size);

    bd = bmc_board_open(fuzz_dir, NULL, NULL, why);
    fuzz_must(bd != NULL);

    for (i = 0; i < FUZZ_HOSTS + 1; i++) {
        snprintf(name, sizeof(name), "n%u", i);
        (void) bmc_board_find(bd, name);
        fuzz_read_host(bd, i);
    }

    fuzz_read_host(bd, BMC_BOARD_HOSTS - 1);
    fuzz_read_rings(bd);
    fuzz_read_sessions(bd);
    fuzz_use(bd);
    fuzz_read_rings(bd);
    fuzz_read_sessions(bd);

    bmc_board_close(bd);

    return 0;
}
