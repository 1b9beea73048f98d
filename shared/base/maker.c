
/*
 * Copyright (C) the bmcgate authors
 *
 * Who makes BMCs, by IANA's private enterprise numbers:
 * https://www.iana.org/assignments/enterprise-numbers
 */


#include <stddef.h>

#include "base/maker.h"


typedef struct {
    uint32_t     number;
    const char  *name;
} maker_t;


static const maker_t  makers[] = {
    { 2, "IBM" },
    { 9, "Cisco" },
    { 11, "Hewlett-Packard" },
    { 42, "Sun Microsystems" },
    { 116, "Hitachi" },
    { 119, "NEC" },
    { 343, "Intel" },
    { 637, "Nokia" },
    { 674, "Dell" },
    { 2011, "Huawei" },
    { 2623, "ASUSTek" },
    { 5703, "NVIDIA" },
    { 6653, "Tyan" },
    { 7244, "Quanta" },
    { 10368, "Fujitsu" },
    { 10437, "Peppercon" },
    { 10876, "Supermicro" },
    { 11129, "Google" },
    { 11161, "Wistron" },
    { 13742, "Raritan" },
    { 15000, "Kontron" },
    { 15370, "Gigabyte" },
    { 19046, "Lenovo" },
    { 20301, "IBM" },
    { 20569, "Inventec" },
    { 20974, "American Megatrends" },
    { 21317, "ATEN" },
    { 25506, "H3C" },
    { 28458, "Nokia" },
    { 37945, "Inspur" },
    { 40092, "Wiwynn" },
    { 42817, "IBM" },
    { 47196, "Hewlett Packard Enterprise" },
    { 47488, "Supermicro" },         /* not theirs, but they use it */
    { 48512, "Inspur" },
    { 49622, "ASRock Rack" },
    { 49769, "YADRO" },
    { 49871, "OpenBMC" },
    { 52538, "Ampere" }
};


const char *
bmc_maker(uint32_t number)
{
    size_t  i;

    for (i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        if (makers[i].number == number) {
            return makers[i].name;
        }
    }

    return NULL;
}
