
/*
 * Copyright (C) the bmcgate authors
 *
 * What is loaded once, perhaps with privileges, and inherited over fork().
 */


#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate/core.h"


static void
base_print(void *data, const char *line)
{
    (void) dprintf(STDERR_FILENO, "%s\n", line);
}


bmc_base_t *
bmc_base_hold(bmc_base_t *base)
{
    base->refs++;
    return base;
}


bmc_root_t *
bmc_root_hold(bmc_root_t *root)
{
    root->refs++;
    return root;
}


void *
bmc_root_shared(const bmc_root_t *root, const bmc_driver_t *driver)
{
    size_t  i;

    for (i = 0; i < BMC_DRIVERS_MAX && bmc_drivers[i] != NULL; i++) {
        if (bmc_drivers[i] == driver) {
            return root->shared[i];
        }
    }

    return NULL;
}


static void
root_unbind(bmc_root_t *root)
{
    char      path[4096];
    unsigned  i;

    for (i = 0; i < root->nseats; i++) {
        (void) close(root->seat[i].fd);

        if (getpid() != root->opener) {
            continue;
        }

        (void) snprintf(path, sizeof(path), "%s/peer/%s", root->run,
            root->seat[i].sock);
        (void) unlink(path);
    }

    free(root->seat);
}


void
bmc_root_free(bmc_root_t *root)
{
    size_t  i;

    if (root == NULL || --root->refs > 0) {
        return;
    }

    root_unbind(root);

    for (i = 0; i < BMC_DRIVERS_MAX && bmc_drivers[i] != NULL; i++) {
        if (root->shared[i] != NULL) {
            bmc_drivers[i]->unload(root->shared[i]);
        }
    }

    if (root->rundir != -1) {
        (void) close(root->rundir);
    }

    bmc_board_close(root->board);
    free(root->run);
    free(root->state);
    free(root);
}


static bool
root_driver_used(const bmc_fleet_t *f, const bmc_driver_t *driver)
{
    size_t    i;
    unsigned  k;

    for (i = 0; i < f->nhosts; i++) {
        for (k = 0; k < f->host[i].ndrivers; k++) {
            if (f->host[i].driver[k] == driver) {
                return true;
            }
        }
    }

    return false;
}


/* what a reload brings in is loaded then, what it drops stays mapped */

static bool
root_drivers(bmc_root_t *root, const bmc_fleet_t *f, char why[BMC_TEXT_MAX])
{
    size_t               i;
    const bmc_driver_t  *driver;

    for (i = 0; i < BMC_DRIVERS_MAX && bmc_drivers[i] != NULL; i++) {
        driver = bmc_drivers[i];

        if (driver->load == NULL || root->shared[i] != NULL
            || !root_driver_used(f, driver))
        {
            continue;
        }

        root->shared[i] = driver->load(f, why);

        if (root->shared[i] == NULL) {
            return false;
        }
    }

    return true;
}


static bool
root_seat_add(bmc_root_t *root, char why[BMC_TEXT_MAX])
{
    int    fd;
    void  *seat;

    seat = realloc(root->seat, (root->nseats + 1) * sizeof(*root->seat));
    if (seat == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    root->seat = seat;

    fd = bmc_peers_bind(root->run, root->seat[root->nseats].sock, why);
    if (fd == -1) {
        return false;
    }

    root->seat[root->nseats++].fd = fd;

    return true;
}


/*
 * While old workers still sit on theirs, new ones need others; and those of
 * the load before this one may just be on their way to theirs.
 */

static bool
root_seats(bmc_root_t *root, unsigned seats, char why[BMC_TEXT_MAX])
{
    size_t             i, n;
    unsigned           k, taken;
    bmc_board_peer_t  *peer;

    if (seats == 0) {
        return true;
    }

    peer = malloc(BMC_BOARD_PEERS * sizeof(bmc_board_peer_t));
    if (peer == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return false;
    }

    taken = root->promised;
    root->promised = seats;
    n = bmc_board_peers(root->board, peer, BMC_BOARD_PEERS);

    for (i = 0; i < n; i++) {
        for (k = 0; k < root->nseats; k++) {
            taken += strcmp(peer[i].sock, root->seat[k].sock) == 0;
        }
    }

    free(peer);

    while (root->nseats < taken + seats) {
        if (!root_seat_add(root, why)) {
            return false;
        }
    }

    return true;
}


static bool
root_rundir(bmc_root_t *root, char why[BMC_TEXT_MAX])
{
    root->rundir = open(root->run, O_PATH|O_DIRECTORY|O_CLOEXEC);

    if (root->rundir == -1) {
        (void) snprintf(why, BMC_TEXT_MAX, "cannot open %.150s: %s",
            root->run, strerror(errno));
    }

    return root->rundir != -1;
}


static bmc_root_t *
root_create(const bmc_fleet_t *f, unsigned seats, bmc_say_pt say, void *data,
    char why[BMC_TEXT_MAX])
{
    bmc_root_t  *root;

    root = calloc(1, sizeof(bmc_root_t));
    if (root == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        return NULL;
    }

    root->refs = 1;
    root->rundir = -1;
    root->opener = getpid();
    root->run = strdup(f->run);
    root->state = strdup(f->state);

    if (root->run == NULL || root->state == NULL) {
        (void) snprintf(why, BMC_TEXT_MAX, "out of memory");
        goto failed;
    }

    root->board = bmc_board_open(root->run, say, data, why);

    if (root->board == NULL || !root_rundir(root, why)
        || !root_drivers(root, f, why) || !root_seats(root, seats, why))
    {
        goto failed;
    }

    return root;

failed:

    bmc_root_free(root);
    return NULL;
}


static bool
base_root(bmc_base_t *base, const bmc_load_t *load, bmc_say_pt say,
    void *data, char why[BMC_TEXT_MAX])
{
    if (load->before == NULL) {
        base->root = root_create(base->fleet, load->seats, say, data, why);
        return base->root != NULL;
    }

    return bmc_base_adopt(base, load->before->root, why)
           && root_seats(base->root, load->seats, why);
}


static bool
base_fill(bmc_base_t *base, const bmc_load_t *load, bmc_say_pt say,
    void *data, char why[BMC_TEXT_MAX])
{
    bmc_fleet_t  *f;

    f = base->fleet;

    if (!base_root(base, load, say, data, why)) {
        return false;
    }

    if (f->audit_file != NULL || f->audit_syslog) {
        base->audit = bmc_audit_open(f->audit_file, f->audit_syslog, why);
        if (base->audit == NULL) {
            return false;
        }
    }

    return load->seats == 0 || bmc_fleet_keep_secrets(f, why);
}


bmc_base_t *
bmc_load(const bmc_load_t *load, bmc_say_pt say, void *data, bmc_rc_t *rc)
{
    char         why[BMC_TEXT_MAX];
    bmc_base_t  *base;

    if (say == NULL) {
        say = base_print;
    }

    *rc = BMC_FAILED;

    base = calloc(1, sizeof(bmc_base_t));
    if (base == NULL) {
        say(data, "out of memory");
        return NULL;
    }

    base->refs = 1;
    base->fleet = bmc_fleet_read(bmc_conf_path(load->conf), say, data);

    if (base->fleet == NULL) {
        *rc = BMC_CONF;
        free(base);
        return NULL;
    }

    if (!load->look && !base_fill(base, load, say, data, why)) {
        say(data, why);
        bmc_unload(base);
        return NULL;
    }

    *rc = BMC_OK;

    return base;
}


static bmc_rc_t
base_checked(bmc_fleet_t *f)
{
    if (f == NULL) {
        return BMC_CONF;
    }

    bmc_fleet_free(f);

    return BMC_OK;
}


bmc_rc_t
bmc_check(const char *conf, bmc_say_pt say, void *data)
{
    return base_checked(bmc_fleet_read(bmc_conf_path(conf),
        say != NULL ? say : base_print, data));
}


bmc_rc_t
bmc_check_as(const char *conf, const char *file, const char *text,
    bmc_say_pt say, void *data)
{
    return base_checked(bmc_fleet_read_as(bmc_conf_path(conf), file, text,
        say != NULL ? say : base_print, data));
}


void
bmc_unload(bmc_base_t *base)
{
    if (base == NULL || --base->refs > 0) {
        return;
    }

    bmc_audit_close(base->audit);
    bmc_root_free(base->root);
    bmc_fleet_free(base->fleet);
    free(base);
}


void
bmc_base_own(bmc_base_t *base)
{
    if (base->root != NULL) {
        base->root->opener = getpid();
    }
}


/*
 * The new base lives on what the running one has open: one process holds
 * one board, one set of seats, one mapping of each driver's.
 */

bool
bmc_base_adopt(bmc_base_t *base, bmc_root_t *root, char why[BMC_TEXT_MAX])
{
    if (strcmp(base->fleet->run, root->run) != 0
        || strcmp(base->fleet->state, root->state) != 0)
    {
        (void) snprintf(why, BMC_TEXT_MAX, "%s: \"run\" or \"state\" was "
            "changed: this needs a restart, not a reload",
            base->fleet->path);
        return false;
    }

    if (!root_drivers(root, base->fleet, why)) {
        return false;
    }

    bmc_root_free(base->root);
    base->root = bmc_root_hold(root);

    return true;
}


const bmc_hostconf_t *
bmc_host(const bmc_base_t *base, const char *name)
{
    return bmc_fleet_host(base->fleet, name, strlen(name));
}


const bmc_hostconf_t *
bmc_host_at(const bmc_base_t *base, size_t i)
{
    return i < base->fleet->nhosts ? &base->fleet->host[i] : NULL;
}


size_t
bmc_host_count(const bmc_base_t *base)
{
    return base->fleet->nhosts;
}


bool
bmc_host_can(const bmc_hostconf_t *h, bmc_verb_t verb)
{
    unsigned  i;

    for (i = 0; i < h->ndrivers; i++) {
        if (h->driver[i]->can(h, h->dconf[i], verb)) {
            return true;
        }
    }

    return false;
}


bool
bmc_hosts_match(const bmc_base_t *base, const char *const *words,
    size_t nwords, void (*each)(void *data, const bmc_hostconf_t *h),
    void *data, char why[BMC_TEXT_MAX])
{
    return bmc_fleet_match(base->fleet, words, nwords, each, data, why);
}


const bmc_hostconf_t *const *
bmc_group(const bmc_base_t *base, const char *name, size_t *n)
{
    const bmc_groupconf_t  *g;

    g = bmc_fleet_group(base->fleet, name);
    *n = g != NULL ? g->count : 0;

    return g != NULL ? g->host : NULL;
}


const char *
bmc_conf_file(const bmc_base_t *base)
{
    return base->fleet->path;
}


const char *
bmc_audit_file(const bmc_base_t *base)
{
    return base->audit != NULL ? base->fleet->audit_file : NULL;
}
