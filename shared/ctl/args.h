
/*
 * Copyright (C) the bmcgate authors
 *
 * The words of one command line, sorted out by the grammar.
 */


#ifndef _BMC_CTL_ARGS_H_INCLUDED_
#define _BMC_CTL_ARGS_H_INCLUDED_


#include "ctl/grammar.h"


typedef struct {
    bmc_opt_id_t   id;
    const char    *value;        /* NULL: none was given */
} bmc_opt_t;


typedef struct {
    const bmc_cmd_t   *cmd;      /* NULL: only options were given */
    bmc_opt_t         *opt;
    size_t             nopts;
    const char       **word;     /* what follows the command's own words */
    size_t             nwords;
} bmc_words_t;


/*
 * BMC_OK, or BMC_USAGE and why; all strings point into argv.  args is to be
 * freed either way; its command is set as soon as it is known.
 */

bmc_rc_t bmc_words_parse(bmc_words_t *a, int argc, char *const *argv,
    char why[BMC_TEXT_MAX]);
void bmc_words_free(bmc_words_t *a);

bool bmc_words_has(const bmc_words_t *a, bmc_opt_id_t id);

/* the last value given; NULL: none */

const char *bmc_words_value(const bmc_words_t *a, bmc_opt_id_t id);

/* the i-th value given, NULL past the end */

const char *bmc_words_nth(const bmc_words_t *a, bmc_opt_id_t id, size_t i);


/*
 * The words split by the command's own description of its arguments: host
 * words are words[*first … *first + *count).
 */

void bmc_words_hosts(const bmc_words_t *a, size_t *first, size_t *count);

/* "[NAME] HOST...", and all of them are hosts */

bool bmc_words_unnamed(const bmc_words_t *a);


/* What a verb gets to know, made of words and options */

#define BMC_CTL_ARGS  12

typedef struct {
    bmc_arg_t   arg[BMC_CTL_ARGS];
    size_t      narg;
    bmc_buf_t   text[BMC_CTL_ARGS];
} bmc_verb_args_t;

/* false: memory is short, or there are too many */

bool bmc_verbargs_make(bmc_verb_args_t *va, const bmc_words_t *a);
bool bmc_verbargs_add(bmc_verb_args_t *va, const char *name,
    const char *value);
void bmc_verbargs_free(bmc_verb_args_t *va);        /* wipes */


#endif /* _BMC_CTL_ARGS_H_INCLUDED_ */
