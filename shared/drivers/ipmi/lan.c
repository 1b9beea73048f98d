
/*
 * Copyright (C) the bmcgate authors
 *
 * LAN parameters: IPMI 2.0, 23.2.
 */


#include <stdio.h>

#include "drivers/ipmi/verbs.h"


#define LAN_GET      0x02
#define LAN_CHANNEL  1               /* where there is no "this channel" */


typedef void (*lan_told_pt)(json_t *json, const uint8_t *data);


typedef struct {
    uint8_t      parameter;
    size_t       len;
    lan_told_pt  told;
} lan_parameter_t;


typedef struct {
    size_t   at;
    uint8_t  channel;
    uint8_t  code;                   /* of the first refusal */
} lan_job_t;


static bool
lan_address(const uint8_t *p, char text[16])
{
    (void) snprintf(text, 16, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);

    return (p[0] | p[1] | p[2] | p[3]) != 0;
}


static void
lan_put(json_t *json, const char *key, const uint8_t *p)
{
    char  text[16];

    if (lan_address(p, text)) {
        bmc_ipmi_put(json, key, text);
    }
}


static void
lan_ip(json_t *json, const uint8_t *p)
{
    lan_put(json, "address", p);
}


static void
lan_netmask(json_t *json, const uint8_t *p)
{
    lan_put(json, "netmask", p);
}


static void
lan_gateway(json_t *json, const uint8_t *p)
{
    lan_put(json, "gateway", p);
}


static void
lan_mac(json_t *json, const uint8_t *p)
{
    char  text[20];

    (void) snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x",
        p[0], p[1], p[2], p[3], p[4], p[5]);

    if ((p[0] | p[1] | p[2] | p[3] | p[4] | p[5]) != 0) {
        bmc_ipmi_put(json, "mac", text);
    }
}


static void
lan_source(json_t *json, const uint8_t *p)
{
    static const char *const  sources[16] = {
        NULL, "static", "dhcp", "bios", "other"
    };

    bmc_ipmi_put(json, "source", sources[p[0] & 0x0f]);
}


static void
lan_vlan(json_t *json, const uint8_t *p)
{
    if (p[1] & 0x80) {
        (void) json_object_set_new(json, "vlan",
            json_integer((json_int_t) (bmc_ipmi_le16(p) & 0x0fff)));
    }
}


static const lan_parameter_t  lan_parameters[] = {
    { 3, 4, lan_ip },
    { 6, 4, lan_netmask },
    { 12, 4, lan_gateway },
    { 5, 6, lan_mac },
    { 4, 1, lan_source },
    { 20, 2, lan_vlan }
};


#define LAN_PARAMETERS  (sizeof(lan_parameters) / sizeof(lan_parameters[0]))


static void lan_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data,
    size_t len);


static void
lan_ask(bmc_ipmi_job_t *job)
{
    uint8_t     data[4];
    lan_job_t  *l;

    l = job->data;
    data[0] = l->channel;
    data[1] = lan_parameters[l->at].parameter;
    data[2] = 0;
    data[3] = 0;

    bmc_ipmi_ask(job, BMC_IPMI_LAN, LAN_GET, data, sizeof(data), 0,
        lan_told);
}


static void
lan_told(bmc_ipmi_job_t *job, uint8_t code, const uint8_t *data, size_t len)
{
    lan_job_t              *l;
    const lan_parameter_t  *p;

    l = job->data;
    p = &lan_parameters[l->at];

    if (code == BMC_IPMI_BUSY) {
        bmc_ipmi_refused(job, code, "LAN parameters");
        return;
    }

    if (l->at == 0 && code != 0 && l->channel == BMC_IPMI_THIS_CHANNEL) {
        l->channel = LAN_CHANNEL;
        lan_ask(job);
        return;
    }

    /* the parameter's revision, then its bytes */

    if (code == 0 && len > p->len) {
        p->told(job->call->answer.json, data + 1);

    } else if (l->code == 0) {
        l->code = code;
    }

    if (++l->at < LAN_PARAMETERS) {
        lan_ask(job);

    } else if (json_object_size(job->call->answer.json) > 0) {
        bmc_ipmi_end(job, BMC_OK, "");

    } else if (l->code != 0) {
        bmc_ipmi_refused(job, l->code, "LAN parameters");

    } else {
        bmc_ipmi_short(job, "LAN parameters");
    }
}


void
bmc_ipmi_lan(bmc_ipmi_job_t *job)
{
    lan_job_t  *l;

    if (!bmc_ipmi_room(job, sizeof(lan_job_t))) {
        return;
    }

    l = job->data;
    l->channel = BMC_IPMI_THIS_CHANNEL;
    job->call->answer.json = json_object();

    if (job->call->answer.json == NULL) {
        bmc_ipmi_end(job, BMC_FAILED, "out of memory");
        return;
    }

    lan_ask(job);
}
