
/*
 * Copyright (C) the bmcgate authors
 *
 * Whose the files are that all processes use.
 */


#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/state.h"


#define GROUP  4711


static struct {
    char      dir[64];
    char      path[96];              /* in a folder that is not there yet */
    size_t    entry;                 /* bytes of the group; 0: there is none */
    unsigned  looked;
    uid_t     uid;
    unsigned  given;                 /* files, to the group */
    int       other;                 /* makes the file before we do */
} place;


/* the computer's own are not ours to change */

int
getgrnam_r(const char *name, struct group *gr, char *text, size_t size,
    struct group **found)
{
    assert_string_equal(name, "bmcgate");
    place.looked++;
    *found = NULL;

    if (place.entry > size) {
        return ERANGE;
    }

    if (place.entry > 0) {
        memset(text, 'x', size);
        gr->gr_gid = GROUP;
        *found = gr;
    }

    return 0;
}


uid_t
geteuid(void)
{
    return place.uid;
}


int
fchown(int fd, uid_t owner, gid_t group)
{
    assert_int_equal(owner, (uid_t) -1);
    assert_int_equal(group, GROUP);
    place.given++;

    return 0;
}


/* the folder is made between two looks at the file */

int
mkdir(const char *path, mode_t mode)
{
    int  fd;

    if (place.other) {
        place.other = 0;
        fd = open(place.path, O_CREAT|O_EXCL|O_WRONLY|O_CLOEXEC, 0600);
        assert_int_not_equal(fd, -1);
        assert_int_equal(write(fd, "another's", 9), 9);
        assert_int_equal(close(fd), 0);
    }

    return mkdirat(AT_FDCWD, path, mode);
}


static int
place_begin(void **state)
{
    memset(&place, 0, sizeof(place));
    snprintf(place.dir, sizeof(place.dir), "/tmp/bmc-state-XXXXXX");
    assert_non_null(mkdtemp(place.dir));
    snprintf(place.path, sizeof(place.path), "%s/state/file", place.dir);
    place.entry = 100;

    return 0;
}


static int
place_unlink(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    return remove(path);
}


static int
place_end(void **state)
{
    return nftw(place.dir, place_unlink, 8, FTW_DEPTH|FTW_PHYS);
}


static unsigned
mode_of(const char *path)
{
    struct stat  st;

    assert_int_equal(stat(path, &st), 0);

    return st.st_mode & 07777;
}


static const char *
folder(void)
{
    static char  path[96];

    snprintf(path, sizeof(path), "%s/state", place.dir);

    return path;
}


static void
a_file_is_made_with_its_folder_for_the_group_whatever_the_umask(void **state)
{
    int     fd;
    mode_t  mask;

    mask = umask(077);
    fd = bmc_state_open(place.path, 0);
    umask(mask);

    assert_int_not_equal(fd, -1);
    assert_int_equal(mode_of(folder()), 0770);
    assert_int_equal(mode_of(place.path), 0660);
    assert_int_equal(place.given, 2);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_int_equal(write(fd, "x", 1), 1);
    assert_int_equal(close(fd), 0);
}


static void
an_ordinary_user_keeps_his_own(void **state)
{
    int  fd;

    place.uid = 1000;
    fd = bmc_state_open(place.path, 0);
    assert_int_not_equal(fd, -1);
    assert_int_equal(place.given, 0);
    assert_int_equal(place.looked, 0);
    assert_int_equal(mode_of(place.path), 0660);
    assert_int_equal(close(fd), 0);
}


static void
without_the_group_it_stays_roots(void **state)
{
    int  fd;

    place.entry = 0;
    assert_true(bmc_state_group() == (gid_t) -1);
    fd = bmc_state_open(place.path, 0);
    assert_int_not_equal(fd, -1);
    assert_int_equal(place.given, 0);
    assert_int_equal(close(fd), 0);
}


static void
a_file_that_is_there_is_left_as_it_is(void **state)
{
    int   fd;
    char  text[16];

    assert_int_equal(mkdir(folder(), 0700), 0);
    fd = open(place.path, O_CREAT|O_WRONLY|O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "old\n", 4), 4);
    assert_int_equal(close(fd), 0);

    fd = bmc_state_open(place.path, O_APPEND);
    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, "new\n", 4), 4);
    assert_int_equal(pread(fd, text, sizeof(text), 0), 8);
    assert_memory_equal(text, "old\nnew\n", 8);
    assert_int_equal(mode_of(folder()), 0700);
    assert_int_equal(mode_of(place.path), 0600);
    assert_int_equal(place.given, 0);
    assert_int_equal(close(fd), 0);
}


static void
who_makes_it_at_the_same_time_is_not_overwritten(void **state)
{
    int   fd;
    char  text[16];

    assert_int_equal(mkdirat(AT_FDCWD, folder(), 0700), 0);
    place.other = 1;
    fd = bmc_state_open(place.path, 0);
    assert_int_not_equal(fd, -1);
    assert_int_equal(read(fd, text, sizeof(text)), 9);
    assert_int_equal(mode_of(place.path), 0600);
    assert_int_equal(close(fd), 0);
}


static void
a_link_is_not_followed(void **state)
{
    char  to[96];

    snprintf(to, sizeof(to), "%s/elsewhere", place.dir);
    assert_int_equal(mkdir(folder(), 0700), 0);
    assert_int_equal(symlink(to, place.path), 0);
    assert_int_equal(bmc_state_open(place.path, 0), -1);
    assert_int_equal(errno, ELOOP);
    assert_int_equal(access(to, F_OK), -1);
}


static void
what_cannot_be_made_says_why(void **state)
{
    char  path[128];

    snprintf(path, sizeof(path), "%s/no/such/file", place.dir);
    assert_int_equal(bmc_state_open(path, 0), -1);
    assert_int_equal(errno, ENOENT);
}


static void
a_group_with_thousands_of_members_is_found(void **state)
{
    place.entry = 200000;
    assert_int_equal(bmc_state_group(), GROUP);
    assert_int_equal(place.looked, 4);
}


static void
a_group_without_end_is_none(void **state)
{
    place.entry = SIZE_MAX;
    assert_true(bmc_state_group() == (gid_t) -1);
    assert_true(place.looked < 10);
}


#define PLACE_TEST(f)                                                        \
    cmocka_unit_test_setup_teardown(f, place_begin, place_end)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        PLACE_TEST(
            a_file_is_made_with_its_folder_for_the_group_whatever_the_umask),
        PLACE_TEST(an_ordinary_user_keeps_his_own),
        PLACE_TEST(without_the_group_it_stays_roots),
        PLACE_TEST(a_file_that_is_there_is_left_as_it_is),
        PLACE_TEST(who_makes_it_at_the_same_time_is_not_overwritten),
        PLACE_TEST(a_link_is_not_followed),
        PLACE_TEST(what_cannot_be_made_says_why),
        PLACE_TEST(a_group_with_thousands_of_members_is_found),
        PLACE_TEST(a_group_without_end_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
