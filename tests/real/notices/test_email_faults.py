"""Postfix stopped, started again, and killed in the middle of it all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from personsvar.gateways.email.email_gateway import EmailGateway
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, OutcomeUnknownError
from tests.real.notices.postfix import Postfix, running_postfix, wait_for
from tests.unit.gateways.email.email_gateways import gateway, opened
from tests.unit.gateways.email.mails import letter
from tests.wire.until import until

pytestmark = pytest.mark.anyio
MAILS = 150
KILLED_AFTER = 20


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    """One for each test: they end it."""
    with running_postfix() as it:
        yield it


def _url(postfix: Postfix) -> str:
    return f"smtp://127.0.0.1:{postfix.starttls}"


async def test_a_server_that_was_stopped_is_away_and_comes_back(
    postfix: Postfix, caplog: pytest.LogCaptureFixture
) -> None:
    address = postfix.new_address()
    async with opened(_url(postfix), ca_file=postfix.ca) as it:
        await it.deliver(letter(address=address, number=1))
        await asyncio.to_thread(postfix.stop)
        with pytest.raises(GatewayAwayError):
            await it.deliver(letter(address=address, number=2))
        assert not it.is_up
        await asyncio.to_thread(postfix.start)
        await until(lambda: it.is_up)
        await it.deliver(letter(address=address, number=2))
    await asyncio.to_thread(postfix.arrived, address, mails=2)
    why = [vars(record)["why"] for record in caplog.records if "is away" in record.message]
    assert why  # that it went, and perhaps, on a busy machine, that it was slow to come: each is told once
    assert len(set(why)) == len(why)


async def test_nobody_there_at_start_is_waited_for(postfix: Postfix) -> None:
    address = postfix.new_address()
    await asyncio.to_thread(postfix.stop)
    it = gateway(_url(postfix), ca_file=postfix.ca)
    await it.open()
    try:
        with pytest.raises(GatewayAwayError):
            await it.deliver(letter(address=address))
        assert not it.is_up
        await asyncio.to_thread(postfix.start)
        await until(lambda: it.is_up)
        await it.deliver(letter(address=address))
    finally:
        await it.close()
    await asyncio.to_thread(postfix.arrived, address)


async def test_connections_that_died_while_they_rested_fail_no_mail(postfix: Postfix) -> None:
    address = postfix.new_address()
    async with opened(_url(postfix), ca_file=postfix.ca) as it:
        await asyncio.gather(*(it.deliver(letter(address=address, number=i)) for i in range(5)))
        await asyncio.to_thread(postfix.stop)
        await asyncio.to_thread(postfix.start)
        await it.deliver(letter(address=address, number=5))
        assert it.is_up
    await asyncio.to_thread(postfix.arrived, address, mails=6)


async def test_a_server_killed_in_mid_flow_loses_nothing_and_doubles_only_what_was_unknown(
    postfix: Postfix,
) -> None:
    addresses = [postfix.new_address() for _ in range(MAILS)]
    async with opened(_url(postfix), ca_file=postfix.ca) as it:
        flight = Flight(it, postfix, addresses)
        await asyncio.gather(*(flight.hand_over(number) for number in range(MAILS)))
        assert KILLED_AFTER <= len(flight.taken) < MAILS
        await asyncio.to_thread(postfix.start)
        await until(lambda: it.is_up)
        for number in sorted(flight.failed | flight.unknown):
            await it.deliver(letter(address=addresses[number], number=number))
    inbox = postfix.inbox
    await asyncio.to_thread(
        wait_for, lambda: all(inbox(address) for address in addresses), "every mail", seen=postfix.log
    )
    twice = {number for number, address in enumerate(addresses) if len(inbox(address)) > 1}
    assert twice & flight.failed == set()


@dataclass
class Flight:
    """Mails under way when the server is killed, and how each ended."""

    gateway: EmailGateway
    postfix: Postfix
    addresses: list[str]
    taken: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)

    async def hand_over(self, number: int) -> None:
        try:
            await self.gateway.deliver(letter(address=self.addresses[number], number=number))
        except OutcomeUnknownError:
            self.unknown.add(number)
        except DeliveryError:
            self.failed.add(number)
        else:
            self.taken.add(number)
            if len(self.taken) == KILLED_AFTER:
                self.postfix.kill()
