
/*
 * Copyright (C) the bmcgate authors
 *
 * Who made a BMC, by what each protocol tells of it.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/maker.h"


/* all that is one vendor: what IPMI numbers it, and what it calls itself */

static const struct {
    const char  *word;
    uint32_t     number[3];
    const char  *told[6];
} same[] = {
    { "Dell", { 674 }, { "Dell Inc.", "DELL", "Dell EMC", "dell" } },
    { "HPE", { 11, 47196 }, { "HPE", "HP", "Hewlett-Packard", "HP Inc.",
      "Hewlett Packard Enterprise", "Hpe" } },
    { "Lenovo", { 19046 }, { "LENOVO", "Lenovo Group Limited" } },
    { "IBM", { 2, 20301, 42817 }, { "IBM Corp" } },
    { "Supermicro", { 10876, 47488 }, { "Supermicro",
      "Super Micro Computer, Inc.", "SUPERMICRO", "Novarion",
      "Novarion Systems" } },
    { "AMI", { 20974 }, { "AMI", "Ami", "American Megatrends Inc.",
      "American Megatrends International, LLC" } },
    { "ASRock Rack", { 49622 }, { "ASRockRack", "ASRock Rack", "ASRock" } },
    { "Gigabyte", { 15370 }, { "GIGABYTE", "Giga Computing",
      "GIGA-BYTE TECHNOLOGY CO., LTD", "Gigabyte Technology" } },
    { "OpenBMC", { 49871 }, { "OpenBmc", "OpenBMC Project" } },
    { "Fujitsu", { 10368 }, { "FUJITSU", "Fujitsu Technology Solutions" } },
    { "Intel", { 343 }, { "Intel Corporation", "Intel(R) Corporation" } },
    { "Cisco", { 9, 5771 }, { "Cisco Systems Inc", "CISCO" } },
    { "Quanta", { 7244 }, { "Quanta Cloud Technology Inc.", "QCT" } },
    { "Inspur", { 37945, 48512 }, { "Inspur" } },
    { "Huawei", { 2011 }, { "HUAWEI", "Huawei Technologies Co., Ltd." } },
    { "Oracle", { 42 }, { "ORACLE CORPORATION", "Sun Microsystems" } },
    { "Nokia", { 637, 28458 }, { "Nokia Solutions and Networks" } }
};


static void
a_vendor_is_one_word_whatever_tells_it(void **state)
{
    size_t  i, n;

    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        for (n = 0; n < 3 && same[i].number[n] != 0; n++) {
            assert_string_equal(bmc_maker(same[i].number[n]), same[i].word);
        }

        for (n = 0; n < 6 && same[i].told[n] != NULL; n++) {
            assert_string_equal(bmc_maker_word(same[i].told[n]),
                                same[i].word);
        }

        assert_ptr_equal(bmc_maker_word(same[i].word),
                         bmc_maker(same[i].number[0]));
    }
}


/* 28410 is Ippon's, though some say that it is ASPEED's; 0 is nobody's */

static void
a_number_of_nobody_we_know_is_nobody(void **state)
{
    assert_null(bmc_maker(0));
    assert_null(bmc_maker(28410));
    assert_null(bmc_maker(0xfffff));
    assert_null(bmc_maker_product(0, 16975));
}


static void
a_product_may_tell_more_than_its_maker(void **state)
{
    assert_string_equal(bmc_maker_product(42817, 16975), "OpenBMC");
    assert_string_equal(bmc_maker_product(42817, 1), "IBM");
    assert_string_equal(bmc_maker_product(674, 16975), "Dell");
}


static void
whom_nobody_knows_is_called_as_it_says(void **state)
{
    const char  *told;

    told = "HPC Systems";
    assert_ptr_equal(bmc_maker_word(told), told);
    told = "Dellta";
    assert_ptr_equal(bmc_maker_word(told), told);
    told = "Not Dell";
    assert_ptr_equal(bmc_maker_word(told), told);
    told = "Amiga";
    assert_ptr_equal(bmc_maker_word(told), told);
}


static void
what_nobody_has_filled_in_is_no_name(void **state)
{
    assert_null(bmc_maker_word(NULL));
    assert_null(bmc_maker_word(""));
    assert_null(bmc_maker_word("To Be Filled By O.E.M."));
    assert_null(bmc_maker_word("Default string"));
    assert_null(bmc_maker_word("N/A"));
    assert_null(bmc_maker_word("System manufacturer"));
}


static void
who_makes_only_bmcs_says_little_of_the_machine(void **state)
{
    assert_true(bmc_maker_is_vague(NULL));
    assert_true(bmc_maker_is_vague("AMI"));
    assert_true(bmc_maker_is_vague("OpenBMC"));
    assert_true(bmc_maker_is_vague("ATEN"));
    assert_false(bmc_maker_is_vague("Dell"));
    assert_false(bmc_maker_is_vague("Supermicro"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(a_vendor_is_one_word_whatever_tells_it),
        cmocka_unit_test(a_number_of_nobody_we_know_is_nobody),
        cmocka_unit_test(a_product_may_tell_more_than_its_maker),
        cmocka_unit_test(whom_nobody_knows_is_called_as_it_says),
        cmocka_unit_test(what_nobody_has_filled_in_is_no_name),
        cmocka_unit_test(who_makes_only_bmcs_says_little_of_the_machine)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
