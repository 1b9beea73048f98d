
/*
 * Copyright (C) the bmcgate authors
 *
 * hammer CONF [poll] [stay] [jobs=N] [wait=MS] [actor=NAME]: a process that
 * embeds the core, as any door does.
 *
 * A line of standard input is a request: HOST VERB [NAME=VALUE ...] with
 * +fresh, +verify=MS and +timeout=MS; "close" closes the core and ends.
 * So does the end of the input once all is answered, without "stay".
 *
 * A line of output is a JSON object: first {"pid":N}, then one a request as
 * it ends, at last {"end":N}.  Each is one write(), so that whoever kills
 * this process never reads half of one.
 */


#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bmcgate.h"


#define HAMMER_WORDS  16
#define HAMMER_INPUT  65536


typedef struct hammer_job_s  hammer_job_t;


/* all live until the end, for what is under way at close is never told */

struct hammer_job_s {
    hammer_job_t  *next;
    unsigned       n;            /* which line of the input it was */
    bmc_verb_t     verb;
    int64_t        begun;
    char           host[BMC_NAME_MAX];
};


static struct {
    bmc_t         *core;
    bmc_base_t    *base;
    bmc_actor_t    actor;
    hammer_job_t  *job;
    char           from[32];
    char           input[HAMMER_INPUT];
    size_t         len;
    unsigned       flags;
    unsigned       jobs;
    unsigned       inflight;
    unsigned       lines;
    unsigned       ended;
    uint32_t       wait;
    bool           stay;
    bool           eof;
    bool           close;
} hammer;


static void
hammer_print(json_t *line)
{
    char    *text;
    size_t   len;

    text = json_dumps(line, JSON_COMPACT|JSON_PRESERVE_ORDER);
    json_decref(line);

    if (text == NULL) {
        exit(1);
    }

    len = strlen(text);
    text[len] = '\n';

    if (write(STDOUT_FILENO, text, len + 1) != (ssize_t) len + 1) {
        exit(1);
    }

    text[len] = '\0';
    free(text);
}


static void
hammer_told(const hammer_job_t *job, const bmc_result_t *r)
{
    json_t  *line;

    line = json_pack("{s:i, s:s, s:s, s:I, s:s, s:b, s:b, s:b, s:I, s:s}",
        "n", (int) job->n, "host", job->host,
        "verb", bmc_verb_info(job->verb)->name,
        "op", (json_int_t) r->op, "rc", bmc_error(r->rc)->name,
        "accepted", r->accepted, "verified", r->verified,
        "board", r->from_board,
        "ms", (json_int_t) (bmc_now() - job->begun),
        "text", r->text != NULL ? r->text : "");

    hammer_print(line);
}


static void
hammer_done(void *data, const bmc_result_t *result)
{
    hammer_told(data, result);

    hammer.inflight--;
    hammer.ended++;
}


static void
hammer_refused(const hammer_job_t *job, bmc_rc_t rc, const char *why)
{
    bmc_result_t  r;

    memset(&r, 0, sizeof(bmc_result_t));
    r.rc = rc;
    r.text = why;

    hammer_told(job, &r);

    hammer.ended++;
}


static bool
hammer_flag(bmc_request_t *req, const char *word)
{
    if (strcmp(word, "+fresh") == 0) {
        req->flags |= BMC_FRESH;
        return true;
    }

    if (strncmp(word, "+verify=", 8) == 0) {
        req->flags |= BMC_VERIFY;
        req->verify = (uint32_t) strtoul(word + 8, NULL, 10);
        return true;
    }

    if (strncmp(word, "+timeout=", 9) == 0) {
        req->timeout = (uint32_t) strtoul(word + 9, NULL, 10);
        return true;
    }

    return false;
}


static void
hammer_submit(bmc_request_t *req, bmc_arg_t *args, unsigned n)
{
    char           why[BMC_TEXT_MAX];
    bmc_rc_t       rc;
    hammer_job_t  *job;

    job = calloc(1, sizeof(hammer_job_t));

    if (job == NULL) {
        exit(1);
    }

    job->next = hammer.job;
    hammer.job = job;
    job->n = n;
    job->verb = req->verb;
    job->begun = bmc_now();
    (void) snprintf(job->host, sizeof(job->host), "%s", req->host);

    req->args = args;
    req->door = "hammer";
    req->actor = &hammer.actor;
    why[0] = '\0';

    hammer.inflight++;
    rc = bmc_submit(hammer.core, req, hammer_done, job, NULL, why);

    if (rc != BMC_OK) {
        hammer.inflight--;
        hammer_refused(job, rc, why);
    }
}


static void
hammer_line(char *line)
{
    char           *word, *save, *value;
    bmc_arg_t       args[HAMMER_WORDS];
    bmc_request_t   req;

    memset(&req, 0, sizeof(bmc_request_t));
    req.host = strtok_r(line, " ", &save);
    word = req.host != NULL ? strtok_r(NULL, " ", &save) : NULL;

    if (req.host != NULL && word == NULL && strcmp(req.host, "close") == 0) {
        hammer.close = true;
        return;
    }

    req.verb = word != NULL ? bmc_verb_find(word) : BMC_VERB_MAX;

    if (req.verb == BMC_VERB_MAX) {
        fprintf(stderr, "hammer: expected HOST VERB [NAME=VALUE ...]\n");
        exit(2);
    }

    while ((word = strtok_r(NULL, " ", &save)) != NULL) {
        value = strchr(word, '=');

        if (hammer_flag(&req, word)) {
            continue;
        }

        if (value == NULL || req.nargs == HAMMER_WORDS) {
            fprintf(stderr, "hammer: \"%s\" is no NAME=VALUE\n", word);
            exit(2);
        }

        *value = '\0';
        args[req.nargs].name = word;
        args[req.nargs++].value = value + 1;
    }

    hammer_submit(&req, args, ++hammer.lines);
}


static void
hammer_lines(void)
{
    char    *end;
    size_t   used;

    while (hammer.inflight < hammer.jobs && !hammer.close) {
        end = memchr(hammer.input, '\n', hammer.len);

        if (end == NULL) {
            return;
        }

        *end = '\0';
        used = (size_t) (end - hammer.input) + 1;

        hammer_line(hammer.input);

        hammer.len -= used;
        memmove(hammer.input, hammer.input + used, hammer.len);
    }
}


static void
hammer_read(void)
{
    ssize_t  n;

    n = read(STDIN_FILENO, hammer.input + hammer.len,
        sizeof(hammer.input) - hammer.len);

    if (n <= 0) {
        hammer.eof = true;
        return;
    }

    hammer.len += (size_t) n;
}


static bool
hammer_turn(void)
{
    struct pollfd  fds[2];

    fds[0] = (struct pollfd) { .fd = bmc_fd(hammer.core), .events = POLLIN };
    fds[1] = (struct pollfd) { .fd = STDIN_FILENO, .events = POLLIN };

    if (hammer.eof || hammer.len == sizeof(hammer.input)) {
        fds[1].fd = -1;
    }

    if (poll(fds, 2, bmc_timeout(hammer.core)) == -1 && errno != EINTR) {
        return false;
    }

    if (fds[1].fd != -1 && fds[1].revents != 0) {
        hammer_read();
    }

    bmc_run(hammer.core);
    hammer_lines();

    return !hammer.close
           && (!hammer.eof || hammer.stay || hammer.inflight > 0
               || hammer.len > 0);
}


static bool
hammer_word(const char *word)
{
    if (strcmp(word, "poll") == 0) {
        hammer.flags |= BMC_POLL;

    } else if (strcmp(word, "stay") == 0) {
        hammer.stay = true;

    } else if (strncmp(word, "jobs=", 5) == 0) {
        hammer.jobs = (unsigned) strtoul(word + 5, NULL, 10);

    } else if (strncmp(word, "wait=", 5) == 0) {
        hammer.wait = (uint32_t) strtoul(word + 5, NULL, 10);

    } else if (strncmp(word, "actor=", 6) == 0) {
        hammer.actor.name = word + 6;

    } else {
        return false;
    }

    return true;
}


static bool
hammer_open(const char *conf)
{
    bmc_rc_t    rc;
    bmc_load_t  load;

    memset(&load, 0, sizeof(bmc_load_t));
    load.conf = conf;

    hammer.base = bmc_load(&load, NULL, NULL, &rc);

    if (hammer.base == NULL) {
        return false;
    }

    (void) snprintf(hammer.from, sizeof(hammer.from), "pid %d",
        (int) getpid());
    hammer.actor.kind = BMC_ACTOR_LOCAL;
    hammer.actor.from = hammer.from;

    hammer.core = bmc_open(hammer.base, hammer.flags, NULL, NULL, &rc);

    return hammer.core != NULL;
}


static void
hammer_end(void)
{
    hammer_job_t  *job;

    bmc_close(hammer.core, hammer.wait);
    bmc_unload(hammer.base);

    while (hammer.job != NULL) {
        job = hammer.job;
        hammer.job = job->next;
        free(job);
    }

    hammer_print(json_pack("{s:i}", "end", (int) hammer.ended));
}


int
main(int argc, char **argv)
{
    int  i;

    hammer.jobs = 1;
    hammer.wait = 2000;
    hammer.actor.name = "hammer";

    for (i = 2; i < argc && hammer_word(argv[i]); i++) { /* void */ }

    if (argc < 2 || i < argc) {
        fprintf(stderr, "usage: hammer CONF [poll] [stay] [jobs=N] "
                "[wait=MS] [actor=NAME]\n");
        return 2;
    }

    if (!hammer_open(argv[1])) {
        return 1;
    }

    hammer_print(json_pack("{s:i}", "pid", (int) getpid()));

    while (hammer_turn()) { /* void */ }

    hammer_end();

    return 0;
}
