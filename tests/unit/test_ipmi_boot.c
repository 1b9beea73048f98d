
/*
 * Copyright (C) the bmcgate authors
 *
 * The bytes of IPMI's boot flags, as go-hal sends them to whom; and whose
 * machine it is, where the BMC's maker is not the machine's.
 */


#include "fru_seal.h"
#include "ipmi_fake.h"


#define BOOT_FRU  64


static struct {
    uint32_t  maker;
    uint16_t  product;
    uint8_t   flags[2];
    uint8_t   code;              /* of reading the inventory */
    unsigned  reads;             /* of it */
    uint8_t   fru[BOOT_FRU];
} boot;


static void
boot_tells_who(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, 0x20, 0x01, 0x01, 0x74, 0x02, 0xbf, (uint8_t) boot.maker,
               (uint8_t) (boot.maker >> 8), (uint8_t) (boot.maker >> 16),
               (uint8_t) boot.product, (uint8_t) (boot.product >> 8));
}


static void
boot_keeps_flags(const fake_command_t *c, fake_answer_t *a)
{
    if (c->data[0] == 5) {
        memcpy(boot.flags, c->data + 1, 2);
    }
}


static void
boot_tells_fru_size(const fake_command_t *c, fake_answer_t *a)
{
    fake_bytes(a, sizeof(boot.fru), 0, 0);
}


static void
boot_tells_fru(const fake_command_t *c, fake_answer_t *a)
{
    boot.reads++;
    a->code = boot.code;
    a->data[0] = c->data[3];
    memcpy(a->data + 1, boot.fru + c->data[1], c->data[3]);
    a->len = c->data[3] + 1u;
}


static const bmc_command_t  boot_bmc[] = {
    { 0x06, 0x01, boot_tells_who }, { 0x00, 0x08, boot_keeps_flags },
    { 0x0a, 0x10, boot_tells_fru_size }, { 0x0a, 0x11, boot_tells_fru }
};


/* a product's maker and name at 8; NULL: nothing is in it */

static void
boot_is(uint32_t number, const char *maker, const char *model)
{
    uint8_t  *p;

    bmc_is(boot_bmc);
    memset(&boot, 0, sizeof(boot));
    boot.maker = number;

    if (maker == NULL) {
        return;
    }

    memcpy(boot.fru, "\1\0\0\0\1\0\0", 7);
    memcpy(boot.fru + 8, "\1\6\x19", 3);
    p = boot.fru + 11;
    *p++ = (uint8_t) (0xc0 | strlen(maker));
    p = (uint8_t *) stpcpy((char *) p, maker);
    *p++ = (uint8_t) (0xc0 | strlen(model));
    p = (uint8_t *) stpcpy((char *) p, model);
    *p = 0xc1;
    fru_seal(boot.fru, 8);
    fru_seal(boot.fru + 8, 48);
}


static void
boot_sets(const char *words, uint8_t first, uint8_t second)
{
    assert_int_equal(fake_run(BMC_BOOT_SET, words), BMC_OK);
    assert_int_equal(boot.flags[0], first);
    assert_int_equal(boot.flags[1], second);
}


/* go-hal internal/ipmi/ipmitool.go:605-650 */

static void
what_go_hal_sends_can_be_sent(void **state)
{
    boot_is(674, NULL, NULL);
    boot_sets("device=pxe;persistent=true;mode=uefi", 0xe0, 0x04);
    boot_sets("device=disk;persistent=true;mode=uefi", 0xe0, 0x08);
    boot_sets("device=bios;mode=uefi", 0xa0, 0x18);

    bmc_ipmi_forget(&fake.kept);
    boot_is(10876, NULL, NULL);
    boot_sets("device=pxe;persistent=true;mode=uefi", 0xe0, 0x04);
    boot_sets("device=disk;persistent=true;mode=uefi", 0xe0, 0x24);
    boot_sets("device=bios;mode=uefi", 0xa0, 0x18);
}


static void
what_go_hal_cannot_be_asked_for_can_be_sent_too(void **state)
{
    boot_is(674, NULL, NULL);
    boot_sets("device=pxe", 0x80, 0x04);
    boot_sets("device=pxe;mode=legacy", 0x80, 0x04);
    boot_sets("device=pxe;mode=uefi", 0xa0, 0x04);
    boot_sets("device=disk;persistent=true;mode=legacy", 0xc0, 0x08);
    boot_sets("device=cdrom;mode=uefi", 0xa0, 0x14);
    boot_sets("device=usb", 0x80, 0x3c);
    boot_sets("device=diag", 0x80, 0x10);
    boot_sets("device=none", 0x80, 0x00);
    boot_sets("device=none;persistent=true", 0x80, 0x00);
}


static void
a_machine_whose_bmc_anybody_may_have_made_is_looked_at(void **state)
{
    size_t  i;

    static const uint32_t  makers[] = { 0, 20974, 21317, 49871, 0xabcde };

    for (i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        bmc_ipmi_forget(&fake.kept);
        boot_is(makers[i], "Novarion", "Q1");
        boot_sets("device=disk;mode=uefi", 0xa0, 0x24);
        assert_in_range(boot.reads, 1, 4);
        assert_string_equal(fake.kept.model, "Q1");
        assert_true(fake.call.answer.has & BMC_HAS_FACTS);
        assert_string_equal(fake.call.answer.vendor, "Supermicro");

        /* once */

        boot.reads = 0;
        boot_sets("device=disk;mode=uefi", 0xa0, 0x24);
        assert_int_equal(boot.reads, 0);
    }

    bmc_ipmi_forget(&fake.kept);
    boot_is(20974, "GIGABYTE", "R282");
    boot_sets("device=disk;mode=uefi", 0xa0, 0x08);
    assert_string_equal(fake.call.answer.vendor, "Gigabyte");
    assert_string_equal(fake.call.answer.maker, "AMI");
}


static void
a_machine_whose_maker_made_the_bmc_is_not_looked_at(void **state)
{
    boot_is(674, "Novarion", "Q1");
    boot_sets("device=disk;mode=uefi", 0xa0, 0x08);
    assert_int_equal(boot.reads, 0);
}


static void
a_machine_that_does_not_say_whose_it_is_boots_by_the_book(void **state)
{
    boot_is(20974, "To be filled by O.E.M.", "");
    boot_sets("device=disk;mode=uefi", 0xa0, 0x08);
    assert_null(fake.call.answer.vendor);
    assert_string_equal(fake.kept.vendor, "");

    bmc_ipmi_forget(&fake.kept);
    boot_is(20974, NULL, NULL);
    boot_sets("device=disk;mode=uefi", 0xa0, 0x08);
}


/* the boot device is what was asked for, and the inventory can wait */

static void
a_busy_inventory_keeps_nobody_from_booting(void **state)
{
    boot_is(20974, "Novarion", "Q1");
    boot.code = BMC_IPMI_BUSY;
    boot_sets("device=pxe", 0x80, 0x04);
    assert_int_equal(boot.reads, 1);
}


/* whose number is IBM's, and whose product is "OB" */

static void
openbmc_is_known_by_its_products_number(void **state)
{
    boot_is(42817, NULL, NULL);
    boot.product = 16975;
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=pxe"), BMC_OK);
    assert_string_equal(fake.kept.maker, "OpenBMC");
    assert_string_equal(fake.sent, "06/01 0a/10 0a/11 00/08! 00/08! 00/08! "
                                   "00/08!");

    bmc_ipmi_forget(&fake.kept);
    boot.product = 1;
    assert_int_equal(fake_run(BMC_BOOT_SET, "device=pxe"), BMC_OK);
    assert_string_equal(fake.kept.maker, "IBM");
    assert_string_equal(fake.sent, "06/01 00/08! 00/08! 00/08! 00/08! 00/08! "
                                   "00/08!");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        fake_test(what_go_hal_sends_can_be_sent),
        fake_test(what_go_hal_cannot_be_asked_for_can_be_sent_too),
        fake_test(a_machine_whose_bmc_anybody_may_have_made_is_looked_at),
        fake_test(a_machine_whose_maker_made_the_bmc_is_not_looked_at),
        fake_test(a_machine_that_does_not_say_whose_it_is_boots_by_the_book),
        fake_test(a_busy_inventory_keeps_nobody_from_booting),
        fake_test(openbmc_is_known_by_its_products_number)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
