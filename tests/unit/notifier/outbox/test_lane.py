"""A lane over a real outbox: leases, tries, ends, and what happens when a worker dies or is late."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from math import inf

import pytest

from personsvar.mailbox.login import reset_pin
from personsvar.mailbox.model.ids import NoticeId, Number, Sealed
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.notifier.outbox.lane import GIVEN_UP_AT_ONCE
from personsvar.notifier.outbox.retry_policy import RetryDecision
from personsvar.notifier.words.rendering import Rendered, Text
from tests.fakes.actors import ROOT
from tests.unit.conftest import Backend
from tests.unit.notifier.outbox.conftest import Lanes
from tests.unit.notifier.outbox.post import Post
from tests.wire.until import until

ENDED = (NoticeStatus.SENT, NoticeStatus.DEAD)
QUIET = bytes([0xD5]) * 8000 * 3


def _attempts(backend: Backend, which: NoticeId) -> list[tuple[int, AttemptOutcome, str | None]]:
    with backend.services.store.look() as uow:
        history = uow.outbox.history(which)
    return [(attempt.number, attempt.outcome, attempt.error) for attempt in history.attempts]


def test_a_pin_sealed_with_another_key_is_given_up(backend: Backend, lanes: Lanes) -> None:
    which = backend.post(
        NewNotice(
            backend.ola.number,
            NoticeKind.REQUESTED_PIN,
            Channel.SMS,
            "x",
            backend.clock.now(),
            Facts(secret=Sealed(b"gAAAAA"), secret_until=backend.clock.now() + timedelta(minutes=15)),
        )
    )
    lanes.round(Post())
    notice = backend.notice(which)
    assert notice.status is NoticeStatus.FAILED
    assert notice.error == "the PIN can't be read: sealed with another PERSONSVAR_SECRET_KEY"


def test_a_pin_too_old_is_not_sent(backend: Backend, lanes: Lanes) -> None:
    reset_pin(backend.services, backend.ola.number, by=ROOT)
    backend.clock.go_on(days=8)
    post = Post()
    lanes.round(post, Channel.SMS)
    assert not post.taken
    assert [notice.status for notice in lanes.notices()] == [NoticeStatus.DEAD]


def test_a_gateway_that_fails_is_tried_again_later_and_later(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    busy = Post(fail=DeliveryError("system error"))
    waits = []
    for _ in range(2):
        assert lanes.round(busy, retry_seconds=10, attempts=3) == 1
        notice = backend.notice(which)
        assert notice.status is NoticeStatus.READY
        assert notice.error == "system error"
        waits.append((notice.next_at - backend.clock.now()).total_seconds())
        assert lanes.round(busy, retry_seconds=10, attempts=3) == 0
        backend.clock.time = notice.next_at
    assert waits == [10, 20]
    lanes.round(busy, attempts=3)
    assert backend.notice(which).status is NoticeStatus.DEAD
    assert _attempts(backend, which) == [(n, AttemptOutcome.LATER, "system error") for n in (1, 2, 3)]


def test_a_gateway_that_throttles_is_left_alone_as_long_as_it_asks_and_costs_no_try(
    backend: Backend, lanes: Lanes
) -> None:
    """It may throttle for an hour: the notice is given up for its age only."""
    which = lanes.backend.missed()
    for _ in range(30):
        lanes.round(Post(fail=DeliveryError("throttled", wait_seconds=2)), attempts=3)
        notice = backend.notice(which)
        assert notice.next_at - backend.clock.now() == timedelta(seconds=2.5)
        assert (notice.status, notice.error, notice.attempts) == (NoticeStatus.READY, "throttled", 0)
        backend.clock.time = notice.next_at
    assert _attempts(backend, which) == []


def test_a_gateway_that_came_back_gets_the_notice(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    lanes.round(Post(fail=DeliveryError("system error")))
    backend.clock.go_on(seconds=15)
    post = Post()
    lanes.round(post)
    assert backend.notice(which).status is NoticeStatus.SENT
    assert len(post.taken) == 1


def test_a_gateway_that_is_away_costs_no_try_however_long(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    for _ in range(30):
        assert lanes.round(Post(fail=GatewayAwayError("refused")), attempts=3) == 1
        backend.clock.go_on(minutes=2)
    lanes.round(Post())
    assert backend.notice(which).status is NoticeStatus.SENT
    assert _attempts(backend, which) == [(1, AttemptOutcome.ACCEPTED, None)]


def test_while_a_gateway_is_down_nothing_is_handed_to_it(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    down = Post(is_up=False)
    lanes.round(down)
    assert not down.taken
    notice = backend.notice(which)
    assert (notice.status, notice.attempts, notice.lease) == (NoticeStatus.READY, 0, None)
    assert notice.next_at <= backend.clock.now()  # it goes out the moment the gateway is back


def test_after_hours_without_a_notifier_nobody_waits_behind_what_is_too_old(
    backend: Backend, lanes: Lanes
) -> None:
    """What is too old is given up without being written out, many at a time; what is young goes between."""
    old = [backend.missed(f"old-{n}") for n in range(4 * GIVEN_UP_AT_ONCE)]
    backend.clock.go_on(hours=25)
    young = backend.missed("young")
    waiting = list[int]()

    async def count(_: Rendered) -> None:
        waiting.append(sum(it.status is NoticeStatus.READY for it in lanes.notices()))

    async def in_one_lane() -> None:
        lane = lanes.lane(Post(meanwhile=count))
        running = asyncio.create_task(lane.run())
        await until(lambda: all(it.status in ENDED for it in lanes.notices()))
        lane.stop()
        await running
        await lane.end()

    asyncio.run(in_one_lane())
    assert len(waiting) == 1
    assert waiting[0] >= GIVEN_UP_AT_ONCE
    assert {backend.notice(each).error for each in old} == {"too old"}
    assert backend.notice(young).status is NoticeStatus.SENT


def test_while_a_gateway_is_down_notices_grow_too_old_all_the_same(backend: Backend, lanes: Lanes) -> None:
    old, young = lanes.backend.missed(), NoticeId(0)
    backend.clock.go_on(hours=23, minutes=59)
    young = lanes.backend.missed("2")
    backend.clock.go_on(minutes=2)
    lanes.round(Post(is_up=False))
    assert backend.notice(old).status is NoticeStatus.DEAD
    assert backend.notice(young).status is NoticeStatus.READY


def test_an_answer_that_never_comes_is_an_unknown_outcome(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()

    async def for_ever(_: Rendered) -> None:
        await asyncio.Event().wait()

    lanes.round(Post(meanwhile=for_ever), lease_seconds=1)
    assert _attempts(backend, which) == [(1, AttemptOutcome.UNKNOWN, "no answer in time")]
    lanes_later = lanes.round(Post(fail=OutcomeUnknownError("closed after submit")))
    assert lanes_later == 0
    backend.clock.go_on(minutes=1)
    lanes.round(Post(fail=OutcomeUnknownError("closed after submit")))
    assert _attempts(backend, which)[1:] == [(2, AttemptOutcome.UNKNOWN, "closed after submit")]


def test_a_notice_nobody_can_handle_does_not_trap_those_behind_it(backend: Backend, lanes: Lanes) -> None:
    """An error of ours on one notice: the rest of the batch goes out, and it is given up in the end."""
    broken, whole = lanes.backend.missed(), lanes.backend.missed("2")

    async def stumble(letter: Rendered) -> None:
        if letter.notice.id == broken:
            raise ZeroDivisionError

    post = Post(meanwhile=stumble)
    lanes.round(post, attempts=2)
    assert [letter.notice.id for letter in post.taken] == [whole]
    backend.clock.go_on(seconds=60)
    lanes.round(post, attempts=2)
    assert backend.notice(broken).status is NoticeStatus.DEAD
    assert backend.notice(broken).error == "ZeroDivisionError"


def test_a_letter_nobody_can_write_does_not_trap_those_behind_it(backend: Backend, lanes: Lanes) -> None:
    """As for a subscriber whose time zone this machine does not know any more."""
    kari = Subscriber(Number("+4790000003"), time_zone="Europe/Atlantis")
    with backend.services.store.begin() as uow:
        uow.subscribers.add(kari)
        uow.commit()
    now = backend.clock.now()
    broken = backend.post(NewNotice(kari.number, NoticeKind.LOCKED_OUT, Channel.SMS, "x", now, Facts(at=now)))
    whole = lanes.backend.missed()
    post = Post()
    lanes.round(post, Channel.SMS, attempts=2)
    assert [letter.notice.id for letter in post.taken] == [whole]
    backend.clock.go_on(seconds=60)
    lanes.round(post, Channel.SMS, attempts=2)
    assert backend.notice(broken).status is NoticeStatus.DEAD
    assert backend.notice(broken).error == "ZoneInfoNotFoundError"


def test_a_refusal_is_final(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    lanes.round(Post(fail=UndeliverableError("no such number")))
    assert backend.notice(which).status is NoticeStatus.FAILED
    assert _attempts(backend, which) == [(1, AttemptOutcome.REFUSED, "no such number")]


def test_a_notice_of_yesterday_is_worthless_unless_sent_again_by_hand(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    backend.clock.go_on(hours=25)
    post = Post()
    lanes.round(post)
    assert backend.notice(which).status is NoticeStatus.DEAD
    with backend.services.store.begin() as uow:
        assert uow.outbox.resend(which, now=backend.clock.now())
        uow.commit()
    lanes.round(post)
    assert backend.notice(which).status is NoticeStatus.SENT
    assert "i går kl. 13.00" in post.taken[0].content_as(Text).text


def test_a_notice_tried_for_a_day_is_given_up_however_late_its_last_try_is(
    backend: Backend, lanes: Lanes
) -> None:
    which = lanes.backend.missed()
    backend.clock.go_on(hours=23, minutes=50)
    lanes.round(Post(fail=DeliveryError("queue full", wait_seconds=3600)))
    backend.clock.go_on(minutes=90)
    post = Post()
    lanes.round(post)
    assert not post.taken
    assert backend.notice(which).status is NoticeStatus.DEAD


def test_a_worker_that_died_loses_its_notice_to_the_next(backend: Backend, lanes: Lanes) -> None:
    """And the ledger says that nobody knows what became of the first try."""
    which = lanes.backend.missed()
    lane = lanes.lane(Post())
    assert lane.ledger.claim(Channel.SMS, limit=1, lease_seconds=60)
    post = Post()
    assert lanes.round(post, Channel.SMS) == 0
    backend.clock.go_on(seconds=61)
    assert lanes.round(post, Channel.SMS) == 1
    assert backend.notice(which).status is NoticeStatus.SENT
    outcomes = [outcome for _, outcome, _ in _attempts(backend, which)]
    assert outcomes == [AttemptOutcome.UNKNOWN, AttemptOutcome.ACCEPTED]


def test_a_worker_too_slow_writes_nothing_over_the_next_one_s_word(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()

    async def take_over(_: Rendered) -> None:
        backend.clock.go_on(seconds=61)
        await lanes.lane(Post()).round()

    lanes.round(Post(fail=UndeliverableError("too late"), meanwhile=take_over), Channel.SMS)
    assert backend.notice(which).status is NoticeStatus.SENT
    assert lanes.figures.settled == {(Channel.SMS, NoticeStatus.SENT): 1}


def test_a_channel_s_lane_leaves_the_others_alone(backend: Backend, lanes: Lanes) -> None:
    which = lanes.backend.missed()
    assert lanes.round(Post(), Channel.EMAIL) == 0
    assert backend.notice(which).status is NoticeStatus.READY


def test_a_message_purged_in_the_meantime_sends_no_empty_email(backend: Backend, lanes: Lanes) -> None:
    backend.leave_message()
    with backend.services.store.begin() as uow:
        (message,) = uow.messages.list(backend.ola.number)
        uow.messages.remove(message.id)
        uow.commit()
    post = Post()
    lanes.round(post)
    assert [letter.notice.channel for letter in post.taken] == [Channel.SMS]


@pytest.mark.parametrize(
    ("attempts", "jitter", "seconds"),
    [(1, 0.0, 5), (1, 1.0, 15), (4, 0.5, 80), (30, 0.5, 3600), (999, 0.0, 1800), (999, 1.0, 3600)],
)
def test_the_wait_doubles_up_to_an_hour_and_is_spread(
    lanes: Lanes, attempts: int, jitter: float, seconds: float
) -> None:
    lanes.backend.missed()
    (notice,) = lanes.notices()
    policy = replace(lanes.lane(Post(), attempts=1000).policy, jitter=lambda: jitter)
    decision = policy.decide(replace(notice, attempts=attempts), OutcomeUnknownError("hung up"))
    assert decision == RetryDecision(NoticeStatus.READY, AttemptOutcome.UNKNOWN, "hung up", seconds)


@pytest.mark.parametrize(
    ("asked", "jitter", "seconds"),
    [(30, 0.0, 30), (30, 1.0, 45), (3000, 1.0, 3600), (3600, 0.0, 3600), (3600, 1.0, 3600), (inf, 0.0, 3600)],
)
def test_who_asks_to_be_left_alone_is_for_an_hour_at_most_however_it_is_spread(
    lanes: Lanes, asked: float, jitter: float, seconds: float
) -> None:
    lanes.backend.missed()
    (notice,) = lanes.notices()
    policy = replace(lanes.lane(Post()).policy, jitter=lambda: jitter)
    decision = policy.decide(notice, DeliveryError("busy", wait_seconds=asked))
    assert decision == RetryDecision(NoticeStatus.READY, None, "busy", seconds)
