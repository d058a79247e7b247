"""The clock is months behind, and right again later: what was left or deleted meanwhile goes in its time, and
its owner is warned of that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from personsvar.mailbox import listening
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.reminders import remind_once
from personsvar.mailbox.removal_reminder import RemovalLooks
from personsvar.mailbox.retention import Doubt, Retention
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from tests.fakes.memory import MemoryStore
from tests.unit.mailbox.clocks import jumps
from tests.upkeep import MachineClock
from tests.world import OLA, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HALF_A_YEAR = 180 * DAY


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(MemoryStore(before_commit=RemovalLooks(Rules())), tmp_path / "spool", Rules())
    world.subscriber()
    return world


def passes(world: World, time: timedelta) -> None:
    world.clock.pass_seconds(time.total_seconds())


def states(world: World) -> list[State]:
    return [it.state for it in world.messages()]


def left_and_deleted_behind(world: World) -> Message:
    """One that was there is deleted, another comes; that one is returned."""
    (there,) = world.messages()
    listening.delete(world.services, there.id)
    return world.message(hours_ago=0)


def test_what_came_and_what_was_deleted_meanwhile_stays_as_long_as_any(
    world: World, machine: MachineClock, retention: Retention
) -> None:
    world.message()
    jumps(world, machine, -HALF_A_YEAR)
    left_and_deleted_behind(world)
    assert retention.once() == 0
    assert retention.held_up is Doubt.CLOCK
    passes(world, HOUR)
    jumps(world, machine, HALF_A_YEAR)
    assert retention.once() == 0
    assert retention.held_up is None
    assert sorted(states(world)) == [State.DELETED, State.NEW]
    passes(world, 6.9 * DAY)
    assert retention.once() == 0
    passes(world, 0.2 * DAY)
    assert retention.once() == 1  # the deleted one, after its week
    assert states(world) == [State.NEW]
    passes(world, 22.8 * DAY)
    assert retention.once() == 0
    passes(world, 0.3 * DAY)
    assert retention.once() == 1
    assert states(world) == [State.DELETED]


@pytest.mark.parametrize("change", [listening.heard, listening.save])
def test_so_does_what_was_heard_or_saved(
    world: World,
    machine: MachineClock,
    retention: Retention,
    change: Callable[[Services, MessageId], Message | None],
) -> None:
    left = world.message()
    jumps(world, machine, -400 * DAY)
    change(world.services, left.id)
    jumps(world, machine, 400 * DAY)
    passes(world, 29 * DAY)
    assert retention.once() == 0
    assert states(world) != [State.DELETED]


def test_a_machine_that_starts_with_a_clock_behind_and_is_put_right_goes_on_by_itself(
    world: World, retention: Retention
) -> None:
    """Its round has nothing to take, and is none that the clock could be believed by."""
    world.message()
    passes(world, HOUR)
    other = MachineClock(world.services, boot="another")
    jumps(world, other, -HALF_A_YEAR)
    again = Retention(world.services, other.uptime)
    assert again.once() == 0
    assert again.held_up is Doubt.CLOCK
    left_and_deleted_behind(world)
    passes(world, HOUR)
    jumps(world, other, HALF_A_YEAR)
    assert again.once() == 0
    assert again.held_up is None
    assert sorted(states(world)) == [State.DELETED, State.NEW]
    assert retention.held_up is None


def test_its_owner_is_warned_before_such_a_message_goes(
    world: World, machine: MachineClock, retention: Retention
) -> None:
    jumps(world, machine, -HALF_A_YEAR)
    world.message(hours_ago=0)
    jumps(world, machine, HALF_A_YEAR)
    gone_after: list[float] = []
    for hours in range(0, 24 * 31, 4):
        remind_once(world.services)
        gone_after += [hours / 24] * retention.once()
        passes(world, 4 * HOUR)
    assert 30 <= gone_after[0] < 30.5
    (warning,) = [it for it in world.notices(OLA) if it.kind is NoticeKind.SOON_DELETED]
    assert warning.facts.count == 1
    assert warning.facts.at is not None
    assert 2 * DAY < warning.facts.at - warning.created_at < 4 * DAY
