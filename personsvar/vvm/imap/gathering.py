"""The lines and literals of one command, until it is whole (RFC 3501 section 4.3, RFC 7888)."""

from __future__ import annotations

import re

from personsvar.vvm.imap.events import Event, NeedContinuation, TooLarge
from personsvar.vvm.imap.limits import ImapLimits
from personsvar.vvm.imap.parsing import parsed, tag_of

ANNOUNCED = re.compile(rb"\{([0-9]{1,20})(\+?)\}\Z")
LONGEST_ANNOUNCED = len("{}+") + 20
_APPENDS = re.compile(rb"[^ ]{1,100} +APPEND ", re.IGNORECASE)
_IDENTIFIES = re.compile(rb"[^ ]{1,100} {1,100}ID ", re.IGNORECASE)


class Gathering:
    __slots__ = ("_literal_size", "_literals", "_skipped", "_text", "owed", "refused", "tag")

    def __init__(self) -> None:
        self._text = b""
        self._literals: dict[int, bytes] = {}
        self._literal_size = 0
        self._skipped = 0
        self.owed: int | None = None
        """How long the literal is that comes next."""
        self.refused = False
        """Too large a literal is read to its end and thrown away."""
        self.tag: str | None = None

    @property
    def is_begun(self) -> bool:
        return bool(self._text) or self.refused or self.owed is not None

    def longest(self, line: bytes | bytearray, limits: ImapLimits) -> int:
        """How much text a command may be that this line begins, or goes on with."""
        return limits.identity if _IDENTIFIES.match(self._text or line) else limits.line

    def room(self, line: bytes, limits: ImapLimits) -> int:
        return self.longest(line, limits) - len(self._text)

    def refuse(self, begins: bytes) -> None:
        if not self.refused:
            self.tag = tag_of(self._text or begins)
        self.refused = True

    def line(self, line: bytes, limits: ImapLimits) -> Event | None:
        """None: a literal follows that nobody waits to be asked for."""
        announced = ANNOUNCED.search(line)
        if announced is None:
            return self._whole(line, limits)
        size, waits = int(announced[1]), not announced[2]
        if not self._fits(line, size, limits):
            self.refuse(line)
        if self.refused:
            return self._skip(size, waits, limits)
        self._text += line
        self.owed = size
        return NeedContinuation() if waits else None

    def literal(self, content: bytes) -> None:
        self._literals[self._text.rindex(b"{")] = content
        self._literal_size += len(content)
        self.owed = None

    def _fits(self, line: bytes, size: int, limits: ImapLimits) -> bool:
        appends = _APPENDS.match(self._text or line)
        most = limits.message if appends else self.longest(line, limits)
        return self._literal_size + size <= most

    def _skip(self, size: int, waits: bool, limits: ImapLimits) -> Event | None:
        if waits:
            return TooLarge(self.tag)
        self._skipped += size
        if self._skipped > limits.patience:
            return TooLarge(self.tag, closes=True)
        self.owed = size
        return None

    def _whole(self, line: bytes, limits: ImapLimits) -> Event:
        if self.refused:
            return TooLarge(self.tag)
        return parsed(self._text + line, self._literals, limits.nesting)
