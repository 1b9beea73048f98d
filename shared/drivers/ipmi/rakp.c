
/*
 * Copyright (C) the bmcgate authors
 *
 * RAKP-HMAC-SHA1 and -SHA256: how client and BMC prove to each other that
 * they know the password, and agree on keys.  OpenIPMI brings the first; its
 * version answers a BMC that does not know the password with a proof made of
 * the password, and tells no reason.  It would also take "no proof at all"
 * if a BMC chose that, so what it brings is taken out.
 */


#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "drivers/ipmi/link.h"


#define RAKP_RANDOM  16
#define RAKP_GUID    16
#define RAKP_KEY     20              /* the size of constants and secrets */
#define RAKP_HEAD    8
#define RAKP_MAX     32              /* the longest hash */

#define RAKP_UNPROVEN                                                         \
    ((int) IPMI_RMCPP_ERR_VAL(IPMI_RMCPP_INVALID_INTEGRITY_CHECK_VALUE))


enum {
    RAKP_NONE = 0,
    RAKP_SHA1 = 1,
    RAKP_MD5 = 2,
    RAKP_SHA256 = 3
};


typedef struct rakp_s  rakp_t;


struct rakp_s {
    rakp_t                     *next;
    const ipmi_con_t           *con;
    ipmi_rmcpp_auth_t          *auth;
    ipmi_rmcpp_set_info_cb      set;
    ipmi_rmcpp_finish_auth_cb   done;
    void                       *data;
    const EVP_MD               *md;
    size_t                      size;        /* of a hash */
    size_t                      short_size;  /* of RAKP 4's */
    unsigned                    hacks;
    bool                        keyed;       /* RAKP 3 has been sent */
    uint8_t                     sik[RAKP_MAX];
    uint8_t                     k1[RAKP_MAX];
};


/* all that are under way */

static rakp_t  *rakp_first;


/* Whose keys are set at this moment: OpenIPMI has room for 20 bytes only */

static const rakp_t  *rakp_setting;


static void
rakp_put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t) v;
    p[1] = (uint8_t) (v >> 8);
    p[2] = (uint8_t) (v >> 16);
    p[3] = (uint8_t) (v >> 24);
}


static uint32_t
rakp_get32(const uint8_t *p)
{
    return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16
           | (uint32_t) p[3] << 24;
}


static bool
rakp_hash(const rakp_t *r, const void *key, size_t nkey, const uint8_t *p,
    size_t n, uint8_t hash[RAKP_MAX])
{
    unsigned  len;

    return HMAC(r->md, key, (int) nkey, p, n, hash, &len) != NULL;
}


static size_t
rakp_name(const rakp_t *r, uint8_t *p, uint8_t role)
{
    unsigned  n, max;

    n = ipmi_rmcpp_auth_get_username_len(r->auth);

    p[0] = role;
    p[1] = (uint8_t) n;
    memcpy(p + 2, ipmi_rmcpp_auth_get_username(r->auth, &max), n);

    return 2 + n;
}


static int
rakp_end(rakp_t *r, ipmi_con_t *con, int address, int error)
{
    rakp_t  **at;

    for (at = &rakp_first; *at != r; at = &(*at)->next) { /* void */ }

    *at = r->next;
    r->done(con, error, address, r->data);

    explicit_bzero(r, sizeof(rakp_t));
    free(r);

    return IPMI_MSG_ITEM_NOT_USED;
}


static int
rakp_send(ipmi_con_t *con, int address, unsigned type, uint8_t *p, size_t n,
    ipmi_ll_rsp_handler_t told, ipmi_msgi_t *item)
{
    ipmi_msg_t         msg;
    ipmi_rmcpp_addr_t  to;

    memset(&to, 0, sizeof(to));
    memset(&msg, 0, sizeof(msg));

    to.addr_type = (int) (IPMI_RMCPP_ADDR_START + type);
    msg.netfn = IPMI_RMCPP_DUMMY_NETFN;
    msg.data = p;
    msg.data_len = (unsigned short) n;

    return ipmi_lan_send_command_forceip(con, address, (ipmi_addr_t *) &to,
                                         sizeof(to), &msg, told, item);
}


/* does the BMC know the password? */

static int
rakp_check_2(const rakp_t *r, const uint8_t *p)
{
    size_t          n;
    uint8_t         b[128], hash[RAKP_MAX];
    unsigned        max;
    const uint8_t  *secret;

    rakp_put32(b, ipmi_rmcpp_auth_get_my_session_id(r->auth));
    rakp_put32(b + 4, ipmi_rmcpp_auth_get_mgsys_session_id(r->auth));
    memcpy(b + 8, ipmi_rmcpp_auth_get_my_rand(r->auth, &max), RAKP_RANDOM);
    memcpy(b + 24, p + 8, RAKP_RANDOM);
    memcpy(b + 40, p + 24, RAKP_GUID);
    n = 56 + rakp_name(r, b + 56, ipmi_rmcpp_auth_get_role(r->auth));

    secret = ipmi_rmcpp_auth_get_password(r->auth, &max);

    if (!rakp_hash(r, secret, RAKP_KEY, b, n, hash)) {
        return ENOMEM;
    }

    return CRYPTO_memcmp(hash, p + 40, r->size) == 0 ? 0 : RAKP_UNPROVEN;
}


/* … and has it the same keys? */

static int
rakp_check_4(const rakp_t *r, const uint8_t *p)
{
    uint8_t   b[RAKP_RANDOM + 4 + RAKP_GUID], hash[RAKP_MAX];
    unsigned  max;

    memcpy(b, ipmi_rmcpp_auth_get_my_rand(r->auth, &max), RAKP_RANDOM);
    rakp_put32(b + 16, ipmi_rmcpp_auth_get_mgsys_session_id(r->auth));
    memcpy(b + 20, ipmi_rmcpp_auth_get_mgsys_guid(r->auth, &max), RAKP_GUID);

    if (!rakp_hash(r, r->sik, r->size, b, sizeof(b), hash)) {
        return ENOMEM;
    }

    return CRYPTO_memcmp(hash, p + RAKP_HEAD, r->short_size) == 0
           ? 0 : RAKP_UNPROVEN;
}


static int
rakp_check(const rakp_t *r, const uint8_t *p, size_t n)
{
    if (n < 2) {
        return EINVAL;
    }

    if (p[1] != 0) {
        return IPMI_RMCPP_ERR_VAL(p[1]);
    }

    if (n < (r->keyed ? RAKP_HEAD + r->short_size : 40 + r->size)) {
        return EINVAL;
    }

    if (rakp_get32(p + 4) != ipmi_rmcpp_auth_get_my_session_id(r->auth)) {
        return RAKP_UNPROVEN;
    }

    return r->keyed ? rakp_check_4(r, p) : rakp_check_2(r, p);
}


/* silence is an answer of one byte */

static int
rakp_told(const rakp_t *r, const ipmi_con_t *con, const ipmi_msg_t *msg)
{
    if (con == NULL) {
        return ECANCELED;
    }

    if (msg->data_len == 1) {
        return IPMI_IPMI_ERR_VAL(msg->data[0]);
    }

    return rakp_check(r, msg->data, msg->data_len);
}


static int
rakp_4(ipmi_con_t *con, ipmi_msgi_t *item)
{
    rakp_t  *r;

    r = item->data1;

    return rakp_end(r, con, (int) (intptr_t) item->data4,
                    rakp_told(r, con, &item->msg));
}


static bool
rakp_keys(rakp_t *r, const uint8_t *p, uint8_t k2[RAKP_MAX])
{
    size_t          n;
    uint8_t         b[64];
    unsigned        max;
    const uint8_t  *secret;

    memcpy(b, ipmi_rmcpp_auth_get_my_rand(r->auth, &max), RAKP_RANDOM);
    memcpy(b + 16, p + 8, RAKP_RANDOM);
    n = 32 + rakp_name(r, b + 32, ipmi_rmcpp_auth_get_role(r->auth));

    secret = ipmi_rmcpp_auth_get_bmc_key(r->auth, &max);

    if (!rakp_hash(r, secret, RAKP_KEY, b, n, r->sik)) {
        return false;
    }

    memset(b, 1, RAKP_KEY);

    if (!rakp_hash(r, r->sik, r->size, b, RAKP_KEY, r->k1)) {
        return false;
    }

    memset(b, 2, RAKP_KEY);

    return rakp_hash(r, r->sik, r->size, b, RAKP_KEY, k2);
}


/* OpenIPMI's integrity takes 20 bytes of K1, its AES the first 16 of K2 */

static int
rakp_set(rakp_t *r, ipmi_con_t *con, int address, const uint8_t *p)
{
    int       error;
    uint8_t   k2[RAKP_MAX];
    unsigned  max;

    memcpy(ipmi_rmcpp_auth_get_mgsys_rand(r->auth, &max), p + 8, RAKP_RANDOM);
    ipmi_rmcpp_auth_set_mgsys_rand_len(r->auth, RAKP_RANDOM);
    memcpy(ipmi_rmcpp_auth_get_mgsys_guid(r->auth, &max), p + 24, RAKP_GUID);
    ipmi_rmcpp_auth_set_mgsys_guid_len(r->auth, RAKP_GUID);

    if (!rakp_keys(r, p, k2)) {
        return ENOMEM;
    }

    memcpy(ipmi_rmcpp_auth_get_sik(r->auth, &max), r->sik, RAKP_KEY);
    ipmi_rmcpp_auth_set_sik_len(r->auth, RAKP_KEY);
    memcpy(ipmi_rmcpp_auth_get_k1(r->auth, &max), r->k1, RAKP_KEY);
    ipmi_rmcpp_auth_set_k1_len(r->auth, RAKP_KEY);
    memcpy(ipmi_rmcpp_auth_get_k2(r->auth, &max), k2, RAKP_KEY);
    ipmi_rmcpp_auth_set_k2_len(r->auth, RAKP_KEY);
    explicit_bzero(k2, sizeof(k2));

    rakp_setting = r;
    error = r->set(con, address, r->auth, r->data);
    rakp_setting = NULL;

    return error;
}


static int
rakp_3(rakp_t *r, ipmi_con_t *con, int address, ipmi_msgi_t *item)
{
    size_t          n;
    uint8_t         b[64], d[RAKP_HEAD + RAKP_MAX], role;
    unsigned        max;
    const uint8_t  *secret;

    role = ipmi_rmcpp_auth_get_role(r->auth);

    if (r->hacks & IPMI_CONN_HACK_RAKP3_WRONG_ROLEM) {
        role &= 0x0f;
    }

    memset(d, 0, RAKP_HEAD);
    rakp_put32(d + 4, ipmi_rmcpp_auth_get_mgsys_session_id(r->auth));

    memcpy(b, ipmi_rmcpp_auth_get_mgsys_rand(r->auth, &max), RAKP_RANDOM);
    rakp_put32(b + 16, ipmi_rmcpp_auth_get_my_session_id(r->auth));
    n = 20 + rakp_name(r, b + 20, role);

    secret = ipmi_rmcpp_auth_get_password(r->auth, &max);

    if (!rakp_hash(r, secret, RAKP_KEY, b, n, d + RAKP_HEAD)) {
        return ENOMEM;
    }

    r->keyed = true;

    return rakp_send(con, address, IPMI_RMCPP_PAYLOAD_TYPE_RAKP_3, d,
                     RAKP_HEAD + r->size, rakp_4, item);
}


static int
rakp_2(ipmi_con_t *con, ipmi_msgi_t *item)
{
    int      error, address;
    rakp_t  *r;

    r = item->data1;
    address = (int) (intptr_t) item->data4;
    error = rakp_told(r, con, &item->msg);

    if (error == 0) {
        error = rakp_set(r, con, address, item->msg.data);
    }

    if (error == 0) {
        error = rakp_3(r, con, address, item);
    }

    if (error != 0) {
        return rakp_end(r, con, address, error);
    }

    return IPMI_MSG_ITEM_USED;
}


static int
rakp_1(rakp_t *r, ipmi_con_t *con, int address)
{
    int           error;
    size_t        n;
    uint8_t       d[64], *p;
    unsigned      max;
    ipmi_msgi_t  *item;

    item = ipmi_alloc_msg_item();
    if (item == NULL) {
        return ENOMEM;
    }

    item->data1 = r;
    p = ipmi_rmcpp_auth_get_my_rand(r->auth, &max);
    ipmi_rmcpp_auth_set_my_rand_len(r->auth, RAKP_RANDOM);

    error = con->os_hnd->get_random(con->os_hnd, p, RAKP_RANDOM);

    if (error == 0) {
        memset(d, 0, sizeof(d));
        rakp_put32(d + 4, ipmi_rmcpp_auth_get_mgsys_session_id(r->auth));
        memcpy(d + 8, p, RAKP_RANDOM);

        /* role, two reserved bytes, the name's length, the name */

        n = rakp_name(r, d + 26, 0);
        d[24] = ipmi_rmcpp_auth_get_role(r->auth);

        error = rakp_send(con, address, IPMI_RMCPP_PAYLOAD_TYPE_RAKP_1, d,
                          26 + n, rakp_2, item);
    }

    if (error != 0) {
        ipmi_free_msg_item(item);
    }

    return error;
}


static int
rakp_start(const rakp_t *kind, ipmi_con_t *con, int address,
    ipmi_rmcpp_auth_t *auth, ipmi_rmcpp_set_info_cb set,
    ipmi_rmcpp_finish_auth_cb done, void *data)
{
    int      error;
    rakp_t  *r;

    r = malloc(sizeof(rakp_t));
    if (r == NULL) {
        return ENOMEM;
    }

    *r = *kind;
    r->con = con;
    r->auth = auth;
    r->set = set;
    r->done = done;
    r->data = data;
    r->hacks = con->hacks;

    error = rakp_1(r, con, address);

    if (error != 0) {
        free(r);
        return error;
    }

    r->next = rakp_first;
    rakp_first = r;

    return 0;
}


static int
rakp_start_sha1(ipmi_con_t *con, int address, unsigned char tag,
    ipmi_rmcpp_auth_t *auth, ipmi_rmcpp_set_info_cb set,
    ipmi_rmcpp_finish_auth_cb done, void *data)
{
    rakp_t  kind;

    memset(&kind, 0, sizeof(kind));
    kind.md = EVP_sha1();
    kind.size = 20;
    kind.short_size = 12;

    return rakp_start(&kind, con, address, auth, set, done, data);
}


static int
rakp_start_sha256(ipmi_con_t *con, int address, unsigned char tag,
    ipmi_rmcpp_auth_t *auth, ipmi_rmcpp_set_info_cb set,
    ipmi_rmcpp_finish_auth_cb done, void *data)
{
    rakp_t  kind;

    memset(&kind, 0, sizeof(kind));
    kind.md = EVP_sha256();
    kind.size = 32;
    kind.short_size = 16;

    return rakp_start(&kind, con, address, auth, set, done, data);
}


static ipmi_rmcpp_authentication_t  rakp_sha1 = { rakp_start_sha1 };
static ipmi_rmcpp_authentication_t  rakp_sha256 = { rakp_start_sha256 };


int
bmc_ipmi_rakp_register(void)
{
    int       error;
    unsigned  i;

    for (i = RAKP_NONE; i <= RAKP_SHA256; i++) {
        (void) ipmi_rmcpp_register_authentication(i, NULL);
    }

    error = ipmi_rmcpp_register_authentication(RAKP_SHA1, &rakp_sha1);

    if (error == 0) {
        error = ipmi_rmcpp_register_authentication(RAKP_SHA256, &rakp_sha256);
    }

    return error;
}


static rakp_t *
rakp_find(const ipmi_con_t *con)
{
    rakp_t  *r;

    for (r = rakp_first; r != NULL && r->con != con; r = r->next) {
        /* void */
    }

    return r;
}


bool
bmc_ipmi_rakp_looks(const ipmi_con_t *con, bool last, const uint8_t *p,
    size_t n, int *error)
{
    rakp_t  *r;

    r = rakp_find(con);

    if (r == NULL || r->keyed != last) {
        return false;
    }

    *error = rakp_check(r, p, n);

    return true;
}


/* a BMC frees its half of the session when it is told that ours failed */

void
bmc_ipmi_rakp_refuse(ipmi_con_t *con)
{
    rakp_t       *r;
    uint8_t       d[RAKP_HEAD];
    ipmi_msgi_t  *item;

    r = rakp_find(con);

    if (r == NULL || r->keyed) {
        return;
    }

    item = ipmi_alloc_msg_item();
    if (item == NULL) {
        return;
    }

    memset(d, 0, sizeof(d));
    d[1] = IPMI_RMCPP_INVALID_INTEGRITY_CHECK_VALUE;
    rakp_put32(d + 4, ipmi_rmcpp_auth_get_mgsys_session_id(r->auth));

    if (rakp_send(con, 0, IPMI_RMCPP_PAYLOAD_TYPE_RAKP_3, d, sizeof(d), NULL,
                  item)
        != 0)
    {
        ipmi_free_msg_item(item);
    }
}


const uint8_t *
bmc_ipmi_rakp_k1(const ipmi_rmcpp_auth_t *auth)
{
    if (rakp_setting == NULL || rakp_setting->auth != auth
        || rakp_setting->size != RAKP_MAX)
    {
        return NULL;
    }

    return rakp_setting->k1;
}
