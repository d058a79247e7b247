"""SMS through a gateway in Kannel's shape: one GET of `sendsms` for each."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable
from typing import NoReturn

import httpx

from personsvar.gateways.in_flight import InFlight
from personsvar.gateways.kannel.delivery_reports import receipt_url
from personsvar.gateways.kannel.kannel_answers import check_answer
from personsvar.gateways.kannel.kannel_options import KannelOptions
from personsvar.gateways.kannel.request import sendsms
from personsvar.gateways.reachability import Reachability, Sleep, connect_once
from personsvar.gateways.sms.sms import Sms
from personsvar.gateways.trust import trusting
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, OutcomeUnknownError
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered, Text, life_seconds

LARGEST_ANSWER = 4096
"""Bytes read of an answer; Kannel's are one line."""
KEEP_SECONDS = 5.0
"""A connection idle for longer is not used again: where the other end just closed it, no outcome is known."""


class KannelGateway:
    """A `notifier.gateway.Gateway` for the channel SMS."""

    def __init__(
        self,
        options: KannelOptions,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`jitter`: a number from 0 to 1, so that not all probe it at once."""
        self._options = options
        self._clock = clock
        self._reachability = Reachability.of_http(options.name, self._probe, jitter, sleep)
        self._tls: ssl.SSLContext | None = None
        self._in_flight = InFlight()
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def open(self) -> None:
        # the bare transport: httpx.AsyncClient logs each URL, and ours hold the password and PINs
        self._tls = trusting(self._options.ca_file)
        self._transport = httpx.AsyncHTTPTransport(
            verify=self._tls,
            trust_env=False,
            limits=httpx.Limits(max_connections=self._options.connections, keepalive_expiry=KEEP_SECONDS),
        )

    async def close(self) -> None:
        transport, self._transport = self._transport, None
        await self._in_flight.end()
        await self._reachability.close()
        if transport is not None:
            await transport.aclose()

    @property
    def is_up(self) -> bool:
        """False from a connection that could not be made until one could (see `reachability`)."""
        return self._transport is not None and self._reachability.is_up

    async def deliver(self, rendered: Rendered) -> Accepted:
        lives = life_seconds(rendered.notice, now=self._clock.now(), hours=self._options.hours)
        sms = Sms(rendered.notice.to, rendered.content_as(Text).text, lives_seconds=lives)
        return await self.deliver_sms(rendered, sms)

    async def deliver_sms(self, rendered: Rendered, sms: Sms) -> Accepted:
        return await self.submit(sms, sms_id=sms_id(rendered.notice))

    async def submit(self, sms: Sms, *, sms_id: str = "") -> Accepted:
        """Hand over a text or bytes; raises as `deliver`.

        `sms_id`: ours, of letters, digits and dashes; receipts come under it. Without one it is of chance.
        """
        sms_id = sms_id or f"visual-{secrets.token_hex(8)}"
        request = sendsms(self._options, sms, receipts_to=self._receipts_to(sms_id))
        with self._in_flight.one():
            status, body = await self._answer(request)
        check_answer(self._options.name, status, body)
        return Accepted(self._options.name, ids=(sms_id,) if self._options.receipts_at else ())

    async def _probe(self) -> None:
        options = self._options
        await connect_once(options.host, options.port, tls=self._tls if options.is_encrypted else None)

    def _receipts_to(self, sms_id: str) -> str | None:
        base = self._options.receipts_at
        if not base:
            return None
        return receipt_url(base, gateway=self._options.name, gateway_id=sms_id, key=self._options.key)

    async def _answer(self, request: httpx.Request) -> tuple[int, str]:
        if self._transport is None:
            raise GatewayAwayError("the gateway is closed")
        seconds = self._options.seconds
        request.extensions["timeout"] = _stages(seconds)
        try:
            async with asyncio.timeout(seconds):
                response = await self._transport.handle_async_request(request)
                self._reachability.answered()
                return response.status_code, await _beginning(response)
        except (httpx.TransportError, TimeoutError) as wrong:
            self._tell_apart(wrong)

    def _tell_apart(self, wrong: Exception) -> NoReturn:
        """The gateway is not there, too busy to be written to, or silent after it was."""
        if isinstance(wrong, httpx.ConnectError | httpx.ConnectTimeout):
            self._reachability.lost(wrong)
            raise GatewayAwayError(f"no connection to {self._options.name}: {wrong}") from wrong
        if isinstance(wrong, httpx.PoolTimeout):
            raise DeliveryError("all connections to the gateway are taken") from wrong
        raise OutcomeUnknownError(f"no answer: {type(wrong).__name__}") from wrong


def sms_id(notice: Notice) -> str:
    """`12-1-5f0c9a1e`: the notice, its attempt, and of its lease (by hand, attempts begin at 1 again)."""
    return "-".join((str(notice.id), str(notice.attempts), (notice.lease or "")[:8])).rstrip("-")


def _stages(seconds: float) -> dict[str, float]:
    """A connection that takes half the time is none; so a time-out after that is one of the answer."""
    return {"connect": seconds / 2, "pool": seconds / 2, "write": seconds, "read": seconds}


async def _beginning(response: httpx.Response) -> str:
    read = b""
    try:
        async for piece in response.aiter_raw():
            read += piece
            if len(read) >= LARGEST_ANSWER:
                break
    finally:
        await response.aclose()
    return read[:LARGEST_ANSWER].decode("utf-8", errors="replace")
