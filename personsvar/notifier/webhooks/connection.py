"""One receiver of events.

The name is resolved for each event and the connection goes to the checked address; the request's Host and the
name in the certificate stay those of the URL. No redirect is followed, no proxy of the environment used.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import httpx

from personsvar.notifier.webhooks.addresses import Address, Network, Resolve, checked

KEEP_SECONDS = 5.0
"""A connection idle for longer is not used again: where the other end just closed it, no outcome is known."""


class Receiver:
    def __init__(
        self, url: str, *, allowed: Sequence[Network], resolve: Resolve, tls: ssl.SSLContext, connections: int
    ) -> None:
        where = urlsplit(url)
        if where.scheme not in ("http", "https") or not where.hostname:
            raise ValueError("a receiver's URL should be http[s]://host/path")
        self.url = url
        self._allowed = allowed
        self._resolve = resolve
        self._bare = httpx.URL(where._replace(netloc=where.netloc.rpartition("@")[2], fragment="").geturl())
        self._host = self._bare.raw_host.decode("ascii")
        self.name = self._bare.netloc.decode("ascii")
        """As the ledger names it: a path may hold a secret."""
        self._headers = _login(where.username, where.password)
        # a transport for each receiver: connections are pooled by address, and a certificate is for one name
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls,
            trust_env=False,
            limits=httpx.Limits(max_connections=connections, keepalive_expiry=KEEP_SECONDS),
        )

    async def close(self) -> None:
        await self._transport.aclose()

    async def post(self, content: bytes, headers: dict[str, str], *, seconds: float) -> httpx.Response:
        """Its status and headers. Raise AddressRefusedError, OSError or httpx.TransportError."""
        *others, last = await self._addresses(seconds / 3)
        for address in others:
            try:
                return await self._post_to(address, content, headers, seconds)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # nothing was written: the next of its addresses may answer
        return await self._post_to(last, content, headers, seconds)

    async def _addresses(self, seconds: float) -> Sequence[Address]:
        try:
            async with asyncio.timeout(seconds):
                return await checked(self._host, allowed=self._allowed, resolve=self._resolve)
        except TimeoutError as wrong:
            raise socket.gaierror(socket.EAI_AGAIN, "the name was not resolved in time") from wrong

    async def _post_to(
        self, address: Address, content: bytes, headers: dict[str, str], seconds: float
    ) -> httpx.Response:
        request = httpx.Request(
            "POST",
            self._bare.copy_with(host=str(address)),
            content=content,
            headers={**headers, **self._headers, "Host": self.name},
            extensions={
                "timeout": {"connect": seconds / 3, "pool": seconds / 3, "write": seconds, "read": seconds},
                "sni_hostname": self._host,
            },
        )
        response = await self._transport.handle_async_request(request)
        await response.aclose()  # what it says is of no interest, nor how long it is
        return response


def _login(username: str | None, password: str | None) -> dict[str, str]:
    if username is None:
        return {}
    both = f"{unquote(username)}:{unquote(password or '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(both).decode('ascii')}"}
