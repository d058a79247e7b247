"""A subscriber's data as a download: written as it is read, so few are made at once, and not again and again.

The first piece is read before anything is answered: a database that is away is told as that. One that goes
away later ends the download in the middle, which every client takes for what it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from personsvar.archive.data_archive import DataArchive
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.own_data import take_out
from personsvar.mailbox.services import Services

log = logging.getLogger(__name__)

AT_ONCE = 3
AN_HOUR = 3
"""Of one subscriber, on the page."""
MOST_OWNERS = 10_000
MEDIA_TYPE = "application/zip"
HOUR = timedelta(hours=1)


class TooManyDownloadsError(Exception):
    """There are as many as may be, of all at once, or of this subscriber within an hour: with `room_in`."""

    def __init__(self, room_in: timedelta | None = None) -> None:
        super().__init__("of all" if room_in is None else "of one")
        self.room_in = room_in


@dataclass
class DataDownloads:
    """Of one process."""

    services: Services
    under_way: int = 0
    _begun: OrderedDict[Number, deque[datetime]] = field(default_factory=OrderedDict)

    async def begin(self, owner: Subscriber, *, by: Actor, bounded: bool) -> DataDownload:
        """`bounded`: only so many an hour. Raise TooManyDownloadsError."""
        if self.under_way >= AT_ONCE:
            raise TooManyDownloadsError
        now = self.services.clock.now()
        if bounded:
            self._count(owner.number, now)
        self.under_way += 1
        try:
            data = await asyncio.to_thread(take_out, self.services, owner.number, by=by)
            archive = DataArchive(data, owner, now)
            pieces = archive.pieces()
            first = await asyncio.to_thread(next, pieces)
        except BaseException:
            self.under_way -= 1
            raise
        return DataDownload(self, archive.name, first, pieces)

    def ended(self) -> None:
        self.under_way -= 1

    def _count(self, owner: Number, now: datetime) -> None:
        begun = self._begun.setdefault(owner, deque(maxlen=AN_HOUR))
        self._begun.move_to_end(owner)
        if len(begun) == AN_HOUR and now - begun[0] < HOUR:
            raise TooManyDownloadsError(HOUR - (now - begun[0]))
        begun.append(now)
        while len(self._begun) > MOST_OWNERS:
            self._begun.popitem(last=False)


class DataDownload(StreamingResponse):
    """It gives its place back when it ends, also where the client went before it began."""

    def __init__(self, downloads: DataDownloads, name: str, first: bytes, rest: Iterator[bytes]) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        super().__init__(_all(first, rest), media_type=MEDIA_TYPE, headers=headers)
        self._downloads, self._rest = downloads, rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except StoreUnavailableError as away:
            log.error("a download of data broke off: %s: %s", away.what, away)
            raise
        finally:
            self._downloads.ended()


async def _all(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One piece after the other, each read by a thread: the loop serves others meanwhile."""
    yield first
    while (piece := await asyncio.to_thread(next, rest, None)) is not None:
        if piece:
            yield piece
