"""A caller's recording becomes a message, or a missed call: one transaction, keyed by the spool id."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from personsvar.mailbox.model import (
    Counts,
    Facts,
    Message,
    MessageId,
    MissedReason,
    NoticeKind,
    SpoolId,
    State,
    Subscriber,
)
from personsvar.mailbox.notices import post
from personsvar.mailbox.ports import Heading, Kept, Office, UnitOfWork

_NO_ID = MessageId(0)


def take_in(
    office: Office,
    heading: Heading,
    *,
    alaw: bytes | None,
    urgent: bool = False,
    missed: MissedReason | None = None,
) -> Kept:
    """Store the message and write its notices; or, without sound or with `missed`, a missed call.

    Taking the same spool id in again changes nothing, unless the sound is longer by now: then the
    message's sound is replaced, same id. Raise StoreUnavailableError when nothing could be committed.
    """
    with office.store.begin() as uow:
        kept = _kept(uow, office, heading, alaw=alaw, urgent=urgent, missed=missed)
        uow.commit()
    office.wake.notices()
    return kept


def _kept(
    uow: UnitOfWork,
    office: Office,
    heading: Heading,
    *,
    alaw: bytes | None,
    urgent: bool,
    missed: MissedReason | None,
) -> Kept:
    already = uow.messages.by_spool_id(heading.spool_id)
    if already is not None:
        _lengthen(uow, already.id, alaw)
        return Kept.STORED
    subscriber = uow.subscribers.get(heading.mailbox, for_change=True)
    if subscriber is None:
        return Kept.NOT_SERVED
    now = office.clock.now()
    if not subscriber.voicemail_on:
        _missed(uow, subscriber, heading, MissedReason.VOICEMAIL_OFF, now)
        return Kept.OFF
    if missed is not None or not alaw:
        _missed(uow, subscriber, heading, missed or MissedReason.EMPTY, now)
        return Kept.MISSED
    room = _room(uow, subscriber, office.rules.max_messages, now)
    if room is None:
        _missed(uow, subscriber, heading, MissedReason.MAILBOX_FULL, now)
        return Kept.FULL
    _store(uow, subscriber, heading, alaw, urgent=urgent, new_count=room.new + 1, now=now)
    return Kept.STORED


def has_room(uow: UnitOfWork, mailbox: Subscriber, *, limit: int) -> bool:
    """Whether a message would find room now, or could make some by dropping a heard one."""
    counts = uow.messages.counts(mailbox.number)
    return counts.kept < limit or counts.heard > 0


def miss(office: Office, heading: Heading, reason: MissedReason) -> None:
    """A call that left no recording: the subscriber is told, once for this call."""
    take_in(office, heading, alaw=None, missed=reason)


def _room(uow: UnitOfWork, subscriber: Subscriber, limit: int, now: datetime) -> Counts | None:
    """Make room by deleting the oldest heard message, never a saved one; None when there is none.

    It goes to the deleted ones, where the subscriber finds it for a week.
    """
    while (counts := uow.messages.counts(subscriber.number)).kept >= limit:
        oldest = uow.messages.oldest_heard(subscriber.number)
        if oldest is None:
            return None
        _delete_if_heard(uow, oldest.id, now)
    return counts


def _delete_if_heard(uow: UnitOfWork, which: MessageId, now: datetime) -> None:
    """Its owner may be listening, and have saved or deleted it in this moment."""
    it = uow.messages.get(which, for_change=True)
    if it is not None and it.state is State.HEARD:
        uow.messages.put(replace(it, state=State.DELETED, state_before=State.HEARD, changed_at=now))


def _store(
    uow: UnitOfWork,
    subscriber: Subscriber,
    heading: Heading,
    alaw: bytes,
    *,
    urgent: bool,
    new_count: int,
    now: datetime,
) -> None:
    message = uow.messages.add(
        Message(
            id=_NO_ID,
            mailbox=subscriber.number,
            spool_id=heading.spool_id,
            caller=heading.caller,
            received_at=heading.began_at,
            sound=uow.sounds.add(alaw),
            urgent=urgent,
        )
    )
    facts = Facts(
        message=message.id,
        caller=heading.caller,
        at=heading.began_at,
        seconds=message.sound.seconds,
        urgent=urgent,
        new_count=new_count,
    )
    post(
        uow,
        subscriber,
        NoticeKind.NEW_MESSAGE,
        facts=facts,
        cause=_cause("message", heading.spool_id),
        now=now,
    )


def _missed(
    uow: UnitOfWork, subscriber: Subscriber, heading: Heading, reason: MissedReason, now: datetime
) -> None:
    facts = Facts(caller=heading.caller, at=heading.began_at, reason=reason)
    post(
        uow,
        subscriber,
        NoticeKind.MISSED_CALL,
        facts=facts,
        cause=_cause("missed", heading.spool_id),
        now=now,
    )


def _lengthen(uow: UnitOfWork, which: MessageId, alaw: bytes | None) -> None:
    """A recording taken in half is replaced by the whole; a shorter one changes nothing."""
    message = uow.messages.get(which, for_change=True)
    if message is None or alaw is None or len(alaw) <= len(uow.sounds.read(message.sound.id)):
        return
    uow.messages.put(replace(message, sound=uow.sounds.add(alaw)))


def _cause(what: str, spool_id: SpoolId) -> str:
    return f"{what}:{spool_id}"
