"""The inbox on the page: what its owner sees and does, and that nobody else can."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from personsvar.http.pages.profile.message_picture import picture_of
from personsvar.http.playable_sounds import SoundForm
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.profile.inbox import PAGE, MessageChange
from personsvar.mailbox.waveform import waveform
from tests.unit.conftest import KARI
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio
OTHERS_IDS = ("0", "-1", "999999", str(2**63 - 1), str(2**63), "9" * 40, "1e3", "x", "1.0", "%31x", "١")


def state(world: ProfileWorld, message: Message) -> State:
    with world.backend.services.store.look() as uow:
        found = uow.messages.get(message.id)
    assert found is not None
    return found.state


async def test_messages_are_told_of_the_newest_first(world: ProfileWorld, ola: ProfileBrowser) -> None:
    world.leave(world.backend.ola.number)
    world.backend.clock.time += timedelta(days=1)
    world.leave(world.backend.ola.number, caller=None, spool_id="s2")
    text = (await ola.get("/profile")).text
    assert text.index("Hemmelig nummer") < text.index("+47 900 00 002")
    assert "i dag kl. 13.00" in text
    assert "i går kl. 13.00" in text
    assert ">0:03<" in text
    assert text.count('href="tel:') == 1
    assert "(2) Innboks" in text


async def test_another_year_is_named(world: ProfileWorld, ola: ProfileBrowser) -> None:
    world.leave(world.backend.ola.number)
    world.backend.clock.time += timedelta(days=3)
    assert "mandag 2. mars kl. 13.00" in (await ola.get("/profile")).text
    await ola.post("/profile/language", language="en")
    assert "Monday 2 March at 13:00" in (await ola.get("/profile")).text


@pytest.mark.parametrize(
    "caller", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "'-alert(1)-'"]
)
async def test_what_a_caller_calls_himself_is_text(
    world: ProfileWorld, ola: ProfileBrowser, caller: str
) -> None:
    world.leave(world.backend.ola.number, caller=caller)
    text = (await ola.get("/profile")).text
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "alert(1)-'" not in text
    assert unescape(re.findall(r'</span>([^<]*)</span>\s*<span class="when">', text)[0]) == caller


async def test_saving_deleting_and_undoing(world: ProfileWorld, ola: ProfileBrowser) -> None:
    message = world.leave(world.backend.ola.number)
    await ola.get("/profile")
    answer = await ola.post(f"/profile/messages/{message.id}/save")
    assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
    assert state(world, message) is State.SAVED
    assert f'id="message-{message.id}"' in (await ola.get("/profile?part=saved")).text
    answer = await ola.post(f"/profile/messages/{message.id}/delete", part="saved")
    assert answer.headers["location"] == f"/profile?part=saved&undo={message.id}"
    assert state(world, message) is State.DELETED
    text = (await ola.get(answer.headers["location"])).text
    assert "er slettet" in text
    assert f'action="/profile/messages/{message.id}/take-back"' in text
    assert f'id="message-{message.id}"' in (await ola.get("/profile?part=deleted")).text
    await ola.post(f"/profile/messages/{message.id}/take-back")
    assert state(world, message) is State.SAVED


async def test_a_form_that_is_sent_twice_does_it_once(world: ProfileWorld, ola: ProfileBrowser) -> None:
    message = world.leave(world.backend.ola.number)
    await ola.get("/profile")
    for _ in range(2):
        assert (await ola.post(f"/profile/messages/{message.id}/delete")).status_code == 303
    await ola.post(f"/profile/messages/{message.id}/take-back")
    assert state(world, message) is State.NEW


@pytest.mark.parametrize("change", ["save", "heard"])
async def test_an_old_page_takes_no_deleted_message_back_and_says_that_it_is_deleted(
    world: ProfileWorld, ola: ProfileBrowser, change: str
) -> None:
    message = world.leave(world.backend.ola.number)
    await ola.get("/profile")
    await ola.post(f"/profile/messages/{message.id}/delete")
    answer = await ola.post(f"/profile/messages/{message.id}/{change}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/profile?undo={message.id}")
    assert state(world, message) is State.DELETED
    text = (await ola.get(answer.headers["location"])).text
    assert "er slettet" in text
    assert f'action="/profile/messages/{message.id}/take-back"' in text
    with world.backend.services.store.look() as uow:
        noted = [it.action for it in uow.audit.list(AuditWanted(), before_id=None, limit=10)]
    assert AuditAction.MESSAGE_CHANGED not in noted


async def test_fetching_and_looking_is_not_hearing(world: ProfileWorld, ola: ProfileBrowser) -> None:
    message = world.leave(world.backend.ola.number)
    await ola.get("/profile")
    token = ola.token
    for path in ("sound", "sound?download=", "waveform.svg"):
        assert (await ola.get(f"/profile/messages/{message.id}/{path}")).status_code == 200
    assert state(world, message) is State.NEW
    answer = await ola.post(f"/profile/messages/{message.id}/heard", token, quietly="yes")
    assert answer.status_code == 204
    assert state(world, message) is State.HEARD


@pytest.mark.parametrize("before", [State.SAVED, State.DELETED])
async def test_what_was_saved_or_deleted_stays_so_when_heard(
    world: ProfileWorld, ola: ProfileBrowser, before: State
) -> None:
    message = world.leave(world.backend.ola.number)
    await ola.get("/profile")
    verb = {State.SAVED: "save", State.DELETED: "delete"}[before]
    await ola.post(f"/profile/messages/{message.id}/{verb}")
    await ola.post(f"/profile/messages/{message.id}/heard")
    assert state(world, message) is before


async def test_the_sound_comes_whole_and_in_parts(world: ProfileWorld, ola: ProfileBrowser) -> None:
    path = f"/profile/messages/{world.leave(world.backend.ola.number).id}/sound"
    whole = await ola.get(path)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/mpeg")
    assert whole.headers["accept-ranges"] == "bytes"
    part = await ola.get(path, Range="bytes=3-9")
    assert (part.status_code, part.content) == (206, whole.content[3:10])
    assert part.headers["content-range"] == f"bytes 3-9/{len(whole.content)}"
    assert (await ola.get(path, Range="bytes=999999-")).status_code == 416
    kept = await ola.get(f"{path}?download=")
    assert kept.headers["content-disposition"].startswith("attachment; filename=")
    assert world.encoder.asked == ["mp3"]
    assert whole.headers["cache-control"] == part.headers["cache-control"] == "no-store"


async def test_without_mp3_it_is_wav(world: ProfileWorld, ola: ProfileBrowser) -> None:
    world.encoder.works = False
    message = world.leave(world.backend.ola.number)
    answer = await ola.get(f"/profile/messages/{message.id}/sound")
    assert answer.headers["content-type"] == "audio/wav"


async def test_the_page_and_a_program_play_one_sound_from_one_place(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    message = world.leave(world.backend.ola.number)
    own = await ola.get(f"/profile/messages/{message.id}/sound")
    assert await world.playable.get(message.sound.id, SoundForm.MP3) == own.content
    assert world.encoder.asked == ["mp3"]


async def test_what_is_gone_is_not_played_from_memory(world: ProfileWorld, ola: ProfileBrowser) -> None:
    message = world.leave(world.backend.ola.number)
    path = f"/profile/messages/{message.id}/sound"
    await ola.get(path)
    with world.backend.services.store.begin() as uow:
        uow.messages.remove(message.id)
        uow.commit()
    assert (await ola.get(path)).status_code == 404


OPEN_TO_ALL = ("/profile/log-in", "/profile/code", "/profile/assets", "/profile/{path", "/operator/{path")
READS = ("sound", "sound?download=", "waveform.svg")


@pytest.mark.parametrize("operator", [False, True], ids=["subscriber", "operator"])
async def test_anothers_messages_are_not_there_whoever_asks(world: ProfileWorld, operator: bool) -> None:
    if operator:
        with world.backend.services.store.begin() as uow:
            uow.roles.grant(world.backend.ola.number, Role.OPERATOR, world.backend.clock.now())
            uow.commit()
    world.subscribe(KARI)
    karis = world.leave(KARI)
    async with world.browser() as ola:
        await ola.log_in()
        token = ola.token
        for path in READS:
            assert (await ola.get(f"/profile/messages/{karis.id}/{path}")).status_code == 404, path
        for change in MessageChange:
            answer = await ola.post(f"/profile/messages/{karis.id}/{change}", token)
            assert answer.status_code == 404, change
        text = (await ola.get(f"/profile?undo={karis.id}&before={karis.id}")).text
        assert "+47 900 00 002" not in text
    assert state(world, karis) is State.NEW


async def test_nobody_who_is_not_logged_in_gets_or_does_anything(world: ProfileWorld) -> None:
    """Every route there is, but for the log-in and what every page is shown with."""
    message = world.leave(world.backend.ola.number)
    async with world.browser() as browser:
        await browser.get("/profile/log-in")
        token, asked = browser.token, 0
        routes = [route for router in world.routers for route in router.routes]
        for route in routes:
            path = getattr(route, "path", "")
            if path.startswith(OPEN_TO_ALL):
                continue
            path = (
                path.replace("{which}", str(message.id))
                .replace("{change}", "delete")
                .replace("{kind}", "personal")
            )
            for method in getattr(route, "methods", ()):
                answer = await (browser.post(path, token) if method == "POST" else browser.get(path))
                # a page that is open looks anew when its events end, and goes there then
                there = (204, None) if path == "/profile/events" else (303, "/profile/log-in")
                assert (answer.status_code, answer.headers.get("location")) == there, path
                asked += 1
    assert asked > 10
    assert state(world, message) is State.NEW


@pytest.mark.parametrize("which", OTHERS_IDS)
async def test_an_id_that_no_message_has_is_not_found(ola: ProfileBrowser, which: str) -> None:
    await ola.get("/profile")
    token = ola.token
    for path in READS:
        assert (await ola.get(f"/profile/messages/{which}/{path}")).status_code == 404
    assert (await ola.post(f"/profile/messages/{which}/delete", token)).status_code == 404
    assert (await ola.get(f"/profile?before={which}&undo={which}&part={which}")).status_code == 200


async def test_what_nobody_can_do_to_a_message_is_not_found(world: ProfileWorld, ola: ProfileBrowser) -> None:
    message = world.leave(world.backend.ola.number)
    await ola.get("/profile")
    assert (await ola.post(f"/profile/messages/{message.id}/destroy")).status_code == 404


async def test_older_messages_are_a_page_further(world: ProfileWorld, ola: ProfileBrowser) -> None:
    left = []
    for one in range(PAGE + 2):
        world.backend.clock.time += timedelta(minutes=1)
        left.append(world.leave(world.backend.ola.number, spool_id=f"s{one}"))
    first = (await ola.get("/profile")).text
    assert first.count('<li id="message-') == PAGE
    [older] = re.findall(r"/profile\?part=inbox&amp;before=(\d+)", first)
    rest = (await ola.get(f"/profile?part=inbox&before={older}")).text
    assert re.findall(r'<li id="message-(\d+)', rest) == [str(left[1].id), str(left[0].id)]
    assert "Eldre beskjeder" not in rest


def ola_now(world: ProfileWorld) -> Subscriber:
    with world.backend.services.store.look() as uow:
        return uow.subscribers.need(world.backend.ola.number)


async def test_voicemail_is_turned_off_and_on(world: ProfileWorld, ola: ProfileBrowser) -> None:
    await ola.get("/profile")
    await ola.post("/profile/voicemail", on="no", until="on-again")
    assert not ola_now(world).voicemail_on
    assert "Svareren er av<" in (await ola.get("/profile")).text
    for wrong in ({"on": "perhaps"}, {"on": "no", "until": "never"}, {}):
        assert (await ola.post("/profile/voicemail", **wrong)).status_code == 400
    await ola.post("/profile/voicemail", on="yes")
    assert ola_now(world).voicemail_on


@pytest.mark.parametrize(
    ("until", "ends", "said"),
    [
        ("hour", datetime(2026, 3, 2, 13, 0, tzinfo=UTC), "i dag kl. 14.00"),
        ("tomorrow", datetime(2026, 3, 3, 7, 0, tzinfo=UTC), "i morgen kl. 08.00"),
        ("monday", datetime(2026, 3, 9, 7, 0, tzinfo=UTC), "mandag 9. mars kl. 08.00"),
    ],
)
async def test_voicemail_is_off_until_a_moment_by_the_owners_clock(
    world: ProfileWorld, ola: ProfileBrowser, until: str, ends: datetime, said: str
) -> None:
    await ola.get("/profile")
    await ola.post("/profile/voicemail", on="no", until=until)
    assert ola_now(world).voicemail_off_until == ends
    assert f"Svareren er av til {said}" in (await ola.get("/profile")).text
    world.backend.clock.time = ends
    assert "Svareren er på" in (await ola.get("/profile")).text


@pytest.mark.parametrize(
    ("reason", "takes", "said"),
    [
        (AbsenceReason.MEETING, True, "hører at du er opptatt i møte til i dag kl. 15.00."),
        (None, False, "hører at du ikke kan ta telefonen til i dag kl. 15.00. De kan ikke legge igjen"),
    ],
)
async def test_what_callers_hear_of_an_absence_is_told(
    world: ProfileWorld, ola: ProfileBrowser, reason: AbsenceReason | None, takes: bool, said: str
) -> None:
    now = world.backend.clock.now()
    with world.backend.services.store.begin() as uow:
        uow.absences.add(
            Absence(
                id=AbsenceId(0),
                mailbox=world.backend.ola.number,
                starts_at=now - timedelta(hours=1),
                ends_at=now + timedelta(hours=2),
                reason=reason,
                takes_messages=takes,
            )
        )
        uow.commit()
    assert said in (await ola.get("/profile")).text


async def test_an_empty_inbox_says_so(ola: ProfileBrowser) -> None:
    assert "Ingen beskjeder." in (await ola.get("/profile")).text
    assert "ikke lagret noen" in (await ola.get("/profile?part=saved")).text
    assert "Ingen slettede" in (await ola.get("/profile?part=deleted")).text


def test_the_picture_is_a_shape_that_is_loud_where_the_sound_is() -> None:
    quiet, loud = bytes([0xD5]) * 4000, bytes([0xAA]) * 4000
    drawn = re.findall(r"h2v([0-9.]+)h-2z", picture_of(waveform(quiet + loud)))
    assert len(drawn) == 72
    assert {float(tall) for tall in drawn[:36]} == {2.9}
    assert {float(tall) for tall in drawn[36:]} == {48.0}
    assert picture_of(waveform(b"")).count("v2.9h") == 72
