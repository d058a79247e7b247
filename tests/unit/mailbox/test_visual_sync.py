"""When a phone's inbox is told that the mailbox changed, and which channel a new message takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.visual.sync import SyncRows
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, UseCases

VISUAL, SMS, MMS, EMAIL = Channel.VISUAL, Channel.SMS, Channel.MMS, Channel.EMAIL
ACTIVE = VisualAccount(KARI, VisualDialect.OMTP_13, VisualStatus.READY)
ON = Rules(visual=True)


@pytest.fixture
def kari(app: UseCases) -> UseCases:
    """Kari's phone has visual voicemail, Ola's has not."""
    app.store.before_commit = SyncRows(app.clock)
    app.services = replace(app.services, rules=ON)
    app.add(Subscriber(KARI))
    app.add(Subscriber(OLA))
    put(app, ACTIVE)
    return app


def put(app: UseCases, account: VisualAccount) -> None:
    with app.store.begin() as uow:
        uow.visual.put(account)
        uow.commit()


def leave(app: UseCases, spool_id: str = "17.1", *, mailbox: Number = KARI, urgent: bool = False) -> None:
    header = SpoolHeader(SpoolId(spool_id), Purpose.MESSAGE, mailbox, Number("+4790000099"), app.clock.time)
    take_in(app.services, header, alaw=b"\xd5" * 16000, urgent=urgent)


def hear(
    app: UseCases, *, by_client: bool = False, state: State = State.HEARD, mailbox: Number = KARI
) -> None:
    with app.store.begin() as uow:
        uow.by_client = by_client
        for message in uow.messages.list(mailbox):
            uow.messages.put(
                replace(message, state=state, state_before=message.state, changed_at=app.clock.time)
            )
        uow.commit()


def of(app: UseCases, kind: NoticeKind) -> list[Notice]:
    return [notice for notice in app.notices() if notice.kind is kind]


def test_a_new_message_is_told_by_its_own_notice_alone(kari: UseCases) -> None:
    leave(kari)
    assert [(notice.kind, notice.channel) for notice in kari.notices()] == [(NoticeKind.NEW_MESSAGE, VISUAL)]


def test_what_was_heard_on_the_phone_is_told_once_three_seconds_later(kari: UseCases) -> None:
    leave(kari)
    hear(kari)
    kari.clock.go_on(seconds=2)
    hear(kari, state=State.SAVED)
    (row,) = of(kari, NoticeKind.MAILBOX_CHANGED)
    assert (row.channel, row.dedup_key) == (VISUAL, f"visual:{KARI}")
    assert row.next_at == kari.clock.time + timedelta(seconds=3)


def test_what_the_phone_itself_did_is_not_told_back_to_it(kari: UseCases) -> None:
    leave(kari)
    hear(kari, by_client=True)
    assert of(kari, NoticeKind.MAILBOX_CHANGED) == []


@pytest.mark.parametrize("status", [VisualStatus.PROVISIONED, VisualStatus.BLOCKED, None])
def test_a_phone_without_it_is_told_nothing(kari: UseCases, status: VisualStatus | None) -> None:
    if status is None:
        with kari.store.begin() as uow:
            uow.visual.remove(KARI)
            uow.commit()
    else:
        put(kari, replace(ACTIVE, status=status))
    leave(kari)
    hear(kari)
    assert {notice.channel for notice in kari.notices()} == {SMS}


def test_messages_of_others_are_not_told(kari: UseCases) -> None:
    leave(kari, mailbox=OLA)
    hear(kari, mailbox=OLA)
    assert {notice.channel for notice in kari.notices()} == {SMS}


def test_what_is_removed_for_good_by_its_age_is_told_unless_it_was_deleted_before(kari: UseCases) -> None:
    leave(kari)
    leave(kari, "17.2")
    hear(kari, by_client=True, state=State.DELETED)
    with kari.store.begin() as uow:
        for message in uow.messages.list(KARI):
            uow.messages.remove(message.id)
        uow.commit()
    assert of(kari, NoticeKind.MAILBOX_CHANGED) == []
    leave(kari, "17.3")
    with kari.store.begin() as uow:
        (message,) = uow.messages.list(KARI)
        uow.messages.remove(message.id)
        uow.commit()
    assert len(of(kari, NoticeKind.MAILBOX_CHANGED)) == 1


def test_a_greeting_recorded_on_the_phone_is_told(kari: UseCases) -> None:
    with kari.store.begin() as uow:
        uow.greetings.add(KARI, GreetingKind.PERSONAL, uow.sounds.add(b"\xd5" * 800, of=KARI), MONDAY)
        uow.greetings.add(OLA, GreetingKind.PERSONAL, uow.sounds.add(b"\xd5" * 800, of=OLA), MONDAY)
        uow.commit()
    (row,) = kari.notices()
    assert (row.to, row.kind, row.dedup_key) == (
        KARI,
        NoticeKind.GREETINGS_CHANGED,
        f"visual-greetings:{KARI}",
    )


@pytest.mark.parametrize(
    ("wishes", "replaces", "channels"),
    [
        (Wishes(), True, [VISUAL, EMAIL]),
        (Wishes(), False, [VISUAL, SMS, EMAIL]),
        (Wishes(email_copy=False), True, [VISUAL]),
        (Wishes(sms=False), False, [VISUAL, EMAIL]),
        (Wishes(mms=True), True, [VISUAL, MMS, EMAIL]),
        (Wishes(sms=False, email_copy=False), True, [VISUAL]),
    ],
)
def test_a_phone_with_visual_voicemail_is_told_of_a_message_in_place_of_the_sms(
    kari: UseCases, wishes: Wishes, channels: Sequence[Channel], *, replaces: bool
) -> None:
    kari.services = replace(kari.services, rules=replace(ON, visual_replaces_sms=replaces))
    kari.put(Subscriber(KARI, email="kari@example.test", wishes=wishes))
    leave(kari)
    assert [notice.channel for notice in kari.notices()] == channels


def test_without_visual_voicemail_at_all_it_is_an_sms_again(kari: UseCases) -> None:
    kari.services = replace(kari.services, rules=Rules())
    leave(kari)
    assert [notice.channel for notice in kari.notices()] == [SMS]


def test_in_quiet_hours_it_waits_unless_it_is_urgent(kari: UseCases) -> None:
    kari.put(Subscriber(KARI, quiet=parse_quiet("09:00-11:00")))
    leave(kari)
    leave(kari, "17.2", urgent=True)
    eleven_in_oslo = MONDAY + timedelta(hours=1)
    assert [notice.next_at for notice in kari.notices()] == [eleven_in_oslo, MONDAY]


def test_what_concerns_security_goes_by_sms_all_the_same(kari: UseCases) -> None:
    header = SpoolHeader(SpoolId("17.9"), Purpose.MESSAGE, KARI, Number("+4790000099"), MONDAY)
    take_in(kari.services, header, alaw=None)
    assert [(it.kind, it.channel) for it in kari.notices()] == [(NoticeKind.MISSED_CALL, SMS)]
