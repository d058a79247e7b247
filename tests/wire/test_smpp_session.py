"""A session and an SMSC that sends what no SMSC should."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personsvar.gateways.sms import smpp_connection
from personsvar.gateways.sms.alphabet import Coding
from personsvar.gateways.sms.delivered import Delivered
from personsvar.gateways.sms.frames import Command, Pdu
from personsvar.gateways.sms.pdus import destination, numbered, sender, submit_sm
from personsvar.gateways.sms.smpp_connection import TakeDelivered
from personsvar.gateways.sms.smpp_session import SmppSession
from personsvar.gateways.sms.sms_parts import SmsPart
from personsvar.gateways.sms.smsc import Smsc
from personsvar.mailbox.model.ids import Number
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError
from tests.unit.gateways.sms.property_tests import patient
from tests.wire.gateway_options import smpp_options
from tests.wire.smsc import byte_smsc

OPTIONS = smpp_options(reconnect_seconds=0.001, longest_reconnect_seconds=0.002, answer_seconds=5)
SUBMIT = submit_sm(
    SmsPart(Coding.GSM7, b"Hei"), source=sender("Personsvar"), to=destination(Number("+4790000001"))
)
ACKNOWLEDGED = 0x80000005
DATA_SM_RESP = 0x80000103
PDU = st.builds(
    Pdu,
    st.sampled_from([*Command, 0x80000004, 0x80000009, 0x80000005, 0x103, 0x777]),
    st.integers(0, 0xFFFFFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=60),
).map(Pdu.octets)
PIECES = st.lists(PDU | st.binary(min_size=1, max_size=40), min_size=1, max_size=8)


@settings(patient, max_examples=60)
@given(PIECES)
def test_whatever_an_smsc_sends_the_session_lives_on(pieces: list[bytes]) -> None:
    asyncio.run(_outlives(pieces))


@settings(patient, max_examples=30)
@given(st.lists(PDU, min_size=1, max_size=4).map(b"".join), st.data())
def test_however_its_octets_are_cut_the_session_lives_on(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    asyncio.run(_outlives([piece for piece in pieces if piece]))


async def _outlives(pieces: list[bytes]) -> None:
    async with byte_smsc(pieces) as (far, smsc):
        session = SmppSession(smsc, OPTIONS, _nothing, jitter=lambda: 0.5)
        session.open()
        await far.until(Command.BIND_TRANSCEIVER, 2)
        assert await _submitted(session) != ""
        await session.close()


async def _submitted(session: SmppSession) -> str:
    """The id a submit is given, once the session is bound."""
    until = asyncio.get_running_loop().time() + 10
    while True:
        try:
            return await session.submit(SUBMIT, until=until)
        except GatewayAwayError:
            await asyncio.sleep(0.001)


async def _nothing(_it: Delivered) -> None:
    return None


RECEIPT = Pdu(
    Command.DELIVER_SM,
    0,
    0,
    bytes((0, 1, 1)) + b"4790000001\0" + bytes((0, 0)) + b"2442\0" + bytes((4, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
)


@pytest.mark.anyio
async def test_what_is_being_stored_is_acknowledged_before_the_goodbye() -> None:
    stored = asyncio.Event()

    async def slowly(_it: Delivered) -> None:
        await stored.wait()

    async with byte_smsc() as (far, smsc):
        session = await _bound(smsc, slowly)
        far.send(numbered(RECEIPT, 7))
        await _submitted(session)  # its answer came after the receipt, which is so in hand
        closing = asyncio.get_running_loop().create_task(session.close())
        await asyncio.sleep(0)
        stored.set()
        await closing
        await far.until(Command.UNBIND, 1)
    ours = [pdu.command for pdu in far.heard]
    assert ours.index(ACKNOWLEDGED) < ours.index(Command.UNBIND)


BY_DATA_SM = Pdu(
    Command.DATA_SM,
    0,
    0,
    bytes((0, 1, 1)) + b"4790000001\0" + bytes((0, 0)) + b"2442\0" + bytes((4, 0, 0))
    + bytes.fromhex("001e0004313035 00 04270001 02"),
)  # fmt: skip


@pytest.mark.anyio
async def test_a_receipt_that_comes_as_data_sm_is_answered_by_data_sm_resp() -> None:
    taken: list[Delivered] = []

    async def take(it: Delivered) -> None:
        taken.append(it)

    async with byte_smsc() as (far, smsc):
        session = await _bound(smsc, take)
        far.send(numbered(BY_DATA_SM, 7))
        (answer,) = await far.until(DATA_SM_RESP, 1)
        await session.close()
    assert (answer.sequence, answer.status, answer.body) == (7, 0, b"\0")
    assert [it.is_receipt for it in taken] == [True]


@pytest.mark.anyio
async def test_more_receipts_than_are_stored_at_once_are_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SMSC that is told to come again may never: it is not read until there is room."""
    monkeypatch.setattr(smpp_connection, "MOST_BEING_STORED", 2)
    stored, full = asyncio.Event(), asyncio.Event()
    begun: list[Delivered] = []
    at_once: list[int] = []

    async def slowly(it: Delivered) -> None:
        begun.append(it)
        at_once.append(len(begun))
        if len(begun) == 2:
            full.set()
        await stored.wait()
        begun.remove(it)

    async with byte_smsc() as (far, smsc):
        session = await _bound(smsc, slowly)
        for sequence in range(1, 8):
            far.send(numbered(RECEIPT, sequence))
        await full.wait()
        stored.set()
        assert _told(await far.until(ACKNOWLEDGED, 7)) == dict.fromkeys(range(1, 8), 0)
        assert max(at_once) == 2
        await session.close()


@pytest.mark.anyio
async def test_an_answer_that_nobody_waits_for_and_a_nack_are_told_apart() -> None:
    """A generic_nack with the number of a submit refuses it (SMPP 4.3); any other is nobody's."""
    async with byte_smsc() as (far, smsc):
        session = await _bound(smsc, _nothing)
        far.send(Pdu(Command.GENERIC_NACK, 0x03, 4242))
        assert await _submitted(session)
        far.nacks = True
        with pytest.raises(DeliveryError, match="0x02"):
            await _submitted(session)
        await session.close()


async def _bound(smsc: Smsc, take: TakeDelivered) -> SmppSession:
    session = SmppSession(smsc, OPTIONS, take, jitter=lambda: 0.5)
    session.open()
    assert await _submitted(session)
    return session


def _told(answers: list[Pdu]) -> dict[int, int]:
    return {answer.sequence: answer.status for answer in answers}
