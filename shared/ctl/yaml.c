
/*
 * Copyright (C) the bmcgate authors
 */


#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ctl/yaml.h"


#define YAML_DEEP  64


static void yaml_value(bmc_buf_t *out, const json_t *v, unsigned depth,
    bool nested);


/* words that some version of YAML takes for a truth value, null, or a key */

static const char *const  yaml_words[] = {
    "y", "n", "yes", "no", "true", "false", "on", "off", "null", "~", "<<",
    "=", ".inf", "-.inf", "+.inf", ".nan", NULL
};


static bool
yaml_is_word(const char *s)
{
    size_t  i;

    for (i = 0; yaml_words[i] != NULL; i++) {
        if (strcasecmp(yaml_words[i], s) == 0) {
            return true;
        }
    }

    return false;
}


/*
 * Could it be a number or a date: decimal, 0x, 0o, 0b, with underscores, to
 * the base of sixty (1:30), 1e5, 2026-01-02?  An address with three dots
 * cannot.
 */

static bool
yaml_is_number(const char *s, size_t len)
{
    size_t  i, dots;

    if (*s == '-' || *s == '+') {
        s++;
        len--;
    }

    if (len > 1 && s[0] == '0' && strchr("xXoObB", s[1]) != NULL) {
        return true;
    }

    if (len >= 10 && s[4] == '-' && strspn(s, "0123456789") == 4) {
        return true;
    }

    dots = 0;

    for (i = 0; i < len; i++) {
        if (strchr("0123456789_+-.:eE", s[i]) == NULL) {
            return false;
        }

        dots += s[i] == '.';
    }

    return dots <= 1;
}


static bool
yaml_is_plain(const char *s, size_t len)
{
    size_t         i;
    unsigned char  c;

    if (len == 0 || len != strlen(s) || yaml_is_word(s)
        || yaml_is_number(s, len))
    {
        return false;
    }

    if (strchr("-?:,[]{}#&*!|>'\"%@` =<", s[0]) != NULL
        || s[len - 1] == ' ' || s[len - 1] == ':')
    {
        return false;
    }

    for (i = 0; i < len; i++) {
        c = (unsigned char) s[i];

        if (c < 0x20 || c > 0x7e || strchr(",[]{}\"'\\`|&*!%@", c) != NULL
            || (c == ':' && s[i + 1] == ' ')
            || (c == '#' && s[i - 1] == ' '))
        {
            return false;
        }
    }

    return true;
}


/* jansson holds nothing but UTF-8 */

static size_t
yaml_char(const unsigned char *s, size_t left, unsigned long *c)
{
    size_t  i, len;

    len = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    if (len > left) {
        *c = 0xfffd;
        return left;
    }

    *c = len == 1 ? s[0] : s[0] & (0x7fu >> len);

    for (i = 1; i < len; i++) {
        *c = *c << 6 | (s[i] & 0x3fu);
    }

    return len;
}


static void
yaml_quoted(bmc_buf_t *out, const char *s, size_t len)
{
    size_t         i, n;
    unsigned long  c;

    bmc_buf_addc(out, '"');

    for (i = 0; i < len; i += n) {
        n = yaml_char((const unsigned char *) s + i, len - i, &c);

        if (c == '"' || c == '\\') {
            bmc_buf_printf(out, "\\%c", (int) c);

        } else if (c == '\n') {
            bmc_buf_adds(out, "\\n");

        } else if (c == '\t') {
            bmc_buf_adds(out, "\\t");

        } else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
            bmc_buf_printf(out, "\\x%02lx", c);

        } else if (c == 0x2028 || c == 0x2029 || c == 0xfeff
                   || (c >= 0xfffe && c <= 0xffff))
        {
            bmc_buf_printf(out, "\\u%04lx", c);

        } else {
            bmc_buf_add(out, s + i, n);
        }
    }

    bmc_buf_addc(out, '"');
}


static void
yaml_string(bmc_buf_t *out, const char *s, size_t len)
{
    if (yaml_is_plain(s, len)) {
        bmc_buf_add(out, s, len);

    } else {
        yaml_quoted(out, s, len);
    }
}


/* "1e+20" is a word to YAML 1.1, "1.0e+20" is a number */

static void
yaml_real(bmc_buf_t *out, double v)
{
    char    text[64];
    size_t  mantissa;

    (void) snprintf(text, sizeof(text), "%.12g", v);
    mantissa = strcspn(text, "e");
    bmc_buf_add(out, text, mantissa);

    if (memchr(text, '.', mantissa) == NULL) {
        bmc_buf_adds(out, ".0");
    }

    bmc_buf_adds(out, text + mantissa);
}


static void
yaml_indent(bmc_buf_t *out, unsigned depth)
{
    bmc_buf_printf(out, "%*s", (int) depth * 2, "");
}


static void
yaml_object(bmc_buf_t *out, const json_t *v, unsigned depth, bool nested)
{
    const char    *key;
    const json_t  *member;

    json_object_foreach((json_t *) v, key, member) {
        if (nested) {
            nested = false;

        } else {
            yaml_indent(out, depth);
        }

        yaml_string(out, key, strlen(key));
        bmc_buf_addc(out, ':');

        if (json_object_size(member) > 0) {
            bmc_buf_addc(out, '\n');
            yaml_value(out, member, depth + 1, false);

        } else if (json_array_size(member) > 0) {
            bmc_buf_addc(out, '\n');
            yaml_value(out, member, depth, false);

        } else {
            bmc_buf_addc(out, ' ');
            yaml_value(out, member, depth, false);
        }
    }
}


static void
yaml_array(bmc_buf_t *out, const json_t *v, unsigned depth, bool nested)
{
    size_t  i;

    for (i = 0; i < json_array_size(v); i++) {
        if (i > 0 || !nested) {
            yaml_indent(out, depth);
        }

        bmc_buf_adds(out, "- ");
        yaml_value(out, json_array_get(v, i), depth + 1, true);
    }
}


/* nested: the line has begun, right after "- " */

static void
yaml_value(bmc_buf_t *out, const json_t *v, unsigned depth, bool nested)
{
    if (depth > YAML_DEEP) {
        out->failed = true;
        return;
    }

    if (json_object_size(v) > 0) {
        yaml_object(out, v, depth, nested);
        return;
    }

    if (json_array_size(v) > 0) {
        yaml_array(out, v, depth, nested);
        return;
    }

    switch (json_typeof(v)) {

    case JSON_OBJECT:
        bmc_buf_adds(out, "{}");
        break;

    case JSON_ARRAY:
        bmc_buf_adds(out, "[]");
        break;

    case JSON_STRING:
        yaml_string(out, json_string_value(v), json_string_length(v));
        break;

    case JSON_INTEGER:
        bmc_buf_printf(out, "%lld", (long long) json_integer_value(v));
        break;

    case JSON_REAL:
        yaml_real(out, json_real_value(v));
        break;

    case JSON_TRUE:
        bmc_buf_adds(out, "true");
        break;

    case JSON_FALSE:
        bmc_buf_adds(out, "false");
        break;

    case JSON_NULL:
        bmc_buf_adds(out, "null");
        break;
    }

    bmc_buf_addc(out, '\n');
}


void
bmc_yaml_dump(bmc_buf_t *out, const json_t *value)
{
    yaml_value(out, value, 0, false);
}
