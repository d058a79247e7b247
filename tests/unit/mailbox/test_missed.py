"""Missed calls (section 2): why, and several of one caller in one notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox.deposit import miss
from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import Channel, MissedReason, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, STRANGER, UseCases

HUNG_UP, EMPTY = MissedReason.HUNG_UP, MissedReason.EMPTY
FULL, OFF = MissedReason.MAILBOX_FULL, MissedReason.VOICEMAIL_OFF


class CallsToKari:
    """Calls to Kari that leave no message."""

    def __init__(self, app: UseCases) -> None:
        self.app = app
        self.calls = 0

    def rings(self, reason: MissedReason = HUNG_UP, *, caller: Number | None = STRANGER) -> SpoolHeader:
        self.calls += 1
        header = SpoolHeader(SpoolId(f"17.{self.calls}"), Purpose.MESSAGE, KARI, caller, self.app.clock.now())
        miss(self.app.services, header, reason)
        return header

    def told(self, channel: Channel = Channel.SMS) -> list[tuple[int, MissedReason | None, float]]:
        """How many calls, why, and how many seconds from the start the last was."""
        return [
            (it.facts.calls or 1, it.facts.reason, (it.facts.at - MONDAY).total_seconds())
            for it in self.app.notices()
            if it.channel is channel and it.facts.at is not None
        ]


@pytest.fixture
def line(app: UseCases) -> CallsToKari:
    app.add(Subscriber(KARI))
    return CallsToKari(app)


def _with(line: CallsToKari, **rules: object) -> CallsToKari:
    line.app.services = replace(line.app.services, rules=replace(Rules(), **rules))  # type: ignore[arg-type]
    return line


def test_one_call_is_told_when_the_minute_is_over(line: CallsToKari) -> None:
    line.rings()
    (notice,) = line.app.notices()
    assert notice.kind is NoticeKind.MISSED_CALL
    assert (notice.next_at - MONDAY).total_seconds() == 60


def test_several_of_one_caller_within_a_minute_are_one_notice(line: CallsToKari) -> None:
    for _ in range(3):
        line.rings()
        line.app.clock.go_on(seconds=20)
    assert line.told() == [(3, HUNG_UP, 40)]


def test_after_the_minute_it_is_another_notice(line: CallsToKari) -> None:
    line.rings()
    line.app.clock.go_on(seconds=61)
    line.rings()
    assert line.told() == [(1, HUNG_UP, 0), (1, HUNG_UP, 61)]


def test_what_was_sent_meanwhile_is_not_joined(line: CallsToKari) -> None:
    line.rings()
    line.app.clock.go_on(seconds=60)
    with line.app.store.begin() as uow:
        uow.outbox.claim(channels=["sms"], now=line.app.clock.now(), lease_seconds=60, limit=1)
        uow.commit()
    line.rings()
    assert [calls for calls, _, _ in line.told()] == [1, 1]


def test_each_caller_is_told_of_alone(line: CallsToKari) -> None:
    line.rings()
    line.rings(caller=OLA)
    assert [calls for calls, _, _ in line.told()] == [1, 1]


def test_all_who_withhold_their_number_count_as_one_caller(line: CallsToKari) -> None:
    """Else each call of two seconds would be an SMS."""
    for _ in range(5):
        line.rings(caller=None)
        line.app.clock.go_on(seconds=5)
    assert line.told() == [(5, HUNG_UP, 20)]
    assert [it.facts.caller for it in line.app.notices()] == [None]


def test_with_the_setting_at_0_each_is_told_at_once(line: CallsToKari) -> None:
    _with(line, missed_calls_seconds=0)
    line.rings()
    line.rings()
    assert [(it.facts.calls, it.next_at) for it in line.app.notices()] == [(None, MONDAY)] * 2


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ([HUNG_UP, EMPTY], HUNG_UP),
        ([EMPTY, HUNG_UP], EMPTY),
        ([HUNG_UP, FULL], FULL),
        ([FULL, HUNG_UP, EMPTY], FULL),
        ([OFF, OFF], OFF),
        ([FULL, OFF], OFF),
    ],
)
def test_what_the_owner_can_do_something_about_is_told_if_it_was_so_for_any(
    line: CallsToKari, reasons: list[MissedReason], told: MissedReason
) -> None:
    for reason in reasons:
        line.rings(reason)
    assert line.told() == [(len(reasons), told, 0)]


def test_the_same_call_taken_in_again_is_counted_once(line: CallsToKari) -> None:
    first = line.rings()
    miss(line.app.services, first, HUNG_UP)
    assert line.told() == [(1, HUNG_UP, 0)]
    line.app.clock.go_on(seconds=20)
    second, third = line.rings(), line.rings()
    for again in (first, second, third):
        miss(line.app.services, again, HUNG_UP)
    assert line.told() == [(3, HUNG_UP, 20)]
    line.app.clock.go_on(hours=2)
    miss(line.app.services, second, HUNG_UP)
    assert line.told() == [(3, HUNG_UP, 20)]


def test_the_operators_systems_hear_of_each_at_once(line: CallsToKari) -> None:
    _with(line, webhooks=True)
    line.rings()
    line.rings(EMPTY)
    assert [reason for _, reason, _ in line.told(Channel.WEBHOOK)] == [HUNG_UP, EMPTY]
    assert [calls for calls, _, _ in line.told()] == [2]
    events = [it.next_at for it in line.app.notices() if it.channel is Channel.WEBHOOK]
    assert events == [MONDAY, MONDAY]


def test_in_quiet_hours_it_waits_until_they_are_over(line: CallsToKari) -> None:
    line.app.put(Subscriber(KARI, quiet=parse_quiet("09:00-11:30")))
    line.rings()
    (notice,) = line.app.notices()
    assert (notice.next_at - MONDAY).total_seconds() == 1.5 * 3600


def test_quiet_hours_that_begin_within_the_minute_hold_it_too(line: CallsToKari) -> None:
    line.app.put(Subscriber(KARI, quiet=parse_quiet("10:01-11:00")))
    line.rings()
    (notice,) = line.app.notices()
    assert (notice.next_at - MONDAY).total_seconds() == 3600


def test_who_wants_none_is_told_of_none(line: CallsToKari) -> None:
    line.app.put(Subscriber(KARI, wishes=Wishes(missed_calls=False)))
    line.rings()
    line.rings()
    assert line.told() == []
