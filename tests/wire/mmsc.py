"""An MMSC on loopback: takes SubmitReq over HTTP as strictly as the schema, and misbehaves when asked to."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.wire.loopback_server import LoopbackServer
from tests.wire.mm7_reading import Malformed, Submission, submission

NAMESPACE = "http://www.3gpp.org/ftp/Specs/archive/23_series/23.140/schema/REL-6-MM7-1-4"
CREDENTIALS = "vasp:p@ss word"
IN_URL = "vasp:p%40ss%20word"


@dataclass(frozen=True)
class Say:
    """Answer just this, and take nothing."""

    body: bytes
    status: int = 200
    content_type: str = "text/xml"
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class CloseUnanswered:
    """Close: after so many bytes of the body, or, without a number, after all of it, and say nothing."""

    after_bytes: int | None = None


@dataclass(frozen=True)
class BreakOff:
    """Take it, and close in the middle of the answer."""


@dataclass(frozen=True)
class Hang:
    """Read so many bytes of the body (all without a number), then neither read nor write any more."""

    after_bytes: int | None = None


Conduct = Say | CloseUnanswered | BreakOff | Hang


@dataclass
class Mmsc:
    largest_bytes: int = 10_000_000
    next: deque[Conduct] = field(default_factory=deque)
    """What it does with the next requests; then it takes them."""
    taken: list[Submission] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    """Of every whole body that came."""
    complaints: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    """While it is there and not set, answers wait."""
    waiting: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self._server = LoopbackServer(self._serve, port=self.port)

    @property
    def url(self) -> str:
        return f"http://{IN_URL}@127.0.0.1:{self.port}/mm7/submit?vasp=1"

    async def start(self) -> None:
        """Again on the same port, when it was there before."""
        await self._server.open()
        self.port = self._server.port

    async def stop(self) -> None:
        await self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
        conduct = self.next.popleft() if self.next else None
        length = int(headers["content-length"])
        if isinstance(conduct, CloseUnanswered | Hang):
            await reader.readexactly(length if conduct.after_bytes is None else conduct.after_bytes)
            if isinstance(conduct, Hang):
                await asyncio.Event().wait()  # until it is stopped
            return
        body = await reader.readexactly(length)
        self.sizes.append(length)
        said = conduct if isinstance(conduct, Say) else self._taken(head[0], headers, body)
        await self._let_through()
        answer = _http(said)
        writer.write(answer[: len(answer) // 2] if isinstance(conduct, BreakOff) else answer)
        await writer.drain()

    async def _let_through(self) -> None:
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
            self.waiting -= 1

    def _taken(self, request_line: str, headers: Mapping[str, str], body: bytes) -> Say:
        wanted = "Basic " + base64.b64encode(CREDENTIALS.encode()).decode()
        if headers.get("authorization") != wanted:
            return Say(b"who?", 401, "text/plain")
        if request_line != "POST /mm7/submit?vasp=1 HTTP/1.1" or headers.get("soapaction") != '""':
            return Say(fault(4003, "Unsupported operation"), 500)
        try:
            got = submission(headers, body)
        except Malformed as wrong:
            self.complaints.append(str(wrong))
            return Say(fault(4004, f"Validation error: {wrong}"))
        if len(body) > self.largest_bytes:
            return Say(fault(2004, "Multimedia content refused"))
        self.taken.append(got)
        return Say(
            submit_rsp(1000, "Success", message_id=f"mms-{len(self.taken)}", transaction=got.transaction)
        )


@asynccontextmanager
async def running_mmsc() -> AsyncIterator[Mmsc]:
    mmsc = Mmsc()
    await mmsc.start()
    try:
        yield mmsc
    finally:
        await mmsc.stop()
    assert mmsc.complaints == []


def submit_rsp(code: int, text: str, *, message_id: str = "", transaction: str = "1") -> bytes:
    given = f"<mm7:MessageID>{message_id}</mm7:MessageID>" if message_id else ""
    return _envelope(
        f'<mm7:SubmitRsp xmlns:mm7="{NAMESPACE}"><mm7:MM7Version>6.8.0</mm7:MM7Version><mm7:Status>'
        f"<mm7:StatusCode>{code}</mm7:StatusCode><mm7:StatusText>{text}</mm7:StatusText></mm7:Status>"
        f"{given}</mm7:SubmitRsp>",
        transaction,
    )


def fault(code: int | None, text: str, *, whose: str = "Client") -> bytes:
    """With an RSErrorRsp as its detail; without a code, no detail at all."""
    detail = (
        f'<detail><RSErrorRsp xmlns="{NAMESPACE}"><MM7Version>6.8.0</MM7Version><Status>'
        f"<StatusCode>{code}</StatusCode><StatusText>{text}</StatusText></Status></RSErrorRsp></detail>"
    )
    return _envelope(
        f"<env:Fault><faultcode>env:{whose}</faultcode><faultstring>{text}</faultstring>"
        f"{'' if code is None else detail}</env:Fault>",
        "1",
    )


def delivery_report(
    message_id: str, status: str, *, swapped: bool = False, text: str = "", transaction: str = "rep-1"
) -> bytes:
    ours, theirs = ("Recipient", "Sender") if not swapped else ("Sender", "Recipient")
    return _envelope(
        f'<DeliveryReportReq xmlns="{NAMESPACE}"><MM7Version>6.8.0</MM7Version>'
        f"<MessageID>{message_id}</MessageID><{ours}><Number>+4790000001</Number></{ours}>"
        f"<{theirs}><ShortCode>1000</ShortCode></{theirs}><Date>2026-03-02T12:00:05+00:00</Date>"
        f"<MMStatus>{status}</MMStatus><StatusText>{text}</StatusText></DeliveryReportReq>",
        transaction,
    )


def _envelope(body: str, transaction: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Header>'
        f'<t:TransactionID xmlns:t="{NAMESPACE}" env:mustUnderstand="1">{transaction}</t:TransactionID>'
        f"</env:Header><env:Body>{body}</env:Body></env:Envelope>"
    ).encode()


def _http(said: Say) -> bytes:
    head = [
        f"HTTP/1.1 {said.status} As It Is",
        f"Content-Type: {said.content_type}",
        f"Content-Length: {len(said.body)}",
        *said.headers,
        "Connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode() + said.body
