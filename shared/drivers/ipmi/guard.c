
/*
 * Copyright (C) the bmcgate authors
 *
 * OpenIPMI 2.0.33 believes too much: a datagram of a payload type it has no
 * handler for is a call through NULL, a plain answer is taken inside of an
 * encrypted session, so is one of a login as the answer to any command, a
 * tag of 64 or more is read beyond its table, and more than 256 bytes of an
 * answer are written beyond their place.  The kernel drops these before it
 * can see them.  Accepted are
 *
 *   authentication type 0 (IPMI 1.5's wrapper), no session, and in it only
 *   the answer to Get Channel Authentication Capabilities;
 *   payload types 0xc0 and 0xc1, encrypted and authenticated, of a session;
 *   0x11, 0x13 and 0x15, the answers of a login, of no session, with a status
 *   (some BMCs say no with nothing more), tag below 64.
 */


#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>

#include "drivers/ipmi/link.h"


/* a filter of a UDP socket sees the UDP header first */

#define AT(n)          (8 + (n))

/*
 * An answer in a session: headers of 32 bytes, 256 that are encrypted, which
 * is 248 of data, and 20 of padding and proof.
 */

#define GUARD_MAX      308

#define LENGTH         BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0)
#define BYTE(n)        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT(n))
#define WORD(n)        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(n))
#define IS(v, y, n)    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, v, y, n)
#define LESS(v, y, n)  BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, v, n, y)
#define DROP           BPF_STMT(BPF_RET | BPF_K, 0)
#define ACCEPT         BPF_STMT(BPF_RET | BPF_K, 0xffff)


static struct sock_filter  guard_filter[] = {

    LENGTH,
    LESS(AT(18), 0, 1),
    DROP,

    BYTE(4),
    IS(0, 0, 10),

    /*
     * Session 0, network function 7 at LUN 0, command 0x38.  A load beyond
     * the end drops the datagram.
     */

    WORD(9),
    IS(0, 1, 0),
    DROP,
    BYTE(15),
    IS(0x1c, 1, 0),
    DROP,
    BYTE(19),
    IS(0x38, 0, 1),
    ACCEPT,
    DROP,

    /* RMCP+: its session, tag and payload type are at other places */

    IS(6, 1, 0),
    DROP,
    BYTE(5),
    IS(0xc0, 4, 0),
    IS(0xc1, 5, 0),
    IS(0x11, 7, 0),
    IS(0x13, 6, 0),
    IS(0x15, 5, 10),

    LENGTH,
    LESS(AT(GUARD_MAX + 1), 0, 8),
    WORD(6),
    IS(0, 6, 0),
    ACCEPT,

    WORD(6),
    IS(0, 0, 3),
    BYTE(16),
    LESS(64, 0, 1),
    ACCEPT,
    DROP
};


int
bmc_ipmi_guard(int fd)
{
    struct sock_fprog  program;

    program.len = sizeof(guard_filter) / sizeof(guard_filter[0]);
    program.filter = guard_filter;

    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
                   sizeof(program)) == 0)
    {
        return 0;
    }

    return errno == ENOTSOCK ? 0 : errno;
}
