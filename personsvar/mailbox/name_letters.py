"""What a name is made of: what it may not have is told by its reason, and what nobody sees is left out."""

from __future__ import annotations

import re
from enum import StrEnum
from unicodedata import category

from personsvar.mailbox.errors import MailboxError

LONGEST_NAME = 100
_JOINERS = "\u200c\u200d"
"""Persian words and families of emoji are written with them."""
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff\U000e0001-\U000e007f]")
"""Soft hyphens, marks of direction, tags: they say nothing of their own, and come with what is copied."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What stands behind them is shown from its other end, and so are numbers."""
_NEW_PICTURES = re.compile("[\U0001f000-\U0001faff]")
"""Emoji that are younger than this Python."""


class NameFault(StrEnum):
    MISSING = "missing"
    LONG = "long"
    CONTROL = "control"
    DIRECTION = "direction"
    UNKNOWN = "unknown"


_WHY = {
    NameFault.MISSING: "a name is missing",
    NameFault.LONG: f"a name has at most {LONGEST_NAME} letters",
    NameFault.CONTROL: "a name has no control characters",
    NameFault.DIRECTION: "a name has no signs that turn the direction of writing",
    NameFault.UNKNOWN: "a name has no signs that Unicode does not know",
}


class NameFaultError(MailboxError):
    """What was given is no name."""

    def __init__(self, fault: NameFault) -> None:
        super().__init__(_WHY[fault])
        self.fault = fault


def check_name(name: str) -> str:
    """It may be empty."""
    seen = _UNSEEN.sub("", name).strip(" ")
    fault = _fault(seen)
    if fault:
        raise NameFaultError(fault)
    return seen if seen.strip(_JOINERS + " ") else ""


def _fault(name: str) -> NameFault | None:
    if _TURNS.search(name):
        return NameFault.DIRECTION
    kinds = {category(letter) for letter in name if not _is_good(letter)}
    if kinds & {"Cc", "Zl", "Zp"}:
        return NameFault.CONTROL
    if kinds:
        return NameFault.UNKNOWN
    return NameFault.LONG if len(name) > LONGEST_NAME else None


def _is_good(letter: str) -> bool:
    return letter.isprintable() or letter in _JOINERS or bool(_NEW_PICTURES.match(letter))
