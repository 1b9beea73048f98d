
/*
 * Copyright (C) the bmcgate authors
 *
 * A datagram to the local syslog.  syslog(3) would block when the socket is
 * full and keeps its state in the process, which is not ours.
 */


#ifndef _BMC_AUDIT_SYSLOG_H_INCLUDED_
#define _BMC_AUDIT_SYSLOG_H_INCLUDED_


#include <sys/un.h>

#include "audit/audit.h"


typedef struct {
    struct sockaddr_un  addr;
    int                 fd;      /* -1: not connected */
} bmc_syslog_t;


enum {
    BMC_SYSLOG_NOTICE = 5,
    BMC_SYSLOG_INFO = 6
};


/* connects already now, while we may; that it fails is told when sending */

void bmc_syslog_open(bmc_syslog_t *s, const char *path);
void bmc_syslog_close(bmc_syslog_t *s);

/* never blocks */

bool bmc_syslog_send(bmc_syslog_t *s, int severity, const char *line,
    size_t len, char why[BMC_TEXT_MAX]);

/* another socket than /dev/log, for tests */

void bmc_audit_syslog_path(bmc_audit_t *a, const char *path);


#endif /* _BMC_AUDIT_SYSLOG_H_INCLUDED_ */
