
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"


/* why standard output could not be written the first time; 0: it could */

static int  say_error;


/*
 * BMCs put what they like into their names and messages, escape sequences
 * among it, and somebody's terminal would obey them.
 */

static void
say_tame(char *s)
{
    unsigned char  *p;

    for (p = (unsigned char *) s; *p != '\0'; p++) {
        if ((*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f) {
            *p = '?';

        } else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) {
            *p++ = '?';
            *p = '?';
        }
    }
}


static void
say_text(FILE *f, const char *before, const char *fmt, va_list args)
{
    int   n;
    char  text[4096];

    n = vsnprintf(text, sizeof(text), fmt, args);

    if (n < 0) {
        return;
    }

    say_tame(text);
    (void) fprintf(f, "%s%s\n", before, text);
}


void
bmc_ctl_error(const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    say_text(stderr, "bmcctl: ", fmt, args);
    va_end(args);
}


void
bmc_ctl_say(FILE *f, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    say_text(f, "", fmt, args);
    va_end(args);
}


/* some texts begin with the host's name themselves */

void
bmc_ctl_host(FILE *f, const char *host, const char *text)
{
    size_t  len;

    len = strlen(host);

    if (strncmp(text, host, len) == 0 && strncmp(text + len, ": ", 2) == 0) {
        text += len + 2;
    }

    bmc_ctl_say(f, "%s: %s", host, text);
}


void
bmc_ctl_line(void *data, const char *line)
{
    bmc_ctl_error("%s", line);
}


bool
bmc_ctl_put(const char *text, size_t len)
{
    if (text == NULL) {
        bmc_ctl_error("out of memory");
        return false;
    }

    if (fwrite(text, 1, len, stdout) == len) {
        return true;
    }

    say_error = say_error == 0 ? errno : say_error;

    return false;
}


int
bmc_ctl_flush(void)
{
    if (fflush(stdout) != 0 && say_error == 0) {
        say_error = errno;
    }

    return say_error;
}
