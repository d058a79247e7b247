"""A notice ready to go out: what its channel carries, in the subscriber's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from personsvar.mailbox.errors import SealBrokenError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import Counts
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding
from personsvar.mailbox.notices import PINS
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.words import texts
from personsvar.notifier.words.client_update import ClientUpdate, client_update
from personsvar.notifier.words.facts import NoticeFacts, notice_facts
from personsvar.notifier.words.names_in_sms import named_sms
from personsvar.notifier.words.said_in_sms import NOTHING_SAID, Said, said_in_sms

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Text:
    """What an SMS carries."""

    text: str
    secret: str | None = None
    """A PIN stands in the text: this one."""


@dataclass(frozen=True, slots=True)
class Multimedia:
    """What an MMS carries."""

    text: str
    subject: str
    alaw: bytes | None = None
    sound: SoundId | None = None
    """What `alaw` is read from."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What an e-mail carries; it sets out the facts in its own way."""

    text: str
    subject: str
    length: str
    """The message's length stands here in words: `23 sek`."""
    facts: NoticeFacts
    alaw: bytes | None = None
    sound: SoundId | None = None
    """As of an MMS."""
    transcript: MessageTranscript | None = None
    """What the message says in words, if that is there."""


@dataclass(frozen=True, slots=True)
class LampCounts:
    """What a lamp is told: how many messages there are now."""

    counts: Counts


Content = Text | Multimedia | Mail | LampCounts | ClientUpdate | MessageTranscript | None
"""One kind for each channel: for a webhook a transcript; None where the notice itself says all."""


@dataclass(frozen=True, slots=True)
class Rendered:
    notice: Notice
    language: Language
    content: Content

    def content_as(self, kind: type[C]) -> C:
        """Raise UndeliverableError when the notice was written for another channel."""
        if isinstance(self.content, kind):
            return self.content
        raise UndeliverableError(f"nothing of {self.notice.kind} is for this channel")


RenderedOrNot = Rendered | UndeliverableError
"""A notice ready to go out, or why it can't be."""


def is_stale(notice: Notice, *, now: datetime, hours: float) -> bool:
    """It is too old to be worth anything, from when it was due; one sent again by hand is young again."""
    life = timedelta(hours=hours)
    if notice.kind in PINS:
        until = notice.facts.secret_until
        return until is not None and now >= until
    return now - (notice.held_until or notice.created_at) > life


def life_seconds(notice: Notice, *, now: datetime, hours: float) -> float:
    """What is left of the time in which it is worth anything; of one sent again by hand, all of it."""
    until = notice.facts.secret_until
    if notice.kind in PINS and until is not None:
        return (until - now).total_seconds()
    left = hours * 3600 - (now - notice.created_at).total_seconds()
    return left if left > 0 else hours * 3600


def render(services: Services, notices: Sequence[Notice]) -> Sequence[RenderedOrNot]:
    """Each with its words, or with why it can't be written: one look into the store for all, and then their
    recordings, which may come from afar.
    """
    with services.store.look() as uow:
        known: dict[Number, Subscriber | None] = {}
        for notice in notices:
            if notice.to not in known:
                known[notice.to] = uow.subscribers.get(notice.to)
        written = [_rendered_or_why_not(services, uow, notice, known[notice.to]) for notice in notices]
    return [_with_its_sound(services, each) for each in written]


def _rendered_or_why_not(
    services: Services, uow: UnitOfWork, notice: Notice, subscriber: Subscriber | None
) -> RenderedOrNot:
    if subscriber is None:
        return UndeliverableError("no subscriber has this number any more")
    try:
        content = _WRITERS[notice.channel](_Writer(services, uow, notice, subscriber))
    except UndeliverableError as wrong:
        return wrong
    return Rendered(notice, subscriber.language, content)


def _with_its_sound(services: Services, rendered: RenderedOrNot) -> RenderedOrNot:
    if isinstance(rendered, UndeliverableError):
        return rendered
    content = rendered.content
    if not isinstance(content, Multimedia | Mail) or content.sound is None:
        return rendered
    try:
        alaw = services.store.sound(content.sound)
    except KeyError:
        return UndeliverableError("its recording can't be read")
    return replace(rendered, content=replace(content, alaw=alaw))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one notice's content. Raise UndeliverableError when what it tells of is gone."""

    services: Services
    uow: UnitOfWork
    notice: Notice
    subscriber: Subscriber

    def text(self) -> Text:
        secret = self._secret()
        return Text(named_sms(self._facts(secret), self.subscriber.language), secret)

    def multimedia(self) -> Multimedia:
        facts, language = self._facts(), self.subscriber.language
        return Multimedia(texts.sms(facts, language), texts.subject(facts, language), sound=self._sound())

    def mail(self) -> Mail:
        facts, language = self._facts(), self.subscriber.language
        text, subject = texts.sms(facts, language), texts.subject(facts, language)
        return Mail(
            text,
            subject,
            texts.length(facts, language),
            facts,
            sound=self._sound(),
            transcript=self._transcript_for_mail(),
        )

    def lamp_counts(self) -> LampCounts:
        return LampCounts(self.uow.messages.counts(self.notice.to))

    def client_update(self) -> ClientUpdate:
        return client_update(self.uow, self.services.vault, self.notice, self.subscriber)

    def event(self) -> MessageTranscript | None:
        """What an event tells beside what stands in the notice."""
        return self._transcribed() if self._is_of_words else None

    def nothing(self) -> None:
        """All stands in the notice."""

    def _facts(self, secret: str | None = None) -> NoticeFacts:
        notice, access = self.notice, Number(self.services.rules.access_number)
        now = self.services.clock.now()
        return notice_facts(
            notice.kind,
            notice.facts,
            self.subscriber,
            access=access,
            secret=secret,
            now=now,
            caller_name=self._caller_name(),
            said=self._said(),
        )

    def _said(self) -> Said:
        return said_in_sms(self._transcribed()) if self._is_of_words else NOTHING_SAID

    @property
    def _is_of_words(self) -> bool:
        return self.notice.kind is NoticeKind.MESSAGE_TRANSCRIBED

    def _transcribed(self) -> MessageTranscript:
        """As it is now: another engine may have made it anew."""
        made = self._transcript()
        if made is None:
            raise UndeliverableError("the transcript is gone")
        if self.notice.channel is not Channel.WEBHOOK and made.understanding is Understanding.NOT_UNDERSTOOD:
            raise UndeliverableError("the message could not be understood")
        return made

    def _transcript_for_mail(self) -> MessageTranscript | None:
        is_copy = self.notice.kind is NoticeKind.NEW_MESSAGE
        return self._transcript() if is_copy and self.services.rules.transcripts else None

    def _transcript(self) -> MessageTranscript | None:
        about = self.notice.facts.message
        return None if about is None else self.uow.transcripts.get(about)

    def _caller_name(self) -> str | None:
        caller = self.notice.facts.caller
        if caller is None:
            return None
        return self.uow.caller_names.known(self.notice.to, (caller,)).get(caller)

    def _sound(self) -> SoundId | None:
        """That of a new message."""
        if self.notice.kind is not NoticeKind.NEW_MESSAGE:
            return None
        about = self.notice.facts.message
        message = None if about is None else self.uow.messages.get(about)
        if message is None:
            raise UndeliverableError("the message is gone")
        return message.sound.id

    def _secret(self) -> str | None:
        facts = self.notice.facts
        if facts.secret is not None:
            try:
                return self.services.vault.open(facts.secret)
            except SealBrokenError as wrong:
                raise UndeliverableError(f"the PIN can't be read: {wrong}") from wrong
        if facts.secret_until is not None:
            raise UndeliverableError(
                "the PIN is erased: have a new one made (personsvar subscriber reset-pin)"
            )
        return None


_WRITERS: Mapping[Channel, Callable[[_Writer], Content]] = {
    Channel.SMS: _Writer.text,
    Channel.MMS: _Writer.multimedia,
    Channel.EMAIL: _Writer.mail,
    Channel.LAMP: _Writer.lamp_counts,
    Channel.VISUAL: _Writer.client_update,
    Channel.WEBHOOK: _Writer.event,
    Channel.TRANSCRIPT: _Writer.nothing,
}
