
/*
 * Copyright (C) the bmcgate authors
 *
 * What is booted next.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/changes.h"
#include "drivers/redfish/unit.h"


typedef struct {
    bmc_rf_boot_want_t   want;
    const char          *path;       /* of the system */
    const char          *settings;   /* … and of its settings; or NULL */
    const char          *dell;       /* the manager's attributes; or NULL */
    json_t              *body;       /* is job->keep[1] */
    const char          *option;     /* first in BootOrder; or NULL */
    bool                 tried;      /* the settings */
} boot_job_t;


static void boot_look(bmc_rf_job_t *job, json_t *system);
static void boot_build(bmc_rf_job_t *job);
static void boot_told_options(bmc_rf_job_t *job, json_t *json);
static void boot_told_manager(bmc_rf_job_t *job, json_t *manager);
static void boot_send(bmc_rf_job_t *job);
static void boot_send_settings(bmc_rf_job_t *job, json_t *json);
static void boot_told(bmc_rf_job_t *job, json_t *json);
static void boot_told_dell(bmc_rf_job_t *job, json_t *json);


/*
 * What is persistent in BootOrder is no override, and which device an option
 * there is takes more requests to find out.  Of the one that we put there we
 * know it, as long as it is the first.
 */

static void
boot_is_ordered(const bmc_rf_job_t *job, const json_t *boot,
    bmc_rf_boot_is_t *is)
{
    const char           *option;
    const bmc_rf_unit_t  *u;

    u = job->u;
    option = json_string_value(json_array_get(bmc_rf_array(boot,
        "BootOrder"), 0));

    if (u->first[0] != '\0' && option != NULL
        && strcmp(option, u->option) == 0
        && strcmp(is->device, "none") == 0
        && bmc_rf_quirk(job, BMC_QUIRK_BOOT_ORDER_FOR_DISK))
    {
        (void) snprintf(is->device, sizeof(is->device), "%s", u->first);
        is->persistent = true;
    }
}


static void
boot_told_system(bmc_rf_job_t *job, json_t *system)
{
    json_t            *json;
    const json_t      *boot;
    bmc_answer_t      *a;
    bmc_rf_boot_is_t  *is;

    if (!bmc_rf_data(job, sizeof(bmc_rf_boot_is_t))) {
        return;
    }

    is = job->data;
    boot = bmc_rf_object(system, "Boot");

    if (!bmc_rf_boot_is(boot, is)) {
        bmc_rf_end(job, BMC_UNSUPPORTED,
            "this BMC does not tell what is booted next");
        return;
    }

    boot_is_ordered(job, boot, is);

    a = &job->call->answer;
    a->has |= BMC_HAS_BOOT;
    a->boot = is->device;
    a->boot_persistent = is->persistent;
    a->boot_efi = is->efi;

    json = json_pack("{s:s, s:b}", "device", is->device, "persistent",
        (int) is->persistent);

    if (is->efi != 0) {
        bmc_rf_put(json, "mode", is->efi == 2 ? "uefi" : "legacy");
    }

    bmc_rf_tell(job, json);
}


void
bmc_rf_boot_get(bmc_rf_job_t *job)
{
    bmc_rf_system(job, boot_told_system);
}


void
bmc_rf_boot_set(bmc_rf_job_t *job)
{
    boot_job_t  *b;

    if (!bmc_rf_data(job, sizeof(boot_job_t))) {
        return;
    }

    b = job->data;
    b->want.device = bmc_call_arg(job->call, "device");
    b->want.mode = bmc_call_arg(job->call, "mode");
    b->want.persistent = bmc_rf_arg_true(job, "persistent", false)
                         && strcmp(b->want.device, "none") != 0;

    bmc_rf_system(job, boot_look);
}


static void
boot_done(bmc_rf_job_t *job)
{
    boot_job_t     *b;
    bmc_rf_unit_t  *u;

    b = job->data;
    u = job->u;

    if (b->option != NULL) {
        (void) snprintf(u->first, sizeof(u->first), "%s", b->want.device);
        (void) snprintf(u->option, sizeof(u->option), "%s", b->option);

    } else if (strcmp(b->want.device, "none") == 0) {
        u->first[0] = '\0';
    }

    bmc_rf_end(job, BMC_OK, NULL);
}


/* what it does not offer is not sent */

static bool
boot_offered(bmc_rf_job_t *job, const json_t *boot)
{
    char           what[64];
    boot_job_t    *b;
    const char    *enabled;
    const json_t  *offered;

    b = job->data;
    offered = bmc_rf_array(boot, BMC_RF_BOOT_TARGET BMC_RF_BOOT_OFFERS);
    (void) snprintf(what, sizeof(what), "boot from %s", b->want.device);

    if (bmc_rf_boot_target(boot, b->want.device, bmc_rf_quirks(job)) == NULL) {
        bmc_rf_unsupported(job, what, offered);
        return false;
    }

    enabled = b->want.persistent ? "Continuous" : "Once";
    offered = bmc_rf_array(boot, BMC_RF_BOOT_ENABLED BMC_RF_BOOT_OFFERS);

    if (strcmp(b->want.device, "none") != 0
        && !bmc_rf_offers(offered, enabled))
    {
        bmc_rf_unsupported(job, b->want.persistent
            ? "override every boot" : "override the next boot only", offered);
        return false;
    }

    if (b->want.mode == NULL) {
        return true;
    }

    offered = bmc_rf_array(boot, BMC_RF_BOOT_MODE BMC_RF_BOOT_OFFERS);

    if ((offered == NULL && bmc_rf_text(boot, BMC_RF_BOOT_MODE) == NULL)
        || !bmc_rf_offers(offered, bmc_rf_boot_mode(b->want.mode)))
    {
        (void) snprintf(what, sizeof(what), "boot in %s mode", b->want.mode);
        bmc_rf_unsupported(job, what, offered);
        return false;
    }

    return true;
}


static void
boot_each_option(bmc_rf_job_t *job, json_t *option)
{
    (void) json_array_append(job->keep[2], option);
}


static void
boot_look(bmc_rf_job_t *job, json_t *system)
{
    boot_job_t    *b;
    const char    *settings;
    const json_t  *boot;

    b = job->data;
    boot = bmc_rf_object(system, "Boot");

    if (boot == NULL || bmc_rf_text(system, "@odata.id") == NULL) {
        bmc_rf_end(job, BMC_UNSUPPORTED,
            "this BMC does not let us say what is booted");
        return;
    }

    if (!boot_offered(job, boot)) {
        return;
    }

    bmc_rf_keep(job, 0, system);
    b->path = bmc_rf_text(system, "@odata.id");
    settings = bmc_rf_link(bmc_rf_object(system, "@Redfish.Settings"),
        "SettingsObject");
    b->settings = settings;

    if (!b->want.persistent
        || !bmc_rf_quirk(job, BMC_QUIRK_BOOT_ORDER_FOR_DISK))
    {
        boot_build(job);
        return;
    }

    job->keep[2] = json_array();
    bmc_rf_members(job, bmc_rf_link(boot, "BootOptions"), boot_each_option,
        boot_told_options);
}


static void
boot_told_options(bmc_rf_job_t *job, json_t *json)
{
    json_t        *order;
    boot_job_t    *b;
    const json_t  *boot;

    b = job->data;
    boot = bmc_rf_object(job->keep[0], "Boot");
    order = bmc_rf_boot_order(bmc_rf_array(boot, "BootOrder"), job->keep[2],
        b->want.device);

    if (order == NULL) {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC keeps a boot device for "
            "one boot only, and its boot order has no %s", b->want.device);
        return;
    }

    b->option = bmc_pstrdup(job->call->pool,
        json_string_value(json_array_get(order, 0)));
    b->body = json_pack("{s:o}", "BootOrder", order);

    if (b->want.mode != NULL) {
        bmc_rf_put(b->body, BMC_RF_BOOT_MODE, bmc_rf_boot_mode(b->want.mode));
    }

    boot_build(job);
}


static void
boot_build(bmc_rf_job_t *job)
{
    boot_job_t  *b;

    b = job->data;

    if (b->body == NULL) {
        b->body = bmc_rf_boot_body(bmc_rf_object(job->keep[0], "Boot"),
            &b->want, bmc_rf_quirks(job));
    }

    if (b->body == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    if (json_object_size(b->body) == 0) {
        json_decref(b->body);
        boot_done(job);
        return;
    }

    b->body = json_pack("{s:o}", "Boot", b->body);
    job->keep[1] = b->body;

    if (strcmp(b->want.device, "cdrom") == 0
        && bmc_rf_quirk(job, BMC_QUIRK_MEDIA_BOOT_DELL))
    {
        bmc_rf_manager(job, boot_told_manager);
        return;
    }

    boot_send(job);
}


/* of the manager's three sets of attributes the one that is called as it is */

static void
boot_told_manager(bmc_rf_job_t *job, json_t *manager)
{
    size_t         i, len, n;
    json_t        *value;
    boot_job_t    *b;
    const char    *path, *id;
    const json_t  *links;

    b = job->data;
    id = bmc_rf_text(manager, "Id");
    path = bmc_rf_text(manager, "@odata.id");
    links = bmc_rf_object(bmc_rf_object(manager, "Links"), "Oem");
    links = bmc_rf_array(bmc_rf_object(links, "Dell"), "DellAttributes");

    if (path == NULL) {
        boot_send(job);
        return;
    }

    n = id == NULL ? 0 : strlen(id);
    b->dell = bmc_psprintf(job->call->pool, "%s/Attributes", path);

    json_array_foreach(links, i, value) {
        path = bmc_rf_text(value, "@odata.id");
        len = path == NULL ? 0 : strlen(path);

        if (n > 0 && len > n && path[len - n - 1] == '/'
            && strcmp(path + len - n, id) == 0)
        {
            b->dell = bmc_pstrdup(job->call->pool, path);
        }
    }

    if (b->dell == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    boot_send(job);
}


static void
boot_send(bmc_rf_job_t *job)
{
    boot_job_t  *b;

    b = job->data;

    if (b->settings != NULL && bmc_rf_quirk(job, BMC_QUIRK_BOOT_SETTINGS)) {
        b->tried = true;
        bmc_rf_try(job, b->settings, boot_send_settings);
        return;
    }

    bmc_rf_change_try(job, "PATCH", b->path, json_incref(b->body), boot_told);
}


/* the settings were read for their ETag alone */

static void
boot_send_settings(bmc_rf_job_t *job, json_t *json)
{
    boot_job_t  *b;

    b = job->data;

    bmc_rf_change_try(job, "PATCH", b->settings, json_incref(b->body),
        boot_told);
}


/* a system that only shows Boot has done nothing */

static bool
boot_only_shown(bmc_rf_job_t *job, json_t *json)
{
    return job->status == 405
           || ((job->status >= 400 || bmc_rf_undone(json) != NULL)
               && bmc_rf_names(json, "PropertyNotWritable"));
}


static void
boot_told(bmc_rf_job_t *job, json_t *json)
{
    json_t      *body;
    boot_job_t  *b;

    b = job->data;

    if (!b->tried && b->settings != NULL && boot_only_shown(job, json)) {
        b->tried = true;
        bmc_rf_try(job, b->settings, boot_send_settings);
        return;
    }

    if (!bmc_rf_taken(job, json, "boot override")) {
        return;
    }

    if (b->dell == NULL) {
        boot_done(job);
        return;
    }

    body = json_pack("{s:{s:s, s:s}}", "Attributes",
        "ServerBoot.1.BootOnce", b->want.persistent ? "Disabled" : "Enabled",
        "ServerBoot.1.FirstBootDevice", "VCD-DVD");

    bmc_rf_change_try(job, "PATCH", b->dell, body, boot_told_dell);
}


static void
boot_told_dell(bmc_rf_job_t *job, json_t *json)
{
    if (bmc_rf_taken(job, json, "first boot device")) {
        boot_done(job);
    }
}
