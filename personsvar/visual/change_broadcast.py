"""Who is told when a mailbox changes: the sessions that look at it, on the loop."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress

from personsvar.mailbox.model import Number

Tell = Callable[[], None]
TellWhich = Callable[[AbstractSet[Number]], None]


class ChangeBroadcast:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._watching: defaultdict[Number, set[Tell]] = defaultdict(set)
        self._watching_all: list[TellWhich] = []

    def watch(self, mailbox: Number, tell: Tell) -> None:
        self._watching[mailbox].add(tell)

    def watch_all(self, tell: TellWhich) -> None:
        """Of every mailbox of which it is known that it changed."""
        self._watching_all.append(tell)

    def leave(self, mailbox: Number, tell: Tell) -> None:
        self._watching[mailbox].discard(tell)
        if not self._watching[mailbox]:
            del self._watching[mailbox]

    def heard(self, mailboxes: AbstractSet[Number] | None) -> None:
        """From any thread (`ports.MailboxChanges`). None: any of them may have changed."""
        with suppress(RuntimeError):  # the loop is closed: nobody looks any more
            self._loop.call_soon_threadsafe(self.changed, mailboxes)

    def changed(self, mailboxes: AbstractSet[Number] | None) -> None:
        wanted = list(self._watching) if mailboxes is None else mailboxes
        if mailboxes is not None:
            for tell_which in self._watching_all:
                tell_which(mailboxes)
        for mailbox in wanted:
            for tell in tuple(self._watching.get(mailbox, ())):
                tell()
