"""Who is told when a mailbox changes: the sessions that look at it, on the loop."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress

from personsvar.mailbox.model.ids import Number

OnChange = Callable[[], None]
OnMailboxChanges = Callable[[AbstractSet[Number]], None]


class ChangeBroadcast:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._watching: defaultdict[Number, set[OnChange]] = defaultdict(set)
        self._watching_all: list[OnMailboxChanges] = []

    def watch(self, mailbox: Number, on_change: OnChange) -> None:
        self._watching[mailbox].add(on_change)

    def watch_all(self, on_change: OnMailboxChanges) -> None:
        """`on_change` hears of every mailbox of which it is known that it changed."""
        self._watching_all.append(on_change)

    def unwatch(self, mailbox: Number, on_change: OnChange) -> None:
        self._watching[mailbox].discard(on_change)
        if not self._watching[mailbox]:
            del self._watching[mailbox]

    def publish_threadsafe(self, mailboxes: AbstractSet[Number] | None) -> None:
        """Any thread may call this (`ports.world.MailboxChanges`). None: any mailbox may have changed."""
        with suppress(RuntimeError):  # the loop is closed: nobody looks any more
            self._loop.call_soon_threadsafe(self.publish, mailboxes)

    def publish(self, mailboxes: AbstractSet[Number] | None) -> None:
        wanted = list(self._watching) if mailboxes is None else mailboxes
        if mailboxes is not None:
            for on_changes in self._watching_all:
                on_changes(mailboxes)
        for mailbox in wanted:
            for on_change in tuple(self._watching.get(mailbox, ())):
                on_change()
