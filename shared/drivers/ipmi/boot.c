
/*
 * Copyright (C) the bmcgate authors
 *
 * Boot options: IPMI 2.0, 28.12 to 28.14.
 */


#include <string.h>

#include "drivers/ipmi/verbs.h"


#define BOOT_SET         0x08        /* commands */
#define BOOT_GET         0x09

#define BOOT_PROGRESS    0x00        /* parameters */
#define BOOT_KEEP        0x03
#define BOOT_ACK         0x04
#define BOOT_FLAGS       0x05

#define BOOT_VALID       0x80        /* of the flags' first byte */
#define BOOT_PERSISTENT  0x40
#define BOOT_EFI         0x20

#define BOOT_DISK        0x08        /* of its second */
#define BOOT_DISK_24     0x24        /* "remote" by the book */


typedef struct {
    uint8_t      bits;               /* of the flags' second byte */
    const char  *name;
} boot_device_t;


/* the first of a name is what is set */

static const boot_device_t  boot_devices[] = {
    { 0x00, "none" },
    { 0x04, "pxe" },
    { BOOT_DISK, "disk" },
    { 0x10, "diag" },
    { 0x14, "cdrom" },
    { 0x18, "bios" },
    { 0x3c, "usb" },

    { 0x0c, "disk" },                /* safe mode */
    { 0x1c, "usb" },                 /* remote ones */
    { 0x20, "cdrom" },
    { BOOT_DISK_24, "disk" },
    { 0x2c, "disk" }
};


#define BOOT_DEVICES  (sizeof(boot_devices) / sizeof(boot_devices[0]))


typedef struct {
    size_t   step;
    bool     no_ack;                 /* it has no such parameters */
    uint8_t  code;                   /* of the flags */
    uint8_t  flags[2];
} boot_job_t;


static const char *
boot_name(uint8_t bits)
{
    size_t  i;

    for (i = 0; i < BOOT_DEVICES; i++) {
        if (boot_devices[i].bits == (bits & 0x3c)) {
            return boot_devices[i].name;
        }
    }

    return NULL;
}


static void
boot_answer(bmc_ipmi_job_t *job, const uint8_t *flags)
{
    json_t        *json;
    const char    *name;
    bmc_answer_t  *a;

    a = &job->call->answer;
    name = flags[0] & BOOT_VALID ? boot_name(flags[1]) : "none";

    if (name == NULL) {
        bmc_ipmi_end(job, BMC_REFUSED,
            "the BMC tells a boot device that IPMI does not know");
        return;
    }

    a->boot = name;
    a->has |= BMC_HAS_BOOT;
    a->boot_persistent = (flags[0] & BOOT_VALID)
                         && (flags[0] & BOOT_PERSISTENT);

    if (flags[0] & BOOT_VALID) {
        a->boot_efi = flags[0] & BOOT_EFI ? 2 : 1;
    }

    json = json_pack("{s:s, s:b}", "device", name, "persistent",
        (int) a->boot_persistent);

    if (a->boot_efi != 0) {
        bmc_ipmi_put(json, "mode", a->boot_efi == 2 ? "uefi" : "legacy");
    }

    bmc_ipmi_tell(job, json);
}


static void
boot_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    if (code != 0) {
        bmc_ipmi_refused(job, code, "boot flags");
        return;
    }

    if (len < 4 || (data[1] & 0x7f) != BOOT_FLAGS) {
        bmc_ipmi_short(job, "boot flags");
        return;
    }

    boot_answer(job, data + 2);
}


void
bmc_ipmi_boot_get(bmc_ipmi_job_t *job)
{
    static const uint8_t  data[] = { BOOT_FLAGS, 0, 0 };

    bmc_ipmi_ask(job, BMC_IPMI_CHASSIS, BOOT_GET, data, sizeof(data), 0,
        boot_told);
}


/*
 * In progress, acknowledged by nobody yet, kept for longer than 60 s, the
 * flags, commit, complete.  Many a BMC has only the flags, so only they
 * have to succeed.
 */

#define BOOT_STEPS       6
#define BOOT_FLAGS_STEP  3

static void boot_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len);


static void
boot_step(bmc_ipmi_job_t *job)
{
    size_t       n;
    uint8_t      data[6];
    boot_job_t  *b;

    static const uint8_t  steps[BOOT_STEPS][4] = {
        { 2, BOOT_PROGRESS, 0x01 },
        { 3, BOOT_ACK, 0x01, 0x01 },
        { 2, BOOT_KEEP, 0x08 },
        { 0 },
        { 2, BOOT_PROGRESS, 0x02 },
        { 2, BOOT_PROGRESS, 0x00 }
    };

    b = job->data;
    memset(data, 0, sizeof(data));
    n = steps[b->step][0];
    memcpy(data, steps[b->step] + 1, 3);

    if (b->step == BOOT_FLAGS_STEP) {
        n = sizeof(data);
        data[0] = BOOT_FLAGS;
        data[1] = b->flags[0];
        data[2] = b->flags[1];
    }

    bmc_ipmi_ask(job, BMC_IPMI_CHASSIS, BOOT_SET, data, n, BMC_IPMI_CHANGES,
        boot_done);
}


static void
boot_done(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    boot_job_t  *b;

    b = job->data;

    /* busy before anything was done: all of it again, later */

    if (code == BMC_IPMI_BUSY && b->step == 0) {
        bmc_ipmi_refused(job, code, "boot flags");
        return;
    }

    if (b->step == BOOT_FLAGS_STEP) {
        b->code = code;

        /* what was not taken needs no commit, only an end */

        b->step += code != 0;
    }

    b->step++;

    if (b->no_ack && b->step < BOOT_FLAGS_STEP) {
        b->step = BOOT_FLAGS_STEP;
    }

    if (b->step < BOOT_STEPS) {
        boot_step(job);

    } else if (b->code != 0) {
        bmc_ipmi_refused(job, b->code, "boot flags");

    } else {
        bmc_ipmi_end(job, BMC_OK, "");
    }
}


/* who it is decides what it understands */

static void
boot_met(bmc_ipmi_job_t *job)
{
    boot_job_t  *b;

    b = job->data;
    b->no_ack = bmc_ipmi_quirk(job, BMC_QUIRK_IPMI_BOOT_NO_ACK);

    if ((b->flags[0] & BOOT_EFI) && b->flags[1] == BOOT_DISK
        && bmc_ipmi_quirk(job, BMC_QUIRK_IPMI_DISK_24))
    {
        b->flags[1] = BOOT_DISK_24;
    }

    boot_step(job);
}


void
bmc_ipmi_boot_set(bmc_ipmi_job_t *job)
{
    size_t       i;
    const char  *device, *mode;
    boot_job_t  *b;

    if (!bmc_ipmi_room(job, sizeof(boot_job_t))) {
        return;
    }

    b = job->data;
    device = bmc_call_arg(job->call, "device");
    mode = bmc_call_arg(job->call, "mode");
    b->flags[0] = BOOT_VALID;

    for (i = 0; device != NULL && i < BOOT_DEVICES; i++) {
        if (strcmp(boot_devices[i].name, device) == 0) {
            break;
        }
    }

    if (device == NULL || i == BOOT_DEVICES) {
        bmc_ipmi_end(job, BMC_USAGE, "IPMI has no such boot device");
        return;
    }

    b->flags[1] = boot_devices[i].bits;

    if (b->flags[1] != 0 && bmc_ipmi_true(job->call, "persistent")) {
        b->flags[0] |= BOOT_PERSISTENT;
    }

    if (mode != NULL && strcmp(mode, "uefi") == 0) {
        b->flags[0] |= BOOT_EFI;
    }

    bmc_ipmi_meet(job, boot_met);
}
