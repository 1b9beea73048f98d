
/*
 * Copyright (C) the bmcgate authors
 *
 * What Prometheus refuses: a reader of its text format, as strict as its
 * own, reads whatever names sensors have.
 */


#include "core_rig.h"

#include <ctype.h>
#include <math.h>


#define FORMAT_MAX     (4 << 20)
#define FORMAT_SERIES  65536


static struct {
    char      text[FORMAT_MAX];
    char     *line[FORMAT_SERIES];   /* each series without its value */
    size_t    nlines;
    char      family[128];
    char      type[32];
    char      seen[64][128];
    size_t    nseen;
} format;


/* a name, or what may stand in one */

static char *
format_name(char *p)
{
    assert_true(isalpha((unsigned char) *p) || *p == '_');

    while (isalnum((unsigned char) *p) || *p == '_') {
        p++;
    }

    return p;
}


/* escapes are \\, \" and \n; nothing else may follow a backslash */

static char *
format_label(char *p)
{
    p = format_name(p);
    assert_int_equal(p[0], '=');
    assert_int_equal(p[1], '"');

    for (p += 2; *p != '"'; p++) {
        assert_true((unsigned char) *p >= 0x20 && *p != 0x7f);

        if (*p == '\\') {
            p++;
            assert_true(*p == '\\' || *p == '"' || *p == 'n');
        }
    }

    return p + 1;
}


static void
format_value(const char *p)
{
    char  *end;

    assert_int_equal(*p, ' ');
    p++;

    if (strcmp(p, "NaN") == 0 || strcmp(p, "+Inf") == 0
        || strcmp(p, "-Inf") == 0)
    {
        return;
    }

    assert_true(isdigit((unsigned char) *p) || *p == '-');
    (void) strtod(p, &end);
    assert_int_equal(*end, '\0');
}


/* of a histogram three kinds of lines are */

static void
format_of_family(const char *name, size_t len)
{
    size_t  n;

    n = strlen(format.family);
    assert_true(len >= n && strncmp(name, format.family, n) == 0);
    name += n;
    len -= n;

    assert_true(len == 0
                || (strcmp(format.type, "histogram") == 0
                    && ((len == 7 && strncmp(name, "_bucket", 7) == 0)
                        || (len == 4 && strncmp(name, "_sum", 4) == 0)
                        || (len == 6 && strncmp(name, "_count", 6) == 0))));
}


static void
format_series(char *line)
{
    char  *p;

    p = format_name(line);
    format_of_family(line, (size_t) (p - line));

    if (*p == '{') {
        do {
            p = format_label(p + 1);
        } while (*p == ',');

        assert_int_equal(*p, '}');
        p++;
    }

    format_value(p);
    *p = '\0';
    assert_true(format.nlines < FORMAT_SERIES);
    format.line[format.nlines++] = line;
}


/* each family begins once: HELP, TYPE, all its series */

static void
format_comment(const char *line)
{
    char    name[128];
    size_t  i;

    if (sscanf(line, "# HELP %127s", name) == 1) {
        assert_true(strlen(line) > strlen(name) + 8);

        for (i = 0; i < format.nseen; i++) {
            assert_string_not_equal(format.seen[i], name);
        }

        assert_true(format.nseen < 64);
        memcpy(format.seen[format.nseen++], name, sizeof(name));
        memcpy(format.family, name, sizeof(name));
        format.type[0] = '\0';
        return;
    }

    assert_int_equal(sscanf(line, "# TYPE %127s %31s", name, format.type), 2);
    assert_string_equal(name, format.family);
    assert_true(strcmp(format.type, "gauge") == 0
                || strcmp(format.type, "counter") == 0
                || strcmp(format.type, "histogram") == 0);
    assert_true(strcmp(format.type, "counter") != 0
                || strcmp(name + strlen(name) - 6, "_total") == 0);
}


static int
format_order(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}


static void
format_read(const bmc_actor_t *actor, size_t size)
{
    char              *line, *rest;
    size_t             i, n, len;
    bmc_metrics_at_t   at;

    memset(&format, 0, sizeof(format));
    memset(&at, 0, sizeof(at));

    for (len = 0; ; len += n) {
        assert_true(len + size < FORMAT_MAX);
        n = bmc_metrics(rig.b, actor, &at, format.text + len, size);
        assert_true(n <= size);

        if (n == 0) {
            break;
        }

        assert_int_equal(format.text[len + n - 1], '\n');
    }

    format.text[len] = '\0';
    assert_int_equal(strlen(format.text), len);

    for (line = strtok_r(format.text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
    {
        if (line[0] == '#') {
            format_comment(line);

        } else {
            assert_true(format.type[0] != '\0');
            format_series(line);
        }
    }

    qsort(format.line, format.nlines, sizeof(char *), format_order);

    for (i = 1; i < format.nlines; i++) {
        assert_string_not_equal(format.line[i - 1], format.line[i]);
    }
}


static size_t
format_count(const char *begin)
{
    size_t  i, n;

    for (i = 0, n = 0; i < format.nlines; i++) {
        n += strncmp(format.line[i], begin, strlen(begin)) == 0;
    }

    return n;
}


static void
format_tell(const char *host, const char *const *names, size_t n)
{
    size_t         i;
    uint32_t       slot;
    uint64_t       was;
    bmc_sensor_t   s[BMC_SENSOR_MAX];

    memset(s, 0, sizeof(s));

    for (i = 0; i < n; i++) {
        memcpy(s[i].name, names[i], strnlen(names[i], sizeof(s[i].name)));
        s[i].value = (float) i;
        s[i].unit = BMC_UNIT_CELSIUS;
        s[i].state = BMC_SENSOR_OK;
    }

    slot = bmc_slot_of(rig.b, bmc_host(rig.base, host), true);
    assert_true(bmc_lease_take(rig.b->board, slot, &was));
    bmc_board_write_sensors(rig.b->board, slot, s, n);
    bmc_lease_drop(rig.b->board, slot);
}


static void
sensors_that_look_alike_are_series_of_their_own(void **state)
{
    static const char *const  names[] = {

        "Temp", "Temp", "Temp #2", "Temp", "Temp #3", "Temp #2",

        /* alike when made printable */

        "A\x01", "A\x02", "A ", "A\x7f", "A\xff", "A\xfe", "A\xc3\xbc",
        "A\xef\xbf\xbd", "A\xff\xff", "A\xff\xfe", "A\x80",

        /* that end where the field does, and nameless ones */

        "0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcde", "", "", " ", "\x01",

        /* that would end a label */

        "a\",x=\"", "a\",x=\"", "\\", "\\\\", "\\n", "\n", "n"
    };

    size_t  n;

    n = sizeof(names) / sizeof(names[0]);
    rig_open("host n[1-2] { groups rack1 gpu; " RIG_SIM "}", 0);
    format_tell("n1", names, n);
    format_tell("n2", names, 2);
    format_read(NULL, 65536);
    assert_int_equal(format_count("bmcgate_sensor_value{host=\"n1\""), n);
    assert_int_equal(format_count("bmcgate_sensor_state{host=\"n1\""), n);
    assert_int_equal(format_count("bmcgate_sensor_value{host=\"n2\""), 2);

    /* … whose number goes on from one piece to the next */

    format_read(NULL, 1700);
    assert_int_equal(format_count("bmcgate_sensor_value{host=\"n1\""), n);
}


/* few letters, so that they often collide */

static void
whatever_their_names_are_the_text_can_be_read(void **state)
{
    char         name[BMC_SENSOR_MAX][33];
    size_t       i, k, turn;
    uint64_t     x;
    const char  *names[BMC_SENSOR_MAX];

    static const char  letters[] =
        "A #2\\\"\n\x01\x7f\x80\xbf\xc3\xbc\xef\xbd\xf0\x9f\xff";

    rig_open("host n1 { " RIG_SIM "}", 0);

    for (turn = 0, x = 88172645463325252ULL; turn < 60; turn++) {
        for (i = 0; i < BMC_SENSOR_MAX; i++) {
            memset(name[i], 0, sizeof(name[i]));
            names[i] = name[i];

            for (k = 0; k < turn % 33; k++) {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                name[i][k] = letters[(x >> 20) % (sizeof(letters) - 1)];

                if ((x >> 40) % 3 == 0) {
                    break;
                }
            }
        }

        format_tell("n1", names, BMC_SENSOR_MAX);
        format_read(NULL, 1800 + turn * 97);
        assert_int_equal(format_count("bmcgate_sensor_value{"),
                         BMC_SENSOR_MAX);
    }
}


static void
silent_hosts_stay_and_who_may_not_see_them_does_not(void **state)
{
    size_t  n;

    static const bmc_actor_t  reader = {
        .kind = BMC_ACTOR_KEY, .name = "grafana", .from = "test"
    };

    rig_open("key grafana { sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
        "2b0b822cd15d6c15b0f00a08; role reader; hosts n[1-2]; } "
        "host n[1-4] { timeout 200ms; " RIG_SIM "}", 0);
    format_read(NULL, 4096);
    n = format.nlines;
    assert_int_equal(format_count("bmcgate_host_power{"), 4);
    assert_int_equal(format_count("bmcgate_host_reachable{"), 4);

    rig_fault("n1", "dead");
    assert_int_not_equal(rig_read(rig.b, "n1"), BMC_OK);
    assert_int_equal(rig_read(rig.b, "n2"), BMC_OK);
    format_read(NULL, 4096);
    assert_true(format.nlines >= n);
    assert_int_equal(format_count("bmcgate_host_power{"), 4);
    assert_int_equal(format_count("bmcgate_host_reachable{host=\"n1\""), 1);

    format_read(&reader, 4096);
    assert_int_equal(format_count("bmcgate_host_power{"), 2);
    assert_int_equal(format_count("bmcgate_host_power{host=\"n3\""), 0);
    assert_int_equal(format_count("bmcgate_host_failures{"), 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        rig_test(sensors_that_look_alike_are_series_of_their_own),
        rig_test(whatever_their_names_are_the_text_can_be_read),
        rig_test(silent_hosts_stay_and_who_may_not_see_them_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
