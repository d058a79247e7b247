"""A telephone in the terminal: what is said is printed, what is typed are the keys. No switch, no sound card.

At a terminal, keys act as they are typed. From a pipe each verb that listens takes the next one:

    0-9 * #       a key
    space         no key: it is heard to the end, or silence at a prompt
    line end      nothing (only for the eye)

The end of the input is a hang-up (at a terminal: Ctrl-D). The digits of a PIN are shown as •. A recording is
typed too: its words up to `#` or the end of the line.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NoReturn, Protocol, TextIO, TypeVar

from personsvar.dialogue.call import (
    ALL_KEYS,
    Dialled,
    DialOutcome,
    HungUpError,
    Key,
    Playback,
    Progress,
    Recorded,
    RecordEnd,
)
from personsvar.g711 import SAMPLE_RATE
from personsvar.language.prompts import Catalogue, PromptId, UnknownPromptError
from personsvar.language.sentence import Part, Sentence
from personsvar.language.wording import words
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.ports.takes import Take

log = logging.getLogger(__name__)

T = TypeVar("T")

BYTES_A_SECOND = 2 * SAMPLE_RATE
JUMP_SECONDS = 8.0
JUMPS = {"1": -JUMP_SECONDS, "3": JUMP_SECONDS}
TALK_SECONDS = 10.0
"""How long the other one talks in a call back: a terminal has nobody to call."""
_SHORT_SECONDS = 0.0
ASKING_FOR_A_PIN = frozenset({PromptId("log-in-pin"), PromptId("pin-new")})
"""What is typed after these is shown to nobody who looks on."""


class Keyboard(Protocol):
    """Where keys come from. EOFError: nobody is there any more."""

    def key(self, seconds: float, keys: str = ALL_KEYS) -> Key | None:
        """The next of `keys`, if one comes within that time; others are ignored."""
        ...

    def line(self, ends: str) -> tuple[str, Key]:
        """Words up to one of the keys `ends` or the end of the line, which counts as the first of them."""
        ...

    def forget(self) -> None:
        """Keys typed before now do not count."""
        ...


class TerminalCall:
    """One caller at a keyboard."""

    def __init__(
        self,
        setup: CallSetup,
        *,
        keyboard: Keyboard,
        screen: TextIO,
        catalogue: Catalogue,
        speak: Callable[[str], bytes],
    ) -> None:
        self._setup = setup
        self._keyboard = keyboard
        self._screen = screen
        self._catalogue = catalogue
        self._speak = speak
        """Words as a take holds them."""
        self._gone = False
        self._hides_digits = False

    @property
    def setup(self) -> CallSetup:
        return self._setup

    def answer(self) -> None:
        self._check()

    def play(self, sentence: Sentence, *, keys: str = ALL_KEYS) -> Key | None:
        self._check()
        self._hides_digits = not ASKING_FOR_A_PIN.isdisjoint(sentence.parts)
        self._print(self._text(sentence))
        return self._next(_SHORT_SECONDS, keys) if keys else None

    def play_message(
        self, sound: Sound | Take, *, start_seconds: float = 0.0, keys: str = "02456789*#"
    ) -> Playback:
        self._check()
        length, at = _seconds(sound), start_seconds
        while True:
            self._print(f"({_clock(at)} … {_clock(length)})")
            key = self._next(length - at, keys + "".join(JUMPS))
            if key is None:
                return Playback(None, length)
            if key not in JUMPS:
                return Playback(key, at)
            at = max(0.0, at + JUMPS[key])
            if at >= length:
                return Playback(None, length)

    def gather(self, *, max_seconds: float, keys: str = ALL_KEYS) -> Key | None:
        self._check()
        return self._next(max_seconds, keys)

    def record(
        self,
        take: Take,
        *,
        max_seconds: float,
        silence_seconds: float,
        end_keys: str = "#",
        warning_seconds: float = 0.0,  # noqa: ARG002 - what is typed takes no time
    ) -> Recorded:
        self._check()
        does = "type what you say" if silence_seconds else "recording: type what is said"
        self._print(f"({does}; {' '.join(end_keys or '#')} or Enter ends it, Ctrl-D hangs up)")
        try:
            said, key = self._keyboard.line(end_keys or "#")
        except EOFError:
            self._hung_up()
        sound = self._speak(said)[: math.floor(max_seconds * SAMPLE_RATE) * 2] if said.strip() else b""
        try:
            take.file.write_bytes(sound)
        except OSError as wrong:
            log.error("can't record: %s", wrong)
            return Recorded(RecordEnd.FAILED, 0.0)
        return Recorded(RecordEnd.KEY, len(sound) / BYTES_A_SECOND, key)

    def dial(
        self,
        number: Number,
        *,
        showing: Number,
        ring_seconds: float,
        charge: CallBackId | None = None,  # noqa: ARG002 - there is no switch
    ) -> Dialled:
        self._check()
        self._print(f"(calling {number}, showing {showing}: any key answers, * ends it)")
        if self._next(ring_seconds, ALL_KEYS) is None:
            return Dialled(DialOutcome.NO_ANSWER)
        return Dialled(DialOutcome.ANSWERED, TALK_SECONDS)

    def meanwhile(self, work: Callable[[], T]) -> T:
        value = work()
        self._check()
        return value

    def forget_keys(self) -> None:
        self._keyboard.forget()

    def progress(self, progress: Progress) -> None:
        log.debug("progress %s", progress)

    def hang_up(self) -> None:
        self._gone = True

    def _next(self, seconds: float, keys: str) -> Key | None:
        try:
            key = self._keyboard.key(seconds, keys)
        except EOFError:
            self._hung_up()
        if key is not None:
            self._print("[•]" if self._hides_digits and key.isdigit() else f"[{key}]")
        return key

    def _check(self) -> None:
        if self._gone:
            raise HungUpError

    def _hung_up(self) -> NoReturn:
        self._gone = True
        raise HungUpError from None

    def _print(self, text: str) -> None:
        if text:
            with suppress(BrokenPipeError):
                print(text, file=self._screen, flush=True)

    def _text(self, sentence: Sentence) -> str:
        return " ".join(filter(None, self._texts(sentence)))

    def _texts(self, sentence: Sentence) -> Iterator[str]:
        prompts: list[PromptId] = []
        for part in sentence.parts:
            if isinstance(part, str):
                prompts.append(part)
            else:
                yield self._words(prompts, sentence.language)
                prompts = []
                yield _recording(part)
        yield self._words(prompts, sentence.language)

    def _words(self, prompts: list[PromptId], language: Language) -> str:
        try:
            return words(prompts, self._catalogue, language).lstrip(" ,")
        except UnknownPromptError as missing:
            log.error("%s", missing)
            return f"({', '.join(prompts)})"


def _recording(part: Part) -> str:
    return f"(a recording, {_clock(_seconds(part))})" if not isinstance(part, str) else part


def _seconds(sound: Sound | Take) -> float:
    if isinstance(sound, Sound):
        return sound.seconds
    return sound.file.stat().st_size / BYTES_A_SECOND if sound.file.exists() else 0.0


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
