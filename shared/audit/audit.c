
/*
 * Copyright (C) the bmcgate authors
 */


#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/syslog.h"
#include "audit/trail.h"


#define AUDIT_FIELD  1024        /* of one field; the rest is cut off */
#define AUDIT_CUT    "\xe2\x80\xa6"


struct bmc_audit_s {
    bmc_trail_t   *trail;        /* NULL: no file */
    bmc_chain_t    chain;
    bmc_buf_t      body;
    bmc_buf_t      line;         /* syslog's, where there is no file */
    bmc_syslog_t   log;
    bmc_link_t     at;
    pid_t          pid;          /* whose chain at is */
    bool           syslog;
};


static bool audit_body(bmc_audit_t *a, const bmc_audit_entry_t *e);
static void audit_field(bmc_buf_t *b, const char *name, const char *value);
static int audit_severity(bmc_rc_t rc);
static bool audit_syslog_only(bmc_audit_t *a, bmc_rc_t rc,
    char why[BMC_TEXT_MAX]);


bmc_audit_t *
bmc_audit_open(const char *file, bool syslog, char why[BMC_TEXT_MAX])
{
    bmc_audit_t  *a;

    a = calloc(1, sizeof(bmc_audit_t));
    if (a == NULL) {
        snprintf(why, BMC_TEXT_MAX, "audit: out of memory");
        return NULL;
    }

    a->log.fd = -1;

    if (!bmc_chain_init(&a->chain)) {
        snprintf(why, BMC_TEXT_MAX, "audit: libcrypto offers no SHA-256");
        bmc_audit_close(a);
        return NULL;
    }

    if (file != NULL) {
        a->trail = bmc_trail_open(file, &a->chain, why);

        if (a->trail == NULL) {
            bmc_audit_close(a);
            return NULL;
        }
    }

    if (syslog) {
        a->syslog = true;
        bmc_syslog_open(&a->log, "/dev/log");
    }

    return a;
}


void
bmc_audit_close(bmc_audit_t *a)
{
    if (a == NULL) {
        return;
    }

    bmc_trail_close(a->trail);
    bmc_syslog_close(&a->log);
    bmc_buf_free(&a->body);
    bmc_buf_free(&a->line);
    bmc_chain_done(&a->chain);
    free(a);
}


void
bmc_audit_syslog_path(bmc_audit_t *a, const char *path)
{
    bmc_syslog_close(&a->log);
    bmc_syslog_open(&a->log, path);
}


bool
bmc_audit_write(bmc_audit_t *a, const bmc_audit_entry_t *e,
    char why[BMC_TEXT_MAX])
{
    char         ignored[BMC_TEXT_MAX];
    size_t       len;
    const char  *line;

    if (!audit_body(a, e)) {
        snprintf(why, BMC_TEXT_MAX, "audit: out of memory");
        return false;
    }

    if (a->trail == NULL) {
        return !a->syslog || audit_syslog_only(a, e->rc, why);
    }

    if (!bmc_trail_append(a->trail, a->body.data, a->body.len, &line, &len,
                          why))
    {
        return false;
    }

    if (a->syslog) {
        (void) bmc_syslog_send(&a->log, audit_severity(e->rc), line, len - 1,
                               ignored);
    }

    return true;
}


static int
audit_severity(bmc_rc_t rc)
{
    return rc == BMC_OK ? BMC_SYSLOG_INFO : BMC_SYSLOG_NOTICE;
}


static bool
audit_body(bmc_audit_t *a, const bmc_audit_entry_t *e)
{
    bmc_buf_t  *b;

    b = &a->body;
    bmc_buf_reset(b);

    audit_field(b, "event", e->event);

    if (e->op != 0) {
        bmc_buf_printf(b, ",\"op\":%" PRIu64, e->op);
    }

    audit_field(b, "actor", e->actor);
    audit_field(b, "from", e->from);
    audit_field(b, "door", e->door);
    audit_field(b, "host", e->host);
    audit_field(b, "verb", e->verb);
    audit_field(b, "args", e->args);
    audit_field(b, "rc", bmc_error(e->rc)->name);
    audit_field(b, "text", e->text);

    bmc_buf_printf(b, ",\"pid\":%d", (int) getpid());

    return !b->failed;
}


static void
audit_field(bmc_buf_t *b, const char *name, const char *value)
{
    char    cut[AUDIT_FIELD + sizeof(AUDIT_CUT)];
    size_t  len;

    if (value == NULL) {
        return;
    }

    bmc_buf_printf(b, ",\"%s\":", name);

    len = strnlen(value, AUDIT_FIELD + 1);

    if (len <= AUDIT_FIELD) {
        bmc_buf_json(b, value, len);
        return;
    }

    /* not in the middle of a character */

    len = AUDIT_FIELD;

    while (len > AUDIT_FIELD - 3 && (value[len] & 0xc0) == 0x80) {
        len--;
    }

    memcpy(cut, value, len);
    memcpy(cut + len, AUDIT_CUT, sizeof(AUDIT_CUT));

    bmc_buf_json(b, cut, len + sizeof(AUDIT_CUT) - 1);
}


/* without a file every process has a chain of its own */

static bool
audit_syslog_only(bmc_audit_t *a, bmc_rc_t rc, char why[BMC_TEXT_MAX])
{
    bmc_link_t  at;

    if (a->pid != getpid()) {
        a->pid = getpid();
        bmc_chain_start(&a->at);
    }

    at = a->at;
    bmc_buf_reset(&a->line);

    if (!bmc_chain_add(&a->chain, &at, a->body.data, a->body.len, &a->line)) {
        snprintf(why, BMC_TEXT_MAX, "audit: out of memory");
        return false;
    }

    if (!bmc_syslog_send(&a->log, audit_severity(rc), a->line.data,
                         a->line.len - 1, why))
    {
        return false;
    }

    a->at = at;

    return true;
}
