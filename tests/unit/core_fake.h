
/*
 * Copyright (C) the bmcgate authors
 *
 * What drivers call of a core, where there is none.  Whoever includes it
 * says what becomes of each; what is left out must not be called.  Include
 * it in one file of a program.
 *
 *     static const core_fake_t  core_fake = {
 *         .claim = test_claim,
 *         .arg = core_arg
 *     };
 */


#ifndef _CORE_FAKE_H_INCLUDED_
#define _CORE_FAKE_H_INCLUDED_


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/driver.h"


typedef struct {
    bool         (*claim)(bmc_call_t *call);
    void         (*done)(bmc_call_t *call, bmc_rc_t rc, const char *text);
    void         (*opened)(bmc_call_t *call);
    void         (*data)(bmc_call_t *call, const void *bytes, size_t len);
    const char  *(*arg)(const bmc_call_t *call, const char *name);
    void         (*closed)(bmc_unit_t *unit);
    bool           keeps;
} core_fake_t;


static const core_fake_t  core_fake;


/* one unit's, as it outlives it */

static char  core_kept[BMC_UNIT_KEPT];


static inline void
core_must(bool is)
{
    if (!is) {
        abort();
    }
}


bool
bmc_call_claim(bmc_call_t *call)
{
    core_must(core_fake.claim != NULL);

    return core_fake.claim(call);
}


void
bmc_call_heard(bmc_call_t *call)
{
}


void
bmc_call_done(bmc_call_t *call, bmc_rc_t rc, const char *fmt, ...)
{
    char     text[BMC_TEXT_MAX];
    va_list  ap;

    core_must(core_fake.done != NULL);

    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);

    core_fake.done(call, rc, text);
}


void
bmc_call_opened(bmc_call_t *call)
{
    core_must(core_fake.opened != NULL);
    core_fake.opened(call);
}


void
bmc_call_data(bmc_call_t *call, const void *bytes, size_t len)
{
    core_must(core_fake.data != NULL);
    core_fake.data(call, bytes, len);
}


const char *
bmc_call_arg(const bmc_call_t *call, const char *name)
{
    core_must(core_fake.arg != NULL);

    return core_fake.arg(call, name);
}


void
bmc_unit_keep(bmc_unit_t *unit, const char *text)
{
    core_must(core_fake.keeps && strlen(text) < sizeof(core_kept));
    (void) snprintf(core_kept, sizeof(core_kept), "%s", text);
}


bool
bmc_unit_kept(const bmc_unit_t *unit, char text[BMC_UNIT_KEPT])
{
    core_must(core_fake.keeps);
    memcpy(text, core_kept, sizeof(core_kept));

    return text[0] != '\0';
}


void
bmc_unit_closed(bmc_unit_t *unit)
{
    core_must(core_fake.closed != NULL);
    core_fake.closed(unit);
}


static inline const char *
core_arg(const bmc_call_t *call, const char *name)
{
    size_t  i;

    for (i = 0; i < call->nargs; i++) {
        if (strcmp(call->args[i].name, name) == 0) {
            return call->args[i].value;
        }
    }

    return NULL;
}


/* words: "device=pxe persistent=on", or with another sign; changes them */

static inline void
core_args(bmc_call_t *call, bmc_arg_t *args, size_t max, char *words,
    const char *sign)
{
    char  *word, *value, *save;

    for (word = strtok_r(words, sign, &save); word != NULL;
         word = strtok_r(NULL, sign, &save))
    {
        value = strchr(word, '=');
        core_must(value != NULL && call->nargs < max);
        *value++ = '\0';

        args[call->nargs].name = word;
        args[call->nargs].value = value;
        call->nargs++;
    }

    call->args = args;
}


/* n1, who logs in at this machine */

static inline void
core_host(bmc_hostconf_t *host, const char **address, bmc_secret_t *secret,
    const char *password)
{
    *address = "127.0.0.1";
    secret->kind = BMC_SECRET_WORD;
    secret->word = password;

    host->name = "n1";
    host->address.word = address;
    host->address.count = 1;
    host->user = "admin";
    host->password = secret;
}


#endif /* _CORE_FAKE_H_INCLUDED_ */
