
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gate/policy.h"
#include "gate/verb.h"


#define POLICY_NAME  64          /* bytes of a name in a rule */


typedef struct {
    const bmc_fleet_t      *fleet;
    const bmc_actor_t      *actor;
    const bmc_hostconf_t   *host;
    const bmc_verb_info_t  *verb;
    char                   *rule;
} policy_t;


static void policy_say(const policy_t *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static bool policy_named(const policy_t *p);
static bool policy_groups(const policy_t *p);
static bool policy_snmp(const policy_t *p);
static bool policy_principal(const policy_t *p, const bmc_principal_t *who);
static bool policy_is_for(const policy_t *p, const bmc_principal_t *who);
static bool policy_member(const bmc_actor_t *actor, const char *group);
static const char *policy_kind(const bmc_principal_t *who);
static const char *policy_file(const policy_t *p, const char *file);


bool
bmc_policy(const bmc_fleet_t *f, const bmc_actor_t *actor,
    const bmc_hostconf_t *h, bmc_verb_t verb, char rule[BMC_TEXT_MAX])
{
    policy_t  p;

    p.fleet = f;
    p.actor = actor;
    p.host = h;
    p.verb = bmc_verb_info(verb);
    p.rule = rule;

    if (p.verb == NULL) {
        policy_say(&p, "no verb has the number %u", (unsigned) verb);
        return false;
    }

    switch (actor->kind) {

    case BMC_ACTOR_LOCAL:

        /* the kernel let it read the board and the secrets */

        policy_say(&p, "role administrator of local %.*s",
                 POLICY_NAME, actor->name);
        return true;

    case BMC_ACTOR_SNMP:
        return policy_snmp(&p);

    case BMC_ACTOR_KEY:
    case BMC_ACTOR_IPMI:
    case BMC_ACTOR_USER:
        return policy_named(&p);
    }

    policy_say(&p, "nobody knows actors of kind %u", (unsigned) actor->kind);

    return false;
}


bmc_policy_t
bmc_policy_all(const bmc_fleet_t *f, const bmc_actor_t *actor,
    bmc_verb_t verb)
{
    size_t                  i;
    const bmc_principal_t  *who;

    if (!bmc_policy(f, actor, NULL, verb, NULL)) {
        return BMC_POLICY_NONE;
    }

    for (i = 0; i < f->nprincipals; i++) {
        who = &f->principal[i];

        if (who->kind == actor->kind && who->hosts.count > 0
            && (who->group ? policy_member(actor, who->name)
                           : strcmp(who->name, actor->name) == 0))
        {
            return BMC_POLICY_HOST;
        }
    }

    return BMC_POLICY_ALL;
}


/* the rule, for who wants to know it */

static void
policy_say(const policy_t *p, const char *fmt, ...)
{
    va_list  ap;

    if (p->rule != NULL) {
        va_start(ap, fmt);
        (void) vsnprintf(p->rule, BMC_TEXT_MAX, fmt, ap);
        va_end(ap);
    }
}


/* a user who has rules of his own has none of his groups' */

static bool
policy_named(const policy_t *p)
{
    size_t                  i;
    const bmc_principal_t  *who;

    for (i = 0; i < p->fleet->nprincipals; i++) {
        who = &p->fleet->principal[i];

        if (who->kind == p->actor->kind && !who->group
            && who->name[0] == p->actor->name[0]
            && strcmp(who->name, p->actor->name) == 0)
        {
            return policy_principal(p, who);
        }
    }

    if (p->actor->kind == BMC_ACTOR_USER) {
        return policy_groups(p);
    }

    policy_say(p, "nobody knows %s \"%.*s\"",
             p->actor->kind == BMC_ACTOR_KEY ? "key" : "ipmi_user",
             POLICY_NAME, p->actor->name);

    return false;
}


/* the first group that allows it; else the first that did not */

static bool
policy_groups(const policy_t *p)
{
    bool                    known;
    char                    refusal[BMC_TEXT_MAX];
    size_t                  i;
    const bmc_principal_t  *who;

    known = false;

    for (i = 0; i < p->fleet->nprincipals; i++) {
        who = &p->fleet->principal[i];

        if (who->kind != BMC_ACTOR_USER || !who->group
            || !policy_member(p->actor, who->name))
        {
            continue;
        }

        if (policy_principal(p, who)) {
            return true;
        }

        if (!known && p->rule != NULL) {
            memcpy(refusal, p->rule, sizeof(refusal));
        }

        known = true;
    }

    if (known) {
        policy_say(p, "%s", refusal);
        return false;
    }

    policy_say(p, "nobody knows user \"%.*s\"%s",
             POLICY_NAME, p->actor->name,
             p->actor->groups != NULL && p->actor->groups[0] != NULL
             ? " or one of its groups" : "");

    return false;
}


static bool
policy_snmp(const policy_t *p)
{
    bool                   allowed;
    const bmc_roleconf_t  *role;

    role = p->fleet->snmp_role;

    if (role == NULL) {
        policy_say(p, "snmp has no role: expected one in "
                 "snmp { role …; }");
        return false;
    }

    allowed = (role->allow & p->verb->role) == p->verb->role;

    policy_say(p, "role %.*s of snmp%s%s", POLICY_NAME,
             role->name, allowed ? "" : " does not allow ",
             allowed ? "" : bmc_role_name(p->verb->role));

    return allowed;
}


static bool
policy_principal(const policy_t *p, const bmc_principal_t *who)
{
    bool         allowed;
    const char  *file;

    file = policy_file(p, who->file);

    if (!policy_is_for(p, who)) {
        policy_say(p,
                 "%s %.*s (%.60s:%u) is not for host %.*s", policy_kind(who),
                 POLICY_NAME, who->name, file, who->line, POLICY_NAME,
                 p->host->name);
        return false;
    }

    allowed = (who->role->allow & p->verb->role) == p->verb->role;

    policy_say(p, "role %.*s of %s %.*s (%.60s:%u)%s%s",
             POLICY_NAME, who->role->name, policy_kind(who), POLICY_NAME,
             who->name, file, who->line, allowed ? "" : " does not allow ",
             allowed ? "" : bmc_role_name(p->verb->role));

    return allowed;
}


static bool
policy_is_for(const policy_t *p, const bmc_principal_t *who)
{
    size_t  i;

    if (who->hosts.count == 0 || p->host == NULL) {
        return true;
    }

    for (i = 0; i < who->hosts.count; i++) {
        if (bmc_fleet_pattern(p->fleet, who->hosts.word[i], p->host)) {
            return true;
        }
    }

    return false;
}


static bool
policy_member(const bmc_actor_t *actor, const char *group)
{
    const char *const  *g;

    for (g = actor->groups; g != NULL && *g != NULL; g++) {
        if (strcmp(*g, group) == 0) {
            return true;
        }
    }

    return false;
}


static const char *
policy_kind(const bmc_principal_t *who)
{
    switch (who->kind) {

    case BMC_ACTOR_LOCAL:
        return "local";

    case BMC_ACTOR_KEY:
        return "key";

    case BMC_ACTOR_USER:
        return who->group ? "group" : "user";

    case BMC_ACTOR_IPMI:
        return "ipmi_user";

    case BMC_ACTOR_SNMP:
        return "snmp";
    }

    return "principal";
}


/* as seen from the configuration's folder: "hosts.d/rack1.conf" */

static const char *
policy_file(const policy_t *p, const char *file)
{
    size_t       len;
    const char  *slash;

    slash = p->rule != NULL && p->fleet->path != NULL
            ? strrchr(p->fleet->path, '/') : NULL;

    if (slash == NULL) {
        return file;
    }

    len = (size_t) (slash + 1 - p->fleet->path);

    return strncmp(file, p->fleet->path, len) == 0 ? file + len : file;
}
