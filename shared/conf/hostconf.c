
/*
 * Copyright (C) the bmcgate authors
 */


#include "conf/conf.h"
#include "drivers/driver.h"


static const char *
hostconf_text(const char *s)
{
    return (s == NULL) ? "" : s;
}


size_t
bmc_host_index(const bmc_hostconf_t *h)
{
    return h->index;
}


const char *
bmc_host_name(const bmc_hostconf_t *h)
{
    return h->name;
}


const char *
bmc_host_address(const bmc_hostconf_t *h)
{
    return (h->address.count == 0) ? "" : h->address.word[0];
}


const char *
bmc_host_address_at(const bmc_hostconf_t *h, size_t i)
{
    return (i < h->address.count) ? h->address.word[i] : NULL;
}


const char *
bmc_host_mac(const bmc_hostconf_t *h)
{
    return hostconf_text(h->mac);
}


const char *
bmc_host_group(const bmc_hostconf_t *h, size_t i)
{
    return (i < h->groups.count) ? h->groups.word[i] : NULL;
}


const char *
bmc_host_driver(const bmc_hostconf_t *h, size_t i)
{
    return (i < h->ndrivers) ? h->driver[i]->name : NULL;
}


uint32_t
bmc_host_poll(const bmc_hostconf_t *h)
{
    return (uint32_t) h->poll;
}


const char *
bmc_host_user(const bmc_hostconf_t *h)
{
    return hostconf_text(h->user);
}


const char *
bmc_host_file(const bmc_hostconf_t *h)
{
    return h->file;
}
