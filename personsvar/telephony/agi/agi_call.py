"""The telephone line on Asterisk: each verb of `Call` is one AGI command, or very few.

Keys pressed while no command runs are thrown away by the switch, so nothing here takes time between two:
what may be slow runs in a worker while the line waits for a key (`meanwhile`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from personsvar.dialogue.call import (
    Dialled,
    HungUpError,
    Progress,
    Recorded,
    RecordEnd,
)
from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.ports.takes import Take
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.agi_answers import dialled, recorded, whole_seconds
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.agi_line import IN_THE_TONE, AgiLine
from personsvar.telephony.agi.meanwhile import WorkBesideTheLine
from personsvar.telephony.agi.recording_clock import KEPT_SILENCE_SECONDS, RecordingClock, length_of_beep
from personsvar.telephony.agi.reply import Result
from personsvar.telephony.agi.tail import silent_seconds
from personsvar.telephony.keys_ahead import KeysAhead
from personsvar.telephony.line_call import LineCall, check_dialled
from personsvar.telephony.sound_files import UNPLAYABLE, SoundFiles
from personsvar.telephony.take_files import samples_of

log = logging.getLogger(__name__)

T = TypeVar("T")

NEARLY_KEPT_SECONDS = KEPT_SILENCE_SECONDS - 0.1
"""The switch counts frames, and so do we: a few may be lacking."""


class AgiCall(LineCall):
    """One caller; one thread alone uses it."""

    def __init__(
        self,
        agi: AgiConnection,
        setup: CallSetup,
        *,
        sounds: SoundFiles,
        workers: Executor,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = AgiLine(agi)
        super().__init__(self._line, setup, sounds, KeysAhead())
        self._workers = WorkBesideTheLine(workers, self._line, self._ahead)
        self._now = now

    def answer(self) -> None:
        self._line.answer()

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
        silence = whole_seconds(silence_seconds)
        record = partial(
            self._line.record,
            take.path,
            end_keys=end_keys,
            max_ms=round((max_seconds - warning_seconds) * 1000),
            silence_seconds=silence,
            goes_on=warning_seconds > 0,
        )
        try:
            beep = self._sounds.beep()
            self._line.beep_from(beep)
            clock = self._clock(tone_seconds=length_of_beep(beep))
            result = record(beep=True)
        except UNPLAYABLE as missing:
            if key := self.tone_instead(missing, end_keys):
                return Recorded(RecordEnd.KEY, 0.0, key)
            clock = self._clock()
            result = record()
        how = _how(take, result)
        if result.data == IN_THE_TONE:
            return how  # nothing was to be recorded yet
        how = clock.measured(how, silence_seconds=silence)
        if warning_seconds and how.end is RecordEnd.LIMIT:
            silent = silent_seconds(take.file, at_most=silence_seconds)
            cut = max_seconds - warning_seconds - how.seconds
            if silent > NEARLY_KEPT_SECONDS and cut > (silence_seconds - 1) / 2:
                # all of it but a second is cut off the file; a file without that second lacks something else
                return clock.measured(replace(how, end=RecordEnd.SILENCE), silence_seconds=silence)
            left = whole_seconds(max(silence_seconds - silent, 1))
            max_ms, behind = round(warning_seconds * 1000), round(how.seconds * SAMPLE_RATE)
            rest = record(max_ms=max_ms, silence_seconds=left, behind=behind, goes_on=False)
            return clock.measured(_how(take, rest), silence_seconds=left)
        return how

    def _clock(self, *, tone_seconds: float = 0.0) -> RecordingClock:
        return RecordingClock(self._now, self._now(), tone_seconds)

    def dial(
        self, number: Number, *, showing: Number, ring_seconds: float, charge: CallBackId | None = None
    ) -> Dialled:
        self._line.check()
        check_dialled(number, showing)
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

    def progress(self, progress: Progress) -> None:
        with suppress(HungUpError):
            self._line.set_variable(variables.PROGRESS, progress)

    def hang_up(self) -> None:
        self._line.hang_up()


def _how(take: Take, result: Result) -> Recorded:
    how = recorded(result, on_disk=samples_of(take))
    if how.end is RecordEnd.FAILED:
        log.error("the switch could not record it all: %s", result.data, extra={"kept_seconds": how.seconds})
    return how
