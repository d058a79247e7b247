"""Counting how often something happened, and for how long that is known."""

from __future__ import annotations

from datetime import timedelta

from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.tally import Counted, GatewayLook, Stretch
from personsvar.mailbox.tallies import KEPT_DAYS, count_up, look_at_gateways
from tests.phone import HangUp, Speak
from tests.upkeep import tidy_once
from tests.world import World

MESSAGE, MISSED = Counted.call(CameOf.MESSAGE), Counted.call(CameOf.MISSED)


def last(world: World, days: int, stretch: Stretch = Stretch.HOUR) -> dict[Counted, int]:
    now = world.clock.now()
    with world.store.look() as uow:
        (sums,) = uow.tallies.sums(stretch, [now - timedelta(days=days), now + timedelta(hours=1)])
    return dict(sums)


def counted(world: World) -> int:
    times = 0
    while some := count_up(world.services):
        times += some
    return times


def test_a_call_that_left_a_message_and_one_that_did_not(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(14))
    world.caller_leaves(HangUp())
    assert counted(world) == 2
    assert last(world, 1) == {MESSAGE: 1, MISSED: 1}
    assert counted(world) == 0


def test_gateways_that_are_there_and_one_that_is_not(world: World) -> None:
    for is_there in (True, False, True):
        look_at_gateways(world.services, {Channel.SMS: is_there, Channel.EMAIL: True})
    counted(world)
    assert last(world, 1) == {
        Counted.gateway(Channel.SMS, GatewayLook.LOOKED): 3,
        Counted.gateway(Channel.SMS, GatewayLook.UP): 2,
        Counted.gateway(Channel.EMAIL, GatewayLook.LOOKED): 3,
        Counted.gateway(Channel.EMAIL, GatewayLook.UP): 3,
    }


def test_quarters_are_known_for_two_days_and_hours_for_more_than_a_year(world: World) -> None:
    world.subscriber()
    world.caller_leaves(Speak(14))
    counted(world)
    began = world.clock.now()
    assert KEPT_DAYS == {Stretch.QUARTER: 2, Stretch.HOUR: 400}
    for day, quarters, hours in ((1, 1, 1), (3, 0, 1), (399, 0, 1), (402, 0, 0)):
        passed = timedelta(days=day) - (world.clock.now() - began)
        world.clock.pass_seconds(passed.total_seconds())
        tidy_once(world.services)
        assert (len(last(world, 450, Stretch.QUARTER)), len(last(world, 450))) == (quarters, hours)
