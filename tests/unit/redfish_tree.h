
/*
 * Copyright (C) the bmcgate authors
 *
 * A Redfish service as the driver's verbs see it: answers by path, told one
 * by one, later, and gone when the verb has looked at them.  It stands in
 * for session, requests and tree; JSON texts have ' where JSON has ".
 * Include it in one file of a test program.
 */


#ifndef _REDFISH_TREE_H_INCLUDED_
#define _REDFISH_TREE_H_INCLUDED_


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "core_fake.h"
#include "quoted_json.h"

#include "drivers/redfish/reads.h"
#include "drivers/redfish/unit.h"


#define TREE_MAX   256


typedef struct {
    char     path[BMC_RF_PATH_MAX];
    json_t  *json;
} tree_node_t;


typedef struct {
    unsigned        late;            /* after so many requests; 0: never */
    bool            mixed;           /* a quirk */
    bool            headless;        /* there is no manager */
    bool            bare;            /* there is no chassis */
    tree_node_t     node[TREE_MAX];
    size_t          nodes;

    bmc_rf_job_t    job;
    bmc_rf_unit_t   u;
    bmc_call_t      call;
    bmc_unit_t      unit;
    bmc_hostconf_t  host;
    const char     *address[2];
    bmc_arg_t       arg;

    /* the request under way */

    char            path[BMC_RF_PATH_MAX];
    bool            members;
    bool            must;
    bmc_rf_told_pt  each;
    bmc_rf_told_pt  told;

    /* what became of it */

    unsigned        asked;
    unsigned        ended;
    bmc_rc_t        rc;
    char            text[BMC_TEXT_MAX];
    char            method[16];
    char            target[BMC_RF_PATH_MAX];
    json_t         *body;
    json_t         *json;            /* the answer's */
} tree_t;


static tree_t  tree;


static const core_fake_t  core_fake = {
    .arg = core_arg
};


static void
tree_put(const char *path, json_t *json)
{
    tree_node_t  *n;

    assert_true(tree.nodes < TREE_MAX);
    n = &tree.node[tree.nodes++];
    (void) snprintf(n->path, sizeof(n->path), "%s", path);
    n->json = json;

    if (json_is_object(json) && json_object_get(json, "@odata.id") == NULL) {
        (void) json_object_set_new(json, "@odata.id", json_string(path));
    }
}


/* later ones hide earlier ones */

static void
serve(const char *path, const char *text)
{
    tree_put(path, quoted_json(text));
}


static json_t *
tree_find(const char *path)
{
    size_t  i;

    for (i = tree.nodes; i > 0; i--) {
        if (strcmp(tree.node[i - 1].path, path) == 0) {
            return tree.node[i - 1].json;
        }
    }

    return NULL;
}


static void
tree_ask(const char *path, bmc_rf_told_pt told)
{
    assert_null(tree.told);
    (void) snprintf(tree.path, sizeof(tree.path), "%s",
                    path == NULL ? "" : path);
    tree.told = told;
    tree.must = false;
    tree.members = false;
    tree.asked += path != NULL;
}


void
bmc_rf_get(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    tree_ask(path, told);
    tree.must = true;
}


void
bmc_rf_try(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    tree_ask(path, told);
}


void
bmc_rf_system(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    bmc_rf_get(job, "/S", told);
}


void
bmc_rf_chassis(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    bmc_rf_get(job, "/C", told);
}


void
bmc_rf_manager(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    bmc_rf_get(job, "/M", told);
}


/* a service need not have them */

const char *
bmc_rf_tree_path(const bmc_rf_unit_t *u, bmc_rf_place_t place)
{
    if (place == BMC_RF_MANAGER) {
        return tree.headless ? NULL : "/M";
    }

    if (place == BMC_RF_CHASSIS) {
        return tree.bare ? NULL : "/C";
    }

    return "/S";
}


void
bmc_rf_members(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt each,
    bmc_rf_told_pt done)
{
    tree_ask(path, done);
    tree.members = true;
    tree.each = each;
}


void
bmc_rf_change(bmc_rf_job_t *job, const char *method, const char *path,
    json_t *body, bmc_rf_told_pt told)
{
    (void) snprintf(tree.method, sizeof(tree.method), "%s", method);
    (void) snprintf(tree.target, sizeof(tree.target), "%s", path);
    tree.body = body;
    tree_ask("", told);
}


bool
bmc_rf_late(const bmc_rf_job_t *job)
{
    return tree.late != 0 && tree.asked >= tree.late;
}


bool
bmc_rf_quirk(const bmc_rf_job_t *job, bmc_quirk_t quirk)
{
    return tree.mixed && quirk == BMC_QUIRK_UUID_MIXED;
}


void
bmc_rf_end(bmc_rf_job_t *job, bmc_rc_t rc, const char *fmt, ...)
{
    va_list  ap;

    va_start(ap, fmt);
    (void) vsnprintf(tree.text, sizeof(tree.text), fmt, ap);
    va_end(ap);

    assert_null(tree.told);
    tree.rc = rc;
    tree.ended++;
}


void
bmc_rf_tell(bmc_rf_job_t *job, json_t *json)
{
    assert_non_null(json);
    job->call->answer.json = json;
    bmc_rf_end(job, BMC_OK, "%s", "");
}


void
bmc_rf_unsupported(bmc_rf_job_t *job, const char *what,
    const json_t *offered)
{
    char  *list;

    list = offered == NULL ? NULL : json_dumps(offered, JSON_COMPACT);
    bmc_rf_end(job, BMC_UNSUPPORTED, "%s; %s", what,
        list == NULL ? "" : list);
    free(list);
}


/* an answer is the verb's for as long as it is told, and no longer */

static void
tree_tell(bmc_rf_told_pt told, json_t *json)
{
    json_t  *copy;

    copy = json == NULL ? NULL : json_deep_copy(json);
    told(&tree.job, copy);
    json_decref(copy);
}


static void
tree_step(void)
{
    json_t          *json, *list, *one;
    size_t           i;
    const char      *path;
    bmc_rf_told_pt   told;

    told = tree.told;
    tree.told = NULL;
    json = tree_find(tree.path);

    if (!tree.members) {
        assert_true(json != NULL || !tree.must);
        tree_tell(told, json);
        return;
    }

    list = json_object_get(json, "Members");

    for (i = 0; i < json_array_size(list); i++) {
        one = json_array_get(list, i);
        path = json_string_value(json_object_get(one, "@odata.id"));
        one = path == NULL ? one : tree_find(path);

        if (one != NULL) {
            tree_tell(tree.each, one);
            assert_null(tree.told);
        }
    }

    tree_tell(told, NULL);
}


static void
tree_forget(void)
{
    size_t  i;

    for (i = 0; i < 4; i++) {
        json_decref(tree.job.keep[i]);
        tree.job.keep[i] = NULL;
    }

    json_decref(tree.call.answer.json);
    json_decref(tree.body);
    tree.body = NULL;
    bmc_pool_destroy(tree.call.pool);
    memset(&tree.call, 0, sizeof(tree.call));
}


/* argument may be NULL, or "name", "value" */

static void
run_with(bmc_rf_verb_pt verb, const char *name, const char *value)
{
    tree_forget();

    tree.arg.name = name;
    tree.arg.value = value;
    tree.call.args = &tree.arg;
    tree.call.nargs = name == NULL ? 0 : 1;
    tree.call.pool = bmc_pool_create(4096);
    assert_non_null(tree.call.pool);
    tree.call.unit = &tree.unit;
    tree.unit.host = &tree.host;
    tree.host.address.word = tree.address;
    tree.host.address.count = tree.address[0] == NULL ? 0 : 1;

    memset(&tree.job, 0, sizeof(tree.job));
    tree.job.call = &tree.call;
    tree.job.unit = &tree.unit;
    tree.job.u = &tree.u;
    tree.asked = 0;
    tree.ended = 0;

    verb(&tree.job);

    while (tree.told != NULL) {
        assert_int_equal(tree.ended, 0);
        assert_true(tree.asked < 10000);
        tree_step();
    }

    assert_int_equal(tree.ended, 1);
    tree.json = tree.call.answer.json;
}


static void
run(bmc_rf_verb_pt verb)
{
    run_with(verb, NULL, NULL);
}


/* what was told is exactly this */

static inline void
told(const char *text)
{
    char    *is, *shall;
    json_t  *json;

    assert_string_equal(tree.text, "");
    assert_int_equal(tree.rc, BMC_OK);

    json = quoted_json(text);
    is = json_dumps(tree.json, JSON_SORT_KEYS);
    shall = json_dumps(json, JSON_SORT_KEYS);
    assert_non_null(is);
    assert_non_null(shall);
    assert_string_equal(is, shall);

    free(is);
    free(shall);
    json_decref(json);
}


static int
tree_begin(void **state)
{
    memset(&tree, 0, sizeof(tree));
    serve("/S", "{'Links': {'Chassis': [{'@odata.id': '/C'}]}}");
    serve("/C", "{}");
    serve("/M", "{}");

    return 0;
}


static int
tree_end(void **state)
{
    size_t  i;

    tree_forget();

    for (i = 0; i < tree.nodes; i++) {
        json_decref(tree.node[i].json);
    }

    return 0;
}


#define tree_test(name)                                                      \
    cmocka_unit_test_setup_teardown(name, tree_begin, tree_end)


#endif /* _REDFISH_TREE_H_INCLUDED_ */
