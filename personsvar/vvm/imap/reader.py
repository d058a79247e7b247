"""The server's end of an IMAP session: bytes in, events out. No socket, no clock.

    reader.feed(data)
    while (event := reader.next()) is not None: …

`next` reads one event and no more, so what follows it is read in the light of what the server made of it:

* after `Request(… Authenticate …)` and each challenge, the server calls `expect_answer(tag)`: the next line
  is `ChallengeAnswer` (or `BadCommand`: cancelled, or no base64);
* after `Request(… Idle …)`, it calls `expect_done(tag)`: the next line is `IdleDone` (or `BadCommand`);
* after `Request(… StartTls …)`, it looks at `pending`: bytes that came in the clear behind STARTTLS are an
  attack (CVE-2011-0411), and a new reader begins with TLS;
* after log-in, it sets `limits` to `AFTER_LOG_IN`.

`NeedContinuation` is answered at once with `+ …`. A line may end in LF alone. The same bytes are the same
events, however they are cut up.
"""

from __future__ import annotations

from typing import Literal

from personsvar.vvm.imap.events import (
    BadCommand,
    ChallengeAnswer,
    Event,
    IdleDone,
    NeedContinuation,
    TooLarge,
)
from personsvar.vvm.imap.gathering import LONGEST_ANNOUNCED, Gathering
from personsvar.vvm.imap.limits import BEFORE_LOG_IN, ImapLimits
from personsvar.vvm.imap.malformed import MalformedError
from personsvar.vvm.imap.sasl import decoded


class ImapReader:
    __slots__ = ("_broken", "_dropped", "_expects", "_gathering", "_held", "_looked", "_tag", "limits")

    def __init__(self, limits: ImapLimits = BEFORE_LOG_IN) -> None:
        self.limits = limits
        self._held = bytearray()
        self._looked = 0
        """No line ends before this."""
        self._dropped = 0
        """How much of a line that is too long has been thrown away."""
        self._gathering = Gathering()
        self._expects: Literal["command", "answer", "done"] = "command"
        self._tag: str | None = None
        self._broken = False

    def feed(self, data: bytes) -> None:
        if not self._broken:
            self._held += data

    @property
    def pending(self) -> bool:
        """Bytes have come that no event has told of yet."""
        return bool(self._held) or self._dropped > 0 or self._gathering.is_begun

    def expect_answer(self, tag: str) -> None:
        self._expects, self._tag = "answer", tag

    def expect_done(self, tag: str) -> None:
        self._expects, self._tag = "done", tag

    def next(self) -> Event | None:
        """Returns None while the command needs more bytes."""
        event: Event | None = None
        while event is None and not self._broken:
            if self._gathering.owed is not None:
                if not self._has_literal(self._gathering.owed):
                    return None
                continue
            size = self._line_size()
            if size is None:
                return None
            event = self._line(size)
        return event

    def _has_literal(self, owed: int) -> bool:
        gathering = self._gathering
        if gathering.refused:
            skipped = len(self._take(owed))
            gathering.owed = None if skipped == owed else owed - skipped
        elif len(self._held) >= owed:
            gathering.literal(self._take(owed))
        return gathering.owed is None

    def _line_size(self) -> int | None:
        """How long the line is that comes next, without its LF; None: its end has not come."""
        end = self._held.find(b"\n", self._looked)
        if end >= 0:
            return self._dropped + end
        self._looked = len(self._held)
        if self._dropped + len(self._held) > self.limits.patience:
            return self._dropped + len(self._held)
        if len(self._held) > self._longest() + LONGEST_ANNOUNCED:
            self._drop_all_but_the_end()
        return None

    def _longest(self) -> int:
        """How long the line may be that begins what is held."""
        if self._expects != "command" or self._dropped:
            return self.limits.line
        return self._gathering.longest(self._held, self.limits)

    def _drop_all_but_the_end(self) -> None:
        """The end may announce a literal."""
        self._gathering.refuse(bytes(self._held[: self.limits.line]))
        self._dropped += len(self._take(len(self._held) - LONGEST_ANNOUNCED))
        self._looked = len(self._held)

    def _line(self, size: int) -> Event | None:
        if size > self._longest():
            self._gathering.refuse(bytes(self._held[: self.limits.line]))
        if size > self.limits.patience:
            return self._ended(TooLarge(self._tag or self._gathering.tag, closes=True))
        line = self._take(size - self._dropped + 1)[:-1].removesuffix(b"\r")
        self._dropped = 0
        if self._expects != "command":
            return self._expected(line, size)
        if size > self._gathering.room(line, self.limits):
            self._gathering.refuse(line)
        event = self._gathering.line(line, self.limits)
        return event if event is None or isinstance(event, NeedContinuation) else self._ended(event)

    def _expected(self, line: bytes, size: int) -> Event:
        """What follows a challenge, or IDLE."""
        tag, expects = self._tag, self._expects
        self._expects, self._tag = "command", None
        self._gathering = Gathering()
        if size > self.limits.line:
            return TooLarge(tag)
        return _answer(tag, line) if expects == "answer" else _done(tag, line)

    def _ended(self, event: Event) -> Event:
        self._gathering = Gathering()
        if isinstance(event, TooLarge) and event.closes:
            self._broken = True
            self._held = bytearray()
        return event

    def _take(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        self._looked = 0
        return taken


def _answer(tag: str | None, line: bytes) -> Event:
    if line == b"*":
        return BadCommand(tag, "cancelled")
    try:
        return ChallengeAnswer(decoded(line))
    except MalformedError as mistake:
        return BadCommand(tag, str(mistake))


def _done(tag: str | None, line: bytes) -> Event:
    return IdleDone() if line.strip().upper() == b"DONE" else BadCommand(tag, "expected DONE")
