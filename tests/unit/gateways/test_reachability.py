"""Out after the first connection that can't be made; back when a knock is opened."""

from __future__ import annotations

import asyncio

import pytest

from personsvar.gateways.reachability import Reach
from tests.wire.until import until

pytestmark = pytest.mark.anyio


class Door:
    """Opens at the knock of this number; the pauses before each are remembered and last as long as told."""

    def __init__(self, opens_at: int) -> None:
        self.opens_at = opens_at
        self.pauses: list[float] = []
        self.knocks = 0

    async def knock(self) -> None:
        self.knocks += 1
        if self.knocks < self.opens_at:
            raise ConnectionRefusedError

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    def reach(self, *, jitter: float = 0.5) -> Reach:
        return Reach("kannel.example.test:13013", self.knock, jitter=lambda: jitter, sleep=self.sleep)


async def settled(reach: Reach) -> None:
    await until(lambda: reach.is_up)


async def test_knocks_after_growing_pauses_until_somebody_opens() -> None:
    door = Door(opens_at=8)
    reach = door.reach()
    assert reach.is_up
    reach.lost()
    assert not reach.is_up
    await settled(reach)
    assert door.pauses == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(("jitter", "first"), [(0.0, 0.5), (1.0, 1.5)])
async def test_not_all_knock_at_once(jitter: float, first: float) -> None:
    door = Door(opens_at=1)
    reach = door.reach(jitter=jitter)
    reach.lost()
    await settled(reach)
    assert door.pauses == [first]


async def test_many_hand_overs_that_fail_make_one_knocker() -> None:
    door = Door(opens_at=2)
    reach = door.reach()
    for _ in range(20):
        reach.lost()
    await settled(reach)
    assert door.knocks == 2


async def test_an_open_door_alone_does_not_shorten_the_pause_an_answer_does() -> None:
    door = Door(opens_at=1)
    reach = door.reach()
    for _ in range(3):
        reach.lost()
        await settled(reach)
    assert door.pauses == [1, 2, 4]
    reach.found()
    reach.lost()
    await settled(reach)
    assert door.pauses[-1] == 1


async def test_closing_ends_the_knocking() -> None:
    door = Door(opens_at=10**9)
    reach = door.reach()
    reach.lost()
    await asyncio.sleep(0)
    await reach.close()
    knocks = door.knocks
    await asyncio.sleep(0.01)
    assert door.knocks == knocks
