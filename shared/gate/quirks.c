
/*
 * Copyright (C) the bmcgate authors
 *
 * The table of quirks as doors show it.
 */


#include <stdio.h>

#include "conf/conf.h"
#include "quirks/quirks.h"


#define QUIRKS_WHY  512


typedef struct {
    bmc_quirk_facts_t  facts;
    bmc_quirks_t       fit;          /* names that have a row that fits */
    bmc_quirks_t       on;           /* … that the configuration speaks of */
    bmc_quirks_t       off;
    bmc_quirks_t       shown;
    char               why[QUIRKS_WHY];
} quirks_host_t;


static void
quirks_info(const bmc_quirk_row_t *row, bmc_quirk_info_t *info)
{
    static const char *const  of[] = {
        [BMC_QUIRK_OF_IPMI] = "ipmi",
        [BMC_QUIRK_OF_REDFISH] = "redfish",
        [BMC_QUIRK_OF_IPMI|BMC_QUIRK_OF_REDFISH] = "both"
    };

    info->name = row->name;
    info->of = of[row->of];
    info->vendor = row->vendor;
    info->model = row->model;
    info->firmware = row->firmware;
    info->does = row->does;
    info->source = row->source;
    info->why = "";
    info->on = false;
}


/* each row that fits; what is only spoken of, once */

static bool
quirks_concern(quirks_host_t *q, const bmc_quirk_row_t *row,
    bmc_quirk_info_t *info)
{
    bool          told;
    bmc_quirks_t  bit;

    bit = (bmc_quirks_t) 1 << row->quirk;
    told = ((q->on | q->off) & bit) != 0;

    if (q->fit & bit ? !bmc_quirk_applies(row, &q->facts)
                     : !told || (q->shown & bit))
    {
        return false;
    }

    q->shown |= bit;
    info->on = (q->off & bit) == 0;
    info->why = q->why;

    if (told) {
        (void) snprintf(q->why, sizeof(q->why), "\"quirk %s %s;\" in the "
                        "configuration", row->name, info->on ? "on" : "off");

    } else {
        bmc_quirk_why(row, &q->facts, q->why, sizeof(q->why));
    }

    return true;
}


static void
quirks_host(quirks_host_t *q, const bmc_view_t *view,
    const bmc_hostconf_t *h)
{
    q->facts.vendor = view->vendor;
    q->facts.maker = view->maker;
    q->facts.model = view->model;
    q->facts.firmware = view->firmware;
    q->fit = bmc_quirks_of(&q->facts, 0, 0);
    q->on = h->quirks_on;
    q->off = h->quirks_off;
    q->shown = 0;
}


size_t
bmc_quirks(const bmc_t *b, const bmc_hostconf_t *h,
    void (*each)(void *data, const bmc_quirk_info_t *quirk), void *data)
{
    size_t            i, n;
    bmc_view_t        view;
    quirks_host_t     q;
    bmc_quirk_info_t  info;

    if (h != NULL) {
        (void) bmc_view(b, h, &view);
        quirks_host(&q, &view, h);
    }

    for (i = 0, n = 0; i < bmc_quirk_nrows; i++) {
        quirks_info(&bmc_quirk_rows[i], &info);

        if (h == NULL || quirks_concern(&q, &bmc_quirk_rows[i], &info)) {
            each(data, &info);
            n++;
        }
    }

    return n;
}
