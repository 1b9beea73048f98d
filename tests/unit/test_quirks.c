
/*
 * Copyright (C) the bmcgate authors
 *
 * Whom a row of the table of quirks means.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bmcgate.h"
#include "base/maker.h"
#include "quirks/quirks.h"


static bool
fits(const char *vendor, const char *model, const char *firmware,
    const char *v, const char *m, const char *f)
{
    bmc_quirk_row_t    row;
    bmc_quirk_facts_t  facts;

    memset(&row, 0, sizeof(row));
    row.vendor = vendor;
    row.model = model;
    row.firmware = firmware;
    facts.vendor = v;
    facts.maker = NULL;
    facts.model = m;
    facts.firmware = f;

    return bmc_quirk_applies(&row, &facts);
}


static bool
vendor(const char *patterns, const char *told)
{
    return fits(patterns, "*", "*", told, NULL, NULL);
}


static bool
firmware(const char *range, const char *told)
{
    return fits("Dell*", "*", range, "Dell Inc.", NULL, told);
}


static bool
has(const char *v, const char *m, const char *f, bmc_quirk_t quirk)
{
    bmc_quirk_facts_t  facts;

    facts.maker = NULL;
    facts.vendor = v;
    facts.model = m;
    facts.firmware = f;

    return bmc_quirk_is_on(bmc_quirks_of(&facts, 0, 0), quirk);
}


static void
a_vendor_is_known_by_any_of_its_names(void **state)
{
    assert_true(vendor("Dell", "Dell Inc."));
    assert_true(vendor("Dell", "DELL"));
    assert_true(vendor("dell", "Dell"));
    assert_false(vendor("Dell", "Not Dell"));
    assert_true(vendor("Cray, HPE", "hewlett-packard"));
    assert_true(vendor("HPE, Cray", "HP"));
    assert_false(vendor("HPE", "HPC Inc."));
}


static void
names_are_compared_as_shells_do(void **state)
{
    assert_true(vendor("*Acme*", "Not Acme at all"));
    assert_false(vendor("Acme*", "Not Acme"));
    assert_true(vendor("A?me*", "Aqme"));
    assert_false(vendor("A?me", "Ame"));
    assert_true(vendor("*a*b*c", "xxaxxbxxbxxc"));
    assert_false(vendor("*a*b*c", "xxaxxbxxbxxcx"));
    assert_true(vendor("Acme***", "Acme"));
    assert_false(vendor("Acme*", "Acm"));
}


static void
what_is_left_out_by_name_is_left_out(void **state)
{
    assert_true(vendor("Acme*, !ACME-X", "Acme-Y"));
    assert_false(vendor("Acme*, !ACME-X", "Acme-X"));
    assert_false(vendor("!ACME-X, Acme*", "acme-x"));
    assert_true(vendor("*, !ACME-X", "anything"));
    assert_false(vendor("*, !ACME-X", "ACME-X"));
}


static void
who_made_the_bmc_counts_as_well_as_who_made_the_machine(void **state)
{
    char               text[256];
    bmc_quirk_row_t    row;
    bmc_quirk_facts_t  facts;

    memset(&row, 0, sizeof(row));
    row.vendor = "AMI, ASRock Rack";
    row.model = "*";
    row.firmware = "*";
    memset(&facts, 0, sizeof(facts));
    facts.vendor = "Contoso";
    assert_false(bmc_quirk_applies(&row, &facts));

    facts.maker = "American Megatrends";
    assert_true(bmc_quirk_applies(&row, &facts));
    bmc_quirk_why(&row, &facts, text, sizeof(text));
    assert_string_equal(text, "BMC by \"American Megatrends\" is AMI");
    assert_true(bmc_quirk_is_on(bmc_quirks_of(&facts, 0, 0),
                                BMC_QUIRK_BOOT_FULL));

    facts.vendor = "ASRockRack";
    bmc_quirk_why(&row, &facts, text, sizeof(text));
    assert_string_equal(text, "vendor \"ASRockRack\" is ASRock Rack");
}


static void
who_tells_nothing_has_nothing(void **state)
{
    assert_false(vendor("Dell*", NULL));
    assert_false(vendor("Dell*", ""));
    assert_false(vendor("-", "-"));
    assert_false(vendor("-", NULL));
    assert_true(vendor("*", NULL));
    assert_false(fits("Dell*", "R*", "*", "Dell", NULL, NULL));
    assert_false(fits("Dell*", "R*", "*", "Dell", "", NULL));
    assert_true(fits("Dell*", "R*", "*", "Dell", "R640", NULL));
    assert_false(firmware("<=2.75.75", NULL));
    assert_false(firmware("<=2.75.75", ""));
    assert_false(firmware("<=2.75.75", "unknown"));
    assert_true(firmware("*", NULL));
}


static void
firmware_is_compared_number_by_number(void **state)
{
    assert_true(firmware("<=2.75.75", "2.75.75"));
    assert_true(firmware("<=2.75.75", "2.70"));
    assert_true(firmware("<=2.75.75", "2.9.100"));
    assert_false(firmware("<=2.75.75", "2.75.100"));
    assert_false(firmware("<=2.75.75", "2.100"));
    assert_false(firmware("<=2.75.75", "10.0"));
    assert_true(firmware(">=2.75.75", "2.75.100"));
    assert_false(firmware(">=2.75.75", "2.75.9"));
    assert_false(firmware(">=2.75.75", "2.75"));
    assert_true(firmware("1.0-1.9", "1.0"));
    assert_true(firmware("1.0-1.9", "1.09.3"));
    assert_true(firmware("1.0-1.9", "1.9.7"));
    assert_false(firmware("1.0-1.9", "1.10"));
    assert_false(firmware("1.0-1.9", "0.9"));
    assert_false(firmware("1.0-1.9", "2.0"));
}


static void
numbers_behind_those_of_the_range_do_not_count(void **state)
{
    assert_true(firmware("<=2.75.75", "2.75.75.75"));
    assert_true(firmware(">=2.75", "2.75.0.0.1"));
    assert_true(firmware("<=4294967297", "4294967297.1"));
    assert_false(firmware("<=2", "18446744073709551617"));
}


static void
a_version_is_found_behind_words(void **state)
{
    assert_true(firmware("2.40-2.50", "iLO 5 v2.44"));
    assert_false(firmware("<=2.43", "iLO 5 v2.44"));
    assert_true(firmware("7-7", "CVM 7"));
    assert_true(firmware("5-5", "5."));
}


static void
why_names_what_was_told_and_what_was_wanted(void **state)
{
    char               text[256];
    bmc_quirk_row_t    row;
    bmc_quirk_facts_t  facts;

    memset(&row, 0, sizeof(row));
    row.vendor = "HPE, Dell";
    row.model = "*";
    row.firmware = "<=2.75.75";
    facts.vendor = "Dell Inc.";
    facts.maker = NULL;
    facts.model = "R640";
    facts.firmware = "2.70";

    bmc_quirk_why(&row, &facts, text, sizeof(text));
    assert_string_equal(text, "vendor \"Dell Inc.\" is Dell, "
                              "firmware \"2.70\" is <=2.75.75");

    row.model = "*, !R6*";
    row.firmware = "*";
    facts.model = "T30";
    bmc_quirk_why(&row, &facts, text, sizeof(text));
    assert_string_equal(text, "vendor \"Dell Inc.\" is Dell, "
                              "model \"T30\" is *");

    bmc_quirk_why(&row, &facts, text, 10);
    assert_string_equal(text, "vendor \"D");
}


static void
every_quirk_has_a_name_that_finds_it(void **state)
{
    size_t       i;
    const char  *name;

    assert_in_range(BMC_QUIRK_MAX, 1, 64);

    for (i = 0; i < BMC_QUIRK_MAX; i++) {
        name = bmc_quirk_name((bmc_quirk_t) i);
        assert_non_null(name);
        assert_int_equal(bmc_quirk_find(name), i);
    }

    assert_null(bmc_quirk_name(BMC_QUIRK_MAX));
    assert_int_equal(bmc_quirk_find("boot"), BMC_QUIRK_MAX);
    assert_int_equal(bmc_quirk_find(""), BMC_QUIRK_MAX);
}


static void
every_row_is_whole(void **state)
{
    size_t                  i;
    const bmc_quirk_row_t  *row;

    for (i = 0; i < bmc_quirk_nrows; i++) {
        row = &bmc_quirk_rows[i];

        assert_string_equal(row->name, bmc_quirk_name(row->quirk));
        assert_in_range(row->of, 1, 3);
        assert_true(row->vendor[0] != '\0' && row->model[0] != '\0'
                    && row->firmware[0] != '\0' && row->does[0] != '\0'
                    && row->source[0] != '\0');
    }
}


/* what nobody is called by us would be nobody's row, as would what is cut */

static void
every_row_names_vendors_by_their_words(void **state)
{
    char        *word, *rest, list[128];
    size_t       i;
    bmc_view_t   view;               /* for what fits into it */

    for (i = 0; i < bmc_quirk_nrows; i++) {
        assert_in_range(snprintf(list, sizeof(list), "%s",
                                 bmc_quirk_rows[i].vendor),
                        1, sizeof(list) - 1);

        for (word = strtok_r(list, ",", &rest); word != NULL;
             word = strtok_r(NULL, ",", &rest))
        {
            word += strspn(word, " ");

            if (strcmp(word, "-") != 0) {
                assert_in_range(strlen(word), 1, sizeof(view.maker) - 1);
                assert_ptr_not_equal(bmc_maker_word(word), word);
                assert_string_equal(bmc_maker_word(word), word);
            }
        }
    }
}


/* what contradicts another vendor's must never be everybody's */

static void
unknown_hardware_has_none(void **state)
{
    bmc_quirk_facts_t  facts;

    memset(&facts, 0, sizeof(facts));
    assert_int_equal(bmc_quirks_of(&facts, 0, 0), 0);

    facts.vendor = "Acme";
    facts.model = "Rocket 9000";
    facts.firmware = "1.0";
    assert_int_equal(bmc_quirks_of(&facts, 0, 0), 0);
}


static void
the_configuration_has_the_last_word(void **state)
{
    bmc_quirks_t       full, cd;
    bmc_quirk_facts_t  facts;

    memset(&facts, 0, sizeof(facts));
    facts.vendor = "ASRockRack";
    full = (bmc_quirks_t) 1 << BMC_QUIRK_BOOT_FULL;
    cd = (bmc_quirks_t) 1 << BMC_QUIRK_MEDIA_USB_CD;

    assert_true(bmc_quirks_of(&facts, 0, 0) & full);
    assert_false(bmc_quirks_of(&facts, 0, full) & full);
    assert_false(bmc_quirks_of(&facts, 0, 0) & cd);
    assert_true(bmc_quirks_of(&facts, cd, 0) & cd);
}


static void
bmcs_are_recognised_by_what_they_really_tell(void **state)
{
    assert_true(has("Supermicro", NULL, "1.74", BMC_QUIRK_IPMI_DISK_24));
    assert_true(has("Super Micro Computer, Inc.", NULL, NULL,
                    BMC_QUIRK_IPMI_DISK_24));
    assert_true(has("Novarion", NULL, NULL, BMC_QUIRK_IPMI_DISK_24));
    assert_false(has("Dell Inc.", NULL, NULL, BMC_QUIRK_IPMI_DISK_24));
    assert_true(has("OpenBMC", NULL, NULL, BMC_QUIRK_IPMI_BOOT_NO_ACK));

    assert_true(has("Supermicro", "SYS-6019P", NULL,
                    BMC_QUIRK_MEDIA_USB_CD));
    assert_false(has("Supermicro", "ARS-111GL-NHR", NULL,
                     BMC_QUIRK_MEDIA_USB_CD));

    assert_true(has("LENOVO", "ThinkSystem SD530", NULL,
                    BMC_QUIRK_MEDIA_SEND_INSERTED));
    assert_false(has("Lenovo", "ThinkSystem SR650", NULL,
                     BMC_QUIRK_MEDIA_SEND_INSERTED));
    assert_true(has("Lenovo", "ThinkSystem SR655 V3", NULL,
                    BMC_QUIRK_ETAG_REQUIRED));
    assert_false(has("Lenovo", NULL, NULL, BMC_QUIRK_LOGIN_BASIC));

    /* iDRAC8, 9 and 10 */

    assert_true(has("Dell Inc.", "PowerEdge R630", "2.75.75.75",
                    BMC_QUIRK_BOOT_ORDER_FOR_DISK));
    assert_false(has("Dell Inc.", "PowerEdge R630", "2.75.100.75",
                     BMC_QUIRK_BOOT_ORDER_FOR_DISK));
    assert_false(has("Dell Inc.", "PowerEdge R770", "1.30.10.50",
                     BMC_QUIRK_BOOT_ORDER_FOR_DISK));
    assert_true(has("Dell Inc.", "PowerEdge R770", "1.30.10.50",
                    BMC_QUIRK_MEDIA_ON_SYSTEM));
    assert_true(has("Dell Inc.", "PowerEdge R760", "7.20.10.05",
                    BMC_QUIRK_RESTART_IS_HARD));
    assert_false(has("Dell Inc.", "PowerEdge R640", "3.15.17.15",
                     BMC_QUIRK_MEDIA_ON_SYSTEM));
    assert_false(has("Dell Inc.", "PowerEdge R640", "7.00.00.171",
                     BMC_QUIRK_BOOT_SETTINGS));
    assert_true(has("Dell Inc.", "PowerEdge R670", "1.20.25.00",
                    BMC_QUIRK_BOOT_SETTINGS));
    assert_true(has("Nokia Solutions and Networks", NULL, NULL,
                    BMC_QUIRK_BOOT_SETTINGS));
    assert_true(has("Dell Inc.", NULL, "6.10.30.00",
                    BMC_QUIRK_RESTART_IS_HARD));
    assert_false(has("Dell Inc.", NULL, "1.20.25.00",
                     BMC_QUIRK_RESTART_IS_HARD));

    assert_true(has("HPE", "ProLiant DL160 Gen10", "iLO 5 v2.44",
                    BMC_QUIRK_BOOT_MINIMAL));
    assert_true(has("HPE", "ProLiant DL360 Gen10 Plus", NULL,
                    BMC_QUIRK_ANY_ENCODING));
    assert_false(has("HP", "ProLiant DL360 Gen9", NULL,
                     BMC_QUIRK_ANY_ENCODING));
    assert_true(has("Hewlett-Packard", NULL, NULL,
                    BMC_QUIRK_MEDIA_EJECT_BODY));
    assert_true(has("American Megatrends Inc.", NULL, NULL,
                    BMC_QUIRK_BOOT_FULL));
    assert_true(has("NVIDIA", "DGXH100", NULL, BMC_QUIRK_MEDIA_DUMMY_LOGIN));
    assert_true(has("Huawei", "1288H V5", NULL, BMC_QUIRK_NO_MANAGED_BY));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_vendor_is_known_by_any_of_its_names),
        cmocka_unit_test(names_are_compared_as_shells_do),
        cmocka_unit_test(what_is_left_out_by_name_is_left_out),
        cmocka_unit_test(
            who_made_the_bmc_counts_as_well_as_who_made_the_machine),
        cmocka_unit_test(who_tells_nothing_has_nothing),
        cmocka_unit_test(firmware_is_compared_number_by_number),
        cmocka_unit_test(numbers_behind_those_of_the_range_do_not_count),
        cmocka_unit_test(a_version_is_found_behind_words),
        cmocka_unit_test(why_names_what_was_told_and_what_was_wanted),
        cmocka_unit_test(every_quirk_has_a_name_that_finds_it),
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(every_row_names_vendors_by_their_words),
        cmocka_unit_test(unknown_hardware_has_none),
        cmocka_unit_test(the_configuration_has_the_last_word),
        cmocka_unit_test(bmcs_are_recognised_by_what_they_really_tell)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
