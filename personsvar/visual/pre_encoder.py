"""Messages made into AMR before a phone asks for them: some phones wait five seconds, and no longer.

A phone that has just activated comes for all its messages, and one that is told by SMS comes at once. So
what a mailbox with an account in use has not as AMR is encoded by the process that serves phones, as many at
once as the encoder does side by side: never by a call, and behind all of them (`voice.encode.pool`).

Mailboxes that changed are served first, each with its newest few; who has more waits for another turn behind
them, and goes on where it was left. So a mailbox of a thousand messages holds up nobody's new one, and
nothing is remembered but which mailboxes wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field

from personsvar.loop_thread import off_loop
from personsvar.mailbox import lookups
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import FolderEntry
from personsvar.visual.recordings import NoRecordingError, Recordings

BATCH = 10
"""So many of a mailbox are encoded before the next one's."""


@dataclass(slots=True)
class PreEncoder:
    services: Services
    threads: Executor
    recordings: Recordings
    _changed: dict[Number, None] = field(default_factory=dict)
    _unfinished: dict[Number, int] = field(default_factory=dict)
    """Mailboxes whose turn comes again, each with the uid of the oldest message encoded so far."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def mailboxes_changed(self, mailboxes: AbstractSet[Number]) -> None:
        """Call this on the loop; a mailbox that waits already waits once."""
        self._changed.update(dict.fromkeys(mailboxes))
        self._wake.set()

    async def run(self) -> None:
        queue: asyncio.Queue[FolderEntry] = asyncio.Queue(1)  # the encoders are never far behind
        async with asyncio.TaskGroup() as workers:
            for _ in range(self.recordings.encoder.at_once):
                workers.create_task(self._encode(queue))
            await self._fill(queue)

    async def _fill(self, queue: asyncio.Queue[FolderEntry]) -> None:
        while True:
            mailbox, below = await self._next()
            with suppress(StoreUnavailableError):  # whoever asks for one has it encoded then
                missing = await off_loop(self.threads, self._missing, mailbox, below)
                if len(missing) > BATCH:
                    self._unfinished[mailbox] = missing[BATCH - 1].uid
                for entry in missing[:BATCH]:
                    await queue.put(entry)

    async def _next(self) -> tuple[Number, int | None]:
        while not self._changed and not self._unfinished:
            self._wake.clear()
            await self._wake.wait()
        if self._changed:
            mailbox = next(iter(self._changed))
            del self._changed[mailbox]
            return mailbox, None
        mailbox = next(iter(self._unfinished))
        return mailbox, self._unfinished.pop(mailbox)

    async def _encode(self, queue: asyncio.Queue[FolderEntry]) -> None:
        while True:
            entry = await queue.get()
            with suppress(NoRecordingError, StoreUnavailableError):  # it is tried again when it is asked for
                await self.recordings.amr(entry.sound)

    def _missing(self, mailbox: Number, below: int | None) -> Sequence[FolderEntry]:
        """What has no AMR, the newest first; where a uid is given, of those below it."""
        if self.recordings.encoder.why_not() is not None:
            return ()
        account = lookups.visual_account(self.services, mailbox)
        if account is None or not account.is_active:
            return ()
        newest_first = reversed(view.entries(self.services, mailbox, view.Folder.INBOX))
        return [
            entry
            for entry in newest_first
            if entry.amr_bytes is None and (below is None or entry.uid < below)
        ]
