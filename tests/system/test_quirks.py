"""What vendors got wrong: the table, what is made of it, and bmcctl quirks."""

import json
import os
import subprocess

import pytest

from conftest import TOP, run
from ipmi_rig import sim  # noqa: F401

pytestmark = pytest.mark.filterwarnings("error")

GOOD = """
# a comment

quirk     boot-odd
of        redfish
vendor    Acme*, ACE
model     Rocket?
firmware  1.0-1.9
does      says "please" and \\
          waits
source    a friend
"""


class Made:

    def __init__(self, folder, table):
        self.table = folder / "t"
        self.out = folder / "made"
        self.table.write_text(table)
        self.run = subprocess.run(
            ["sh", os.path.join(TOP, "auto/quirks"), "t", str(self.out)],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            universal_newlines=True, timeout=30)

    def __str__(self):
        return "%d\n%s" % (self.run.returncode, self.run.stderr)


@pytest.fixture
def made(tmp_path):
    return lambda table: Made(tmp_path, table)


@pytest.fixture
def wrong(made):
    """wrong(table, "line: what"): that, and nothing is made"""

    def check(table, *said):
        m = made(table)
        assert m.run.returncode == 1, m
        assert m.run.stderr.splitlines() == ["t:" + s for s in said]
        assert not list(m.out.iterdir())

    return check


# the table


def test_a_table_becomes_names_and_rows(made):
    m = made(GOOD + GOOD.replace("Acme*, ACE", "Other")
             + "\nquirk a-2\nof both\nvendor -\ndoes b\nsource c\n")
    assert m.run.returncode == 0 and m.run.stderr == "", m
    names = (m.out / "quirk_names.h").read_text()
    rows = (m.out / "quirk_rows.c").read_text()
    assert names.count("BMC_QUIRK_BOOT_ODD") == 1
    assert names.index("BOOT_ODD") < names.index("BMC_QUIRK_A_2,") \
        < names.index("BMC_QUIRK_MAX")
    assert rows.count("{ BMC_QUIRK_BOOT_ODD, BMC_QUIRK_OF_REDFISH,") == 2
    assert "{ BMC_QUIRK_A_2, BMC_QUIRK_OF_IPMI|BMC_QUIRK_OF_REDFISH," in rows
    assert r'"says \"please\" and \\ waits"' in rows
    assert '"Acme*, ACE",\n      "Rocket?",\n      "1.0-1.9",' in rows
    assert '"-",\n      "*",\n      "*",' in rows
    assert "bmc_quirk_nrows = 3;" in rows


def test_the_tables_text_reaches_c_as_it_is(made, tmp_path):
    made(GOOD)
    test = tmp_path / "t.c"
    test.write_text('#include <stdio.h>\n#include "quirks/quirks.h"\n'
                    "int main(void) { puts(bmc_quirk_rows[0].does);"
                    " return bmc_quirk_rows[0].quirk; }\n")
    r = run(["cc", "-I%s/made" % tmp_path, "-I%s/shared" % TOP, str(test),
             "%s/made/quirk_rows.c" % tmp_path, "-o", "%s/t.out" % tmp_path])
    assert r.status == 0, r
    assert run(["%s/t.out" % tmp_path]).out \
        == 'says "please" and \\ waits\n'


def test_words_that_are_unknown_or_in_the_wrong_place_are_named(wrong):
    wrong(GOOD.replace("vendor ", "vendr "),
          '6: unknown "vendr", expected one of quirk, of, vendor, model, '
          "firmware, does, source",
          '4: quirk boot-odd: no "vendor"')
    wrong("of ipmi\n" + GOOD,
          '1: "of" of no quirk, expected "quirk NAME" first')
    wrong("  more\n" + GOOD, "1: a line that goes on, expected one that "
          "begins with a word before it")
    wrong(GOOD + "of ipmi\n", '12: "of" is said already, in line 5')


def test_values_that_make_no_sense_are_named(wrong):
    wrong(GOOD.replace("boot-odd", "Boot_odd"),
          '4: quirk "Boot_odd", expected a name of a-z, 0-9 and dashes '
          "between them")
    wrong(GOOD.replace("redfish", "snmp"),
          '5: of "snmp", expected ipmi, redfish or both')
    wrong(GOOD.replace("a friend", ""),
          '11: "source" of nothing, expected a value behind it')


@pytest.mark.parametrize("vendor, what", [
    ("Acme,, ACE", ": nothing between commas, expected a pattern each"),
    ("Acme, !", ": nothing between commas, expected a pattern each"),
    ("!Acme", " says only what it is not, expected a pattern without ! too"),
])
def test_patterns_that_match_nothing_are_named(wrong, vendor, what):
    wrong(GOOD.replace("Acme*, ACE", vendor),
          '6: vendor "%s"%s' % (vendor, what))


@pytest.mark.parametrize("firmware", [
    "1", "1.0-", "<1.0", "<=", "<= 1.0", ">=1.", ">=v1", "1.0-1.5-1.9", "1-*",
])
def test_versions_that_are_none_are_named(wrong, firmware):
    wrong(GOOD.replace("1.0-1.9", firmware),
          '8: firmware "%s", expected *, <=VERSION, >=VERSION or '
          "VERSION-VERSION, with a VERSION of numbers and dots" % firmware)


def test_ranges_that_run_backwards_are_named(wrong):
    wrong(GOOD.replace("1.0-1.9", "1.10-1.9"),
          '8: firmware "1.10-1.9": nothing is between them, expected the '
          "lower first")


def test_rows_that_say_nothing_new_are_named(wrong):
    wrong(GOOD + GOOD.replace("Acme*", "ACME*"),
          "15: quirk boot-odd: vendor, model and firmware are those of "
          "line 4")
    wrong(GOOD.replace("Acme*, ACE", "-"),
          '6: vendor "-" is nobody, expected neither model nor firmware '
          "with it")
    wrong("# nothing\n", "1: no quirk, expected one at least")


def many(n):
    return "\n".join("quirk q%d\nof ipmi\nvendor a\ndoes b\nsource c\n" % i
                     for i in range(n))


def test_there_are_64_names_at_most(made, wrong):
    assert made(many(64)).run.returncode == 0
    (made(many(64)).out / "quirk_rows.c").unlink()
    m = made(many(65))
    assert m.run.returncode == 1
    assert m.run.stderr == ("t:385: quirk q64 is the 65th name, expected 64 "
                            "at most\n")


def test_every_mistake_is_told_at_once(wrong):
    wrong(GOOD.replace("redfish", "x").replace("1.0-1.9", "y"),
          '5: of "x", expected ipmi, redfish or both',
          '8: firmware "y", expected *, <=VERSION, >=VERSION or '
          "VERSION-VERSION, with a VERSION of numbers and dots")


def test_a_table_that_is_not_there_is_said(tmp_path):
    r = run(["sh", os.path.join(TOP, "auto/quirks"), "nowhere",
             str(tmp_path)])
    assert r.status == 1 and "nowhere cannot be read" in r.err, r
    r = run(["sh", os.path.join(TOP, "auto/quirks"), "nowhere"])
    assert r.status == 2 and "usage:" in r.err, r


# bmcctl quirks


def test_the_table_is_shown_without_any_configuration(ctl, tmp_path):
    env = dict(os.environ, BMC_CONF=str(tmp_path / "none"))
    r = ctl("quirks", env=env)
    assert r.status == 0 and r.err == "", r
    lines = r.out.splitlines()
    assert lines[0].split()[:4] == ["QUIRK", "VENDOR", "MODEL", "FIRMWARE"]
    assert any(line.startswith("boot-order-for-disk") and "2.0-2.75.75" in line
               for line in lines)

    rows = json.loads(ctl("quirks", "-o", "json", env=env).out)
    assert len(rows) == len(lines) - 1
    assert {"quirk": "boot-full", "of": "redfish", "model": "*"}.items() <= \
        [row for row in rows if row["quirk"] == "boot-full"][0].items()
    assert all(row["source"] and row["does"] and row["vendor"]
               for row in rows)
    assert "ironic" in ctl("quirks", "-o", "wide", env=env).out


def test_a_host_needs_a_configuration(ctl, tmp_path):
    r = ctl("quirks", "n1",
            env=dict(os.environ, BMC_CONF=str(tmp_path / "none")))
    assert r.status == 3 and r.out == "", r


def test_a_host_nobody_has_asked_is_said_to_be_unknown(rack):
    r = rack(hosts=1).ctl("quirks", "n1")
    assert r.status == 0, r
    assert r.err == ('n1: nobody knows yet what it is: ask it once, as with '
                     '"bmcctl inventory n1"\n')
    assert len(r.out.splitlines()) == 1


def test_a_host_without_quirks_is_said_to_have_none(rack):
    r = rack(hosts=1)
    assert r.ctl("inventory", "n1").status == 0
    said = r.ctl("quirks", "n1")
    assert said.status == 0, said
    assert said.err.startswith("n1: no quirk is known of vendor \""), said
    assert r.json("quirks", "n1") == []


def test_what_the_configuration_says_is_shown(rack):
    r = rack(hosts={"n1": "quirk boot-settings on; quirk login-basic off;",
                    "n2": ""}, extra="defaults { quirk boot-full on; }")
    rows = {row["quirk"]: row for row in r.json("quirks", "n1")}
    assert sorted(rows) == ["boot-full", "boot-settings", "login-basic"]
    assert rows["boot-settings"]["state"] == "on"
    assert rows["boot-settings"]["why"] == \
        '"quirk boot-settings on;" in the configuration'
    assert rows["login-basic"]["state"] == "off"
    assert [row["quirk"] for row in r.json("quirks", "n2")] == ["boot-full"]
    assert [row["host"] for row in r.json("quirks", "n1", "n2")] == \
        ["n1"] * 3 + ["n2"]


def test_a_quirk_nobody_has_heard_of_is_an_error(rack):
    r = rack(hosts={"n1": "quirk boot-fool on;"}).ctl("ls")
    assert r.status == 3, r
    assert 'unknown quirk "boot-fool" (did you mean "boot-full"?)' in r.err


def test_a_bmc_is_recognised_by_what_ipmi_tells(rack, sim):  # noqa: F811
    bmc = sim()
    bmc.kill()
    emu = bmc.dir / "emu"
    emu.write_text(emu.read_text().replace("0x1291", "0x2a7c"))
    bmc.start()

    r = rack(hosts={"n1": bmc.host(),
                    "n2": bmc.host("", "quirk ipmi-disk-24 off;").replace(
                        "127.0.0.1", "localhost")})
    assert r.ctl("power", "status", "n[1-2]").status == 0
    rows = {(row["host"], row["quirk"]): row
            for row in r.json("quirks", "n1", "n2")}
    row = rows["n1", "ipmi-disk-24"]
    assert row["state"] == "on"
    assert row["why"] == 'vendor "Supermicro" is Supermicro'
    row = rows["n2", "ipmi-disk-24"]
    assert row["state"] == "off"
    assert row["why"] == '"quirk ipmi-disk-24 off;" in the configuration'
    assert ("n1", "media-usb-cd") not in rows
    assert ("n1", "boot-full") not in rows


def test_completion_offers_hosts_after_quirks(ctl):
    r = ctl("completion", "bash")
    assert r.status == 0 and "quirks" in r.out, r
