
/*
 * Copyright (C) the bmcgate authors
 *
 * Files of any bytes to bmc_audit_verify(), which must end and tell whole
 * findings.  A line "FILE" begins the newer file, "LAST" its FILE.last.
 */


#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"


static char  dir[] = "/tmp/bmc-fuzz-audit-XXXXXX";


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
leave(void)
{
    (void) !chdir("/");
    (void) rmdir(dir);
}


static void
put(const char *path, const uint8_t *data, size_t size)
{
    int  fd;

    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC, 0600);

    if (fd == -1 || write(fd, data, size) != (ssize_t) size) {
        abort();
    }

    close(fd);
}


static void
said(void *data, const char *line)
{
    unsigned  *count;

    count = data;

    if (strlen(line) >= 1024 || ++*count > 101) {
        abort();
    }
}


static size_t
until(const uint8_t *data, size_t size, const char *word)
{
    const uint8_t  *at;

    at = memmem(data, size, word, strlen(word));

    return at != NULL ? (size_t) (at - data) : size;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       n, nfiles;
    unsigned     findings;
    bmc_rc_t     rc;
    uint64_t     lines;
    const char  *files[2] = { "audit.log.1", "audit.log" };

    if (dir[sizeof(dir) - 2] == 'X') {
        if (mkdtemp(dir) == NULL || chdir(dir) == -1 || atexit(leave) != 0) {
            abort();
        }
    }

    findings = 0;
    nfiles = 2;

    n = until(data, size, "LAST\n");

    if (n < size) {
        put("audit.log.last", data + n + 5, size - n - 5);
        size = n;
    }

    n = until(data, size, "FILE\n");
    put("audit.log.1", data, n);
    n = n < size ? n + 5 : n;
    put("audit.log", data + n, size - n);

    rc = bmc_audit_verify(files, nfiles, said, &findings, &lines);

    if (rc == BMC_USAGE || (rc == BMC_OK) != (findings == 0)) {
        abort();
    }

    unlink("audit.log.1");
    unlink("audit.log");
    unlink("audit.log.last");

    return 0;
}
