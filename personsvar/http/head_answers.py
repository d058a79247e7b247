"""HEAD: what GET would answer, without its body (RFC 9110, section 9.3.2).

It is asked of the route that GET has, so that no route has to know of it; a stream ends before its first
piece. Where a GET does something (a gateway reports by it, or a download is made and noted) HEAD is 405: it
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_ENDS_AT_DISCONNECT = "2.3"
"""By this version of ASGI a stream looks whether somebody still reads it, before it is told by an error."""


def done_by_get(endpoint: Endpoint) -> Endpoint:
    """Of a route whose GET does something: it has no HEAD."""
    endpoint.__dict__["is_done_by_get"] = True
    return endpoint


def has_head(routes: Sequence[BaseRoute], scope: Scope) -> bool:
    """Whether GET is answered there, and does nothing. An included router hides its routes: give them too."""
    asked = {**scope, "method": "GET"}
    for route in (it for it in routes if isinstance(it, Route)):
        match, found = route.matches(asked)
        if match is Match.FULL:
            return not getattr(found.get("endpoint"), "is_done_by_get", False)
    return False


class HeadAnswers:
    """Before all routes of an app."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app, self._routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or not has_head(self._routes, scope):
            await self._app(scope, receive, send)
            return
        asgi = {**scope["asgi"], "spec_version": _ENDS_AT_DISCONNECT}
        await self._app({**scope, "method": "GET", "asgi": asgi}, receive, _without_body(send))


def _without_body(send: Send) -> Send:
    """The head goes out with the end of the answer: who still makes a body finds nobody to read it."""

    async def head_alone(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return head_alone
