"""Which notices go where (settings 5), what quiet hours hold, and what the operator's own systems hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.ids import Sealed
from personsvar.mailbox.model.notice import Channel, Facts, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.notices import FOR_MACHINES, PINS, SERVICE, channels_for
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.use_cases import KARI, MONDAY, UseCases

SMS, MMS, EMAIL, WEBHOOK = Channel.SMS, Channel.MMS, Channel.EMAIL, Channel.WEBHOOK
ADDRESS = "kari@example.test"
NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
SEVEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
BY_WISH = {NoticeKind.NEW_MESSAGE, NoticeKind.MISSED_CALL, NoticeKind.MESSAGE_TRANSCRIBED}
SECURITY = set(NoticeKind) - BY_WISH - SERVICE - FOR_MACHINES


@pytest.mark.parametrize(
    ("wishes", "email", "channels"),
    [
        (Wishes(), None, [SMS]),
        (Wishes(), ADDRESS, [SMS, EMAIL]),
        (Wishes(email_copy=False), ADDRESS, [SMS]),
        (Wishes(mms=True), None, [MMS]),
        (Wishes(mms=True), ADDRESS, [MMS, EMAIL]),
        (Wishes(sms=False, mms=True), None, [MMS]),
        (Wishes(sms=False), ADDRESS, [EMAIL]),
        (Wishes(sms=False), None, []),
    ],
)
def test_a_new_message_is_told_as_wished(wishes: Wishes, email: str | None, channels: list[Channel]) -> None:
    assert (
        list(channels_for(Subscriber(KARI, email=email, wishes=wishes), NoticeKind.NEW_MESSAGE)) == channels
    )


@pytest.mark.parametrize(("wanted", "channels"), [(True, [SMS]), (False, [])])
def test_a_missed_call_by_sms_or_not(channels: list[Channel], *, wanted: bool) -> None:
    subscriber = Subscriber(KARI, email=ADDRESS, wishes=Wishes(sms=False, missed_calls=wanted))
    assert list(channels_for(subscriber, NoticeKind.MISSED_CALL)) == channels


@pytest.mark.parametrize(("wanted", "channels"), [(True, [SMS]), (False, [])])
def test_what_a_message_says_by_sms_or_not(channels: list[Channel], *, wanted: bool) -> None:
    subscriber = Subscriber(KARI, email=ADDRESS, wishes=Wishes(transcript_sms=wanted))
    assert list(channels_for(subscriber, NoticeKind.MESSAGE_TRANSCRIBED)) == channels


@pytest.mark.parametrize("kind", sorted(SECURITY))
def test_what_concerns_security_always_goes_by_sms(kind: NoticeKind) -> None:
    silent = Wishes(sms=False, missed_calls=False, email_copy=False)
    assert list(channels_for(Subscriber(KARI, email=ADDRESS, wishes=silent), kind)) == [SMS]


@pytest.mark.parametrize("kind", sorted(SERVICE))
@pytest.mark.parametrize(
    ("wishes", "email", "channels"),
    [
        (Wishes(), ADDRESS, [SMS]),
        (Wishes(sms=False, mms=True), ADDRESS, [SMS]),
        (Wishes(sms=False), ADDRESS, [EMAIL]),
        (Wishes(sms=False), None, []),
        (Wishes(sms=False, email_copy=False), ADDRESS, []),
    ],
)
def test_a_reminder_goes_where_messages_are_told_of(
    kind: NoticeKind, wishes: Wishes, email: str | None, channels: list[Channel]
) -> None:
    assert list(channels_for(Subscriber(KARI, email=email, wishes=wishes), kind)) == channels


@pytest.mark.parametrize("kind", sorted(FOR_MACHINES))
def test_what_only_machines_hear_goes_to_nobody(kind: NoticeKind) -> None:
    assert list(channels_for(Subscriber(KARI, email=ADDRESS, wishes=Wishes(mms=True)), kind)) == []


def _post(
    app: UseCases,
    subscriber: Subscriber,
    kind: NoticeKind = NoticeKind.NEW_MESSAGE,
    *,
    facts: Facts | None = None,
    webhooks: bool = False,
    now: datetime = MONDAY,
) -> None:
    rules = Rules(webhooks=webhooks)
    with app.store.begin() as uow:
        writer = NoticeWriter(uow, rules, now)
        writer.post(subscriber, kind, facts or Facts(seconds=14), cause="message:17.1")
        uow.commit()


def test_the_same_cause_is_told_once_on_each_channel(app: UseCases) -> None:
    kari = Subscriber(KARI, email=ADDRESS)
    app.add(kari)
    for _ in range(2):
        _post(app, kari, webhooks=True)
    rows = [
        (notice.channel, notice.dedup_key, notice.address, notice.facts.seconds) for notice in app.notices()
    ]
    assert rows == [
        (SMS, "message:17.1:sms", None, 14),
        (EMAIL, "message:17.1:email", ADDRESS, 14),
        (WEBHOOK, "message:17.1:webhook", None, 14),
    ]


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_operators_systems_hear_of_everything_but_never_a_pin(app: UseCases, kind: NoticeKind) -> None:
    silent = Wishes(sms=False, missed_calls=False, email_copy=False)
    kari = Subscriber(KARI, wishes=silent, quiet=parse_quiet("22:00-07:00"))
    app.add(kari)
    facts = Facts(at=NIGHT, secret=Sealed(b"274916"), secret_until=SEVEN)
    _post(app, kari, kind, facts=facts, webhooks=True, now=NIGHT)
    (event,) = [notice for notice in app.notices() if notice.channel is WEBHOOK]
    assert (event.kind, event.facts, event.next_at) == (kind, replace(facts, secret=None), NIGHT)


def test_without_webhooks_nothing_is_written_for_them(app: UseCases) -> None:
    app.add(Subscriber(KARI))
    _post(app, Subscriber(KARI))
    assert [notice.channel for notice in app.notices()] == [SMS]


@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - PINS - FOR_MACHINES))
def test_in_quiet_hours_notices_wait_until_they_are_over(app: UseCases, kind: NoticeKind) -> None:
    wishes = Wishes(transcripts=True, transcript_sms=True)
    kari = Subscriber(KARI, email=ADDRESS, quiet=parse_quiet("22:00-07:00"), wishes=wishes)
    app.add(kari)
    _post(app, kari, kind, now=NIGHT)
    assert {notice.next_at for notice in app.notices()} == {SEVEN}
    assert {(notice.created_at, notice.held_until) for notice in app.notices()} == {(NIGHT, SEVEN)}


@pytest.mark.parametrize("kind", sorted(PINS))
def test_a_pin_does_not_wait(app: UseCases, kind: NoticeKind) -> None:
    kari = Subscriber(KARI, quiet=parse_quiet("22:00-07:00"))
    app.add(kari)
    _post(app, kari, kind, now=NIGHT)
    assert [notice.next_at for notice in app.notices()] == [NIGHT]


def test_an_urgent_message_does_not_wait_on_any_channel(app: UseCases) -> None:
    kari = Subscriber(KARI, email=ADDRESS, quiet=parse_quiet("22:00-07:00"))
    app.add(kari)
    _post(app, kari, facts=Facts(urgent=True), now=NIGHT)
    assert [(notice.channel, notice.next_at) for notice in app.notices()] == [(SMS, NIGHT), (EMAIL, NIGHT)]


def test_out_of_quiet_hours_nothing_waits(app: UseCases) -> None:
    kari = Subscriber(KARI, quiet=parse_quiet("22:00-07:00"))
    app.add(kari)
    _post(app, kari, now=SEVEN)
    _post(app, kari, NoticeKind.MISSED_CALL, now=SEVEN + timedelta(hours=1))
    assert [notice.next_at for notice in app.notices()] == [SEVEN]
