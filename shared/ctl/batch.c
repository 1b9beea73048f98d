
/*
 * Copyright (C) the bmcgate authors
 *
 * Many requests at once, their results in the order of the hosts.
 */


#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"


bool
bmc_batch_init(bmc_batch_t *r, bmc_ctl_t *c, size_t njobs)
{
    size_t  i;

    memset(r, 0, sizeof(bmc_batch_t));
    r->ctl = c;
    r->job = calloc(njobs + 1, sizeof(bmc_job_t));

    if (r->job == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    r->njobs = njobs;

    for (i = 0; i < njobs; i++) {
        r->job[i].batch = r;
        r->job[i].verb = c->args.cmd->verb;

        if (njobs == c->nhosts) {
            r->job[i].host = c->host[i];
        }
    }

    return true;
}


void
bmc_batch_free(bmc_batch_t *r)
{
    size_t  i;

    for (i = 0; i < r->njobs; i++) {
        if (r->job[i].op != NULL) {
            bmc_drop(r->job[i].op);
        }

        free(r->job[i].text);
        json_decref(r->job[i].row);
    }

    if (r->group != NULL) {
        bmc_drop_group(r->group);
    }

    bmc_verbargs_free(&r->va);
    free(r->sorted);
    free(r->job);
    memset(r, 0, sizeof(bmc_batch_t));
}


static void
batch_request(const bmc_batch_t *r, const bmc_job_t *j, bmc_request_t *req)
{
    memset(req, 0, sizeof(bmc_request_t));
    req->verb = j->verb;
    req->host = bmc_host_name(j->host);
    req->door = "bmcctl";
    req->actor = &r->ctl->actor;
    req->args = r->va.arg;
    req->nargs = r->va.narg;
    req->flags = r->ctl->flags;
    req->timeout = r->ctl->timeout;
    req->verify = r->ctl->verify;
}


static void
batch_end(bmc_job_t *j, bmc_rc_t rc, const char *text)
{
    j->batch->nended++;
    j->rc = rc;
    j->ended = true;
    j->op = NULL;
    j->text = text[0] == '\0' ? NULL : strdup(text);
}


static void
batch_refused(bmc_job_t *j, bmc_rc_t rc, const char *why)
{
    batch_end(j, rc, why);
    j->row = bmc_row_refused(bmc_host_name(j->host), rc, why);
}


static void
batch_done(void *data, const bmc_result_t *result)
{
    bmc_job_t  *j;

    j = data;
    batch_end(j, result->rc, result->text);
    j->verified = result->verified;
    j->row = bmc_row_result(result, j->verb);
}


/* what has ended is shown as soon as all before it have */

static void
batch_show(bmc_batch_t *r)
{
    bool  erased;

    erased = false;

    while (r->shown < r->njobs && r->job[r->shown].ended) {
        if (r->show != NULL) {
            if (!erased) {
                bmc_progress_erase(r);
                erased = true;
            }

            r->show(&r->job[r->shown]);
        }

        r->shown++;
    }

    if (r->show != NULL) {
        (void) bmc_ctl_flush();
    }
}


static void
batch_begin(bmc_batch_t *r)
{
    bmc_rc_t        rc;
    bmc_job_t      *j;
    bmc_request_t   req;
    char            why[BMC_TEXT_MAX];

    while (r->next < r->njobs && r->next - r->nended < BMC_CTL_INFLIGHT) {
        j = &r->job[r->next++];
        why[0] = '\0';
        batch_request(r, j, &req);
        rc = bmc_submit(r->ctl->core, &req, batch_done, j, &j->op, why);

        if (rc != BMC_OK) {
            batch_refused(j, rc, why);
        }
    }
}


void
bmc_batch_reads(bmc_batch_t *r)
{
    r->progress = r->njobs > 1;

    for ( ;; ) {
        batch_begin(r);
        batch_show(r);

        if (r->nended == r->njobs) {
            break;
        }

        bmc_progress_draw(r);

        if (!bmc_ctl_loop_once(r->ctl, NULL, 0, 250)) {
            break;
        }
    }

    bmc_progress_erase(r);
}


static int
batch_compare(const void *a, const void *b, void *data)
{
    const bmc_job_t  *job;

    job = data;

    return strcmp(bmc_host_name(job[*(const size_t *) a].host),
                  bmc_host_name(job[*(const size_t *) b].host));
}


static bmc_job_t *
batch_find(bmc_batch_t *r, const char *host)
{
    int     cmp;
    size_t  low, high, mid;

    low = 0;
    high = r->njobs;

    while (low < high) {
        mid = low + (high - low) / 2;
        cmp = strcmp(host, bmc_host_name(r->job[r->sorted[mid]].host));

        if (cmp == 0) {
            return &r->job[r->sorted[mid]];
        }

        if (cmp < 0) {
            high = mid;

        } else {
            low = mid + 1;
        }
    }

    return NULL;
}


static void
batch_step(void *data, const bmc_result_t *result)
{
    bmc_job_t  *j;

    j = batch_find(data, result->host);

    if (j != NULL && !j->ended) {
        batch_done(j, result);
    }
}


static void
batch_group_done(void *data, unsigned ok, unsigned failed)
{
    bmc_batch_t  *r;

    r = data;
    r->group = NULL;
    r->grouped = false;
}


static bool
batch_group(bmc_batch_t *r)
{
    size_t          i;
    bmc_rc_t        rc;
    const char    **names;
    bmc_request_t   req;
    char            why[BMC_TEXT_MAX];

    why[0] = '\0';
    names = calloc(r->njobs, sizeof(char *));
    r->sorted = calloc(r->njobs, sizeof(size_t));

    if (names == NULL || r->sorted == NULL) {
        bmc_ctl_error("out of memory");
        free(names);
        return false;
    }

    for (i = 0; i < r->njobs; i++) {
        names[i] = bmc_host_name(r->job[i].host);
        r->sorted[i] = i;
    }

    qsort_r(r->sorted, r->njobs, sizeof(size_t), batch_compare, r->job);
    batch_request(r, &r->job[0], &req);
    req.host = NULL;
    r->grouped = true;
    rc = bmc_submit_group(r->ctl->core, &req, names, r->njobs, batch_step,
                          batch_group_done, r, &r->group, NULL, why);
    free(names);

    if (rc != BMC_OK) {
        r->grouped = false;

        for (i = 0; i < r->njobs; i++) {
            batch_refused(&r->job[i], rc, why);
        }
    }

    return true;
}


void
bmc_batch_change(bmc_batch_t *r)
{
    if (r->njobs == 1) {
        bmc_batch_reads(r);
        return;
    }

    if (!batch_group(r)) {
        return;
    }

    r->progress = true;

    for ( ;; ) {
        batch_show(r);

        if (!r->grouped || r->nended == r->njobs) {
            break;
        }

        bmc_progress_draw(r);

        if (!bmc_ctl_loop_once(r->ctl, NULL, 0, 250)) {
            break;
        }
    }

    bmc_progress_erase(r);
}


int
bmc_batch_status(const bmc_batch_t *r, bool say)
{
    int               status, one;
    size_t            i;
    const bmc_job_t  *j;

    status = 0;

    for (i = 0; i < r->njobs; i++) {
        j = &r->job[i];

        if (j->ended && j->rc == BMC_OK) {
            continue;
        }

        one = j->ended ? bmc_error(j->rc)->exit : BMC_FAILED;

        if (say && j->ended) {
            bmc_ctl_host(stderr, bmc_host_name(j->host),
                         j->text != NULL ? j->text : bmc_error(j->rc)->text);
        }

        status = status == 0 || status == one ? one : BMC_FAILED;
    }

    return status;
}
