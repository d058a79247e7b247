"""Which notices go where, and when: one row of the outbox for each channel.

What happened in the mailbox is told as the subscriber wishes (the manual, settings 5). What
concerns its security (a PIN, a log-in, a greeting) always goes by SMS. In quiet hours (a setting of
the subscriber) all waits but urgent messages and PINs. The operator's own systems may hear of it all, at
once (a setting); the lamps of desk phones are told in `lamps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.happening import Happening
from personsvar.mailbox.many import is_gathered, is_many, phones_update
from personsvar.mailbox.model import Channel, Facts, NoticeKind, Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.quiet import after_quiet
from personsvar.mailbox.rules import Rules

FOR_MACHINES = frozenset({NoticeKind.MAILBOX_CHANGED, NoticeKind.GREETINGS_CHANGED, NoticeKind.VISUAL_STATUS})
"""What no person is told of: it has no words."""
PINS = frozenset({NoticeKind.FIRST_PIN, NoticeKind.REQUESTED_PIN})
"""Somebody waits for them at the telephone."""
IN_WORDS = frozenset({Channel.SMS, Channel.MMS})
COSTLY = IN_WORDS | {Channel.VISUAL}
"""Each is an SMS or more, and paid for."""
SERVICE = frozenset({NoticeKind.NEARLY_FULL, NoticeKind.SOON_DELETED, NoticeKind.ABSENCE_ON})
"""Good to know; no word of them to who wants none of the messages either."""


def channels_for(
    subscriber: Subscriber, kind: NoticeKind, *, visual: bool = False, replaces_sms: bool = True
) -> Sequence[Channel]:
    """By what the subscriber is told. `visual`: the phone has visual voicemail, which `replaces_sms`."""
    if kind is NoticeKind.NEW_MESSAGE:
        return _channels_for_message(subscriber, visual=visual, replaces_sms=replaces_sms)
    if kind is NoticeKind.MISSED_CALL:
        return [Channel.SMS] if subscriber.wishes.missed_calls else []
    if kind in SERVICE:
        return _channels_for_service(subscriber)
    return [] if kind in FOR_MACHINES else [Channel.SMS]


def post(
    uow: UnitOfWork,
    rules: Rules,
    subscriber: Subscriber,
    kind: NoticeKind,
    *,
    facts: Facts,
    cause: str,
    now: datetime,
) -> bool:
    """Write the notice in the caller's own transaction; the same cause is told once on each channel.

    Whether it is told to anybody now.
    """
    it = Happening(subscriber, kind, facts, cause, now)
    told = tell(uow, rules, it)
    return tell_systems(uow, rules, it) or told


def tell(uow: UnitOfWork, rules: Rules, it: Happening, *, wait_seconds: float = 0) -> bool:
    """Tell the subscriber, by each channel wished for; in quiet hours when they are over."""
    subscriber, due = it.subscriber, it.now + timedelta(seconds=wait_seconds)
    if not it.facts.urgent and it.kind not in PINS:
        due = after_quiet(subscriber, due)
    visual = it.kind is NoticeKind.NEW_MESSAGE and _has_visual(uow, rules, subscriber)
    channels = channels_for(subscriber, it.kind, visual=visual, replaces_sms=rules.visual_replaces_sms)
    if _is_one_of_many(uow, rules, it, channels):
        channels = [channel for channel in channels if channel not in COSTLY]
        if visual:
            uow.outbox.add(phones_update(it))
    written = [uow.outbox.add(replace(it.notice(channel), due_at=due)) for channel in channels]
    return any(number is not None for number in written)


def tell_systems(uow: UnitOfWork, rules: Rules, it: Happening) -> bool:
    """Tell the operator's own systems; a PIN is for nobody but its owner."""
    without_pin = replace(it, facts=replace(it.facts, secret=None))
    return rules.webhooks and uow.outbox.add(without_pin.notice(Channel.WEBHOOK)) is not None


def _is_one_of_many(uow: UnitOfWork, rules: Rules, it: Happening, channels: Sequence[Channel]) -> bool:
    """A message above the bound. Who has no more than so many new ones has not got more within an hour."""
    few = (it.facts.new_count or 0) <= rules.new_messages_an_hour
    if it.kind is not NoticeKind.NEW_MESSAGE or few or COSTLY.isdisjoint(channels):
        return False
    if IN_WORDS.isdisjoint(channels):
        return is_many(uow, rules, it)
    return is_gathered(uow, rules, it)


def _has_visual(uow: UnitOfWork, rules: Rules, subscriber: Subscriber) -> bool:
    account = uow.visual.get(subscriber.number) if rules.visual else None
    return account is not None and account.is_active


def _channels_for_message(subscriber: Subscriber, *, visual: bool, replaces_sms: bool) -> Sequence[Channel]:
    """An MMS, which holds the sound, stands in for the SMS; the e-mail is a copy.

    The phone's own inbox is told in any case, for it asked; an SMS in words besides would be told twice.
    """
    wishes = subscriber.wishes
    in_words = wishes.sms and not (visual and replaces_sms)
    channels = [Channel.VISUAL] if visual else []
    channels += [Channel.MMS] if wishes.mms else [Channel.SMS] if in_words else []
    return [*channels, Channel.EMAIL] if wishes.email_copy and subscriber.email else channels


def _channels_for_service(subscriber: Subscriber) -> Sequence[Channel]:
    """An SMS to those who are told of messages on their phone, else an e-mail to those who have copies."""
    wishes = subscriber.wishes
    if wishes.sms or wishes.mms:
        return [Channel.SMS]
    return [Channel.EMAIL] if wishes.email_copy and subscriber.email else []
