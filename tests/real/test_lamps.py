"""Desk phones at a real Asterisk see their lamps; the gateway is driven here as the worker drives it."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from personsvar.encryption.vault import FernetVault, new_key
from personsvar.gateways.lamps.lamp_gateway import LampGateway, LampOptions
from personsvar.gateways.lamps.lamp_names import lamp_of, pilot_sections, section
from personsvar.gateways.lamps.notify import notify
from personsvar.gateways.lamps.sip import SipMessage, pack, unpack
from personsvar.mailbox import listening
from personsvar.mailbox.lamps import LampRows, light_all
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Counts, Message, Sound
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.notifier.delivery_errors import GatewayAwayError, UndeliverableError
from personsvar.storage import upgrade
from personsvar.world import RealChance, RealClock
from tests.beside import store_beside
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.real.desk_phone import DeskPhone
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_message import describe
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.wire.letters import rendered

pytestmark = [pytest.mark.anyio, pytest.mark.real]

OLA, KARI, ANNE = Number("+4790000001"), Number("+4790000002"), Number("+4790000003")
MANUAL = (Path(__file__).parents[2] / "docs/lamps.md").read_text("utf-8")
(TELEPHONES, _) = re.findall(r"^```ini\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
PASSWORDS = dict(re.findall(r"^username = (\S+)\npassword = (\S+)$", TELEPHONES, re.MULTILINE))


@dataclass
class LampStore:
    """A store with lamps, and what the notifier's worker does with them."""

    services: Services
    sent: list[Number] = field(default_factory=list)

    def leave(self, mailbox: Number, *, urgent: bool = False) -> MessageId:
        with self.services.store.begin() as uow:
            new = Message(
                id=MessageId(0),
                mailbox=mailbox,
                spool_id=SpoolId(uuid4().hex),
                caller=None,
                received_at=datetime.now(UTC),
                sound=Sound(SoundId(0), 0),
                urgent=urgent,
            )
            left = uow.messages.add(replace(new, sound=uow.sounds.add(b"\xd5" * 8000, of=mailbox)))
            uow.commit()
        return left.id

    async def deliver_due(self, gateway: LampGateway) -> None:
        """Each row that is due, once; it stays leased, and only a change makes it due again."""
        with self.services.store.begin() as uow:
            now = self.services.clock.now()
            due = uow.outbox.claim(channels=[Channel.LAMP], now=now, lease_seconds=600, limit=100)
            uow.commit()
        for notice in due:
            await gateway.deliver(rendered(self.services, notice))
            self.sent.append(notice.to)


@pytest.fixture
def switch(asterisk: Asterisk, tmp_path: Path) -> Iterator[Switch]:
    setting = Setting(
        folder=tmp_path / "asterisk",
        spool=tmp_path / "spool",
        media=tmp_path / "media",
        sip_bind=f"127.0.0.1:{free_udp_port()}",
        fastagi=f"127.0.0.1:{free_tcp_port()}",
        trunk=f"127.0.0.1:{free_udp_port()}",
        extra={
            "pjsip.conf": TELEPHONES,
            "pjsip_lamps.conf": pilot_sections() + section(OLA) + section(KARI),
        },
    )
    with Switch(asterisk, setting) as running:
        yield running


@pytest.fixture
def lamps(tmp_path: Path) -> Iterator[LampStore]:
    url = f"sqlite:///{tmp_path}/personsvar.db"
    upgrade(url)
    clock = RealClock()
    store = store_beside(url, before_commit=LampRows(clock))
    with store.begin() as uow:
        for number in (OLA, KARI):
            uow.subscribers.add(Subscriber(number))
        uow.commit()
    yield LampStore(
        Services(store, clock, RealChance(), FernetVault(new_key()), Rules(lamps=True), NamedBankHolidays())
    )
    store.close()


@asynccontextmanager
async def gateway_to(
    switch: Switch, lamps: LampStore
) -> AsyncIterator[tuple[LampGateway, asyncio.Queue[int]]]:
    """A gateway that is open, and the queue that tells how often all lamps were to be told."""
    called: asyncio.Queue[int] = asyncio.Queue()

    async def on_back() -> None:
        called.put_nowait(await asyncio.to_thread(light_all, lamps.services))

    options = LampOptions(f"127.0.0.1:{switch.sip_port}", away_seconds=0.1)
    gateway = LampGateway(options, on_back=on_back)
    await gateway.open()
    try:
        yield gateway, called
    finally:
        await gateway.close()


@pytest.fixture
async def phones(switch: Switch) -> AsyncIterator[tuple[DeskPhone, DeskPhone]]:
    """Ola's is told without being asked; Kari's subscribes."""
    async with AsyncExitStack() as opened:
        ola, kari = [
            await opened.enter_async_context(DeskPhone(name, PASSWORDS[name], switch_port=switch.sip_port))
            for name in ("desk-ola", "desk-kari")
        ]
        await ola.log_in()
        await kari.log_in()
        await kari.subscribe()
        yield ola, kari


async def test_a_lamp_follows_its_mailbox(
    switch: Switch, lamps: LampStore, phones: tuple[DeskPhone, DeskPhone]
) -> None:
    ola, kari = phones
    async with gateway_to(switch, lamps) as (gateway, called):
        assert await called.get() == 2
        await lamps.deliver_due(gateway)
        await ola.sees("no", "0/0 (0/0)")
        first = lamps.leave(OLA)
        await lamps.deliver_due(gateway)
        await ola.sees("yes", "1/0 (0/0)")
        listening.heard(lamps.services, first)
        await lamps.deliver_due(gateway)
        await ola.sees("no", "0/1 (0/0)")
        second = lamps.leave(OLA)
        listening.save(lamps.services, first)
        await lamps.deliver_due(gateway)
        await ola.sees("yes", "1/1 (0/0)")
        listening.delete(lamps.services, second)
        listening.delete(lamps.services, first)
        await lamps.deliver_due(gateway)
        await ola.sees("no", "0/0 (0/0)")
    assert ola.told[-1]["Event"] == "message-summary"
    assert "Message-Account: sip:47471000@" in ola.told[-1].body
    assert kari.lamp == ("no", "0/0 (0/0)")
    assert lamps.sent == [OLA, KARI, OLA, OLA, OLA, OLA]


async def test_a_telephone_that_subscribes_is_told_too(
    switch: Switch, lamps: LampStore, phones: tuple[DeskPhone, DeskPhone]
) -> None:
    _, kari = phones
    await kari.sees("no", "0/0 (0/0)")
    async with gateway_to(switch, lamps) as (gateway, called):
        await called.get()
        lamps.leave(KARI, urgent=True)
        lamps.leave(KARI)
        await lamps.deliver_due(gateway)
        await kari.sees("yes", "2/0 (0/0)")


async def test_a_switch_that_was_restarted_is_told_of_every_lamp_again(
    switch: Switch, lamps: LampStore, phones: tuple[DeskPhone, DeskPhone]
) -> None:
    ola, kari = phones
    lamps.leave(OLA)
    lamps.leave(KARI)
    async with gateway_to(switch, lamps) as (gateway, called):
        await called.get()
        await lamps.deliver_due(gateway)
        await ola.sees("yes", "1/0 (0/0)")
        await kari.sees("yes", "1/0 (0/0)")
        await asyncio.to_thread(switch.stop)
        ola.told.clear()
        kari.told.clear()
        await asyncio.to_thread(switch.start)
        async with asyncio.timeout(10):
            assert await called.get() == 2
        await lamps.deliver_due(gateway)
        await ola.sees("yes", "1/0 (0/0)")
        await kari.sees("yes", "1/0 (0/0)")


async def test_while_the_switch_is_away_nothing_is_handed_over(switch: Switch, lamps: LampStore) -> None:
    lamps.leave(OLA)
    async with gateway_to(switch, lamps) as (gateway, called):
        await called.get()
        assert gateway.is_up
        await asyncio.to_thread(switch.stop)
        with pytest.raises(GatewayAwayError):
            await lamps.deliver_due(gateway)
        await asyncio.to_thread(switch.start)
        async with asyncio.timeout(10):
            await called.get()
        assert gateway.is_up
        await lamps.deliver_due(gateway)
    assert lamps.sent == [OLA, KARI]


async def test_a_number_has_no_lamp_until_the_switch_is_told_of_it(switch: Switch, lamps: LampStore) -> None:
    with lamps.services.store.begin() as uow:
        uow.subscribers.add(Subscriber(ANNE))
        uow.commit()
    lamps.leave(ANNE)
    async with gateway_to(switch, lamps) as (gateway, called):
        await called.get()
        with pytest.raises(UndeliverableError, match=r"no such lamp \(404 Not Found\)"):
            await lamps.deliver_due(gateway)
        with (switch.setting.etc / "pjsip_lamps.conf").open("a") as file:
            file.write(section(ANNE))
        switch.cli("module reload res_pjsip.so")
        await has_a_lamp(switch, ANNE)
        lamps.leave(ANNE)
        await lamps.deliver_due(gateway)
    assert lamps.sent[-1] == ANNE


async def test_who_may_set_a_lamp_and_what_a_lamp_may_not(
    switch: Switch, phones: tuple[DeskPhone, DeskPhone]
) -> None:
    ola, _ = phones
    await ola.sees("no", "0/0 (0/0)")
    lit = as_lamp(switch, "NOTIFY")
    elsewhere = await asyncio.to_thread(status_of, switch.sip_port, lit, "127.0.0.2")
    assert elsewhere == "401 Unauthorized"
    for method in ("INVITE", "SUBSCRIBE", "REGISTER", "MESSAGE", "REFER", "PUBLISH"):
        status = await asyncio.to_thread(status_of, switch.sip_port, as_lamp(switch, method), "127.0.0.1")
        assert int(status[:3]) >= 400, method
    assert "0 active channels" in switch.cli("core show channels")
    assert await asyncio.to_thread(status_of, switch.sip_port, lit, "127.0.0.1") == "200 OK"
    await ola.sees("yes", "3/0 (0/0)")


async def test_a_caller_on_the_trunk_is_never_taken_for_a_telephone(switch: Switch) -> None:
    with Phone(switch_port=switch.sip_port, number="desk-ola") as caller:
        answer = await asyncio.to_thread(caller.dial, ACCESS_NUMBER, [])
    assert answer.status == 200


async def has_a_lamp(switch: Switch, number: Number) -> None:
    """Asterisk reads its file anew in the background."""
    async with asyncio.timeout(10):
        known = ""
        while lamp_of(number) not in known:
            known = await asyncio.to_thread(switch.cli, "pjsip show endpoints")


def as_lamp(switch: Switch, method: str) -> SipMessage:
    """A request in the name of Ola's lamp; an INVITE calls the voicemail."""
    to = f"127.0.0.1:{switch.sip_port}"
    told = notify(lamp_of(OLA), Counts(new=3), account=OLA, switch=to, here="127.0.0.1:5060")
    headers = tuple((name, value.replace("NOTIFY", method)) for name, value in told.headers)
    if method == "NOTIFY":
        return told
    if method == "INVITE":
        sdp = (("Content-Type", "application/sdp"),)
        kept = tuple(header for header in headers if header[0] not in {"Content-Type", "Event"})
        return SipMessage(
            f"INVITE sip:{ACCESS_NUMBER}@{to} SIP/2.0", (*kept, *sdp), describe(4000, (8,), 101)
        )
    return SipMessage(f"{method} sip:{lamp_of(OLA)}@{to} SIP/2.0", headers, told.body)


def status_of(sip_port: int, request: SipMessage, source: str) -> str:
    """The final answer of the switch on that port, as it is told to `source`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as us:
        us.bind((source, 0))
        us.settimeout(10)
        us.sendto(pack(request), ("127.0.0.1", sip_port))
        while True:
            answer = unpack(us.recv(8192))
            if answer.method == request.method and (answer.status or 0) >= 200:
                return answer.reason
