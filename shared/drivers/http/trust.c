
/*
 * Copyright (C) the bmcgate authors
 *
 * Whether a certificate is the one that is stored for the host; and the verb
 * bmc.trust, which stores the one that is shown now.
 */


#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/x509.h>

#include "drivers/http/inside.h"


#define TRUST_SUBJECT  200           /* bytes that are told of it */


static bool
trust_print(X509 *cert, char print[BMC_PIN_MAX])
{
    unsigned       i, len;
    unsigned char  sum[EVP_MAX_MD_SIZE];

    if (cert == NULL || X509_digest(cert, EVP_sha256(), sum, &len) != 1) {
        return false;
    }

    memcpy(print, "sha256:", 8);

    for (i = 0; i < len; i++) {
        snprintf(print + 7 + 2 * i, 3, "%02x", sum[i]);
    }

    return true;
}


/* -- a handshake */

static bool
trust_is_good(bmc_http_t *h, const char *print)
{
    char              why[BMC_TEXT_MAX];
    const bmc_pin_t  *pin;

    pin = bmc_pins_find(h->place.shared->pins, h->place.name, why);

    if (pin == NULL && why[0] == '\0'
        && bmc_pins_add(h->place.shared->pins, h->place.name, print, why))
    {
        return true;
    }

    if (pin == NULL) {
        bmc_http_why(h, BMC_REFUSED, "the certificate of %s cannot be "
                     "stored: %.160s", h->peer, why);
        return false;
    }

    if (strcmp(pin->print, print) != 0) {
        bmc_http_why(h, BMC_REFUSED, "%s shows another certificate, %s; "
                     "\"bmcctl trust %s\" accepts it", h->peer, print,
                     h->place.name);
        return false;
    }

    return true;
}


/* called in place of OpenSSL's own verification */

int
bmc_http_pin_verify(X509_STORE_CTX *ctx, void *data)
{
    char         print[BMC_PIN_MAX];
    X509        *cert;
    bmc_http_t  *h;

    h = data;
    cert = X509_STORE_CTX_get0_cert(ctx);

    if (!h->kept && h->trusts != NULL && cert != NULL
        && X509_up_ref(cert) == 1)
    {
        X509_free(h->seen);
        h->seen = cert;

    } else if (h->kept || h->trusts != NULL || !trust_print(cert, print)
               || !trust_is_good(h, print))
    {
        X509_STORE_CTX_set_error(ctx, X509_V_ERR_CERT_REJECTED);
        return 0;
    }

    X509_STORE_CTX_set_error(ctx, X509_V_OK);

    return 1;
}


/* -- bmc.trust: what is told */

static void
trust_put(json_t *o, const char *key, const char *text)
{
    if (text[0] != '\0') {
        (void) json_object_set_new(o, key, json_string(text));
    }
}


static void
trust_put_time(json_t *o, const char *key, const ASN1_TIME *time)
{
    char       text[BMC_PIN_TIME];
    struct tm  tm;

    if (ASN1_TIME_to_tm(time, &tm) == 1
        && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
    {
        trust_put(o, key, text);
    }
}


/* "CN=bmc,O=Contoso", in ASCII whatever it holds */

static void
trust_put_subject(json_t *o, const X509_NAME *name)
{
    int    n;
    BIO   *bio;
    char   text[TRUST_SUBJECT + 1];

    bio = BIO_new(BIO_s_mem());

    if (bio == NULL) {
        return;
    }

    if (X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0) {
        n = BIO_read(bio, text, TRUST_SUBJECT);
        text[n > 0 ? n : 0] = '\0';
        trust_put(o, "subject", text);
    }

    BIO_free(bio);
}


static json_t *
trust_json(X509 *cert, const char *print, const bmc_pin_t *old)
{
    json_t  *o;

    o = json_pack("{s:s}", "fingerprint", print);

    if (o == NULL) {
        return NULL;
    }

    if (old != NULL) {
        trust_put(o, "was", old->print);
        trust_put(o, "was_since", old->since);
    }

    trust_put_subject(o, X509_get_subject_name(cert));
    trust_put_time(o, "valid_from", X509_get0_notBefore(cert));
    trust_put_time(o, "valid_until", X509_get0_notAfter(cert));

    return o;
}


/* -- … and done */

/* as openssl prints it, too: in capitals, with colons */

static void
trust_plain(const char *word, char print[BMC_PIN_MAX])
{
    size_t  n;

    for (n = 0; *word != '\0' && n < BMC_PIN_MAX - 1; word++) {
        if (*word != ':' || n == 6) {
            print[n++] = (char) tolower((unsigned char) *word);
        }
    }

    print[n] = '\0';
}


static bool
trust_is_wanted(bmc_http_t *h, const char *print)
{
    char         want[BMC_PIN_MAX];
    const char  *word;

    word = bmc_call_arg(h->trusts, "fingerprint");

    if (word == NULL) {
        return true;
    }

    trust_plain(word, want);

    if (strcmp(want, print) == 0) {
        return true;
    }

    bmc_http_why(h, BMC_REFUSED, "%s shows %s, not %s", h->peer, print, want);

    return false;
}


static bool
trust_store(bmc_http_t *h, const char *print)
{
    char  why[BMC_TEXT_MAX];

    if (!bmc_call_claim(h->trusts)) {
        bmc_http_why(h, BMC_CANCELLED, "given up before it was stored");
        return false;
    }

    if (!bmc_pins_add(h->place.shared->pins, h->place.name, print, why)) {
        bmc_http_why(h, BMC_FAILED, "%s", why);
        return false;
    }

    return true;
}


json_t *
bmc_http_trusted(bmc_http_t *h, char told[BMC_TEXT_MAX])
{
    char              print[BMC_PIN_MAX], why[BMC_TEXT_MAX];
    bool              same;
    json_t           *json;
    const bmc_pin_t  *old;

    told[0] = '\0';

    if (!trust_print(h->seen, print)) {
        bmc_http_why(h, BMC_REFUSED, "%s shows no certificate", h->peer);
        return NULL;
    }

    if (!trust_is_wanted(h, print)) {
        return NULL;
    }

    old = bmc_pins_find(h->place.shared->pins, h->place.name, why);

    if (old == NULL && why[0] != '\0') {
        bmc_http_why(h, BMC_FAILED, "%s", why);
        return NULL;
    }

    json = trust_json(h->seen, print, old);

    if (json == NULL) {
        bmc_http_why(h, BMC_FAILED, "out of memory");
        return NULL;
    }

    same = old != NULL && strcmp(old->print, print) == 0;

    snprintf(told, BMC_TEXT_MAX, "%s %s%s", print,
             same ? "was trusted already"
             : old != NULL ? "is trusted now, no more " : "is trusted now",
             same || old == NULL ? "" : old->print);

    if (same || trust_store(h, print)) {
        return json;
    }

    json_decref(json);

    return NULL;
}


void
bmc_http_trust(bmc_http_t *h, bmc_call_t *call, bmc_http_told_pt told,
    void *data)
{
    bmc_http_request_t  req;

    memset(&req, 0, sizeof(req));
    req.method = "HEAD";
    req.path = "/";
    req.deadline = call->deadline;

    bmc_http_ask(h, &req, told, data);

    h->trusts = call;
    X509_free(h->seen);
    h->seen = NULL;

    if (h->place.conf->tls != BMC_TLS_PIN) {
        bmc_http_why(h, BMC_UNSUPPORTED, "\"tls %s\" stores no certificate: "
                     "only \"tls pin\" does, and refuses another",
                     bmc_http_tls_name(h->place.conf->tls));
    }
}
