"""One receiver of events.

The name is resolved for each event and the connection goes to the checked address; the request's Host and the
name in the certificate stay those of the URL. No redirect is followed, no proxy of the environment used.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import httpx

from personsvar.gateways.reachability import PROBE_SECONDS, connect_once
from personsvar.gateways.webhooks.addresses import Address, AddressRefusedError, Network, Resolve, checked

KEEP_SECONDS = 5.0
"""A connection idle for longer is not used again: where the other end just closed it, no outcome is known."""
LONGEST_BODY = 4096
BODY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Destination:
    """A receiver's URL, taken apart."""

    url: str = field(repr=False)
    bare: httpx.URL = field(repr=False)
    """The URL stands here without name and password."""
    login: Mapping[str, str] = field(repr=False)
    """Name and password stand here as a header."""

    @classmethod
    def of(cls, url: str) -> Destination:
        """Raise ValueError when nothing can be posted there; of the URL its text holds but the host."""
        where = urlsplit(url)
        if where.scheme not in ("http", "https") or not where.hostname:
            raise ValueError("a receiver's URL should be http[s]://host/path")
        netloc = where.netloc.rpartition("@")[2]
        try:
            bare = httpx.URL(where._replace(netloc=netloc, fragment="").geturl())
        except httpx.InvalidURL as wrong:
            raise ValueError(f"no host of a URL: {where.hostname}") from wrong
        return cls(url, bare, _login(where.username, where.password))

    @property
    def host(self) -> str:
        return self.bare.raw_host.decode("ascii")

    @property
    def port(self) -> int:
        return self.bare.port or (443 if self.bare.scheme == "https" else 80)

    @property
    def name(self) -> str:
        """As the ledger names it: a path may hold a secret."""
        return self.bare.netloc.decode("ascii")


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
        self._allowed = allowed
        self._resolve = resolve
        # a transport for each receiver: connections are pooled by address, and a certificate is for one name
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls,
            trust_env=False,
            limits=httpx.Limits(max_connections=connections, keepalive_expiry=KEEP_SECONDS),
        )

    async def close(self) -> None:
        await self._transport.aclose()

    async def probe(self) -> None:
        """One of its addresses takes a connection. Raise OSError when none does in time."""
        async with asyncio.timeout(PROBE_SECONDS):
            try:
                *others, last = await self._addresses(PROBE_SECONDS)
            except AddressRefusedError:
                return  # somebody may be there; the next event tells what is wrong
            for address in others:
                with suppress(OSError):
                    await connect_once(str(address), self._destination.port)
                    return
            await connect_once(str(last), self._destination.port)

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
                return await checked(self._destination.host, allowed=self._allowed, resolve=self._resolve)
        except TimeoutError as wrong:
            raise socket.gaierror(socket.EAI_AGAIN, "the name was not resolved in time") from wrong

    async def _post_to(
        self, address: Address, content: bytes, headers: dict[str, str], seconds: float
    ) -> httpx.Response:
        request = httpx.Request(
            "POST",
            self._destination.bare.copy_with(host=str(address)),
            content=content,
            headers={**headers, **self._destination.login, "Host": self.name},
            extensions={
                "timeout": {"connect": seconds / 3, "pool": seconds / 3, "write": seconds, "read": seconds},
                "sni_hostname": self._destination.host,
            },
        )
        response = await self._transport.handle_async_request(request)
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


def _login(username: str | None, password: str | None) -> dict[str, str]:
    if username is None:
        return {}
    both = f"{unquote(username)}:{unquote(password or '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(both).decode('ascii')}"}
