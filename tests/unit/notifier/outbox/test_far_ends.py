"""Each channel's lane over its real gateway; the far end is away, throttles, refuses, hangs, or hangs up.

The hours are told to the clock. What a gateway waits for an answer is no matter where one comes; where none
does, two seconds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import pytest

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.lamps import lamp_notice
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.notifier.outbox.lane import Lane
from tests.unit.conftest import Backend
from tests.unit.notifier.outbox.conftest import Lanes
from tests.unit.notifier.outbox.far_ends import (
    FAR_ENDS,
    HANGING_SECONDS,
    NUMBERS,
    PATIENCE_SECONDS,
    Conduct,
    FarEnd,
    far_end,
)
from tests.wire.until import until

pytestmark = pytest.mark.anyio
EVERY = pytest.mark.parametrize("name", FAR_ENDS)
HOURS = 24
CALLER = Number("+4790000900")
QUIET = bytes([0xD5]) * 8000 * 3
SAYS_HOW_LONG = {"SMPP", "MM7", "webhook", "lamp"}
"""Those that, when they throttle, say how long they want to be left alone."""


@dataclass
class Counter:
    """A lane, what is on it, and who is behind it."""

    backend: Backend
    lane: Lane
    far: FarEnd

    def post(self) -> None:
        """A notice for each of three subscribers."""
        for number in NUMBERS:
            if self.far.channel is Channel.MMS:
                self._leave_message(number)
            else:
                self.backend.post(self._notice(number))

    async def back(self) -> None:
        await self.far.come()
        await self.until(lambda: self.far.gateway.is_up)

    async def hour(self) -> None:
        """As the lane lives through it, looked at each minute."""
        for _ in range(60):
            await self.lane.round()
            self.backend.clock.go_on(minutes=1)

    async def until(self, true: Callable[[], bool]) -> None:
        await until(true)  # a gateway comes up and tells nobody

    def notices(self, channel: Channel | None = None) -> list[Notice]:
        with self.backend.services.store.look() as uow:
            return list(uow.outbox.list(channel=channel or self.far.channel))

    def outcomes(self) -> list[list[AttemptOutcome]]:
        with self.backend.services.store.look() as uow:
            histories = [uow.outbox.history(notice.id) for notice in self.notices()]
        return [[attempt.outcome for attempt in history.attempts] for history in histories]

    def statuses(self) -> set[NoticeStatus]:
        return {notice.status for notice in self.notices()}

    def _notice(self, number: Number) -> NewNotice:
        now = self.backend.clock.now()
        if self.far.channel is Channel.LAMP:
            return lamp_notice(number, now)
        key, facts = f"missed:{number}:{self.far.channel}", Facts(caller=CALLER, at=now)
        address = "ola@example.test" if self.far.channel is Channel.EMAIL else None
        return NewNotice(number, NoticeKind.MISSED_CALL, self.far.channel, key, now, facts, address)

    def _leave_message(self, number: Number) -> None:
        now = self.backend.clock.now()
        header = SpoolHeader(SpoolId(f"1700000000.{number[-1]}"), Purpose.MESSAGE, number, CALLER, now)
        take_in(self.backend.services, header, alaw=QUIET)


@pytest.fixture
def seconds(name: str) -> float:
    """A lamp's answer is UDP's: it is sent again and again, and given up."""
    return HANGING_SECONDS if name == "lamp" else PATIENCE_SECONDS


@pytest.fixture
async def counter(name: str, seconds: float, backend: Backend, lanes: Lanes) -> AsyncIterator[Counter]:
    with backend.services.store.begin() as uow:
        uow.subscribers.put(replace(backend.ola, wishes=Wishes(mms=True)))
        for number in NUMBERS[1:]:
            uow.subscribers.add(Subscriber(number, wishes=Wishes(mms=True)))
        uow.commit()
    async with far_end(name, backend.clock, seconds) as far:
        yield Counter(backend, lanes.lane(far.gateway, far.channel, hours=HOURS, lease_seconds=60), far)


@EVERY
async def test_away_for_an_hour_nothing_is_lost_no_try_is_spent_and_all_go_out_at_once(
    counter: Counter,
) -> None:
    counter.post()
    await counter.hour()
    assert counter.statuses() == {NoticeStatus.READY}
    assert counter.outcomes() == [[], [], []]
    assert {notice.attempts for notice in counter.notices()} == {0}
    await counter.back()
    assert await counter.lane.round() == len(NUMBERS)
    assert counter.statuses() == {NoticeStatus.SENT}
    assert counter.far.taken == len(NUMBERS)
    assert counter.outcomes() == [[AttemptOutcome.ACCEPTED]] * 3


@EVERY
async def test_gone_in_between_it_is_the_same(counter: Counter) -> None:
    """It was there, and so nobody knows that it is not, until somebody tries."""
    await counter.back()
    await counter.far.go()
    counter.post()
    await counter.hour()
    assert counter.statuses() == {NoticeStatus.READY}
    assert counter.outcomes() == [[], [], []]
    await counter.back()
    assert await counter.lane.round() == len(NUMBERS)
    assert counter.outcomes() == [[AttemptOutcome.ACCEPTED]] * 3
    assert counter.far.taken == len(NUMBERS)


@EVERY
async def test_throttled_for_an_hour_each_goes_out_once_when_it_is_over(name: str, counter: Counter) -> None:
    await counter.back()
    counter.far.conduct = Conduct.THROTTLES
    counter.post()
    await counter.hour()
    assert counter.statuses() == {NoticeStatus.READY}
    if name in SAYS_HOW_LONG:
        assert counter.outcomes() == [[], [], []]
    counter.far.conduct = Conduct.TAKES
    for _ in range(2):
        await counter.hour()
    assert counter.statuses() == {NoticeStatus.SENT}
    assert counter.far.taken == len(NUMBERS)
    assert {outcome for each in counter.outcomes() for outcome in each[:-1]} <= {AttemptOutcome.LATER}


@EVERY
async def test_refused_it_is_never_tried_again(counter: Counter) -> None:
    await counter.back()
    counter.far.conduct = Conduct.REFUSES
    counter.post()
    await counter.hour()
    assert counter.statuses() == {NoticeStatus.FAILED}
    assert counter.outcomes() == [[AttemptOutcome.REFUSED]] * 3
    if counter.far.channel is Channel.MMS:
        assert {sms.status for sms in counter.notices(Channel.SMS)} == {NoticeStatus.READY}


@EVERY
@pytest.mark.parametrize("seconds", [HANGING_SECONDS])
async def test_one_that_hangs_leaves_the_outcome_unknown_and_gets_it_again(counter: Counter) -> None:
    await counter.back()
    counter.far.conduct = Conduct.HANGS
    counter.post()
    await counter.lane.round()
    assert counter.outcomes() == [[AttemptOutcome.UNKNOWN]] * 3
    counter.far.conduct = Conduct.TAKES
    while counter.statuses() != {
        NoticeStatus.SENT
    }:  # at once, unless the machine is too busy to answer in time
        await counter.until(lambda: counter.far.gateway.is_up)
        counter.backend.clock.go_on(minutes=1)
        await counter.lane.round()
    assert [set(each[:-1]) for each in counter.outcomes()] == [{AttemptOutcome.UNKNOWN}] * 3
    assert {each[-1] for each in counter.outcomes()} == {AttemptOutcome.ACCEPTED}


@pytest.mark.parametrize("name", [name for name in FAR_ENDS if name != "lamp"])  # UDP has nothing to hang up
async def test_one_that_hangs_up_in_mid_message_leaves_the_outcome_unknown_and_gets_it_again(
    counter: Counter,
) -> None:
    await counter.back()
    counter.far.conduct = Conduct.HANGS_UP
    counter.post()
    await counter.lane.round()
    assert AttemptOutcome.UNKNOWN in {outcome for each in counter.outcomes() for outcome in each}
    counter.far.conduct = Conduct.TAKES
    await counter.until(lambda: counter.far.gateway.is_up)
    counter.backend.clock.go_on(minutes=1)
    await counter.lane.round()
    assert counter.statuses() == {NoticeStatus.SENT}
    unknown = sum(each.count(AttemptOutcome.UNKNOWN) for each in counter.outcomes())
    assert counter.far.taken == len(NUMBERS)
    assert unknown <= len(NUMBERS)


@pytest.mark.parametrize("name", ["MM7"])
async def test_an_mms_that_nobody_takes_for_too_long_becomes_an_sms(counter: Counter) -> None:
    """Its age is looked at while the MMSC is away; before that nothing becomes of it."""
    policy = counter.lane.policy
    counter.lane.policy = replace(policy, limits=replace(policy.limits, hours=1))
    counter.post()
    await counter.hour()
    assert counter.statuses() == {NoticeStatus.READY}
    assert counter.notices(Channel.SMS) == []
    counter.backend.clock.go_on(minutes=1)
    await counter.lane.round()
    assert {(it.status, it.error) for it in counter.notices()} == {(NoticeStatus.DEAD, "too old")}
    assert counter.outcomes() == [[], [], []]
    assert [sms.status for sms in counter.notices(Channel.SMS)] == [NoticeStatus.READY] * 3
    await counter.back()
    assert await counter.lane.round() == 0
    assert counter.far.taken == 0
