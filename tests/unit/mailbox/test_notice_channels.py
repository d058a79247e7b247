"""Which notices go where (settings 5)."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model import Channel, Facts, NoticeKind, Subscriber, Wishes
from personsvar.mailbox.notices import channels_for, post
from tests.unit.mailbox.office import KARI, MONDAY, Desk

SMS, MMS, EMAIL = Channel.SMS, Channel.MMS, Channel.EMAIL
ADDRESS = "kari@example.test"


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


@pytest.mark.parametrize("kind", sorted(set(NoticeKind) - {NoticeKind.NEW_MESSAGE, NoticeKind.MISSED_CALL}))
def test_everything_else_always_goes_by_sms(kind: NoticeKind) -> None:
    silent = Wishes(sms=False, missed_calls=False, email_copy=False)
    assert list(channels_for(Subscriber(KARI, email=ADDRESS, wishes=silent), kind)) == [SMS]


def test_the_same_cause_is_told_once_on_each_channel(desk: Desk) -> None:
    kari = Subscriber(KARI, email=ADDRESS)
    desk.add(kari)
    for _ in range(2):
        with desk.store.begin() as uow:
            post(uow, kari, NoticeKind.NEW_MESSAGE, facts=Facts(seconds=14), cause="message:17.1", now=MONDAY)
            uow.commit()
    rows = [
        (notice.channel, notice.dedup_key, notice.address, notice.facts.seconds) for notice in desk.notices()
    ]
    assert rows == [(SMS, "message:17.1:sms", None, 14), (EMAIL, "message:17.1:email", ADDRESS, 14)]
