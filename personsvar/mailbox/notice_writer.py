"""Notices written into the outbox, in the transaction of what caused them: one row for each channel.

Many calls within an hour are told together, above a bound (a setting). Whoever calls again and again, with
the number withheld or with many numbers, would else have an SMS sent each time: at the operator's cost, and
until nobody reads them. What is above the bound is counted in one notice, that goes out an hour after it was
begun; as long as it waits, every such call is counted in it. No message is lost by it, copies by e-mail go
on, and the operator's systems hear of every call at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from personsvar.mailbox.local_time import after_quiet
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount
from personsvar.mailbox.notices import COSTLY, IN_WORDS, PINS, channels_for
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.transcription.wishers import is_wanted

HOUR = timedelta(hours=1)
PHONES_SECONDS = 600


@dataclass(frozen=True, slots=True)
class MailboxEvent:
    """What happened in a mailbox, or to it: what notices are made of."""

    subscriber: Subscriber
    kind: NoticeKind
    facts: Facts
    cause: str
    """The same cause is told once on each channel."""


@dataclass(frozen=True, slots=True)
class NoticeWriter:
    """Writes notices of events in one unit of work, as of one moment."""

    uow: UnitOfWork
    rules: Rules
    now: datetime

    def post(self, subscriber: Subscriber, kind: NoticeKind, facts: Facts, *, cause: str) -> bool:
        """Tell the subscriber and the operator's systems; whether any of them is told now."""
        event = MailboxEvent(subscriber, kind, facts, cause)
        notified = self.notify(event)
        return self.notify_systems(event) or notified

    def notify(self, event: MailboxEvent, *, wait_seconds: float = 0) -> bool:
        """Tell the subscriber, by each channel wished for; in quiet hours when they are over."""
        subscriber, due = event.subscriber, self.now + timedelta(seconds=wait_seconds)
        if not event.facts.urgent and event.kind not in PINS:
            due = after_quiet(subscriber, due)
        phone = self._phone(subscriber) if event.kind is NoticeKind.NEW_MESSAGE else None
        visual = phone is not None
        replaces_sms = self.rules.visual_replaces_sms
        channels = channels_for(subscriber, event.kind, visual=visual, replaces_sms=replaces_sms)
        if self._is_one_of_many(event, channels):
            channels = [channel for channel in channels if channel not in COSTLY]
            if visual:
                self.uow.outbox.add(self._phones_update(event))
        rows = [self._row(event, each, due_at=self._due(event, each, due, phone)) for each in channels]
        written = [self.uow.outbox.add(row) for row in rows]
        return any(number is not None for number in written)

    def notify_systems(self, event: MailboxEvent) -> bool:
        """Tell the operator's own systems; a PIN is for nobody but its owner."""
        without_pin = replace(event, facts=replace(event.facts, secret=None))
        return (
            self.rules.webhooks and self.uow.outbox.add(self._row(without_pin, Channel.WEBHOOK)) is not None
        )

    def is_gathered(self, event: MailboxEvent) -> bool:
        """It is counted with others, now or when it was taken in before; False: it is told by itself."""
        owner, at = event.subscriber, event.facts.at or self.now
        if not self._most_an_hour(event.kind):
            return False
        if self.uow.outbox.join_many(to=owner.number, cause=event.cause, at=at):
            return True
        if not self._is_many(event):
            return False
        self.uow.outbox.add(
            NewNotice(
                to=owner.number,
                kind=NoticeKind.MANY_CALLS,
                channel=Channel.SMS,
                dedup_key=many_key(event.cause),
                created_at=self.now,
                facts=Facts(calls=1, at=at),
                due_at=after_quiet(owner, self.now + HOUR),
            )
        )
        return True

    def _due(
        self, event: MailboxEvent, channel: Channel, due: datetime, phone: VisualAccount | None
    ) -> datetime:
        """A copy by e-mail, and a phone that shows it, wait for what the message says, if that is to come."""
        is_told = event.kind is NoticeKind.NEW_MESSAGE
        if not is_told or not is_wanted(self.rules, event.subscriber):
            return due
        return max(due, self.now + timedelta(seconds=self._seconds_for_words(channel, phone)))

    def _seconds_for_words(self, channel: Channel, phone: VisualAccount | None) -> float:
        if channel is Channel.EMAIL:
            return self.rules.transcript_mail_seconds
        shows = channel is Channel.VISUAL and phone is not None and phone.shows_texts
        return self.rules.transcript_visual_seconds if shows else 0

    def _is_one_of_many(self, event: MailboxEvent, channels: Sequence[Channel]) -> bool:
        """A message above the bound, or what one says.

        Who has no more new ones than that has not got more within an hour.
        """
        if event.kind is NoticeKind.MESSAGE_TRANSCRIBED:
            return self._is_many(event)
        few = (event.facts.new_count or 0) <= self.rules.new_messages_an_hour
        if event.kind is not NoticeKind.NEW_MESSAGE or few or COSTLY.isdisjoint(channels):
            return False
        return self._is_many(event) if IN_WORDS.isdisjoint(channels) else self.is_gathered(event)

    def _is_many(self, event: MailboxEvent) -> bool:
        """Whether the bound is reached."""
        most, owner = self._most_an_hour(event.kind), event.subscriber.number
        since = self.now - HOUR
        return most > 0 and self.uow.outbox.count_since(to=owner, kind=event.kind, since=since) >= most

    def _most_an_hour(self, kind: NoticeKind) -> int:
        """0: any number."""
        return {
            NoticeKind.MISSED_CALL: self.rules.missed_calls_an_hour,
            NoticeKind.NEW_MESSAGE: self.rules.new_messages_an_hour,
            NoticeKind.MESSAGE_TRANSCRIBED: self.rules.new_messages_an_hour,
        }.get(kind, 0)

    def _phone(self, subscriber: Subscriber) -> VisualAccount | None:
        """With an inbox of its own."""
        account = self.uow.visual.get(subscriber.number) if self.rules.visual else None
        return account if account is not None and account.is_active else None

    def _phones_update(self, event: MailboxEvent) -> NewNotice:
        """For a phone's own inbox, which then looks for itself: one for all of ten minutes."""
        owner, seconds = event.subscriber.number, PHONES_SECONDS
        until = datetime.fromtimestamp((self.now.timestamp() // seconds + 1) * seconds, UTC)
        key = f"visual-many:{owner}:{until:%Y%m%dT%H%M%S}"
        return NewNotice(owner, NoticeKind.MAILBOX_CHANGED, Channel.VISUAL, key, self.now, due_at=until)

    def _row(self, event: MailboxEvent, channel: Channel, *, due_at: datetime | None = None) -> NewNotice:
        owner, key = event.subscriber, f"{event.cause}:{channel}"
        address = owner.email if channel is Channel.EMAIL else None
        return NewNotice(owner.number, event.kind, channel, key, self.now, event.facts, address, due_at)


def many_key(cause: str) -> str:
    """The dedup key of the notice of many calls that `cause` began."""
    return f"many:{cause}:{Channel.SMS}"
