
/*
 * Copyright (C) the bmcgate authors
 */


#include "sim_rack.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>


/* the store alone, as another process would open it */

static bmc_sim_store_t *
store_again(char why[BMC_TEXT_MAX])
{
    bmc_sim_store_t  *st;

    st = bmc_sim_store_create(rack.path);
    assert_non_null(st);
    why[0] = '\0';

    if (!bmc_sim_store_open(st, why)) {
        bmc_sim_store_free(st);
        return NULL;
    }

    return st;
}


static void
file_write(size_t at, const void *bytes, size_t len)
{
    int  fd;

    fd = open(rack.path, O_WRONLY|O_CLOEXEC);
    assert_int_not_equal(fd, -1);
    assert_int_equal(pwrite(fd, bytes, len, (off_t) at), len);
    close(fd);
}


static void
a_machine_outlives_everyone_who_used_it(void **state)
{
    char              why[BMC_TEXT_MAX];
    struct stat       sb;
    bmc_sim_data_t   *d;
    bmc_sim_store_t  *st;

    rack_ask(BMC_POWER_FORCE_OFF, "");
    fake_close(&rack.unit);
    bmc_driver_sim.unload(rack.shared);

    rack.shared = bmc_driver_sim.load(&rack.fleet, why);
    assert_non_null(rack.shared);
    fake_open(&rack.unit, &bmc_driver_sim, &rack.host, &rack.conf,
              rack.shared, &rack.loop);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);

    st = store_again(why);
    assert_non_null(st);
    d = bmc_sim_lock(st, bmc_sim_find(st, "n1"), bmc_now());
    assert_int_equal(d->power, BMC_POWER_IS_OFF);
    bmc_sim_unlock(bmc_sim_find(st, "n1"));
    bmc_sim_store_free(st);

    assert_int_equal(stat(rack.path, &sb), 0);
    assert_int_equal(sb.st_mode & 07777, 0660);
}


static void
a_fleet_without_simulated_hosts_leaves_no_file(void **state)
{
    char           why[BMC_TEXT_MAX], dir[96];
    void          *shared;
    bmc_fleet_t    fleet;
    fake_unit_t    unit;

    fleet = rack.fleet;
    fleet.nhosts = 0;
    snprintf(dir, sizeof(dir), "%s/other", rack.dir);
    fleet.state = dir;

    shared = bmc_driver_sim.load(&fleet, why);
    assert_non_null(shared);
    assert_int_equal(access(dir, F_OK), -1);

    fake_open(&unit, &bmc_driver_sim, &rack.host, &rack.conf, shared,
              &rack.loop);
    assert_int_equal(access(dir, F_OK), 0);
    fake_close(&unit);
    bmc_driver_sim.unload(shared);
}


static void
a_file_of_something_else_is_refused(void **state)
{
    char  why[BMC_TEXT_MAX];

    file_write(0, "#!/bin/s", 8);
    assert_null(store_again(why));
    assert_non_null(strstr(why, rack.path));
    assert_non_null(strstr(why, "not a file of simulated BMCs"));
    assert_null(bmc_driver_sim.load(&rack.fleet, why));
}


static void
a_file_of_another_version_is_refused(void **state)
{
    char      why[BMC_TEXT_MAX];
    uint32_t  version = 99;

    file_write(offsetof(bmc_sim_header_t, version), &version, 4);
    assert_null(store_again(why));
    assert_non_null(strstr(why, "another version (99, expected 2"));
}


/* another file: the one that is mapped must stay as long as it is */

static void
file_cut(size_t len)
{
    int       in, out;
    char     *bytes, old[96];

    snprintf(old, sizeof(old), "%s.old", rack.path);
    assert_int_equal(rename(rack.path, old), 0);

    in = open(old, O_RDONLY|O_CLOEXEC);
    out = open(rack.path, O_WRONLY|O_CREAT|O_CLOEXEC, 0600);
    bytes = malloc(len);
    assert_true(in != -1 && out != -1 && bytes != NULL);
    assert_int_equal(read(in, bytes, len), len);
    assert_int_equal(write(out, bytes, len), len);
    free(bytes);
    close(in);
    close(out);
}


static void
a_truncated_file_is_refused(void **state)
{
    char  why[BMC_TEXT_MAX];

    file_cut(sizeof(bmc_sim_header_t) + 100);
    assert_null(store_again(why));
    assert_non_null(strstr(why, "is truncated"));
    assert_non_null(strstr(why, "for 1 machines"));
    file_cut(100);
    assert_null(store_again(why));
    assert_non_null(strstr(why, "is truncated (100 bytes"));
}


static void
a_file_whose_making_was_interrupted_is_made_again(void **state)
{
    char              why[BMC_TEXT_MAX];
    bmc_sim_store_t  *st;

    unlink(rack.path);
    assert_int_equal(close(open(rack.path, O_CREAT|O_WRONLY, 0660)), 0);
    assert_int_equal(truncate(rack.path, sizeof(bmc_sim_header_t)), 0);

    st = store_again(why);
    assert_non_null(st);
    assert_int_equal(bmc_sim_count(st), 0);
    bmc_sim_store_free(st);
}


static void
what_cannot_be_opened_is_named(void **state)
{
    char  why[BMC_TEXT_MAX], dir[96];

    snprintf(dir, sizeof(dir), "%s/no/such/folder", rack.dir);
    rack.fleet.state = dir;
    assert_null(bmc_driver_sim.load(&rack.fleet, why));
    assert_non_null(strstr(why, "cannot open"));
    assert_non_null(strstr(why, "No such file"));

    unlink(rack.path);
    assert_int_equal(mkfifo(rack.path, 0600), 0);
    assert_null(store_again(why));
    assert_non_null(strstr(why, rack.path));
}


static void
a_restart_of_the_computer_frees_locks_and_shifts_the_clock(void **state)
{
    int                 nobody = 0x3ffffff0;
    char                why[BMC_TEXT_MAX];
    int64_t             now;
    bmc_sim_data_t     *d;
    bmc_sim_store_t    *st = rack.shared;
    bmc_sim_machine_t  *m;

    /* as of a computer that had been up for ten days more, and stopped
       while someone held a lock and a power on was due */

    rack_ask(BMC_POWER_FORCE_OFF, "");
    now = bmc_now();
    m = bmc_sim_find(st, "n1");
    d = bmc_sim_lock(st, m, now);
    d->since = now + 864000000 - 5000;
    d->due = now + 864000000 - 1000;
    bmc_sim_unlock(m);
    st->header->offset -= 864000000;
    memset(st->header->boot_id, 'x', 36);

    /* glibc's lock word is the owner's thread number; this one is nobody's */

    memcpy(&m->mutex, &nobody, sizeof(nobody));
    assert_int_equal(pthread_mutex_trylock(&m->mutex), EBUSY);

    st = store_again(why);
    assert_non_null(st);
    m = bmc_sim_find(st, "n1");
    d = bmc_sim_lock(st, m, bmc_now());
    assert_non_null(d);
    assert_int_equal(d->power, BMC_POWER_IS_ON);
    assert_in_range(now - d->since, 0, 3000);
    assert_int_equal(d->epoch, 2);
    bmc_sim_unlock(m);
    bmc_sim_store_free(st);
}


static void
many_machines_are_found_by_name(void **state)
{
    int                 i;
    char                name[16], why[BMC_TEXT_MAX];
    bmc_sim_store_t    *st = rack.shared, *other;
    bmc_sim_machine_t  *m;

    for (i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "m%d", i);
        m = bmc_sim_make(st, name, i & 1);
        assert_non_null(m);
    }

    other = store_again(why);
    assert_non_null(other);
    assert_int_equal(bmc_sim_count(other), 1001);

    for (i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "m%d", i);
        m = bmc_sim_find(other, name);
        assert_non_null(m);
        assert_string_equal(m->name, name);
        assert_int_equal(m->data[0].power, i & 1 ? BMC_POWER_IS_ON
                                                 : BMC_POWER_IS_OFF);
    }

    assert_null(bmc_sim_find(other, "m1000"));
    bmc_sim_store_free(other);
}


static void
a_damaged_machine_leads_nowhere(void **state)
{
    int                 seed, verb;
    size_t              i;
    uint8_t            *p;
    bmc_sim_data_t     *d;
    bmc_sim_store_t    *st = rack.shared;
    bmc_sim_machine_t  *m = bmc_sim_find(st, "n1");

    rack_ask(BMC_LOG_READ, "");

    for (seed = 0; seed < 64; seed++) {
        d = bmc_sim_lock(st, m, bmc_now());
        p = (uint8_t *) bmc_sim_room(st, m, d);

        for (i = 0; i < sizeof(bmc_sim_room_t); i++) {
            p[i] = seed == 0 ? 0xff : (uint8_t) rand();
        }

        p = (uint8_t *) d;

        for (i = 0; i < sizeof(bmc_sim_data_t); i++) {
            p[i] = seed == 0 ? 0xff : (uint8_t) rand();
        }

        d->faults.set = 1;
        d->faults.bits = 0;
        d->died = 0;
        d->roomy = 1;
        d->up_at = 0;
        bmc_sim_unlock(m);

        d = bmc_sim_lock(st, m, bmc_now());
        json_decref(bmc_sim_changes_json(bmc_sim_room(st, m, d), d));
        json_decref(bmc_sim_counters_json(st, d));
        memset(d->slot, 0, sizeof(d->slot));
        bmc_sim_unlock(m);

        for (verb = 0; verb < BMC_VERB_MAX; verb++) {
            if (verb != BMC_CONSOLE_OPEN && verb != BMC_BMC_RESET
                && verb != BMC_RETRY)
            {
                rack_ask(verb, "name=x");
            }
        }
    }
}


/* whoever is killed leaves a whole machine and no lock behind */

static void
a_killed_owner_leaves_a_whole_machine(void **state)
{
    int                 i;
    pid_t               pid;
    uint64_t            first;
    bmc_sim_data_t     *d;
    bmc_sim_room_t     *room;
    bmc_sim_store_t    *st = rack.shared;
    bmc_sim_machine_t  *m = bmc_sim_find(st, "n1");

    for (i = 0, first = 1; i < 60; i++) {
        pid = fork();
        assert_int_not_equal(pid, -1);

        if (pid == 0) {
            for ( ;; ) {
                d = bmc_sim_lock(st, m, bmc_now());
                (void) bmc_sim_remember(st, m, d, BMC_POWER_RESET, "x");
                d->changes++;
                d->reads++;
                bmc_sim_unlock(m);
            }
        }

        usleep(1000 + 137 * (unsigned) i);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);

        d = bmc_sim_lock(st, m, bmc_now());
        assert_non_null(d);
        assert_true(d->changes == d->reads);
        assert_true(d->change_next == d->changes + 1);
        assert_true(d->change_next >= first);
        first = d->change_next;
        room = bmc_sim_room(st, m, d);
        assert_true(first == 1 || strcmp(
            room->change[(first - 1) % (BMC_SIM_CHANGES + 1)].tag, "x") == 0);
        bmc_sim_unlock(m);
    }

    assert_true(first > 60);
}


static void
processes_that_make_the_same_machine_make_one(void **state)
{
    int               i, k, status;
    char              name[16];
    pid_t             pid[4];
    bmc_sim_store_t  *st = rack.shared;

    for (k = 0; k < 4; k++) {
        pid[k] = fork();
        assert_int_not_equal(pid[k], -1);

        if (pid[k] == 0) {
            for (i = 0; i < 200; i++) {
                snprintf(name, sizeof(name), "x%d", i);

                if (bmc_sim_make(st, name, true) == NULL) {
                    _exit(1);
                }
            }

            _exit(0);
        }
    }

    for (k = 0; k < 4; k++) {
        assert_int_equal(waitpid(pid[k], &status, 0), pid[k]);
        assert_int_equal(status, 0);
    }

    assert_int_equal(bmc_sim_count(st), 201);
}


static void
a_stopped_owner_is_not_waited_for_for_ever(void **state)
{
    int                 pipes[2];
    char                c;
    pid_t               pid;
    bmc_sim_store_t    *st = rack.shared;
    bmc_sim_machine_t  *m = bmc_sim_find(st, "n1");

    assert_int_equal(pipe(pipes), 0);
    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        (void) bmc_sim_lock(st, m, bmc_now());
        (void) !write(pipes[1], "x", 1);
        pause();
        _exit(0);
    }

    assert_int_equal(read(pipes[0], &c, 1), 1);
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_FAILED);
    assert_non_null(strstr(rack.call.text, "stays locked"));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_OK);
    close(pipes[0]);
    close(pipes[1]);
}


/* a descriptor that allocates nothing is as good as a full disk */

static void
a_full_disk_refuses_what_needs_room(void **state)
{
    int                fd, full;
    uint64_t           changes;
    bmc_sim_store_t   *st = rack.shared;
    bmc_hostconf_t     host;
    bmc_unit_t         unit;
    bmc_sim_unit_t     u;

    full = open("/dev/null", O_RDONLY|O_CLOEXEC);
    assert_int_not_equal(full, -1);
    fd = st->fd;
    st->fd = full;

    assert_int_equal(rack_ask(BMC_POWER_FORCE_OFF, ""), BMC_REFUSED);
    assert_non_null(strstr(rack.call.text, "disk"));
    assert_int_equal(rack_ask(BMC_LOG_READ, ""), BMC_REFUSED);
    assert_int_equal(rack_ask(BMC_USERS_LIST, ""), BMC_REFUSED);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
    changes = (uint64_t) rack_count("changes");
    assert_int_equal(changes, 1);

    /* the next chunk of machines cannot be made either */

    atomic_store(&st->header->count, BMC_SIM_CHUNK);
    memset(&unit, 0, sizeof(unit));
    memset(&u, 0, sizeof(u));
    host = rack.host;
    host.name = "n2";
    unit.host = &host;
    unit.conf = &rack.conf;
    unit.state = &u;
    assert_int_equal(bmc_driver_sim.open(&unit), BMC_FAILED);
    unit.shared = st;
    assert_int_equal(bmc_driver_sim.open(&unit), BMC_FAILED);
    assert_null(bmc_sim_find(st, "n2"));

    atomic_store(&st->header->count, BMC_SIM_MACHINES);
    assert_int_equal(bmc_driver_sim.open(&unit), BMC_FAILED);
    atomic_store(&st->header->count, 1);

    st->fd = fd;
    close(full);
    assert_int_equal(rack_ask(BMC_POWER_FORCE_OFF, ""), BMC_OK);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
}


static void
a_file_too_large_for_us_is_not_half_made(void **state)
{
    int            status;
    char           why[BMC_TEXT_MAX];
    pid_t          pid;
    struct rlimit  rl;

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        unlink(rack.path);
        signal(SIGXFSZ, SIG_IGN);
        rl.rlim_cur = 4096;
        rl.rlim_max = 4096;

        if (setrlimit(RLIMIT_FSIZE, &rl) == -1
            || bmc_driver_sim.load(&rack.fleet, why) != NULL
            || strstr(why, "cannot make") == NULL)
        {
            _exit(1);
        }

        _exit(0);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_non_null(bmc_sim_find(rack.shared, "n1"));
}


static void
a_path_too_long_is_said_to_be(void **state)
{
    char         why[BMC_TEXT_MAX], path[5000];
    bmc_fleet_t  fleet = rack.fleet;

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    fleet.state = path;
    assert_null(bmc_driver_sim.load(&fleet, why));
    assert_non_null(strstr(why, "too long"));
}


static void
an_idle_machine_is_small(void **state)
{
    assert_true(sizeof(bmc_sim_unit_t) <= 256);
    assert_true(sizeof(bmc_sim_machine_t) <= 2048);
}


#define RACK(test)  cmocka_unit_test_setup_teardown(test, rack_setup,        \
                                                    rack_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        RACK(a_machine_outlives_everyone_who_used_it),
        RACK(a_fleet_without_simulated_hosts_leaves_no_file),
        RACK(a_file_of_something_else_is_refused),
        RACK(a_file_of_another_version_is_refused),
        RACK(a_truncated_file_is_refused),
        RACK(a_file_whose_making_was_interrupted_is_made_again),
        RACK(what_cannot_be_opened_is_named),
        RACK(a_restart_of_the_computer_frees_locks_and_shifts_the_clock),
        RACK(many_machines_are_found_by_name),
        RACK(a_damaged_machine_leads_nowhere),
        RACK(a_killed_owner_leaves_a_whole_machine),
        RACK(processes_that_make_the_same_machine_make_one),
        RACK(a_stopped_owner_is_not_waited_for_for_ever),
        RACK(a_full_disk_refuses_what_needs_room),
        RACK(a_file_too_large_for_us_is_not_half_made),
        RACK(a_path_too_long_is_said_to_be),
        RACK(an_idle_machine_is_small)
    };

    return cmocka_run_group_tests_name("sim_state", tests, NULL, NULL);
}
