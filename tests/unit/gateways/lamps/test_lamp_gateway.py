"""The gateway of the lamps: what it hands over, and when it has every lamp told again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from personsvar.gateways.lamps.lamp_gateway import LampGateway, LampOptions
from personsvar.gateways.lamps.sip_port import Timers
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.lamps import lamp_notice
from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.message import Counts
from personsvar.mailbox.model.notice import Facts, Notice, NoticeStatus
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, UndeliverableError
from personsvar.notifier.gateway import Accepted, Gateway
from personsvar.notifier.words.rendering import LampCounts, Rendered
from tests.patience import patience
from tests.real.ports import free_udp_port
from tests.wire.lamp_switch import PILOT, LampSwitch, lamp_switch, user_of

pytestmark = pytest.mark.anyio
KARI, OLA = Number("+4790000001"), Number("+4790000002")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class LampRings:
    """`on_back`: counts, and fails as often as it is told to."""

    rung: int = 0
    fails: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def ring(self) -> None:
        async with self.changed:
            self.rung += 1
            self.changed.notify_all()
        if self.fails:
            self.fails -= 1
            raise StoreUnavailableError("the store is away")

    async def until(self, rung: int) -> None:
        async with asyncio.timeout(patience(10)), self.changed:
            await self.changed.wait_for(lambda: self.rung >= rung)


def options(address: str, **wishes: float) -> LampOptions:
    quick = {"away_seconds": 0.01, **wishes}
    return LampOptions(address, timers=Timers(0.01, 0.05, give_up_seconds=5), **quick)


@asynccontextmanager
async def gateway_to(given: LampOptions) -> AsyncIterator[tuple[LampGateway, LampRings]]:
    bell = LampRings()
    gateway = LampGateway(given, on_back=bell.ring)
    await gateway.open()
    try:
        yield gateway, bell
    finally:
        await gateway.close()


@pytest.fixture
async def switch() -> AsyncIterator[LampSwitch]:
    async with lamp_switch() as running:
        yield running


def letter(counts: Counts | None, to: Number = KARI) -> Rendered:
    new = lamp_notice(to, NOON)
    notice = Notice(
        id=NoticeId(1),
        to=new.to,
        kind=new.kind,
        channel=new.channel,
        dedup_key=new.dedup_key,
        created_at=NOON,
        facts=Facts(),
        address=None,
        status=NoticeStatus.LEASED,
        attempts=1,
        next_at=NOON,
        lease="lease",
    )
    return Rendered(notice, "nb", None if counts is None else LampCounts(counts))


async def test_a_letter_becomes_the_lamp_s_state(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address)) as (gateway, bell):
        await bell.until(1)
        port: Gateway = gateway
        assert await port.deliver(letter(Counts(new=2, heard=1, urgent=1))) == Accepted(switch.address)
    assert "Voice-Message: 2/1 (1/0)\r\n" in switch.lamps[f"lamp-{KARI}"]
    assert not gateway.is_up


async def test_at_the_start_all_lamps_are_told_and_the_pilot_lamp_is_lit(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address)) as (gateway, bell):
        await bell.until(1)
        assert gateway.is_up
        assert switch.lamps[PILOT].startswith("Messages-Waiting: yes")
    assert bell.rung == 1


async def test_a_switch_that_forgot_is_told_again_as_soon_as_it_says_so(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address)) as (_, bell):
        for lives in (1, 2, 3):
            await bell.until(lives)
            await switch.until(lambda: PILOT in switch.lamps)
            switch.forget()
        await bell.until(4)


async def test_a_switch_that_says_nothing_is_found_out_at_the_next_look(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address, look_seconds=0.02)) as (_, bell):
        await bell.until(1)
        switch.lamps.clear()
        await bell.until(2)


async def test_a_switch_that_remembers_is_left_alone(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address, look_seconds=0.01)) as (_, bell):
        await switch.until(lambda: switch.methods(PILOT).count("SUBSCRIBE") >= 8)
    assert bell.rung == 1


async def test_a_pilot_lamp_that_can_not_be_lit_is_no_alarm(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address, look_seconds=0.01)) as (gateway, bell):
        switch.statuses[PILOT] = "404 Not Found"
        await switch.until(lambda: switch.methods(PILOT).count("SUBSCRIBE") >= 8)
        assert gateway.is_up
    assert bell.rung == 1


async def test_each_hour_all_lamps_are_told_without_a_reason(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address, look_seconds=0.01, again_seconds=0.02)) as (_, bell):
        await bell.until(4)


async def test_without_a_pilot_lamp_a_switch_that_was_away_is_told_again() -> None:
    where = free_udp_port()
    async with gateway_to(options(f"127.0.0.1:{where}", look_seconds=0.01)) as (gateway, bell):
        for lives in (1, 2):
            async with lamp_switch(where) as switch:
                switch.statuses[PILOT] = "404 Not Found"
                await bell.until(lives)
                assert gateway.is_up
            with pytest.raises(GatewayAwayError):
                await gateway.deliver(letter(Counts()))
    assert bell.rung == 2


async def test_a_switch_that_is_silent_is_away(switch: LampSwitch) -> None:
    switch.lost = 1_000_000
    async with gateway_to(options(switch.address, answer_seconds=0.3)) as (gateway, bell):
        await switch.until(lambda: len({request.branch for request in switch.requests}) >= 3)
        assert not gateway.is_up
        with pytest.raises(GatewayAwayError):
            await gateway.deliver(letter(Counts()))
        switch.lost = 0
        await bell.until(1)
        assert gateway.is_up


async def test_a_store_that_is_away_is_asked_again(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address)) as (gateway, bell):
        bell.fails = 2
        await bell.until(3)
        assert gateway.is_up


async def test_a_newer_state_waits_until_the_older_one_is_settled(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address)) as (gateway, bell):
        await bell.until(1)
        switch.lost = 2
        older = asyncio.create_task(gateway.deliver(letter(Counts(new=1))))
        await switch.until(lambda: f"lamp-{KARI}" in set(map(user_of, switch.requests)))
        await asyncio.gather(
            gateway.deliver(letter(Counts(new=2))), gateway.deliver(letter(Counts(), OLA)), older
        )
    told = [request.body for request in switch.requests if user_of(request) == f"lamp-{KARI}"]
    assert told == sorted(told, key=lambda body: "2/0" in body)
    assert "Voice-Message: 2/0" in switch.lamps[f"lamp-{KARI}"]


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "403 Forbidden"])
async def test_a_number_without_a_lamp_is_not_tried_again(switch: LampSwitch, status: str) -> None:
    switch.statuses[f"lamp-{KARI}"] = status
    async with gateway_to(options(switch.address)) as (gateway, bell):
        await bell.until(1)
        with pytest.raises(UndeliverableError, match="no such lamp"):
            await gateway.deliver(letter(Counts()))


@pytest.mark.parametrize(
    ("more", "wait_seconds"),
    [
        ("", None),
        ("Retry-After: 7", 7),
        ("Retry-After: 120 (busy);duration=3", 120),
        ("Retry-After: soon", None),
    ],
)
async def test_a_switch_in_trouble_is_tried_later(
    switch: LampSwitch, more: str, wait_seconds: float | None
) -> None:
    switch.statuses[f"lamp-{KARI}"], switch.more = "503 Service Unavailable", more
    async with gateway_to(options(switch.address)) as (gateway, bell):
        await bell.until(1)
        with pytest.raises(DeliveryError, match="503") as told:
            await gateway.deliver(letter(Counts()))
    assert told.value.wait_seconds == wait_seconds


async def test_a_refusal_is_told_in_the_switch_s_words(switch: LampSwitch) -> None:
    switch.statuses[f"lamp-{KARI}"] = "489 Bad Event"
    async with gateway_to(options(switch.address)) as (gateway, bell):
        await bell.until(1)
        with pytest.raises(UndeliverableError, match="489 Bad Event"):
            await gateway.deliver(letter(Counts()))


async def test_a_letter_without_counts_is_no_lamp_s(switch: LampSwitch) -> None:
    async with gateway_to(options(switch.address)) as (gateway, bell):
        await bell.until(1)
        with pytest.raises(UndeliverableError, match="for this channel"):
            await gateway.deliver(letter(None))
