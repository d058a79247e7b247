"""What the domain asks of the spool: a place for each take, and its way into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.ids import Number, SpoolId


class Purpose(StrEnum):
    MESSAGE = "message"
    GREETING = "greeting"
    CALL_BACK = "call-back"
    """No recording: an answered call back, by whom and to whom (`caller`), for its charge."""


@dataclass(frozen=True, slots=True)
class SpoolHeader:
    """What is known of a recording before its first second: the spool's header file."""

    spool_id: SpoolId
    purpose: Purpose
    mailbox: Number
    caller: Number | None
    """None: withheld or none; then nothing of the number is written anywhere."""
    began_at: datetime
    invited: bool = False
    """The caller was asked for a message: it is kept, whatever its owner turns off meanwhile."""


TAKE_SUFFIX = ".sln"
"""What a switch hears silence in: recorded so, no 20 ms of it have to be made A-law again."""


TAKE_SUFFIXES = (TAKE_SUFFIX, ".alaw")


@dataclass(frozen=True, slots=True)
class Take:
    """A place for one recording: the switch writes `file`, 8,000 samples a second, linear ones of 16 bits.

    A switch that has no such files, one of an earlier version, writes A-law.
    """

    header: SpoolHeader
    number: int
    """The first take of a call is 1, with one more each time it is recorded again."""
    path: Path
    """The absolute path, without the suffix."""

    @property
    def file(self) -> Path:
        """The path has dots of its own: the suffix is appended, not replaced."""
        linear, alaw = (self.path.with_name(f"{self.path.name}{suffix}") for suffix in TAKE_SUFFIXES)
        return alaw if alaw.exists() and not linear.exists() else linear


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a finished take holds."""

    seconds: float
    speech: bool
    """Whether somebody speaks; True in doubt (webrtcvad, never a level)."""
    tones: bool = False
    """Whether it holds DTMF tones (a greeting with them is refused)."""


class Kept(StrEnum):
    """What became of a caller's recording."""

    STORED = "stored"
    MISSED = "missed"
    FULL = "full"
    OFF = "off"
    """The subscriber took no messages when the call came."""
    NOT_SERVED = "not-served"
    LATER = "later"
    """The database is away: it waits in the spool and will be taken in."""


class Takes(Protocol):
    """Places for recordings, and their way into the store (implemented by intake)."""

    def place(self, header: SpoolHeader, *, number: int = 1) -> Take:
        """Write the header (once a call, fsynced) and return where take `number` goes.

        Raise SpoolFullError when the disk can't take it.
        """
        ...

    def has_hole(self, take: Take, *, missing_seconds: float) -> bool:
        """Whether the disk was full for a moment since `place`, and the switch dropped what was said then.

        `missing_seconds`: how much longer the recording lasted than its file. What a network lost is no
        hole, nor is it a full disk alone. To be asked once of each take that ended; of one that nobody asked
        about, `finish` tells the operator that some of it may be missing.
        """
        ...

    def judge(self, take: Take) -> Verdict:
        """Read the finished file; a missing or broken one is 0 seconds, no speech."""
        ...

    def read(self, take: Take) -> bytes:
        """The take's A-law bytes (empty when there are none)."""
        ...

    def trim(self, take: Take) -> None:
        """Cut the silence before the first and after the last word off the file: for a greeting."""
        ...

    def finish(self, header: SpoolHeader, *, urgent: bool = False, missed: bool = False) -> Kept:
        """End the caller's recording: mark its end, choose the best take, take it in, in one transaction.

        Best = the latest that holds speech and is at least the minimum; with none, or with
        `missed`, the call becomes a missed call. Idempotent by spool id. Never raises for an
        absent database: then it stays in the spool (LATER). Its files stay until `clear`.
        """
        ...

    def clear(self, header: SpoolHeader) -> None:
        """The switch has been told that it is stored: what is kept leaves the spool.

        Before that the files stand for it: should we die in between, the switch finds them, and nobody is
        asked to say it again.
        """
        ...

    def discard(self, header: SpoolHeader) -> None:
        """Forget a recording that is not to be kept (a greeting): its files go."""
        ...

    def log(self, record: CallRecord) -> None:
        """Write down a call that left no recording, now or by way of the spool. Never raises for either."""
        ...


class SpoolFullError(Exception):
    """The spool's disk is full or can't be written: told to the operator as what it is."""
