"""What may stand behind the ? of a GET."""

import copy
import re
from urllib.parse import parse_qsl, quote

from redfish_errors import Refused

EXPAND = re.compile(r"([.*~])(?:\(\$levels=(\d+)\))?$")


def is_reference(value):
    return isinstance(value, dict) and set(value) == {"@odata.id"}


def expanded(tree, value, kind, levels, top=True):
    """with what it leads to; "." leaves Links alone, "~" is of them"""

    if isinstance(value, list):
        return [expanded(tree, v, kind, levels, False) for v in value]

    if not isinstance(value, dict):
        return value

    if is_reference(value) and not top:
        there = tree.get(value["@odata.id"])

        if there is None or levels == 0:
            return value

        return expanded(tree, there, kind, levels - 1)

    return {k: v if k in ("Actions", "@Redfish.Settings")
            or (k == "Links") == (kind == ".")
            and (k == "Links" or kind == "~")
            else expanded(tree, v, kind, levels, False)
            for k, v in value.items()}


def number(name, text):
    if not text.isdigit():
        raise Refused(400, "QueryParameterValueTypeError", name, text)

    return int(text)


class Queries:

    def __init__(self, bmc):
        self.bmc = bmc

    def page_of(self, body):
        """how many members of it an answer has; 0: all"""

        if "LogEntryCollection" in body.get("@odata.type", ""):
            return self.bmc.p["page"]

        return self.bmc.p.get("members", 0)

    def answer(self, path, body, query):
        """what is told of a resource"""

        words = dict(parse_qsl(query, keep_blank_values=True))
        members = "Members" in body

        for name in words:
            if name.startswith("$") and name not in (
                    "$expand", "$skip", "$top"):
                raise Refused(501, "QueryNotSupported")

        if "only" in words and members and len(body["Members"]) == 1:
            body = self.bmc.tree[body["Members"][0]["@odata.id"]]
            members = False

        if members:
            body = self.paged(path, body, words)

        elif "$skip" in words or "$top" in words:
            raise Refused(400, "QueryNotSupportedOnResource")

        if "$expand" in words:
            body = self.expand(body, words["$expand"])

        elif members and self.is_whole(body):
            body = dict(body, Members=[self.bmc.tree[m["@odata.id"]]
                                       for m in body["Members"]])

        return body

    def is_whole(self, body):
        """log entries come with their collection"""

        return (self.bmc.p["whole"]
                and "LogEntryCollection" in body["@odata.type"])

    def expand(self, body, text):
        if not self.bmc.p["expand"]:
            raise Refused(501, "QueryNotSupported")

        match = EXPAND.match(text)

        if match is None:
            raise Refused(400, "QueryParameterValueTypeError", "$expand",
                          text)

        return expanded(self.bmc.tree, copy.copy(body), match.group(1),
                        min(int(match.group(2) or 1), 3))

    def paged(self, path, body, words):
        page = self.page_of(body)

        if not page and not self.bmc.p["pages"]:
            if "$skip" in words or "$top" in words:
                raise Refused(501, "QueryNotSupported")

            return body

        skip = number("$skip", words.get("$skip", "0"))
        top = number("$top", words.get("$top", str(10 ** 9)))
        size = min(top, page or top)
        all_of = body["Members"]
        body = dict(body, Members=all_of[skip:skip + size])

        if skip + size < len(all_of) and size < top:
            more = dict(words, **{"$skip": skip + size})

            if "$top" in words:
                more["$top"] = top - size

            body["Members@odata.nextLink"] = "%s?%s" % (path, "&".join(
                "%s=%s" % (k, quote(str(v))) for k, v in more.items()))

        return body
