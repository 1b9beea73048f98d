
/*
 * Copyright (C) the bmcgate authors
 *
 * key, user, group, ipmi_user and snmp: who may do what.
 */


#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


#define POLICY_NAME      63
#define POLICY_IPMI      16      /* bytes of a user's name in RAKP 1 */
#define POLICY_SHA256    64
#define POLICY_SNMP_OID  "1.3.6.1.4.1.8072.9999.9999.623.1"
#define POLICY_SNMP_SUB  100     /* of 128 sub-identifiers, ours follow */


typedef struct {
    bmc_principal_t   p;         /* first */
    const char       *role;
} policy_t;


static void  policy_hosts(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  policy_sha256(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  policy_hash(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  policy_root(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);


#define POLICY_ROLE                                                          \
    { "role", BMC_WORD_STRING, offsetof(policy_t, role), NULL, NULL, 0,      \
      "what may be done" }

#define POLICY_HOSTS                                                         \
    { "hosts", BMC_WORD_CUSTOM, offsetof(policy_t, p.hosts), NULL,           \
      policy_hosts, BMC_WORD_ONCE,                                           \
      "to which hosts; all when there is no such line" }


static const bmc_word_t  policy_key_words[] = {

    { "sha256", BMC_WORD_CUSTOM, offsetof(policy_t, p.hash), NULL,
      policy_sha256, BMC_WORD_ONCE, "hash of the key, in hexadecimal" },

    POLICY_ROLE,
    POLICY_HOSTS,

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static const bmc_word_t  policy_user_words[] = {

    { "password_hash", BMC_WORD_CUSTOM, offsetof(policy_t, p.hash), NULL,
      policy_hash, BMC_WORD_ONCE, "of the password, as crypt(3) makes it" },

    POLICY_ROLE,
    POLICY_HOSTS,

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static const bmc_word_t  policy_group_words[] = {

    POLICY_ROLE,
    POLICY_HOSTS,

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static const bmc_word_t  policy_ipmi_words[] = {

    { "password", BMC_WORD_SECRET, offsetof(policy_t, p.password), NULL,
      NULL, 0, "file:, env:, credential:, or the word" },

    POLICY_ROLE,
    POLICY_HOSTS,

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static const bmc_word_t  policy_snmp_words[] = {

    { "root", BMC_WORD_CUSTOM, offsetof(bmc_fleet_t, snmp_root), NULL,
      policy_root, BMC_WORD_ONCE, "object identifier of our tree" },

    { "role", BMC_WORD_STRING, 0, NULL, NULL, 0, "what SETs may do" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static void
policy_hosts(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    size_t       i;
    bmc_word_t   list;
    const char  *s, *why;

    for (i = 1; i < nwords; i++) {
        s = strchr(words[i], '/');
        s = (s == NULL) ? words[i] : s + 1;

        if (bmc_pattern_kind(s) == BMC_PATTERN_MIXED) {
            bmc_conf_error(cf, "\"%.64s\" mixes a range and a glob: make it "
                           "two patterns", words[i]);

        } else if (bmc_pattern_kind(s) == BMC_PATTERN_RANGE
                   && bmc_range_expand(s, NULL, NULL, &why) == -1)
        {
            bmc_conf_error(cf, "the range \"%.64s\" of \"hosts\" %s",
                           words[i], why);
        }
    }

    list = *w;
    list.type = BMC_WORD_STRINGS;

    bmc_conf_set(cf, &list, words, nwords, base);
}


/* neither hash is shown: somebody may have written the secret instead */

static void
policy_sha256(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    char      *s;
    size_t     i, len;
    policy_t  *pol;

    if (!bmc_conf_one(cf, words, nwords)) {
        return;
    }

    len = strlen(words[1]);

    if (len != POLICY_SHA256
        || strspn(words[1], "0123456789abcdefABCDEF") != len)
    {
        bmc_conf_error(cf, "\"sha256\" must be 64 hexadecimal digits: see "
                       "\"bmcctl secret hash\"");
        return;
    }

    s = bmc_pstrdup(cf->pool, words[1]);
    if (s == NULL) {
        bmc_conf_failed(cf);
        return;
    }

    for (i = 0; i < len; i++) {
        s[i] = (s[i] >= 'A' && s[i] <= 'F') ? (char) (s[i] - 'A' + 'a')
                                            : s[i];
    }

    pol = base;
    pol->p.hash = s;
}


static void
policy_hash(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    policy_t  *pol;

    if (!bmc_conf_one(cf, words, nwords)) {
        return;
    }

    if (words[1][0] != '$' || strchr(words[1] + 1, '$') == NULL) {
        bmc_conf_error(cf, "\"password_hash\" must be what crypt(3) makes "
                       "of a password, as in $6$...: see \"bmcctl secret "
                       "hash\"");
        return;
    }

    pol = base;
    pol->p.hash = words[1];
}


static bool
policy_name(bmc_conf_t *cf, const char *kind, const char *name,
    bmc_actor_kind_t actor)
{
    size_t  i, len, max;

    len = strlen(name);
    max = (actor == BMC_ACTOR_IPMI) ? POLICY_IPMI : POLICY_NAME;

    if (len == 0 || len > max) {
        bmc_conf_error(cf, "\"%.80s\" is no name for \"%s\": 1 to %zu bytes "
                       "were expected", name, kind, max);
        return false;
    }

    for (i = 0; i < len; i++) {
        if ((unsigned char) name[i] < 0x20 || name[i] == 0x7f) {
            bmc_conf_error(cf, "a name for \"%s\" with control characters",
                           kind);
            return false;
        }
    }

    return true;
}


static void
policy_wants(bmc_conf_t *cf, const policy_t *pol, const char *kind,
    const char *secret)
{
    if (pol->role == NULL) {
        bmc_conf_error(cf, "%s \"%s\" has no \"role\"", kind, pol->p.name);
    }

    if (secret != NULL) {
        bmc_conf_error(cf, "%s \"%s\" has no \"%s\"", kind, pol->p.name,
                       secret);
    }
}


static bool
policy_add(bmc_conf_t *cf, const policy_t *pol)
{
    void         *p;
    size_t        max;
    bmc_fleet_t  *f;

    f = cf->fleet;
    max = cf->principals_max;

    p = bmc_conf_grow(cf, cf->role, &max, f->nprincipals + 1,
                      sizeof(char *));
    if (p == NULL) {
        return false;
    }

    cf->role = p;
    max = cf->principals_max;

    p = bmc_conf_grow(cf, f->principal, &max, f->nprincipals + 1,
                      sizeof(bmc_principal_t));
    if (p == NULL) {
        return false;
    }

    f->principal = p;
    cf->principals_max = max;

    cf->role[f->nprincipals] = pol->role;
    f->principal[f->nprincipals++] = pol->p;

    return true;
}


static void
policy_block(bmc_conf_t *cf, const char *kind, const char *name,
    const bmc_word_t *words, bmc_actor_kind_t actor, bool group)
{
    policy_t       pol;
    const char    *secret;
    bmc_block_t    b;
    bmc_conf_at_t  at;

    at = cf->at;

    memset(&pol, 0, sizeof(pol));
    pol.p.kind = actor;
    pol.p.group = group;
    pol.p.name = name;
    pol.p.file = at.file;
    pol.p.line = at.line;

    memset(&b, 0, sizeof(b));
    b.kind = kind;
    b.name = name;
    b.words = words;
    b.base = &pol;

    bmc_conf_read(cf, &b, at.line);

    cf->at = at;

    if (!policy_name(cf, kind, name, actor)) {
        return;
    }

    /* the first word of the table, but of a group's, is the secret */

    secret = (group || (b.set & 1)) ? NULL : words[0].name;

    policy_wants(cf, &pol, kind, secret);
    (void) policy_add(cf, &pol);
}


void
bmc_policy_key(bmc_conf_t *cf, const char *name)
{
    policy_block(cf, "key", name, policy_key_words, BMC_ACTOR_KEY, false);
}


void
bmc_policy_user(bmc_conf_t *cf, const char *name)
{
    policy_block(cf, "user", name, policy_user_words, BMC_ACTOR_USER, false);
}


void
bmc_policy_group(bmc_conf_t *cf, const char *name)
{
    policy_block(cf, "group", name, policy_group_words, BMC_ACTOR_USER,
                 true);
}


void
bmc_policy_ipmi_user(bmc_conf_t *cf, const char *name)
{
    policy_block(cf, "ipmi_user", name, policy_ipmi_words, BMC_ACTOR_IPMI,
                 false);
}


/* "1.3.6.1.4.1.8072", each number within 32 bits */

static void
policy_root(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    char                *end;
    unsigned             n;
    const char          *s;
    bmc_fleet_t         *f;
    unsigned long long   v;

    if (!bmc_conf_one(cf, words, nwords)) {
        return;
    }

    for (n = 1, s = words[1]; *s >= '0' && *s <= '9'; s = end + 1, n++) {
        v = strtoull(s, &end, 10);

        if (v > UINT32_MAX || n > POLICY_SNMP_SUB) {
            break;
        }

        if (*end == '\0' && n > 1) {
            f = cf->fleet;
            f->snmp_root = words[1];
            return;
        }

        if (*end != '.') {
            break;
        }
    }

    bmc_conf_error(cf, "\"root\" must be an object identifier such as "
                   POLICY_SNMP_OID ", not \"%.128s\"", words[1]);
}


void
bmc_policy_snmp(bmc_conf_t *cf, const char *name)
{
    bmc_block_t    b;
    bmc_conf_at_t  at;

    at = cf->at;

    if (cf->snmp_at.line != 0) {
        bmc_conf_error(cf, "\"snmp\" stands already at %s:%u",
                       cf->snmp_at.file, cf->snmp_at.line);
        bmc_conf_skip(cf, at.line);
        return;
    }

    cf->snmp_at = at;
    cf->snmp_role = "reader";
    cf->fleet->snmp_root = POLICY_SNMP_OID;

    memset(&b, 0, sizeof(b));
    b.kind = "snmp";
    b.words = policy_snmp_words;
    b.base = &cf->snmp_role;

    bmc_conf_read(cf, &b, at.line);
}
