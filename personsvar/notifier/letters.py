"""A notice ready to go out: its words in the subscriber's language, and the recording, if it carries one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.mailbox.model import Channel, Language, Notice, NoticeKind, Number, Subscriber
from personsvar.mailbox.ports import Office
from personsvar.notifier import texts
from personsvar.notifier.errors import UndeliverableError
from personsvar.notifier.said import Told, told
from personsvar.notifier.vault import SealBrokenError


@dataclass(frozen=True, slots=True)
class Letter:
    notice: Notice
    language: Language
    text: str
    subject: str
    length: str
    """The message's length in words: `23 sek`."""
    secret: str | None = None
    """A PIN that stands in the text."""
    alaw: bytes | None = None
    """The recording, for the channels that carry sound."""


def is_stale(notice: Notice, *, now: datetime, hours: float) -> bool:
    """Too old to be worth anything, from when it was due. One that was sent again by hand is young again."""
    life = timedelta(hours=hours)
    if notice.kind in (NoticeKind.FIRST_PIN, NoticeKind.REQUESTED_PIN):
        until = notice.facts.secret_until
        return until is not None and now >= until
    begins = notice.held_until or notice.created_at
    return now - max(begins, _sent_again(notice, life)) > life


def _sent_again(notice: Notice, life: timedelta) -> datetime:
    return notice.next_at if notice.next_at - notice.created_at > life else notice.created_at


def letter_for(office: Office, notice: Notice) -> Letter:
    """Look up whom it is for and what it tells; UndeliverableError when that is gone."""
    with office.store.look() as uow:
        subscriber = uow.subscribers.get(notice.to)
        if subscriber is None:
            raise UndeliverableError("no subscriber has this number any more")
        message = None if notice.facts.message is None else uow.messages.get(notice.facts.message)
        alaw = None
        if notice.channel is not Channel.SMS and notice.kind is NoticeKind.NEW_MESSAGE:
            if message is None:
                raise UndeliverableError("the message is gone")
            alaw = uow.sounds.read(message.sound.id)
    return _written(office, notice, subscriber, alaw)


def _written(office: Office, notice: Notice, subscriber: Subscriber, alaw: bytes | None) -> Letter:
    secret = _secret(office, notice)
    about = _told(office, notice, subscriber, secret)
    language = subscriber.language
    return Letter(
        notice=notice,
        language=language,
        text=texts.sms(about, language),
        subject=texts.subject(about, language),
        length=texts.length(about, language),
        secret=secret,
        alaw=alaw,
    )


def _told(office: Office, notice: Notice, subscriber: Subscriber, secret: str | None) -> Told:
    access = Number(office.rules.access_number)
    now = office.clock.now()
    return told(notice.kind, notice.facts, subscriber, access=access, secret=secret, now=now)


def _secret(office: Office, notice: Notice) -> str | None:
    if notice.facts.secret is not None:
        try:
            return office.vault.open(notice.facts.secret)
        except SealBrokenError as wrong:
            raise UndeliverableError(f"the PIN can't be read: {wrong}") from wrong
    if notice.facts.secret_until is not None:
        raise UndeliverableError("the PIN is erased: have a new one made (personsvar subscriber reset-pin)")
    return None
