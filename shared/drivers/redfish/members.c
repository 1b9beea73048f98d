
/*
 * Copyright (C) the bmcgate authors
 *
 * Collections: all pages, each member whole.
 */


#include <stdio.h>
#include <string.h>

#include "drivers/redfish/unit.h"


#define MEMBERS_PAGES  256


static void  members_next(bmc_rf_job_t *job);


void
bmc_rf_walk_free(bmc_rf_unit_t *u)
{
    json_decref(u->walk.page);
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


static void
members_one_told(bmc_rf_job_t *job, json_t *json)
{
    if (json_is_object(json)) {
        job->u->walk.each(job, json);
    }

    members_next(job);
}


static void
members_page_told(bmc_rf_job_t *job, json_t *json)
{
    bmc_rf_walk_t  *w;

    w = &job->u->walk;

    if (json == NULL && w->expands) {

        /* offered, and yet not to be had */

        job->u->expands = false;
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
    w->expands = job->u->expands && strchr(path, '?') == NULL;

    if (path != w->path) {
        (void) snprintf(w->path, sizeof(w->path), "%s", path);
    }

    if (!w->expands) {
        bmc_rf_try(job, w->path, members_page_told);
        return;
    }

    (void) snprintf(expanded, sizeof(expanded), "%s?$expand=.", w->path);
    bmc_rf_try(job, expanded, members_page_told);
}


/* a reference is nothing but its "@odata.id" */

static bool
members_is_whole(const json_t *member)
{
    return json_object_size(member) > 1;
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
        member = json_array_get(members, w->at++);
        path = bmc_rf_text(member, "@odata.id");

        if (members_is_whole(member)) {
            w->n++;
            w->each(job, member);
            continue;
        }

        if (path != NULL && strlen(path) < BMC_RF_PATH_MAX) {
            w->n++;
            bmc_rf_try(job, path, members_one_told);
            return;
        }
    }

    path = bmc_rf_text(w->page, "Members@odata.nextLink");

    if (path == NULL) {
        path = bmc_rf_text(w->page, "@odata.nextLink");
    }

    if (path != NULL && w->n < BMC_RF_MEMBERS_MAX
        && ++w->pages < MEMBERS_PAGES && strlen(path) < BMC_RF_PATH_MAX
        && strcmp(path, w->path) != 0)
    {
        members_page(job, path);
        return;
    }

    members_done(job);
}


void
bmc_rf_members(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt each,
    bmc_rf_told_pt done)
{
    bmc_rf_walk_free(job->u);
    job->u->walk.each = each;
    job->u->walk.done = done;

    if (path == NULL || strlen(path) >= BMC_RF_PATH_MAX) {
        bmc_rf_try(job, NULL, members_page_told);
        return;
    }

    members_page(job, path);
}
