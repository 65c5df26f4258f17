"""Reads events as JSON lines and prints their receipt without since, until and read: recompute.py <API> <source>

This follows the package documentation of receipt, and is there to show that it is sufficient.
"""

import base64
import calendar
import hashlib
import json
import re
import sys
import time
from urllib.parse import quote


def sha256(data):
    return hashlib.sha256(data).digest()


class Number(str):
    """A number as it came."""


def string(text):
    text = json.dumps(text, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda half: "\\u%04x" % ord(half[0]), text)


def canonical(value, resources=False):
    if isinstance(value, tuple):  # an object, as pairs
        members = []
        for name, member in value:
            if resources and name == "resources" and isinstance(member, list):
                text = "[" + ",".join(sorted(map(canonical, member), key=str.encode)) + "]"
            else:
                text = canonical(member)
            members.append(string(name) + ":" + text)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, Number):
        return value
    if isinstance(value, str):
        return string(value)
    return json.dumps(value)


def leaf(line):
    event = dict(json.loads(line, parse_int=Number, parse_float=Number, object_pairs_hook=tuple))
    api, record, ident = event["api"], event.get("record"), event["id"]
    if api == "thousandeyes" or api == "huawei-eds" and not dict(record).get("audit_log_id"):
        ident = ""
    seconds, nanos = instant(event.get("time", "0001-01-01T00:00:00Z"))
    text = "" if record is None else canonical(record, api == "thousandeyes")
    return (
        (seconds + 2**63).to_bytes(8, "big")
        + nanos.to_bytes(4, "big")
        + sha256(ident.encode())
        + sha256(text.encode())
    )


def instant(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")), int(fraction.ljust(9, "0"))


def root(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00auditlogs.go/receipt/v1 record\n" + leaves[0])
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def counted(leaves):
    return len(leaves), base64.b64encode(root(leaves)).decode()


def day(leaf):
    return (int.from_bytes(leaf[:8], "big") - 2**63) // 86400


leaves = sorted(leaf(line) for line in sys.stdin)
print("auditlogs.go/receipt/v1/" + "/".join(quote(name, safe="$&+:=@~") for name in sys.argv[1:3]))
print("%d\n%s" % counted(leaves))
for date in sorted(set(map(day, leaves))):
    year, month, mday = time.gmtime(date * 86400)[:3]
    print("day %04d-%02d-%02d %d %s" % (year, month, mday, *counted([l for l in leaves if day(l) == date])))
