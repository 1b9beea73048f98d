
/*
 * Copyright (C) the bmcgate authors
 *
 * n1, n*, n[1-20], rack1, rack1/PATTERN: in policy, and as people type them.
 */


#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/parse.h"


/*
 * "[1-20]" is a range for us and for fnmatch(3) the letters 0, 1 and 2.
 * Brackets with "," or with numbers of several digits are a range; with one
 * digit on either side both mean the same.
 */

typedef enum {
    PATTERN_SET,                 /* fnmatch(3)'s: "[a-f]" */
    PATTERN_EITHER,              /* "[1-3]" */
    PATTERN_NUMBERS
} pattern_bracket_t;


static pattern_bracket_t
pattern_bracket(const char *s, size_t len)
{
    size_t  i, digits, dashes;
    bool    many;

    if (memchr(s, ',', len) != NULL) {
        return PATTERN_NUMBERS;
    }

    many = false;
    dashes = 0;
    digits = 0;

    for (i = 0; i < len; i++) {
        if (s[i] >= '0' && s[i] <= '9') {
            digits++;
            many = many || digits > 1;

        } else if (s[i] == '-' && digits > 0 && i + 1 < len) {
            digits = 0;
            dashes++;

        } else {
            return PATTERN_SET;
        }
    }

    if (dashes != 1) {
        return PATTERN_SET;
    }

    return many ? PATTERN_NUMBERS : PATTERN_EITHER;
}


bmc_pattern_t
bmc_pattern_kind(const char *s)
{
    bool         glob, either, numbers;
    size_t       len;
    const char  *end;

    glob = strpbrk(s, "*?") != NULL;
    either = false;
    numbers = false;

    while ((s = strchr(s, '[')) != NULL) {
        s++;
        end = strchr(s, ']');
        len = (end == NULL) ? strlen(s) : (size_t) (end - s);

        switch (pattern_bracket(s, len)) {

        case PATTERN_SET:
            glob = true;
            break;

        case PATTERN_EITHER:
            either = true;
            break;

        case PATTERN_NUMBERS:
            numbers = true;
            break;
        }

        s += len;
    }

    if (glob && numbers) {
        return BMC_PATTERN_MIXED;
    }

    return glob ? BMC_PATTERN_GLOB
           : (numbers || either) ? BMC_PATTERN_RANGE : BMC_PATTERN_NAME;
}


static bool
pattern_holds(const char *pattern, const char *name)
{
    switch (bmc_pattern_kind(pattern)) {

    case BMC_PATTERN_NAME:
        return strcmp(pattern, name) == 0;

    case BMC_PATTERN_GLOB:
        return fnmatch(pattern, name, 0) == 0;

    case BMC_PATTERN_RANGE:
        return bmc_range_holds(pattern, name);

    case BMC_PATTERN_MIXED:
        return false;
    }

    return false;
}


static bool
pattern_in_group(const bmc_hostconf_t *h, const char *group, size_t len)
{
    size_t  i;

    for (i = 0; i < h->groups.count; i++) {
        if (strncmp(h->groups.word[i], group, len) == 0
            && h->groups.word[i][len] == '\0')
        {
            return true;
        }
    }

    return false;
}


bool
bmc_fleet_pattern(const bmc_fleet_t *f, const char *pattern,
    const bmc_hostconf_t *h)
{
    size_t       i;
    const char  *slash;

    slash = strchr(pattern, '/');

    if (slash != NULL) {
        return pattern_in_group(h, pattern, (size_t) (slash - pattern))
               && pattern_holds(slash + 1, h->name);
    }

    if (pattern_holds(pattern, h->name)) {
        return true;
    }

    /* a group, or a range of groups; a glob is of hosts only */

    if (bmc_pattern_kind(pattern) != BMC_PATTERN_RANGE) {
        return pattern_in_group(h, pattern, strlen(pattern));
    }

    for (i = 0; i < h->groups.count; i++) {
        if (bmc_range_holds(pattern, h->groups.word[i])) {
            return true;
        }
    }

    return false;
}
