"""What a subscriber sets by phone: notices, language, voicemail on or off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from personsvar.mailbox import audit
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.subscriber import Language, Subscriber, Wishes
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.consent import forget_unwished, lapsed
from personsvar.mailbox.voicemail_switch import turned_off, turned_on


def set_wishes(services: Services, mailbox: Number, wishes: Wishes) -> None:
    owner = audit.by_phone(mailbox)
    _noted(services, mailbox, owner, lambda it: replace(it, wishes=wishes), detail="wishes")


def set_language(services: Services, mailbox: Number, language: Language) -> None:
    owner = audit.by_phone(mailbox)
    _noted(services, mailbox, owner, lambda it: replace(it, language=language), detail="language")


def turn_voicemail_on(services: Services, mailbox: Number, *, by: Actor) -> None:
    _noted(services, mailbox, by, turned_on, detail="voicemail_on")


def turn_voicemail_off(
    services: Services, mailbox: Number, *, by: Actor, until: datetime | None = None
) -> None:
    """Callers hear that no messages can be taken, and the subscriber is told of the missed call.

    None: until somebody turns it on.
    """
    now = services.clock.now()
    _noted(services, mailbox, by, lambda it: turned_off(it, now, until=until), detail="voicemail_on")


def mark_welcomed(services: Services, mailbox: Number) -> None:
    """The first call is behind the subscriber."""
    _change(services, mailbox, lambda subscriber: replace(subscriber, welcomed=True))


def notify_first_call_ended(services: Services, number: Number, *, recorded: bool) -> None:
    """However the first call ends, one SMS says that a welcome greeting was recorded, or that none was."""
    kind = NoticeKind.GREETING_RECORDED if recorded else NoticeKind.GREETING_NOT_RECORDED
    with services.store.begin() as uow:
        subscriber = uow.subscribers.get(number)
        if subscriber is not None:
            writer = NoticeWriter(uow, services.rules, services.clock.now())
            writer.post(subscriber, kind, Facts(at=writer.now), cause=f"first-call:{number}")
            uow.commit()


def _noted(
    services: Services,
    mailbox: Number,
    by: Actor,
    change: Callable[[Subscriber], Subscriber],
    *,
    detail: str,
) -> None:
    """`detail`: what is changed, for the audit trail."""
    with services.store.begin() as uow:
        before = uow.subscribers.need(mailbox, for_change=True)
        after = lapsed(change(before))
        uow.subscribers.put(after)
        now = services.clock.now()
        forget_unwished(uow, before, after, now)
        audit.note(uow, now, by, AuditAction.SUBSCRIBER_CHANGED, mailbox=mailbox, detail=detail)
        uow.commit()


def _change(services: Services, mailbox: Number, change: Callable[[Subscriber], Subscriber]) -> None:
    """Raise UnknownSubscriberError when the subscriber is no more."""
    with services.store.begin() as uow:
        uow.subscribers.put(change(uow.subscribers.need(mailbox, for_change=True)))
        uow.commit()
