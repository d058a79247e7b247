"""An open page hears that its mailbox changed: one watch for all, bounded, and gone with the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import islice

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from personsvar.http.pages.profile.event_routes import CHANGED, OF_ONE, EventStream, OpenPages
from personsvar.mailbox.model.ids import Number
from tests.unit.conftest import KARI, Backend
from tests.unit.http.profile_browser import ProfileWorld, ToldChanges

pytestmark = pytest.mark.anyio
OLA = Number("+4790000001")
DEADLINE_SECONDS = 60


async def still_in() -> bool:
    return True


async def opened(pages: OpenPages, owner: Number) -> AsyncIterator[bytes]:
    stream = pages.events(owner, still_in)
    assert await anext(stream) == b"retry: 2000\n\n"
    return stream


async def test_only_whose_mailbox_changed_is_told() -> None:
    changes = ToldChanges()
    pages = OpenPages(changes, most=10)
    olas, karis = await opened(pages, OLA), await opened(pages, KARI)
    of_ola = asyncio.ensure_future(anext(olas))
    of_kari = asyncio.ensure_future(anext(karis))
    assert changes.tell is not None
    changes.tell(frozenset({OLA}))
    assert await of_ola == CHANGED
    assert not of_kari.done()
    changes.tell(None)  # the watch was blind: everybody looks
    assert await of_kari == CHANGED


async def test_a_thousand_pages_are_one_watch() -> None:
    changes = ToldChanges()
    pages = OpenPages(changes, most=2000)
    streams = [await opened(pages, Number(f"+47900{one:05d}")) for one in range(1000)]
    tell = changes.tell
    assert tell is not None
    waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
    tell(frozenset({Number("+4790000500")}))
    assert await waiting[500] == CHANGED
    assert changes.tell is tell
    for one in waiting:
        one.cancel()


async def test_a_silent_stream_shows_that_it_lives_and_ends_in_time() -> None:
    pages = OpenPages(ToldChanges(), most=10, life_seconds=0.05, beat_seconds=0.02)
    told = [part async for part in pages.events(OLA, still_in)]
    assert told[0] == b"retry: 2000\n\n"
    assert set(told[1:]) == {b": still here\n\n"}


async def test_who_goes_before_the_answer_begins_makes_room() -> None:
    pages = OpenPages(ToldChanges(), most=2)
    assert pages.take(OLA)
    assert pages.take(KARI)
    assert not pages.take(Number("+4790000003"))

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        assert message["type"] == "http.response.start"
        await asyncio.Event().wait()  # it never gets through

    await EventStream(pages, OLA, still_in)({"type": "http"}, gone, send)
    assert pages.take(Number("+4790000003"))


async def test_who_goes_while_it_is_told_makes_room() -> None:
    pages = OpenPages(ToldChanges(), most=1)
    assert pages.take(OLA)

    async def here() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("it is gone")

    newer = {"type": "http", "asgi": {"spec_version": "2.4"}}
    with pytest.raises(ClientDisconnect):
        await EventStream(pages, OLA, still_in)(newer, here, send)
    assert pages.take(KARI)


async def test_one_subscriber_has_only_so_many() -> None:
    pages = OpenPages(ToldChanges(), most=100)
    assert [pages.take(OLA) for _ in range(OF_ONE + 1)] == [True] * OF_ONE + [False]
    assert pages.take(KARI)


@pytest.mark.parametrize(("most", "places"), [(20, OF_ONE), (4, 4)], ids=["of one", "of all"])
async def test_who_asks_often_at_once_gets_no_more(backend: Backend, most: int, places: int) -> None:
    world = ProfileWorld(backend)
    world.pages.most = most
    async with asyncio.timeout(DEADLINE_SECONDS), world.browser() as browser:
        await browser.log_in()
        asked = [asyncio.ensure_future(browser.client.get("/profile/events")) for _ in range(60)]
        answers = [await answer for answer in islice(asyncio.as_completed(asked), 60 - places)]
        assert {answer.status_code for answer in answers} == {503}
        assert world.pages.open.total() == places
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    assert world.pages.open.total() == 0


@pytest.mark.parametrize("how", ["logged out everywhere", "removed"])
async def test_who_is_out_is_told_nothing_more(backend: Backend, how: str) -> None:
    world = ProfileWorld(backend)
    async with asyncio.timeout(DEADLINE_SECONDS), world.browser() as browser:
        await browser.log_in()
        listening = asyncio.ensure_future(browser.client.get("/profile/events"))
        await world.changes.is_started.wait()
        if how == "removed":
            with backend.services.store.begin() as uow:
                uow.subscribers.remove(backend.ola.number)
                uow.commit()
        else:
            await browser.post("/profile/log-out-everywhere")
        assert world.changes.tell is not None
        world.changes.tell(None)
        assert (await listening).content == b"retry: 2000\n\n"
    assert world.pages.open.total() == 0


async def test_the_session_is_looked_at_once_for_each_change() -> None:
    changes, looks = ToldChanges(), []

    async def is_in() -> bool:
        looks.append("look")
        return len(looks) < 3

    stream = OpenPages(changes, most=10).events(OLA, is_in)
    assert await anext(stream) == b"retry: 2000\n\n"
    assert changes.tell is not None
    assert looks == []
    for _ in range(2):
        changes.tell(frozenset({OLA}))
        assert await anext(stream) == CHANGED
    changes.tell(frozenset({OLA}))
    assert [part async for part in stream] == []
    assert len(looks) == 3


async def test_a_silent_stream_ends_with_the_session_at_the_next_beat() -> None:
    looks = iter((True, False))

    async def is_in() -> bool:
        return next(looks)

    stream = OpenPages(ToldChanges(), most=10, beat_seconds=0.01).events(OLA, is_in)
    async with asyncio.timeout(DEADLINE_SECONDS):
        assert [part async for part in stream] == [b"retry: 2000\n\n", b": still here\n\n"]


async def test_who_is_logged_out_gets_no_stream_and_no_page_in_its_place(backend: Backend) -> None:
    async with ProfileWorld(backend).browser() as browser:
        answer = await browser.get("/profile/events")
        assert (answer.status_code, answer.content) == (204, b"")


async def test_the_watch_ends_with_the_server() -> None:
    changes = ToldChanges()
    pages = OpenPages(changes, most=2)
    await pages.close()
    assert not changes.is_stopped  # it never began
    await opened(pages, OLA)
    await pages.close()
    assert changes.is_stopped


async def test_where_there_is_no_place_the_page_is_told_so(backend: Backend) -> None:
    world = ProfileWorld(backend)
    world.pages.open[backend.ola.number] = OF_ONE
    async with world.browser() as browser:
        await browser.log_in()
        assert (await browser.get("/profile/events")).status_code == 503
