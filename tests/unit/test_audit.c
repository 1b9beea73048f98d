
/*
 * Copyright (C) the bmcgate authors
 *
 * What is asked of the trail: every line whole, in one chain, whoever
 * writes and however many.
 */


#include <grp.h>
#include <jansson.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "audit/chain.h"
#include "audit/syslog.h"
#include "audit_place.h"
#include "base/clock.h"


#define LINES    500
#define WRITERS  4


static void
a_line_is_one_json_object_with_its_keys_in_order(void **state)
{
    char          text[4096], order[256];
    size_t        n;
    json_t       *line, *value;
    place_t      *p;
    const char   *key;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);
    written(a, 1);
    bmc_audit_close(a);

    slurp(p->file, text, sizeof(text));
    line = json_loads(text, 0, NULL);
    assert_non_null(line);
    n = 0;

    json_object_foreach (line, key, value) {
        n += (size_t) snprintf(order + n, sizeof(order) - n, "%s ", key);
    }

    assert_string_equal(order, "seq time event op actor from door host verb "
                        "args rc pid prev hash ");
    assert_string_equal(json_string_value(json_object_get(line, "rc")), "ok");
    assert_int_equal(json_integer_value(json_object_get(line, "seq")), 1);
    assert_int_equal(text[strlen(text) - 1], '\n');

    json_decref(line);
    assert_whole(p, 1);
}


static void
whatever_strangers_send_stays_on_one_line(void **state)
{
    char                why[BMC_TEXT_MAX], text[32768], *huge;
    json_t             *line;
    place_t            *p;
    bmc_audit_t        *a;
    bmc_audit_entry_t   e;

    p = *state;
    a = opened(p);
    huge = malloc(100001);
    memset(huge, '\n', 100000);
    huge[100000] = '\0';

    e = asked;
    e.actor = "user:\xff\n\"},{";
    e.text = huge;
    assert_true(bmc_audit_write(a, &e, why));

    /* cut between characters, not in one */

    memset(huge, 'a', 1023);
    memcpy(huge + 1023, "\xc3\xa4\xc3\xa4", 5);
    assert_true(bmc_audit_write(a, &e, why));

    bmc_audit_close(a);
    free(huge);

    slurp(p->file, text, sizeof(text));
    assert_true(strlen(text) < 10240);

    line = json_loads(strchr(text, '\n') + 1, 0, NULL);
    assert_non_null(line);
    huge = strdup(json_string_value(json_object_get(line, "text")));
    assert_int_equal(strlen(huge), 1023 + 3);
    assert_string_equal(huge + 1023, "\xe2\x80\xa6");
    free(huge);
    json_decref(line);

    assert_whole(p, 2);
}


static void
the_chain_goes_on_after_a_restart(void **state)
{
    int           i;
    place_t      *p;
    bmc_audit_t  *a;

    p = *state;

    for (i = 0; i < 3; i++) {
        a = opened(p);
        written(a, 2);
        bmc_audit_close(a);
    }

    assert_whole(p, 6);
}


static void
nothing_is_written_where_nothing_was_asked_for(void **state)
{
    char          why[BMC_TEXT_MAX];
    bmc_audit_t  *a;

    a = bmc_audit_open(NULL, false, why);
    assert_non_null(a);
    written(a, 1);
    bmc_audit_close(a);
    bmc_audit_close(NULL);
}


static void
a_missing_folder_is_said_when_opening(void **state)
{
    char      why[BMC_TEXT_MAX], file[128];
    place_t  *p;

    p = *state;
    snprintf(file, sizeof(file), "%s/none/audit.log", p->dir);
    assert_null(bmc_audit_open(file, false, why));
    assert_non_null(strstr(why, "/none/audit.log: no such file or directory: "
                           "expected a file that can be written, in a folder "
                           "that exists"));

    /* the log can be opened, what stands beside it cannot */

    assert_int_equal(mkdir(p->last, 0700), 0);
    assert_null(bmc_audit_open(p->file, false, why));
    assert_non_null(strstr(why, "audit.log.last: is a directory"));
}


static void
others_cannot_read_the_file(void **state)
{
    mode_t        mask, mode;
    place_t      *p;
    struct stat   st;
    bmc_audit_t  *a;

    p = *state;
    mask = umask(0);
    a = opened(p);
    umask(mask);
    bmc_audit_close(a);

    mode = 0640;

    if (getgrnam("bmcgate") != NULL && geteuid() == 0) {
        mode = 0660;
    }

    assert_int_equal(stat(p->file, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
    assert_int_equal(stat(p->last, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
}


/* four times five hundred lines by those who opened and those who inherited */

static void
many_write(place_t *p, unsigned inherit, unsigned open)
{
    int           status;
    char          why[BMC_TEXT_MAX];
    pid_t         pid[2 * WRITERS];
    unsigned      i, n;
    bmc_audit_t  *a;

    a = opened(p);

    for (i = 0; i < inherit + open; i++) {
        pid[i] = fork();

        if (pid[i] == 0) {
            a = i < inherit ? a : bmc_audit_open(p->file, false, why);

            for (n = 0; n < LINES && a != NULL; n++) {
                if (!bmc_audit_write(a, &asked, why)) {
                    _exit(1);
                }
            }

            _exit(a == NULL);
        }
    }

    for (i = 0; i < inherit + open; i++) {
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_int_equal(status, 0);
    }

    bmc_audit_close(a);
    assert_whole(p, (inherit + open) * LINES);
}


static void
four_processes_that_opened_it_write_one_chain(void **state)
{
    many_write(*state, 0, WRITERS);
}


static void
four_children_of_one_opener_write_one_chain(void **state)
{
    many_write(*state, WRITERS, 0);
}


static void
children_and_strangers_write_one_chain(void **state)
{
    many_write(*state, WRITERS, WRITERS);
}


static void
writers_killed_at_any_moment_leave_a_whole_chain(void **state)
{
    int           i;
    pid_t         pid;
    char          why[BMC_TEXT_MAX];
    place_t      *p;
    uint64_t      lines;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);

    for (i = 0; i < 60; i++) {
        pid = fork();

        if (pid == 0) {
            while (bmc_audit_write(a, &asked, why)) {
                /* void */
            }

            _exit(1);
        }

        usleep((useconds_t) (500 + i * 37));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);

        /* nor is it a finding before the next one writes */

        p->said[0] = '\0';
        assert_int_equal(bmc_audit_verify((const char *[]) { p->file }, 1, say,
                                          p, &lines), BMC_OK);
        written(a, 1);
    }

    bmc_audit_close(a);

    p->said[0] = '\0';
    assert_int_equal(bmc_audit_verify((const char *[]) { p->file }, 1, say, p,
                                      &lines), BMC_OK);
    assert_string_equal(p->said, "");
    assert_true(lines >= 60);
}


static void
a_stopped_writer_does_not_hang_the_others_for_ever(void **state)
{
    int           fd, ready[2];
    char          why[BMC_TEXT_MAX], c;
    pid_t         pid;
    int64_t       start;
    place_t      *p;
    bmc_audit_t  *a;
    struct flock  fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    p = *state;
    a = opened(p);
    assert_int_equal(pipe(ready), 0);

    pid = fork();

    if (pid == 0) {
        fd = open(p->last, O_RDWR);
        fcntl(fd, F_SETLK, &fl);
        (void) !write(ready[1], "", 1);
        pause();
        _exit(0);
    }

    assert_int_equal(read(ready[0], &c, 1), 1);

    start = bmc_now();
    assert_false(bmc_audit_write(a, &asked, why));
    assert_in_range(bmc_now() - start, 1900, 4000);
    assert_non_null(strstr(why, "does not let go of it: changes are refused "
                           "until it does"));
    assert_int_equal(atoi(strstr(why, "process ") + 8), pid);

    /* once is enough: the next ones wait a moment only */

    start = bmc_now();
    assert_false(bmc_audit_write(a, &asked, why));
    assert_in_range(bmc_now() - start, 0, 1000);

    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(ready[0]);
    close(ready[1]);

    written(a, 1);
    bmc_audit_close(a);
    assert_whole(p, 1);
}


static int
listening(const char *path)
{
    int                 fd;
    struct sockaddr_un  addr = { .sun_family = AF_UNIX };

    fd = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK, 0);
    snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
    unlink(path);
    assert_int_equal(bind(fd, (struct sockaddr *) &addr, sizeof(addr)), 0);

    return fd;
}


static void
syslog_gets_each_line_and_may_restart(void **state)
{
    int                 fd;
    char                why[BMC_TEXT_MAX], path[104], text[4096];
    ssize_t             n;
    place_t            *p;
    bmc_audit_t        *a;
    bmc_audit_entry_t   e;

    p = *state;
    snprintf(path, sizeof(path), "%s/log", p->dir);
    fd = listening(path);

    a = bmc_audit_open(NULL, true, why);
    assert_non_null(a);
    bmc_audit_syslog_path(a, path);
    written(a, 1);

    n = recv(fd, text, sizeof(text) - 1, 0);
    assert_true(n > 0);
    text[n] = '\0';
    assert_memory_equal(text, "<86>", 4);
    assert_non_null(strstr(text, " bmcgate["));
    assert_non_null(strstr(text, "]: {\"seq\":1,"));
    assert_int_equal(text[n - 1], '}');

    close(fd);
    fd = listening(path);

    e = asked;
    e.rc = BMC_DENIED;
    assert_true(bmc_audit_write(a, &e, why));
    n = recv(fd, text, sizeof(text) - 1, 0);
    assert_true(n > 0);
    text[n] = '\0';
    assert_memory_equal(text, "<85>", 4);
    assert_non_null(strstr(text, "{\"seq\":2,"));
    assert_non_null(strstr(text, "\"rc\":\"denied\""));

    bmc_audit_close(a);
    close(fd);
}


static void
a_syslog_that_does_not_read_never_blocks(void **state)
{
    int           fd, i;
    char          why[BMC_TEXT_MAX], path[104];
    place_t      *p;
    bmc_audit_t  *a, *b;

    p = *state;
    snprintf(path, sizeof(path), "%s/log", p->dir);
    fd = listening(path);

    a = bmc_audit_open(NULL, true, why);
    b = bmc_audit_open(p->file, true, why);
    assert_non_null(a);
    assert_non_null(b);
    bmc_audit_syslog_path(a, path);
    bmc_audit_syslog_path(b, path);

    for (i = 0; i < 5000 && bmc_audit_write(a, &asked, why); i++) {
        /* void */
    }

    assert_true(i < 5000);
    assert_non_null(strstr(why, "/log: resource temporarily unavailable: "
                           "changes are refused"));

    /* with a file, syslog is only a copy */

    written(b, 1);
    close(fd);
    unlink(path);
    written(b, 1);
    assert_whole(p, 2);

    assert_false(bmc_audit_write(a, &asked, why));
    assert_non_null(strstr(why, "/log: no such file or directory: "));

    bmc_audit_close(a);
    bmc_audit_close(b);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        with_a_place(a_line_is_one_json_object_with_its_keys_in_order),
        with_a_place(whatever_strangers_send_stays_on_one_line),
        with_a_place(the_chain_goes_on_after_a_restart),
        with_a_place(nothing_is_written_where_nothing_was_asked_for),
        with_a_place(a_missing_folder_is_said_when_opening),
        with_a_place(others_cannot_read_the_file),
        with_a_place(four_processes_that_opened_it_write_one_chain),
        with_a_place(four_children_of_one_opener_write_one_chain),
        with_a_place(children_and_strangers_write_one_chain),
        with_a_place(writers_killed_at_any_moment_leave_a_whole_chain),
        with_a_place(a_stopped_writer_does_not_hang_the_others_for_ever),
        with_a_place(syslog_gets_each_line_and_may_restart),
        with_a_place(a_syslog_that_does_not_read_never_blocks)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
