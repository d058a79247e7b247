"""What is heard on the line, whichever switch it is: sentences, messages with their jumps, waiting, the tone.

A line plays one file at a time (`PlayingLine`). Which file, what a key pressed ahead means for it, and what
is heard where there is none, is the same for all of them.
"""

from __future__ import annotations

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from personsvar.dialogue.call import ALL_KEYS, Key, Playback, SwitchError
from personsvar.g711 import SAMPLE_RATE
from personsvar.language.sentence import PromptMissingError, Sentence
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take
from personsvar.telephony.keys_ahead import KeysAhead
from personsvar.telephony.sound_files import UNPLAYABLE, MediaUnavailableError, SoundFiles
from personsvar.telephony.take_files import samples_of

log = logging.getLogger(__name__)

T = TypeVar("T")

JUMP_SECONDS = 8.0
FORWARD, BACK = "3", "1"
_NUMBER = re.compile(r"\+[0-9]{1,15}")
"""E.164."""


class PlayingLine(Protocol):
    """One channel of a switch, as far as it plays sounds: paths are without a suffix."""

    @property
    def jump_keys(self) -> str:
        """Of 1 and 3, those the switch does not jump by itself for, in `play_from`."""
        ...

    def check(self) -> None:
        """Raise HungUpError once the caller is gone."""
        ...

    def play(self, path: Path, keys: str) -> Key | None:
        """Raise PromptMissingError when the switch can't play it."""
        ...

    def play_from(self, path: Path, keys: str, *, start_seconds: float) -> tuple[Key | None, float | None]:
        """Returns the key that stopped it and at which second; none: it came to its end."""
        ...

    def wait(self, milliseconds: int) -> Key | None:
        """Wait for any key, with no sound to play."""
        ...


class LineCall(ABC):
    """One caller; one thread alone uses it."""

    def __init__(self, line: PlayingLine, setup: CallSetup, sounds: SoundFiles, ahead: KeysAhead) -> None:
        self._playing = line
        self._setup = setup
        self._sounds = sounds
        self._ahead = ahead

    @property
    def setup(self) -> CallSetup:
        return self._setup

    @abstractmethod
    def meanwhile(self, work: Callable[[], T]) -> T: ...

    def play(self, sentence: Sentence, *, keys: str = ALL_KEYS) -> Key | None:
        self._playing.check()
        if key := self._ahead.first_of(keys):
            return key
        try:
            return self._say(sentence, keys)
        except MediaUnavailableError as full:
            log.error("a sentence in parts: %s", full)
            return self._say_parts(sentence, keys)
        except PromptMissingError as missing:
            return self.tone_instead(missing, keys)

    def play_message(
        self, sound: Sound | Take, *, start_seconds: float = 0.0, keys: str = "02456789*#"
    ) -> Playback:
        """A recording that can't be played is a tone, and ends at 0 seconds: none of it was heard."""
        self._playing.check()
        try:
            return self._play_message(sound, start_seconds, keys)
        except UNPLAYABLE as missing:
            return Playback(self.tone_instead(missing, keys), 0.0)

    def gather(self, *, max_seconds: float, keys: str = ALL_KEYS) -> Key | None:
        self._playing.check()
        if key := self._ahead.first_of(keys):
            return key
        try:
            return self._playing.play(self._sounds.silence(max_seconds), keys)
        except UNPLAYABLE as missing:
            # in such an installation a key that does not act ends the wait early, and nothing worse
            log.error("waiting without sound: %s", missing)
            key = self._playing.wait(round(max_seconds * 1000))
            return key if key and key in keys else None

    def forget_keys(self) -> None:
        self._ahead.forget()

    def _say(self, sentence: Sentence, keys: str) -> Key | None:
        """Prompts are at hand in no time; a recording may have to come from the store first."""
        if all(isinstance(part, str) for part in sentence.parts):
            return self._playing.play(self._sounds.sentence(sentence), keys)
        path = self.meanwhile(lambda: self._sounds.sentence(sentence))
        return self._ahead.first_of(keys) or self._playing.play(path, keys)

    def _say_parts(self, sentence: Sentence, keys: str) -> Key | None:
        try:
            paths = self.meanwhile(lambda: self._sounds.sentence_parts(sentence))
        except UNPLAYABLE as missing:  # a recording among them
            return self.tone_instead(missing, keys)
        if key := self._ahead.first_of(keys):
            return key
        for path in paths:
            with suppress(PromptMissingError):
                if key := self._playing.play(path, keys):
                    return key
        return None

    def _play_message(self, sound: Sound | Take, start_seconds: float, keys: str) -> Playback:
        path = self.meanwhile(lambda: self._sounds.recording(sound))
        length = sound.seconds if isinstance(sound, Sound) else max(samples_of(sound), 0) / SAMPLE_RATE
        key, at = self._jump_ahead(start_seconds, keys)
        if key is None:
            key, at = self._play_on(path, keys, start=at, length=length)
        return Playback(key, min(at, length))

    def _play_on(self, path: Path, keys: str, *, start: float, length: float) -> tuple[Key | None, float]:
        """Play up to a key that acts, or the end. 3 past the end is the end."""
        while start < length or not length:
            key, at = self._playing.play_from(path, keys + self._playing.jump_keys, start_seconds=start)
            if at is None:
                return key, length
            if key is None or key in keys:
                return key, at
            start = jumped(key, at)
        return None, length

    def _jump_ahead(self, seconds: float, keys: str) -> tuple[Key | None, float]:
        """Of keys pressed ahead, jumps move the start; the first that acts is returned."""
        while (key := self._ahead.first_of(keys + FORWARD + BACK)) and key not in keys:
            seconds = jumped(key, seconds)
        return key, seconds

    def tone_instead(self, missing: Exception, keys: str) -> Key | None:
        log.error("a tone instead of a sound: %s", missing)
        return self._tone(keys)

    def _tone(self, keys: str) -> Key | None:
        try:
            return self._playing.play(self._sounds.tone(), keys)
        except UNPLAYABLE as missing:  # the call goes on even so
            log.error("no sound of the tone: %s", missing)
            return None


def check_dialled(number: Number, showing: Number) -> None:
    """Raise SwitchError for what no dialplan should be given to dial or to show."""
    if not (_NUMBER.fullmatch(number) and _NUMBER.fullmatch(showing)):
        raise SwitchError("what should be dialled or shown is no number")


def jumped(key: str, seconds: float) -> float:
    """Where a recording goes on after this jump."""
    return seconds + JUMP_SECONDS if key == FORWARD else max(seconds - JUMP_SECONDS, 0.0)
