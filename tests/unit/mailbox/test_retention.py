"""How long messages are kept (docs/call-flow.md, 6), and the days of an absence greeting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox import listening
from personsvar.mailbox.greetings import is_absent, next_day
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.subscriber import Subscriber
from tests.fakes.memory import MemoryStore
from tests.upkeep import purge_once
from tests.world import OLA, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(MemoryStore(), tmp_path / "spool")


def days_pass(world: World, days: float) -> None:
    world.clock.pass_seconds(timedelta(days=days).total_seconds())


@pytest.mark.parametrize(("state", "days"), [(State.NEW, 30), (State.HEARD, 30), (State.SAVED, 365)])
def test_each_state_is_kept_so_many_days_and_a_week_more_among_the_deleted(
    world: World, state: State, days: int
) -> None:
    world.subscriber()
    world.message(state=state, hours_ago=0)
    days_pass(world, days - 0.1)
    assert purge_once(world.services) == 0
    days_pass(world, 0.2)
    assert purge_once(world.services) == 1
    (message,) = world.messages()
    assert (message.state, message.state_before) == (State.DELETED, state)
    days_pass(world, 6.9)
    assert purge_once(world.services) == 0
    days_pass(world, 0.2)
    assert purge_once(world.services) == 1
    assert world.messages() == []


def test_a_deleted_one_is_kept_for_a_week(world: World) -> None:
    world.subscriber()
    world.message(state=State.DELETED, hours_ago=0)
    days_pass(world, 6.9)
    assert purge_once(world.services) == 0
    days_pass(world, 0.2)
    assert purge_once(world.services) == 1
    assert world.messages() == []


def test_what_went_by_its_age_is_taken_back_as_what_it_was_and_kept_as_long_again(world: World) -> None:
    world.subscriber()
    message = world.message(state=State.SAVED, hours_ago=0)
    days_pass(world, 366)
    purge_once(world.services)
    listening.take_back(world.services, message.id)
    days_pass(world, 364)
    assert purge_once(world.services) == 0
    assert [it.state for it in world.messages()] == [State.SAVED]


def test_a_long_backlog_goes_in_small_transactions(world: World) -> None:
    world.subscriber()
    for _ in range(450):
        world.message(state=State.DELETED, seconds=1)
    world.clock.pass_seconds(timedelta(days=8).total_seconds())
    assert purge_once(world.services) == 450
    assert world.counts(OLA).deleted == 0


@pytest.mark.parametrize(
    ("ddmm", "today", "is_"),
    [
        ("2412", date(2026, 3, 4), date(2026, 12, 24)),
        ("0403", date(2026, 3, 4), date(2026, 3, 4)),
        ("0303", date(2026, 3, 4), date(2027, 3, 3)),
        ("2902", date(2026, 3, 4), date(2028, 2, 29)),
        ("2902", date(2096, 3, 1), date(2104, 2, 29)),
        ("3102", date(2026, 3, 4), None),
        ("0013", date(2026, 3, 4), None),
        ("1300", date(2026, 3, 4), None),
        ("241", date(2026, 3, 4), None),
        ("24122", date(2026, 3, 4), None),
        ("", date(2026, 3, 4), None),
    ],
)
def test_the_last_day_is_the_next_such_date(ddmm: str, today: date, is_: date | None) -> None:
    assert next_day(ddmm, today) == is_


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)), st.text(max_size=6))
def test_a_last_day_is_never_in_the_past(today: date, typed: str) -> None:
    day = next_day(typed, today)
    assert day is None or day >= today


@pytest.mark.parametrize(
    ("now", "absent"),
    [
        (datetime(2026, 12, 24, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 24, 23, 1, tzinfo=UTC), False),
    ],
)
def test_the_last_day_ends_at_the_subscribers_own_midnight(now: datetime, absent: bool) -> None:
    subscriber = Subscriber(Number("+4790000001"), absence_until=date(2026, 12, 24))
    assert is_absent(subscriber, now) is absent
