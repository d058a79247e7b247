"""Retention takes few messages in one transaction, and leaves as much time to others between two of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.reckoning import Reckoning
from personsvar.mailbox.retention import Retention
from tests.fakes.memory import MemoryStore
from tests.upkeep import MachineClock
from tests.world import World

MANY = 120


def test_between_two_batches_it_rests_as_long_as_the_first_took(tmp_path: Path) -> None:
    world = World(MemoryStore(), tmp_path / "spool")
    world.subscriber()
    for _ in range(MANY):
        world.message(state=State.DELETED, seconds=0.01, hours_ago=0)
    world.clock.pass_seconds(timedelta(days=8).total_seconds())
    machine, rests, left = MachineClock(world.services), list[float](), list[int]()
    with world.services.store.begin() as uow:
        uow.upkeep.put(Reckoning(world.services.clock.now(), machine.uptime(), go_on=True))
        uow.commit()

    def rest(seconds: float) -> None:
        rests.append(seconds)
        left.append(len(world.messages()))

    def slow(_uow: object, _changed: object) -> None:
        """A batch takes two seconds; a pause is none of it."""
        world.clock.pass_seconds(2)

    world.store.before_commit = slow  # type: ignore[attr-defined]
    assert Retention(world.services, machine.uptime, rest).once() == MANY
    assert rests == [2.0, 2.0, 2.0]
    assert left == [70, 20, 0]
