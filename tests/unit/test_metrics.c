
/*
 * Copyright (C) the bmcgate authors
 *
 * What Prometheus reads.
 */


#include "core_rig.h"


#define SCRAPE  (1 << 20)


static char      scrape[SCRAPE];
static size_t    scraped;
static unsigned  pieces;


/* in pieces of this size, each of which must be whole lines */

static void
read_all(const bmc_actor_t *actor, size_t size)
{
    char              *piece;
    size_t             n;
    bmc_metrics_at_t   at;

    memset(&at, 0, sizeof(at));
    piece = malloc(size + 1);
    assert_non_null(piece);
    scraped = 0;
    pieces = 0;

    for ( ;; ) {
        piece[size] = 'x';
        n = bmc_metrics(rig.b, actor, &at, piece, size);
        assert_true(piece[size] == 'x');

        if (n == 0) {
            break;
        }

        assert_true(n <= size && n < SCRAPE - scraped);
        assert_true(piece[n - 1] == '\n');
        memcpy(scrape + scraped, piece, n);
        scraped += n;
        pieces++;
    }

    scrape[scraped] = '\0';
    free(piece);
}


static bool
has(const char *line)
{
    size_t       len;
    const char  *p;

    len = strlen(line);

    for (p = scrape; (p = strstr(p, line)) != NULL; p += len) {
        if ((p == scrape || p[-1] == '\n') && p[len] == '\n') {
            return true;
        }
    }

    return false;
}


static unsigned
count(const char *words)
{
    unsigned     n;
    const char  *p;

    for (n = 0, p = scrape; (p = strstr(p, words)) != NULL; p++) {
        n++;
    }

    return n;
}


static double
value(const char *series)
{
    char         line[256];
    const char  *p;

    (void) snprintf(line, sizeof(line), "\n%s ", series);
    p = strstr(scrape, line);

    return p != NULL ? atof(p + strlen(line)) : -1;
}


static void
tell(const char *name, const bmc_view_t *v, const bmc_sensor_t *s, size_t n)
{
    uint32_t  slot;

    slot = bmc_slot_of(rig.b, bmc_host(rig.base, name), true);
    bmc_board_write(rig.b->board, slot, v);

    if (n > 0) {
        bmc_board_write_sensors(rig.b->board, slot, s, n);
    }
}


static void
a_host_has_its_series(void **state)
{
    bmc_view_t    v;
    bmc_sensor_t  s[5];

    rig_open("host n1 { groups rack1 gpu; " RIG_SIM "} "
        "host n[2-3] { " RIG_SIM "}", 0);
    memset(&v, 0, sizeof(v));
    v.power = BMC_POWER_IS_ON;
    v.power_at = bmc_now() - 5000;
    v.reach = BMC_REACH_YES;
    v.health = BMC_HEALTH_CRITICAL;
    v.watts = 250.5F;
    v.watts_at = v.sensors_at = v.changed_at = v.power_at;

    memset(s, 0, sizeof(s));
    (void) snprintf(s[0].name, sizeof(s[0].name), "CPU \"1\"\\\n");
    s[0].value = 40.1F;
    s[0].unit = BMC_UNIT_CELSIUS;
    s[0].state = BMC_SENSOR_WARNING;
    (void) snprintf(s[1].name, sizeof(s[1].name), "Temp");
    s[1].value = 20;
    s[1].unit = BMC_UNIT_CELSIUS;
    s[1].state = BMC_SENSOR_OK;
    s[2] = s[1];
    s[2].value = 21;
    memset(s[3].name, 0xff, sizeof(s[3].name));
    s[3].value = __builtin_inff();
    s[3].unit = BMC_UNIT_RPM;
    s[4].value = __builtin_nanf("");
    s[4].unit = BMC_UNIT_RPM;
    tell("n1", &v, s, 5);

    memset(&v, 0, sizeof(v));
    v.power = BMC_POWER_IS_OFF;
    v.power_at = bmc_now();
    v.reach = BMC_REACH_NO;
    v.failures = 7;
    tell("n2", &v, NULL, 0);

    read_all(NULL, 65536);

    assert_true(has("bmcgate_hosts 3"));
    assert_true(has("bmcgate_host_power{host=\"n1\",group=\"rack1,gpu\"} 1"));
    assert_true(has("bmcgate_host_power{host=\"n2\",group=\"\"} 0"));
    assert_true(has("bmcgate_host_power{host=\"n3\",group=\"\"} NaN"));
    assert_true(has("bmcgate_host_reachable{host=\"n1\",group=\"rack1,gpu\"} "
                    "1"));
    assert_true(has("bmcgate_host_reachable{host=\"n2\",group=\"\"} 0"));
    assert_true(has("bmcgate_host_reachable{host=\"n3\",group=\"\"} NaN"));
    assert_true(has("bmcgate_host_health{host=\"n1\",group=\"rack1,gpu\"} "
                    "2"));
    assert_true(has("bmcgate_host_watts{host=\"n1\",group=\"rack1,gpu\"} "
                    "250.5"));
    assert_true(has("bmcgate_host_failures{host=\"n2\",group=\"\"} 7"));
    assert_true(value("bmcgate_host_age_seconds{host=\"n1\","
                      "group=\"rack1,gpu\"}") >= 5);
    assert_true(value("bmcgate_host_change_age_seconds{host=\"n1\","
                      "group=\"rack1,gpu\"}") >= 5);
    assert_true(value("bmcgate_host_sensors_age_seconds{host=\"n1\","
                      "group=\"rack1,gpu\"}") >= 5);

    /* no float's noise; names are quoted, and each is another */

    assert_true(has("bmcgate_sensor_value{host=\"n1\",group=\"rack1,gpu\","
        "sensor=\"CPU \\\"1\\\"\\\\ \",unit=\"celsius\"} 40.1"));
    assert_true(has("bmcgate_sensor_value{host=\"n1\",group=\"rack1,gpu\","
        "sensor=\"Temp\",unit=\"celsius\"} 20"));
    assert_true(has("bmcgate_sensor_value{host=\"n1\",group=\"rack1,gpu\","
        "sensor=\"Temp\",number=\"2\",unit=\"celsius\"} 21"));
    assert_true(has("bmcgate_sensor_state{host=\"n1\",group=\"rack1,gpu\","
        "sensor=\"Temp\",unit=\"celsius\"} 0"));
    assert_int_equal(count("} +Inf\n"), 1);
    assert_int_equal(count("\nbmcgate_sensor_value{"), 4);
}


static void
numbers_are_as_short_as_they_can_be(void **state)
{
    size_t        i;
    char          line[128];
    bmc_view_t    v;
    bmc_sensor_t  s;

    static const struct {
        float        value;
        const char  *text;
    } numbers[] = {
        { 0, "0" }, { 1, "1" }, { -1, "-1" }, { 0.5F, "0.5" },
        { -0.25F, "-0.25" }, { 40.1F, "40.1" }, { 12.048F, "12.048" },
        { 3.3F, "3.3" }, { 1.005F, "1.005" }, { 0.1234567F, "0.1234567" },
        { 123456.7F, "123456.7" }, { 16777216, "16777216" },
        { 1e20F, "1e+20" }, { 1e-9F, "1e-09" }, { -0.05F, "-0.05" }
    };

    rig_open("host n1 { " RIG_SIM "}", 0);
    memset(&v, 0, sizeof(v));
    memset(&s, 0, sizeof(s));
    (void) snprintf(s.name, sizeof(s.name), "S");
    s.unit = BMC_UNIT_VOLTS;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        s.value = numbers[i].value;
        tell("n1", &v, &s, 1);
        read_all(NULL, 65536);
        (void) snprintf(line, sizeof(line), "bmcgate_sensor_value{host="
            "\"n1\",group=\"\",sensor=\"S\",unit=\"volts\"} %s",
            numbers[i].text);

        if (!has(line)) {
            (void) dprintf(2, "not there: %s\n", line);
        }

        assert_true(has(line));
    }
}


/* one more or less than a line, or than two, must not lose or repeat any */

static void
the_size_of_pieces_does_not_show(void **state)
{
    char          *whole;
    size_t         i, size, len;
    bmc_view_t     v;
    bmc_sensor_t   s[40];

    rig_open("host n[1-5] { groups rack1; " RIG_SIM "}", 0);
    memset(&v, 0, sizeof(v));
    memset(s, 0, sizeof(s));
    v.power = BMC_POWER_IS_ON;

    for (i = 0; i < 40; i++) {
        (void) snprintf(s[i].name, sizeof(s[i].name), "Fan%zu", i);
        s[i].value = (float) i;
        s[i].unit = BMC_UNIT_RPM;
        s[i].state = BMC_SENSOR_OK;
    }

    tell("n2", &v, s, 40);
    tell("n4", &v, s, 3);

    read_all(NULL, SCRAPE / 2);
    len = scraped;
    whole = strdup(scrape);
    assert_non_null(whole);

    for (size = 1600; size < 1800; size++) {
        read_all(NULL, size);
        assert_true(pieces > len / size);
        assert_int_equal(scraped, len);
        assert_memory_equal(scrape, whole, len);
    }

    /* lines that are too long for any piece are left out, not waited for */

    read_all(NULL, 100);
    assert_true(has("bmcgate_hosts 5"));
    assert_true(scraped < len);
    read_all(NULL, 1);
    assert_int_equal(scraped, 0);
    free(whole);
}


static void
each_family_is_told_once_and_together(void **state)
{
    char      *line, *rest, name[128], last[128];
    unsigned   helps, types;

    rig_open("host n[1-3] { " RIG_SIM "}", 0);
    read_all(NULL, 2000);
    helps = types = 0;
    last[0] = '\0';

    for (line = strtok_r(scrape, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
    {
        if (sscanf(line, "# HELP %127s", name) == 1) {
            helps++;
            (void) snprintf(last, sizeof(last), "%s", name);

        } else if (sscanf(line, "# TYPE %127s", name) == 1) {
            types++;
            assert_string_equal(name, last);

        } else {
            assert_int_equal(strncmp(line, last, strlen(last)), 0);
        }
    }

    assert_int_equal(helps, types);
    assert_true(helps > 15);
}


static void
who_may_not_read_a_host_does_not_see_it(void **state)
{
    static const bmc_actor_t  reader = {
        .kind = BMC_ACTOR_USER, .name = "reader", .from = "test"
    };

    rig_open("user reader { password_hash \"$6$a$b\"; role reader; "
        "hosts n2; } host n[1-3] { " RIG_SIM "}", 0);
    read_all(&reader, 65536);
    assert_int_equal(count("\nbmcgate_host_power{"), 1);
    assert_int_equal(count("host=\"n1\""), 0);
    assert_true(has("bmcgate_host_power{host=\"n2\",group=\"\"} NaN"));
}


/* 20,000 hosts that nobody may see are looked at in several calls */

static void
a_scrape_of_nothing_is_in_pieces_too(void **state)
{
    static const bmc_actor_t  nobody = {
        .kind = BMC_ACTOR_USER, .name = "nobody", .from = "test"
    };

    rig_open("host n[1-20000] { driver sim; }", 0);
    read_all(&nobody, 65536);
    assert_true(pieces > 8);
    assert_int_equal(count("host=\"n1\""), 0);
    assert_true(has("bmcgate_hosts 20000"));
}


static void
operations_are_counted_by_what_became_of_them(void **state)
{
    rig_ask_t      a;
    bmc_request_t  req;

    static const bmc_actor_t  stranger = {
        .kind = BMC_ACTOR_KEY, .name = "stranger", .from = "test"
    };

    rig_open("limit changes 1/h; host n[1-2] { timeout 200ms; " RIG_SIM "}",
        0);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_ON, 0), BMC_OK);
    assert_int_equal(rig_ask(&a, "n1", BMC_POWER_OFF, 0), BMC_LIMITED);
    assert_int_equal(rig_read(rig.b, "n1"), BMC_OK);
    rig_fault("n2", "dead");
    assert_int_not_equal(rig_read(rig.b, "n2"), BMC_OK);
    req = rig_request("n1", BMC_POWER_STATUS, 0);
    req.actor = &stranger;
    assert_int_equal(bmc_submit(rig.b, &req, rig_done, &a, NULL, rig.why),
        BMC_DENIED);

    read_all(NULL, 65536);
    assert_true(has("bmcgate_operations_total{verb=\"power.on\","
                    "result=\"ok\"} 1"));
    assert_true(has("bmcgate_operations_total{verb=\"power.off\","
                    "result=\"limited\"} 1"));
    assert_true(has("bmcgate_operations_total{verb=\"power.status\","
                    "result=\"denied\"} 1"));
    assert_true(value("bmcgate_operations_total{verb=\"power.status\","
                      "result=\"ok\"}") >= 1);
    assert_true(value("bmcgate_bmc_seconds_count{verb=\"power.on\"}") == 1);
    assert_true(value("bmcgate_bmc_seconds_bucket{verb=\"power.on\","
                      "le=\"+Inf\"}") == 1);
    assert_true(value("bmcgate_bmc_seconds_sum{verb=\"power.on\"}") > 0);
    assert_true(value("bmcgate_bmc_seconds_bucket{verb=\"power.status\","
                      "le=\"30\"}")
                >= value("bmcgate_bmc_seconds_bucket{verb="
                         "\"power.status\",le=\"0.001\"}"));
}


static void
logins_that_failed_are_counted(void **state)
{
    rig_open("host n1 { " RIG_SIM "}", 0);
    (void) bmc_who_failed(rig.b, "192.0.2.1", "http");
    (void) bmc_who_failed(rig.b, "192.0.2.1", "http");
    read_all(NULL, 65536);
    assert_true(has("bmcgate_logins_total{result=\"wrong-key\"} 2"));
    assert_true(has("bmcgate_logins_total{result=\"ok\"} 0"));
    assert_true(has("bmcgate_logins_total{result=\"wrong-password\"} 0"));
    assert_true(has("bmcgate_logins_total{result=\"limited\"} 0"));
}


/* of the other one we know no host: its leases are on the board */

static void
each_process_tells_what_it_holds_and_does(void **state)
{
    char              series[128];
    rig_ask_t         a;
    rig_process_t     p;
    bmc_board_peer_t  self;

    static const bmc_actor_t  nobody = {
        .kind = BMC_ACTOR_USER, .name = "nobody", .from = "test"
    };

    rig_open("host n[1-3] { timeout 2s; driver sim; "
        "sim { latency 300ms; } }", 0);
    p = rig_fork(rig_hold_n1);
    read_all(&nobody, 65536);

    assert_true(has("bmcgate_processes 2"));
    (void) snprintf(series, sizeof(series), "bmcgate_leases{process=\"%d\"}",
        (int) p.pid);
    assert_true(value(series) == 1);
    (void) snprintf(series, sizeof(series), "bmcgate_leases{process=\"%d\"}",
        (int) getpid());
    assert_true(value(series) == 0);

    assert_int_equal(rig_submit(rig.b, &a, "n2", BMC_POWER_STATUS, BMC_FRESH,
        0), BMC_OK);
    (void) snprintf(series, sizeof(series),
        "bmcgate_operations_inflight{process=\"%d\"}", (int) getpid());
    read_all(NULL, 65536);
    assert_true(value(series) == 1);
    assert_true(bmc_board_peer(rig.b->board, bmc_board_self(rig.b->board),
                               &self));
    assert_int_equal(self.load, 1);
    assert_true(rig_until(rig.b, &a.done, 1, RIG_WAIT));
    read_all(NULL, 65536);
    assert_true(value(series) == 0);
    assert_true(bmc_board_peer(rig.b->board, bmc_board_self(rig.b->board),
                               &self));
    assert_int_equal(self.load, 0);

    assert_int_equal(rig_end(&p, 0), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(a_host_has_its_series),
        rig_test(numbers_are_as_short_as_they_can_be),
        rig_test(the_size_of_pieces_does_not_show),
        rig_test(each_family_is_told_once_and_together),
        rig_test(who_may_not_read_a_host_does_not_see_it),
        rig_test(a_scrape_of_nothing_is_in_pieces_too),
        rig_test(operations_are_counted_by_what_became_of_them),
        rig_test(logins_that_failed_are_counted),
        rig_test(each_process_tells_what_it_holds_and_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
