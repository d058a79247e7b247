"""New messages made into AMR before a phone asks for them: some phones wait five seconds, and no longer.

A phone is told by SMS and comes at once. So what arrives for an account that is in use is encoded as it
arrives, one after the other, by the process that serves phones: never by a call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import Number, SoundId
from personsvar.mailbox.ports import Office
from personsvar.mailbox.visual import view
from personsvar.visual.recordings import NoRecordingError, Recordings
from personsvar.visual.workers import Workers

log = logging.getLogger(__name__)

MOST = 5
"""The newest of a mailbox; older ones are encoded when they are asked for."""


@dataclass(slots=True)
class Ahead:
    office: Office
    workers: Workers
    recordings: Recordings
    _changed: asyncio.Queue[Number] = field(default_factory=asyncio.Queue)
    _waiting: set[Number] = field(default_factory=set)

    def changed(self, mailboxes: AbstractSet[Number]) -> None:
        """Called on the loop; a mailbox that waits already waits once."""
        for mailbox in mailboxes - self._waiting:
            self._waiting.add(mailbox)
            self._changed.put_nowait(mailbox)

    async def run(self) -> None:
        while True:
            mailbox = await self._changed.get()
            self._waiting.discard(mailbox)
            with suppress(StoreUnavailableError):  # whoever asks for one has it encoded then
                await self._encode(mailbox)

    async def _encode(self, mailbox: Number) -> None:
        for sound in await self.workers.do(self._missing, mailbox):
            with suppress(NoRecordingError):  # told in the log
                await self.recordings.amr(sound)

    def _missing(self, mailbox: Number) -> Sequence[SoundId]:
        """The newest first."""
        with self.office.store.look() as uow:
            account = uow.visual.get(mailbox)
        if account is None or not account.is_active:
            return ()
        newest = view.entries(self.office, mailbox, view.Folder.INBOX)[: -MOST - 1 : -1]
        return [entry.sound for entry in newest if entry.amr_bytes is None]
