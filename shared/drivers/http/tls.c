
/*
 * Copyright (C) the bmcgate authors
 *
 * Whom we believe it is.  Certificates of authorities are read once a file,
 * with the privileges that there are when the gateway starts.
 */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "drivers/http/inside.h"


#define TLS_FRAGMENT  4096           /* we ask little; buffers leave holes */


struct bmc_http_ca_s {
    bmc_http_ca_t  *next;
    X509_STORE     *store;
    struct stat     st;
    char            path[];          /* "": the system's own */
};


/* -- authorities */

static bool
ca_fill(X509_STORE *store, const char *path)
{
    if (path[0] == '\0') {
        return X509_STORE_set_default_paths(store) == 1;
    }

    return X509_STORE_load_file(store, path) == 1;
}


/* an intermediate authority, or the certificate itself, may be all there is */

static X509_STORE *
ca_read(const char *path, char why[BMC_TEXT_MAX])
{
    X509_STORE     *store;
    unsigned long   error;

    ERR_clear_error();
    store = X509_STORE_new();

    if (store != NULL
        && X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1
        && ca_fill(store, path))
    {
        return store;
    }

    error = ERR_peek_error();
    snprintf(why, BMC_TEXT_MAX, "no certificates can be read from %.140s: %s",
             path[0] == '\0' ? "the system's folder" : path,
             ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error))
             : ERR_reason_error_string(error) != NULL
             ? ERR_reason_error_string(error) : "out of memory");

    ERR_clear_error();
    X509_STORE_free(store);

    return NULL;
}


static bool
ca_changed(const bmc_http_ca_t *ca)
{
    struct stat  st;

    return ca->path[0] != '\0' && stat(ca->path, &st) == 0
           && (st.st_ino != ca->st.st_ino || st.st_size != ca->st.st_size
               || st.st_mtim.tv_sec != ca->st.st_mtim.tv_sec
               || st.st_mtim.tv_nsec != ca->st.st_mtim.tv_nsec);
}


static bool
ca_load(bmc_http_ca_t *ca, char why[BMC_TEXT_MAX])
{
    struct stat   st;
    X509_STORE   *store;

    memset(&st, 0, sizeof(st));

    if (ca->path[0] != '\0') {
        (void) stat(ca->path, &st);
    }

    store = ca_read(ca->path, why);

    if (store == NULL) {
        return ca->store != NULL;
    }

    X509_STORE_free(ca->store);
    ca->store = store;
    ca->st = st;

    return true;
}


/* who may read it no more goes on with what there was */

static X509_STORE *
ca_store(bmc_http_shared_t *shared, const char *path, char why[BMC_TEXT_MAX])
{
    size_t          len;
    bmc_http_ca_t  *ca;

    for (ca = shared->ca; ca != NULL; ca = ca->next) {
        if (strcmp(ca->path, path) == 0) {
            break;
        }
    }

    if (ca == NULL) {
        len = strlen(path) + 1;
        ca = calloc(1, sizeof(bmc_http_ca_t) + len);

        if (ca == NULL) {
            snprintf(why, BMC_TEXT_MAX, "out of memory");
            return NULL;
        }

        memcpy(ca->path, path, len);
        ca->next = shared->ca;
        shared->ca = ca;
    }

    if ((ca->store == NULL || ca_changed(ca)) && !ca_load(ca, why)) {
        return NULL;
    }

    return ca->store;
}


/* -- loading */

/* a host's configuration is ours if its driver has our words */

static const bmc_http_conf_t *
load_conf(const bmc_hostconf_t *host, unsigned n)
{
    const bmc_word_t  *w;

    for (w = host->driver[n]->words; w != NULL && w->name != NULL; w++) {
        if (w->set == bmc_http_tls_word && w->offset == 0) {
            return host->dconf[n];
        }
    }

    return NULL;
}


/*
 * What is wrong with one host's certificates is told when that host is
 * opened: the others must run.
 */

static void
load_host(bmc_http_shared_t *shared, const bmc_hostconf_t *host)
{
    char                    why[BMC_TEXT_MAX];
    unsigned                i;
    const bmc_http_conf_t  *conf;

    for (i = 0; i < host->ndrivers; i++) {
        conf = load_conf(host, i);

        if (conf == NULL) {
            continue;
        }

        if (conf->tls == BMC_TLS_PIN) {
            (void) bmc_pins_open(shared->pins, why);

        } else if (conf->tls == BMC_TLS_CA) {
            (void) ca_store(shared, conf->ca, why);

        } else if (conf->tls == BMC_TLS_VERIFY) {
            (void) ca_store(shared, "", why);
        }
    }
}


bmc_http_shared_t *
bmc_http_load(const bmc_fleet_t *fleet, char why[BMC_TEXT_MAX])
{
    size_t              i;
    bmc_http_shared_t  *shared;

    shared = calloc(1, sizeof(bmc_http_shared_t));

    if (shared != NULL) {
        bmc_ring_init(&shared->loops);
        shared->pins = bmc_pins_create(fleet->state);
    }

    if (shared == NULL || shared->pins == NULL
        || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    {
        snprintf(why, BMC_TEXT_MAX, "libcurl cannot be set up");
        bmc_pins_free(shared != NULL ? shared->pins : NULL);
        free(shared);
        return NULL;
    }

    for (i = 0; i < fleet->nhosts; i++) {
        load_host(shared, &fleet->host[i]);
    }

    return shared;
}


void
bmc_http_unload(bmc_http_shared_t *shared)
{
    bmc_http_ca_t  *ca, *next;

    for (ca = shared->ca; ca != NULL; ca = next) {
        next = ca->next;
        X509_STORE_free(ca->store);
        free(ca);
    }

    bmc_pins_free(shared->pins);
    free(shared);
    curl_global_cleanup();
}


/* -- a handshake */

/*
 * In place of OpenSSL's own verification: what is wrong is lost on libcurl
 * when OpenSSL has said more before.
 */

static int
chain_verify(X509_STORE_CTX *ctx, void *data)
{
    bmc_http_t  *h;

    h = data;

    if (!h->kept && X509_verify_cert(ctx) == 1) {
        return 1;
    }

    bmc_http_why(h, BMC_REFUSED, "the certificate of %s is not believed: %s",
                 h->peer,
                 X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));

    return 0;
}


/*
 * Nothing of a handshake comes after it: a client that is gone may have left
 * its connection to libcurl.
 *
 * libcurl puts a store of its own into the context once more after this, and
 * takes for it what another host has left there: ours is the one of
 * verification.
 */

static CURLcode
tls_context(CURL *easy, void *context, void *data)
{
    char                    why[BMC_TEXT_MAX];
    SSL_CTX                *ctx;
    bmc_http_t             *h;
    X509_STORE             *store;
    const bmc_http_conf_t  *conf;

    h = data;
    ctx = context;
    conf = h->place.conf;

    (void) SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    (void) SSL_CTX_set_max_send_fragment(ctx, TLS_FRAGMENT);
    (void) SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);

    if (conf->tls == BMC_TLS_PIN) {
        SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_cert_verify_callback(ctx, bmc_http_pin_verify, h);

    } else if (conf->tls == BMC_TLS_VERIFY || conf->tls == BMC_TLS_CA) {
        store = ca_store(h->place.shared, conf->tls == BMC_TLS_CA ? conf->ca
                                                                  : "",
                         why);

        if (store == NULL) {
            bmc_http_why(h, BMC_FAILED, "%s", why);
            return CURLE_ABORTED_BY_CALLBACK;
        }

        if (SSL_CTX_set1_verify_cert_store(ctx, store) != 1) {
            return CURLE_OUT_OF_MEMORY;
        }

        SSL_CTX_set_cert_verify_callback(ctx, chain_verify, h);
    }

    return CURLE_OK;
}


bool
bmc_http_authority(bmc_http_t *h)
{
    const bmc_http_conf_t  *conf;

    conf = h->place.conf;

    return (conf->tls != BMC_TLS_VERIFY && conf->tls != BMC_TLS_CA)
           || ca_store(h->place.shared,
                       conf->tls == BMC_TLS_CA ? conf->ca : "", h->why)
              != NULL;
}


/*
 * What is only to be looked at is not shown on a connection that was kept,
 * nor where a session of TLS goes on.
 */

bool
bmc_http_tls(bmc_http_t *h)
{
    long                    verify, looks;
    CURL                   *e;
    const bmc_http_conf_t  *conf;

    e = h->easy;
    conf = h->place.conf;

    if (conf->tls == BMC_TLS_NONE) {
        return true;
    }

    verify = conf->tls == BMC_TLS_VERIFY || conf->tls == BMC_TLS_CA;
    looks = h->trusts != NULL;

    return curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, verify) == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2 * verify)
              == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_CAINFO, NULL) == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_SSLVERSION,
                               (long) CURL_SSLVERSION_TLSv1_2) == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, looks) == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, (long) !looks)
              == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, tls_context)
              == CURLE_OK
           && curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, h) == CURLE_OK;
}


/* a certificate, or a handshake that came to nothing for another reason */

void
bmc_http_distrust(bmc_http_t *h)
{
    const char  *what;

    what = h->error[0] != '\0' ? h->error : curl_easy_strerror(h->code);

    if (h->code == CURLE_PEER_FAILED_VERIFICATION) {
        bmc_http_why(h, BMC_REFUSED, "the certificate of %s is not believed: "
                     "%.128s", h->peer, what);
        return;
    }

    if (strstr(what, "SSL_ERROR_SYSCALL") != NULL
        || strstr(what, "reset by peer") != NULL)
    {
        bmc_http_why(h, BMC_UNREACHABLE, "%s closed the connection in the "
                     "middle of the TLS handshake", h->peer);
        return;
    }

    bmc_http_why(h, BMC_REFUSED, "no TLS with %s: %.128s", h->peer, what);
}
