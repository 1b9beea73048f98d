
/*
 * Copyright (C) the bmcgate authors
 *
 * Keys, sessions and whom others have proven, as a door asks for them.
 */


#include <fcntl.h>
#include <sys/resource.h>

#include "login_rig.h"


/* sha256sum of "opensesame" */

#define SESSION_KEY                                                           \
    "key grafana { role reader; sha256 "                                      \
    "d9fb92e3bbe65be1f1aad4a82eef4567f7a1ebe2cd110c8049b9698be7a70c88; }\n"


static bmc_rc_t
session_open(bmc_actor_kind_t kind, const char *name, char *token,
    uint64_t *id)
{
    bmc_who_t  who;

    memset(&who, 0, sizeof(who));
    who.kind = kind;
    (void) snprintf(who.name, sizeof(who.name), "%s", name);

    return bmc_session_open(rig.b, &who, RIG_HERE, RIG_DOOR, token, id,
        rig.why);
}


static bool
session_is(const char *token)
{
    bmc_who_t  who;

    return bmc_who_token(rig.b, token, strlen(token), &who);
}


static bool
session_count(void *data, const bmc_session_info_t *info)
{
    unsigned  *n = data;

    (*n)++;

    return *n != 3;
}


static unsigned
session_listed(void)
{
    unsigned  n;

    n = 0;
    bmc_session_list(rig.b, session_count, &n);

    return n;
}


static void
a_key_is_known_and_a_wrong_one_waits(void **state)
{
    bmc_who_t  who;

    rig_open_users(SESSION_KEY);

    assert_true(bmc_who_key(rig.b, "opensesame", 10, &who));
    assert_int_equal(who.kind, BMC_ACTOR_KEY);
    assert_string_equal(who.name, "grafana");
    assert_true(who.session == 0);

    assert_false(bmc_who_key(rig.b, "opensesam", 9, &who));
    assert_int_equal(bmc_who_failed(rig.b, RIG_HERE, RIG_DOOR), 250);
    assert_int_equal(bmc_who_failed(rig.b, RIG_HERE, RIG_DOOR), 500);
    assert_int_equal(bmc_who_failed(rig.b, NULL, NULL), 250);
    assert_int_equal(rig_audit("login-failed", "wrong key or token"), 3);
    assert_int_equal(rig_audit("login-failed", RIG_HERE), 2);

    /* passwords are not held up by it, nor the right key */

    assert_true(bmc_who_key(rig.b, "opensesame", 10, &who));

    /* with a reload others are known */

    rig_reload(rig_user("alice", "secret"));
    assert_false(bmc_who_key(rig.b, "opensesame", 10, &who));
}


static void
a_flood_of_wrong_keys_does_not_fill_the_audit(void **state)
{
    unsigned     i;
    rig_login_t  g;

    rig_open_users("limit logins 10/h;");

    for (i = 0; i < 1000; i++) {
        assert_in_range(bmc_who_failed(rig.b, RIG_HERE, RIG_DOOR), 250,
            8000);
    }

    assert_int_equal(rig_audit("login-failed", ""), 10);
    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);
}


static void
whom_others_have_proven_is_believed(void **state)
{
    bmc_who_t  who;

    rig_open_users("");

    assert_true(bmc_who_trusted(rig.b, "carol@example", 5, &who));
    assert_int_equal(who.kind, BMC_ACTOR_USER);
    assert_string_equal(who.name, "carol");
    assert_true(who.session == 0);

    assert_false(bmc_who_trusted(rig.b, "", 0, &who));
    assert_false(bmc_who_trusted(rig.b, "a\nb", 3, &who));
    assert_false(bmc_who_trusted(rig.b, "a\0b", 3, &who));
}


static void
a_session_lives_until_it_is_closed(void **state)
{
    char                token[BMC_TOKEN_MAX];
    bmc_who_t           who;
    uint64_t            id;
    rig_login_t         g;
    bmc_session_info_t  info;

    rig_open_users("");

    assert_int_equal(rig_login(&g, RIG_HERE, "alice", "secret"), BMC_OK);
    assert_int_equal(bmc_session_open(rig.b, &g.who, RIG_HERE, RIG_DOOR,
        token, &id, rig.why), BMC_OK);

    assert_true(bmc_who_token(rig.b, token, strlen(token), &who));
    assert_int_equal(who.kind, BMC_ACTOR_USER);
    assert_string_equal(who.name, "alice");
    assert_true(who.session == id);

    assert_true(bmc_session_info(rig.b, id, &info));
    assert_true(info.id == id);
    assert_int_equal(info.kind, BMC_ACTOR_USER);
    assert_string_equal(info.name, "alice");
    assert_string_equal(info.from, RIG_HERE);
    assert_string_equal(info.door, RIG_DOOR);
    assert_true(info.created <= bmc_wall());
    assert_true(info.created > bmc_wall() - 60000);
    assert_true(info.used >= info.created - 5);
    assert_true(info.expires == info.used + 30 * 60 * 1000);
    assert_int_equal(session_listed(), 1);

    assert_int_equal(rig_audit("\"event\":\"login\"", "user:alice"), 1);

    assert_true(bmc_session_close(rig.b, id, "local:root"));
    assert_false(bmc_session_close(rig.b, id, "local:root"));
    assert_false(session_is(token));
    assert_false(bmc_session_info(rig.b, id, &info));
    assert_int_equal(session_listed(), 0);

    assert_int_equal(rig_audit("\"event\":\"logout\"", "local:root"), 1);
    assert_int_equal(rig_audit("logout", "of user:alice was closed"), 1);

    /* no secret is written down */

    assert_int_equal(rig_audit("secret", ""), 0);
    assert_int_equal(rig_audit(token, ""), 0);
    assert_int_equal(rig_audit(token + 10, ""), 0);
}


static void
a_token_that_is_not_quite_right_is_wrong(void **state)
{
    char       token[BMC_TOKEN_MAX], wrong[BMC_TOKEN_MAX];
    size_t     i;
    uint64_t   id, other;
    bmc_who_t  who;

    rig_open_users("");
    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &id),
        BMC_OK);
    assert_int_equal(session_open(BMC_ACTOR_USER, "bob", wrong, &other),
        BMC_OK);

    for (i = 0; i < strlen(token); i++) {
        memcpy(wrong, token, sizeof(wrong));
        wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
        assert_false(session_is(wrong));
    }

    assert_false(bmc_who_token(rig.b, token, strlen(token) - 1, &who));
    assert_false(bmc_who_token(rig.b, token, strlen(token) + 1, &who));
    assert_false(bmc_who_token(rig.b, "", 0, &who));
    assert_true(session_is(token));
}


static void
session_serve(int in, int out)
{
    char         token[BMC_TOKEN_MAX];
    bmc_t       *b;
    bmc_who_t    who;
    bmc_base_t  *base;

    b = rig_other(&base, 0);
    rig_must(write(out, "r", 1) == 1);

    rig_must(read(in, token, sizeof(token)) == (ssize_t) sizeof(token));
    rig_must(bmc_who_token(b, token, strlen(token), &who));
    rig_must(strcmp(who.name, "alice") == 0);
    rig_must(bmc_session_close(b, who.session, "user:alice"));

    bmc_close(b, 0);
    bmc_unload(base);
}


static void
another_process_knows_the_session_and_may_close_it(void **state)
{
    char           token[BMC_TOKEN_MAX];
    uint64_t       id;
    rig_process_t  p;

    rig_open_users("");
    p = rig_fork(session_serve);

    memset(token, 0, sizeof(token));
    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &id),
        BMC_OK);
    assert_int_equal(write(p.in, token, sizeof(token)), sizeof(token));
    assert_int_equal(rig_end(&p, 0), 0);
    assert_false(session_is(token));
}


static void
a_session_outlives_its_process_and_a_reload(void **state)
{
    char      token[BMC_TOKEN_MAX], text[2048];
    bmc_rc_t  rc;
    uint64_t  id;

    (void) snprintf(text, sizeof(text), "session_timeout 1h;\n%s",
        rig_user("alice", "secret"));
    rig_open(text, 0);

    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &id),
        BMC_OK);
    rig_reload(text);
    assert_true(session_is(token));

    rig_close(0);
    rig.base = rig_load(0);
    assert_non_null(rig.base);
    rig.b = bmc_open(rig.base, 0, rig_say, NULL, &rc);
    assert_non_null(rig.b);
    assert_true(session_is(token));
}


/* as if an hour less a minute had passed */

static void
an_idle_session_ends_and_each_use_begins_anew(void **state)
{
    char           token[BMC_TOKEN_MAX];
    uint64_t       id;
    unsigned       i;
    board_word_t  *used;

    rig_open_users("session_timeout 1h;");
    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &id),
        BMC_OK);
    used = &rig.b->board->file->sessions[id % BMC_BOARD_SESSIONS].used;

    for (i = 0; i < 3; i++) {
        atomic_fetch_sub(used, 59 * 60000);
        assert_true(session_is(token));
    }

    atomic_fetch_sub(used, 61 * 60000);
    assert_false(session_is(token));
    assert_false(bmc_session_close(rig.b, id, "user:alice"));
    assert_int_equal(session_listed(), 0);
}


static void
a_session_ends_with_the_password_or_key_it_is_of(void **state)
{
    char         token[3][BMC_TOKEN_MAX], text[2048];
    uint64_t     id;

    rig_open_users(SESSION_KEY);

    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token[0], &id),
        BMC_OK);
    assert_int_equal(session_open(BMC_ACTOR_KEY, "grafana", token[1], &id),
        BMC_OK);
    assert_int_equal(session_open(BMC_ACTOR_USER, "carol", token[2], &id),
        BMC_OK);
    assert_true(session_is(token[0]) && session_is(token[1])
        && session_is(token[2]));

    /* alice has another password, carol one at last, the key is gone */

    (void) snprintf(text, sizeof(text), "%s%s", rig_user("alice", "better"),
        rig_user("carol", "first"));
    rig_reload(text);
    assert_false(session_is(token[0]));
    assert_false(session_is(token[1]));
    assert_false(session_is(token[2]));
    assert_int_equal(session_listed(), 0);

    /* old workers still know them as they were */

    (void) snprintf(text, sizeof(text), "%s%s", SESSION_KEY,
        rig_user("alice", "secret"));
    rig_reload(text);
    assert_true(session_is(token[0]) && session_is(token[1])
        && session_is(token[2]));

    rig_reload(SESSION_KEY);
    assert_false(session_is(token[0]));
    assert_true(session_is(token[1]));
}


static void
sessions_are_of_users_and_keys_only(void **state)
{
    char      token[BMC_TOKEN_MAX];
    uint64_t  id;

    rig_open_users("");

    assert_int_equal(session_open(BMC_ACTOR_LOCAL, "root", token, &id),
        BMC_USAGE);
    assert_string_equal(rig.why, "a session is of a user or of a key");
    assert_int_equal(session_open(BMC_ACTOR_USER, "", token, &id),
        BMC_USAGE);
    assert_int_equal(session_open(BMC_ACTOR_KEY, "grafana", token, &id),
        BMC_FAILED);
    assert_non_null(strstr(rig.why, "key \"grafana\" is not configured"));
    assert_int_equal(session_listed(), 0);
}


static void
the_65th_session_of_one_user_takes_the_oldests_place(void **state)
{
    char      first[BMC_TOKEN_MAX], token[BMC_TOKEN_MAX];
    uint64_t  id, oldest;
    unsigned  i;

    rig_open_users("");
    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", first, &oldest),
        BMC_OK);
    atomic_fetch_sub(&rig.b->board->file->sessions[0].used, 1000);

    for (i = 1; i < BMC_SESSIONS_EACH; i++) {
        assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &id),
            BMC_OK);
    }

    assert_int_equal(session_listed(), 3);
    assert_int_equal(rig_audit("logout", ""), 0);
    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &id),
        BMC_OK);
    assert_false(session_is(first));
    assert_true(session_is(token));
    assert_int_equal(rig_audit("logout", "gave way to a newer one"), 1);
}


static void
a_full_table_says_how_many_there_may_be(void **state)
{
    char              token[BMC_TOKEN_MAX];
    off_t             at;
    uint32_t          i;
    uint64_t          id;
    board_file_t     *file;
    board_session_t  *r;

    rig_open_users("session_timeout 1h;");
    assert_int_equal(session_open(BMC_ACTOR_USER, "bob", token, &id),
        BMC_OK);

    file = rig.b->board->file;

    for (i = 1; i < BMC_BOARD_SESSIONS; i++) {
        r = &file->sessions[i];
        at = (off_t) ((char *) r - (char *) file);
        assert_true(bmc_board_back(rig.b->board, file->head.session_bits,
            i / BOARD_STEP, at, BOARD_STEP * sizeof(*r)));
        memcpy((void *) r, &file->sessions[0], sizeof(*r));
        atomic_store(&r->word, id + i);
    }

    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &id),
        BMC_LIMITED);
    assert_string_equal(rig.why, "4096 sessions are open, more there cannot "
        "be: close one, or wait until one was not used for 60m");
}


static void
what_cannot_be_written_down_is_not_opened(void **state)
{
    char           token[BMC_TOKEN_MAX];
    bmc_rc_t       rc;
    uint64_t       id, kept;
    struct rlimit  was, none;

    rig_open_users("");
    assert_int_equal(session_open(BMC_ACTOR_USER, "alice", token, &kept),
        BMC_OK);

    /* as on a disk that is full */

    (void) signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    none = was;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    rc = session_open(BMC_ACTOR_USER, "alice", token, &id);
    assert_int_equal(session_listed(), 1);

    /* closing one is never refused */

    assert_true(bmc_session_close(rig.b, kept, "user:alice"));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);

    assert_int_equal(rc, BMC_UNAUDITED);
    assert_int_equal(session_listed(), 0);
    assert_non_null(strstr(rig.said, "audit.log"));
}


static void
without_room_on_the_board_there_is_no_session(void **state)
{
    int       fd, was;
    char      token[BMC_TOKEN_MAX];
    bmc_rc_t  rc;
    uint64_t  id;

    rig_open_users("");

    fd = open("/dev/null", O_RDWR|O_CLOEXEC);
    was = rig.b->board->fd;
    assert_int_not_equal(fd, -1);

    rig.b->board->fd = fd;
    rc = session_open(BMC_ACTOR_USER, "alice", token, &id);
    rig.b->board->fd = was;
    (void) close(fd);

    assert_int_equal(rc, BMC_FAILED);
    assert_string_equal(rig.why, "no room for another session on the board");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_key_is_known_and_a_wrong_one_waits),
        rig_test(a_flood_of_wrong_keys_does_not_fill_the_audit),
        rig_test(whom_others_have_proven_is_believed),
        rig_test(a_session_lives_until_it_is_closed),
        rig_test(a_token_that_is_not_quite_right_is_wrong),
        rig_test(another_process_knows_the_session_and_may_close_it),
        rig_test(a_session_outlives_its_process_and_a_reload),
        rig_test(an_idle_session_ends_and_each_use_begins_anew),
        rig_test(a_session_ends_with_the_password_or_key_it_is_of),
        rig_test(sessions_are_of_users_and_keys_only),
        rig_test(the_65th_session_of_one_user_takes_the_oldests_place),
        rig_test(a_full_table_says_how_many_there_may_be),
        rig_test(what_cannot_be_written_down_is_not_opened),
        rig_test(without_room_on_the_board_there_is_no_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
