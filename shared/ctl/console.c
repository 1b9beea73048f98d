
/*
 * Copyright (C) the bmcgate authors
 */


#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/escape.h"


typedef struct {
    bmc_ctl_t        *ctl;
    bmc_op_t         *op;
    bmc_rc_t          rc;
    bool              open;
    bool              ended;
    bool              raw;       /* the terminal is to be restored */
    bool              eof;       /* nothing more to be typed */
    bmc_escape_t      escape;
    struct termios    was;
    size_t            len;       /* bytes that wait to be sent */
    char              held[4096];
    char              text[BMC_TEXT_MAX];
} console_t;


static const char  console_help[] =
    "\r\nSupported escape sequences:\r\n"
    " ~.   - end this console\r\n"
    " ~?   - this message\r\n"
    " ~~   - send the escape character by typing it twice\r\n"
    "(Escapes are only recognized immediately after newline.)\r\n";


static bool
console_put(const void *bytes, size_t len)
{
    ssize_t         n;
    const char     *s;
    struct pollfd   fd;

    for (s = bytes; len > 0; /* void */ ) {
        n = write(STDOUT_FILENO, s, len);

        if (n >= 0) {
            s += n;
            len -= (size_t) n;
            continue;
        }

        if (errno == EAGAIN) {
            fd = (struct pollfd) { .fd = STDOUT_FILENO, .events = POLLOUT };
            (void) poll(&fd, 1, 1000);

        } else if (errno != EINTR) {
            return false;
        }
    }

    return true;
}


static void
console_failed(console_t *con, const char *what)
{
    con->ended = true;
    con->rc = BMC_FAILED;
    (void) snprintf(con->text, sizeof(con->text), "%s: %s", what,
                    strerror(errno));
}


/* before the first byte is shown, as whoever sees one may type */

static void
console_raw(console_t *con)
{
    struct termios  raw;

    if (!isatty(STDIN_FILENO)) {
        return;
    }

    if (tcgetattr(STDIN_FILENO, &con->was) == -1) {
        console_failed(con, "tcgetattr");
        return;
    }

    raw = con->was;
    cfmakeraw(&raw);

    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == -1) {
        console_failed(con, "tcsetattr");
        return;
    }

    con->raw = true;
}


static void
console_done(void *data, const bmc_result_t *result)
{
    console_t  *con;

    con = data;

    if (!con->open && result->rc == BMC_OK) {
        con->open = true;
        console_raw(con);
        return;
    }

    con->ended = true;
    con->op = NULL;
    con->rc = result->rc;
    (void) snprintf(con->text, sizeof(con->text), "%s",
                    result->text[0] != '\0' ? result->text
                                            : bmc_error(result->rc)->text);
}


static void
console_sink(void *data, const void *bytes, size_t len)
{
    console_t  *con;

    con = data;

    if (!con->ended && !console_put(bytes, len)) {
        console_failed(con, "cannot write to standard output");
    }
}


static void
console_type(console_t *con, char c)
{
    char    out[2];
    size_t  n;

    if (!con->raw) {
        con->held[con->len++] = c;
        return;
    }

    switch (bmc_escape_feed(&con->escape, c, out, &n)) {

    case BMC_ESCAPE_PASS:
        memcpy(con->held + con->len, out, n);
        con->len += n;
        break;

    case BMC_ESCAPE_END:
        con->ended = true;
        con->rc = BMC_OK;
        break;

    case BMC_ESCAPE_HELP:
        (void) console_put(console_help, sizeof(console_help) - 1);
        break;
    }
}


/* half of what fits, as an escape may put two bytes for one */

static void
console_read(console_t *con)
{
    char     text[sizeof(con->held) / 2];
    ssize_t  i, n;

    n = read(STDIN_FILENO, text, sizeof(text));

    if (n == -1 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }

    if (n <= 0) {
        con->eof = true;

        /* a terminal that ends is one that hung up */

        con->ended = con->ended || con->raw;
        return;
    }

    for (i = 0; i < n && !con->ended; i++) {
        console_type(con, text[i]);
    }
}


static void
console_send(console_t *con)
{
    size_t  n;

    if (con->len == 0 || con->op == NULL) {
        return;
    }

    n = bmc_write(con->op, con->held, con->len);
    con->len -= n;
    memmove(con->held, con->held + n, con->len);
}


static void
console_run(console_t *con)
{
    struct pollfd  fds[1];

    while (!con->ended) {
        fds[0] = (struct pollfd) { .fd = STDIN_FILENO, .events = POLLIN };

        if (!con->open || con->eof || con->len > 0) {
            fds[0].fd = -1;
        }

        /* nobody tells when bmc_write() would take more */

        if (!bmc_ctl_loop_once(con->ctl, fds, 1, con->len > 0 ? 20 : -1)) {
            return;
        }

        if (fds[0].fd != -1 && fds[0].revents != 0 && !con->ended) {
            console_read(con);
        }

        console_send(con);
    }
}


int
bmc_do_console(bmc_ctl_t *c)
{
    bmc_rc_t       rc;
    console_t      con;
    bmc_request_t  req;

    if (c->nhosts != 1) {
        bmc_ctl_error("a console is one host's, \"%s\" names %zu",
                      c->args.word[0], c->nhosts);
        return BMC_USAGE;
    }

    memset(&con, 0, sizeof(console_t));
    memset(&req, 0, sizeof(bmc_request_t));
    con.ctl = c;
    req.verb = BMC_CONSOLE_OPEN;
    req.host = bmc_host_name(c->host[0]);
    req.door = "bmcctl";
    req.actor = &c->actor;
    req.timeout = c->timeout;

    rc = bmc_stream(c->core, &req, console_done, console_sink, &con, &con.op,
                    con.text);

    if (rc == BMC_OK) {
        if (isatty(STDIN_FILENO)) {
            bmc_ctl_say(stderr, "console of %s, ~. ends it", req.host);
        }

        console_run(&con);
        rc = con.rc;
    }

    if (con.raw) {
        (void) tcsetattr(STDIN_FILENO, TCSADRAIN, &con.was);
        (void) fputs("\r\n", stderr);
    }

    if (con.op != NULL) {
        bmc_drop(con.op);
    }

    if (rc != BMC_OK) {
        bmc_ctl_host(stderr, req.host, con.text);
    }

    explicit_bzero(&con, sizeof(console_t));

    return bmc_error(rc)->exit;
}
