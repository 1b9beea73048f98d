
/*
 * Copyright (C) the bmcgate authors
 */


#include "sim_rack.h"


static struct {
    unsigned  count;
    char      line[8][512];
} said;


static void
words_say(void *data, const char *line)
{
    if (said.count < 8) {
        snprintf(said.line[said.count++], sizeof(said.line[0]), "%s", line);
    }
}


static bmc_fleet_t *
words_read(const char *text)
{
    char   path[96];
    FILE  *f;

    snprintf(path, sizeof(path), "%s/bmcgate.conf", rack.dir);
    memset(&said, 0, sizeof(said));

    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fchmod(fileno(f), 0600), 0);
    fclose(f);

    return bmc_fleet_read(path, words_say, NULL);
}


static void
words_not_given_have_defaults(void **state)
{
    bmc_fleet_t           *fleet;
    const bmc_sim_conf_t  *c;

    fleet = words_read("host n1 { driver sim; }\n");
    assert_non_null(fleet);
    c = fleet->host[0].dconf[0];
    assert_non_null(c);
    assert_int_equal(c->latency, 0);
    assert_int_equal(c->login, 0);
    assert_int_equal(c->power, 1);
    assert_int_equal(c->power_delay, 1000);
    assert_int_equal(c->shutdown_time, 3000);
    assert_int_equal(c->cycle_gap, 1000);
    assert_int_equal(c->bmc_boot, 3000);
    assert_int_equal(c->sessions, 4);
    assert_int_equal(c->session_timeout, 60000);
    assert_int_equal(c->sensors, 16);
    assert_int_equal(c->faults.bits, 0);
    bmc_fleet_free(fleet);
}


static void
words_that_are_given_count_even_when_zero(void **state)
{
    bmc_fleet_t           *fleet;
    const bmc_sim_conf_t  *c;

    fleet = words_read("host n1 {\n    driver sim;\n    sim {\n"
        "power off; power_delay 0; shutdown_time 0; cycle_gap 0; "
        "bmc_boot 500ms; sessions 1; session_timeout 0; sensors 256; "
        "latency 20ms; require_user admin; require_password secret; "
        "fault slow=3s ignores-acpi; fault busy=1500ms;\n    }\n}\n");
    assert_non_null(fleet);
    c = fleet->host[0].dconf[0];
    assert_int_equal(c->latency, 20);
    assert_int_equal(c->login, 20);
    assert_int_equal(c->power, 0);
    assert_int_equal(c->power_delay, 0);
    assert_int_equal(c->bmc_boot, 500);
    assert_int_equal(c->session_timeout, 0);
    assert_int_equal(c->sensors, 256);
    assert_string_equal(c->require_user, "admin");
    assert_non_null(c->require_password);
    assert_int_equal(c->faults.bits,
                     BMC_SIM_SLOW|BMC_SIM_NO_ACPI|BMC_SIM_BUSY);
    assert_int_equal(c->faults.slow, 3000);
    assert_int_equal(c->faults.busy, 1500);
    bmc_fleet_free(fleet);
}


static void
faults_nobody_knows_are_told_with_their_line(void **state)
{
    assert_null(words_read("host n1 {\n    driver sim;\n    sim {\n"
                           "        fault deaf;\n        fault;\n"
                           "        sensors 300;\n    }\n}\n"));
    assert_int_equal(said.count, 3);
    assert_non_null(strstr(said.line[0], "bmcgate.conf:4: "));
    assert_non_null(strstr(said.line[0], "unknown fault \"deaf\""));
    assert_non_null(strstr(said.line[1], "bmcgate.conf:5: "));
    assert_non_null(strstr(said.line[2], "bmcgate.conf:6: "));
}


#define RACK(test)  cmocka_unit_test_setup_teardown(test, rack_setup,        \
                                                    rack_teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        RACK(words_not_given_have_defaults),
        RACK(words_that_are_given_count_even_when_zero),
        RACK(faults_nobody_knows_are_told_with_their_line)
    };

    return cmocka_run_group_tests_name("sim_words", tests, NULL, NULL);
}
