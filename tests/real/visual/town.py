"""An operator with visual voicemail: `personsvar run`, its SMSC, and real handsets that hear of it by SMS.

Each town has a loopback address of its own, so that all of them have IMAP at its own ports, 993 and 143:
those are where vvmd looks first. Calls are on paper (tests/world.py), in the service's own database.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from personsvar import storage
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.rules import Rules
from tests.beside import store_beside
from tests.peers.vvm.roots import find_vvmd
from tests.phone import SimulatedClock, Speak
from tests.real.notices.smsc import NodeSmsc, smsc
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess
from tests.real.spool import eventually
from tests.real.visual.authority import Papers, papers_for
from tests.real.visual.handset import SERVICE_NUMBER, Dialect, Handset, handset
from tests.real.visual.radio import Radio
from tests.world import World

TLS_PORT, STARTTLS_PORT = 993, 143


@dataclass
class Town:
    folder: Path
    address: str
    papers: Papers
    smsc: NodeSmsc
    service: ServiceProcess
    world: World
    """The service's mailboxes, and calls to them."""
    _radio: Radio = field(init=False)
    _handsets: dict[Number, Handset] = field(default_factory=dict)
    _subscribers: int = 0

    def __post_init__(self) -> None:
        self._radio = Radio(self.smsc)

    # ---- who is there

    def subscriber(self) -> Number:
        self._subscribers += 1
        number = Number(f"+4790000{self._subscribers:03}")
        self.world.subscriber(number)
        return number

    @asynccontextmanager
    async def handset(self, version: str, dialect: Dialect, owner: Number) -> AsyncIterator[Handset]:
        """The owner's, switched on, with visual voicemail off."""
        home = self.folder / f"handset{owner}"
        home.mkdir()
        vvmd = await asyncio.to_thread(find_vvmd, version)
        opened = handset(vvmd, dialect, number=owner, home=home, authority=self.papers.authority)
        async with opened as phone:
            self._handsets[owner] = phone
            try:
                async with _meanwhile(self._radio.up(owner, phone)):
                    yield phone
            finally:
                del self._handsets[owner]

    @asynccontextmanager
    async def on_air(self) -> AsyncIterator[None]:
        """What the service sends arrives."""
        async with _meanwhile(self._radio.down(self._handsets.get)):
            yield

    # ---- what callers do

    async def leave(self, mailbox: Number, caller: Number | None, seconds: int = 4) -> Message:
        return await asyncio.to_thread(self._leave, mailbox, caller, seconds)

    def _leave(self, mailbox: Number, caller: Number | None, seconds: int) -> Message:
        before = {message.id for message in self.messages(mailbox)}
        self.world.caller_leaves("#", Speak(seconds), caller=caller, diverted_from=mailbox)
        (message,) = [it for it in self.messages(mailbox) if it.id not in before]
        return message

    # ---- how it stands

    def messages(self, mailbox: Number) -> list[Message]:
        with self.world.store.look() as uow:
            return list(uow.messages.list(mailbox, tuple(State)))

    def states(self, mailbox: Number) -> list[State]:
        return [message.state for message in self.messages(mailbox)]

    def amr(self, message: Message) -> bytes | None:
        """What was encoded of it, once."""
        with self.world.store.look() as uow:
            return uow.renditions.read(message.sound.id)

    def is_active(self, owner: Number) -> bool:
        with self.world.store.look() as uow:
            account = uow.visual.get(owner)
        return account is not None and account.is_active

    async def start_service(self) -> None:
        """Its SMSC is bound when it is there."""
        bound = sum(line["event"] == "bind" for line in self.smsc.lines)
        await asyncio.to_thread(self.service.start)
        await self.smsc.heard("bind", bound + 1)

    async def until(self, true: Callable[[], bool], what: str) -> None:
        await asyncio.to_thread(eventually, true, within=60, what=what)


@asynccontextmanager
async def town(folder: Path, **environment: str) -> AsyncIterator[Town]:
    """`environment`: more settings of the service."""
    address = free_loopback_address()
    papers = papers_for(address, folder=folder)
    url = f"sqlite:///{folder}/personsvar.db"
    await asyncio.to_thread(storage.upgrade, url)
    async with AsyncExitStack() as open_now:
        far = await open_now.enter_async_context(smsc())
        settings = _settings(folder, address, papers, smpp_port=await far.port)
        service = ServiceProcess({**settings, **environment}, folder / "service.log")
        open_now.callback(service.stop)
        store = store_beside(url)
        open_now.callback(store.close)
        clock = SimulatedClock(datetime.now(UTC) - timedelta(hours=1))
        world = World(store, folder / "calls", rules=Rules(visual=True), clock=clock)
        it = Town(folder, address, papers, far, service, world)
        await it.start_service()
        await open_now.enter_async_context(it.on_air())
        yield it


def free_loopback_address() -> str:
    """One where nobody has taken IMAP's ports."""
    while True:
        address = f"127.{random.randint(1, 250)}.{random.randint(0, 250)}.{random.randint(1, 250)}"
        if all(_is_free(address, port) for port in (TLS_PORT, STARTTLS_PORT)):
            return address


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind((address, port))
        return True
    return False


def _settings(folder: Path, address: str, papers: Papers, *, smpp_port: int) -> dict[str, str]:
    return {
        "PERSONSVAR_STATE": str(folder),
        "PERSONSVAR_FASTAGI_BIND": f"127.0.0.1:{free_tcp_port()}",
        "PERSONSVAR_ESL_BIND": "none",
        "PERSONSVAR_HTTP_BIND": f"127.0.0.1:{free_tcp_port()}",
        "PERSONSVAR_IMAP_BIND": f"{address}:{STARTTLS_PORT}",
        "PERSONSVAR_IMAPS_BIND": f"{address}:{TLS_PORT}",
        "PERSONSVAR_SMPP_URL": f"smpp://esme:secret@127.0.0.1:{smpp_port}",
        "PERSONSVAR_VISUAL_HOST": address,
        "PERSONSVAR_VISUAL_NUMBER": SERVICE_NUMBER,
        "PERSONSVAR_VISUAL_CERTIFICATE": str(papers.certificate),
        "PERSONSVAR_VISUAL_KEY": str(papers.key),
        # vvmd reads an iPhone's SMS as text
        "PERSONSVAR_VISUAL_STATE_PORT": "0",
        "PERSONSVAR_VISUAL_UPDATE_PORT": "0",
    }


@asynccontextmanager
async def _meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """It goes on beside the block, and ends with it."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
