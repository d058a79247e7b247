"""What clocks of machines do to a world."""

from __future__ import annotations

from datetime import timedelta

from tests.upkeep import MachineClock
from tests.world import World


def jumps(world: World, machine: MachineClock, far: timedelta) -> None:
    world.clock.pass_seconds(far.total_seconds())
    machine.jumped += far
