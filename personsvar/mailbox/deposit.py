"""A caller's recording becomes a message, or a missed call: one transaction, keyed by the call.

A call is known by its spool id, and by whose mailbox it is, who called and when: the id alone proves nothing.
Two switches of one name give the same one, and so does a switch whose clock went back. What comes under an id
that is another call's is kept under the next that is free (`<id>~2`), and told as an error.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.availability import availability
from personsvar.mailbox.call_log import note_deposit
from personsvar.mailbox.call_notices import tell_if_nearly_full, tell_message, tell_missed
from personsvar.mailbox.listening import deleted_now
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Counts, Message, NewSound, Sound
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.takes import Kept, SpoolHeader
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.wanted import want_again, want_transcript
from personsvar.mailbox.waveform import waveform

log = logging.getLogger(__name__)

_NO_ID = MessageId(0)
_LONGEST_NUMBER = 16
"""The plus sign and the fifteen digits of E.164: a longer number of a caller stands in no header."""
CLOCKS_APART = timedelta(minutes=5)
"""The switch's and that of whoever adds a subscriber: a number rests for months before it is used again."""


def take_in(
    services: Services,
    header: SpoolHeader,
    *,
    alaw: bytes | None,
    urgent: bool = False,
    missed: MissedReason | None = None,
    waited: bool = False,
    ended_at: datetime | None = None,
) -> Kept:
    """Store the message and write its notices; or, without sound or with `missed`, a missed call.

    One that `waited` in the spool is nobody's when the number has become another subscriber's since. The
    call ended at `ended_at`; None: just now.

    Taking the same spool id in again changes nothing, unless the sound is longer by now: then the
    message's sound is replaced, same id. Raise StoreUnavailableError when nothing could be committed.
    """
    brought = NewSound(alaw, header.mailbox) if alaw and missed is None else None
    with services.store.begin(bringing=brought) as uow:
        kept, why = _kept(uow, services, header, alaw=alaw, urgent=urgent, missed=missed, waited=waited)
        note_deposit(uow, header, kept, missed=why, ended_at=ended_at or services.clock.now())
        uow.commit()
    return kept


def _kept(
    uow: UnitOfWork,
    services: Services,
    header: SpoolHeader,
    *,
    alaw: bytes | None,
    urgent: bool,
    missed: MissedReason | None,
    waited: bool,
) -> tuple[Kept, MissedReason | None]:
    """What became of it, and why it is a missed call if it is one."""
    header, already = _known(uow, header)
    if already is not None:
        _lengthen(uow, services, already.id, alaw)
        return Kept.STORED, None
    subscriber = uow.subscribers.get(header.mailbox, for_change=True)
    if subscriber is None or (waited and _was_anothers(subscriber, header)):
        return Kept.NOT_SERVED, None
    writer = NoticeWriter(uow, services.rules, services.clock.now())
    refusal = _refusal(uow, services, subscriber, header)
    if refusal is not None:
        return _missed(writer, subscriber, header, Kept.OFF, refusal)
    if missed is not None or not alaw:
        return _missed(writer, subscriber, header, Kept.MISSED, missed or MissedReason.EMPTY)
    room = _room(uow, subscriber, services.rules.max_messages, writer.now)
    if room is None:
        return _missed(writer, subscriber, header, Kept.FULL, MissedReason.MAILBOX_FULL)
    message = _store(uow, header, alaw, urgent=urgent)
    tell_message(writer, subscriber, message, new_count=room.new + 1)
    tell_if_nearly_full(writer, subscriber, room.kept + 1)
    want_transcript(writer, subscriber, message)
    return Kept.STORED, None


def _missed(
    writer: NoticeWriter, subscriber: Subscriber, header: SpoolHeader, kept: Kept, why: MissedReason
) -> tuple[Kept, MissedReason]:
    tell_missed(writer, subscriber, header, why)
    return kept, why


def _refusal(
    uow: UnitOfWork, services: Services, subscriber: Subscriber, header: SpoolHeader
) -> MissedReason | None:
    """Whether the subscriber took messages as the call came; who was asked for one may leave it."""
    if header.invited:
        return None
    return availability(uow, subscriber, services.bank_holidays, header.began_at).refusal


def _known(uow: UnitOfWork, header: SpoolHeader) -> tuple[SpoolHeader, Message | None]:
    """The message that was taken in of this very call, if there is one; else a header whose id is free."""
    base, number = header.spool_id, 1
    while (found := uow.messages.by_spool_id(header.spool_id)) is not None:
        if _is_of(found, header):
            return header, found
        number += 1
        header = replace(header, spool_id=another_id(base, number))
    if number > 1:
        log.error("the switch's id is another call's", extra={"spool_id": base, "kept_as": header.spool_id})
    return header, None


def another_id(spool_id: SpoolId, number: int) -> SpoolId:
    """For the second, third… call of one id."""
    return spool_id if number == 1 else SpoolId(f"{spool_id}~{number}")


def _is_of(message: Message, header: SpoolHeader) -> bool:
    same_caller = _in_a_header(message.caller) == _in_a_header(header.caller)
    return message.mailbox == header.mailbox and message.received_at == header.began_at and same_caller


def _in_a_header(caller: Number | None) -> Number | None:
    """A caller as a header in the spool has it."""
    return None if caller is None or len(caller) > _LONGEST_NUMBER else caller


def _was_anothers(subscriber: Subscriber, header: SpoolHeader) -> bool:
    """Whether the call came before the number was this subscriber's."""
    since = subscriber.subscribed_at
    return since is not None and header.began_at < since - CLOCKS_APART


def has_room(uow: UnitOfWork, mailbox: Subscriber, *, limit: int) -> bool:
    """Whether a message would find room now, or could make some by dropping another."""
    counts = uow.messages.counts(mailbox.number)
    return counts.kept < limit or counts.heard > 0 or uow.messages.oldest_hidden(mailbox.number) is not None


def miss(services: Services, header: SpoolHeader, reason: MissedReason) -> None:
    """A call that left no recording: the subscriber is told, once for this call."""
    take_in(services, header, alaw=None, missed=reason)


def _room(uow: UnitOfWork, subscriber: Subscriber, limit: int, now: datetime) -> Counts | None:
    """Make room by deleting the oldest heard message, never one its owner saved; None when there is none.

    It goes to the deleted ones, where the subscriber finds it for a week. Before any that is heard go those
    that a mail program took to itself and removed: nobody saved them but we.
    """
    while (counts := uow.messages.counts(subscriber.number)).kept >= limit:
        mailbox = subscriber.number
        oldest = uow.messages.oldest_hidden(mailbox) or uow.messages.oldest_heard(mailbox)
        if oldest is None:
            return None
        _delete_unless_changed(uow, oldest, now)
    return counts


def _delete_unless_changed(uow: UnitOfWork, found: Message, now: datetime) -> None:
    """Its owner may be listening, and have saved or deleted it in this moment."""
    message = uow.messages.get(found.id, for_change=True)
    if message is not None and message.state is found.state and message.changed_at == found.changed_at:
        uow.messages.put(deleted_now(message, now))


def _store(uow: UnitOfWork, header: SpoolHeader, alaw: bytes, *, urgent: bool) -> Message:
    return uow.messages.add(
        Message(
            id=_NO_ID,
            mailbox=header.mailbox,
            spool_id=header.spool_id,
            caller=header.caller,
            received_at=header.began_at,
            sound=_sound(uow, alaw, header.mailbox),
            urgent=urgent,
        )
    )


def _lengthen(uow: UnitOfWork, services: Services, which: MessageId, alaw: bytes | None) -> None:
    """A recording taken in half is replaced by the whole; a shorter one changes nothing."""
    message = uow.messages.get(which, for_change=True)
    if message is None or alaw is None or len(alaw) <= round(message.sound.seconds * SAMPLE_RATE):
        return
    longer = replace(message, sound=_sound(uow, alaw, message.mailbox))
    uow.messages.put(longer)
    want_again(uow, services.rules, longer, services.clock.now())


def _sound(uow: UnitOfWork, alaw: bytes, mailbox: Number) -> Sound:
    return uow.sounds.add(alaw, of=mailbox, waveform=waveform(alaw))
