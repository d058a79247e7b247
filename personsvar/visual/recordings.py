"""Recordings as phones fetch them: AMR, encoded once, then the same bytes for everybody for ever."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from dataclasses import dataclass, field

from personsvar.loop_thread import off_loop
from personsvar.mailbox import lookups
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import view
from personsvar.visual.session_figures import SessionFigures
from personsvar.voice.encoder import ClientEncoder, EncodingFailedError

log = logging.getLogger(__name__)

AMR_BIT_RATE = 12_200
"""The best of AMR-NB's eight; 32 octets for each 20 ms (RFC 4867, section 5.3)."""


class NoRecordingError(Exception):
    """The recording is gone, or can't be encoded now."""


@dataclass(slots=True)
class Recordings:
    services: Services
    encoder: ClientEncoder
    threads: Executor
    figures: SessionFigures
    _in_progress: dict[SoundId, asyncio.Task[bytes]] = field(default_factory=dict)

    async def amr(self, sound: SoundId) -> bytes:
        """Returns its AMR. Raise NoRecordingError, StoreUnavailableError."""
        task = self._in_progress.get(sound)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._stored_or_encoded(sound))
            self._in_progress[sound] = task
            task.add_done_callback(lambda ended: self._over(sound, ended))
        return await asyncio.shield(task)  # others may wait for it, too

    async def cancel(self) -> None:
        """Give up what is in progress: whoever asks for it next has it made."""
        in_progress = tuple(self._in_progress.values())
        for task in in_progress:
            task.cancel()
        await asyncio.gather(*in_progress, return_exceptions=True)

    def _over(self, sound: SoundId, ended: asyncio.Task[bytes]) -> None:
        del self._in_progress[sound]
        if not ended.cancelled():
            ended.exception()  # those who wait for it have it, too, and there may be nobody any more

    async def _stored_or_encoded(self, sound: SoundId) -> bytes:
        """One task looks for the AMR and makes it: between the two nobody else begins."""
        kept = await off_loop(self.threads, view.amr, self.services, sound)
        return await self._encoded(sound) if kept is None else kept

    async def _encoded(self, sound: SoundId) -> bytes:
        alaw = await off_loop(self.threads, self._read, sound)
        try:
            amr = await self.encoder.amr(alaw, bit_rate=AMR_BIT_RATE)
        except EncodingFailedError as wrong:
            log.error("a recording can't be made into AMR: %s", wrong)
            raise NoRecordingError from wrong
        self.figures.encoded += 1
        return await off_loop(self.threads, view.keep_amr, self.services, sound, amr)

    def _read(self, sound: SoundId) -> bytes:
        try:
            return lookups.sound(self.services, sound)
        except KeyError as gone:
            raise NoRecordingError from gone
