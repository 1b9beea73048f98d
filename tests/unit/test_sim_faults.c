
/*
 * Copyright (C) the bmcgate authors
 */


#include "sim_rack.h"


static void
one_session_serves_every_command(void **state)
{
    rack_power();
    rack_power();
    rack_ask(BMC_POWER_RESET, "");
    assert_int_equal(rack_count("sessions"), 1);
    assert_int_equal(rack_count("logins"), 1);

    fake_close(&rack.unit);
    assert_int_equal(((bmc_sim_store_t *) rack.shared)->chunk->machine[0]
        .data[((bmc_sim_store_t *) rack.shared)->chunk->machine[0].valid & 1]
        .slot[0].id, 0);
}


static void
closing_takes_as_long_as_an_answer_and_ends_what_waits(void **state)
{
    uint64_t  began;

    rack.conf.latency = 50;
    rack_power();
    fake_run(&rack.unit, &rack.call, BMC_POWER_STATUS, NULL, 5000);
    assert_int_equal(rack.call.ended, 0);

    began = uv_now(&rack.loop);
    fake_close(&rack.unit);
    assert_int_equal(rack.call.ended, 1);
    assert_int_equal(rack.call.rc, BMC_CANCELLED);
    uv_update_time(&rack.loop);
    assert_true(uv_now(&rack.loop) - began >= 50);
}


static void
answers_take_their_time(void **state)
{
    rack.conf.latency = 20;
    rack.conf.login = 40;
    rack_power();
    assert_true(rack.call.took >= 60);
    rack_power();
    assert_true(rack.call.took >= 20);
    assert_int_equal(rack_count("logins"), 1);
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_OK);
    assert_true(rack.call.took >= 20);
}


static void
a_claim_that_is_denied_sends_nothing(void **state)
{
    rack.call.deny = true;
    assert_int_equal(rack_ask(BMC_POWER_FORCE_OFF, ""), BMC_CANCELLED);
    rack.call.deny = false;
    assert_int_equal(rack_count("changes"), 0);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
}


static bmc_rc_t
ask_for(bmc_verb_t verb, uint64_t timeout)
{
    fake_free(&rack.call);
    fake_run(&rack.unit, &rack.call, verb, NULL, timeout);
    fake_wait(&rack.unit, &rack.call, 5000);
    assert_int_equal(rack.call.ended, 1);

    return rack.call.rc;
}


static void
a_dead_bmc_is_unreachable_at_the_deadline_and_claims_nothing(void **state)
{
    rack_fault("dead");
    assert_int_equal(ask_for(BMC_POWER_FORCE_OFF, 60), BMC_UNREACHABLE);
    assert_true(rack.call.took >= 60);
    assert_int_equal(rack.call.claims, 0);
    assert_int_equal(ask_for(BMC_POWER_STATUS, 20), BMC_UNREACHABLE);
    rack_fault(NULL);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
    assert_int_equal(rack_count("changes"), 0);
}


static void
a_bmc_that_dies_under_a_session_gets_one_claimed_change(void **state)
{
    rack_power();
    rack_fault("dead");
    assert_int_equal(ask_for(BMC_POWER_FORCE_OFF, 30), BMC_UNREACHABLE);
    assert_int_equal(rack.call.claims, 1);
    assert_int_equal(ask_for(BMC_POWER_FORCE_OFF, 30), BMC_UNREACHABLE);
    assert_int_equal(rack.call.claims, 0);
    rack_fault(NULL);
    rack_power();
    assert_int_equal(rack_count("logins"), 1);
    assert_int_equal(rack_count("changes"), 0);
}


static void
a_mute_bmc_takes_the_command_and_never_answers(void **state)
{
    rack_fault("mute");
    assert_int_equal(ask_for(BMC_POWER_FORCE_OFF, 40), BMC_UNREACHABLE);
    assert_int_equal(rack.call.claims, 1);
    assert_int_equal(rack_count("changes"), 1);
    assert_int_equal(ask_for(BMC_POWER_STATUS, 20), BMC_UNREACHABLE);
}


static void
a_slow_bmc_answers_in_the_end_or_too_late(void **state)
{
    rack_fault("slow=80ms");
    assert_int_equal(ask_for(BMC_POWER_FORCE_OFF, 2000), BMC_OK);
    assert_true(rack.call.took >= 80);
    assert_int_equal(ask_for(BMC_POWER_RESET, 20), BMC_UNREACHABLE);
    assert_int_equal(rack.call.claims, 1);
    assert_int_equal(rack_count("changes"), 2);
    assert_int_equal(ask_for(BMC_POWER_RESET, 2000), BMC_REFUSED);
    assert_true(rack.call.took >= 80);
}


static void
a_busy_bmc_says_so_for_a_while(void **state)
{
    rack_fault("busy=200ms");
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_BUSY);
    assert_string_equal(rack.call.text, "node busy (IPMI: 0xC0)");
    assert_int_equal(rack_count("changes"), 0);
    rack_sleep(250);
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_OK);

    rack_fault("busy");
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_BUSY);
}


static void
a_lying_bmc_reports_the_opposite(void **state)
{
    rack_fault("lies");
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
    assert_int_equal(rack_ask(BMC_RAW, "netfn=00 cmd=01"), BMC_OK);
    assert_string_equal(rack_string("data"), "60 00 40");
    rack_fault(NULL);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
}


static void
a_lost_change_was_accepted_and_never_happened(void **state)
{
    rack_fault("loses");
    assert_int_equal(rack_ask(BMC_POWER_FORCE_OFF, ""), BMC_OK);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);
    assert_int_equal(rack_count("changes"), 1);
}


static void
a_bmc_that_dies_has_made_the_change(void **state)
{
    rack_fault("dies");
    assert_int_equal(ask_for(BMC_POWER_FORCE_OFF, 30), BMC_UNREACHABLE);
    assert_int_equal(rack.call.claims, 1);
    assert_int_equal(ask_for(BMC_POWER_STATUS, 30), BMC_UNREACHABLE);
    rack_fault(NULL);
    assert_int_equal(rack_power(), BMC_POWER_IS_OFF);
}


static void
a_bmc_without_nmi_cannot(void **state)
{
    rack_fault("no-nmi");
    assert_int_equal(rack_ask(BMC_POWER_NMI, ""), BMC_UNSUPPORTED);
    assert_true(bmc_driver_sim.can(&rack.host, &rack.conf, BMC_POWER_NMI));
    assert_false(bmc_driver_sim.can(&rack.host, &rack.conf, BMC_RETRY));
    rack.conf.faults.bits = BMC_SIM_NO_NMI;
    assert_false(bmc_driver_sim.can(&rack.host, &rack.conf, BMC_POWER_NMI));
}


static void
a_full_bmc_has_no_session_for_us(void **state)
{
    rack_fault("full");
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_BUSY);
    assert_string_equal(rack.call.text, "no free session slot");
    assert_int_equal(rack.call.claims, 0);
}


static void
a_refused_login_claims_nothing(void **state)
{
    rack_fault("refuses-login");
    assert_int_equal(rack_ask(BMC_POWER_RESET, ""), BMC_BAD_LOGIN);
    assert_int_equal(rack.call.claims, 0);
    assert_int_equal(rack_count("sessions"), 0);
    assert_int_equal(rack_count("refused"), 1);
}


static void
required_credentials_are_compared(void **state)
{
    bmc_secret_t  want, have;

    memset(&want, 0, sizeof(want));
    want.kind = BMC_SECRET_WORD;
    want.word = "right";
    have = want;
    have.word = "wrong";

    rack.conf.require_user = "admin";
    rack.conf.require_password = &want;
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_BAD_LOGIN);
    rack.host.user = "admin";
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_BAD_LOGIN);
    rack.host.password = &have;
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_BAD_LOGIN);
    have.word = "right";
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_OK);
    rack.host.user = "root";
    rack.conf.require_password = NULL;
    fake_close(&rack.unit);
    fake_open(&rack.unit, &bmc_driver_sim, &rack.host, &rack.conf,
              rack.shared, &rack.loop);
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_BAD_LOGIN);
}


static void
a_reset_bmc_is_gone_for_a_while_and_forgets_sessions(void **state)
{
    assert_int_equal(rack_ask(BMC_BMC_RESET, "kind=cold"), BMC_OK);
    assert_int_equal(rack_count("sessions"), 0);
    assert_int_equal(ask_for(BMC_POWER_STATUS, 10), BMC_UNREACHABLE);
    assert_int_equal(ask_for(BMC_POWER_STATUS, 2000), BMC_OK);
    assert_int_equal(rack_count("logins"), 2);
    assert_int_equal(rack_power(), BMC_POWER_IS_ON);

    assert_int_equal(rack_ask(BMC_BMC_RESET, "kind=warm"), BMC_OK);
    assert_int_equal(ask_for(BMC_POWER_STATUS, 2000), BMC_OK);
}


static void
a_cancelled_call_ends_at_once(void **state)
{
    rack.conf.latency = 1000;
    fake_run(&rack.unit, &rack.call, BMC_POWER_STATUS, NULL, 5000);
    bmc_driver_sim.cancel(&rack.unit.unit, &rack.call.call);
    assert_int_equal(rack.call.ended, 1);
    assert_int_equal(rack.call.rc, BMC_CANCELLED);

    fake_run(&rack.unit, &rack.call, BMC_POWER_RESET, NULL, 5000);
    assert_int_equal(rack.call.claims, 1);
    bmc_driver_sim.cancel(&rack.unit.unit, &rack.call.call);
    assert_int_equal(rack.call.rc, BMC_TIMEOUT);
    rack.conf.latency = 0;
}


static void
every_change_is_remembered_without_its_secrets(void **state)
{
    char            *text;
    json_t          *list;
    bmc_sim_data_t  *d;
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    rack_ask(BMC_IDENTIFY_SET, "state=on seconds=17");
    rack_ask(BMC_USERS_SET, "name=eve password=tops3cret role=user");

    d = bmc_sim_lock(rack.shared, u->machine, bmc_now());
    list = bmc_sim_changes_json(bmc_sim_room(rack.shared, u->machine, d), d);
    bmc_sim_unlock(u->machine);

    assert_int_equal(json_array_size(list), 2);
    assert_string_equal(json_string_value(json_object_get(
        json_array_get(list, 0), "tag")), "state=on seconds=17");
    text = json_dumps(list, 0);
    assert_null(strstr(text, "tops3cret"));
    free(text);
    json_decref(list);
}


static void
faults_nobody_knows_are_explained(void **state)
{
    char              why[BMC_TEXT_MAX];
    bmc_sim_faults_t  f;

    memset(&f, 0, sizeof(f));
    assert_false(bmc_sim_fault_add(&f, "deaf", why));
    assert_non_null(strstr(why, "unknown fault \"deaf\", expected dead"));
    assert_false(bmc_sim_fault_add(&f, "slow", why));
    assert_false(bmc_sim_fault_add(&f, "slow=x", why));
    assert_false(bmc_sim_fault_add(&f, "dead=3s", why));
    assert_non_null(strstr(why, "\"dead=3s\""));
    assert_int_equal(f.bits, 0);
}


/* Sessions of the dead */

static pid_t
session_of_another(bool leave)
{
    pid_t            pid;
    bmc_sim_data_t  *d;
    bmc_sim_unit_t  *u = rack.unit.unit.state;

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        d = bmc_sim_lock(rack.shared, u->machine, bmc_now());
        bmc_sim_slot_take(rack.shared, d, 4, 60000, bmc_now());
        bmc_sim_unlock(u->machine);

        if (leave) {
            kill(getpid(), SIGKILL);
        }

        pause();
        _exit(0);
    }

    return pid;
}


static void
wait_for_sessions(long n)
{
    int  i;

    for (i = 0; i < 400 && rack_count("sessions") != n; i++) {
        usleep(5000);
    }

    assert_int_equal(rack_count("sessions"), n);
}


static void
two_living_sessions_are_noticed(void **state)
{
    pid_t  pid;

    pid = session_of_another(false);
    wait_for_sessions(1);
    rack_power();
    assert_int_equal(rack_count("sessions_live"), 2);
    assert_int_equal(rack_count("sessions_live_max"), 2);

    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(rack_count("sessions_live"), 1);
    assert_int_equal(rack_count("sessions"), 2);
}


static void
dead_sessions_fill_the_bmc_until_they_time_out(void **state)
{
    int  i;

    for (i = 0; i < 4; i++) {
        waitpid(session_of_another(true), NULL, 0);
    }

    assert_int_equal(rack_count("sessions"), 4);
    assert_int_equal(rack_count("sessions_live"), 0);
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_BUSY);
    rack.conf.session_timeout = 0;
    assert_int_equal(rack_ask(BMC_POWER_STATUS, ""), BMC_OK);
    assert_int_equal(rack_count("sessions"), 1);
    assert_int_equal(rack_count("sessions_live_max"), 1);
}


#define RACK(test)  cmocka_unit_test_setup_teardown(test, rack_setup,        \
                                                    rack_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        RACK(one_session_serves_every_command),
        RACK(closing_takes_as_long_as_an_answer_and_ends_what_waits),
        RACK(answers_take_their_time),
        RACK(a_claim_that_is_denied_sends_nothing),
        RACK(a_dead_bmc_is_unreachable_at_the_deadline_and_claims_nothing),
        RACK(a_bmc_that_dies_under_a_session_gets_one_claimed_change),
        RACK(a_mute_bmc_takes_the_command_and_never_answers),
        RACK(a_slow_bmc_answers_in_the_end_or_too_late),
        RACK(a_busy_bmc_says_so_for_a_while),
        RACK(a_lying_bmc_reports_the_opposite),
        RACK(a_lost_change_was_accepted_and_never_happened),
        RACK(a_bmc_that_dies_has_made_the_change),
        RACK(a_bmc_without_nmi_cannot),
        RACK(a_full_bmc_has_no_session_for_us),
        RACK(a_refused_login_claims_nothing),
        RACK(required_credentials_are_compared),
        RACK(a_reset_bmc_is_gone_for_a_while_and_forgets_sessions),
        RACK(a_cancelled_call_ends_at_once),
        RACK(every_change_is_remembered_without_its_secrets),
        RACK(faults_nobody_knows_are_explained),
        RACK(two_living_sessions_are_noticed),
        RACK(dead_sessions_fill_the_bmc_until_they_time_out)
    };

    return cmocka_run_group_tests_name("sim_faults", tests, NULL, NULL);
}
