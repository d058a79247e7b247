"""The clock jumps: leases, waits and ages are counted by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from personsvar.mailbox.login import reset_pin
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.notifier.delivery_errors import DeliveryError
from personsvar.notifier.words.rendering import Rendered
from tests.fakes.actors import ROOT
from tests.unit.conftest import Backend
from tests.unit.notifier.outbox.conftest import Lanes
from tests.unit.notifier.outbox.post import Post
from tests.wire.until import until

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
JUMPS = pytest.mark.parametrize("jump", [DAY, -HOUR], ids=["forward a day", "back an hour"])


def outcomes(backend: Backend, which: NoticeId) -> list[AttemptOutcome]:
    with backend.services.store.look() as uow:
        return [attempt.outcome for attempt in uow.outbox.history(which).attempts]


def jumping(backend: Backend, jump: timedelta) -> Callable[[Rendered], Awaitable[None]]:
    """While a letter is handed over."""

    async def meanwhile(_: Rendered) -> None:
        backend.clock.time += jump

    return meanwhile


@JUMPS
def test_what_is_under_way_is_sent_once_and_written_back(
    backend: Backend, lanes: Lanes, jump: timedelta
) -> None:
    which = lanes.backend.missed()
    post = Post(meanwhile=jumping(backend, jump))
    lanes.round(post, Channel.SMS)
    lanes.round(post, Channel.SMS)
    assert backend.notice(which).status is NoticeStatus.SENT
    assert len(post.taken) == 1
    assert outcomes(backend, which) == [AttemptOutcome.ACCEPTED]


def test_forward_the_lane_that_still_holds_a_notice_does_not_take_it_again(
    backend: Backend, lanes: Lanes
) -> None:
    """By the clock its lease ran out long ago; by the gateway it is just being handed over."""
    which = lanes.backend.missed()

    async def in_one_lane() -> None:
        answer, asked = asyncio.Event(), list[NoticeId]()

        async def slow(letter: Rendered) -> None:
            asked.append(letter.notice.id)
            await answer.wait()  # which wakes them in the order in which they came

        post = Post(meanwhile=slow)
        lane = lanes.lane(post, hours=48)
        running = asyncio.create_task(lane.run())
        await until(lambda: which in asked)
        backend.clock.time += DAY
        younger = lanes.backend.missed("2")
        lane.ring()
        await until(lambda: younger in asked)
        answer.set()
        lane.stop()
        await running
        await lane.end()
        assert [letter.notice.id for letter in post.taken] == [which, younger]

    asyncio.run(in_one_lane())
    assert outcomes(backend, which) == [AttemptOutcome.ACCEPTED]


def test_forward_another_notifier_takes_over_and_the_ledger_tells(backend: Backend, lanes: Lanes) -> None:
    """It can't know that the first is alive: by the clock that one has been silent for a day."""
    which = lanes.backend.missed()
    others = Post()

    async def take_over(_: Rendered) -> None:
        backend.clock.time += DAY - HOUR
        await lanes.lane(others).round()

    post = Post(meanwhile=take_over)
    lanes.round(post, Channel.SMS)
    assert (len(post.taken), len(others.taken)) == (1, 1)
    assert backend.notice(which).status is NoticeStatus.SENT
    assert outcomes(backend, which) == [AttemptOutcome.UNKNOWN, AttemptOutcome.ACCEPTED]


def test_forward_what_is_too_old_by_the_clock_is_told_so_and_can_be_sent_by_hand(
    backend: Backend, lanes: Lanes
) -> None:
    sms, mail = lanes.backend.missed(), lanes.backend.missed(channel=Channel.EMAIL)
    backend.clock.time += DAY + HOUR
    post = Post()
    lanes.round(post, Channel.SMS)
    lanes.round(post, Channel.EMAIL, hours=72)
    assert (backend.notice(sms).status, backend.notice(sms).error) == (NoticeStatus.DEAD, "too old")
    assert backend.notice(mail).status is NoticeStatus.SENT
    backend.clock.time -= DAY + HOUR  # and it is put right again
    with backend.services.store.begin() as uow:
        assert uow.outbox.resend(sms, now=backend.clock.now())
        uow.commit()
    lanes.round(post, Channel.SMS)
    assert backend.notice(sms).status is NoticeStatus.SENT
    assert len(post.taken) == 2


def test_back_what_waits_waits_no_longer_than_the_jump_and_what_is_new_goes_at_once(
    backend: Backend, lanes: Lanes
) -> None:
    again, fresh = lanes.backend.missed(), lanes.backend.missed("2")
    lanes.round(Post(fail=DeliveryError("system error")), Channel.SMS)
    before = {backend.notice(each).next_at for each in (again, fresh)}
    backend.clock.time -= HOUR
    new = lanes.backend.missed("3")
    post = Post()
    lanes.round(post, Channel.SMS)
    assert [letter.notice.id for letter in post.taken] == [new]
    backend.clock.time = max(before)
    lanes.round(post, Channel.SMS)
    assert [letter.notice.id for letter in post.taken] == [new, again, fresh]


def test_back_the_lease_of_a_dead_worker_runs_out_all_the_same(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    assert lanes.lane(Post()).ledger.claim(Channel.SMS, limit=1, lease_seconds=60)
    backend.clock.time -= HOUR
    post = Post()
    assert lanes.round(post, Channel.SMS) == 0
    backend.clock.time += HOUR + timedelta(seconds=61)
    lanes.round(post, Channel.SMS)
    assert backend.notice(which).status is NoticeStatus.SENT
    assert outcomes(backend, which) == [AttemptOutcome.UNKNOWN, AttemptOutcome.ACCEPTED]


def test_forward_a_first_pin_still_goes_out(backend: Backend, lanes: Lanes) -> None:
    """It has a time of its own: seven days."""
    reset_pin(backend.services, backend.ola.number, by=ROOT)
    backend.clock.time += DAY + HOUR
    post = Post()
    lanes.round(post, Channel.SMS)
    assert len(post.taken) == 1
