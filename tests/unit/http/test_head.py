"""HEAD is answered as GET is, without a body; it does nothing, and what GET does it has no part in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from personsvar.gateways.kannel import delivery_reports, incoming
from personsvar.http.app import make_app
from personsvar.http.head_answers import HeadAnswers
from personsvar.http.kannel_callbacks import incoming_router, receipts_router
from personsvar.mailbox.ports.access import AuditWanted
from tests.unit.conftest import Backend
from tests.unit.http.api_client import KeyHolder
from tests.unit.http.office import Office, problem
from tests.unit.http.profile_browser import ProfileWorld
from tests.unit.http.test_every_route import ROUTES, VALUES

DATA = "/v1/subscribers/+4790000001/data"
READ = [path for method, path in ROUTES if method == "GET" and path != "/v1/subscribers/{number}/data"]


def ask(app: FastAPI, method: str, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path)

    return asyncio.run(asked())


def same(head: httpx.Response, get: httpx.Response) -> bool:
    return (head.status_code, dict(head.headers), head.content) == (get.status_code, dict(get.headers), b"")


@pytest.mark.parametrize("path", ["/", "/status", "/docs", "/healthz", "/readyz"])
def test_pages_for_people_are_answered_without_a_body(path: str) -> None:
    app = make_app(checks={}, meters=[])
    head, get = ask(app, "HEAD", path), ask(app, "GET", path)
    assert same(head, get)


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("key", [None, "its own"])
def test_the_api_is_answered_without_a_body(office: Office, path: str, key: str | None) -> None:
    for name, value in VALUES.items():
        path = path.replace(name, value)
    holder: KeyHolder = office.holder(None) if key is None else office  # type: ignore[assignment] # it asks alike
    head, get = holder.ask("HEAD", path), holder.ask("GET", path)
    assert same(head, get)
    assert get.content


def test_what_get_does_head_does_not(office: Office) -> None:
    answer = office.ask("HEAD", DATA)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "DELETE"}
    with office.backend.services.store.look() as uow:
        assert not uow.audit.list(AuditWanted(), before_id=None, limit=10)
    assert office.ask("GET", DATA).status_code == 200


def test_head_stands_among_what_is_allowed(office: Office) -> None:
    answer = office.ask("PUT", "/v1/subscribers")
    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_gateway_reports_nothing_by_head(backend: Backend) -> None:
    taken: list[object] = []

    async def take(it: object) -> None:
        taken.append(it)

    routers = [receipts_router(take, b"key", backend.services.clock), incoming_router(take, b"key")]
    app = make_app(checks={}, meters=[], routers=routers)
    for path in (delivery_reports.PATH, incoming.PATH):
        assert ask(app, "HEAD", path).status_code == 405
        assert ask(app, "GET", path).status_code == 403
    assert taken == []


@pytest.mark.anyio
async def test_the_page_and_its_sounds_are_answered_without_a_body(backend: Backend) -> None:
    world = ProfileWorld(backend)
    sound = f"/profile/messages/{world.leave(backend.ola.number).id}/sound"
    async with world.browser() as browser:
        await browser.log_in()
        for path, headers in (
            ("/profile", {}),
            ("/profile/settings", {}),
            (sound, {}),
            (sound, {"Range": "bytes=3-9"}),
            (sound, {"Range": "bytes=999999-"}),
            ("/profile/messages/4711/sound", {}),
        ):
            get = await browser.get(path, **headers)
            assert same(await browser.client.head(path, headers=headers), get)


@pytest.mark.anyio
async def test_open_pages_are_not_counted_for_who_asks_for_the_head(backend: Backend) -> None:
    world = ProfileWorld(backend)
    async with world.browser() as browser:
        await browser.log_in()
        head = await browser.client.head("/profile/events")
        assert (head.status_code, head.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert world.pages.open.total() == 0
    await world.pages.close()


def test_a_stream_without_end_ends_at_its_head() -> None:
    app, ended = FastAPI(), asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"piece"
                await asyncio.sleep(0)
        finally:
            ended.set()

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(pieces())

    app.add_middleware(HeadAnswers, routes=app.routes)
    assert ask(app, "HEAD", "/stream").status_code == 200
    assert ended.is_set()
