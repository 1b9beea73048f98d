
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "ctl/ctl.h"


#define ASK_SHOWN  8             /* hosts named before "and 12 more" */


/*
 * Signals that would end us only end the wait for a byte meanwhile, and are
 * raised again when the terminal echoes as before.  They are blocked but for
 * that wait, so that none slips in between.
 */

static const int  ask_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static volatile sig_atomic_t  ask_signal;


/* mask: the signals blocked while we wait; NULL: those that are anyway */

static bool
ask_line(bmc_buf_t *line, const sigset_t *mask)
{
    char           c;
    ssize_t        n;
    struct pollfd  pfd;

    pfd.fd = STDIN_FILENO;
    pfd.events = POLLIN;

    /* a byte a time: what follows belongs to somebody else */

    for ( ;; ) {
        n = ppoll(&pfd, 1, NULL, mask);

        if (n == -1 && errno == EINTR && ask_signal == 0) {
            continue;
        }

        if (n <= 0 || ask_signal != 0) {
            return false;
        }

        n = read(STDIN_FILENO, &c, 1);

        if (n <= 0) {
            return n == 0 && line->len > 0;
        }

        if (c == '\n') {
            return true;
        }

        bmc_buf_addc(line, c);
    }
}


static void
ask_caught(int signo)
{
    ask_signal = signo;
}


static bool
ask_quietly(const char *prompt, bmc_buf_t *line, const struct termios *was)
{
    int               signo;
    bool              ok;
    size_t            i;
    sigset_t          ours, before;
    struct termios    now;
    struct sigaction  act, old[4];

    memset(&act, 0, sizeof(act));
    act.sa_handler = ask_caught;
    sigemptyset(&act.sa_mask);
    sigemptyset(&ours);
    ask_signal = 0;

    for (i = 0; i < 4; i++) {
        (void) sigaddset(&ours, ask_signals[i]);
    }

    (void) sigprocmask(SIG_BLOCK, &ours, &before);

    for (i = 0; i < 4; i++) {
        (void) sigaction(ask_signals[i], &act, &old[i]);
    }

    now = *was;
    now.c_lflag &= ~(tcflag_t) ECHO;
    ok = tcsetattr(STDIN_FILENO, TCSAFLUSH, &now) == 0;

    (void) fprintf(stderr, "%s", prompt);
    (void) fflush(stderr);

    ok = ok && ask_line(line, &before);
    (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, was);
    (void) fputs("\n", stderr);

    for (i = 0; i < 4; i++) {
        (void) sigaction(ask_signals[i], &old[i], NULL);
    }

    (void) sigprocmask(SIG_SETMASK, &before, NULL);

    signo = ask_signal;

    if (signo != 0) {
        bmc_buf_wipe(line);
        (void) raise(signo);
        return false;
    }

    return ok;
}


bool
bmc_ask_secret(const char *prompt, bmc_buf_t *secret)
{
    bool            ok;
    struct termios  was;

    if (isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0) {
        ok = ask_quietly(prompt, secret, &was);

    } else {
        ok = ask_line(secret, NULL);
    }

    if (ok && secret->len > 0 && secret->data[secret->len - 1] == '\r') {
        secret->len--;
    }

    if (!ok || secret->len == 0 || bmc_buf_text(secret) == NULL) {
        bmc_ctl_error("no password was given");
        return false;
    }

    return true;
}


/* the first line of a file that only we can read */

bool
bmc_ask_file(const char *file, bmc_buf_t *secret)
{
    int          fd;
    char         text[1024];
    ssize_t      n;
    struct stat  st;

    if (strcmp(file, "-") == 0) {
        return bmc_ask_secret("Password: ", secret);
    }

    fd = open(file, O_RDONLY|O_CLOEXEC|O_NOCTTY);

    if (fd == -1 || fstat(fd, &st) == -1) {
        bmc_ctl_error("%s: %s", file, strerror(errno));
        return false;
    }

    if (st.st_mode & S_IRWXO) {
        bmc_ctl_error("%s: everybody can read it; chmod o= it", file);
        (void) close(fd);
        return false;
    }

    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);
    text[n > 0 ? n : 0] = '\0';
    bmc_buf_add(secret, text, strcspn(text, "\r\n"));
    explicit_bzero(text, sizeof(text));

    if (secret->len == 0 || bmc_buf_text(secret) == NULL) {
        bmc_ctl_error("%s: its first line is empty", file);
        return false;
    }

    return true;
}


bool
bmc_ask_change(const bmc_ctl_t *c)
{
    bool       yes;
    size_t     i;
    bmc_buf_t  line;

    if (c->nhosts < 2 || bmc_words_has(&c->args, BMC_OPT_YES)
        || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
    {
        return true;
    }

    (void) fprintf(stderr, "%s %zu hosts (", c->args.cmd->words, c->nhosts);

    for (i = 0; i < c->nhosts && i < ASK_SHOWN; i++) {
        (void) fprintf(stderr, "%s%s", i > 0 ? " " : "",
                       bmc_host_name(c->host[i]));
    }

    if (i < c->nhosts) {
        (void) fprintf(stderr, " and %zu more", c->nhosts - i);
    }

    (void) fprintf(stderr, ")? [y/N] ");
    (void) fflush(stderr);

    memset(&line, 0, sizeof(bmc_buf_t));
    yes = ask_line(&line, NULL) && line.len > 0
          && (line.data[0] == 'y' || line.data[0] == 'Y');
    bmc_buf_free(&line);

    return yes;
}
