"""A request over UDP: sent again until it is answered (RFC 3261, 17.1.2)."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest

from personsvar.gateways.lamps.notify import notify, subscribe
from personsvar.gateways.lamps.sip import SipMessage, pack, response
from personsvar.gateways.lamps.sip_port import SipPort, Timers
from personsvar.mailbox.model.message import Counts
from personsvar.notifier.delivery_errors import GatewayAwayError, OutcomeUnknownError
from tests.real.ports import free_udp_port
from tests.wire.lamp_switch import LampSwitch, lamp_switch

pytestmark = pytest.mark.anyio
QUICK = Timers(t1_seconds=0.005, t2_seconds=0.02, give_up_seconds=10)


@pytest.fixture
async def switch() -> AsyncIterator[LampSwitch]:
    async with lamp_switch() as running:
        yield running


async def port_to(address: str, *, timers: Timers = QUICK) -> SipPort:
    host, _, port = address.rpartition(":")
    return await SipPort.open(host, int(port), timers=timers, asked=lambda _: None)


def told(port: SipPort, address: str, who: str = "lamp-1") -> SipMessage:
    return notify(who, Counts(new=1), account=who, switch=address, here=port.here)


async def test_an_answer_ends_it(switch: LampSwitch) -> None:
    port = await port_to(switch.address, timers=Timers())
    answer = await port.request(told(port, switch.address))
    assert (answer.status, len(switch.requests)) == (200, 1)
    port.close()


async def test_what_is_lost_goes_out_again_as_the_same_request(switch: LampSwitch) -> None:
    switch.lost = 3
    port = await port_to(switch.address)
    assert (await port.request(told(port, switch.address))).status == 200
    assert len(switch.requests) >= 4
    assert len({pack(request) for request in switch.requests}) == 1
    port.close()


async def test_once_the_switch_is_at_it_there_is_less_haste(switch: LampSwitch) -> None:
    switch.busy = True
    port = await port_to(switch.address, timers=Timers(t1_seconds=0.005, t2_seconds=60, give_up_seconds=90))
    waiting = asyncio.create_task(port.request(told(port, switch.address, "patient")))
    await switch.until(lambda: len(switch.methods("patient")) == 2)  # T1 was running when 100 came
    switch.busy, switch.lost = False, 4
    await port.request(told(port, switch.address, "hasty"))
    assert len(switch.methods("hasty")) >= 5
    assert len(switch.methods("patient")) == 2
    waiting.cancel()
    await asyncio.wait({waiting})
    port.close()


async def test_no_answer_at_all_is_an_unknown_outcome(switch: LampSwitch) -> None:
    switch.lost = 1_000_000
    port = await port_to(switch.address, timers=Timers(0.005, 0.02, give_up_seconds=0.1))
    with pytest.raises(OutcomeUnknownError, match="NOTIFY"):
        await port.request(told(port, switch.address))
    port.close()


async def test_that_nobody_listens_is_known_at_once() -> None:
    nobody = f"127.0.0.1:{free_udp_port()}"
    port = await port_to(nobody, timers=Timers())
    with pytest.raises(GatewayAwayError):
        await port.request(told(port, nobody), seconds=60)
    port.close()


async def test_who_stops_waiting_in_the_moment_the_switch_goes_leaves_no_error_behind(
    switch: LampSwitch,
) -> None:
    """The loop would tell of an exception that nobody asks for; the tests' runner raises it."""
    switch.lost = 1000
    port = await port_to(switch.address)
    waiting = asyncio.create_task(port.request(told(port, switch.address)))
    await switch.until(lambda: bool(switch.requests))
    waiting.cancel()
    port.error_received(ConnectionRefusedError(111, "refused"))
    with pytest.raises(asyncio.CancelledError):
        await waiting
    del waiting
    gc.collect()
    port.close()


async def test_a_port_that_is_closed_answers_for_the_switch(switch: LampSwitch) -> None:
    switch.lost = 1_000_000
    port = await port_to(switch.address)
    waiting = asyncio.create_task(port.request(told(port, switch.address)))
    await switch.until(lambda: bool(switch.requests))
    port.close()
    with pytest.raises(GatewayAwayError, match="closed"):
        await waiting
    with pytest.raises(GatewayAwayError, match="closed"):
        await port.request(switch.requests[0])


async def test_noise_and_answers_to_others_are_let_by(switch: LampSwitch) -> None:
    port = await port_to(switch.address)
    question = subscribe("lamps", switch=switch.address, here=port.here)
    await port.request(question)
    switch.lost = 1
    waiting = asyncio.create_task(port.request(told(port, switch.address)))
    for raw in (b"\r\n", b"noise", pack(response(question, "500 Server Error", tag="late"))):
        switch.send(raw)
    assert (await waiting).status == 200
    port.close()


async def test_what_is_under_way_may_finish(switch: LampSwitch) -> None:
    switch.lost = 2
    port = await port_to(switch.address)
    waiting = asyncio.create_task(port.request(told(port, switch.address)))
    await switch.until(lambda: bool(switch.requests))
    await port.finish(seconds=10)
    port.close()
    assert (await waiting).status == 200
