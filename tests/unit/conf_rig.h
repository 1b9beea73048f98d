
/*
 * Copyright (C) the bmcgate authors
 *
 * A folder of its own for every test, a bmcgate.conf in it, and what was
 * said about it, with the folder's name left out.
 */


#ifndef _CONF_RIG_H_INCLUDED_
#define _CONF_RIG_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "conf/conf.h"


#define RIG_CONF  "bmcgate.conf"

#if (BMC_HAVE_IPMI)
#define RIG_IPMI  "ipmi, "
#else
#define RIG_IPMI
#endif

#if (BMC_HAVE_REDFISH)
#define RIG_REDFISH  "redfish, "
#else
#define RIG_REDFISH
#endif

#define RIG_DRIVERS  RIG_IPMI RIG_REDFISH "sim, unmanaged"


static struct {
    char          dir[64];
    char          text[256];
    bmc_buf_t     said;
    bmc_fleet_t  *fleet;
} rig;


static inline const char *
rig_path(const char *name)
{
    static char  path[512];

    snprintf(path, sizeof(path), "%s/%s", rig.dir, name);

    return path;
}


static inline void
rig_bytes(const char *name, const void *text, size_t len)
{
    FILE  *f;

    f = fopen(rig_path(name), "w");
    assert_non_null(f);
    assert_int_equal(chmod(rig_path(name), 0600), 0);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}


static inline void
rig_file(const char *name, const char *text)
{
    rig_bytes(name, text, strlen(text));
}


static inline void
rig_say(void *data, const char *line)
{
    size_t       len;
    const char  *at;

    len = strlen(rig.dir);

    if (rig.said.len > 0) {
        bmc_buf_addc(&rig.said, '\n');
    }

    while ((at = strstr(line, rig.dir)) != NULL) {
        bmc_buf_add(&rig.said, line, (size_t) (at - line));
        line = at + len + (at[len] == '/');
    }

    bmc_buf_adds(&rig.said, line);
}


static inline const char *
rig_said(void)
{
    return bmc_buf_text(&rig.said);
}


static inline bmc_fleet_t *
rig_read(void)
{
    bmc_fleet_free(rig.fleet);
    bmc_buf_reset(&rig.said);
    rig.fleet = bmc_fleet_read(rig_path(RIG_CONF), rig_say, NULL);

    return rig.fleet;
}


/* the file is fine */

static inline const bmc_fleet_t *
rig_fine(const char *text)
{
    rig_file(RIG_CONF, text);
    rig_read();
    assert_string_equal(rig_said(), "");
    assert_non_null(rig.fleet);

    return rig.fleet;
}


/* the file is wrong, and this is all that is said */

static inline void
rig_wrong(const char *text, const char *expected)
{
    rig_file(RIG_CONF, text);
    assert_null(rig_read());
    assert_string_equal(rig_said(), expected);
}


static inline const bmc_hostconf_t *
rig_host(const char *name)
{
    const bmc_hostconf_t  *h;

    h = bmc_fleet_host(rig.fleet, name, strlen(name));
    assert_non_null(h);

    return h;
}


static inline int
rig_setup(void **state)
{
    memset(&rig, 0, sizeof(rig));
    snprintf(rig.dir, sizeof(rig.dir), "/tmp/test_conf.XXXXXX");

    return (mkdtemp(rig.dir) == NULL) ? -1 : 0;
}


static inline int
rig_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    return remove(path);
}


static inline int
rig_teardown(void **state)
{
    bmc_fleet_free(rig.fleet);
    bmc_buf_free(&rig.said);

    return nftw(rig.dir, rig_remove, 8, FTW_DEPTH|FTW_PHYS);
}


#define rig_test(name)                                                       \
    cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)


#endif /* _CONF_RIG_H_INCLUDED_ */
