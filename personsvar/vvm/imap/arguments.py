"""The words of one command, read from left to right (RFC 3501 section 9).

A command is kept as its text, in which each literal is only announced (`{5}`), and the literals by the
place of their announcement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from personsvar.vvm.imap.list_pattern import decoded
from personsvar.vvm.imap.malformed import MalformedError
from personsvar.vvm.imap.sequences import HIGHEST, Bound, SequenceSet

T = TypeVar("T")

_SPACES = re.compile(rb" +")
ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_ASTRING = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+')
_PATTERN = re.compile(rb'[^\x00-\x20\x7f-\xff(){"\\]+')
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\0]|\\["\\])*)"')
_LITERAL = re.compile(rb"\{\d{1,20}\+?\}")
_SEQUENCE = re.compile(rb"[0-9*][0-9*:,]*")
_RANGE = re.compile(rb"(\*|[1-9][0-9]{0,9})(?::(\*|[1-9][0-9]{0,9}))?")
_NIL = re.compile(rb"NIL(?=[ )])", re.IGNORECASE)
_NUMBER = re.compile(rb"[0-9]{1,10}")


class Arguments:
    def __init__(self, text: bytes, literals: Mapping[int, bytes], nesting: int) -> None:
        self._text = text
        self._literals = literals
        self._at = 0
        self.nesting = nesting

    def match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def accept(self, word: bytes) -> bool:
        """Whether these bytes come next; letters of any case."""
        here = self._text[self._at : self._at + len(word)]
        if here.upper() != word:
            return False
        self._at += len(word)
        return True

    def need(self, word: bytes) -> None:
        if not self.accept(word):
            raise MalformedError("invalid parameter")

    def is_next(self, among: bytes) -> bool:
        here = self._text[self._at : self._at + 1]
        return here != b"" and here in among

    def space(self) -> None:
        if self.match(_SPACES) is None:
            raise MalformedError("missing parameter")

    def end(self) -> None:
        self.match(_SPACES)  # clients leave a space there
        if self._at != len(self._text):
            raise MalformedError("too many parameters")

    @property
    def is_over(self) -> bool:
        return not self._text[self._at :].strip(b" ")

    def word(self, pattern: re.Pattern[bytes] = ATOM) -> str:
        """An atom."""
        found = self.match(pattern)
        if found is None:
            raise MalformedError("invalid parameter")
        return found[0].decode("ascii")

    def string(self) -> bytes | None:
        """A quoted string or a literal; None when something else comes next."""
        quoted = self.match(_QUOTED)
        if quoted is not None:
            return re.sub(rb"\\(.)", rb"\1", quoted[1])
        return self._literal_text() if self.is_next(b"{") else None

    def astring(self, pattern: re.Pattern[bytes] = _ASTRING) -> bytes:
        string = self.string()
        return self.word(pattern).encode("ascii") if string is None else string

    def text(self) -> str:
        try:
            return self.astring().decode("utf-8")
        except UnicodeDecodeError:
            raise MalformedError("invalid parameter") from None

    def astring_or_nil(self) -> bytes | None:
        return None if self.match(_NIL) else self.astring()

    def folder(self) -> str:
        return decoded(self.astring())

    def pattern(self) -> str:
        return decoded(self.astring(_PATTERN))

    def number(self) -> int:
        found = self.match(_NUMBER)
        if found is None or int(found[0]) > HIGHEST:
            raise MalformedError("invalid number")
        return int(found[0])

    @property
    def is_sequence_next(self) -> bool:
        return self.is_next(b"0123456789*")

    def sequence(self) -> SequenceSet:
        found = self.match(_SEQUENCE)
        if found is None:
            raise MalformedError("invalid message set")
        return SequenceSet(tuple(_range(part) for part in found[0].split(b",")))

    def listed(self, one: Callable[[], T], *, most: int | None = None) -> tuple[T, ...]:
        """`(a b c)`, perhaps with nothing in it; `( a )` from those who write it so.

        Where there is a most, what stands behind it is not looked at.
        """
        self.need(b"(")
        self.match(_SPACES)
        found: list[T] = []
        while not self.accept(b")"):
            if len(found) == most:
                raise MalformedError("too many parameters")
            found.append(one())
            if not self.is_next(b")"):
                self.space()
        return tuple(found)

    def literal(self) -> bytes:
        announced = self._at
        if self.match(_LITERAL) is None or announced not in self._literals:
            raise MalformedError("invalid parameter")
        return self._literals[announced]

    def _literal_text(self) -> bytes:
        text = self.literal()
        if b"\0" in text:
            raise MalformedError("invalid parameter")
        return text


def _range(part: bytes) -> tuple[Bound, Bound]:
    found = _RANGE.fullmatch(part)
    if found is None:
        raise MalformedError("invalid message set")
    first = _bound(found[1])
    return first, first if found[2] is None else _bound(found[2])


def _bound(word: bytes) -> Bound:
    if word == b"*":
        return None
    if int(word) > HIGHEST:
        raise MalformedError("invalid message set")
    return int(word)
