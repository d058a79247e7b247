"""Requests to a host that somebody named: its name is resolved for each, and the connection goes to the very
address that was checked. The request's Host and the name in the certificate stay those of the URL.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from personsvar.gateways.destination import Destination
from personsvar.gateways.public_addresses import Address, Network, Resolve, checked


@dataclass(frozen=True, slots=True)
class CheckedRequests:
    """Requests to one destination; who made the transport closes it."""

    destination: Destination
    transport: httpx.AsyncHTTPTransport
    """It is for this destination alone: it pools by address, and a certificate is for one name."""
    allowed: Sequence[Network]
    resolve: Resolve

    async def send(
        self, method: str, headers: Mapping[str, str], content: bytes = b"", *, seconds: float
    ) -> httpx.Response:
        """The answer's status and headers; its body waits to be read, and the answer to be closed.

        Raise AddressRefusedError, OSError or httpx.TransportError.
        """
        *others, last = await self.addresses(seconds / 3)
        for address in others:
            try:
                return await self._send_to(address, method, headers, content, seconds)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # nothing was written: the next of its addresses may answer
        return await self._send_to(last, method, headers, content, seconds)

    async def addresses(self, seconds: float) -> Sequence[Address]:
        """Where its name leads now. Raise AddressRefusedError, or OSError when it leads nowhere in time."""
        try:
            async with asyncio.timeout(seconds):
                return await checked(self.destination.host, allowed=self.allowed, resolve=self.resolve)
        except TimeoutError as wrong:
            raise socket.gaierror(socket.EAI_AGAIN, "the name was not resolved in time") from wrong

    async def _send_to(
        self, address: Address, method: str, headers: Mapping[str, str], content: bytes, seconds: float
    ) -> httpx.Response:
        request = httpx.Request(
            method,
            self.destination.bare.copy_with(host=str(address)),
            content=content,
            headers={**headers, **self.destination.login, "Host": self.destination.name},
            extensions={
                "timeout": {"connect": seconds / 3, "pool": seconds / 3, "write": seconds, "read": seconds},
                "sni_hostname": self.destination.host,
            },
        )
        return await self.transport.handle_async_request(request)
