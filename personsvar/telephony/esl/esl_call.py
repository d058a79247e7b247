"""The telephone line on FreeSWITCH: each verb of `Call` is one application, or very few.

Keys come as events whatever is done, and wait in the connection until somebody asks: work beside the call
needs nobody to listen meanwhile.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import Final, TypeVar

from personsvar.dialogue.call import (
    Dialled,
    DialOutcome,
    HungUpError,
    Progress,
    Recorded,
    RecordEnd,
)
from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.ports.takes import Take
from personsvar.telephony.esl import esl_variables as variables
from personsvar.telephony.esl.esl_connection import EslConnection
from personsvar.telephony.esl.esl_line import Done, EslLine
from personsvar.telephony.keys_ahead import KeysAhead
from personsvar.telephony.line_call import LineCall, check_dialled
from personsvar.telephony.sound_files import UNPLAYABLE, SoundFiles
from personsvar.telephony.take_files import LOST_SAMPLES, samples_of

log = logging.getLogger(__name__)

T = TypeVar("T")

KEPT_SILENCE_SECONDS: Final = 1.0
"""So much of the pause that ended a recording stays in it, as on Asterisk."""
SOFT_TONE: Final = "tone_stream://%(150,0,440)"

_OUTCOMES = {
    "USER_BUSY": DialOutcome.BUSY,
    "NO_ANSWER": DialOutcome.NO_ANSWER,
    "ALLOTTED_TIMEOUT": DialOutcome.NO_ANSWER,
    "NO_USER_RESPONSE": DialOutcome.NO_ANSWER,
    "ORIGINATOR_CANCEL": DialOutcome.NO_ANSWER,
}


class EslCall(LineCall):
    def __init__(
        self,
        connection: EslConnection,
        channel: str,
        setup: CallSetup,
        *,
        sounds: SoundFiles,
        workers: Executor,
    ) -> None:
        ahead = KeysAhead()
        self._line = EslLine(connection, channel, ahead)
        super().__init__(self._line, setup, sounds, ahead)
        self._workers = workers

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
        warns = 0 < warning_seconds < max_seconds
        done = self._line.record(
            take.path,
            end_keys,
            tone=self._beep(),
            max_seconds=max_seconds,
            silence_seconds=silence_seconds,
            warning=(max_seconds - warning_seconds, SOFT_TONE) if warns else None,
        )
        if not isinstance(done, Done):
            take.file.unlink(missing_ok=True)
            return Recorded(RecordEnd.KEY, 0.0, done)
        if self._line.is_gone:
            raise HungUpError
        return _how(take, done, max_seconds=max_seconds, silence_seconds=silence_seconds)

    def dial(
        self, number: Number, *, showing: Number, ring_seconds: float, charge: CallBackId | None = None
    ) -> Dialled:
        self._line.check()
        check_dialled(number, showing)
        self._line.set_variables(
            **{
                variables.CALLBACK_NUMBER: number,
                variables.CALLBACK_SHOWING: showing,
                variables.CALLBACK_RING_SECONDS: str(math.ceil(ring_seconds)),
                variables.CALLBACK_CHARGE: "" if charge is None else str(charge),
            }
        )
        disposition = ""
        with suppress(HungUpError):  # the owner left in it: the next verb tells
            disposition = self._line.execute("execute_extension", variables.CALLBACK).variable(
                "originate_disposition"
            )
        if self._line.talked_seconds is not None:
            return Dialled(DialOutcome.ANSWERED, float(round(self._line.talked_seconds)))
        return Dialled(_OUTCOMES.get(disposition, DialOutcome.REFUSED))

    def meanwhile(self, work: Callable[[], T]) -> T:
        value = self._workers.submit(copy_context().run, work).result()
        self._line.check()
        return value

    def progress(self, progress: Progress) -> None:
        with suppress(HungUpError):
            self._line.set_variables(**{variables.PROGRESS: progress})

    def hang_up(self) -> None:
        self._line.hang_up()

    def _beep(self) -> Path | None:
        try:
            return self._sounds.tone()
        except UNPLAYABLE as missing:
            log.error("no sound of the tone: %s", missing)
            return None


def _how(take: Take, done: Done, *, max_seconds: float, silence_seconds: float) -> Recorded:
    """FreeSWITCH counts what it gave to the file, and not what the disk took of it (`samples_out`,
    switch_core_file.c; mod_sndfile.c tells of no failed write): a hole shows in that count, and is a failure.
    """
    on_disk, samples = samples_of(take), done.samples_recorded
    if on_disk < 0 or on_disk + LOST_SAMPLES < samples:
        return _failed(on_disk)
    seconds = on_disk / SAMPLE_RATE
    if done.key:
        return Recorded(RecordEnd.KEY, seconds, done.key)
    if done.variable("silence_hits_exhausted") == "true":
        unsent = max(done.lasted - seconds, 0.0)  # where nothing came at all nothing was recorded
        silent = max(silence_seconds - unsent - KEPT_SILENCE_SECONDS, 0.0)
        return Recorded(RecordEnd.SILENCE, _cut(take, max(seconds - silent, 0.0)))
    if done.lasted < max_seconds:
        return _failed(on_disk)
    return Recorded(RecordEnd.LIMIT, _cut(take, min(seconds, max_seconds)))


def _cut(take: Take, seconds: float) -> float:
    os.truncate(take.file, round(seconds * SAMPLE_RATE))
    return seconds


def _failed(on_disk: int) -> Recorded:
    """The switch stopped for a reason of its own: the disk is full, most likely."""
    how = Recorded(RecordEnd.FAILED, max(on_disk, 0) / SAMPLE_RATE)
    log.error(
        "the switch could not record it all: %s", "it ended by itself", extra={"kept_seconds": how.seconds}
    )
    return how
