"""Message-waiting lamps: each mailbox has one row in the outbox, due again whenever its messages change.

The row holds no counts: they are looked up when it is sent. So it never tells what is no longer true, and
many changes while the switch is away are told once.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from personsvar.mailbox import audit
from personsvar.mailbox.errors import NotReadyError, UnknownSubscriberError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NewNotice, NoticeKind
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.world import Clock
from personsvar.mailbox.services import Services

_PAGE = 100
"""Rows in one transaction: a caller who hangs up waits behind one page, not behind all of them."""


@dataclass(frozen=True, slots=True)
class LampRows:
    """What a store is given as `before_commit` where mailboxes have lamps."""

    clock: Clock

    def __call__(self, uow: UnitOfWork, changed: AbstractSet[Number]) -> None:
        """In order of the numbers, so that two transactions never each wait for the other."""
        now = self.clock.now()
        for mailbox in sorted(changed):
            uow.outbox.renew(lamp_notice(mailbox, now))


def lamp_notice(mailbox: Number, now: datetime) -> NewNotice:
    return NewNotice(
        to=mailbox,
        kind=NoticeKind.MAILBOX_CHANGED,
        channel=Channel.LAMP,
        dedup_key=f"lamp:{mailbox}",
        created_at=now,
    )


def ask_for_light(services: Services, *, by: Actor) -> int:
    """As `light_all`, at somebody's word. Raise NotReadyError where there are no lamps."""
    if not services.rules.lamps:
        raise NotReadyError("there are no lamps: PERSONSVAR_LAMP_SIP is not set")
    with services.store.begin() as uow:
        audit.note(uow, services.clock.now(), by, AuditAction.LAMPS_TOLD)
        uow.commit()
    return light_all(services)


def light_all(services: Services) -> int:
    """Have every subscriber's lamp told again: the switch may have forgotten them. How many there are."""
    lit, last = 0, None
    while page := _light_page(services, after=last):
        lit, last = lit + len(page), page[-1]
    return lit


def _light_page(services: Services, *, after: Number | None) -> list[Number]:
    while True:
        try:
            return _renewed(services, after=after)
        except UnknownSubscriberError:  # removed while we wrote: the page is read anew, without it
            continue


def _renewed(services: Services, *, after: Number | None) -> list[Number]:
    with services.store.begin() as uow:
        page = [subscriber.number for subscriber in uow.subscribers.list(after=after, limit=_PAGE)]
        for mailbox in page:
            uow.outbox.renew(lamp_notice(mailbox, services.clock.now()))
        uow.commit()
    return page
