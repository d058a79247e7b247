"""A feed is fetched: over TLS, from a public address, in bounded time and size, and only if it changed.

A redirect is followed a few times, and where it leads is checked as the address itself was; never from TLS
to none. Without TLS a feed comes only from a network that the operator allows: whoever is on the way would
read the address, and with it the calendar. What is asked at each fetch are ETag and date (RFC 9110, 13.1).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

from personsvar.gateways.calendar.feed_address import feed_destination
from personsvar.gateways.calendar.feed_body import feed_body
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.gateways.checked_requests import CheckedRequests
from personsvar.gateways.destination import Destination
from personsvar.gateways.public_addresses import (
    Address,
    AddressRefusedError,
    Network,
    Resolve,
    system_resolve,
    unmapped,
)
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.calendar_feed import FeedTrouble, FeedVersion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MOST_REDIRECTS = 5
FETCH_SECONDS = 20.0
_LONGEST_MARK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _NOT_MODIFIED = 200, 304


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    """A feed as it came, and what its server calls this version of it."""

    content: bytes
    etag: str | None
    last_modified: str | None


class FeedFetcher:
    def __init__(
        self,
        *,
        networks: Sequence[Network],
        tls: ssl.SSLContext,
        resolve: Resolve = system_resolve,
        seconds: float = FETCH_SECONDS,
    ) -> None:
        """`networks`: feeds may lie there though they are private. `seconds`: for all of a fetch."""
        self._networks = networks
        self._tls = tls
        self._resolve = resolve
        self._seconds = seconds

    async def fetch(self, destination: Destination, known: FeedVersion) -> FetchedFeed | None:
        """None: the server has no newer version than `known`. Raise FeedFailedError."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._followed(destination, known)
        except AddressRefusedError as wrong:
            raise FeedFailedError(FeedTrouble.PRIVATE) from wrong
        except (httpx.TransportError, OSError) as wrong:  # TimeoutError is an OSError, too
            is_certificate = any(isinstance(it, ssl.SSLError) for it in _causes(wrong))
            raise FeedFailedError(FeedTrouble.CERTIFICATE if is_certificate else FeedTrouble.AWAY) from wrong

    async def _followed(self, destination: Destination, known: FeedVersion) -> FetchedFeed | None:
        for _ in range(MOST_REDIRECTS + 1):
            async with self._asked(destination, known) as response:
                if response.status_code not in _REDIRECTS:
                    return await _taken(response, known)
                destination = _next(destination, response)
        raise FeedFailedError(FeedTrouble.REDIRECTS)

    @asynccontextmanager
    async def _asked(self, destination: Destination, known: FeedVersion) -> AsyncIterator[httpx.Response]:
        async with httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
            resolve = self._resolve if destination.is_encrypted else self._allowed_only
            requests = CheckedRequests(destination, transport, self._networks, resolve)
            response = await requests.send("GET", _headers(known), seconds=self._seconds)
            try:
                yield response
            finally:
                await response.aclose()

    async def _allowed_only(self, host: str) -> Sequence[Address]:
        found = [unmapped(address) for address in await self._resolve(host)]
        return [address for address in found if any(address in network for network in self._networks)]


async def _taken(response: httpx.Response, known: FeedVersion) -> FetchedFeed | None:
    status = response.status_code
    if status == _NOT_MODIFIED and (known.etag or known.last_modified):
        return None
    if status != _OK:
        is_refused = 400 <= status < 500 and status not in (408, 425, 429)  # noqa: PLR2004 - as webhooks' answers
        raise FeedFailedError(FeedTrouble.REFUSED if is_refused else FeedTrouble.FAULT)
    content = await feed_body(response)
    return FetchedFeed(content, _mark(response, "ETag"), _mark(response, "Last-Modified"))


def _next(destination: Destination, response: httpx.Response) -> Destination:
    """The login of the address goes nowhere else."""
    try:
        following = feed_destination(urljoin(str(destination.bare), response.headers.get("Location", "")))
    except (MailboxError, ValueError) as wrong:
        raise FeedFailedError(FeedTrouble.REDIRECTS) from wrong
    if destination.is_encrypted and not following.is_encrypted:
        raise FeedFailedError(FeedTrouble.PRIVATE)
    return following


def _headers(known: FeedVersion) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {
        "User-Agent": "personsvar",
        "Accept": "text/calendar, */*;q=0.5",
        "Accept-Encoding": "gzip",
        **{name: mark for name, mark in asked.items() if mark is not None},
    }


def _mark(response: httpx.Response, header: str) -> str | None:
    """It is sent back as it came; one that can't be is none."""
    mark: str = response.headers.get(header, "")
    return mark if 0 < len(mark) <= _LONGEST_MARK and mark.isascii() and mark.isprintable() else None


def _causes(wrong: BaseException) -> Sequence[BaseException]:
    found: list[BaseException] = []
    at: BaseException | None = wrong
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found
