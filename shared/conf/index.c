
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "conf/index.h"


#define INDEX_MIN  64


static uint32_t
index_hash(const char *key, size_t len)
{
    uint64_t  h;

    h = bmc_hash(key, len);

    return (uint32_t) (h ^ (h >> 32));
}


static bmc_index_slot_t *
index_find(const bmc_index_t *ix, const char *key, size_t len, uint32_t hash)
{
    size_t             i;
    bmc_index_slot_t  *s;

    for (i = hash; /* void */ ; i++) {
        s = &ix->slot[i & (ix->size - 1)];

        if (s->key == NULL) {
            return s;
        }

        if (s->hash == hash && strncmp(s->key, key, len) == 0
            && s->key[len] == '\0')
        {
            return s;
        }
    }
}


static bool
index_resize(bmc_index_t *ix, size_t size)
{
    size_t             i, k;
    bmc_index_slot_t  *slot;

    slot = calloc(size, sizeof(bmc_index_slot_t));
    if (slot == NULL) {
        return false;
    }

    for (i = 0; i < ix->size; i++) {
        if (ix->slot[i].key == NULL) {
            continue;
        }

        k = ix->slot[i].hash & (size - 1);

        while (slot[k].key != NULL) {
            k = (k + 1) & (size - 1);
        }

        slot[k] = ix->slot[i];
    }

    free(ix->slot);
    ix->slot = slot;
    ix->size = size;

    return true;
}


bool
bmc_index_reserve(bmc_index_t *ix, size_t n)
{
    size_t  size;

    size = (ix->size == 0) ? INDEX_MIN : ix->size;

    while (size / 4 * 3 <= n) {
        size *= 2;
    }

    return size == ix->size || index_resize(ix, size);
}


uint32_t
bmc_index_put(bmc_index_t *ix, const char *key, uint32_t value, bool *failed)
{
    size_t             len;
    uint32_t           hash;
    bmc_index_slot_t  *s;

    if (!bmc_index_reserve(ix, ix->count + 1)) {
        *failed = true;
        return BMC_INDEX_NONE;
    }

    len = strlen(key);
    hash = index_hash(key, len);
    s = index_find(ix, key, len, hash);

    if (s->key != NULL) {
        return s->value;
    }

    s->key = key;
    s->hash = hash;
    s->value = value;
    ix->count++;

    return BMC_INDEX_NONE;
}


uint32_t
bmc_index_get(const bmc_index_t *ix, const char *key, size_t len)
{
    bmc_index_slot_t  *s;

    if (ix->size == 0) {
        return BMC_INDEX_NONE;
    }

    s = index_find(ix, key, len, index_hash(key, len));

    return (s->key == NULL) ? BMC_INDEX_NONE : s->value;
}


void
bmc_index_free(bmc_index_t *ix)
{
    free(ix->slot);
    memset(ix, 0, sizeof(bmc_index_t));
}
