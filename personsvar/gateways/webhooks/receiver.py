"""One receiver of events.

The name is resolved for each event and the connection goes to the checked address. No redirect is followed,
no proxy of the environment used.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress

import httpx

from personsvar.gateways.checked_requests import CheckedRequests
from personsvar.gateways.destination import Destination
from personsvar.gateways.public_addresses import Address, AddressRefusedError, Network, Resolve
from personsvar.gateways.reachability import PROBE_SECONDS, connect_once

KEEP_SECONDS = 5.0
"""A connection idle for longer is not used again: where the other end just closed it, no outcome is known."""
LONGEST_BODY = 4096
BODY_SECONDS = 1.0


class Receiver:
    def __init__(
        self,
        destination: Destination,
        *,
        allowed: Sequence[Network],
        resolve: Resolve,
        tls: ssl.SSLContext,
        connections: int,
    ) -> None:
        self.url = destination.url
        self.name = destination.name
        self._destination = destination
        self._tls = tls if destination.is_encrypted else None
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls,
            trust_env=False,
            limits=httpx.Limits(max_connections=connections, keepalive_expiry=KEEP_SECONDS),
        )
        self._requests = CheckedRequests(destination, self._transport, allowed, resolve)

    async def close(self) -> None:
        await self._transport.aclose()

    async def probe(self) -> None:
        """One of its addresses takes a connection. Raise OSError when none does in time."""
        async with asyncio.timeout(PROBE_SECONDS):
            try:
                *others, last = await self._requests.addresses(PROBE_SECONDS)
            except AddressRefusedError:
                return  # somebody may be there; the next event tells what is wrong
            for address in others:
                with suppress(OSError):
                    await self._connect_once(address)
                    return
            await self._connect_once(last)

    async def _connect_once(self, address: Address) -> None:
        await connect_once(str(address), self._destination.port, tls=self._tls, name=self._destination.host)

    async def post(self, content: bytes, headers: dict[str, str], *, seconds: float) -> httpx.Response:
        """Its status and headers. Raise AddressRefusedError, OSError or httpx.TransportError."""
        response = await self._requests.send("POST", headers, content, seconds=seconds)
        await _put_away(response)
        return response


async def _put_away(response: httpx.Response) -> None:
    """What it says is of no interest; a short one is read to its end, so that the connection serves again."""
    read = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in response.aiter_raw():
                read += len(piece)
                if read > LONGEST_BODY:
                    break
    except (httpx.TransportError, TimeoutError):
        pass  # the answer is there: its body is not
    finally:
        await response.aclose()
