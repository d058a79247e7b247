"""Phones ask a real SMSC for visual voicemail, and get answers and news from it, each in its dialect."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.listening import heard
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.password import password_matches
from personsvar.mailbox.visual.sync import SyncRows
from personsvar.storage import SqlStore
from personsvar.world import RealChance, RealClock
from tests.beside import store_beside
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.real.notices.notifiers import OLA, Mailroom, log_of, mailroom, smpp_to
from tests.real.notices.smsc import Line, NodeSmsc, smsc
from tests.real.site import ServiceProcess
from tests.unit.mailbox.use_cases import GlassVault
from tests.unit.vvm.sms.aosp import Read, read, read_iphone

pytestmark = [pytest.mark.real, pytest.mark.anyio]

SHORT_CODE = "1996"
CALLER = Number("+4790000099")
SETTINGS = {
    "PERSONSVAR_VISUAL_HOST": "vvm.example.test",
    "PERSONSVAR_VISUAL_PORT": "143",
    "PERSONSVAR_VISUAL_TLS_PORT": "993",
    "PERSONSVAR_VISUAL_NUMBER": SHORT_CODE,
}
WITH_HEADER, BINARY = 0x40, 4


@dataclass(frozen=True)
class ArrivedAtPort:
    """One SMS, put together of its parts."""

    to: Number
    source: str
    text: str
    port: int
    parts: int
    heard: float


@dataclass
class Network:
    """The phones' side of the SMSC."""

    smsc: NodeSmsc
    room: Mailroom
    service: ServiceProcess
    taken: int = 0
    """Of the SMSC's submits, those that were looked at."""
    acknowledged: int = 0
    waiting: list[Line] = field(default_factory=list)

    async def send(self, sender: Number, text: str, **more: object) -> None:
        """From a phone; back when the service has acknowledged it."""
        await self.smsc.order(
            deliver={
                "source_addr_ton": 1,
                "source_addr": sender.removeprefix("+"),
                "destination_addr": SHORT_CODE,
                "short_message": text,
                **more,
            }
        )
        self.acknowledged += 1
        answers = await self.smsc.heard("acknowledged", self.acknowledged)
        assert answers[-1]["status"] == 0

    async def next(self) -> ArrivedAtPort:
        """The next SMS that is whole."""
        while True:
            lines = await self.smsc.heard("submit", self.taken + 1)
            self.waiting.append(lines[self.taken])
            self.taken += 1
            if (arrived := self._whole()) is not None:
                self.waiting.clear()
                return arrived

    def _whole(self) -> ArrivedAtPort | None:
        headers = [_header(line) for line in self.waiting]
        total = int(headers[0]["00"][2:4], 16) if "00" in headers[0] else 1
        if len(self.waiting) < total:
            return None
        octets = b"".join(_octets(line) for line in self.waiting)
        first = self.waiting[0]
        assert {line["destination_addr"] for line in self.waiting} == {first["destination_addr"]}
        port = int(headers[0]["05"][:4], 16) if "05" in headers[0] else 0
        assert (first["data_coding"] == BINARY) == bool(port)
        to, source = Number(f"+{first['destination_addr']}"), first["source_addr"]
        return ArrivedAtPort(to, source, octets.decode("latin-1"), port, total, self.waiting[-1]["heard"])


def _header(line: Line) -> dict[str, str]:
    """Its elements, by their number, in hexadecimal."""
    if not line["esm_class"] & WITH_HEADER:
        return {}
    return {element[:2]: element[4:] for element in line["short_message"]["udh"]}


def _octets(line: Line) -> bytes:
    said: str = line["short_message"]["message"]
    return bytes.fromhex(said) if line["data_coding"] == BINARY else said.encode("latin-1")


@asynccontextmanager
async def network() -> AsyncIterator[Network]:
    async with smsc() as far:
        with mailroom("", **await smpp_to(far), **SETTINGS) as room:
            service = await room.notifier()
            await far.heard("bind")
            yield Network(far, room, service)


def subscribed(store: SqlStore, number: Number) -> Number:
    with store.begin() as uow:
        uow.subscribers.add(Subscriber(number, welcomed=True))
        uow.commit()
    return number


@contextmanager
def mailboxes(url: str) -> Iterator[Services]:
    """As the process that takes calls has them."""
    store = store_beside(url, before_commit=SyncRows(RealClock()))
    yield Services(store, RealClock(), RealChance(), GlassVault(), Rules(visual=True), NamedBankHolidays())
    store.close()


def leave(services: Services, spool_id: str = "17.1") -> Message:
    header = SpoolHeader(SpoolId(spool_id), Purpose.MESSAGE, OLA, CALLER, datetime.now(UTC))
    take_in(services, header, alaw=b"\xd5" * 16000)
    with services.store.look() as uow:
        message = uow.messages.by_spool_id(header.spool_id)
    assert message is not None
    return message


def status_in(arrived: ArrivedAtPort, dialect: VisualDialect) -> Read:
    if dialect is VisualDialect.IPHONE:
        told = read_iphone(arrived.text)
    else:
        told = read(arrived.text, "//VZWVVM" if dialect is VisualDialect.VVM3 else "//VVM")
    assert told is not None, arrived.text
    return told


ASKED = {
    VisualDialect.OMTP_11: ("Activate:pv=11;ct=acme.p1.14", 0),
    VisualDialect.OMTP_12: ("Activate:pv=12;ct=acme.p1.14;pt=5496;//VVM", 5496),
    VisualDialect.OMTP_13: ("ACTIVATE:pv=13;ct=acme.p1.14;pt=16999;//VVM:", 16999),
    VisualDialect.CVVM: ("STATUS:dt=6", 0),
    VisualDialect.VVM3: ("STATUS", 0),
    VisualDialect.IPHONE: ("STATE", 5496),
}


async def test_each_dialect_s_request_is_answered_within_a_second_at_its_port() -> None:
    assert list(ASKED) == list(VisualDialect)
    async with network() as net:
        took = []
        for number, (dialect, (text, port)) in enumerate(ASKED.items(), 10):
            owner = subscribed(net.room.store, Number(f"+479000{number:04}"))
            began = time.monotonic()
            await net.send(owner, text)
            arrived = await net.next()
            took.append(arrived.heard - began)
            assert (arrived.to, arrived.source, arrived.port) == (owner, SHORT_CODE, port)
            told = status_in(arrived, dialect).fields
            if dialect is VisualDialect.IPHONE:
                assert (told["state"], told["server"], told["port"]) == ("Active", "vvm.example.test", "993")
                assert told["name"] == owner.removeprefix("+")
            else:
                assert (told["st"], told["rc"], told["ipt"]) == ("R", "0", "143")
                assert told["u"] == f"{owner.removeprefix('+')}@vvm.example.test"
                assert told["dn"] == SHORT_CODE
                assert arrived.parts == 2
            with net.room.store.look() as uow:
                account = uow.visual.get(owner)
            assert account is not None
            assert (account.dialect, password_matches(told["pw"], account.password)) == (dialect, True)
            assert told["pw"] not in "".join(log_of(net.service))
        assert min(took) < 1


async def test_what_happens_in_the_mailbox_is_told_to_the_phone() -> None:
    async with network() as net:
        await net.send(OLA, "Activate:pv=13;ct=acme.p1.14;pt=5496;//VVM")
        assert "//VVM:STATUS:st=R" in (await net.next()).text
        with mailboxes(net.room.url) as services:
            message = leave(services)
            arrived = await net.next()
            assert arrived.port == 5496
            told = read(arrived.text, "//VVM")
            assert told is not None
            when = told.fields["dt"]
            assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d \+0[12]00", when)
            new = f"ev=NM;id={message.id};c=1;t=v;s={CALLER};dt={when};l=2"
            assert arrived.text == f"//VVM:SYNC:{new}"
            heard(services, message.id)
            assert (await net.next()).text == "//VVM:SYNC:ev=MBU;c=0"
            await net.send(OLA, "Deactivate:pv=13;ct=acme.p1.14")
            assert (await net.next()).text == "//VVM:STATUS:st=P;rc=4"
            leave(services, "17.2")
            assert (await net.next()).text.startswith("Ny beskjed fra")


async def test_a_stranger_is_told_so_once_and_what_is_no_request_is_passed_over() -> None:
    async with network() as net:
        stranger = Number("+4790000077")
        await net.send(stranger, "Hei, er det noen der?")
        await net.send(stranger, "Activate:pv=13;ct=acme.p1.14;pt=5496;//OP1")
        arrived = await net.next()
        assert (arrived.to, arrived.port, arrived.text) == (stranger, 5496, "//OP1:STATUS:st=U;rc=3")
        await net.send(stranger, "Activate:pv=13;ct=acme.p1.14;pt=5496;//OP1")
        await net.send(OLA, "STATUS")
        assert (await net.next()).to == OLA
        with net.room.store.look() as uow:
            assert [notice.to for notice in uow.outbox.list()] == [OLA]


async def test_a_binary_request_to_an_application_is_read_too() -> None:
    async with network() as net:
        data = b"\x06\x05\x04\x15\x78\x00\x00STATUS:dt=6"
        await net.send(OLA, "", short_message={"hex": data.hex()}, esm_class=WITH_HEADER, data_coding=BINARY)
        assert "st=R" in (await net.next()).text
