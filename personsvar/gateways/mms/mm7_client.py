"""The HTTP of it: one connection for each message, and which failures leave the outcome unknown.

Connections are not kept: an MMS is large and comes seldom, and one written into a connection that the MMSC
was just closing would have an unknown outcome for nothing.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from personsvar.gateways.mms.mm7_answers import Mm7Answer
from personsvar.gateways.mms.mm7_options import Mm7Options
from personsvar.gateways.mms.mm7_package import Mm7Package
from personsvar.gateways.mms.soap import LARGEST
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, OutcomeUnknownError

PIECE = 16 * 1024
LONGEST_CONNECT_SECONDS = 10.0


def gateway_name(url: str) -> str:
    """The MMSC as the ledger and its receipts name it: `mmsc.example.test:8080`."""
    return urlsplit(url).netloc.rpartition("@")[2]


@dataclass
class _Body:
    """A body that knows whether the other end may have got all of it."""

    content: bytes
    whole: bool = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.content), PIECE):
            # said before the last piece goes: what lies in the socket's buffer still arrives
            self.whole = start + PIECE >= len(self.content)
            yield self.content[start : start + PIECE]


class Mm7Client:
    """It is made on the loop it is used on."""

    def __init__(self, url: str, options: Mm7Options, tls: ssl.SSLContext) -> None:
        parts = urlsplit(url)
        self._url = urlunsplit(parts._replace(netloc=gateway_name(url)))
        self._options = options
        self._client = httpx.AsyncClient(
            auth=_basic(parts.username, parts.password),
            timeout=httpx.Timeout(None, connect=min(LONGEST_CONNECT_SECONDS, options.answer_seconds / 2)),
            limits=httpx.Limits(max_connections=options.at_once, max_keepalive_connections=0),
            verify=tls,
            trust_env=False,
        )

    async def send(self, package: Mm7Package) -> Mm7Answer:
        """Raise GatewayAwayError, OutcomeUnknownError, or DeliveryError when it can't have been taken."""
        body = _Body(package.body)
        try:
            async with asyncio.timeout(self._options.answer_seconds):
                return await self._answer(package.content_type, body)
        except (httpx.ConnectError, httpx.ConnectTimeout) as gone:
            raise GatewayAwayError(f"no connection: {_reason(gone)}") from gone
        except (httpx.TransportError, TimeoutError) as broken:
            if body.whole:
                raise OutcomeUnknownError(f"no answer: {_reason(broken)}") from broken
            raise DeliveryError(f"broken off: {_reason(broken)}") from broken

    async def close(self) -> None:
        await self._client.aclose()

    async def _answer(self, content_type: str, body: _Body) -> Mm7Answer:
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(len(body.content)),
            "SOAPAction": self._options.soap_action,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        async with self._client.stream("POST", self._url, content=body, headers=headers) as response:
            return Mm7Answer(
                response.status_code,
                response.headers.get("content-type", ""),
                await _start_of(response),
                _seconds(response.headers.get("retry-after", "")),
            )


async def _start_of(response: httpx.Response) -> bytes:
    """The answer, or enough of it to see that it is too long."""
    got = bytearray()
    async for piece in response.aiter_raw():
        got += piece
        if len(got) > LARGEST:
            break
    return bytes(got)


def _basic(user: str | None, password: str | None) -> httpx.BasicAuth | None:
    return None if user is None else httpx.BasicAuth(unquote(user), unquote(password or ""))


def _seconds(retry_after: str) -> float | None:
    """Of Retry-After (RFC 9110, 10.2.3) a number counts; a date is left alone."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None


def _reason(wrong: Exception) -> str:
    return str(wrong) or type(wrong).__name__
