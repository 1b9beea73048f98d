
/*
 * Copyright (C) the bmcgate authors
 *
 * Collections: all pages, each member whole.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/unit.h"


#define MEMBERS_PAGES  256           /* also where they lead in a circle */


static void  members_next(bmc_rf_job_t *job);


void
bmc_rf_walk_free(bmc_rf_unit_t *u)
{
    json_decref(u->walk.page);
    bmc_rf_wipe(&u->walk.path);
    memset(&u->walk, 0, sizeof(u->walk));
}


static void
members_done(bmc_rf_job_t *job)
{
    bmc_rf_told_pt  done;

    done = job->u->walk.done;
    bmc_rf_walk_free(job->u);
    done(job, NULL);
}


/* false: who was told has ended the job, which is gone */

static bool
members_tell(bmc_rf_job_t *job, json_t *member)
{
    unsigned        serial;
    bmc_rf_unit_t  *u;

    u = job->u;
    serial = u->serial;
    json_incref(member);
    u->walk.each(job, member);
    json_decref(member);

    return u->job == job && u->serial == serial;
}


static void
members_one_told(bmc_rf_job_t *job, json_t *json)
{
    if (!json_is_object(json) || members_tell(job, json)) {
        members_next(job);
    }
}


static void
members_page_told(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_walk_t  *w;

    w = &job->u->walk;

    if (!json_is_object(json) && w->expands) {

        /* offered, and yet not to be had */

        job->u->expands = job->status == 503;
        w->expands = false;
        bmc_rf_try(job, w->path, members_page_told);
        return;
    }

    json_decref(w->page);
    w->page = json_is_object(json) ? json_incref(json) : NULL;
    w->at = 0;

    members_next(job);
}


static void
members_page(bmc_rf_job_t *job, const char *path)
{
    char            expanded[BMC_RF_PATH_MAX + 32];
    bmc_rf_walk_t  *w;

    w = &job->u->walk;

    if (!bmc_rf_set_path(&w->path, path)) {
        bmc_rf_end(job, BMC_FAILED, "out of memory");
        return;
    }

    (void) snprintf(expanded, sizeof(expanded), "%s?$expand=.%s",
        w->path != NULL ? w->path : "",
        job->u->levels ? "($levels=1)" : "");

    w->expands = job->u->expands && w->path != NULL
                 && strchr(w->path, '?') == NULL
                 && strlen(expanded) < BMC_RF_PATH_MAX;

    if (w->expands) {
        bmc_rf_member(job, expanded, members_page_told);
        return;
    }

    bmc_rf_try(job, w->path, members_page_told);
}


/* a reference is nothing but its "@odata.id" */

static bool
members_is_whole(const json_t *member)
{
    return json_object_size(member) > 1;
}


static const char *
members_more(const bmc_rf_walk_t *w)
{
    const char  *path;

    path = bmc_rf_text(w->page, "Members@odata.nextLink");

    if (path == NULL) {
        path = bmc_rf_text(w->page, "@odata.nextLink");
    }

    if (path == NULL || w->n >= BMC_RF_MEMBERS_MAX
        || w->pages >= MEMBERS_PAGES || strcmp(path, w->path) == 0)
    {
        return NULL;
    }

    return path;
}


static void
members_next(bmc_rf_job_t *job)
{
    json_t         *member;
    const char     *path;
    const json_t   *members;
    bmc_rf_walk_t  *w;

    w = &job->u->walk;
    members = bmc_rf_array(w->page, "Members");

    while (w->at < json_array_size(members) && w->n < BMC_RF_MEMBERS_MAX) {
        w->n++;
        member = json_array_get(members, w->at++);
        path = bmc_rf_text(member, "@odata.id");

        if (members_is_whole(member)) {
            if (!members_tell(job, member)) {
                return;
            }

        } else if (path != NULL && strlen(path) < BMC_RF_PATH_MAX) {
            bmc_rf_member(job, path, members_one_told);
            return;
        }
    }

    path = members_more(w);

    if (path != NULL) {
        w->pages++;
        members_page(job, path);
        return;
    }

    members_done(job);
}


void
bmc_rf_members(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt each,
    bmc_rf_told_pt done)
{
    bmc_rf_unit_t  *u;

    u = job->u;
    bmc_rf_walk_free(u);
    u->walk.each = each;
    u->walk.done = done;

    members_page(job, path);
}
