"""Retention takes few messages in one transaction, and lets others go first between two of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from personsvar.mailbox.model.message import State
from personsvar.mailbox.retention import Retention
from tests.fakes.memory import MemoryStore
from tests.upkeep import believed
from tests.world import World

MANY = 35


def test_it_rests_between_two_batches_of_ten(tmp_path: Path) -> None:
    world = World(MemoryStore(), tmp_path / "spool")
    world.subscriber()
    for _ in range(MANY):
        world.message(state=State.DELETED, seconds=0.01, hours_ago=0)
    world.clock.pass_seconds(timedelta(days=8).total_seconds())
    left = list[int]()

    def rest() -> None:
        left.append(len(world.messages()))

    assert Retention(world.services, believed(world.services).uptime, rest).once() == MANY
    assert left == [25, 15, 5, 0]
