
/*
 * Copyright (C) the bmcgate authors
 *
 * Whoever edits, removes, moves or cuts lines is found, once, and named.
 */


#include <sys/stat.h>

#include "audit/chain.h"
#include "audit_place.h"
#include "base/clock.h"


#define LINES  20


typedef struct {
    char    text[LINES * 2][512];
    size_t  count;
} sheet_t;


/* a file of 20 lines, taken apart */

static void
twenty(place_t *p, sheet_t *sheet)
{
    char          text[LINES * 512], *line, *rest;
    bmc_audit_t  *a;

    a = opened(p);
    written(a, LINES);
    bmc_audit_close(a);

    slurp(p->file, text, sizeof(text));
    sheet->count = 0;

    for (line = strtok_r(text, "\n", &rest);
         line != NULL;
         line = strtok_r(NULL, "\n", &rest))
    {
        assert_true(strlen(line) < sizeof(sheet->text[0]));
        snprintf(sheet->text[sheet->count++], sizeof(sheet->text[0]), "%s",
                 line);
    }

    assert_int_equal(sheet->count, LINES);
}


static void
put(const char *path, const sheet_t *sheet, size_t from, size_t to)
{
    FILE  *f;

    f = fopen(path, "w");
    assert_non_null(f);

    while (from < to) {
        fprintf(f, "%s\n", sheet->text[from++]);
    }

    assert_int_equal(fclose(f), 0);
}


/* lines n to n + count - 1 (from 1), to stand before line `to` */

static void
move(sheet_t *sheet, size_t n, size_t count, size_t to)
{
    sheet_t  moved;
    size_t   i;

    moved.count = 0;

    for (i = 1; i <= sheet->count + 1; i++) {
        if (i == to) {
            memcpy(moved.text[moved.count], sheet->text[n - 1],
                   count * sizeof(moved.text[0]));
            moved.count += count;
        }

        if (i <= sheet->count && (i < n || i >= n + count)) {
            memcpy(moved.text[moved.count++], sheet->text[i - 1],
                   sizeof(moved.text[0]));
        }
    }

    assert_int_equal(moved.count, sheet->count);
    *sheet = moved;
}


static void
without(sheet_t *sheet, size_t n, size_t count)
{
    memmove(sheet->text[n - 1], sheet->text[n - 1 + count],
            (sheet->count - n + 1 - count) * sizeof(sheet->text[0]));
    sheet->count -= count;
}


/* one finding that says this, or none for NULL */

static void
assert_says(place_t *p, bmc_rc_t rc, const char *expected)
{
    char         *end;
    uint64_t      lines;
    const char   *files[2];
    size_t        n;

    n = 0;

    if (access(p->old, F_OK) == 0) {
        files[n++] = p->old;
    }

    files[n++] = p->file;
    p->said[0] = '\0';

    assert_int_equal(bmc_audit_verify(files, n, say, p, &lines), rc);

    if (expected == NULL) {
        assert_string_equal(p->said, "");
        return;
    }

    end = strchr(p->said, '\n');

    if (strstr(p->said, expected) == NULL || end == NULL || end[1] != '\0') {
        fail_msg("expected %s, found %s", expected, p->said);
    }
}


static void
assert_finds(place_t *p, const sheet_t *sheet, const char *expected)
{
    put(p->file, sheet, 0, sheet->count);
    assert_says(p, BMC_FAILED, expected);
}


static void
an_edited_line_is_named_alone(void **state)
{
    char     *at;
    place_t  *p;
    sheet_t   sheet;

    p = *state;
    twenty(p, &sheet);

    at = strstr(sheet.text[16], "power.cycle");
    memcpy(at, "power.reset", 11);
    assert_finds(p, &sheet, "audit.log:17: line 17 (seq 17) was changed: its "
                 "hash does not match: expected ");

    memcpy(at, "power.cycle", 11);
    sheet.text[19][7]++;
    assert_finds(p, &sheet, "audit.log:20: line 20 (seq 30) was changed");
    sheet.text[19][7]--;

    sheet.text[0][7]++;
    assert_finds(p, &sheet, "audit.log:1: line 1 (seq 2) was changed");
}


/* with a hash that fits, the next line still knows the old one */

static void
a_forged_line_does_not_fit_the_next(void **state)
{
    char               text[BMC_LAST_LEN + 1];
    place_t           *p;
    sheet_t            sheet;
    bmc_buf_t          buf;
    bmc_link_t         at;
    bmc_chain_t        chain;
    bmc_chain_line_t   line;

    p = *state;
    twenty(p, &sheet);
    memset(&buf, 0, sizeof(buf));
    assert_true(bmc_chain_init(&chain));
    assert_true(bmc_chain_parse(&chain, sheet.text[10],
                                strlen(sheet.text[10]), &line));
    at = line.link;

    assert_true(bmc_chain_add(&chain, &at, ",\"pid\":1", 8, &buf));
    snprintf(sheet.text[11], sizeof(sheet.text[11]), "%s", bmc_buf_text(&buf));
    sheet.text[11][buf.len - 1] = '\0';
    assert_finds(p, &sheet, "audit.log:13: line 13 (seq 13) does not belong "
                 "to the line before: expected prev ");

    /* the last line has no next, but FILE.last */

    without(&sheet, 13, 8);
    put(p->file, &sheet, 0, sheet.count);
    at.seq = 12;
    memset(at.hash, 'a', BMC_CHAIN_HEX);

    bmc_last_format(&(bmc_last_t) { at, 1, 2 }, text);
    assert_int_equal(truncate(p->last, 0), 0);
    appended(p->last, text);
    assert_says(p, BMC_FAILED, "audit.log:12: the line with seq 12 is not the "
                "one that was written: expected hash aaaaaaaaaaaaaaaa");

    /* nor is there a line before the first */

    bmc_buf_reset(&buf);
    at.seq = 0;
    assert_true(bmc_chain_add(&chain, &at, ",\"pid\":1", 8, &buf));
    snprintf(sheet.text[0], sizeof(sheet.text[0]), "%s", bmc_buf_text(&buf));
    sheet.text[0][buf.len - 1] = '\0';
    sheet.count = 1;
    bmc_last_format(&(bmc_last_t) { at, 1, 2 }, text);
    assert_int_equal(truncate(p->last, 0), 0);
    appended(p->last, text);
    assert_finds(p, &sheet, "audit.log:1: the first line (seq 1) follows "
                 "another: expected a prev of zeros, found aaaa");

    bmc_buf_free(&buf);
    bmc_chain_done(&chain);
}


static void
removed_lines_are_counted(void **state)
{
    place_t  *p;
    sheet_t   sheet;

    p = *state;
    twenty(p, &sheet);
    without(&sheet, 12, 3);
    assert_finds(p, &sheet, "audit.log:11: lines with seq 12 to 14 are "
                 "missing after line 11: expected seq 12");
}


static void
a_moved_line_is_not_missing_too(void **state)
{
    place_t  *p;
    sheet_t   sheet, whole;

    p = *state;
    twenty(p, &whole);

    sheet = whole;
    move(&sheet, 9, 1, 13);
    assert_finds(p, &sheet, "audit.log:12: seq 9 stands after seq 12: "
                 "expected seq 13");

    sheet = whole;
    move(&sheet, 12, 1, 9);
    assert_finds(p, &sheet, "audit.log:10: seq 9 stands after seq 12");

    /* a block is one cause */

    sheet = whole;
    move(&sheet, 3, 5, 15);
    assert_finds(p, &sheet, "audit.log:10: seq 3 stands after seq 14");
}


static void
a_repeated_line_is_found(void **state)
{
    place_t  *p;
    sheet_t   sheet;

    p = *state;
    twenty(p, &sheet);
    memmove(sheet.text[11], sheet.text[10], 10 * sizeof(sheet.text[0]));
    sheet.count++;
    assert_finds(p, &sheet, "audit.log:12: seq 11 stands again after seq 11: "
                 "expected seq 12");
}


static void
a_gap_that_is_filled_in_part_stays_a_gap(void **state)
{
    place_t   *p;
    sheet_t    sheet;
    uint64_t   lines;

    p = *state;
    twenty(p, &sheet);

    /* 5 to 9 are gone but 7, which stands after 12 */

    move(&sheet, 7, 1, 13);
    without(&sheet, 5, 4);
    put(p->file, &sheet, 0, sheet.count);

    assert_int_equal(bmc_audit_verify((const char *[]) { p->file }, 1, say, p,
                                      &lines), BMC_FAILED);
    assert_non_null(strstr(p->said, "seq 7 stands after seq 12"));
    assert_non_null(strstr(p->said, "lines with seq 5 to 6 are missing"));
    assert_non_null(strstr(p->said, "lines with seq 8 to 9 are missing"));
}


static void
a_cut_tail_is_missed_by_the_last_file(void **state)
{
    place_t  *p;
    sheet_t   sheet;

    p = *state;
    twenty(p, &sheet);

    sheet.count = 12;
    assert_finds(p, &sheet, "audit.log:12: the tail is cut off after line 12: "
                 "lines from seq 13 on are missing: expected seq 20 as the "
                 "last, as in ");

    appended(p->file, "{\"seq\":13,\"ti");
    assert_says(p, BMC_FAILED, "the tail is cut off after line 12");

    sheet.count = 0;
    assert_finds(p, &sheet, "audit.log: there is no line: expected seq 20 as "
                 "the last, as in ");
}


static void
without_the_last_file_a_cut_would_not_show(void **state)
{
    place_t  *p;
    sheet_t   sheet;

    p = *state;
    twenty(p, &sheet);

    assert_int_equal(truncate(p->last, 0), 0);
    assert_says(p, BMC_FAILED, "audit.log.last: is empty: expected the newest "
                "seq and hash");

    assert_int_equal(truncate(p->last, 99), 0);
    assert_says(p, BMC_FAILED, "audit.log.last: is damaged: expected");

    assert_int_equal(unlink(p->last), 0);
    assert_says(p, BMC_FAILED, "audit.log.last: is missing: expected");

    /* a rotated file alone never had one, but a half line shows */

    assert_int_equal(rename(p->file, p->old), 0);
    snprintf(p->file, sizeof(p->file), "%s/audit.log.1", p->dir);
    assert_says(p, BMC_FAILED, "seq 1 stands again after seq 20");
    snprintf(p->old, sizeof(p->old), "/none");
    assert_says(p, BMC_OK, NULL);
    appended(p->file, "{");
    assert_says(p, BMC_FAILED, "audit.log.1:21: the last line is not whole");
}


static void
what_is_no_line_of_ours_is_told_once(void **state)
{
    int       i;
    FILE     *f;
    place_t  *p;
    sheet_t   sheet;

    p = *state;
    twenty(p, &sheet);

    snprintf(sheet.text[4], sizeof(sheet.text[4]), "no JSON");
    assert_finds(p, &sheet, "audit.log:5: line 5 is not JSON of the audit: "
                 "expected {\"seq\":");

    sheet.text[5][0] = '\0';
    snprintf(sheet.text[6], sizeof(sheet.text[6]), "%s",
             "{\"seq\":99999999999999999999,}");
    assert_finds(p, &sheet, "audit.log:5: lines 5 to 7 are not JSON");

    /* longer than our memory */

    without(&sheet, 5, 3);
    put(p->file, &sheet, 0, 4);
    f = fopen(p->file, "a");

    for (i = 0; i < 900000; i++) {
        fputc("x\0y"[i % 3], f);
    }

    fprintf(f, "\ny\nz\n");

    for (i = 4; i < 17; i++) {
        fprintf(f, "%s\n", sheet.text[i]);
    }

    fclose(f);
    assert_says(p, BMC_FAILED, "audit.log:5: lines 5 to 7 are not JSON");
}


static void
findings_do_not_flood(void **state)
{
    int        i;
    char      *at;
    place_t   *p;
    uint64_t   lines;
    FILE      *f;
    sheet_t    sheet;

    p = *state;
    twenty(p, &sheet);
    f = fopen(p->file, "w");

    for (i = 0; i < 300; i++) {
        fprintf(f, "%s\n", sheet.text[i % 2 == 0 ? 3 : 9]);
    }

    fclose(f);
    assert_int_equal(bmc_audit_verify((const char *[]) { p->file }, 1, say, p,
                                      &lines), BMC_FAILED);
    assert_int_equal(lines, 300);

    i = 0;

    for (at = p->said; (at = strchr(at, '\n')) != NULL; at++) {
        i++;
    }

    assert_in_range(i, 2, 101);
}


/* more gaps than are kept open */

static void
many_gaps_are_all_told(void **state)
{
    int           i;
    char          text[200 * 512], *line, *rest;
    FILE         *f;
    place_t      *p;
    uint64_t      lines;
    bmc_audit_t  *a;

    p = *state;
    a = opened(p);
    written(a, 200);
    bmc_audit_close(a);
    slurp(p->file, text, sizeof(text));
    f = fopen(p->file, "w");
    i = 0;

    for (line = strtok_r(text, "\n", &rest);
         line != NULL;
         line = strtok_r(NULL, "\n", &rest))
    {
        if (i++ % 2 == 1 || i > 190) {
            fprintf(f, "%s\n", line);
        }
    }

    fclose(f);
    assert_int_equal(bmc_audit_verify((const char *[]) { p->file }, 1, NULL,
                                      NULL, &lines), BMC_FAILED);
    assert_int_equal(bmc_audit_verify((const char *[]) { p->file }, 1, say, p,
                                      &lines), BMC_FAILED);
    assert_non_null(strstr(p->said, "audit.log:1: the line with seq 3 is "
                           "missing after line 1: expected seq 3"));
}


static void
rotated_files_are_read_as_one_chain(void **state)
{
    place_t   *p;
    sheet_t    sheet, whole;
    uint64_t   lines;

    p = *state;
    twenty(p, &whole);
    sheet = whole;
    put(p->old, &sheet, 0, 8);
    put(p->file, &sheet, 8, 20);
    assert_says(p, BMC_OK, NULL);

    put(p->file, &sheet, 10, 20);
    assert_says(p, BMC_FAILED, "audit.log.1:8: lines with seq 9 to 10 are "
                "missing after line 8");

    put(p->old, &sheet, 10, 20);
    put(p->file, &sheet, 0, 10);
    assert_says(p, BMC_FAILED, "audit.log:1: seq 1 stands again after seq 20");

    /* what is broken on both sides is told file by file */

    snprintf(sheet.text[7], sizeof(sheet.text[7]), "junk");
    snprintf(sheet.text[8], sizeof(sheet.text[8]), "junk");
    put(p->old, &sheet, 0, 8);
    put(p->file, &sheet, 8, 20);
    p->said[0] = '\0';
    assert_int_equal(bmc_audit_verify((const char *[]) { p->old, p->file }, 2,
                                      say, p, &lines), BMC_FAILED);
    assert_non_null(strstr(p->said, "audit.log.1:8: line 8 is not JSON"));
    assert_non_null(strstr(p->said, "audit.log:1: line 1 is not JSON"));
    sheet = whole;

    /* what an unfinished line would have been is in the next file */

    put(p->old, &sheet, 0, 8);
    put(p->file, &sheet, 8, 20);
    appended(p->old, "{\"seq\":9");
    assert_says(p, BMC_OK, NULL);
}


static void
what_cannot_be_read_is_usage(void **state)
{
    place_t   *p;
    uint64_t   lines;

    p = *state;
    assert_says(p, BMC_USAGE, "audit.log: cannot be read: No such file");

    assert_int_equal(mkfifo(p->file, 0600), 0);
    assert_says(p, BMC_USAGE, "audit.log: cannot be read: not a regular file");

    assert_int_equal(unlink(p->file), 0);
    assert_int_equal(bmc_audit_verify(NULL, 0, say, p, &lines), BMC_USAGE);
    assert_int_equal(lines, 0);

    bmc_audit_close(opened(p));
    assert_says(p, BMC_OK, NULL);

    assert_int_equal(unlink(p->last), 0);
    assert_int_equal(mkdir(p->last, 0700), 0);
    assert_says(p, BMC_USAGE, "audit.log.last: cannot be read: Is a dir");
    assert_int_equal(rmdir(p->last), 0);
    assert_int_equal(symlink("audit.log.last", p->last), 0);
    assert_says(p, BMC_USAGE, "audit.log.last: cannot be read: Too many");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        with_a_place(an_edited_line_is_named_alone),
        with_a_place(a_forged_line_does_not_fit_the_next),
        with_a_place(removed_lines_are_counted),
        with_a_place(a_moved_line_is_not_missing_too),
        with_a_place(a_repeated_line_is_found),
        with_a_place(a_gap_that_is_filled_in_part_stays_a_gap),
        with_a_place(a_cut_tail_is_missed_by_the_last_file),
        with_a_place(without_the_last_file_a_cut_would_not_show),
        with_a_place(what_is_no_line_of_ours_is_told_once),
        with_a_place(findings_do_not_flood),
        with_a_place(many_gaps_are_all_told),
        with_a_place(rotated_files_are_read_as_one_chain),
        with_a_place(what_cannot_be_read_is_usage)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
