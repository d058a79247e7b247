"""Many calls within an hour are told together: a limit for each mailbox, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.deposit import miss, take_in
from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import Channel, MissedReason, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.notice_writer import HOUR
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, UseCases

MISSED, NEW, MANY = NoticeKind.MISSED_CALL, NoticeKind.NEW_MESSAGE, NoticeKind.MANY_CALLS
SPEECH = bytes([0x2A]) * 8000 * 3


class ManyCallers:
    """Everybody calls Kari, each from another number; three notices an hour are her bound."""

    def __init__(self, app: UseCases) -> None:
        self.app = app
        self.calls = 0
        self.rules(missed_calls_an_hour=3, new_messages_an_hour=3, webhooks=True)

    def rules(self, **more: object) -> None:
        services = self.app.services
        self.app.services = replace(services, rules=replace(services.rules, **more))  # type: ignore[arg-type] # by their names

    def _header(self, to: Number) -> SpoolHeader:
        self.calls += 1
        caller = Number(f"+4790{self.calls:06d}")
        return SpoolHeader(SpoolId(f"17.{self.calls}"), Purpose.MESSAGE, to, caller, self.app.clock.now())

    def misses(self, calls: int = 1, *, to: Number = KARI) -> list[SpoolHeader]:
        headers = [self._header(to) for _ in range(calls)]
        for header in headers:
            miss(self.app.services, header, MissedReason.HUNG_UP)
        return headers

    def leaves(self, messages: int = 1, *, urgent: bool = False) -> None:
        for _ in range(messages):
            take_in(self.app.services, self._header(KARI), alaw=SPEECH, urgent=urgent)

    def told(self, kind: NoticeKind, channel: Channel = Channel.SMS, *, to: Number = KARI) -> list[int]:
        """How many calls each notice tells of, in their order."""
        return [
            it.facts.calls or 1
            for it in self.app.notices()
            if (it.kind, it.channel, it.to) == (kind, channel, to)
        ]


@pytest.fixture
def crowd(app: UseCases) -> ManyCallers:
    app.add(Subscriber(KARI, email="kari@example.test"))
    app.add(Subscriber(OLA))
    return ManyCallers(app)


def test_above_the_bound_missed_calls_are_told_together_an_hour_later(crowd: ManyCallers) -> None:
    crowd.misses(40)
    assert crowd.told(MISSED) == [1, 1, 1]
    assert crowd.told(MANY) == [37]
    (many,) = [it for it in crowd.app.notices() if it.kind is MANY]
    assert many.next_at == MONDAY + HOUR
    assert len(crowd.told(MISSED, Channel.WEBHOOK)) == 40  # the operator's systems hear of each


def test_another_mailbox_has_its_own_bound(crowd: ManyCallers) -> None:
    crowd.misses(10)
    crowd.misses(2, to=OLA)
    assert crowd.told(MISSED, to=OLA) == [1, 1]
    assert crowd.told(MANY, to=OLA) == []


def test_over_a_whole_day_no_hour_has_more_than_the_bound_and_one(crowd: ManyCallers) -> None:
    crowd.rules(webhooks=False)
    for _ in range(24 * 60):
        crowd.misses()
        crowd.app.clock.go_on(seconds=60)
        with crowd.app.store.begin() as uow:
            uow.outbox.claim(channels=["sms"], now=crowd.app.clock.now(), lease_seconds=9e6, limit=100)
            uow.commit()
    sent = sorted(it.next_at for it in crowd.app.notices() if it.channel is Channel.SMS)
    for first in sent:
        assert sum(first <= at < first + timedelta(minutes=59) for at in sent) <= 4
    assert sum(crowd.told(MISSED)) + sum(crowd.told(MANY)) == 24 * 60


def test_a_call_taken_in_again_is_counted_once_wherever_it_was_counted(crowd: ManyCallers) -> None:
    headers = crowd.misses(6)
    for _ in range(2):
        for header in headers:
            miss(crowd.app.services, header, MissedReason.HUNG_UP)
    assert (crowd.told(MISSED), crowd.told(MANY)) == ([1, 1, 1], [3])


def test_who_wants_no_word_of_missed_calls_has_none_of_many_either(crowd: ManyCallers) -> None:
    crowd.app.put(Subscriber(KARI, wishes=Wishes(missed_calls=False)))
    crowd.misses(10)
    assert (crowd.told(MISSED), crowd.told(MANY)) == ([], [])


def test_messages_above_the_bound_are_told_together_and_none_is_lost(crowd: ManyCallers) -> None:
    crowd.app.put(Subscriber(KARI, email="kari@example.test", wishes=Wishes(email_copy=True)))
    crowd.leaves(12, urgent=True)
    assert (crowd.told(NEW), crowd.told(MANY)) == ([1, 1, 1], [9])
    assert len(crowd.told(NEW, Channel.EMAIL)) == 12
    with crowd.app.store.look() as uow:
        assert uow.messages.counts(KARI).new == 12


def test_an_mms_is_bounded_as_an_sms_is(crowd: ManyCallers) -> None:
    crowd.app.put(Subscriber(KARI, wishes=Wishes(mms=True)))
    crowd.leaves(8)
    assert (crowd.told(NEW, Channel.MMS), crowd.told(NEW), crowd.told(MANY)) == ([1, 1, 1], [], [5])


@pytest.mark.parametrize("in_words", [False, True])
def test_a_phones_own_inbox_is_told_less_often_above_the_bound(crowd: ManyCallers, *, in_words: bool) -> None:
    """It then looks for itself, and finds all of them."""
    crowd.rules(visual=True, visual_replaces_sms=not in_words)
    with crowd.app.store.begin() as uow:
        uow.visual.put(VisualAccount(KARI, VisualDialect.OMTP_11, VisualStatus.READY))
        uow.commit()
    for _ in range(20):
        crowd.leaves()
        crowd.app.clock.go_on(seconds=60)
    assert crowd.told(NEW, Channel.VISUAL) == [1, 1, 1]
    updates = [it for it in crowd.app.notices() if it.kind is NoticeKind.MAILBOX_CHANGED]
    assert {it.channel for it in updates} == {Channel.VISUAL}
    assert 2 <= len(updates) <= 3  # twenty minutes of ten each
    assert updates[-1].next_at > crowd.app.clock.now() - timedelta(seconds=60)
    assert (crowd.told(NEW), crowd.told(MANY)) == (([1, 1, 1], [17]) if in_words else ([], []))


def test_messages_and_missed_calls_above_the_bound_share_one_notice(crowd: ManyCallers) -> None:
    crowd.misses(5)
    crowd.leaves(5)
    assert crowd.told(MANY) == [4]


def test_after_an_hour_each_is_told_by_itself_again(crowd: ManyCallers) -> None:
    crowd.misses(10)
    crowd.app.clock.go_on(seconds=3601)
    with crowd.app.store.begin() as uow:
        uow.outbox.claim(channels=["sms"], now=crowd.app.clock.now(), lease_seconds=60, limit=100)
        uow.commit()
    crowd.misses(2)
    assert (crowd.told(MISSED), crowd.told(MANY)) == ([1] * 5, [7])


def test_at_night_it_waits_for_the_morning_and_counts_on(crowd: ManyCallers) -> None:
    crowd.app.put(Subscriber(KARI, quiet=parse_quiet("00:00-23:00")))
    for _ in range(8):
        crowd.misses(5)
        crowd.app.clock.go_on(seconds=3601)
    assert (crowd.told(MISSED), crowd.told(MANY)) == ([1, 1, 1], [37])


@pytest.mark.parametrize("setting", ["missed_calls_an_hour", "new_messages_an_hour"])
def test_0_is_no_bound(crowd: ManyCallers, setting: str) -> None:
    crowd.rules(**{setting: 0})
    crowd.misses(10)
    crowd.leaves(10)
    unbound, bound = (MISSED, NEW) if setting == "missed_calls_an_hour" else (NEW, MISSED)
    assert (len(crowd.told(unbound)), len(crowd.told(bound))) == (10, 3)


def test_as_printed_a_busy_day_reaches_no_bound() -> None:
    assert (Rules().missed_calls_an_hour, Rules().new_messages_an_hour) == (20, 30)
