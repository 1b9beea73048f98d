
/*
 * Copyright (C) the bmcgate authors
 *
 * The event log of a BMC that is asked entry by entry, and what is kept of
 * it between reads.
 */


#include "ipmi_fake.h"

#include "base/clock.h"


#define SEL_MOST  3000


/* entries first to last, a record each; their bytes tell which they are */

static struct {
    unsigned  first;
    unsigned  last;              /* less than first: it is empty */
    unsigned  end;               /* what follows the last, if not 0xffff */
    unsigned  busy;              /* commands until it says so once */
    unsigned  hole;              /* an entry that was deleted */
    unsigned  from;              /* what has the mark */
    uint8_t   erased;            /* the stamp of that */
    uint8_t   mark;              /* in each record */
    bool      stampless;
} sel;


static void
says_info(const fake_command_t *c, fake_answer_t *a)
{
    unsigned  n;

    n = sel.last + 1 - sel.first - (sel.hole != 0);
    fake_bytes(a, 0x51, n & 0xff, (uint8_t) (n >> 8), 0xff, 0xff, 1, 2, 3,
               0x60, sel.erased, 2, 3, 0x60, 0x02);

    if (sel.stampless) {
        a->len = 5;
    }
}


static void
says_entry(const fake_command_t *c, fake_answer_t *a)
{
    unsigned  id, next;

    if (sel.busy != 0 && --sel.busy == 0) {
        a->code = BMC_IPMI_BUSY;
        return;
    }

    id = bmc_ipmi_le16(c->data + 2);
    id = id == 0 ? sel.first : id;

    if (id < sel.first || id > sel.last) {
        a->code = BMC_IPMI_ABSENT;
        return;
    }

    next = id < sel.last ? id + 1 + (id + 1 == sel.hole) : sel.end;
    fake_bytes(a, next & 0xff, (uint8_t) (next >> 8), id & 0xff,
               (uint8_t) (id >> 8), 2, 0, 0, 0x20, 0x69, 0x20, 0, 4, 8, 9,
               0x6f, 1, id >= sel.from ? sel.mark : 0, 0);
}


static void
clears(const fake_command_t *c, fake_answer_t *a)
{
    assert_memory_equal(c->data + 2, "CLR\xaa", 4);
    assert_int_equal(c->data[0], bmc.count);

    a->code = bmc.count < bmc.code ? BMC_IPMI_LOST : 0;
    fake_bytes(a, 0x01);
}


static void
says_reservation(const fake_command_t *c, fake_answer_t *a)
{
    bmc.count++;
    fake_bytes(a, (uint8_t) bmc.count, 0);
}


static const bmc_command_t  sel_bmc[] = {
    { 0x0a, 0x40, says_info }, { 0x0a, 0x42, says_reservation },
    { 0x0a, 0x43, says_entry }, { 0x0a, 0x47, clears }
};


static void
sel_is(unsigned first, unsigned last)
{
    memset(&sel, 0, sizeof(sel));
    sel.first = first;
    sel.last = last;
    sel.end = 0xffff;
    bmc_is(sel_bmc);
}


/* all entries are there, once each and in order; commands at most */

static void
assert_log(unsigned commands)
{
    size_t   i;
    json_t  *entries;

    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_OK);
    assert_in_range(fake.commands, 1, commands);

    entries = json_object_get(fake.call.answer.json, "entries");
    assert_int_equal(json_array_size(entries), sel.last + 1 - sel.first);

    for (i = 0; i < json_array_size(entries); i++) {
        assert_int_equal(json_integer_value(json_object_get(
            json_array_get(entries, i), "id")), sel.first + i);
    }
}


/* two commands look for sensor records; three more for what is new */

#define SEL_AGAIN  5


static void
what_a_deadline_cut_off_is_continued_by_the_next_read(void **state)
{
    sel_is(1, 1000);

    fake_run_until(BMC_LOG_READ, "", 400);
    assert_int_equal(fake.ended, 0);
    fake_run_until(BMC_LOG_READ, "", 400);
    assert_int_equal(fake.ended, 0);

    assert_log(220);
}


/* … and it is said before the deadline, when the BMC would seem dead */

static void
a_log_that_takes_too_long_is_busy(void **state)
{
    sel_is(1, 100);
    fake.hurry = 23;

    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_BUSY);
    assert_string_equal(fake.text, "event log: 20 of 100 were read in time; "
        "a longer timeout helps, and asking a running gateway again does, "
        "too");

    /* one at least, however short the time is */

    fake.hurry = 1;
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_BUSY);
    assert_int_equal(fake.kept.log.n, 21);

    fake.hurry = 0;
    assert_log(90);
}


static void
a_read_log_is_only_asked_for_what_is_new(void **state)
{
    sel_is(1, 1000);
    assert_log(1010);
    assert_log(SEL_AGAIN);

    sel.last += 20;
    assert_log(SEL_AGAIN + 20);
    assert_log(SEL_AGAIN);
}


static void
a_log_without_stamps_is_kept_too(void **state)
{
    sel_is(7, 100);
    sel.stampless = true;
    assert_log(110);
    sel.last++;
    assert_log(SEL_AGAIN + 1);
}


static void
an_erased_log_is_read_anew(void **state)
{
    sel_is(1, 100);
    assert_log(110);

    /* as many entries as before, and different ones */

    sel.erased = 1;
    sel.mark = 1;
    assert_log(110);
    assert_true(fake.commands >= 100);

    /* without the stamp, since it happened in the same second */

    sel.mark = 2;
    assert_log(110);
    assert_true(fake.commands >= 100);

    /* the end of it only */

    sel.mark = 3;
    sel.from = 50;
    assert_log(110);
    sel.mark = 4;
    assert_log(110);
    assert_true(fake.commands >= 100);

    /* emptied */

    sel.last = 0;
    assert_log(SEL_AGAIN);
    assert_int_equal(fake.kept.log.n, 0);
    sel.last = 3;
    assert_log(SEL_AGAIN + 3);
}


static void
an_entry_that_was_deleted_is_not_told(void **state)
{
    sel_is(1, 100);
    assert_log(110);

    sel.hole = 40;
    sel.erased = 1;
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_OK);
    assert_int_equal(json_array_size(json_object_get(fake.call.answer.json,
                                                     "entries")), 99);
    assert_null(strstr(fake_json(), "\"id\":40,"));
}


static void
a_log_that_overwrites_its_oldest_entries_loses_them(void **state)
{
    sel_is(1, 500);
    assert_log(510);

    sel.first += 40;
    sel.last += 40;
    assert_log(SEL_AGAIN + 40);
    assert_log(SEL_AGAIN);

    /* all that was read is gone */

    sel.first += 1000;
    sel.last += 1000;
    assert_log(510);
}


static void
entries_that_go_at_the_end_are_not_told(void **state)
{
    sel_is(1, 100);
    assert_log(110);

    sel.last = 90;
    assert_log(110);
}


/* asked with a wrong id, some tell the first entry */

static void
a_log_that_runs_in_circles_ends(void **state)
{
    static const unsigned  ends[] = { 0, 1, 50, 100 };
    size_t                 i;

    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        bmc_ipmi_forget(&fake.kept);
        sel_is(1, 100);
        sel.end = ends[i];
        assert_log(110);
        assert_log(SEL_AGAIN);
    }
}


static void
a_busy_bmc_costs_nothing_that_was_read(void **state)
{
    sel_is(1, 500);
    sel.busy = 400;

    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_BUSY);
    assert_int_equal(fake.kept.log.n, 399);
    assert_log(110);

    sel.busy = 1;
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_BUSY);
    sel.busy = 2;
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_BUSY);
    assert_log(SEL_AGAIN);
}


static void
a_log_nobody_reads_any_more_is_freed(void **state)
{
    int64_t  at;

    sel_is(1, SEL_MOST);
    assert_log(SEL_MOST + 10);

    at = fake.kept.log.at;
    assert_in_range(bmc_now() - at, 0, 60000);

    bmc_ipmi_log_tidy(&fake.kept, at + 300000);
    assert_int_equal(fake.kept.log.n, SEL_MOST);

    bmc_ipmi_log_tidy(&fake.kept, at + 300001);
    assert_int_equal(fake.kept.log.n, 0);
    assert_null(fake.kept.log.entry);

    assert_log(SEL_MOST + 10);
}


static void
an_empty_log_has_no_entries(void **state)
{
    sel_is(1, 0);
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"entries\":[]}");
    assert_null(strstr(fake.sent, "0a/43"));

    /* it was emptied between the two commands, and so once more */

    sel_is(10, 5);
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"entries\":[]}");
    assert_non_null(strstr(fake.sent, "0a/43"));

    sel_is(1, 5);
    assert_log(10);
    sel.first = 10;
    assert_int_equal(fake_run(BMC_LOG_READ, ""), BMC_OK);
    assert_string_equal(fake_json(), "{\"entries\":[]}");
}


static void
clearing_the_log_claims_when_it_clears(void **state)
{
    sel_is(1, 10);
    assert_log(20);

    assert_int_equal(fake_run(BMC_LOG_CLEAR, ""), BMC_OK);
    assert_string_equal(fake.sent, "0a/42 0a/47!");
    assert_int_equal(fake.kept.log.n, 0);

    sel_is(1, 10);
    bmc.code = 3;
    assert_int_equal(fake_run(BMC_LOG_CLEAR, ""), BMC_OK);
    assert_int_equal(bmc.count, 3);

    sel_is(1, 10);
    bmc.code = 200;
    assert_int_equal(fake_run(BMC_LOG_CLEAR, ""), BMC_REFUSED);
    assert_true(fake.commands < 10);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(what_a_deadline_cut_off_is_continued_by_the_next_read),
        fake_test(a_log_that_takes_too_long_is_busy),
        fake_test(a_read_log_is_only_asked_for_what_is_new),
        fake_test(a_log_without_stamps_is_kept_too),
        fake_test(an_erased_log_is_read_anew),
        fake_test(an_entry_that_was_deleted_is_not_told),
        fake_test(a_log_that_overwrites_its_oldest_entries_loses_them),
        fake_test(entries_that_go_at_the_end_are_not_told),
        fake_test(a_log_that_runs_in_circles_ends),
        fake_test(a_busy_bmc_costs_nothing_that_was_read),
        fake_test(a_log_nobody_reads_any_more_is_freed),
        fake_test(an_empty_log_has_no_entries),
        fake_test(clearing_the_log_claims_when_it_clears)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
