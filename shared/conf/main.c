
/*
 * Copyright (C) the bmcgate authors
 *
 * What stands in the file itself, outside of any block.
 */


#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


#define MAIN_RATE_MAX       1000000
#define MAIN_INFLIGHT_SPAN  "1 65536"

enum {
    MAIN_CHANGES  = 0x01,
    MAIN_INFLIGHT = 0x02,
    MAIN_LOGINS   = 0x04
};


typedef struct {
    const char  *name;
    bool         named;
    void       (*read)(bmc_conf_t *cf, const char *name);
    const char  *help;
} main_block_t;


static void  main_audit(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  main_limit(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);
static void  main_folder(bmc_conf_t *cf, const bmc_word_t *w,
    const char **words, size_t nwords, void *base);


static const main_block_t  main_blocks[] = {

    { "host", true, bmc_host_block, "a host and its BMC" },
    { "defaults", false, bmc_host_defaults, "what hosts do not say" },
    { "role", true, bmc_role_block, "a set of rights" },
    { "key", true, bmc_policy_key, "an API key" },
    { "user", true, bmc_policy_user, "a user with a password" },
    { "group", true, bmc_policy_group, "a group of PAM's users" },
    { "ipmi_user", true, bmc_policy_ipmi_user, "a user of the IPMI door" },
    { "snmp", false, bmc_policy_snmp, "the SNMP door" },

    { NULL, false, NULL, NULL }
};


static const bmc_word_t  main_words[] = {

    { "audit", BMC_WORD_CUSTOM, 0, NULL, main_audit,
      BMC_WORD_ONCE,
      "where decisions and outcomes are written: syslog, a file, or both" },

    { "audit_reads", BMC_WORD_FLAG, offsetof(bmc_fleet_t, audit_reads), NULL,
      NULL, 0, "whether reads are audited too" },

    { "limit", BMC_WORD_CUSTOM, 0, NULL, main_limit, 0,
      "changes per actor and time, failed logins, or operations under way" },

    { "stagger", BMC_WORD_TIME, offsetof(bmc_fleet_t, stagger), "0 3600000",
      NULL, 0, "time between the hosts of a group" },

    { "session_timeout", BMC_WORD_TIME, offsetof(bmc_fleet_t,
      session_timeout), "30000 86400000", NULL, 0,
      "how long a session lives unused" },

    { "run", BMC_WORD_CUSTOM, offsetof(bmc_fleet_t, run), NULL, main_folder,
      BMC_WORD_ONCE, "folder of the board and the sockets" },

    { "state", BMC_WORD_CUSTOM, offsetof(bmc_fleet_t, state), NULL,
      main_folder, BMC_WORD_ONCE, "folder of what must survive a reboot" },

    { NULL, 0, 0, NULL, NULL, 0, NULL }
};


static void
main_audit(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    size_t        i;
    bmc_fleet_t  *f;

    f = base;
    f->audit_syslog = false;

    if (nwords < 2) {
        bmc_conf_error(cf, "\"audit\" wants syslog, a file, or both");
        return;
    }

    for (i = 1; i < nwords; i++) {

        if (strcmp(words[i], "syslog") == 0 && !f->audit_syslog) {
            f->audit_syslog = true;

        } else if (words[i][0] == '/' && f->audit_file == NULL) {
            f->audit_file = words[i];

        } else {
            bmc_conf_error(cf, "\"audit\" wants syslog, the full path of a "
                           "file, or both, not \"%.64s\"", words[i]);
        }
    }
}


/* "30/m", "off" */

static void
main_rate(bmc_conf_t *cf, const char *what, const char *word, int64_t *count,
    int64_t *per)
{
    char  *slash;
    long   n;

    if (strcmp(word, "off") == 0) {
        *count = 0;
        return;
    }

    n = (*word >= '1' && *word <= '9') ? strtol(word, &slash, 10) : 0;

    if (n < 1 || n > MAIN_RATE_MAX || slash[0] != '/' || slash[1] == '\0'
        || strchr("smh", slash[1]) == NULL || slash[2] != '\0')
    {
        bmc_conf_error(cf, "\"limit %s\" must be off or a rate such as "
                       "30/m, with s, m or h, not \"%.64s\"", what, word);
        return;
    }

    *count = n;
    *per = (slash[1] == 's') ? 1000
           : (slash[1] == 'm') ? 60 * 1000 : 3600 * 1000;
}


static void
main_limit(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    unsigned      bit;
    bmc_word_t    inflight;
    bmc_fleet_t  *f;

    f = base;
    bit = (nwords < 2) ? 0
          : (strcmp(words[1], "changes") == 0) ? MAIN_CHANGES
          : (strcmp(words[1], "logins") == 0) ? MAIN_LOGINS
          : (strcmp(words[1], "inflight") == 0) ? MAIN_INFLIGHT : 0;

    if (bit == 0 || nwords != 3) {
        bmc_conf_error(cf, "\"limit\" wants \"changes N/m\", \"changes "
                       "off\", \"logins N/m\", \"logins off\" or "
                       "\"inflight N\"");
        return;
    }

    if (cf->limits & bit) {
        bmc_conf_error(cf, "duplicate \"limit %s\"", words[1]);
        return;
    }

    cf->limits |= bit;

    if (bit == MAIN_CHANGES) {
        main_rate(cf, words[1], words[2], &f->changes, &f->changes_per);
        return;
    }

    if (bit == MAIN_LOGINS) {
        main_rate(cf, words[1], words[2], &f->logins, &f->logins_per);
        return;
    }

    memset(&inflight, 0, sizeof(inflight));
    inflight.name = "limit inflight";
    inflight.type = BMC_WORD_NUMBER;
    inflight.offset = offsetof(bmc_fleet_t, inflight);
    inflight.values = MAIN_INFLIGHT_SPAN;

    bmc_conf_set(cf, &inflight, words + 1, 2, base);
}


static void
main_folder(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *base)
{
    if (!bmc_conf_one(cf, words, nwords)) {
        return;
    }

    if (words[1][0] != '/') {
        bmc_conf_error(cf, "\"%s\" must be the full path of a folder, not "
                       "\"%.64s\"", w->name, words[1]);
        return;
    }

    *(const char **) ((char *) base + w->offset) = words[1];
}


static const main_block_t *
main_find(const char *name)
{
    const main_block_t  *m;

    for (m = main_blocks; m->name != NULL; m++) {
        if (strcmp(m->name, name) == 0) {
            return m;
        }
    }

    return NULL;
}


static bool
main_knows(const bmc_block_t *b, const char *word)
{
    return main_find(word) != NULL || strcmp(word, "include") == 0;
}


static bool
main_unknown(bmc_conf_t *cf, const bmc_block_t *b, const char *word)
{
    bmc_nearest_t        near;
    const bmc_word_t    *w;
    const main_block_t  *m;

    bmc_nearest_init(&near, word);
    bmc_nearest_offer(&near, "include");

    for (w = main_words; w->name != NULL; w++) {
        bmc_nearest_offer(&near, w->name);
    }

    for (m = main_blocks; m->name != NULL; m++) {
        bmc_nearest_offer(&near, m->name);
    }

    bmc_conf_unknown(cf, b, word, near.best);

    return true;
}


static bool
main_other(bmc_conf_t *cf, bmc_block_t *b, const char **words, size_t nwords,
    bool opens)
{
    const main_block_t  *m;

    m = main_find(words[0]);

    if (m == NULL) {
        main_unknown(cf, b, words[0]);

        if (opens) {
            bmc_conf_skip(cf, cf->at.line);
        }

        return true;
    }

    if (m->named) {
        if (bmc_conf_name(cf, words, nwords, opens)) {
            m->read(cf, words[1]);
        }

        return true;
    }

    if (nwords == 1 && opens) {
        m->read(cf, words[0]);
        return true;
    }

    bmc_conf_error(cf, "\"%s\" wants a block and no name: \"%s {\"", m->name,
                   m->name);

    if (opens) {
        bmc_conf_skip(cf, cf->at.line);
    }

    return true;
}


void
bmc_main_init(bmc_conf_t *cf, bmc_block_t *b)
{
    bmc_fleet_t  *f;

    f = cf->fleet;
    f->run = "/run/bmcgate";
    f->state = "/var/lib/bmcgate";
    f->audit_syslog = true;
    f->changes = 30;
    f->changes_per = 60 * 1000;
    f->logins = 10;
    f->logins_per = 60 * 1000;
    f->session_timeout = 30 * 60 * 1000;
    f->stagger = 2000;
    f->inflight = 1024;

    memset(b, 0, sizeof(bmc_block_t));
    b->words = main_words;
    b->base = f;
    b->other = main_other;
    b->knows = main_knows;
}
