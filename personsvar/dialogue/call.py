"""The telephone line, as the manual sees it: a few verbs that block until they are done.

One thread a call. Behind the port are `AgiCall` (Asterisk), the terminal's telephone, and the
scripted phone of the tests; tests/contract/test_call.py holds for them all.

Keys. Every verb that listens takes `keys`: those that act. Another key is ignored and cuts nothing.
A key that came between two verbs, or behind the one that was returned, counts for the next verb that
listens ("keys pressed ahead"), until `forget_keys()`.

Every verb raises HungUpError once the caller is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, Protocol, TypeVar

from personsvar.language.sentence import Sentence
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take

Key = NewType("Key", str)
"""One of `0`-`9`, `*`, `#`."""
DIGITS = "0123456789"
ALL_KEYS = DIGITS + "*#"

T = TypeVar("T")


class HungUpError(Exception):
    """The caller is gone. The keeping of a take catches it, and the runner; nobody else."""

    def __init__(self, *, seconds: float | None = None) -> None:
        super().__init__("the caller hung up")
        self.seconds = seconds
        """In `play_message`: where in the recording the line dropped, when the switch told it."""


class SwitchError(Exception):
    """The switch did something it should not: the call can't go on."""


@dataclass(frozen=True, slots=True)
class Playback:
    """How far a message was played: the key that stopped it (None: to the end) and where, in seconds."""

    key: Key | None
    seconds: float


class RecordEnd(StrEnum):
    KEY = "key"
    SILENCE = "silence"
    LIMIT = "limit"
    FAILED = "failed"
    """The switch could not write the file (a full disk)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    end: RecordEnd
    seconds: float
    key: Key | None = None
    """Which key ended it, for RecordEnd.KEY."""
    missing_seconds: float = 0.0
    """How much longer it lasted than its file: the network lost some of it, or a disk that was full for a
    moment did. 0 also where the switch tells a failure of either by itself."""


class DialOutcome(StrEnum):
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Dialled:
    outcome: DialOutcome
    seconds: float = 0.0
    """How long the two talked."""


class Progress(StrEnum):
    """How far the call is: the dialplan takes over when the service dies before `done` or `stored`."""

    OWNER = "owner"
    """An owner is in the menus: without us there is only "please call later"."""
    STARTED = "started"
    """A caller hears the greeting."""
    RECORDING = "recording"
    """What lies in the spool under the call's id is this call's, and is never recorded again."""
    STORED = "stored"
    DONE = "done"


class Call(Protocol):
    @property
    def setup(self) -> CallSetup:
        """What the switch told of the call."""
        ...

    def answer(self) -> None: ...

    def play(self, sentence: Sentence, *, keys: str = ALL_KEYS) -> Key | None:
        """Say it; the first of `keys` cuts it and is returned, None when it was heard to the end."""
        ...

    def play_message(
        self, sound: Sound | Take, *, start_seconds: float = 0.0, keys: str = "02456789*#"
    ) -> Playback:
        """Play a recording from `start_seconds`; 1 and 3 jump 8 s back and forward by themselves."""
        ...

    def gather(self, *, max_seconds: float, keys: str = ALL_KEYS) -> Key | None:
        """Wait for a key on a quiet line (which still sends sound); None: no input in that time."""
        ...

    def record(
        self,
        take: Take,
        *,
        max_seconds: float,
        silence_seconds: float,
        end_keys: str = "#",
        warning_seconds: float = 0.0,
    ) -> Recorded:
        """The tone, then record until an end key, `silence_seconds` of true silence, or the limit.

        When only `warning_seconds` are left a soft tone tells so, and the recording goes on; 0: none does.
        When the caller hangs up the file is complete and HungUpError is raised.
        """
        ...

    def dial(
        self, number: Number, *, showing: Number, ring_seconds: float, charge: CallBackId | None = None
    ) -> Dialled:
        """Call `number` and let the two talk; `*` ends it.

        Returns also when the owner hung up in it: then the next verb raises HungUpError. Of an answered one
        that is a `charge` the switch leaves word in the spool, for when nobody is here to write it down.
        """
        ...

    def meanwhile(self, work: Callable[[], T]) -> T:
        """Do slow work (a hash, a commit) in a worker; the line still hears keys, which count afterwards.

        The work is finished even if the caller hangs up; then HungUpError is raised. Its errors come out.
        """
        ...

    def forget_keys(self) -> None:
        """Keys pressed before now do not count (number and PIN prompts)."""
        ...

    def progress(self, progress: Progress) -> None:
        """Tell the dialplan how far we are; nothing happens when the caller is already gone."""
        ...

    def hang_up(self) -> None: ...
