
/*
 * Copyright (C) the bmcgate authors
 *
 * host n1 { address 10.0.0.7; redfish { tls pin; user svc; password …; } }
 */


#include <string.h>

#include "drivers/http/inside.h"


const bmc_word_t  bmc_http_words[BMC_HTTP_WORDS_N] = { BMC_HTTP_WORDS };


static const char *const  words_kinds[] = {
    [BMC_TLS_VERIFY] = "verify",
    [BMC_TLS_CA] = "ca",
    [BMC_TLS_PIN] = "pin",
    [BMC_TLS_OFF] = "off",
    [BMC_TLS_NONE] = "none"
};


const char *
bmc_http_tls_name(int64_t tls)
{
    return words_kinds[tls];
}


void
bmc_http_tls_word(bmc_conf_t *cf, const bmc_word_t *w, const char **words,
    size_t nwords, void *block)
{
    size_t            i, want;
    bmc_http_conf_t  *conf;

    conf = block;

    for (i = 0; i < sizeof(words_kinds) / sizeof(char *); i++) {

        if (nwords < 2 || strcmp(words[1], words_kinds[i]) != 0) {
            continue;
        }

        want = (i == BMC_TLS_CA) ? 3 : 2;

        if (nwords != want) {
            break;
        }

        conf->tls = (int64_t) i;
        conf->ca = (i == BMC_TLS_CA) ? words[2] : NULL;

        if (conf->ca != NULL && conf->ca[0] != '/') {
            bmc_conf_error(cf, "\"tls ca %.128s\" is no absolute path",
                           conf->ca);
        }

        return;
    }

    bmc_conf_error(cf, "\"tls\" wants verify, ca FILE, pin, off, or none");
}


void
bmc_http_check(bmc_conf_t *cf, bmc_hostconf_t *host, bmc_http_conf_t *conf,
    const char *driver)
{
    if (conf->port == 0) {
        conf->port = conf->tls == BMC_TLS_NONE ? 80 : 443;
    }

    if (host->address.count == 0) {
        bmc_conf_error(cf, "host \"%s\" has no \"address\", which %s needs",
                       host->name, driver);
    }
}
