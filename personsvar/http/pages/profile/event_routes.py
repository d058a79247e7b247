"""GET /profile/events: an open page hears that its mailbox changed, and looks again (server-sent events).

One watch in this process hears of every mailbox's changes, and each open page waits for its own. Before each
event, and at each beat where there is none, the session is looked at again, and the stream of one that is
over ends: the browser asks for the next one, is told by 204 that there is none, and the page goes to the
log-in. Being open is no use of a session. A stream ends after some minutes in any case, and the browser opens
the next one. Streams are bounded, altogether and for each subscriber, since each is a
connection, and counted before they are answered, so that many who ask at once get no more: who gets none
looks again by itself now and then.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from personsvar.http.pages.page_faults import UNAVAILABLE, LogInFirst, PageFault
from personsvar.http.pages.page_route import page_route
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.ports.world import MailboxChanges
from personsvar.visual.change_broadcast import ChangeBroadcast

NO_CONTENT = 204
OF_ONE = 10
"""Open pages of one subscriber."""
LIFE_SECONDS, BEAT_SECONDS = 600.0, 25.0
"""Proxies end what is silent for a minute."""
BEAT, CHANGED = b": still here\n\n", b"event: changed\ndata:\n\n"

IsIn = Callable[[], Awaitable[bool]]
"""Whether the session that opened the page is there still."""


@dataclass
class OpenPages:
    """The watch begins with the first page that is open, and ends with the server."""

    changes: MailboxChanges
    most: int
    life_seconds: float = LIFE_SECONDS
    beat_seconds: float = BEAT_SECONDS
    open: Counter[Number] = field(default_factory=Counter)
    _broadcast: ChangeBroadcast | None = None

    def broadcast(self) -> ChangeBroadcast:
        """Called on the loop that serves the pages."""
        if self._broadcast is None:
            self._broadcast = ChangeBroadcast(asyncio.get_running_loop())
            self.changes.start(self._broadcast.publish_threadsafe)
        return self._broadcast

    def take(self, owner: Number) -> bool:
        """Count one more, which has to be given back however it ends; False: there is no place for it."""
        if self.open[owner] >= OF_ONE or self.open.total() >= self.most:
            return False
        self.open[owner] += 1
        return True

    def give_back(self, owner: Number) -> None:
        self.open -= Counter((owner,))

    async def close(self) -> None:
        if self._broadcast is not None:
            self._broadcast = None
            await asyncio.to_thread(self.changes.stop)

    async def events(self, owner: Number, is_in: IsIn) -> AsyncIterator[bytes]:
        """`changed` once for each time something did, however much that was, to who is in still."""
        changed, broadcast = asyncio.Event(), self.broadcast()
        broadcast.watch(owner, changed.set)
        ends_at = asyncio.get_running_loop().time() + self.life_seconds
        try:
            yield b"retry: 2000\n\n"
            while asyncio.get_running_loop().time() < ends_at:
                told = await self._next(changed)
                if not await is_in():
                    return
                yield told
        finally:
            broadcast.unwatch(owner, changed.set)

    async def _next(self, changed: asyncio.Event) -> bytes:
        try:
            await asyncio.wait_for(changed.wait(), self.beat_seconds)
        except TimeoutError:
            return BEAT
        changed.clear()
        return CHANGED


class EventStream(StreamingResponse):
    """It gives its place back when it ends, also where the browser went before it began."""

    def __init__(self, pages: OpenPages, owner: Number, is_in: IsIn) -> None:
        quick = {"X-Accel-Buffering": "no"}
        super().__init__(pages.events(owner, is_in), media_type="text/event-stream", headers=quick)
        self._pages, self._owner = pages, owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._pages.give_back(self._owner)


def events_router(site: ProfileSite, pages: OpenPages) -> APIRouter:
    router = APIRouter(prefix="/profile", include_in_schema=False, route_class=page_route(site))

    @router.get("/events")
    async def events(request: Request) -> Response:
        try:
            visitor = await asyncio.to_thread(site.visitor, request, counts=False)
        except LogInFirst:
            return Response(status_code=NO_CONTENT)  # a stream can't be led to the log-in
        owner = visitor.subscriber.number
        if not pages.take(owner):
            raise PageFault(UNAVAILABLE)
        return EventStream(pages, owner, lambda: asyncio.to_thread(_is_in, site, request))

    return router


def _is_in(site: ProfileSite, request: Request) -> bool:
    """Where the database can't say, nobody is: the browser asks for another stream, and gets it later."""
    try:
        site.visitor(request, counts=False)
    except (LogInFirst, StoreUnavailableError):
        return False
    return True
