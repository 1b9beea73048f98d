
/*
 * Copyright (C) the bmcgate authors
 *
 * BMCs that do not keep to the book, and what the IPMI driver sends them: to
 * each of them the opposite would be wrong.
 */


#include "ipmi_fake.h"


#define ON(quirk)  ((uint64_t) 1 << BMC_QUIRK_##quirk)


static struct {
    uint32_t  maker;
    uint8_t   boot;              /* the device it was told */
    unsigned  unknown;           /* parameters it does not have */
    bool      in_progress;
    uint8_t   able;              /* of its one user, as it tells it */
    unsigned  enabled;
} odd;


static void
tells_maker(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x20, 0x01, 0x01, 0x74, 0x02, 0xbf, (uint8_t) odd.maker,
               (uint8_t) (odd.maker >> 8), (uint8_t) (odd.maker >> 16), 0x21,
               0x08);
}


static void
keeps_boot(const fake_command_t *c, fake_answer_t *a)
{
    switch (c->data[0]) {

    case 0x05:
        odd.boot = c->data[2];
        break;

    case 0x00:
        odd.in_progress = c->data[1] == 1;
        break;

    default:
        odd.unknown++;
        a->code = 0x80;
    }
}


static void
tells_access(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 2, (uint8_t) (odd.able << 6), 1, 0x14);
}


static void
tells_name(const fake_command_t *c, fake_answer_t *a)
{
    fake_reply(a, c->data[0] == 2 ? "ops\0\0\0\0\0\0\0\0\0\0\0\0"
                                  : "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}


/* enables, and says that it could not */

static void
enables(const fake_command_t *c, fake_answer_t *a)
{
    odd.enabled++;
    a->code = 0xcc;
}


static const bmc_command_t  odd_bmc[] = {
    { 0x06, 0x01, tells_maker },
    { 0x00, 0x08, keeps_boot },
    { 0x06, 0x44, tells_access }, { 0x06, 0x46, tells_name },
    { 0x06, 0x47, enables }
};

static const bmc_command_t  shy_bmc[] = {
    { 0x00, 0x08, keeps_boot }
};


static void
odd_is(uint32_t maker)
{
    bmc_is(odd_bmc);
    memset(&odd, 0, sizeof(odd));
    odd.maker = maker;
}


static void
a_supermicro_boots_uefi_from_disk_as_device_24(void **state)
{
    odd_is(10876);

    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x24);

    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk"), BMC_OK);
    assert_int_equal(odd.boot, 0x08);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=pxe;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x04);
}


static void
others_boot_uefi_from_disk_by_the_book(void **state)
{
    odd_is(674);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x08);
}


static void
the_configuration_knows_better_than_the_maker(void **state)
{
    odd_is(10876);
    fake.host.quirks_off = ON(IPMI_DISK_24);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x08);

    bmc_ipmi_forget(&fake.kept);
    odd_is(674);
    fake.host.quirks_off = 0;
    fake.host.quirks_on = ON(IPMI_DISK_24);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x24);
}


static void
openbmc_is_not_sent_what_it_does_not_have(void **state)
{
    odd_is(49871);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=pxe"), BMC_OK);
    assert_int_equal(odd.boot, 0x04);
    assert_int_equal(odd.unknown, 0);
    assert_false(odd.in_progress);
    assert_string_equal(fake.sent,
                        "06/01 0a/10 00/08! 00/08! 00/08! 00/08!");

    fake.host.quirks_off = ON(IPMI_BOOT_NO_ACK);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=pxe"), BMC_OK);
    assert_int_equal(odd.unknown, 2);
}


static void
others_are_told_to_keep_the_boot_device(void **state)
{
    odd_is(674);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=pxe"), BMC_OK);
    assert_int_equal(odd.unknown, 2);
}


static void
who_it_is_is_asked_once_and_before_anything_is_changed(void **state)
{
    odd_is(674);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=none"), BMC_OK);
    assert_memory_equal(fake.sent, "06/01 00/08!", 12);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=none"), BMC_OK);
    assert_null(strstr(fake.sent, "06/01"));

    bmc_ipmi_forget(&fake.kept);
    assert_int_equal(fake_run(BMC_BMC_READ, ""), BMC_OK);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=none"), BMC_OK);
    assert_null(strstr(fake.sent, "06/01"));
}


static void
who_does_not_tell_is_taken_by_the_book(void **state)
{
    odd_is(0);
    bmc_is(shy_bmc);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x08);

    fake.host.quirks_on = ON(IPMI_DISK_24);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x24);
}


/* "Novarion" on the lid, and a BMC whose maker is nobody's */

static void
the_name_on_the_machine_counts_too(void **state)
{
    odd_is(0);
    bmc_ipmi_met_product(&fake.unit, "Novarion", "QuattroStor");
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x24);

    bmc_ipmi_met_product(&fake.unit, NULL, NULL);
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=disk;mode=uefi"), BMC_OK);
    assert_int_equal(odd.boot, 0x08);
}


/* it tells neither: 0xcc may be what it says, or what it means */

static void
a_bmc_that_calls_success_invalid_is_believed_by_quirk_only(void **state)
{
    odd_is(674);
    assert_int_equal(fake_run(BMC_USERS_SET, "name=ops;enabled=on"),
                     BMC_REFUSED);
    assert_int_equal(fake.code, 0xcc);
    assert_int_equal(odd.enabled, 1);

    fake.host.quirks_on = ON(IPMI_USER_CC_OK);
    assert_int_equal(fake_run(BMC_USERS_SET, "name=ops;enabled=on"), BMC_OK);
    assert_int_equal(odd.enabled, 2);
    assert_int_equal(fake_run(BMC_USERS_SET, "name=ops;enabled=off"),
                     BMC_OK);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(a_supermicro_boots_uefi_from_disk_as_device_24),
        fake_test(others_boot_uefi_from_disk_by_the_book),
        fake_test(the_configuration_knows_better_than_the_maker),
        fake_test(openbmc_is_not_sent_what_it_does_not_have),
        fake_test(others_are_told_to_keep_the_boot_device),
        fake_test(who_it_is_is_asked_once_and_before_anything_is_changed),
        fake_test(who_does_not_tell_is_taken_by_the_book),
        fake_test(the_name_on_the_machine_counts_too),
        fake_test(a_bmc_that_calls_success_invalid_is_believed_by_quirk_only)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
