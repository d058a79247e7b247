"""The telephone line on Asterisk: each verb of `Call` is one AGI command, or very few.

Keys pressed while no command runs are thrown away by the switch, so nothing here takes time between two:
what may be slow runs in a worker while the line waits for a key (`meanwhile`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from personsvar.dialogue.call import (
    ALL_KEYS,
    Dialled,
    HungUpError,
    Key,
    Playback,
    Progress,
    Recorded,
    RecordEnd,
    SwitchError,
)
from personsvar.g711 import SAMPLE_RATE
from personsvar.language.sentence import PromptMissingError, Sentence
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.agi_answers import dialled, recorded, samples_of, whole_seconds
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.agi_line import BACK, FORWARD, JUMP_MS, AgiLine
from personsvar.telephony.agi.meanwhile import WorkBesideTheLine
from personsvar.telephony.agi.reply import Result
from personsvar.telephony.agi.tail import silent_seconds
from personsvar.telephony.keys_ahead import KeysAhead
from personsvar.telephony.sound_files import UNPLAYABLE, MediaUnavailableError, SoundFiles

log = logging.getLogger(__name__)

T = TypeVar("T")

_NUMBER = re.compile(r"\+[0-9]{1,15}")


class AgiCall:
    """One caller; one thread alone uses it."""

    def __init__(
        self, agi: AgiConnection, setup: CallSetup, *, sounds: SoundFiles, workers: Executor
    ) -> None:
        self._line = AgiLine(agi)
        self._setup = setup
        self._sounds = sounds
        self._ahead = KeysAhead()
        self._workers = WorkBesideTheLine(workers, self._line, self._ahead)

    @property
    def setup(self) -> CallSetup:
        return self._setup

    def answer(self) -> None:
        self._line.answer()

    def play(self, sentence: Sentence, *, keys: str = ALL_KEYS) -> Key | None:
        self._line.check()
        if key := self._ahead.first_of(keys):
            return key
        try:
            return self._say(sentence, keys)
        except MediaUnavailableError as full:
            log.error("a sentence in parts: %s", full)
            return self._say_parts(sentence, keys)
        except PromptMissingError as missing:
            return self._tone_instead(missing, keys)

    def play_message(
        self, sound: Sound | Take, *, start_seconds: float = 0.0, keys: str = "02456789*#"
    ) -> Playback:
        """A recording that can't be played is a tone, and ends at 0 seconds: none of it was heard."""
        self._line.check()
        try:
            return self._play_message(sound, start_seconds, keys)
        except UNPLAYABLE as missing:
            return Playback(self._tone_instead(missing, keys), 0.0)

    def gather(self, *, max_seconds: float, keys: str = ALL_KEYS) -> Key | None:
        self._line.check()
        if key := self._ahead.first_of(keys):
            return key
        try:
            return self._line.play(self._sounds.silence(max_seconds), keys)
        except UNPLAYABLE as missing:
            # in such an installation a key that does not act ends the wait early, and nothing worse
            log.error("waiting without sound: %s", missing)
            key = self._line.wait(round(max_seconds * 1000))
            return key if key and key in keys else None

    def record(
        self,
        take: Take,
        *,
        max_seconds: float,
        silence_seconds: float,
        end_keys: str = "#",
        warning_seconds: float = 0.0,
    ) -> Recorded:
        self._line.check()
        if key := self._ahead.first_of(end_keys):
            return Recorded(RecordEnd.KEY, 0.0, key)
        record = partial(
            self._line.record,
            take.path,
            end_keys=end_keys,
            max_ms=round((max_seconds - warning_seconds) * 1000),
            silence_seconds=whole_seconds(silence_seconds),
            goes_on=warning_seconds > 0,
        )
        try:
            self._line.beep_from(self._sounds.beep())
            result = record(beep=True)
        except UNPLAYABLE as missing:
            if key := self._tone_instead(missing, end_keys):
                return Recorded(RecordEnd.KEY, 0.0, key)
            result = record()
        how = _how(take, result)
        if warning_seconds and how.end is RecordEnd.LIMIT:
            silent = silent_seconds(take.file, at_most=silence_seconds)
            cut = max_seconds - warning_seconds - how.seconds
            if silent and cut > (silence_seconds - 1) / 2:
                return replace(how, end=RecordEnd.SILENCE)  # all of it but a second is cut off the file
            left = whole_seconds(max(silence_seconds - silent, 1))
            max_ms, behind = round(warning_seconds * 1000), round(how.seconds * SAMPLE_RATE)
            rest = record(max_ms=max_ms, silence_seconds=left, behind=behind, goes_on=False)
            return _how(take, rest)
        return how

    def dial(
        self, number: Number, *, showing: Number, ring_seconds: float, charge: CallBackId | None = None
    ) -> Dialled:
        self._line.check()
        if not (_NUMBER.fullmatch(number) and _NUMBER.fullmatch(showing)):
            raise SwitchError("what should be dialled or shown is no number")
        routine = (variables.CALLBACK_CONTEXT, variables.CALLBACK_EXTENSION, variables.CALLBACK_PRIORITY)
        row = "" if charge is None else f",{charge}"
        if not self._line.gosub(*routine, f"{number},{showing},{whole_seconds(ring_seconds)}{row}"):
            log.error("the dialplan has no %s", variables.CALLBACK_CONTEXT)
            return dialled("", "")
        # The owner may have hung up in it: then the routine did not come to its own variables
        status = self._line.variable(variables.DIAL_RESULT) or self._line.variable(variables.DIAL_STATUS)
        seconds = self._line.variable(variables.DIAL_SECONDS)
        if seconds in ("", "0"):
            seconds = self._line.variable(variables.ANSWERED_TIME)
        return dialled(status, seconds)

    def meanwhile(self, work: Callable[[], T]) -> T:
        return self._workers.meanwhile(work)

    def forget_keys(self) -> None:
        self._ahead.forget()

    def progress(self, progress: Progress) -> None:
        with suppress(HungUpError):
            self._line.set_variable(variables.PROGRESS, progress)

    def hang_up(self) -> None:
        self._line.hang_up()

    def _say(self, sentence: Sentence, keys: str) -> Key | None:
        """Prompts are at hand in no time; a recording may have to come from the store first."""
        if all(isinstance(part, str) for part in sentence.parts):
            return self._line.play(self._sounds.sentence(sentence), keys)
        path = self.meanwhile(lambda: self._sounds.sentence(sentence))
        return self._ahead.first_of(keys) or self._line.play(path, keys)

    def _say_parts(self, sentence: Sentence, keys: str) -> Key | None:
        try:
            paths = self.meanwhile(lambda: self._sounds.sentence_parts(sentence))
        except UNPLAYABLE as missing:  # a recording among them
            return self._tone_instead(missing, keys)
        if key := self._ahead.first_of(keys):
            return key
        for path in paths:
            with suppress(PromptMissingError):
                if key := self._line.play(path, keys):
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
            key, at = self._line.play_from(path, keys + FORWARD, start_seconds=start)
            if at is None:
                return key, length
            if key != FORWARD or FORWARD in keys:
                return key, at
            start = at + JUMP_MS / 1000
        return None, length

    def _jump_ahead(self, seconds: float, keys: str) -> tuple[Key | None, float]:
        """Of keys pressed ahead, jumps move the start; the first that acts is returned."""
        while (key := self._ahead.first_of(keys + FORWARD + BACK)) and key not in keys:
            jump = JUMP_MS / 1000
            seconds = seconds + jump if key == FORWARD else max(seconds - jump, 0.0)
        return key, seconds

    def _tone_instead(self, missing: Exception, keys: str) -> Key | None:
        log.error("a tone instead of a sound: %s", missing)
        return self._tone(keys)

    def _tone(self, keys: str) -> Key | None:
        try:
            return self._line.play(self._sounds.tone(), keys)
        except UNPLAYABLE as missing:  # the call goes on even so
            log.error("no sound of the tone: %s", missing)
            return None


def _how(take: Take, result: Result) -> Recorded:
    how = recorded(result, on_disk=samples_of(take))
    if how.end is RecordEnd.FAILED:
        log.error("the switch could not record it all: %s", result.data, extra={"kept_seconds": how.seconds})
    return how
