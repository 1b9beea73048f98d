
/*
 * Copyright (C) the bmcgate authors
 */


#if (BMC_HAVE_HTTP)
#include <curl/curl.h>
#endif
#include <jansson.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "bmcgate.h"
#include "drivers/driver.h"


static char            build_text[4096];
static pthread_once_t  build_once = PTHREAD_ONCE_INIT;


static const char *
build_curl(void)
{
#if (BMC_HAVE_HTTP)
    return curl_version_info(CURLVERSION_NOW)->version;
#else
    return NULL;
#endif
}


static void
build_write(void)
{
    size_t       i, n;
    const char  *curl;

    curl = build_curl();

    n = (size_t) snprintf(build_text, sizeof(build_text),
        "bmcgate %s\n"
        "libuv %s, jansson %s, %s%s%s\n"
        "drivers:", BMC_VERSION, uv_version_string(), JANSSON_VERSION,
        OpenSSL_version(OPENSSL_VERSION), curl == NULL ? "" : ", libcurl ",
        curl == NULL ? "" : curl);

    for (i = 0; bmc_drivers[i] != NULL && n < sizeof(build_text); i++) {
        n += (size_t) snprintf(build_text + n, sizeof(build_text) - n, " %s",
            bmc_drivers[i]->name);
    }

    if (n < sizeof(build_text)) {
        (void) snprintf(build_text + n, sizeof(build_text) - n,
            "\nconfigured with: %s\n", BMC_CONFIGURE);
    }
}


const char *
bmc_build_info(void)
{
    (void) pthread_once(&build_once, build_write);

    return build_text;
}


const char *
bmc_version(void)
{
    return BMC_VERSION;
}
