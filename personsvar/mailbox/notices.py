"""Which notices go where: one row of the outbox for each channel (`notice_writer`).

What happened in the mailbox is told as the subscriber wishes (the manual, settings 5). What
concerns its security (a PIN, a log-in, a greeting) always goes by SMS. In quiet hours (a setting of
the subscriber) all waits but urgent messages and PINs. The operator's own systems may hear of it all, at
once (a setting); the lamps of desk phones are told in `lamps`.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.mailbox.model.notice import Channel, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber

FOR_MACHINES = frozenset(
    {
        NoticeKind.MAILBOX_CHANGED,
        NoticeKind.GREETINGS_CHANGED,
        NoticeKind.VISUAL_STATUS,
        NoticeKind.TRANSCRIPT_WANTED,
    }
)
"""What no person is told of: it has no words."""
PINS = frozenset({NoticeKind.FIRST_PIN, NoticeKind.REQUESTED_PIN, NoticeKind.LOGIN_CODE})
"""Somebody waits for them, at the telephone or before the page. Each holds a secret that has its time."""
IN_WORDS = frozenset({Channel.SMS, Channel.MMS})
COSTLY = IN_WORDS | {Channel.VISUAL}
"""Each is an SMS or more, and paid for."""
WAIT_FOR_WORDS = frozenset({Channel.EMAIL, Channel.VISUAL})
"""What is told by these of a new message may wait for what it says (two settings)."""
SERVICE = frozenset(
    {NoticeKind.NEARLY_FULL, NoticeKind.SOON_DELETED, NoticeKind.ABSENCE_ON, NoticeKind.CALENDAR_FAILING}
)
"""Good to know; no word of them to who wants none of the messages either."""


def channels_for(
    subscriber: Subscriber, kind: NoticeKind, *, visual: bool = False, replaces_sms: bool = True
) -> Sequence[Channel]:
    """By what the subscriber is told. `visual`: the phone has visual voicemail, which `replaces_sms`."""
    if kind is NoticeKind.NEW_MESSAGE:
        return _channels_for_message(subscriber, visual=visual, replaces_sms=replaces_sms)
    if kind is NoticeKind.MISSED_CALL:
        return [Channel.SMS] if subscriber.wishes.missed_calls else []
    if kind is NoticeKind.MESSAGE_TRANSCRIBED:
        return [Channel.SMS] if subscriber.wishes.transcript_sms else []
    if kind in SERVICE:
        return _channels_for_service(subscriber)
    return [] if kind in FOR_MACHINES else [Channel.SMS]


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
