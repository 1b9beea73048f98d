
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


#define FLEET_PAGE  65536


static void
fleet_clean(void *data)
{
    bmc_own_t    *own;
    bmc_fleet_t  *f;

    f = data;
    own = f->index;

    bmc_secret_forget(own);
    bmc_text_free(own);
    bmc_index_free(&own->hosts);
    bmc_index_free(&own->groups);
    bmc_index_free(&own->secrets);
    free(own->secret);
    free(f->host);
    free(f->group);
    free(f->role);
    free(f->principal);
}


static bmc_fleet_t *
fleet_create(const char *path)
{
    bmc_pool_t   *pool;
    bmc_fleet_t  *f;

    pool = bmc_pool_create(FLEET_PAGE);
    if (pool == NULL) {
        return NULL;
    }

    f = bmc_pcalloc(pool, sizeof(bmc_fleet_t));

    if (f != NULL) {
        f->pool = pool;
        f->path = bmc_pstrdup(pool, path);
        f->index = bmc_pcalloc(pool, sizeof(bmc_own_t));
    }

    if (f == NULL || f->path == NULL || f->index == NULL
        || bmc_pool_cleanup(pool, fleet_clean, f) != 0)
    {
        bmc_pool_destroy(pool);
        return NULL;
    }

    return f;
}


static void
fleet_read_done(bmc_conf_t *cf)
{
    bmc_index_free(&cf->files);
    free(cf->word);
    free(cf->line);
    free(cf->said);
    free(cf->host);
    free(cf->role);
    free(cf->role_at);
}


static bool
fleet_read(bmc_conf_t *cf, bmc_say_pt say, void *data)
{
    bool         ok;
    bmc_block_t  b;

    bmc_main_init(cf, &b);

    if (bmc_driver_init(cf) && bmc_role_init(cf)) {
        bmc_conf_main(cf, cf->fleet->path, &b);

    } else {
        bmc_conf_failed(cf);
    }

    if (!cf->failed) {
        bmc_fleet_finish(cf);
    }

    if (cf->as != NULL && !cf->as_read && !cf->torn && !cf->failed) {
        bmc_conf_error_at(cf, NULL, 0, "%s does not include %s",
                          cf->fleet->path, cf->as);
    }

    ok = bmc_conf_tell(cf, say, data);
    fleet_read_done(cf);

    return ok;
}


bmc_fleet_t *
bmc_fleet_read_as(const char *path, const char *file, const char *text,
    bmc_say_pt say, void *data)
{
    bmc_conf_t    cf;
    bmc_fleet_t  *f;

    memset(&cf, 0, sizeof(cf));

    f = fleet_create(path);

    if (f == NULL) {
        bmc_conf_failed(&cf);
        (void) bmc_conf_tell(&cf, say, data);
        return NULL;
    }

    cf.fleet = f;
    cf.pool = f->pool;
    cf.own = f->index;
    cf.as = file;
    cf.as_text = text;

    if (!fleet_read(&cf, say, data)) {
        bmc_fleet_free(f);
        return NULL;
    }

    return f;
}


bmc_fleet_t *
bmc_fleet_read(const char *path, bmc_say_pt say, void *data)
{
    return bmc_fleet_read_as(path, NULL, NULL, say, data);
}


void
bmc_fleet_free(bmc_fleet_t *f)
{
    if (f != NULL) {
        bmc_pool_destroy(f->pool);
    }
}


const bmc_hostconf_t *
bmc_fleet_host(const bmc_fleet_t *f, const char *name, size_t len)
{
    uint32_t          i;
    const bmc_own_t  *own;

    own = f->index;
    i = bmc_index_get(&own->hosts, name, len);

    return (i == BMC_INDEX_NONE) ? NULL : &f->host[i];
}


const bmc_groupconf_t *
bmc_fleet_group(const bmc_fleet_t *f, const char *name)
{
    uint32_t          i;
    const bmc_own_t  *own;

    own = f->index;
    i = bmc_index_get(&own->groups, name, strlen(name));

    return (i == BMC_INDEX_NONE) ? NULL : &f->group[i];
}


void
bmc_fleet_no_host(const bmc_fleet_t *f, const char *name,
    char why[BMC_TEXT_MAX])
{
    size_t         i;
    bmc_nearest_t  near;

    bmc_nearest_init(&near, name);

    for (i = 0; i < f->nhosts; i++) {
        bmc_nearest_offer(&near, f->host[i].name);
    }

    for (i = 0; i < f->ngroups; i++) {
        bmc_nearest_offer(&near, f->group[i].name);
    }

    if (near.best == NULL) {
        snprintf(why, BMC_TEXT_MAX, "no host \"%.64s\"", name);

    } else {
        snprintf(why, BMC_TEXT_MAX, "no host \"%.64s\" (did you mean %s?)",
                 name, near.best);
    }
}
