"""Calendars on the page: given once and never shown again, fetched now, changed, removed; nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from personsvar.http.pages.profile.profile_routes import CALENDARS_FETCHED
from personsvar.mailbox.absences import absences_ahead
from personsvar.mailbox.calendar_refresh import take_one
from personsvar.mailbox.calendars import calendars_of
from personsvar.mailbox.model.audit import ActorKind
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.ids import Number
from tests.fakes.calendars import keep_calendar
from tests.unit.conftest import KARI, Backend
from tests.unit.http.availability_steps import HERE, HOUR
from tests.unit.http.calendar_desks import desk_of
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld, shown
from tests.wire.feed_server import FeedServer, feed_server
from tests.wire.icalendar_text import calendar, meeting

pytestmark = pytest.mark.anyio
CALENDARS = f"{HERE}/calendars"


@pytest.fixture
async def ola(world: ProfileWorld, ola: ProfileBrowser) -> AsyncIterator[ProfileBrowser]:
    yield ola
    assert world.desk is not None
    await world.desk.close()


@pytest.fixture
def feeds(world: ProfileWorld) -> Iterator[FeedServer]:
    now = world.backend.clock.now()
    with feed_server() as server:
        server.content = calendar(meeting(now - HOUR, now + HOUR, title="hush"))
        yield server


def given(world: ProfileWorld, owner: Number | None = None) -> Sequence[CalendarFeed]:
    return calendars_of(world.backend.services, owner or world.backend.ola.number)


def away(world: ProfileWorld) -> int:
    return len(absences_ahead(world.backend.services, world.backend.ola.number))


async def test_one_is_given_and_heard_and_its_address_is_never_shown_again(
    world: ProfileWorld, ola: ProfileBrowser, feeds: FeedServer
) -> None:
    answer = await ola.post(CALENDARS, address=feeds.address(), word="Borte")
    assert answer.headers["location"] == f"{HERE}?done=calendar-added"
    page = await ola.get(f"{HERE}?done=calendar-added")
    assert "hush" not in page.text
    text = shown(page)
    assert f"127.0.0.1:{feeds.port} Hentet i dag kl. 13.00. Opptatte tider de neste ukene: 1." in text
    assert "«… som er opptatt i møte til klokken fjorten. Legg igjen en beskjed" in text
    assert "Møte til i dag kl. 14.00 nå fra kalenderen" in text
    assert [(it.word, it.spells) for it in given(world)] == [("Borte", 1)]
    with world.backend.services.store.look() as uow:
        (entry,) = uow.audit.list()
    assert (entry.action, entry.actor.kind) == ("calendar-added", ActorKind.SUBSCRIBER)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("hush", "ikke adressen til en kalender"),
        ("<b>hush", "ikke adressen til en kalender"),
        ("", "ikke adressen til en kalender"),
        ("https://[::1]:1/hush", "privat nett"),
        ("https://localhost:1/hush", "privat nett"),
    ],
)
async def test_what_can_not_be_used_changes_nothing_and_is_not_shown_again(
    backend: Backend, address: str, why: str
) -> None:
    world = ProfileWorld(backend, desk=desk_of(backend.services, allowed=False))
    async with world.browser() as ola:
        await ola.log_in()
        await ola.get(HERE)
        answer = await ola.post(CALENDARS, address=address, word="Borte")
        assert answer.status_code == 422
        assert why in shown(answer)
        assert "hush" not in answer.text
        assert 'value="Borte"' in answer.text
        assert answer.text.count('<details class="sure" open>') == 1
        assert given(world) == []


async def test_it_is_fetched_now_and_what_is_wrong_is_told(
    world: ProfileWorld, ola: ProfileBrowser, feeds: FeedServer
) -> None:
    await ola.post(CALENDARS, address=feeds.address())
    (feed,) = given(world)
    feeds.content = calendar()
    answer = await ola.post(f"{CALENDARS}/{feed.id}/refresh")
    assert answer.headers["location"] == f"{HERE}?done=calendar-refreshed"
    assert away(world) == 0
    feeds.status = 404
    answer = await ola.post(f"{CALENDARS}/{feed.id}/refresh")
    assert answer.status_code == 422
    assert "Har ikke kunnet hentes siden i dag kl. 13.00. Kalenderen deles ikke lenger" in shown(answer)
    assert take_one(world.backend.services, feed.id) is not None
    assert "hentes akkurat nå" in shown(await ola.post(f"{CALENDARS}/{feed.id}/refresh"))


async def test_its_word_is_changed_and_it_is_removed_with_its_absences(
    world: ProfileWorld, ola: ProfileBrowser, feeds: FeedServer
) -> None:
    await ola.post(CALENDARS, address=feeds.address())
    (feed,) = given(world)
    assert (await ola.post(f"{CALENDARS}/{feed.id}/word", word="x" * 51)).status_code == 422
    await ola.post(f"{CALENDARS}/{feed.id}/word", word="Ute")
    assert [it.word for it in given(world)] == ["Ute"]
    assert away(world) == 1
    answer = await ola.post(f"{CALENDARS}/{feed.id}/remove")
    assert answer.headers["location"] == f"{HERE}?done=calendar-removed"
    assert (given(world), away(world)) == ([], 0)


async def test_another_s_is_not_there(world: ProfileWorld, ola: ProfileBrowser) -> None:
    world.subscribe(KARI)
    hers = keep_calendar(world.backend.services, KARI)
    assert f"calendar-{hers.id}" not in (await ola.get(HERE)).text
    for deed in ("word", "refresh", "remove"):
        assert (await ola.post(f"{CALENDARS}/{hers.id}/{deed}", word="x")).status_code == 404
    assert given(world, KARI) == [hers]


async def test_nobody_has_other_people_s_servers_asked_without_end(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    for _ in range(CALENDARS_FETCHED):
        assert (await ola.post(CALENDARS, address="no address")).status_code == 422
    assert (await ola.post(CALENDARS, address="no address")).status_code == 429
    assert given(world) == []


async def test_with_five_there_is_room_for_no_more(world: ProfileWorld, ola: ProfileBrowser) -> None:
    for _ in range(5):
        keep_calendar(world.backend.services, world.backend.ola.number)
    assert "Legg til en kalender" not in shown(await ola.get(HERE))
    answer = await ola.post(CALENDARS, address="https://example.test/a.ics")
    assert "fem kalendere allerede" in shown(answer)
    assert len(given(world)) == 5
