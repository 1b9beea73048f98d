
/*
 * Copyright (C) the bmcgate authors
 *
 * A BMC for the verbs of the Redfish driver: a tree of resources, and a
 * function that may answer before it.  What a job asks for is answered
 * later, as a connection would.  Include it in one file of a test program.
 */


#ifndef _REDFISH_FAKE_H_INCLUDED_
#define _REDFISH_FAKE_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core_fake.h"
#include "quoted_json.h"

#include "drivers/redfish/changes.h"
#include "drivers/redfish/unit.h"


#define FAKE_STEPS  1000             /* more requests than any verb needs */
#define FAKE_ARGS   8


/*
 * status 0: the tree answers.  Takes nothing, gives a new reference or
 * NULL.
 */

typedef json_t *(*fake_bmc_pt)(const char *method, const char *path,
    const json_t *body, long *status);


static struct {
    fake_bmc_pt       bmc;
    json_t           *tree;          /* of paths */
    bmc_quirks_t      quirks;
    bmc_unit_t        unit;
    bmc_call_t        call;
    bmc_rf_job_t      job;
    bmc_rf_unit_t     u;
    bmc_arg_t         args[FAKE_ARGS];
    bmc_rf_told_pt    told;          /* a request is under way */
    bmc_rf_told_pt    each;          /* … of a collection */
    bmc_rf_verb_pt    then;          /* the job waits */
    char              method[8];
    char              path[BMC_RF_PATH_MAX];
    json_t           *body;
    bool              there;         /* it has a path */
    bool              tries;
    bool              late;          /* the deadline is near */
    unsigned          waits;
    unsigned          changes;
    unsigned          ended;
    bmc_rc_t          rc;
    char              text[BMC_TEXT_MAX];
    char              sent[8192];    /* changes: "PATCH path {…}\n" */
} fake;


static const core_fake_t  core_fake = {
    .arg = core_arg
};


static void
fake_ask(bmc_rf_job_t *job, const char *method, const char *path,
    bmc_rf_told_pt told)
{
    assert_ptr_equal(job, &fake.job);
    assert_null(fake.told);
    assert_null(fake.then);
    assert_int_equal(fake.ended, 0);

    fake.told = told;
    fake.each = NULL;
    fake.tries = false;
    fake.there = path != NULL;
    snprintf(fake.method, sizeof(fake.method), "%s", method);
    snprintf(fake.path, sizeof(fake.path), "%s", path == NULL ? "" : path);
}


void
bmc_rf_get(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    assert_non_null(path);
    fake_ask(job, "GET", path, told);
}


void
bmc_rf_try(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt told)
{
    fake_ask(job, "GET", path, told);
    fake.tries = true;
}


void
bmc_rf_system(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    fake_ask(job, "GET", "/redfish/v1/Systems/1", told);
}


void
bmc_rf_chassis(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    fake_ask(job, "GET", "/redfish/v1/Chassis/1", told);
}


void
bmc_rf_manager(bmc_rf_job_t *job, bmc_rf_told_pt told)
{
    fake_ask(job, "GET", "/redfish/v1/Managers/1", told);
}


void
bmc_rf_members(bmc_rf_job_t *job, const char *path, bmc_rf_told_pt each,
    bmc_rf_told_pt done)
{
    fake_ask(job, "GET", path, done);
    fake.each = each;
}


void
bmc_rf_change_try(bmc_rf_job_t *job, const char *method, const char *path,
    json_t *body, bmc_rf_told_pt told)
{
    char    *text;
    size_t   at;

    assert_non_null(path);
    fake_ask(job, method, path, told);
    fake.body = body;
    fake.tries = true;
    fake.changes++;

    text = json_dumps(body, JSON_COMPACT|JSON_SORT_KEYS);
    at = strlen(fake.sent);
    snprintf(fake.sent + at, sizeof(fake.sent) - at, "%s%s %s%s%s",
             at == 0 ? "" : "\n", method, path, text == NULL ? "" : " ",
             text == NULL ? "" : text);
    free(text);
}


void
bmc_rf_wait(bmc_rf_job_t *job, uint32_t ms, bmc_rf_verb_pt then)
{
    assert_null(fake.told);
    assert_null(fake.then);
    assert_true(ms > 0);

    fake.then = then;
    fake.waits++;
}


void
bmc_rf_end(bmc_rf_job_t *job, bmc_rc_t rc, const char *fmt, ...)
{
    va_list  ap;

    assert_ptr_equal(job, &fake.job);
    assert_int_equal(fake.ended, 0);

    fake.ended++;
    fake.rc = rc;
    fake.text[0] = '\0';

    if (fmt != NULL) {
        va_start(ap, fmt);
        vsnprintf(fake.text, sizeof(fake.text), fmt, ap);
        va_end(ap);
    }
}


void
bmc_rf_tell(bmc_rf_job_t *job, json_t *json)
{
    assert_non_null(json);
    job->call->answer.json = json;
    bmc_rf_end(job, BMC_OK, NULL);
}


void
bmc_rf_refused(bmc_rf_job_t *job, json_t *json, const char *what)
{
    bmc_rf_end(job, BMC_REFUSED, "%s: %ld", what, job->status);
}


void
bmc_rf_unsupported(bmc_rf_job_t *job, const char *what,
    const json_t *offered)
{
    char  *text;

    text = json_dumps(offered, JSON_COMPACT);
    bmc_rf_end(job, BMC_UNSUPPORTED, "%s %s", what,
               text == NULL ? "" : text);
    free(text);
}


const char *
bmc_rf_tree_path(const bmc_rf_unit_t *u, bmc_rf_place_t place)
{
    return place == BMC_RF_CHASSIS ? "/redfish/v1/Chassis/1"
                                   : "/redfish/v1/Managers/1";
}


bool
bmc_rf_quirk(const bmc_rf_job_t *job, bmc_quirk_t quirk)
{
    return bmc_quirk_is_on(fake.quirks, quirk);
}


bool
bmc_rf_late(const bmc_rf_job_t *job)
{
    return fake.late;
}


static void
fake_done(void)
{
    size_t  i;

    json_decref(fake.call.answer.json);

    for (i = 0; i < 4; i++) {
        json_decref(fake.job.keep[i]);
    }

    bmc_pool_destroy(fake.call.pool);
    memset(&fake.call, 0, sizeof(fake.call));
    memset(&fake.job, 0, sizeof(fake.job));
}


static json_t *
fake_answer(long *status)
{
    json_t  *json;

    *status = 0;
    json = fake.bmc == NULL ? NULL
           : fake.bmc(fake.method, fake.path, fake.body, status);

    if (*status != 0) {
        return json;
    }

    json = json_object_get(fake.tree, fake.path);

    if (json == NULL) {
        *status = 404;
        return NULL;
    }

    *status = 200;

    if (strcmp(fake.method, "PATCH") == 0) {
        assert_int_equal(json_object_update_recursive(json, fake.body), 0);
    }

    return json_incref(json);
}


static void
fake_members(bmc_rf_told_pt each, const json_t *collection)
{
    size_t       i;
    json_t      *member, *links;
    const char  *path;

    links = json_object_get(collection, "Members");

    json_array_foreach(links, i, member) {
        path = json_string_value(json_object_get(member, "@odata.id"));
        each(&fake.job, json_object_get(fake.tree, path));
    }
}


static void
fake_step(void)
{
    long             status;
    json_t          *json;
    bmc_rf_told_pt   told, each;
    bmc_rf_verb_pt   then;

    told = fake.told;
    then = fake.then;
    each = fake.each;
    fake.told = NULL;
    fake.then = NULL;

    if (then != NULL) {
        then(&fake.job);
        return;
    }

    assert_non_null(told);
    status = 404;
    json = fake.there ? fake_answer(&status) : NULL;
    fake.job.status = status;

    json_decref(fake.body);
    fake.body = NULL;

    if (each != NULL) {
        fake_members(each, json);
        told(&fake.job, NULL);

    } else if (status >= 400 && !fake.tries) {
        bmc_rf_refused(&fake.job, json, fake.path);

    } else {
        told(&fake.job, status >= 400 && strcmp(fake.method, "GET") == 0
                        ? NULL : json);
    }

    json_decref(json);
}


/* args as "device=pxe;persistent=on" */

static bmc_rc_t
fake_run(bmc_rf_verb_pt verb, const char *args)
{
    unsigned     i;
    static char  words[512];

    fake_done();

    fake.call.unit = &fake.unit;
    fake.call.pool = bmc_pool_create(4096);
    fake.job.unit = &fake.unit;
    fake.job.call = &fake.call;
    fake.job.u = &fake.u;
    fake.changes = 0;
    fake.waits = 0;
    fake.ended = 0;
    fake.sent[0] = '\0';

    snprintf(words, sizeof(words), "%s", args);

    core_args(&fake.call, fake.args, FAKE_ARGS, words, ";");
    verb(&fake.job);

    for (i = 0; !fake.ended; i++) {
        assert_true(i < FAKE_STEPS);
        fake_step();
    }

    assert_null(fake.told);
    assert_null(fake.then);

    return fake.rc;
}


/* a resource, or what is new in one that is there */

static void
fake_have(const char *path, const char *text)
{
    json_t  *json, *old;

    json = quoted_json(text);
    json_object_set_new(json, "@odata.id", json_string(path));
    old = json_object_get(fake.tree, path);

    if (old == NULL) {
        json_object_set_new(fake.tree, path, json);
        return;
    }

    json_object_update_recursive(old, json);
    json_decref(json);
}


static void __attribute__((unused))
fake_lack(const char *path, const char *key)
{
    json_object_del(json_object_get(fake.tree, path), key);
}


static inline void
fake_quirk(bmc_quirk_t quirk)
{
    fake.quirks |= (bmc_quirks_t) 1 << quirk;
}


/* an error, as BMCs tell them */

static inline json_t *
fake_error(const char *id, const char *message)
{
    return json_pack("{s:{s:s, s:s, s:[{s:s, s:s, s:s}]}}", "error",
        "code", "Base.1.8.GeneralError", "message", "see ExtendedInfo",
        "@Message.ExtendedInfo", "MessageId", id, "Message", message,
        "Severity", "Warning");
}


/* as compact text with sorted keys */

static inline const char *
fake_dump(const json_t *json)
{
    char         *s;
    static char   text[16384];

    s = json_dumps(json, JSON_COMPACT|JSON_SORT_KEYS);
    snprintf(text, sizeof(text), "%s", s == NULL ? "" : s);
    free(s);

    return text;
}


static inline const char *
fake_json(void)
{
    return fake_dump(fake.call.answer.json);
}


static int
fake_set_up(void **state)
{
    memset(&fake, 0, sizeof(fake));
    fake.tree = json_object();

    return fake.tree == NULL ? -1 : 0;
}


static int
fake_tear_down(void **state)
{
    fake_done();
    json_decref(fake.tree);

    return 0;
}


#define fake_test(f)                                                          \
    cmocka_unit_test_setup_teardown(f, fake_set_up, fake_tear_down)


#endif /* _REDFISH_FAKE_H_INCLUDED_ */
