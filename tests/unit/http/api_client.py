"""Asks the API itself, without a socket, as the holder of a key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx
from fastapi import APIRouter

from personsvar.http.app import make_app
from personsvar.mailbox.api_keys import add_key
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.services import Services
from tests.fakes.actors import ROOT

TOKEN = "a token of the operator's"


class KeyHolder:
    """Everything is asked with the same key."""

    def __init__(
        self,
        routers: Sequence[APIRouter],
        key: str | None = TOKEN,
        *,
        address: str = "192.0.2.1",
        at_end: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`at_end`: what is of the event loop of one question ends with it."""
        self.app = make_app(checks={}, meters=[], routers=routers)
        self.headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.address, self.at_end = address, at_end

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        more: dict[str, Any] = {} if json is None else {"json": json}
        more |= {} if content is None else {"content": content}
        return asyncio.run(self._ask(method, path, {**self.headers, **(headers or {})}, more))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], more: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(self.address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.request(method, path, headers=headers, **more)
        if self.at_end is not None:
            await self.at_end()
        return answer


def key_for(services: Services, *scopes: Scope, name: str = "web-shop") -> str:
    """A fresh key."""
    return add_key(services, name, scopes, expires_at=None, by=ROOT)[1]
