
/*
 * Copyright (C) the bmcgate authors
 *
 * What became of a request.
 */


#include <string.h>

#include "show/show.h"


static void
result_error(bmc_buf_t *b, bmc_rc_t rc, const char *host, const char *text,
    uint32_t retry_after)
{
    const bmc_error_t  *e;

    e = bmc_error(rc);

    if (text == NULL || text[0] == '\0') {
        text = e->text;
    }

    bmc_show_word(b, "\"error\":{\"code\":", e->name);
    bmc_show_text(b, ",\"message\":", text, strlen(text));

    if (host != NULL) {
        bmc_show_text(b, ",\"host\":", host, BMC_TEXT_MAX);
    }

    if (retry_after != 0) {
        bmc_show_number(b, ",\"retry_after\":", retry_after);
    }

    bmc_buf_addc(b, '}');
}


size_t
bmc_show_error(bmc_rc_t rc, const char *host, const char *text,
    uint32_t retry_after, char *out, size_t size)
{
    bmc_buf_t  b;

    bmc_buf_fix(&b, out, size);

    bmc_buf_addc(&b, '{');
    result_error(&b, rc, host, text, retry_after);
    bmc_buf_addc(&b, '}');

    return b.len;
}


static void
result_change(bmc_buf_t *b, const bmc_result_t *r, bmc_verb_t verb)
{
    bmc_show_word(b, ",\"verb\":", bmc_verb_info(verb)->name);
    bmc_show_bool(b, ",\"accepted\":", r->accepted);
    bmc_show_bool(b, ",\"verified\":", r->verified);

    if (r->op != 0) {
        bmc_show_number(b, ",\"op\":", (int64_t) r->op);
    }
}


static bool
result_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}


/* the verb's own data is an object, too: its inside becomes ours */

static void
result_data(bmc_buf_t *b, const char *json, size_t len)
{
    while (len > 0 && result_space(json[len - 1])) {
        len--;
    }

    if (len < 2 || json[0] != '{' || json[len - 1] != '}') {
        return;
    }

    for (json++, len -= 2; len > 0 && result_space(*json); json++, len--) {
        /* void */
    }

    if (len > 0) {
        bmc_buf_addc(b, ',');
        bmc_buf_add(b, json, len);
    }
}


size_t
bmc_show_result(const bmc_result_t *r, bmc_verb_t verb, char *out,
    size_t size)
{
    bmc_buf_t         b;
    bmc_show_clock_t  c;

    bmc_buf_fix(&b, out, size);
    bmc_show_clock(&c);

    bmc_buf_adds(&b, "{\"host\":");
    bmc_buf_json(&b, r->host, strlen(r->host));

    if (verb <= BMC_POWER_NMI && r->view != NULL) {
        bmc_buf_addc(&b, ',');
        bmc_show_view(&b, &c, r->view);
    }

    bmc_show_text(&b, ",\"driver\":", r->driver, BMC_TEXT_MAX);

    if (bmc_verb_info(verb)->flags & BMC_CHANGES) {
        result_change(&b, r, verb);
    }

    if (r->rc != BMC_OK) {
        bmc_buf_addc(&b, ',');
        result_error(&b, r->rc, NULL, r->text, r->retry_after);
    }

    if (r->json != NULL) {
        result_data(&b, r->json, r->json_len);
    }

    bmc_buf_addc(&b, '}');

    return b.len;
}
