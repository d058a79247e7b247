"""GET /profile/events: an open page hears that its mailbox changed, and looks again (server-sent events).

One watch in this process hears of every mailbox's changes, and each open page waits for its own: a thousand
of them ask nobody anything. A stream ends after some minutes and the browser opens the next one, so that a
session that is over is noticed; being open is no use of a session. Streams are bounded, altogether and for
each subscriber, since each is a connection: who gets none looks again by itself now and then.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from personsvar.http.pages.page_faults import PageFault
from personsvar.http.pages.page_route import page_route
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.ports.world import MailboxChanges
from personsvar.visual.change_broadcast import ChangeBroadcast

BUSY = 503
OF_ONE = 10
"""Open pages of one subscriber."""
LIFE_SECONDS, BEAT_SECONDS = 600.0, 25.0
"""Proxies end what is silent for a minute."""


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

    def is_full(self, owner: Number) -> bool:
        return self.open[owner] >= OF_ONE or self.open.total() >= self.most

    async def close(self) -> None:
        if self._broadcast is not None:
            self._broadcast = None
            await asyncio.to_thread(self.changes.stop)

    async def events(self, owner: Number) -> AsyncIterator[bytes]:
        """`changed` once for each time something did, however much that was."""
        changed, broadcast = asyncio.Event(), self.broadcast()
        broadcast.watch(owner, changed.set)
        self.open[owner] += 1
        ends_at = asyncio.get_running_loop().time() + self.life_seconds
        try:
            yield b"retry: 2000\n\n"
            while asyncio.get_running_loop().time() < ends_at:
                yield await self._next(changed)
        finally:
            broadcast.unwatch(owner, changed.set)
            self.open -= Counter((owner,))

    async def _next(self, changed: asyncio.Event) -> bytes:
        try:
            await asyncio.wait_for(changed.wait(), self.beat_seconds)
        except TimeoutError:
            return b": still here\n\n"
        changed.clear()
        return b"event: changed\ndata:\n\n"


def events_router(site: ProfileSite, pages: OpenPages) -> APIRouter:
    router = APIRouter(prefix="/profile", include_in_schema=False, route_class=page_route(site))

    @router.get("/events")
    async def events(request: Request) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request, counts=False)
        owner = visitor.subscriber.number
        if pages.is_full(owner):
            raise PageFault(BUSY)
        quick = {"X-Accel-Buffering": "no"}
        return StreamingResponse(pages.events(owner), media_type="text/event-stream", headers=quick)

    return router
