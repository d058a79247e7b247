"""A copy by e-mail, and what a phone is told, may wait for what the message says. Nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.ids import MessageId, SpoolId
from personsvar.mailbox.model.notice import Channel, Facts, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.notice_writer import MailboxEvent, NoticeWriter
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, UseCases
from tests.written import written

OMTP_12 = VisualDialect.OMTP_12
SPEECH = bytes([0x2A]) * 8000 * 3
WISHES = Wishes(transcripts=True, transcript_sms=True)
OLA_WRITES = Subscriber(OLA, email="ola@example.test", wishes=WISHES)


def leave(
    app: UseCases,
    owner: Subscriber,
    *,
    urgent: bool = False,
    phone: VisualDialect | None = None,
    **rules: Any,
) -> dict[Channel, datetime]:
    """When the notices of a new message are due."""
    app.add(owner)
    if phone is not None:
        with app.store.begin() as uow:
            uow.visual.put(VisualAccount(owner.number, phone, VisualStatus.READY))
            uow.commit()
    services = app.services
    app.services = replace(services, rules=replace(services.rules, **rules))
    header = SpoolHeader(SpoolId("17.1"), Purpose.MESSAGE, owner.number, KARI, app.clock.now())
    take_in(app.services, header, alaw=SPEECH, urgent=urgent)
    return {it.channel: it.next_at for it in app.notices() if it.kind is NoticeKind.NEW_MESSAGE}


def test_the_mail_alone_waits(app: UseCases) -> None:
    due = leave(app, OLA_WRITES, transcripts=True, transcript_mail_seconds=90, webhooks=True)
    at_once = {Channel.SMS: MONDAY, Channel.WEBHOOK: MONDAY}
    assert due == {**at_once, Channel.EMAIL: MONDAY + timedelta(seconds=90)}


@pytest.mark.parametrize(
    ("owner", "rules"),
    [
        (OLA_WRITES, {"transcripts": True}),
        (OLA_WRITES, {"transcripts": False, "transcript_mail_seconds": 90}),
        (replace(OLA_WRITES, wishes=Wishes()), {"transcripts": True, "transcript_mail_seconds": 90}),
    ],
)
def test_where_nothing_is_to_come_it_goes_at_once(
    app: UseCases, owner: Subscriber, rules: dict[str, Any]
) -> None:
    assert leave(app, owner, **rules) == {Channel.SMS: MONDAY, Channel.EMAIL: MONDAY}


@pytest.mark.parametrize(
    ("dialect", "seconds"), [(OMTP_12, 30), (VisualDialect.CVVM, 0), (VisualDialect.IPHONE, 0)]
)
def test_a_phone_that_shows_what_messages_say_is_told_later(
    app: UseCases, dialect: VisualDialect, seconds: int
) -> None:
    rules = {"visual": True, "visual_replaces_sms": False, "transcripts": True}
    due = leave(app, OLA_WRITES, phone=dialect, **rules, transcript_visual_seconds=30)
    at_once = {Channel.SMS: MONDAY, Channel.EMAIL: MONDAY}
    assert due == {**at_once, Channel.VISUAL: MONDAY + timedelta(seconds=seconds)}


def test_it_is_told_as_soon_as_the_words_are_there(app: UseCases) -> None:
    leave(app, OLA_WRITES, phone=OMTP_12, visual=True, transcripts=True, transcript_visual_seconds=30)
    app.clock.go_on(seconds=4)
    written(app.services, 1, "Hei")
    due = {it.channel: it.next_at for it in app.notices() if it.kind is NoticeKind.NEW_MESSAGE}
    assert due == {Channel.EMAIL: MONDAY, Channel.VISUAL: MONDAY + timedelta(seconds=4)}


def test_quiet_hours_and_the_wait_are_not_added_up(app: UseCases) -> None:
    owner = replace(OLA_WRITES, quiet=parse_quiet("09:30-12:00"))
    due = leave(app, owner, transcripts=True, transcript_mail_seconds=90)
    assert due[Channel.EMAIL] == due[Channel.SMS] > MONDAY + timedelta(seconds=90)


def test_an_urgent_messages_copy_waits_as_long_and_its_sms_not_at_all(app: UseCases) -> None:
    due = leave(app, OLA_WRITES, urgent=True, transcripts=True, transcript_mail_seconds=90)
    assert due == {Channel.SMS: MONDAY, Channel.EMAIL: MONDAY + timedelta(seconds=90)}


def test_above_the_bound_of_an_hour_no_sms_tells_what_messages_say(app: UseCases) -> None:
    app.add(OLA_WRITES)
    rules = replace(app.services.rules, transcripts=True, webhooks=True, new_messages_an_hour=3)
    for number in range(5):
        facts = Facts(message=MessageId(number + 1), caller=KARI, at=app.clock.now())
        event = MailboxEvent(OLA_WRITES, NoticeKind.MESSAGE_TRANSCRIBED, facts, f"transcribed:{number}")
        with app.store.begin() as uow:
            writer = NoticeWriter(uow, rules, app.clock.now())
            writer.notify(event)
            writer.notify_systems(event)
            uow.commit()
    told = [it.channel for it in app.notices() if it.kind is NoticeKind.MESSAGE_TRANSCRIBED]
    assert (told.count(Channel.SMS), told.count(Channel.WEBHOOK)) == (3, 5)
