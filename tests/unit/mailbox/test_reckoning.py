"""The clock is not believed where something is removed for good; nor is a round that takes unusually much."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.mailbox.reckoning import is_believed
from personsvar.mailbox.retention import FEW, Doubt, Retention, go_on
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.tidying import tidy_ledger, tidy_mailboxes
from tests.fakes.actors import ROOT
from tests.fakes.memory import MemoryStore
from tests.unit.mailbox.clocks import jumps
from tests.unit.mailbox.use_cases import MONDAY
from tests.upkeep import MachineClock
from tests.world import KARI, OLA, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(MemoryStore(), tmp_path / "spool", Rules())
    world.subscriber()
    return world


def hours_pass(world: World, hours: float, *, rounds: Retention | None = None) -> int:
    """Rightly; with `rounds` there is one each twelve hours."""
    taken = 0
    while hours > 0:
        step = min(hours, 12)
        world.clock.pass_seconds(step * 3600)
        hours -= step
        taken += rounds.once() if rounds is not None else 0
    return taken


def states(world: World) -> list[State]:
    return [it.state for it in world.messages()]


def test_a_clock_that_jumps_ahead_by_a_year_removes_and_marks_nothing(
    world: World, machine: MachineClock, retention: Retention, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(18):
        world.message()
    world.message(state=State.SAVED)
    world.message(state=State.DELETED)
    before = world.messages()
    jumps(world, machine, 400 * DAY)
    for _ in range(3):
        assert retention.once() == 0
        hours_pass(world, 1)
    assert world.messages() == before
    assert retention.held_up is Doubt.CLOCK
    told = [it for it in caplog.records if it.levelno == logging.ERROR]
    assert {it.getMessage() for it in told} == {"retention waits for the operator"}
    assert told[0].__dict__ | {"doubt": "clock", "to_mark": 19, "to_remove": 1, "of": 20} == told[0].__dict__


def test_once_the_clock_is_right_again_it_goes_on_by_itself(
    world: World, machine: MachineClock, retention: Retention
) -> None:
    world.message()
    hours_pass(world, 24 * 31)
    jumps(world, machine, 400 * DAY)
    assert retention.once() == 0
    jumps(world, machine, -400 * DAY)
    assert retention.once() == 1
    assert retention.held_up is None
    assert states(world) == [State.DELETED]


def test_the_operator_says_that_the_clock_is_right(
    world: World, machine: MachineClock, retention: Retention
) -> None:
    world.message()
    jumps(world, machine, 31 * DAY)
    assert retention.once() == 0
    assert go_on(world.services, machine.uptime(), by=ROOT).takes == 1
    assert retention.once() == 1
    assert states(world) == [State.DELETED]


@pytest.mark.usefixtures("retention")
def test_a_service_that_comes_up_again_remembers_when_the_clock_was_believed(
    world: World, machine: MachineClock
) -> None:
    world.message()
    jumps(world, machine, 400 * DAY)
    again = Retention(world.services, machine.uptime)
    assert again.once() == 0
    assert again.held_up is Doubt.CLOCK
    assert states(world) == [State.NEW]


def test_so_does_one_on_a_machine_that_started_anew_with_a_wrong_year(
    world: World, retention: Retention
) -> None:
    world.message()
    assert retention.held_up is None
    hours_pass(world, 24 * 400)
    other = Retention(world.services, MachineClock(world.services, boot="another").uptime)
    assert other.once() == 0
    assert other.held_up is Doubt.CLOCK
    assert states(world) == [State.NEW]


def test_a_machine_that_was_off_for_an_hour_goes_on(world: World, retention: Retention) -> None:
    world.message(hours_ago=0)
    hours_pass(world, 24 * 30 - 0.5, rounds=retention)
    hours_pass(world, 1)
    assert Retention(world.services, MachineClock(world.services, boot="another").uptime).once() == 1
    assert retention.once() == 0


def test_a_service_that_was_down_for_a_month_while_its_machine_ran_goes_on(
    world: World, retention: Retention
) -> None:
    world.message()
    hours_pass(world, 24 * 31)
    assert retention.once() == 1


def test_the_first_round_takes_nothing_and_complains_of_nothing(
    world: World, machine: MachineClock, caplog: pytest.LogCaptureFixture
) -> None:
    world.message(hours_ago=24 * 31)
    retention = Retention(world.services, machine.uptime)
    assert retention.once() == 0
    assert (retention.held_up, caplog.records) == (None, [])
    hours_pass(world, 1)
    assert retention.once() == 1


@pytest.mark.parametrize(
    ("went", "ran", "boot", "believed"),
    [
        (HOUR, HOUR, "a-boot", True),
        (40 * DAY, 40 * DAY, "a-boot", True),
        (HOUR, HOUR - timedelta(minutes=9), "a-boot", True),
        (HOUR, HOUR - timedelta(minutes=11), "a-boot", False),
        (3 * HOUR, HOUR, "a-boot", False),
        (-HOUR, HOUR, "a-boot", False),
        (HOUR, timedelta(minutes=2), "another", True),
        (DAY, timedelta(), "another", True),
        (DAY + HOUR, timedelta(), "another", False),
        (-HOUR, timedelta(), "another", False),
        (HOUR, 90 * DAY, "", True),
        (2 * DAY, 2 * DAY, "", False),
    ],
)
def test_what_is_believed(went: timedelta, ran: timedelta, boot: str, *, believed: bool) -> None:
    last = Reckoning(MONDAY, Uptime("a-boot", 1000))
    assert is_believed(last, MONDAY + went, Uptime(boot, 1000 + ran.total_seconds())) is believed


# ---- unusually much


def test_a_round_that_would_take_unusually_much_takes_nothing(
    world: World, machine: MachineClock, retention: Retention
) -> None:
    """As a mistaken setting would have it: kept for one day in place of thirty."""
    for _ in range(FEW + 1):
        world.message(seconds=1)
    hours_pass(world, 48, rounds=retention)
    world.services = replace(world.services, rules=replace(world.services.rules, keep_new_days=1))
    hasty = Retention(world.services, machine.uptime)
    assert hasty.once() == 0
    assert hasty.held_up is Doubt.TOO_MANY
    assert set(states(world)) == {State.NEW}
    go_on(world.services, machine.uptime(), by=ROOT)
    assert hasty.once() == FEW + 1
    assert hasty.held_up is None


def test_going_on_is_for_one_round(world: World, machine: MachineClock, retention: Retention) -> None:
    for _ in range(FEW + 1):
        world.message(seconds=1, hours_ago=0)
    hours_pass(world, 24 * 30 - 1)
    go_on(world.services, machine.uptime(), by=ROOT)
    assert retention.once() == 0
    hours_pass(world, 2)
    assert retention.once() == 0
    assert retention.held_up is Doubt.TOO_MANY


def test_nor_is_it_for_a_round_days_later(world: World, machine: MachineClock, retention: Retention) -> None:
    for _ in range(FEW + 1):
        world.message(seconds=1, hours_ago=0)
    hours_pass(world, 24 * 31)
    go_on(world.services, machine.uptime(), by=ROOT)
    hours_pass(world, 25)
    assert retention.once() == 0


def test_what_went_day_by_day_is_never_too_much(world: World, retention: Retention) -> None:
    taken = 0
    for _ in range(60):
        for _ in range(6):
            world.message(seconds=1, hours_ago=0)
        taken += hours_pass(world, 24, rounds=retention)
    assert retention.held_up is None
    assert taken > 250


# ---- the rest that goes by its age


@pytest.mark.usefixtures("retention")
def test_the_ledger_charges_locks_and_greetings_wait_too(world: World, machine: MachineClock) -> None:
    now = world.clock.now()
    with world.store.begin() as uow:
        uow.locks.put(Lock(LockScope.CALLER, KARI, 2, changed_at=now))
        uow.call_backs.answered(uow.call_backs.add(OLA, KARI, at=now, price_ore=300))
        uow.commit()
    jumps(world, machine, 800 * DAY)
    assert (
        tidy_ledger(world.services, machine.uptime()) == tidy_mailboxes(world.services, machine.uptime()) == 0
    )
    jumps(world, machine, -800 * DAY)
    hours_pass(world, 24 * 800)
    assert tidy_mailboxes(world.services, machine.uptime()) == 2
