"""SEARCH: every key of RFC 3501 section 6.4.4."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from personsvar.vvm.imap import flags
from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.commands import Search
from personsvar.vvm.imap.malformed import MalformedError, TooMuchError, UnknownCharsetError
from personsvar.vvm.imap.months import MONTHS
from personsvar.vvm.imap.search_keys import (
    All,
    Contains,
    Dated,
    Flagged,
    Header,
    Key,
    Larger,
    Not,
    Numbers,
    Or,
    Smaller,
    Uids,
    When,
)

MOST_KEYS = 50
"""In one command, those within others too: each is held against every message of the folder."""
CHARSETS = ("US-ASCII", "UTF-8", "ISO-8859-1")
_NAME = re.compile(rb"[A-Za-z]+")
_DATE = re.compile(rb'"?([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})"?')
_NEW = Flagged(flags.RECENT)

PLAIN: Mapping[str, Key] = {
    "ALL": All(),
    "NEW": All((_NEW, Not(Flagged(flags.SEEN)))),
    "OLD": Not(_NEW),
    "RECENT": _NEW,
    **{flag[1:].upper(): Flagged(flag) for flag in flags.STORABLE[:5]},
    **{f"UN{flag[1:].upper()}": Not(Flagged(flag)) for flag in flags.STORABLE[:5]},
}


@dataclass(frozen=True, slots=True)
class _Keys:
    """The words, and the charset their strings are in."""

    words: Arguments
    charset: str
    _left: Iterator[int] = field(default_factory=lambda: iter(range(MOST_KEYS)))

    def string(self) -> str:
        try:
            return self.words.astring().decode(self.charset)
        except UnicodeDecodeError:
            raise MalformedError("invalid string") from None

    def header(self) -> Header:
        name = self.string()
        self.words.space()
        return Header(name, self.string())

    def keyword(self) -> Flagged:
        return Flagged(flags.canonical(self.words.word()))

    def dated(self, name: str) -> Dated:
        sent = name.startswith("SENT")
        return Dated(When[name.removeprefix("SENT")], _date(self.words), sent)

    def one(self, depth: int) -> Key:
        """One key; keys within keys go no deeper than the limit."""
        if depth > self.words.nesting:
            raise MalformedError("nested too deeply")
        if next(self._left, None) is None:
            raise TooMuchError
        if self.words.accept(b"("):
            return self._together(depth)
        if self.words.is_sequence_next:
            return Numbers(self.words.sequence())
        name = self.words.word(_NAME).upper()
        return PLAIN.get(name) or self._with_words(name, depth)

    def _together(self, depth: int) -> Key:
        keys = [self.one(depth + 1)]
        while not self.words.accept(b")"):
            self.words.space()
            keys.append(self.one(depth + 1))
        return All(tuple(keys))

    def _with_words(self, name: str, depth: int) -> Key:
        self.words.space()
        if name == "NOT":
            return Not(self.one(depth + 1))
        if name == "OR":
            one = self.one(depth + 1)
            self.words.space()
            return Or(one, self.one(depth + 1))
        read = ASKING.get(name)
        if read is None:
            raise MalformedError("unknown search key")
        return read(self, name)


ASKING: Mapping[str, Callable[[_Keys, str], Key]] = {
    **dict.fromkeys(("BEFORE", "ON", "SINCE", "SENTBEFORE", "SENTON", "SENTSINCE"), _Keys.dated),
    **dict.fromkeys(("BCC", "CC", "FROM", "SUBJECT", "TO"), lambda keys, name: Header(name, keys.string())),
    "BODY": lambda keys, _: Contains(keys.string(), headers=False),
    "TEXT": lambda keys, _: Contains(keys.string(), headers=True),
    "HEADER": lambda keys, _: keys.header(),
    "KEYWORD": lambda keys, _: keys.keyword(),
    "UNKEYWORD": lambda keys, _: Not(keys.keyword()),
    "LARGER": lambda keys, _: Larger(keys.words.number()),
    "SMALLER": lambda keys, _: Smaller(keys.words.number()),
    "UID": lambda keys, _: Uids(keys.words.sequence()),
}


def search(words: Arguments, *, uid: bool) -> Search:
    keys = _Keys(words, _charset(words))
    asked = [keys.one(1)]
    while not words.is_over:
        words.space()
        asked.append(keys.one(1))
    return Search(asked[0] if len(asked) == 1 else All(tuple(asked)), uid)


def _charset(words: Arguments) -> str:
    if not words.accept(b"CHARSET "):
        return "utf-8"  # strictly US-ASCII; clients that say nothing and send letters mean UTF-8
    asked = words.text().upper()
    words.space()
    if asked not in CHARSETS:
        raise UnknownCharsetError
    return codecs.lookup(asked).name


def _date(words: Arguments) -> date:
    found = words.match(_DATE)
    try:
        if found is None:
            raise ValueError  # noqa: TRY301 - one answer to both: the words, and the day that there is not
        return date(int(found[3]), MONTHS.index(found[2].decode("ascii").title()) + 1, int(found[1]))
    except ValueError:
        raise MalformedError("invalid date") from None
