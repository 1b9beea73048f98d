"""auto/style finds what it says it finds, and nothing in good code."""

import os
import re
import subprocess

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

HEAD = "\n/*\n * Copyright (C) the bmcgate authors\n */\n\n\n"

GOOD = HEAD + '''\
#include <stdio.h>

#include "base/buf.h"


static const char  url[] = "http://[::1]/";     /* not a // comment */


static int
good_half(int n)
{
    return n / 2;
}


/* halves what is even */

int
good_even(const char *s, int n,
    int other)
{
    if (n % 2 == 0) {
        return good_half(n);

    } else {
        return url[0] == '"';
    }
}
'''


def style(tmp_path, text, name="shared/base/x.c", head=HEAD):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + text)

    run = subprocess.run([os.path.join(TOP, "auto/style"), "--root",
                          str(tmp_path), str(path)],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         universal_newlines=True, timeout=30)
    return run.returncode, run.stdout


def function(body, name="f"):
    return "void\n%s(void)\n{\n%s}\n" % (name, body)


def test_good_code_passes_in_silence(tmp_path):
    assert style(tmp_path, GOOD, head="") == (0, "")


BAD = {
    "80_columns": ("int  x;%s/* */\n" % (" " * 68), 7, "80 columns"),
    "a_tab": ("int\tx;\n", 7, "tab"),
    "a_blank_at_the_end": ("int  x; \n", 7, "at the end"),
    "a_line_comment": ("int  x;  // why\n", 7, "// comment"),
    "no_newline_at_the_end": ("int  x;", 7, "no newline"),
    "a_return_type_before_the_name":
        ("int f(void)\n{\n    return 0;\n}\n", 7, "return type"),
    "a_brace_behind_the_name":
        ("int\nf(void) {\n    return 0;\n}\n", 8, "{ of a function"),
    "one_empty_line_between_functions":
        (function("    g();\n") + "\n" + function("    g();\n", "h"),
         13, "1 empty lines after a function"),
    "three_empty_lines_between_functions":
        (function("    g();\n") + "\n\n\n" + function("    g();\n", "h"),
         15, "3 empty lines after a function"),
    "one_empty_line_before_a_function":
        ("int  x;\n\n" + function("    g();\n"),
         9, "1 empty lines before a function"),
    "one_empty_line_before_a_functions_comment":
        ("int  x;\n\n/* this */\n\n" + function("    g();\n"),
         9, "1 empty lines before a function"),
    "else_without_an_empty_line":
        (function("    if (a) {\n        g();\n    } else {\n"
                  "        h();\n    }\n"), 12, '"} else"'),
    "else_on_a_line_of_its_own":
        (function("    if (a) {\n        g();\n    }\n    else {\n"
                  "        h();\n    }\n"), 13, '"else" without'),
    "a_function_of_101_lines":
        (function("    g();\n" * 101), 9, "101 lines, 100 at most"),
    "strcpy": (function("    strcpy(a, b);\n"), 10, "strcpy() is banned"),
    "sprintf": (function("    sprintf(a, b);\n"), 10, "sprintf() is banned"),
    "system": (function('    system("ls");\n'), 10, "system() is banned"),
    "printf_in_the_library":
        (function('    printf("x");\n'), 10, "printf() in the library"),
    "stderr_in_the_library":
        (function('    fprintf(stderr, "x");\n'), 10,
         "fprintf() in the library"),
    "something_left_to_do": ("int  x = TODO;\n", 7, "TODO"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_finds(tmp_path, name):
    text, line, what = BAD[name]
    rc, out = style(tmp_path, text)

    assert rc == 1
    assert out.startswith("shared/base/x.c:%d: " % line)
    assert what in out
    assert out.count("\n") == 1


def test_a_function_of_61_lines_is_noted_but_passes(tmp_path):
    rc, out = style(tmp_path, function("    g();\n" * 61))
    assert rc == 0
    assert "note: function of 61 lines" in out


def test_a_file_of_601_lines_is_noted_but_passes(tmp_path):
    rc, out = style(tmp_path, "int  x;\n" * 595)
    assert rc == 0
    assert "note: 601 lines" in out


def test_a_missing_copyright_is_found(tmp_path):
    rc, out = style(tmp_path, "int  x;\n", head="")
    assert rc == 1
    assert "Copyright (C) the bmcgate authors" in out


def test_what_strings_and_comments_say_is_not_code(tmp_path):
    assert style(tmp_path, '/* strcpy(a, b) is // bad */\n'
                 'const char  *s = "strcpy(a) // \\" TODO";\n') == (0, "")


def test_bmcctl_may_print(tmp_path):
    assert style(tmp_path, function('    printf("x");\n'),
                 name="shared/ctl/x.c") == (0, "")


ALLOWED = [
    ("shared/base/x.c", "base/buf.h"),
    ("shared/base/x.c", "bmcgate.h"),
    ("shared/conf/x.c", "drivers/driver.h"),
    ("shared/board/x.c", "base/clock.h"),
    ("shared/peer/x.c", "board/board.h"),
    ("shared/gate/x.c", "peer/peer.h"),
    ("shared/gate/x.c", "drivers/driver.h"),
    ("shared/drivers/sim/x.c", "drivers/driver.h"),
    ("shared/drivers/sim/x.c", "drivers/sim/sim.h"),
    ("shared/drivers/sim/x.c", "conf/conf.h"),
    ("shared/ctl/x.c", "audit/audit.h"),
    ("pam/x.c", "bmcgate.h"),
    ("tests/unit/test_x.c", "board/board.h"),
]

FORBIDDEN = [
    ("shared/base/x.c", "conf/conf.h"),
    ("shared/base/x.c", "buf.h"),
    ("shared/conf/x.c", "gate/core.h"),
    ("shared/conf/x.c", "drivers/sim/sim.h"),
    ("shared/board/x.c", "conf/conf.h"),
    ("shared/audit/x.c", "board/board.h"),
    ("shared/peer/x.c", "gate/core.h"),
    ("shared/gate/x.c", "drivers/sim/sim.h"),
    ("shared/gate/x.c", "ctl/ctl.h"),
    ("shared/drivers/sim/x.c", "drivers/ipmi/ipmi.h"),
    ("shared/drivers/sim/x.c", "gate/core.h"),
    ("shared/drivers/sim/x.c", "board/board.h"),
    ("shared/ctl/x.c", "conf/conf.h"),
    ("shared/news/x.c", "base/buf.h"),
    ("pam/x.c", "base/buf.h"),
    ("snmp_subagent/x.c", "ngx_bmc.h"),
]


@pytest.mark.parametrize("name,what", ALLOWED)
def test_may_include(tmp_path, name, what):
    assert style(tmp_path, '#include "%s"\n' % what, name) == (0, "")


@pytest.mark.parametrize("name,what", FORBIDDEN)
def test_may_not_include(tmp_path, name, what):
    rc, out = style(tmp_path, '#include "%s"\n' % what, name)
    assert rc == 1
    assert out.startswith('%s:7: ' % name)
    assert out.count("\n") == 1


def test_a_tree_is_checked_whole_without_what_was_built(tmp_path):
    for name in ("shared/base/a.c", "shared/ctl/b.h", "build/c.c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(HEAD + "int\tx;\n")

    run = subprocess.run([os.path.join(TOP, "auto/style"), "--root",
                          str(tmp_path)], stdout=subprocess.PIPE,
                         universal_newlines=True, timeout=30)
    assert run.returncode == 1
    assert run.stdout.splitlines() == [
        "shared/base/a.c:7: tab, expected spaces",
        "shared/ctl/b.h:7: tab, expected spaces"]


@pytest.mark.parametrize("driver", ["http", "redfish"])
def test_a_drivers_header_names_all_of_its_files(driver):
    folder = os.path.join(TOP, "shared/drivers", driver)

    with open(os.path.join(folder, driver + ".h")) as f:
        named = re.findall(r"[a-z_]+\.c\b", f.read())

    assert set(named) == {f for f in os.listdir(folder) if f.endswith(".c")}
