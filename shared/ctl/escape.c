
/*
 * Copyright (C) the bmcgate authors
 */


#include "ctl/escape.h"


bmc_escape_act_t
bmc_escape_feed(bmc_escape_t *state, char c, char out[2], size_t *n)
{
    bmc_escape_t  was;

    was = *state;
    *n = 0;

    if (was == BMC_ESCAPE_TILDE) {
        *state = BMC_ESCAPE_LINE;

        if (c == '.') {
            return BMC_ESCAPE_END;
        }

        if (c == '?') {
            return BMC_ESCAPE_HELP;
        }

        /* "~~" is one tilde; before all else it was meant for the host */

        if (c != '~') {
            out[(*n)++] = '~';
        }

    } else if (was == BMC_ESCAPE_LINE && c == '~') {
        *state = BMC_ESCAPE_TILDE;
        return BMC_ESCAPE_PASS;
    }

    out[(*n)++] = c;
    *state = c == '\r' || c == '\n' ? BMC_ESCAPE_LINE : BMC_ESCAPE_TEXT;

    return BMC_ESCAPE_PASS;
}
