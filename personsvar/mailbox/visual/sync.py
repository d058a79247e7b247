"""A phone's inbox is told that the mailbox changed: by the phone menu, by the operator, by age.

As with lamps, a mailbox has one row in the outbox, due again with each change; what it tells is looked up
when it is sent, and a few changes in a row are told once. A new message is told by its own notice, and what
the phone itself did over IMAP is not told back to it.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NewNotice, NoticeKind
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.world import Clock

WAIT = timedelta(seconds=3)
"""More may follow."""
_KEYS = {NoticeKind.MAILBOX_CHANGED: "visual", NoticeKind.GREETINGS_CHANGED: "visual-greetings"}


@dataclass(frozen=True, slots=True)
class SyncRows:
    """What a store is given as `before_commit` where phones have visual voicemail."""

    clock: Clock

    def __call__(self, uow: UnitOfWork, _: AbstractSet[Number]) -> None:
        """In order of the numbers, so that two transactions never each wait for the other."""
        if uow.by_client:
            return
        for mailbox in sorted(uow.altered):
            self._renew(uow, mailbox, NoticeKind.MAILBOX_CHANGED)
        for mailbox in sorted(uow.changed_greetings):
            self._renew(uow, mailbox, NoticeKind.GREETINGS_CHANGED)

    def _renew(self, uow: UnitOfWork, mailbox: Number, kind: NoticeKind) -> None:
        account = uow.visual.get(mailbox)
        if account is None or not account.is_active:
            return
        now = self.clock.now()
        key = f"{_KEYS[kind]}:{mailbox}"
        uow.outbox.renew(NewNotice(mailbox, kind, Channel.VISUAL, key, now, due_at=now + WAIT))
