
/*
 * Copyright (C) the bmcgate authors
 *
 * An image into a slot of virtual media.
 */


#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "drivers/redfish/media.h"


#define INSERT_ACTION    "VirtualMedia.InsertMedia"
#define INSERT_PROTOCOL  "TransferProtocolType"


static void insert_chosen(bmc_rf_job_t *job, json_t *slot);
static void insert_send(bmc_rf_job_t *job);
static void insert_told(bmc_rf_job_t *job, json_t *json);


static const char *
insert_protocol(const char *image)
{
    size_t  i;

    static const char *const  protocols[] = { "HTTPS", "HTTP", "NFS", "CIFS" };

    for (i = 0; i < 3; i++) {
        if (strncasecmp(image, protocols[i], strlen(protocols[i])) == 0) {
            break;
        }
    }

    return protocols[i];
}


/*
 * Inserted and WriteProtected are true unless said, by the standard.  Some
 * attach nothing when they are not said, and some refuse to hear them.
 */

json_t *
bmc_rf_media_body(const bmc_rf_media_want_t *want, bmc_quirks_t quirks)
{
    bool     less, dummy;
    json_t  *body;

    dummy = want->user == NULL && want->password == NULL
            && bmc_quirk_is_on(quirks, BMC_QUIRK_MEDIA_DUMMY_LOGIN);
    less = !want->patch
           && (want->less
               || bmc_quirk_is_on(quirks, BMC_QUIRK_MEDIA_IMAGE_ONLY));
    body = json_pack("{s:s}", "Image", want->image);

    if (!less || bmc_quirk_is_on(quirks, BMC_QUIRK_MEDIA_SEND_INSERTED)) {
        (void) json_object_set_new(body, "Inserted", json_true());
    }

    if (!less || want->writable) {
        (void) json_object_set_new(body, "WriteProtected",
            json_boolean(!want->writable));
    }

    if (bmc_quirk_is_on(quirks, BMC_QUIRK_MEDIA_PROTOCOL)) {
        bmc_rf_put(body, INSERT_PROTOCOL, insert_protocol(want->image));
    }

    bmc_rf_put(body, "UserName", dummy ? "none" : want->user);

    if (dummy) {
        bmc_rf_put(body, "Password", "none");

    } else if (want->password != NULL) {
        (void) json_object_set(body, "Password", want->password);
    }

    return body;
}


/* a slot without the action is passed over, unless PATCH is known to do */

static bool
insert_can(bmc_rf_job_t *job, const json_t *slot)
{
    return bmc_rf_action(slot, INSERT_ACTION) != NULL
           || bmc_rf_quirk(job, BMC_QUIRK_MEDIA_PATCH);
}


static void
insert_choose(bmc_rf_job_t *job)
{
    size_t           i;
    json_t          *slot, *full;
    bmc_rf_media_t  *m;

    m = job->data;
    full = NULL;

    json_array_foreach(job->keep[0], i, slot) {

        if (!insert_can(job, slot)
            || !bmc_rf_media_suits(slot, m->want.image, m->want.writable))
        {
            continue;
        }

        if (!bmc_rf_media_full(slot)) {
            insert_chosen(job, slot);
            return;
        }

        full = full == NULL ? slot : full;
    }

    if (full != NULL) {
        insert_chosen(job, full);
        return;
    }

    bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC has no slot into which such "
        "an image can be inserted");
}


static void
insert_walked(bmc_rf_job_t *job)
{
    json_t      *slot;
    const char  *device;

    device = bmc_call_arg(job->call, "device");

    if (bmc_rf_quirk(job, BMC_QUIRK_MEDIA_PLAIN_URL)
        && strpbrk(bmc_call_arg(job->call, "image"), "?=") != NULL)
    {
        bmc_rf_end(job, BMC_UNSUPPORTED, "this BMC cannot fetch an image "
            "whose URL has a ? or a = in it");
        return;
    }

    if (device == NULL) {
        insert_choose(job);
        return;
    }

    slot = bmc_rf_media_find(job, device);

    if (slot == NULL) {
        bmc_rf_media_no_slot(job);

    } else if (!bmc_rf_media_full(slot) && !insert_can(job, slot)) {
        bmc_rf_end(job, BMC_UNSUPPORTED,
            "this BMC does not offer InsertMedia for %s", device);

    } else {
        insert_chosen(job, slot);
    }
}


static void
insert_chosen(bmc_rf_job_t *job, json_t *slot)
{
    bmc_rf_media_t  *m;
    const json_t    *offered;

    m = job->data;
    m->name = bmc_rf_media_name(slot);
    m->path = bmc_rf_text(slot, "@odata.id");
    m->target = bmc_rf_action(slot, INSERT_ACTION);
    m->want.patch = m->target == NULL;

    if (bmc_rf_media_full(slot)) {
        bmc_rf_end(job, BMC_REFUSED,
            "%s holds an image already: eject it first", m->name);
        return;
    }

    if (m->want.patch && m->path == NULL) {
        bmc_rf_end(job, BMC_REFUSED, "the BMC does not tell where %s is",
            m->name);
        return;
    }

    offered = bmc_rf_allowable(slot, INSERT_ACTION, INSERT_PROTOCOL);

    if (!bmc_rf_offers(offered, insert_protocol(m->want.image))) {
        bmc_rf_unsupported(job, "fetch images from such a server", offered);
        return;
    }

    insert_send(job);
}


static void
insert_send(bmc_rf_job_t *job)
{
    json_t          *body;
    bmc_rf_media_t  *m;

    m = job->data;
    body = bmc_rf_media_body(&m->want, bmc_rf_quirks(job));

    if (body == NULL) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    bmc_rf_change_try(job, m->want.patch ? "PATCH" : "POST",
        m->want.patch ? m->path : m->target, body, insert_told);
}


/* who does not know a parameter says so before anything is done */

static void
insert_told(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_media_t  *m;

    m = job->data;

    if (job->status == 400 && !m->want.less && !m->want.patch
        && !bmc_rf_quirk(job, BMC_QUIRK_MEDIA_IMAGE_ONLY)
        && (bmc_rf_names(json, "Inserted")
            || (!m->want.writable && bmc_rf_names(json, "WriteProtected"))))
    {
        m->want.less = true;
        insert_send(job);
        return;
    }

    if (bmc_rf_taken(job, json, m->name)) {
        bmc_rf_end(job, BMC_OK, NULL);
    }
}


void
bmc_rf_media_insert(bmc_rf_job_t *job)
{
    bmc_rf_media_t  *m;

    if (!bmc_rf_data(job, sizeof(bmc_rf_media_t))) {
        return;
    }

    m = job->data;
    m->want.image = bmc_call_arg(job->call, "image");
    m->want.writable = !bmc_rf_arg_true(job, "write_protected", true);

    if (bmc_rf_arg_text(job, "user", &m->want.user)
        && bmc_rf_arg_secret(job, "password", &m->want.password))
    {
        bmc_rf_media_walk(job, insert_walked);
    }
}
