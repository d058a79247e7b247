"""The rounds in which gateways are looked at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from personsvar.gateways.no_gateway import NoGateway
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.tally import Counted, GatewayLook, Stretch
from personsvar.mailbox.tallies import count_up
from personsvar.running.gateway_looks import GatewayLooks
from tests.fakes.memory import MemoryStore
from tests.world import World


def test_the_first_round_finds_gateways_that_are_being_opened_and_does_not_count(tmp_path: Path) -> None:
    world = World(MemoryStore(), tmp_path / "spool")
    looks = GatewayLooks(world.services, lambda: {Channel.SMS: NoGateway("PERSONSVAR_SMPP_URL")})
    assert looks.once() == 0
    assert count_up(world.services) == 0
    assert looks.once() == 0
    assert count_up(world.services) == 2
    now = world.clock.now()
    with world.store.look() as uow:
        (found,) = uow.tallies.sums(Stretch.QUARTER, [now - timedelta(hours=1), now + timedelta(hours=1)])
    assert found == {
        Counted.gateway(Channel.SMS, GatewayLook.LOOKED): 1,
        Counted.gateway(Channel.SMS, GatewayLook.UP): 1,
    }
