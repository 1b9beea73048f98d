"""Prometheus text, read as strictly as it is written down."""

import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\Z")
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)\Z")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,|\Z)')
VALUE = re.compile(r"[+-]?Inf\Z|NaN\Z|[+-]?\d+(\.\d+)?(e[+-]?\d+)?\Z")
TYPES = ("counter", "gauge", "histogram")


class Family:
    def __init__(self, name, text):
        self.name = name
        self.help = text
        self.type = None
        self.samples = {}            # (name, labels as sorted pairs): value

    def one(self, suffix="", **labels):
        """the only sample that has these labels"""

        found = [v for (name, have), v in self.samples.items()
                 if name == self.name + suffix
                 and set(labels.items()) <= set(have)]
        assert len(found) == 1, (self.name, labels, found)
        return found[0]

    def of(self, label):
        """values of a label"""

        return {dict(have).get(label) for _, have in self.samples}


def labels_of(text):
    at, found = 0, {}

    while at < len(text):
        m = LABEL.match(text, at)
        assert m, "bad labels: %s" % text
        assert m.group(1) not in found, "label twice: %s" % text
        found[m.group(1)] = m.group(2)
        at = m.end()

    assert not text.endswith(","), text

    return tuple(sorted(found.items()))


def belongs(family, name):
    if family.type == "histogram":
        return name in [family.name + end
                        for end in ("_bucket", "_sum", "_count")]

    return name == family.name


def histogram(family):
    """every set of buckets grows, and ends in +Inf and the count"""

    rows = {}

    for (name, labels), value in family.samples.items():
        rest = tuple(p for p in labels if p[0] != "le")
        row = rows.setdefault(rest, {"le": []})

        if name.endswith("_bucket"):
            le = float(dict(labels)["le"])
            row["le"].append((le, value))

        else:
            assert rest == labels, "le outside of buckets: %s" % name
            row[name.rpartition("_")[2]] = value

    for rest, row in rows.items():
        bounds = [le for le, _ in row["le"]]
        counts = [n for _, n in row["le"]]
        assert bounds == sorted(set(bounds)), "%s: bounds" % (rest,)
        assert bounds[-1] == math.inf, "%s: no +Inf" % (rest,)
        assert counts == sorted(counts), "%s: buckets shrink" % (rest,)
        assert counts[-1] == row["count"], "%s: count" % (rest,)
        assert row["sum"] >= 0
        assert (row["sum"] > 0) <= (row["count"] > 0), "%s: sum" % (rest,)


def checked(families):
    for family in families.values():
        assert family.type in TYPES, family.name
        assert len(family.help) > 10, family.name
        assert family.name.endswith("_total") == (family.type == "counter"), \
            family.name

        if family.type == "histogram":
            histogram(family)

        if family.type != "gauge":
            assert all(v >= 0 for v in family.samples.values()), family.name

    return families


def sample(family, line):
    m = SAMPLE.match(line)
    assert m, "not a sample: %r" % line
    assert family is not None and family.type is not None, \
        "before its family: %s" % line
    assert belongs(family, m.group(1)), "%s among %s" % (line, family.name)
    assert VALUE.match(m.group(3)), "bad value: %s" % line
    key = (m.group(1), labels_of(m.group(2) or ""))
    assert key not in family.samples, "twice: %s" % line
    family.samples[key] = float(m.group(3))


def parse(text):
    """families by name"""

    families, family = {}, None
    assert text.endswith("\n")

    for line in text[:-1].split("\n"):
        word = line.split(" ", 3)

        if word[:2] == ["#", "HELP"]:
            assert NAME.match(word[2]), line
            assert word[2] not in families, "family twice: %s" % line
            family = families[word[2]] = Family(word[2], word[3])

        elif word[:2] == ["#", "TYPE"]:
            assert family is not None and word[2] == family.name, line
            assert family.type is None and not family.samples, line
            family.type = word[3]

        elif line and not line.startswith("#"):
            sample(family, line)

    return checked(families)
