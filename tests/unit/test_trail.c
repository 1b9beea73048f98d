
/*
 * Copyright (C) the bmcgate authors
 *
 * What happens to the trail: writers die, disks fill up, files are rotated,
 * cut and lost.
 */


#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "audit/chain.h"
#include "audit_place.h"


static void
a_dead_writers_half_line_is_cut_and_told(void **state)
{
    char          text[8192];
    place_t      *p;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);
    written(a, 2);
    appended(p->file, "{\"seq\":3,\"time\":\"20");
    written(a, 1);
    bmc_audit_close(a);

    slurp(p->file, text, sizeof(text));
    assert_non_null(strstr(text, "\"event\":\"repaired\",\"rc\":\"ok\","
                           "\"text\":\"19 bytes of a line that was not "
                           "finished were cut off\""));
    assert_whole(p, 4);
}


/* its writer died before it could say so in FILE.last */

static void
a_whole_line_nobody_noted_stays_in_the_chain(void **state)
{
    int           fd;
    char          last[BMC_LAST_LEN + 1];
    place_t      *p;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);
    written(a, 2);
    slurp(p->last, last, sizeof(last));
    written(a, 1);

    fd = open(p->last, O_WRONLY);
    assert_int_equal(write(fd, last, BMC_LAST_LEN), BMC_LAST_LEN);
    close(fd);

    assert_whole(p, 3);
    written(a, 1);
    bmc_audit_close(a);
    assert_whole(p, 4);
}


static void
a_lost_last_file_is_made_anew_and_told(void **state)
{
    char          text[8192];
    place_t      *p;
    bmc_audit_t  *a, *b;

    p = *state;
    a = opened(p);
    b = opened(p);
    written(a, 2);

    assert_int_equal(unlink(p->last), 0);
    written(a, 1);
    written(b, 1);

    slurp(p->file, text, sizeof(text));
    assert_non_null(strstr(text, "was lost, the chain goes on after seq 2"));
    assert_whole(p, 5);

    /* nothing to go on from */

    assert_int_equal(truncate(p->file, 0), 0);
    assert_int_equal(truncate(p->last, 5), 0);
    written(b, 1);
    slurp(p->file, text, sizeof(text));
    assert_non_null(strstr(text, "was lost, the chain starts anew"));
    assert_whole(p, 2);

    bmc_audit_close(a);
    bmc_audit_close(b);
}


static void
foreign_text_is_neither_glued_to_nor_removed(void **state)
{
    char          text[8192];
    place_t      *p;
    uint64_t      lines;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);
    written(a, 2);
    appended(p->file, "hello\n");
    written(a, 1);
    bmc_audit_close(a);

    slurp(p->file, text, sizeof(text));
    assert_non_null(strstr(text, "\nhello\n{\"seq\":3,"));

    assert_int_equal(bmc_audit_verify((const char *[]) { p->file }, 1, say, p,
                                      &lines), BMC_FAILED);
    assert_non_null(strstr(p->said, "audit.log:3: line 3 is not JSON of the "
                           "audit: expected"));
    assert_ptr_equal(strchr(p->said, '\n') + 1, strchr(p->said, '\0'));
}


/* longer than any line: not ours to cut */

static void
a_long_tail_gets_a_newline(void **state)
{
    char          text[8192];
    int           i;
    place_t      *p;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    written(a, 1);

    for (i = 0; i < 32; i++) {
        appended(p->file, text);
    }

    written(a, 1);
    bmc_audit_close(a);

    i = open(p->file, O_RDONLY);
    assert_true(pread(i, text, sizeof(text) - 1, 32 * 8191) > 0);
    close(i);
    assert_non_null(strstr(text, "x\n{\"seq\":2,"));
    assert_non_null(strstr(text, "could not be cut off"));
}


static void
a_rotated_file_is_left_for_the_new_one(void **state)
{
    char          text[8192];
    place_t      *p;
    bmc_audit_t  *a, *b;

    p = *state;
    a = opened(p);
    b = opened(p);
    written(a, 2);

    assert_int_equal(rename(p->file, p->old), 0);
    written(a, 1);
    written(b, 1);
    written(a, 1);

    slurp(p->file, text, sizeof(text));
    assert_memory_equal(text, "{\"seq\":3,", 9);
    assert_whole(p, 5);

    bmc_audit_close(a);
    bmc_audit_close(b);
}


/* a worker may not open the new file, perhaps not even look at it */

static void
who_cannot_open_the_new_file_goes_on_in_the_old(void **state)
{
    int           i, status;
    char          text[8192], why[BMC_TEXT_MAX];
    pid_t         pid;
    place_t      *p;
    bmc_audit_t  *a, *b;

    p = *state;
    a = opened(p);
    written(a, 2);

    assert_int_equal(rename(p->file, p->old), 0);
    b = opened(p);
    assert_int_equal(chmod(p->file, 0), 0);

    for (i = 0; i < 4; i++) {
        assert_int_equal(chmod(p->dir, i < 2 ? 0700 : 0711), 0);
        pid = fork();

        if (pid == 0) {
            if (geteuid() == 0 && setuid(65534) == -1) {
                _exit(2);
            }

            _exit(bmc_audit_write(a, &asked, why) ? 0 : 1);
        }

        waitpid(pid, &status, 0);
        assert_int_equal(status, 0);
        written(b, 1);
    }

    bmc_audit_close(a);
    bmc_audit_close(b);

    assert_int_equal(chmod(p->file, 0640), 0);
    slurp(p->old, text, sizeof(text));
    assert_non_null(strstr(text, "\n{\"seq\":9,"));
    slurp(p->file, text, sizeof(text));
    assert_non_null(strstr(text, "\n{\"seq\":10,"));
    assert_whole(p, 10);
}


static void
copytruncate_keeps_the_chain(void **state)
{
    char          text[8192];
    int           fd;
    size_t        n;
    place_t      *p;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);
    written(a, 3);

    n = slurp(p->file, text, sizeof(text));
    fd = open(p->old, O_WRONLY|O_CREAT, 0600);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
    assert_int_equal(truncate(p->file, 0), 0);

    written(a, 2);
    bmc_audit_close(a);
    assert_whole(p, 5);
}


static void
assert_refused(bmc_audit_t *a, const char *reason)
{
    char  why[BMC_TEXT_MAX], expected[BMC_TEXT_MAX];

    assert_false(bmc_audit_write(a, &asked, why));
    snprintf(expected, sizeof(expected), "/audit.log: %s: changes are refused "
             "until it can be written", reason);

    if (strstr(why, expected) == NULL) {
        fail_msg("%s", why);
    }
}


static void
a_full_device_is_told_and_refused(void **state)
{
    place_t      *p;
    bmc_audit_t  *a;

    p = *state;
    assert_int_equal(symlink("/dev/full", p->file), 0);

    a = opened(p);
    assert_refused(a, "no space left on device");
    assert_refused(a, "no space left on device");
    bmc_audit_close(a);
}


static void
a_line_that_cannot_be_noted_is_taken_back(void **state)
{
    char          why[BMC_TEXT_MAX];
    place_t      *p;
    struct stat   st;
    bmc_audit_t  *a;

    p = *state;
    assert_int_equal(symlink("/dev/full", p->last), 0);

    a = opened(p);
    assert_false(bmc_audit_write(a, &asked, why));
    assert_non_null(strstr(why, "/audit.log.last: no space left on device: "
                           "changes are refused until it can be written"));
    assert_int_equal(stat(p->file, &st), 0);
    assert_int_equal(st.st_size, 0);

    assert_int_equal(unlink(p->last), 0);
    written(a, 1);
    bmc_audit_close(a);
    assert_whole(p, 1);
}


/* needs root; an ordinary user's disk is the limit below */

static void
a_full_disk_leaves_no_half_line(void **state)
{
    int           fd;
    char          why[BMC_TEXT_MAX], fill[128];
    place_t      *p;
    uint64_t      lines;
    bmc_audit_t  *a;

    p = *state;

    if (unshare(CLONE_NEWNS) == -1
        || mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL) == -1
        || mount("tmpfs", p->dir, "tmpfs", 0, "size=64k") == -1)
    {
        assert_true(errno == EPERM || errno == EACCES);
        return;
    }

    snprintf(fill, sizeof(fill), "%s/fill", p->dir);
    fd = open(fill, O_WRONLY|O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, 4096), 0);
    assert_int_equal(write(fd, fill, sizeof(fill)), sizeof(fill));
    close(fd);

    a = opened(p);

    for (lines = 0; bmc_audit_write(a, &asked, why); lines++) {
        assert_true(lines < 1000);
    }

    assert_refused(a, "no space left on device");
    assert_whole(p, lines);

    /* and it goes on as soon as there is room */

    assert_int_equal(unlink(fill), 0);
    written(a, 1);
    bmc_audit_close(a);
    assert_whole(p, lines + 1);

    assert_int_equal(umount(p->dir), 0);
}


/* the signal would kill us */

static void
a_file_at_its_limit_is_refused_without_a_signal(void **state)
{
    place_t        *p;
    bmc_audit_t    *a;
    struct rlimit   limit, small;

    p = *state;
    a = opened(p);
    written(a, 2);

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = 700;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_refused(a, "file too large");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);

    assert_whole(p, 2);
    written(a, 1);
    bmc_audit_close(a);
    assert_whole(p, 3);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        with_a_place(a_dead_writers_half_line_is_cut_and_told),
        with_a_place(a_whole_line_nobody_noted_stays_in_the_chain),
        with_a_place(a_lost_last_file_is_made_anew_and_told),
        with_a_place(foreign_text_is_neither_glued_to_nor_removed),
        with_a_place(a_long_tail_gets_a_newline),
        with_a_place(a_rotated_file_is_left_for_the_new_one),
        with_a_place(who_cannot_open_the_new_file_goes_on_in_the_old),
        with_a_place(copytruncate_keeps_the_chain),
        with_a_place(a_full_device_is_told_and_refused),
        with_a_place(a_line_that_cannot_be_noted_is_taken_back),
        with_a_place(a_full_disk_leaves_no_half_line),
        with_a_place(a_file_at_its_limit_is_refused_without_a_signal)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
