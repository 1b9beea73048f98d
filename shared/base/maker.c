
/*
 * Copyright (C) the bmcgate authors
 *
 * Numbers are IANA's private enterprise numbers:
 * https://www.iana.org/assignments/enterprise-numbers
 */


#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/maker.h"


#define MAKER_NUMBERS  3


/* its own word counts as one of its names */

typedef struct {
    const char  *word;
    const char  *names;              /* others, with commas; or NULL */
    uint32_t     number[MAKER_NUMBERS];
} maker_t;


typedef struct {
    uint32_t     number;
    uint16_t     product;
    const char  *word;
} maker_product_t;


static const maker_t  makers[] = {
    { "AMI", "American Megatrends", { 20974 } },
    { "ASRock Rack", "ASRockRack,ASRock", { 49622 } },
    { "ASUS", "ASUSTeK", { 2623 } },
    { "ATEN", NULL, { 21317 } },
    { "Ampere", NULL, { 52538 } },
    { "Cisco", NULL, { 9, 5771 } },
    { "Cray", NULL, { 0 } },
    { "Dell", NULL, { 674 } },
    { "Facebook", NULL, { 40981 } },
    { "Fujitsu", NULL, { 10368 } },
    { "Gigabyte", "Giga-Byte,Giga Computing", { 15370 } },
    { "Google", NULL, { 11129 } },
    { "H3C", "New H3C", { 25506 } },
    { "HPE", "HP,Hewlett-Packard,Hewlett Packard", { 11, 47196 } },
    { "Hitachi", NULL, { 116 } },
    { "Huawei", NULL, { 2011 } },
    { "IBM", NULL, { 2, 20301, 42817 } },
    { "IEIT", NULL, { 61847 } },
    { "Inspur", NULL, { 37945, 48512 } },
    { "Intel", NULL, { 343 } },
    { "Inventec", NULL, { 20569 } },
    { "Kontron", NULL, { 15000 } },
    { "Lenovo", NULL, { 19046 } },
    { "MiTAC", NULL, { 11183 } },
    { "NEC", NULL, { 119 } },
    { "NVIDIA", NULL, { 5703 } },
    { "Nokia", NULL, { 637, 28458 } },
    { "OpenBMC", NULL, { 49871 } },
    { "OpenPOWER", NULL, { 0 } },
    { "Oracle", "Sun Microsystems,Sun", { 42 } },
    { "Peppercon", NULL, { 10437 } },
    { "Quanta", "QCT", { 7244 } },
    { "Raritan", NULL, { 13742 } },

    /* 47488 is not theirs, but they use it; Novarion sells their machines */

    { "Supermicro", "Super Micro,Novarion", { 10876, 47488 } },

    { "Tyan", NULL, { 6653 } },
    { "Wistron", NULL, { 11161 } },
    { "Wiwynn", NULL, { 40092 } },
    { "YADRO", NULL, { 49769 } },
    { "ZTE", NULL, { 3902 } },
    { "xFusion", NULL, { 58132 } }
};


/* "OB", as OpenBMC is on Witherspoon: openbmc issue 2947 */

static const maker_product_t  products[] = {
    { 42817, 16975, "OpenBMC" }
};


static const char *const  vague[] = {
    "AMI", "ATEN", "OpenBMC", "Peppercon", "Raritan"
};


/* what boards are delivered with */

static const char *const  blanks[] = {
    "", "To be filled by O.E.M.", "Default string", "System manufacturer",
    "Not Specified", "Unknown", "N/A"
};


#define MAKER_COUNT(a)  (sizeof(a) / sizeof((a)[0]))


const char *
bmc_maker(uint32_t number)
{
    size_t  i, n;

    for (i = 0; number != 0 && i < MAKER_COUNT(makers); i++) {
        for (n = 0; n < MAKER_NUMBERS; n++) {
            if (makers[i].number[n] == number) {
                return makers[i].word;
            }
        }
    }

    return NULL;
}


const char *
bmc_maker_product(uint32_t number, uint16_t product)
{
    size_t  i;

    for (i = 0; i < MAKER_COUNT(products); i++) {
        if (products[i].number == number && products[i].product == product) {
            return products[i].word;
        }
    }

    return bmc_maker(number);
}


/* "HP" of "HP Inc.", not of "HPC" */

static bool
maker_begins(const char *told, const char *name, size_t len)
{
    return strncasecmp(told, name, len) == 0
           && !isalnum((unsigned char) told[len]);
}


static bool
maker_is(const maker_t *maker, const char *told)
{
    size_t       len;
    const char  *name;

    if (maker_begins(told, maker->word, strlen(maker->word))) {
        return true;
    }

    for (name = maker->names; name != NULL && *name != '\0'; name += len) {
        name += *name == ',';
        len = strcspn(name, ",");

        if (maker_begins(told, name, len)) {
            return true;
        }
    }

    return false;
}


const char *
bmc_maker_word(const char *told)
{
    size_t  i;

    for (i = 0; told != NULL && i < MAKER_COUNT(blanks); i++) {
        if (strcasecmp(told, blanks[i]) == 0) {
            return NULL;
        }
    }

    for (i = 0; told != NULL && i < MAKER_COUNT(makers); i++) {
        if (maker_is(&makers[i], told)) {
            return makers[i].word;
        }
    }

    return told;
}


bool
bmc_maker_is_vague(const char *word)
{
    size_t  i;

    for (i = 0; word != NULL && i < MAKER_COUNT(vague); i++) {
        if (strcmp(word, vague[i]) == 0) {
            return true;
        }
    }

    return word == NULL;
}
