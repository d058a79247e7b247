"""Names of callers on the page: kept, looked for, taken from a file, shown in the inbox; nobody else's."""

from __future__ import annotations

import pytest

from personsvar.mailbox import call_log
from personsvar.mailbox.caller_names import put_name, some_names
from personsvar.mailbox.model.audit import ActorKind, AuditAction
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.web_access import Role
from tests.fakes.actors import ROOT
from tests.unit.conftest import KARI
from tests.unit.http.profile_browser import HTTPS, ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio
CSV = b"number,name\n+4790000099,Per\n1881,Directory\n"


def _too_many() -> bytes:
    return b"number,name\n" + b"".join(b"+479%07d,n\n" % place for place in range(5001))


def listed(world: ProfileWorld, owner: Number | None = None) -> list[tuple[str, str]]:
    found = some_names(world.backend.services, owner or world.backend.ola.number)
    return [(it.number, it.name) for it in found]


async def upload(
    browser: ProfileBrowser, content: bytes, token: str | None = None, origin: str = HTTPS
) -> int:
    answer = await browser.client.post(
        "/profile/names/import",
        data={"token": browser.token if token is None else token},
        files={"contacts": ("../a.vcf", content, "text/vcard")},
        headers={"Origin": origin},
    )
    browser.page = answer if answer.status_code == 422 else browser.page
    return answer.status_code


async def test_a_name_is_kept_changed_and_removed(world: ProfileWorld, ola: ProfileBrowser) -> None:
    answer = await ola.post("/profile/names", number="900 00 099", name="Per")
    assert answer.headers["location"] == "/profile/names?done=kept"
    await ola.post("/profile/names", number="+4790000099", name="Pål")
    text = (await ola.get("/profile/names?done=kept")).text
    assert "Navnet er lagret." in text
    assert "<strong>Pål</strong>" in text
    assert "+47 900 00 099" in text
    for _ in range(2):  # a form that is sent twice
        answer = await ola.post("/profile/names/remove", number="+4790000099")
        assert answer.headers["location"] == "/profile/names?done=removed"
    assert listed(world) == []
    with world.backend.services.store.look() as uow:
        trail = [(it.action, it.actor.kind) for it in reversed(uow.audit.list())]
    assert trail == [(AuditAction.NAMES_CHANGED, ActorKind.SUBSCRIBER)] * 2 + [
        (AuditAction.NAMES_REMOVED, ActorKind.SUBSCRIBER)
    ]


@pytest.mark.parametrize(
    ("number", "name", "why"),
    [
        ("no number", "Per", "ikke et telefonnummer"),
        ("", "Per", "ikke et telefonnummer"),
        ("90000099", "", "Skriv et navn."),
        ("90000099", "\u200d", "Skriv et navn."),
        ("90000099", "x" * 101, "høyst 100 bokstaver"),
        ("90000099", "a\u202eb", "snur skriveretningen"),
        ("90000099", "a\x00b", "styretegn"),
        ("90000099", "a\ufdd0b", "ikke finnes i Unicode"),
    ],
)
async def test_what_is_no_name_or_number_is_told_and_changes_nothing(
    world: ProfileWorld, ola: ProfileBrowser, number: str, name: str, why: str
) -> None:
    answer = await ola.post("/profile/names", number=number, name=name)
    assert answer.status_code == 422
    assert why in answer.text
    assert listed(world) == []


async def test_the_list_is_in_order_looked_through_and_paged(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    services, owner = world.backend.services, world.backend.ola.number
    for place, name in enumerate(["Åse", "berit", "Anne", "Øyvind"]):
        put_name(services, owner, f"+479000090{place}", name, by=ROOT)
    text = (await ola.get("/profile/names")).text
    places = [text.index(f"<strong>{name}") for name in ("Anne", "berit", "Øyvind", "Åse")]
    assert places == sorted(places)
    assert "Listen (4)" in text
    found = (await ola.get("/profile/names?q=ber")).text
    assert "<strong>berit" in found
    assert "<strong>Anne" not in found
    assert "<strong>Øyvind" in (await ola.get("/profile/names?q=90000903")).text
    assert "Ingen i listen passer." in (await ola.get("/profile/names?q=<script>")).text
    for place in range(60):
        put_name(services, owner, f"+47900010{place:02}", f"x{place:02}", by=ROOT)
    assert "<strong>x40" in (await ola.get("/profile/names")).text
    second = (await ola.get("/profile/names?page=2")).text
    assert "<strong>x59" in second
    assert "page=1" in second
    for odd in ("0", "-1", "x", "9" * 30, "\u0663"):
        assert (await ola.get(f"/profile/names?page={odd}")).status_code == 200


async def test_a_file_is_taken_in_and_what_is_none_is_refused(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    assert await upload(ola, CSV) == 303
    assert listed(world) == [("+4790000099", "Per")]
    for content in (b"", b"GIF89a", b"number,name\nx,y\n", _too_many()):
        assert await upload(ola, content) == 422
        assert ola.page is not None
        assert "Ingenting er endret." in ola.page.text
    assert listed(world) == [("+4790000099", "Per")]


async def test_the_page_tells_how_many_were_taken_and_why_none_was(ola: ProfileBrowser) -> None:
    mixed = b"number,name\n,noname\n22200022,\nabc,Kari\n22200041,Kari\n22200042,Per\n"
    answer = await ola.client.post(
        "/profile/names/import",
        data={"token": ola.token},
        files={"contacts": ("a.csv", mixed, "text/csv")},
        headers={"Origin": HTTPS},
    )
    assert answer.headers["location"] == "/profile/names?done=imported&names=2&unread=3"
    shown = (await ola.get(answer.headers["location"])).text
    assert "Hentet: 2. Utelatt, fordi navn eller nummer mangler eller ikke kan leses: 3." in shown
    assert "Hentet: 0." in (await ola.get("/profile/names?done=imported&names=<b>&unread=-1")).text
    for content, why in (
        (b'number,name\n22200041,"never\n22200042,Kari\n', "Linje 2 i filen kan ikke leses"),
        (_too_many(), "høyst 5000 navn"),
        (b"BEGIN:VCARD\nN;CHARSET=X-1:Kari\nTEL:1\nEND:VCARD", "Linje 2 i filen er skrevet med et tegnsett"),
        (b"number,name\nx,y\n", "ingen navn med nummer"),
    ):
        assert await upload(ola, content) == 422
        assert ola.page is not None
        assert why in ola.page.text


async def test_all_go_only_when_that_is_meant(world: ProfileWorld, ola: ProfileBrowser) -> None:
    await upload(ola, CSV)
    await ola.get("/profile/names")
    assert (await ola.post("/profile/names/clear")).status_code == 422
    assert len(listed(world)) == 1
    assert (await ola.post("/profile/names/clear", sure="yes")).status_code == 303
    assert listed(world) == []


async def test_callers_are_shown_by_name_with_the_number_and_html_in_it_is_text(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    services, owner = world.backend.services, world.backend.ola.number
    world.leave(owner, caller=KARI)
    world.leave(owner, caller=None, spool_id="s2")
    put_name(services, None, KARI, "Firma AS", by=ROOT)
    assert "Firma AS" in (await ola.get("/profile")).text
    put_name(services, owner, KARI, '<img src=x onerror="alert(1)">', by=ROOT)
    text = (await ola.get("/profile")).text
    assert "Firma AS" not in text
    assert "<img" not in text
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;" in text
    assert "+47 900 00 002" in text
    assert "Hemmelig nummer" in text
    assert "<img" not in (await ola.get("/profile/names")).text
    form = (await ola.get("/profile/names?number=%2B4790000002")).text
    assert 'name="number" value="+47 900 00 002"' in form
    assert 'name="name" value="&lt;img' in form


async def test_who_opened_the_mailbox_is_told_by_name_and_number(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    services, owner, now = world.backend.services, world.backend.ola.number, world.backend.clock.now()
    record = CallRecord(SpoolId("1.1"), now, KARI, owner, CameOf.ELSEWHERE, 3)
    call_log.write_down(services, record)
    put_name(services, owner, KARI, "Kari", by=ROOT)
    assert "Med nummer og kode, fra Kari, +47 900 00 002" in (await ola.get("/profile/settings")).text


async def test_another_list_is_not_there_whoever_asks(world: ProfileWorld) -> None:
    services, owner = world.backend.services, world.backend.ola.number
    world.subscribe(KARI)
    with services.store.begin() as uow:
        uow.roles.grant(KARI, Role.OPERATOR, world.backend.clock.now())
        uow.commit()
    put_name(services, owner, "+4790000099", "Mor", by=ROOT)
    async with world.browser() as kari:
        await kari.log_in("900 00 002")
        assert "Mor" not in (await kari.get("/profile/names?q=Mor")).text.replace('value="Mor"', "")
        await kari.post("/profile/names/remove", number="+4790000099")
        await kari.post("/profile/names/clear", sure="yes")
        await kari.post("/profile/names", number="+4790000099", name="Far")
    assert listed(world) == [("+4790000099", "Mor")]
    assert listed(world, KARI) == [("+4790000099", "Far")]


async def test_nobody_changes_it_without_a_log_in_our_page_and_its_token(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    good, given = ola.token, {"number": "90000099", "name": "Per", "sure": "yes"}
    for path in ("/profile/names", "/profile/names/remove", "/profile/names/clear"):
        assert (await ola.post(path, token="0" * 32, **given)).status_code == 403
        elsewhere = {"Origin": "https://evil.test"}
        answer = await ola.client.post(path, data={"token": good, **given}, headers=elsewhere)
        assert answer.status_code == 403
        assert (await ola.client.get(path, params=given)).status_code in (200, 404, 405)
    assert await upload(ola, CSV, token="0" * 32) == 403
    assert await upload(ola, CSV, origin="https://evil.test") == 403
    async with world.browser() as stranger:
        await stranger.get("/profile/log-in")
        answer = await stranger.post("/profile/names", number="90000099", name="Per")
        assert answer.headers["location"].startswith("/profile/log-in")
        assert (await stranger.get("/profile/names")).headers["location"].startswith("/profile/log-in")
        stranger.page = await stranger.client.get("/profile/log-in")
        assert await upload(stranger, CSV) == 303
    assert listed(world) == []
