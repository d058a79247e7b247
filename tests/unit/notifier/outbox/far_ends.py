"""What stands behind each channel's gateway: told to go away and come back, to throttle, refuse, hang…"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from enum import StrEnum
from ipaddress import ip_network
from typing import ClassVar, Protocol

from aiosmtpd.smtp import SMTP

from personsvar.gateways.email.email_gateway import EmailGateway
from personsvar.gateways.email.mail_server import mail_server
from personsvar.gateways.email.mail_templates import wording
from personsvar.gateways.kannel import KannelGateway
from personsvar.gateways.lamps.lamp_gateway import LampGateway, LampOptions
from personsvar.gateways.lamps.sip_port import Timers
from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.gateways.sms.frames import Command, Frames, Pdu
from personsvar.gateways.sms.smpp_gateway import SmppGateway
from personsvar.gateways.sms.smsc import Smsc
from personsvar.gateways.webhooks import WebhookGateway
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.gateway import Gateway
from tests.real.ports import free_tcp_port, free_udp_port
from tests.unit.gateways.email.mail_servers import Manners
from tests.wire.gateway_options import (
    email_options,
    kannel_options,
    mm7_options,
    smpp_options,
    webhook_options,
)
from tests.wire.http_peer import CLOSE, SILENCE, Asked, HttpPeer, answer
from tests.wire.lamp_switch import PILOT, LampSwitch, lamp_switch
from tests.wire.loopback_server import LoopbackServer
from tests.wire.mmsc import CloseUnanswered, Hang, Mmsc, Say, fault
from tests.wire.mmsc import Conduct as Misconduct

PATIENCE_SECONDS = 30.0
"""So long a gateway waits for an answer that comes: however busy the machine is, it does."""
HANGING_SECONDS = 2.0
"""And so long for one that never does."""
NUMBERS = tuple(Number(f"+479000000{number}") for number in (1, 2, 3))
"""Whose notices these are."""
SECRET = "whsec_" + base64.b64encode(b"a key of 24 to 64 bytes!").decode()


class Conduct(StrEnum):
    TAKES = "takes"
    THROTTLES = "throttles"
    REFUSES = "refuses"
    HANGS = "hangs"
    HANGS_UP = "hangs up"


class FarEnd(Protocol):
    conduct: Conduct
    """What it does with each message that comes from now on."""

    @property
    def channel(self) -> Channel: ...

    @property
    def gateway(self) -> Gateway: ...

    @property
    def taken(self) -> int:
        """How many it has taken."""
        ...

    async def come(self) -> None: ...

    async def go(self) -> None:
        """Its port is closed, and every connection."""
        ...


async def soon(_: float) -> None:
    """In place of a pause between two knocks."""
    await asyncio.sleep(0.01)


# ---- SMPP ---------------------------------------------------------------------------------------------


class SmppEnd:
    channel = Channel.SMS

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.conduct, self.taken = Conduct.TAKES, 0
        self._port = LoopbackServer(self._serve, port=free_tcp_port())
        options = smpp_options(
            seconds=60,
            answer_seconds=seconds,
            reconnect_seconds=0.01,
            longest_reconnect_seconds=0.05,
        )
        smsc = Smsc("127.0.0.1", self._port.port)
        self.gateway = SmppGateway([smsc], options, take_receipt=_no_receipt, clock=clock, jitter=lambda: 0.5)
        self.come, self.go = self._port.open, self._port.close

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = Frames()
        while octets := await reader.read(4096):
            for pdu in frames.feed(octets):
                if pdu.command == Command.SUBMIT_SM:
                    self._submitted(pdu, writer)
                elif not pdu.is_response:
                    writer.write(pdu.answer(body=b"an smsc\0").octets())

    def _submitted(self, pdu: Pdu, writer: asyncio.StreamWriter) -> None:
        match self.conduct:
            case Conduct.TAKES:
                self.taken += 1
                writer.write(pdu.answer(body=b"%d\0" % self.taken).octets())
            case Conduct.THROTTLES:
                writer.write(pdu.answer(0x58, body=b"\0").octets())
            case Conduct.REFUSES:
                writer.write(pdu.answer(0x0B, body=b"\0").octets())
            case Conduct.HANGS_UP:
                writer.close()


async def _no_receipt(_: object) -> None:
    raise AssertionError("no SMSC of these tests sends receipts")


# ---- HTTP ---------------------------------------------------------------------------------------------


class _HttpEnd:
    answers: ClassVar[Mapping[Conduct, bytes | None]]

    def __init__(self) -> None:
        self.conduct, self.taken = Conduct.TAKES, 0
        self._port = LoopbackServer(HttpPeer(self._say).serve, port=free_tcp_port())
        self.come, self.go = self._port.open, self._port.close

    def _say(self, _: Asked) -> bytes | None:
        self.taken += self.conduct is Conduct.TAKES
        return self.answers[self.conduct]


class KannelEnd(_HttpEnd):
    channel = Channel.SMS
    answers: ClassVar[Mapping[Conduct, bytes | None]] = {
        Conduct.TAKES: answer(202, "0: Accepted for delivery"),
        Conduct.THROTTLES: answer(503, "Temporal failure, try again later."),
        Conduct.REFUSES: answer(400, "Malformed number"),
        Conduct.HANGS: SILENCE,
        Conduct.HANGS_UP: CLOSE,
    }

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        url = f"http://voicemail:secret@127.0.0.1:{self._port.port}/cgi-bin/sendsms"
        options = kannel_options(url, sender="Personsvar", seconds=seconds)
        self.gateway = KannelGateway(options, clock=clock, jitter=lambda: 0.5, sleep=soon)


class WebhookEnd(_HttpEnd):
    channel = Channel.WEBHOOK
    answers: ClassVar[Mapping[Conduct, bytes | None]] = {
        Conduct.TAKES: answer(204),
        Conduct.THROTTLES: answer(429, Retry_After="30"),
        Conduct.REFUSES: answer(410),
        Conduct.HANGS: SILENCE,
        Conduct.HANGS_UP: CLOSE,
    }

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        url = f"http://127.0.0.1:{self._port.port}/voicemail"
        options = webhook_options(url, secret=SECRET, networks=(ip_network("127.0.0.0/8"),), seconds=seconds)
        self.gateway = WebhookGateway(options, clock=clock, sleep=soon)


# ---- MM7 ----------------------------------------------------------------------------------------------


class QuickEncoder:
    """AMR in name only: its head, and as many bytes as there would be."""

    can_amr = True

    async def mp3(self, alaw: bytes) -> bytes:
        return b"ID3" + alaw[::8]

    async def amr(self, alaw: bytes, *, bit_rate: int) -> bytes:
        return b"#!AMR\n" + bytes(len(alaw) * bit_rate // 64_000)


class Mm7End:
    channel = Channel.MMS
    _says: ClassVar[Mapping[Conduct, Misconduct]] = {
        Conduct.THROTTLES: Say(b"", 503, "text/plain", ("Retry-After: 30",)),
        Conduct.REFUSES: Say(fault(2002, "Address error")),
        Conduct.HANGS: Hang(),
        Conduct.HANGS_UP: CloseUnanswered(),
    }

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._mmsc = Mmsc(port=free_tcp_port())
        options = mm7_options(
            sender="2440",
            answer_seconds=seconds,
            first_pause_seconds=0.01,
            longest_pause_seconds=0.05,
        )
        self.gateway = Mm7Gateway(self._mmsc.url, encoder=QuickEncoder(), clock=clock, options=options)
        self.come = self._mmsc.start
        self._conduct = Conduct.TAKES

    @property
    def conduct(self) -> Conduct:
        return self._conduct

    @conduct.setter
    def conduct(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self._mmsc.next = deque([self._says[conduct]] * 1000 if conduct in self._says else [])

    @property
    def taken(self) -> int:
        return len(self._mmsc.taken)

    async def go(self) -> None:
        with suppress(AssertionError):  # it never came
            await self._mmsc.stop()


# ---- SMTP ---------------------------------------------------------------------------------------------


class MailEnd:
    channel = Channel.EMAIL

    def __init__(self, clock: Clock, seconds: float) -> None:  # noqa: ARG002 - no mail of these tests has a link that expires
        self.conduct, self.taken = Conduct.TAKES, 0
        self._let_go = asyncio.Event()
        self._manners = Manners(recipient=self._of_recipient, content=self._of_content)
        self._port = free_tcp_port()
        self._server: asyncio.Server | None = None
        url = f"smtp://127.0.0.1:{self._port}?starttls=no"
        pauses = {"first_pause_seconds": 0.01, "longest_pause_seconds": 0.05}
        options = email_options(seconds=seconds, **pauses)
        self.gateway = EmailGateway(
            mail_server(url),
            options,
            wording=wording(),
            encoder=QuickEncoder(),
            links=None,
            jitter=lambda: 0.5,
        )

    async def come(self) -> None:
        def serve() -> SMTP:
            self._manners.sessions.append(SMTP(self._manners, hostname="mx.example.test", loop=loop))
            return self._manners.sessions[-1]

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(serve, "127.0.0.1", self._port)

    async def go(self) -> None:
        self._let_go.set()
        if self._server is not None:
            self._server.close()
            self._server = None
            self._manners.cut()

    def _of_recipient(self, _: Manners) -> str:
        answers = {
            Conduct.THROTTLES: "451 4.7.1 Greylisted, come back later",
            Conduct.REFUSES: "550 5.1.1 No such user",
        }
        return answers.get(self.conduct, "250 2.1.5 OK")

    async def _of_content(self, manners: Manners) -> str:
        if self.conduct is Conduct.HANGS:
            await self._let_go.wait()  # it answers when nobody waits any more
        if self.conduct is Conduct.HANGS_UP:
            manners.cut()
        self.taken += self.conduct is Conduct.TAKES
        return "250 2.0.0 OK"


# ---- lamps --------------------------------------------------------------------------------------------


class LampEnd:
    channel = Channel.LAMP
    _statuses: ClassVar[Mapping[Conduct, str]] = {
        Conduct.THROTTLES: "503 Service Unavailable",
        Conduct.REFUSES: "404 Not Found",
    }

    def __init__(self, clock: Clock, seconds: float) -> None:  # noqa: ARG002 - a lamp is told what is, whenever it was caused
        self._port = free_udp_port()
        self._there = AsyncExitStack()
        self._switch: LampSwitch | None = None
        self._conduct = Conduct.TAKES
        timers = Timers(0.02, 0.1, give_up_seconds=seconds)
        options = LampOptions(f"127.0.0.1:{self._port}", away_seconds=0.01, timers=timers)
        self.gateway = LampGateway(options, on_back=_nothing)

    @property
    def conduct(self) -> Conduct:
        return self._conduct

    @conduct.setter
    def conduct(self, conduct: Conduct) -> None:
        self._conduct = conduct
        if self._switch is None:
            return
        self._switch.lost = 1_000_000 if conduct is Conduct.HANGS else 0
        self._switch.more = "Retry-After: 30"
        status = self._statuses.get(conduct, "200 OK")
        self._switch.statuses = {f"lamp-{number}": status for number in NUMBERS}

    @property
    def taken(self) -> int:
        return 0 if self._switch is None else len(self._switch.lamps.keys() - {PILOT})

    async def come(self) -> None:
        self._switch = await self._there.enter_async_context(lamp_switch(self._port))
        self.conduct = self._conduct

    async def go(self) -> None:
        await self._there.aclose()


async def _nothing() -> None:
    """All lamps are told again: of interest to others."""


FAR_ENDS: Mapping[str, Callable[[Clock, float], FarEnd]] = {
    "SMPP": SmppEnd,
    "Kannel": KannelEnd,
    "MM7": Mm7End,
    "SMTP": MailEnd,
    "webhook": WebhookEnd,
    "lamp": LampEnd,
}


@asynccontextmanager
async def far_end(name: str, clock: Clock, seconds: float) -> AsyncIterator[FarEnd]:
    """With its gateway open, which waits so long for an answer; nobody is there yet."""
    it = FAR_ENDS[name](clock, seconds)
    await it.gateway.open()
    try:
        yield it
    finally:
        await it.go()
        await it.gateway.close()
