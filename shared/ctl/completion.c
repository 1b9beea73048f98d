
/*
 * Copyright (C) the bmcgate authors
 *
 * Scripts for bash and zsh, made of the tables.
 */


#include <ctype.h>
#include <string.h>

#include "ctl/grammar.h"


/* options that take the next word; a case pattern: "-c|--conf|-o" */

static void
completion_valued(bmc_buf_t *out)
{
    size_t                 i, n;
    const bmc_opt_info_t  *o;

    n = 0;

    for (i = 0; i < BMC_OPT_MAX; i++) {
        o = &bmc_options[i];

        if (o->value != BMC_VALUE_WANTED) {
            continue;
        }

        if (o->letter != 0) {
            bmc_buf_printf(out, "%s-%c", n++ > 0 ? "|" : "", o->letter);
        }

        if (o->name != NULL) {
            bmc_buf_printf(out, "%s--%s", n++ > 0 ? "|" : "", o->name);
        }
    }
}


static void
completion_options(bmc_buf_t *out, const bmc_cmd_t *cmd)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < BMC_OPT_MAX; i++) {
        if (bmc_opt_fits(cmd, (bmc_opt_id_t) i)
            && bmc_options[i].name != NULL)
        {
            bmc_buf_printf(out, "%s--%s", n++ > 0 ? " " : "",
                           bmc_options[i].name);
        }
    }
}


/* what may stand in each place: "none pxe disk" or HOST or FILE */

static void
completion_places(bmc_buf_t *out, const bmc_cmd_t *cmd)
{
    size_t       len;
    const char  *s, *values;

    for (s = cmd->args; *s != '\0'; s += len, s += strspn(s, " ")) {
        len = strcspn(s, " ");
        values = bmc_cmd_values(cmd, s);

        if (values != NULL) {
            bmc_buf_printf(out, " '%s'", values);

        } else if (memmem(s, len, "HOST", 4) != NULL
                   || (s[0] == 'N' && strncmp(cmd->words, "host ", 5) == 0))
        {
            bmc_buf_adds(out, " @hosts");

        } else if (memmem(s, len, "FILE", 4) != NULL) {
            bmc_buf_adds(out, " @files");

        } else {
            bmc_buf_adds(out, " ''");
        }
    }
}


/* the second words of a first one */

static void
completion_seconds(bmc_buf_t *out, const bmc_cmd_t *first)
{
    size_t            len, n;
    const bmc_cmd_t  *cmd;

    n = 0;
    len = strcspn(first->words, " ");

    for (cmd = first; cmd->words != NULL; cmd++) {
        if (bmc_cmd_first(cmd, first->words, len)
            && strncmp(cmd->words, first->words, len) == 0
            && bmc_cmd_second(cmd) != NULL)
        {
            bmc_buf_printf(out, "%s%s", n++ > 0 ? " " : "",
                           bmc_cmd_second(cmd));
        }
    }
}


static bool
completion_is_new(const bmc_cmd_t *cmd)
{
    size_t            len;
    const bmc_cmd_t  *before;

    len = strcspn(cmd->words, " ");

    for (before = bmc_commands; before < cmd; before++) {
        if (strncmp(before->words, cmd->words, len) == 0
            && (before->words[len] == ' ' || before->words[len] == '\0'))
        {
            return false;
        }
    }

    return true;
}


static void
completion_firsts(bmc_buf_t *out)
{
    const bmc_cmd_t  *cmd;

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        if (completion_is_new(cmd)) {
            bmc_buf_printf(out, "%s%.*s", cmd == bmc_commands ? "" : " ",
                           (int) strcspn(cmd->words, " "), cmd->words);
        }
    }
}


/* a case of each first word: its second words */

static void
completion_second_cases(bmc_buf_t *out)
{
    const bmc_cmd_t  *cmd;

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        if (completion_is_new(cmd)) {
            bmc_buf_printf(out, "    %.*s) seconds='",
                           (int) strcspn(cmd->words, " "), cmd->words);
            completion_seconds(out, cmd);
            bmc_buf_adds(out, "' ;;\n");
        }
    }
}


/* a case of each command: its options and places */

static void
completion_cases(bmc_buf_t *out)
{
    const char       *space;
    const bmc_cmd_t  *cmd;

    for (cmd = bmc_commands; cmd->words != NULL; cmd++) {
        space = strchr(cmd->words, ' ');

        /* what a first word alone means comes after its two-word ones */

        bmc_buf_printf(out, "    '%s') options='", cmd->words);
        completion_options(out, cmd);
        bmc_buf_adds(out, "' places=(");
        completion_places(out, cmd);
        bmc_buf_printf(out, " ) skip=%d ;;\n", space == NULL ? 1 : 2);

        if (cmd->flags & BMC_CMD_DEFAULT) {
            bmc_buf_printf(out, "    '%.*s') options='",
                           (int) (space - cmd->words), cmd->words);
            completion_options(out, cmd);
            bmc_buf_adds(out, "' places=(");
            completion_places(out, cmd);
            bmc_buf_adds(out, " ) skip=1 ;;\n");
        }
    }
}


static void
completion_value_cases(bmc_buf_t *out)
{
    size_t                 i;
    const bmc_opt_info_t  *o;

    for (i = 0; i < BMC_OPT_MAX; i++) {
        o = &bmc_options[i];

        if (o->value != BMC_VALUE_WANTED || o->name == NULL) {
            continue;
        }

        bmc_buf_adds(out, "    ");

        if (o->letter != 0) {
            bmc_buf_printf(out, "-%c|", o->letter);
        }

        bmc_buf_printf(out, "--%s) place=", o->name);

        if (o->values != NULL) {
            bmc_buf_printf(out, "'%s'", o->values);

        } else if (strcmp(o->arg, "FILE") == 0) {
            bmc_buf_adds(out, "@files");

        } else if (strcmp(o->arg, "HOST") == 0) {
            bmc_buf_adds(out, "@hosts");

        } else if (o->id == BMC_OPT_USER) {

            /* as "secret hash --user" it takes no value */

            bmc_buf_adds(out, "");
        }

        bmc_buf_adds(out, " ;;\n");
    }
}


static void
completion_words(bmc_buf_t *out)
{
    bmc_buf_adds(out,
        "_bmcctl_place()\n"
        "{\n"
        "    local cur=\"$1\" prev='' word first='' second='' key\n"
        "    local seconds='' options='' skip=0 n=0 after=0 p\n"
        "    local places\n"
        "    shift\n"
        "    place=''\n"
        "\n"
        "    for word in \"$@\"; do\n"
        "        prev=\"$word\"\n"
        "        if [ $after = 1 ]; then\n"
        "            after=0\n"
        "            prev=''\n"
        "            continue\n"
        "        fi\n"
        "        case \"$word\" in\n"
        "        ");
    completion_valued(out);
    bmc_buf_adds(out,
        ") after=1 ;;\n"
        "        -*) ;;\n"
        "        *)\n"
        "            n=$((n + 1))\n"
        "            [ $n = 1 ] && first=\"$word\"\n"
        "            [ $n = 2 ] && second=\"$word\"\n"
        "            ;;\n"
        "        esac\n"
        "    done\n"
        "\n"
        "    if [ $after = 1 ]; then\n"
        "    case \"$prev\" in\n");
    completion_value_cases(out);
    bmc_buf_adds(out,
        "    esac\n"
        "    return\n"
        "    fi\n"
        "\n");
}


/*
 * Both shells run the same function: it leaves the candidates in $place,
 * given the words before the one being typed.  Arrays of zsh begin at 1, so
 * only "for" walks over them.
 */

static void
completion_common(bmc_buf_t *out)
{
    completion_words(out);
    bmc_buf_adds(out,
        "    if [ $n = 0 ]; then\n"
        "        place='");
    completion_firsts(out);
    bmc_buf_adds(out,
        "'\n"
        "        case \"$cur\" in -*) place='--conf --output --yes --help"
        " --version -t' ;; esac\n"
        "        return\n"
        "    fi\n"
        "\n"
        "    case \"$first\" in\n");
    completion_second_cases(out);
    bmc_buf_adds(out,
        "    esac\n"
        "\n"
        "    key=\"$first\"\n"
        "    for word in ${=seconds}; do\n"
        "        [ \"$word\" = \"$second\" ] && key=\"$first $second\"\n"
        "    done\n"
        "\n"
        "    case \"$key\" in\n");
    completion_cases(out);
    bmc_buf_adds(out,
        "    *) place=\"$seconds\"; return ;;\n"
        "    esac\n"
        "\n"
        "    case \"$cur\" in -*) place=\"$options\"; return ;; esac\n"
        "\n"
        "    for p in \"${places[@]}\"; do\n"
        "        place=\"$p\"\n"
        "        [ $n = $skip ] && break\n"
        "        skip=$((skip + 1))\n"
        "    done\n"
        "    [ $n = 1 ] && place=\"$seconds $place\"\n"
        "    return 0\n"
        "}\n");
}


/* @hosts becomes names, as long as there is a configuration to ask */

static void
completion_hosts(bmc_buf_t *out)
{
    bmc_buf_adds(out,
        "\n\n"
        "_bmcctl_hosts()\n"
        "{\n"
        "    case \" $place \" in\n"
        "    *' @hosts '*)\n"
        "        place=\"${place%@hosts*} $(bmcctl ls -o name 2>/dev/null)\"\n"
        "        ;;\n"
        "    esac\n"
        "}\n\n\n");
}


void
bmc_completion_bash(bmc_buf_t *out)
{
    size_t     len;
    char      *at;
    bmc_buf_t  b;

    memset(&b, 0, sizeof(bmc_buf_t));
    bmc_buf_adds(out, "# bash completion for bmcctl, made by bmcctl\n\n");
    completion_common(&b);
    completion_hosts(&b);

    /* bash splits words by itself, zsh wants to be told: ${=name} */

    if (bmc_buf_text(&b) != NULL) {
        at = strstr(b.data, "${=seconds}");

        if (at != NULL) {
            len = (size_t) (at - b.data);
            bmc_buf_add(out, b.data, len);
            bmc_buf_adds(out, "$seconds");
            bmc_buf_adds(out, at + strlen("${=seconds}"));
        }
    }

    bmc_buf_free(&b);

    bmc_buf_adds(out,
        "_bmcctl()\n"
        "{\n"
        "    local place cur=\"${COMP_WORDS[COMP_CWORD]}\"\n"
        "    _bmcctl_place \"$cur\" \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"\n"
        "    _bmcctl_hosts\n"
        "    if [ \"$place\" = @files ]; then\n"
        "        COMPREPLY=( $(compgen -f -- \"$cur\") )\n"
        "    else\n"
        "        COMPREPLY=( $(compgen -W \"$place\" -- \"$cur\") )\n"
        "    fi\n"
        "}\n\n\n"
        "complete -F _bmcctl bmcctl\n");
}


void
bmc_completion_zsh(bmc_buf_t *out)
{
    bmc_buf_adds(out, "#compdef bmcctl\n"
                 "# zsh completion for bmcctl, made by bmcctl\n\n");
    completion_common(out);
    completion_hosts(out);
    bmc_buf_adds(out,
        "_bmcctl()\n"
        "{\n"
        "    local place\n"
        "    _bmcctl_place \"$words[CURRENT]\""
        " \"${(@)words[2,CURRENT-1]}\"\n"
        "    _bmcctl_hosts\n"
        "    if [ \"$place\" = @files ]; then\n"
        "        _files\n"
        "    else\n"
        "        compadd -- ${=place}\n"
        "    fi\n"
        "}\n\n\n"
        "if [ \"$funcstack[1]\" = _bmcctl ]; then\n"
        "    _bmcctl \"$@\"\n"
        "else\n"
        "    compdef _bmcctl bmcctl\n"
        "fi\n");
}
