
/*
 * Copyright (C) the bmcgate authors
 *
 * One ipmi_sim in a folder of its own, and a unit that speaks to it.
 */


#ifndef _IPMI_BMC_H_INCLUDED_
#define _IPMI_BMC_H_INCLUDED_


#include "driver_fake.h"

#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/ipmi/link.h"


extern const bmc_driver_t  bmc_driver_ipmi;


static struct {
    char             dir[64];
    pid_t            pid;
    unsigned         port;
    uv_loop_t        loop;
    bmc_hostconf_t   host;
    bmc_ipmi_conf_t  conf;
    bmc_secret_t     secret;
    const char      *address;
    fake_unit_t      unit;
    fake_call_t      call;
} bmc;


static inline void
box_write(const char *name, const char *text, mode_t mode)
{
    int   fd;
    char  path[128];

    snprintf(path, sizeof(path), "%s/%s", bmc.dir, name);

    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t) strlen(text));
    close(fd);
}


static inline int
box_socket(struct sockaddr_in *addr, unsigned port)
{
    int  fd;

    memset(addr, 0, sizeof(*addr));
    addr->sin_family = AF_INET;
    addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    addr->sin_port = htons((uint16_t) port);

    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_not_equal(fd, -1);

    return fd;
}


static inline unsigned
box_free_port(void)
{
    int                 fd;
    socklen_t           len;
    struct sockaddr_in  addr;

    fd = box_socket(&addr, 0);
    len = sizeof(addr);
    assert_int_equal(bind(fd, (struct sockaddr *) &addr, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *) &addr, &len), 0);
    close(fd);

    return ntohs(addr.sin_port);
}


/* it answers Get Channel Authentication Capabilities when it is there */

static inline bool
box_answers(void)
{
    int                 fd;
    bool                heard;
    char                in[256];
    struct timeval      tv;
    struct sockaddr_in  addr;

    static const uint8_t  ask[] = {
        6, 0, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9,
        0x20, 0x18, 0xc8, 0x81, 0, 0x38, 0x8e, 4, 0xb5
    };

    fd = box_socket(&addr, bmc.port);
    tv.tv_sec = 0;
    tv.tv_usec = 50000;
    (void) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
    (void) sendto(fd, ask, sizeof(ask), 0, (struct sockaddr *) &addr,
                  sizeof(addr));
    heard = recv(fd, in, sizeof(in), 0) > 20;
    close(fd);

    return heard;
}


static inline void
box_start(void)
{
    int  fd, i;

    bmc.pid = fork();
    assert_int_not_equal(bmc.pid, -1);

    if (bmc.pid == 0) {
        fd = open("/dev/null", O_RDWR);

        if (chdir(bmc.dir) == 0 && dup2(fd, 0) == 0 && dup2(fd, 1) == 1
            && dup2(fd, 2) == 2)
        {
            (void) execlp("ipmi_sim", "ipmi_sim", "-c", "lan.conf", "-f",
                          "emu", "-s", "state", "-n", (char *) NULL);
        }

        _exit(127);
    }

    for (i = 0; i < 100 && !box_answers(); i++) { /* void */ }

    assert_true(i < 100);
}


static inline void
box_kill(void)
{
    if (bmc.pid > 0) {
        (void) kill(bmc.pid, SIGKILL);
        (void) waitpid(bmc.pid, NULL, 0);
        bmc.pid = 0;
    }
}


static inline int
box_remove(const char *path, const struct stat *st, int type, struct FTW *f)
{
    return remove(path);
}


static inline void
box_files(void)
{
    char  text[1024], path[128];

    snprintf(bmc.dir, sizeof(bmc.dir), "/tmp/test_ipmi.XXXXXX");
    assert_non_null(mkdtemp(bmc.dir));
    snprintf(path, sizeof(path), "%s/state", bmc.dir);
    assert_int_equal(mkdir(path, 0700), 0);

    box_write("power", "1", 0600);
    box_write("chassis", "#!/bin/sh\n"
              "if [ $1 = get ]; then echo power:$(cat power); exit; fi\n"
              "echo $2 $3 >> asked\n"
              "if [ $2 = power ]; then echo $3 > power; fi\n", 0700);
    box_write("emu", "mc_setbmc 0x20\n"
              "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 "
              "persist_sdr\nsel_enable 0x20 100 0x0a\nmc_enable 0x20\n",
              0600);

    snprintf(text, sizeof(text), "name \"n1\"\nset_working_mc 0x20\n"
             "startlan 1\naddr 127.0.0.1 %u\npriv_limit admin\n"
             "allowed_auths_admin none md2 md5 straight\n"
             "guid a123456789abcdefa123456789abcd01\nendlan\n"
             "chassis_control \"./chassis\"\n"
             "user 2 true \"admin\" \"secret\" admin 10 none md2 md5 "
             "straight\n", bmc.port);
    box_write("lan.conf", text, 0600);
}


static inline int
box_setup(void **state)
{
    memset(&bmc, 0, sizeof(bmc));

    bmc.port = box_free_port();
    box_files();
    box_start();

    core_host(&bmc.host, &bmc.address, &bmc.secret, "secret");
    bmc.host.timeout = 1000;
    bmc.conf.port = bmc.port;
    bmc.conf.privilege = BMC_IPMI_ADMINISTRATOR;

    assert_int_equal(uv_loop_init(&bmc.loop), 0);
    fake_open(&bmc.unit, &bmc_driver_ipmi, &bmc.host, &bmc.conf, NULL,
              &bmc.loop);

    return 0;
}


static inline int
box_teardown(void **state)
{
    fake_over(&bmc.unit, &bmc.loop);
    box_kill();
    (void) nftw(bmc.dir, box_remove, 8, FTW_DEPTH | FTW_PHYS);

    return 0;
}


/* a verb to its end; what it took */

static inline bmc_rc_t
box_ask(bmc_verb_t verb, uint64_t timeout)
{
    fake_free(&bmc.call);
    fake_run(&bmc.unit, &bmc.call, verb, NULL, timeout);
    fake_wait(&bmc.unit, &bmc.call, timeout + 500);

    assert_int_equal(bmc.call.ended, 1);
    assert_true(bmc.call.took <= timeout + 50);

    return bmc.call.rc;
}


/* how often the chassis was told something */

static inline unsigned
box_told(void)
{
    int       c;
    char      path[128];
    FILE     *f;
    unsigned  n;

    n = 0;
    snprintf(path, sizeof(path), "%s/asked", bmc.dir);
    f = fopen(path, "re");

    if (f == NULL) {
        return 0;
    }

    while ((c = getc(f)) != EOF) {
        n += c == '\n';
    }

    fclose(f);

    return n;
}


#endif /* _IPMI_BMC_H_INCLUDED_ */
