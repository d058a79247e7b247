"""All my data on the page: taken and removed by who has just logged in, and by nobody else."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import httpx
import pytest

from personsvar.http import data_downloads
from personsvar.http.pages.page_texts import said
from personsvar.http.pages.profile.data_routes import FRESH
from personsvar.mailbox.model.audit import ActorKind, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.web_access import Role
from tests.unit.conftest import KARI
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio


@pytest.fixture
def ola(world: ProfileWorld, ola: ProfileBrowser) -> ProfileBrowser:
    world.leave(world.backend.ola.number)
    return ola


def messages(world: ProfileWorld, owner: Number | None = None) -> int:
    with world.backend.services.store.look() as uow:
        return len(uow.messages.list(owner or world.backend.ola.number))


def is_zip(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.content.startswith(b"PK")


async def test_who_has_just_logged_in_gets_all_of_it(world: ProfileWorld, ola: ProfileBrowser) -> None:
    answer = await ola.post("/profile/data/zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="personsvar-4790000001-')
    assert answer.headers["cache-control"] == "no-store"
    archive = ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    [message] = json.loads(archive.read("messages.json"))
    assert message["file"] in archive.namelist()
    with world.backend.services.store.look() as uow:
        entry = uow.audit.list()[0]
    assert (entry.action, entry.actor.kind) == (AuditAction.DATA_TAKEN_OUT, ActorKind.SUBSCRIBER)


async def test_an_older_log_in_asks_for_a_code_again_and_then_leads_back(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    world.backend.clock.go_on(seconds=FRESH.total_seconds())
    page = await ola.get("/profile/data")
    assert "Logg inn på nytt først" in page.text
    assert 'action="/profile/data/zip"' not in page.text
    assert 'action="/profile/data/remove"' not in page.text
    for path in ("zip", "remove"):
        answer = await ola.post(f"/profile/data/{path}", sure="yes")
        assert (answer.status_code, answer.headers["location"]) == (303, "/profile/data")
    assert messages(world) == 1
    before = ola.client.cookies["__Host-personsvar-session"]
    answer = await ola.post("/profile/data/code", number="+4790000002")
    assert answer.headers["location"] == "/profile/code?language=nb&then=data"
    await ola.get(answer.headers["location"])
    wrong = await ola.post("/profile/code", code="000000", then="data")
    assert wrong.status_code == 422
    assert 'name="then" value="data"' in wrong.text
    answer = await ola.post("/profile/code", code=ola.code(), then="data")
    assert answer.headers["location"] == "/profile/data"
    assert ola.client.cookies["__Host-personsvar-session"] != before
    await ola.get("/profile/data")
    assert is_zip(await ola.post("/profile/data/zip"))
    ola.client.cookies.clear()
    ola.client.cookies.set("__Host-personsvar-session", before, domain="voicemail.example.test")
    assert (await ola.get("/profile/data")).headers["location"].startswith("/profile/log-in")


async def test_a_log_in_leads_nowhere_but_where_we_say(world: ProfileWorld) -> None:
    async with world.browser() as browser:
        await browser.ask_code()
        page = await browser.get("/profile/code?then=//evil.test")
        assert "evil" not in page.text
        answer = await browser.post("/profile/code", code=browser.code(), then="//evil.test")
        assert answer.headers["location"] == "/profile"


async def test_a_clock_that_was_put_back_makes_no_log_in_fresh(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    world.backend.clock.go_on(hours=-1)
    assert (await ola.post("/profile/data/zip")).status_code == 303


async def test_one_has_it_three_times_an_hour_and_few_at_once(
    world: ProfileWorld, ola: ProfileBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        assert is_zip(await ola.post("/profile/data/zip"))
    world.backend.clock.go_on(seconds=90)
    refused = await ola.post("/profile/data/zip")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3510")
    assert "Vent 59 minutter" in refused.text
    monkeypatch.setattr(data_downloads, "AT_ONCE", 0)
    assert (await ola.post("/profile/data/zip")).status_code == 503


async def test_everything_goes_and_everybody_is_out(world: ProfileWorld, ola: ProfileBrowser) -> None:
    owner = world.backend.ola.number
    world.subscribe(KARI)
    world.leave(KARI, spool_id="s2")
    async with world.browser() as elsewhere:
        await elsewhere.log_in()
        assert (await ola.post("/profile/data/remove")).status_code == 422
        assert messages(world) == 1
        good = ola.token
        answer = await ola.post("/profile/data/remove", sure="yes")
        assert answer.status_code == 200
        assert "Det er ikke noe igjen" in answer.text
        assert answer.headers["clear-site-data"] == '"cache"'
        for browser in (ola, elsewhere):
            assert (await browser.get("/profile")).headers["location"].startswith("/profile/log-in")
        again = await ola.post("/profile/data/remove", token=good, sure="yes")  # a form sent once more
        assert again.status_code in (303, 403)
    assert [messages(world), messages(world, KARI)] == [0, 1]
    with world.backend.services.store.look() as uow:
        left = uow.subscribers.need(owner)
    assert left == Subscriber(owner, subscribed_at=world.backend.clock.now())
    assert [it.number for it in world.forgotten] == [owner]


async def test_another_is_not_touched_whatever_is_sent_and_an_operator_has_no_more(
    world: ProfileWorld,
) -> None:
    world.subscribe(KARI)
    owner = world.backend.ola.number
    world.leave(owner)
    with world.backend.services.store.begin() as uow:
        uow.roles.grant(KARI, Role.OPERATOR, world.backend.clock.now())
        uow.commit()
    async with world.browser() as kari:
        await kari.log_in("900 00 002")
        await kari.get("/profile/data")
        answer = await kari.post("/profile/data/zip", number=owner, owner=owner)
        assert json.loads(ZipFile(io.BytesIO(answer.content)).read("profile.json"))[0]["number"] == KARI
        for path in (f"/operator/subscribers/{owner}/data", f"/profile/data/{owner}"):
            assert (await kari.get(path)).status_code == 404
        await kari.get("/profile/data")
        await kari.post("/profile/data/remove", number=owner, owner=owner, sure="yes")
    assert messages(world) == 1


@pytest.mark.parametrize("what", ["code", "zip", "remove"])
async def test_nobody_does_it_without_a_log_in_our_page_and_its_token(
    world: ProfileWorld, ola: ProfileBrowser, what: str
) -> None:
    path, good = f"/profile/data/{what}", ola.token
    assert (await ola.post(path, token="0" * 32, sure="yes")).status_code == 403
    elsewhere = {"Origin": "https://evil.test"}
    answer = await ola.client.post(path, data={"token": good, "sure": "yes"}, headers=elsewhere)
    assert answer.status_code == 403
    assert (await ola.client.get(f"{path}?sure=yes&token={good}")).status_code in (404, 405)
    async with world.browser() as stranger:
        await stranger.get("/profile/log-in")
        answer = await stranger.post(path, sure="yes")
        assert answer.headers["location"].startswith("/profile/log-in")
    assert messages(world) == 1
    with world.backend.services.store.look() as uow:
        assert not [it for it in uow.audit.list() if it.action is AuditAction.DATA_TAKEN_OUT]


KEPT: dict[Language, tuple[str, ...]] = {
    "nb": (
        "beskjeder",
        "det beskjedene sier som tekst|det de sier som tekst",
        "hilsener",
        "innstillinger",
        "navn",
    ),
    "en": ("messages", "what messages say in words|what they say in words", "greetings", "settings", "names"),
}
"""What both texts name; in Norwegian some of it in its definite form."""


@pytest.mark.parametrize("language", ["nb", "en"])
def test_what_is_taken_and_what_is_removed_is_named_transcripts_too(language: Language) -> None:
    for text in (said(language, "data.zip_how"), said(language, "data.remove_how")):
        told = text.lower().replace("hilsenene", "hilsener").replace("beskjedene og", "beskjeder og")
        for what in KEPT[language]:
            assert any(it in told for it in what.split("|")), (what, text)
