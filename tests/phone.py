"""The scripted phone: a telephone line on paper, with a clock of its own.

A script is a list of steps, taken one at a time by whichever verb is on the line:

    "3"              a key, pressed when the voice has finished (in a message: at its start)
    Press("3", 2.5)  a key, this long after the step before
    SILENCE          nobody answers this question: the wait runs out, the message plays to its end
    Listen(5)        five seconds of the message, before the next step
    Speak(14)        speech into a recording; Speak(3, NOISE) holds none
    Answers(BUSY)    what the called party does in a call back
    HANG_UP          the receiver goes down, once there is a wait; HangUp(2.5) after so many seconds

What was said comes out in `said` (sentences) and `words()` (as text). Every prompt must have a sound, and no
transaction may be open while the line is busy: the phone looks, each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from personsvar.dialogue.call import (
    ALL_KEYS,
    Call,
    Dialled,
    DialOutcome,
    HungUpError,
    Key,
    Playback,
    Progress,
    Recorded,
    RecordEnd,
)
from personsvar.language.sentence import Sentence
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take
from personsvar.voice.alaw import linear

T = TypeVar("T")

JUMP_SECONDS = 8.0
ALAW_RATE = 8000


class SimulatedClock:
    """Stands still but for what happens on the line."""

    def __init__(self, start: datetime = datetime(2026, 3, 4, 13, 32, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def pass_seconds(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Press:
    key: str
    after: float | None = None
    """Seconds behind the step before; None: when the voice has finished."""


@dataclass(frozen=True)
class Listen:
    seconds: float


@dataclass(frozen=True)
class Speak:
    seconds: float
    sound: bytes | None = None
    """A-law that is repeated to fill the time; None: speech."""


@dataclass(frozen=True)
class Answers:
    outcome: DialOutcome
    seconds: float = 0.0
    then_hangs_up: bool = False
    """The owner hangs up in the call back."""


class _Silence: ...


@dataclass(frozen=True)
class HangUp:
    after: float | None = None


SILENCE = _Silence()
HANG_UP = HangUp()

Step = Press | Listen | Speak | Answers | HangUp | _Silence


def steps(*script: str | Step) -> list[Step]:
    """A string is its keys, one step each: "31" is "3", then "1"."""
    return [
        step for item in script for step in ([Press(k) for k in item] if isinstance(item, str) else [item])
    ]


@dataclass
class ScriptedPhone:
    """Implements `Call`."""

    setup: CallSetup
    script: list[Step]
    clock: SimulatedClock
    speech: bytes = b""
    """A-law speech, for Speak."""
    seconds_of: Callable[[Sentence], float] = lambda _sentence: 2.0
    transactions_open: Callable[[], int] = lambda: 0
    disk_full: bool = False
    """The switch can write no recording."""
    missing_seconds: float = 0.0
    """So much of each recording the network, or the disk, lost."""
    while_recording: Callable[[Take], None] = lambda _take: None
    """What happens elsewhere while somebody speaks."""
    exhausted: Callable[[], None] = lambda: None
    """Called once, when a verb asks for a step and there is none left: from then on nobody answers."""
    said: list[Sentence] = field(default_factory=list)
    played: list[tuple[Sound | Take, float, float]] = field(default_factory=list)
    """Each stretch of a message that was heard: which, from which second to which."""
    reached: list[Progress] = field(default_factory=list)
    recorded: list[Take] = field(default_factory=list)
    warned: list[float] = field(default_factory=list)
    """The soft tones before a longest recording is over: at which second of it each came."""
    takes: list[bytes] = field(default_factory=list)
    """What the caller's voice left in each, as A-law."""
    dialled: list[Number] = field(default_factory=list)
    shown: list[Number] = field(default_factory=list)
    is_exhausted: bool = False
    gone: bool = False
    gone_in_answer: bool = False
    """The caller hangs up as the call is answered: before anything is asked of the line again."""
    closed: bool = False

    # ---- the verbs

    def answer(self) -> None:
        self._busy()
        self.gone |= self.gone_in_answer

    def play(self, sentence: Sentence, *, keys: str = ALL_KEYS) -> Key | None:
        self._busy()
        assert sentence.parts, "an empty sentence was said"
        self.said.append(sentence)
        return self._key_within(self.seconds_of(sentence), keys, default=None)

    def gather(self, *, max_seconds: float, keys: str = ALL_KEYS) -> Key | None:
        self._busy()
        key = self._key_within(max_seconds, keys, default=0.3)
        if key is None:
            self._nobody_answered()
        return key

    def play_message(
        self, sound: Sound | Take, *, start_seconds: float = 0.0, keys: str = "02456789*#"
    ) -> Playback:
        self._busy()
        length = _length(sound)
        at = min(start_seconds, length)
        key = None
        while at < length and key is None:
            at, key = self._stretch(sound, at, length, keys)
        if key is None:
            self._nobody_answered()
        return Playback(key, at)

    def _stretch(self, sound: Sound | Take, at: float, length: float, keys: str) -> tuple[float, Key | None]:
        """Play on to the next key, or to the end: where that is, and the key if it stops the message."""
        began, listened = self.clock.now(), self._listening()
        try:
            key = self._next_key(length - at, default=listened)
        except HungUpError:
            heard_to = at + (self.clock.now() - began).total_seconds()
            self.played.append((sound, at, heard_to))
            raise HungUpError(seconds=heard_to) from None
        to = length if key is None else at + (self.clock.now() - began).total_seconds()
        self.played.append((sound, at, to))
        if key == "1":
            return max(0.0, to - JUMP_SECONDS), None
        if key == "3":
            return min(length, to + JUMP_SECONDS), None
        return to, key if key is not None and key in keys else None

    def record(
        self,
        take: Take,
        *,
        max_seconds: float,
        silence_seconds: float,
        end_keys: str = "#",
        warning_seconds: float = 0.0,
    ) -> Recorded:
        self._busy()
        if self.disk_full:
            return Recorded(RecordEnd.FAILED, 0.0)
        self.recorded.append(take)
        sound = bytearray()
        try:
            end, key = self._spoken(sound, max_seconds, silence_seconds, end_keys)
        finally:
            take.file.write_bytes(linear(bytes(sound)))
            self.takes.append(bytes(sound))
            warned = max_seconds - warning_seconds
            self.warned += [warned] if warning_seconds and len(sound) > warned * ALAW_RATE else []
            self.while_recording(take)
        return Recorded(end, len(sound) / ALAW_RATE, key, self.missing_seconds)

    def _spoken(
        self, sound: bytearray, max_seconds: float, silence_seconds: float, end_keys: str
    ) -> tuple[RecordEnd, Key | None]:
        while len(sound) < max_seconds * ALAW_RATE:
            step = self._peek()
            if isinstance(step, Speak):
                self.script.pop(0)
                self._speak(sound, step, max_seconds)
            elif isinstance(step, Press | HangUp):
                key = self._next_key(silence_seconds, default=0.2)
                if key is not None and key in end_keys:
                    return RecordEnd.KEY, key
            else:
                self._nobody_answered()
                self.clock.pass_seconds(silence_seconds)
                return RecordEnd.SILENCE, None
        return RecordEnd.LIMIT, None

    def _speak(self, sound: bytearray, step: Speak, max_seconds: float) -> None:
        seconds = min(step.seconds, max_seconds - len(sound) / ALAW_RATE)
        source = self.speech if step.sound is None else step.sound
        wanted = round(seconds * ALAW_RATE)
        sound += (source * (wanted // len(source) + 1))[:wanted]
        self.clock.pass_seconds(seconds)

    def dial(
        self,
        number: Number,
        *,
        showing: Number,
        ring_seconds: float,
        charge: CallBackId | None = None,  # noqa: ARG002 - there is no switch
    ) -> Dialled:
        self._busy()
        self.dialled.append(number)
        self.shown.append(showing)
        step = self._peek()
        if not isinstance(step, Answers):
            self.clock.pass_seconds(ring_seconds)
            return Dialled(DialOutcome.NO_ANSWER)
        self.script.pop(0)
        self.clock.pass_seconds(step.seconds)
        self.gone = step.then_hangs_up
        return Dialled(step.outcome, step.seconds)

    def meanwhile(self, work: Callable[[], T]) -> T:
        result = work()
        self._busy()
        return result

    def forget_keys(self) -> None:
        while isinstance(step := self._peek(), Press) and step.after is not None and step.after <= 0:
            self.script.pop(0)

    def progress(self, progress: Progress) -> None:
        self.reached.append(progress)

    def hang_up(self) -> None:
        self.closed = self.gone = True

    # ---- the line

    def _busy(self) -> None:
        assert self.transactions_open() == 0, "a transaction is open while the line is busy"
        if self.gone:
            raise HungUpError

    def _peek(self) -> Step | None:
        if not self.script and not self.is_exhausted:
            self.is_exhausted = True
            self.exhausted()
        return self.script[0] if self.script else None

    def _key_within(self, seconds: float, keys: str, *, default: float | None) -> Key | None:
        """The first of `keys` in that time; others are ignored. Untimed keys wait to be listened to."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (left := (end - self.clock.now()).total_seconds()) >= 0:
            if default is None and not self._acts_on_a_voice(keys):
                self.clock.pass_seconds(left)
                return None
            key = self._next_key(left, default=left if default is None else default)
            if key is None or key in keys:
                return key
        return None

    def _acts_on_a_voice(self, keys: str) -> bool:
        """Keys without a time wait for a voice that listens, a hang-up without a time for the voice's end."""
        step = self._peek()
        return (isinstance(step, Press) and (bool(keys) or step.after is not None)) or (
            isinstance(step, HangUp) and step.after is not None
        )

    def _next_key(self, within: float, *, default: float) -> Key | None:
        """The next key when it comes within that time; the clock then stands where it came, or at the end."""
        step = self._peek() if within > 0 or self.script else None
        if not isinstance(step, Press | HangUp):
            self.clock.pass_seconds(within)
            return None
        after = min(default, within) if step.after is None else step.after
        if after > within:
            self.script[0] = replace(step, after=after - within)
            self.clock.pass_seconds(within)
            return None
        self.script.pop(0)
        self.clock.pass_seconds(max(0.0, after))
        if isinstance(step, HangUp):
            self.gone = True
            raise HungUpError
        return Key(step.key)

    def _listening(self) -> float:
        """How long a message is heard before the next key."""
        step = self._peek()
        if not isinstance(step, Listen):
            return 0.5
        self.script.pop(0)
        return step.seconds

    def _nobody_answered(self) -> None:
        if self._peek() is SILENCE:
            self.script.pop(0)


def _length(sound: Sound | Take) -> float:
    if isinstance(sound, Sound):
        return sound.seconds
    return sound.file.stat().st_size / 2 / ALAW_RATE


_is_a_call: type[Call] = ScriptedPhone
