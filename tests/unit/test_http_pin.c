
/*
 * Copyright (C) the bmcgate authors
 */


#include "http_tls_rig.h"


static void
tls_the_first_certificate_is_stored_and_known_again(void **state)
{
    char         line[256];
    struct stat  st;

    tls_serve("DNS:anything", 0);
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);

    snprintf(line, sizeof(line), "node7 %s 20", tls.print);
    assert_memory_equal(tls_pins(), line, strlen(line));
    assert_int_equal(strlen(tls_pins()), 6 + 71 + 1 + 20 + 1);
    assert_int_equal(stat(tls.pins, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);

    web_hang_up(&rig.web);
    rig_pass(5);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(rig.web.connections, 2);
    assert_int_equal(strlen(tls_pins()), 6 + 71 + 1 + 20 + 1);
}


static void
tls_another_certificate_is_refused_before_anything_is_sent(void **state)
{
    char  part[BMC_TEXT_MAX];

    tls_pins_write("node7 sha256:00000000000000000000000000000000"
                   "00000000000000000000000000000000 "
                   "2026-01-02T03:04:05Z\n");
    tls_open(0, BMC_TLS_PIN);
    snprintf(part, sizeof(part), "%s:%d shows another certificate, %s; "
             "\"bmcctl trust node7\" accepts it", rig.web.address,
             rig.web.port, tls.print);
    tls_is_refused(part);
    assert_string_equal(rig.c->text, part);

    /* the board keeps no more of it */

    assert_true(strlen(part) < sizeof(((bmc_view_t *) 0)->message));
}


static void
tls_a_certificate_that_changes_while_we_run_is_refused(void **state)
{
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);

    tls_serve("IP:127.0.0.1", 2);
    web_hang_up(&rig.web);
    web_forget(&rig.web);
    rig_pass(5);
    tls_is_refused("shows another certificate");
}


static void
tls_the_last_line_of_a_host_counts_as_soon_as_it_is_there(void **state)
{
    char  line[256];

    tls_pins_write("node7 sha256:00000000000000000000000000000000"
                   "00000000000000000000000000000000 "
                   "2026-01-02T03:04:05Z\n");
    tls_open(0, BMC_TLS_PIN);
    tls_is_refused("shows another certificate");

    snprintf(line, sizeof(line), "node70 x\n\nnode7 %s 2026-01-03T00:00:00Z\n",
             tls.print);
    tls_pins_write(line);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


static void
tls_a_line_that_was_cut_short_harms_no_other(void **state)
{
    tls_pins_write("node6 sha256:00000000000000");
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(strstr(tls_pins(), "000\nnode7 sha256:"));

    web_hang_up(&rig.web);
    rig_pass(5);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


/* the same certificate, and no session of it that could be resumed */

static void
tls_start_again(void)
{
    SSL_CTX_free(rig.web.tls);
    rig.web.tls = cert_context(&tls.cert);
    web_hang_up(&rig.web);
    rig_pass(5);
}


/* a disk that was full: what was never whole is not made so by the next */

static void
tls_a_line_that_lost_its_end_does_not_count(void **state)
{
    int          i;
    char         line[256];
    const char  *since[] = { "2026-01-03T00:00:00", "2026", "2026-01-03T" };

    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);

    for (i = 0; i < 3; i++) {
        snprintf(line, sizeof(line), "node7 sha256:%064d %s\n", 0, since[i]);
        tls_pins_write(line);
        tls_start_again();
        rig_get("/x");
        assert_int_equal(rig.c->rc, BMC_OK);
    }
}


/* "sed -i", and most editors */

static void
tls_a_file_that_was_replaced_is_read_and_written(void **state)
{
    char  other[160], line[256];

    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);

    snprintf(other, sizeof(other), "%s.new", tls.pins);
    assert_int_equal(rename(tls.pins, other), 0);
    snprintf(line, sizeof(line), "node7 sha256:%064d 2026-01-03T00:00:00Z\n",
             0);
    tls_pins_write(line);
    tls_serve("IP:127.0.0.1", 2);
    web_hang_up(&rig.web);
    web_forget(&rig.web);
    rig_pass(5);
    tls_is_refused("shows another certificate");

    /* removed: all are new to us again */

    assert_int_equal(unlink(tls.pins), 0);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(strstr(tls_pins(), tls.print));
}


static void
tls_what_is_no_file_replaces_none(void **state)
{
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(unlink(tls.pins), 0);
    assert_int_equal(mkdir(tls.pins, 0700), 0);
    tls_start_again();
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


static void
tls_a_file_that_was_emptied_is_read_anew(void **state)
{
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(truncate(tls.pins, 0), 0);
    tls_serve("IP:127.0.0.1", 2);
    web_hang_up(&rig.web);
    rig_pass(5);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
}


/* a host's name is that of its pin, not the address */

static void
tls_hosts_have_pins_of_their_own(void **state)
{
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    tls_serve("IP:127.0.0.1", 2);
    tls_open(1, BMC_TLS_PIN)->place.name = "node8";
    rig_close(rig.c);
    rig_pass(5);
    rig.c = &rig.client[1];
    rig.c->closed = 0;
    rig_open(rig.c);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_non_null(strstr(tls_pins(), "\nnode8 sha256:"));
}


static void
tls_a_connection_of_another_host_is_not_used(void **state)
{
    tls_pins_write("node8 sha256:00000000000000000000000000000000"
                   "00000000000000000000000000000000 "
                   "2026-01-02T03:04:05Z\n");
    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);

    web_forget(&rig.web);
    rig_client(1, BMC_TLS_PIN)->place.name = "node8";
    rig.c = rig_open(&rig.client[1]);
    tls_is_refused("shows another certificate");
}


static void
tls_what_cannot_be_stored_is_refused(void **state)
{
    assert_int_equal(mkdir(tls.pins, 0700), 0);
    tls_open(0, BMC_TLS_PIN);
    tls_is_refused("cannot be stored");
    rig_says(tls.pins);
}


/* as "bmcctl" of somebody who may read and not write */

static int
tls_as_nobody(void)
{
    client_t  *c;

    if (setgid(65534) != 0 || setuid(65534) != 0) {
        return 10;
    }

    c = rig_open(rig_client(1, BMC_TLS_PIN));
    c->place.name = "node7";
    rig.c = c;
    rig_get("/x");

    if (c->rc != BMC_OK) {
        return 11;
    }

    rig.c = rig_client(2, BMC_TLS_PIN);
    rig.c->place.name = "node9";
    rig_open(rig.c);
    rig_get("/x");

    return rig.c->rc == BMC_REFUSED
           && strstr(rig.c->text, "cannot be written: Permission denied")
              != NULL ? 0 : 12;
}


static void
tls_who_may_only_read_knows_what_is_stored(void **state)
{
    int                 status;
    char                why[BMC_TEXT_MAX];
    pid_t               pid;
    bmc_http_shared_t  *shared;

    if (geteuid() != 0) {
        return;                      /* it is the file's owner then */
    }

    tls_open(0, BMC_TLS_PIN);
    rig_get("/x");
    assert_int_equal(rig.c->rc, BMC_OK);
    assert_int_equal(chmod(rig.dir, 0755), 0);
    assert_int_equal(chmod(tls.pins, 0644), 0);

    /* one that has opened nothing before it lost its rights */

    shared = rig.shared;
    rig.shared = bmc_http_load(&rig.fleet, why);
    assert_non_null(rig.shared);

    pid = fork();

    if (pid == 0) {
        assert_int_equal(uv_loop_fork(&rig.loop), 0);
        _exit(tls_as_nobody());
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    bmc_http_unload(rig.shared);
    rig.shared = shared;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        TLS_TEST(tls_the_first_certificate_is_stored_and_known_again),
        TLS_TEST(tls_another_certificate_is_refused_before_anything_is_sent),
        TLS_TEST(tls_a_certificate_that_changes_while_we_run_is_refused),
        TLS_TEST(tls_the_last_line_of_a_host_counts_as_soon_as_it_is_there),
        TLS_TEST(tls_a_line_that_was_cut_short_harms_no_other),
        TLS_TEST(tls_a_line_that_lost_its_end_does_not_count),
        TLS_TEST(tls_a_file_that_was_replaced_is_read_and_written),
        TLS_TEST(tls_what_is_no_file_replaces_none),
        TLS_TEST(tls_a_file_that_was_emptied_is_read_anew),
        TLS_TEST(tls_hosts_have_pins_of_their_own),
        TLS_TEST(tls_a_connection_of_another_host_is_not_used),
        TLS_TEST(tls_what_cannot_be_stored_is_refused),
        TLS_TEST(tls_who_may_only_read_knows_what_is_stored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
