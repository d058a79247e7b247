"""A notice ready to go out: its words in the subscriber's language, and the recording, if it carries one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from personsvar.mailbox.model import Channel, Counts, Language, Notice, NoticeKind, Number, Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.notifier.errors import UndeliverableError
from personsvar.notifier.words import texts
from personsvar.notifier.words.client_update import ClientUpdate, client_update
from personsvar.notifier.words.facts import NoticeFacts, notice_facts
from personsvar.vault import SealBrokenError


@dataclass(frozen=True, slots=True)
class Rendered:
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
    notice_facts: NoticeFacts | None = None
    """The facts one by one, for channels that set them out in their own way (an e-mail)."""
    counts: Counts | None = None
    """What is in the mailbox now, for a lamp."""
    client_update: ClientUpdate | None = None
    """What a phone's client is told."""


RenderedOrNot = Rendered | UndeliverableError
"""A letter, or why there can be none."""
WITH_SOUND = frozenset({Channel.MMS, Channel.EMAIL})
FOR_PEOPLE = frozenset({Channel.SMS, Channel.MMS, Channel.EMAIL})
"""The channels whose letters are read by somebody: they have words."""


def is_stale(notice: Notice, *, now: datetime, hours: float) -> bool:
    """Too old to be worth anything, from when it was due. One that was sent again by hand is young again."""
    life = timedelta(hours=hours)
    if notice.kind in (NoticeKind.FIRST_PIN, NoticeKind.REQUESTED_PIN):
        until = notice.facts.secret_until
        return until is not None and now >= until
    return now - (notice.held_until or notice.created_at) > life


def life_seconds(notice: Notice, *, now: datetime, hours: float) -> float:
    """What is left of the time in which it is worth anything; of one sent again by hand, all of it."""
    until = notice.facts.secret_until
    if notice.kind in (NoticeKind.FIRST_PIN, NoticeKind.REQUESTED_PIN) and until is not None:
        return (until - now).total_seconds()
    left = hours * 3600 - (now - notice.created_at).total_seconds()
    return left if left > 0 else hours * 3600


def render(services: Services, notices: Sequence[Notice]) -> Sequence[RenderedOrNot]:
    """Each with its words, or with why it can't be written; one look into the store for all."""
    with services.store.look() as uow:
        known: dict[Number, Subscriber | None] = {}
        for notice in notices:
            if notice.to not in known:
                known[notice.to] = uow.subscribers.get(notice.to)
        return [_rendered_or_why_not(services, uow, notice, known[notice.to]) for notice in notices]


def render_one(services: Services, notice: Notice) -> Rendered:
    """Look up whom it is for and what it tells; UndeliverableError when that is gone."""
    (written,) = render(services, [notice])
    if isinstance(written, UndeliverableError):
        raise written
    return written


def _rendered_or_why_not(
    services: Services, uow: UnitOfWork, notice: Notice, subscriber: Subscriber | None
) -> RenderedOrNot:
    if subscriber is None:
        return UndeliverableError("no subscriber has this number any more")
    try:
        written = _written(services, notice, subscriber, _recording(uow, notice))
        told_to_client = _news(services, uow, notice, subscriber)
        return replace(written, counts=_counts(uow, notice), client_update=told_to_client)
    except UndeliverableError as wrong:
        return wrong


def _recording(uow: UnitOfWork, notice: Notice) -> bytes | None:
    """The sound that an MMS or an e-mail of a new message carries."""
    if notice.channel not in WITH_SOUND or notice.kind is not NoticeKind.NEW_MESSAGE:
        return None
    message = None if notice.facts.message is None else uow.messages.get(notice.facts.message)
    if message is None:
        raise UndeliverableError("the message is gone")
    return uow.sounds.read(message.sound.id)


def _counts(uow: UnitOfWork, notice: Notice) -> Counts | None:
    return uow.messages.counts(notice.to) if notice.channel is Channel.LAMP else None


def _news(services: Services, uow: UnitOfWork, notice: Notice, subscriber: Subscriber) -> ClientUpdate | None:
    return (
        client_update(uow, services.vault, notice, subscriber) if notice.channel is Channel.VISUAL else None
    )


def _written(services: Services, notice: Notice, subscriber: Subscriber, alaw: bytes | None) -> Rendered:
    secret = _secret(services, notice) if notice.channel is Channel.SMS else None
    about = _told(services, notice, subscriber, secret)
    language = subscriber.language
    spoken = notice.channel in FOR_PEOPLE
    return Rendered(
        notice=notice,
        language=language,
        text=texts.sms(about, language) if spoken else "",
        subject=texts.subject(about, language) if spoken else "",
        length=texts.length(about, language),
        secret=secret,
        alaw=alaw,
        notice_facts=about,
    )


def _told(services: Services, notice: Notice, subscriber: Subscriber, secret: str | None) -> NoticeFacts:
    access = Number(services.rules.access_number)
    now = services.clock.now()
    return notice_facts(notice.kind, notice.facts, subscriber, access=access, secret=secret, now=now)


def _secret(services: Services, notice: Notice) -> str | None:
    if notice.facts.secret is not None:
        try:
            return services.vault.open(notice.facts.secret)
        except SealBrokenError as wrong:
            raise UndeliverableError(f"the PIN can't be read: {wrong}") from wrong
    if notice.facts.secret_until is not None:
        raise UndeliverableError("the PIN is erased: have a new one made (personsvar subscriber reset-pin)")
    return None
