"""How stock Android reads an SMS of visual voicemail: from what its parser does, not from our builder.

A body it does not take is None there and here: it is thrown away whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Read:
    event: str
    fields: Mapping[str, str]


def read(body: str, prefix: str) -> Read | None:
    """Nothing is trimmed, keys are case sensitive, a field without `=` or without a key spoils all of it."""
    if not body.startswith(prefix + ":"):
        return None
    event, colon, rest = body[len(prefix) + 1 :].partition(":")
    if not colon:
        return None
    fields: dict[str, str] = {}
    for field in filter(None, rest.split(";")):
        key, equals, value = field.partition("=")
        if not (equals and key):
            return None
        fields[key] = value
    return Read(event, fields)


def read_iphone(body: str) -> Read | None:
    """`STATE?a=b;c=d`, in the way of vvmd: split at the question mark, then at the semicolons."""
    event, mark, rest = body.partition("?")
    return read(f"//:{event}:{rest}", "//") if mark else None
