"""What a client may ask SEARCH for (RFC 3501 section 6.4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from personsvar.vvm.imap.sequences import SequenceSet


class When(Enum):
    BEFORE = auto()
    ON = auto()
    SINCE = auto()


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these keys holds; with none, every message."""

    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    key: Key


@dataclass(frozen=True, slots=True)
class Or:
    one: Key
    other: Key


@dataclass(frozen=True, slots=True)
class Flagged:
    """SEEN, DELETED, KEYWORD …: the message has this flag; their UN-forms are Not(Flagged(…))."""

    flag: str


@dataclass(frozen=True, slots=True)
class Uids:
    uids: SequenceSet


@dataclass(frozen=True, slots=True)
class Numbers:
    numbers: SequenceSet


@dataclass(frozen=True, slots=True)
class Dated:
    """The day the message came, or with `sent` that of its Date header; times and zones are disregarded."""

    when: When
    day: date
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Larger:
    octets: int


@dataclass(frozen=True, slots=True)
class Smaller:
    octets: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header of that name holds the text; any such header when the text is empty."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Contains:
    """The text is in the body, or, with `headers`, in the headers or the body."""

    text: str
    headers: bool


Key = All | Not | Or | Flagged | Uids | Numbers | Dated | Larger | Smaller | Header | Contains
