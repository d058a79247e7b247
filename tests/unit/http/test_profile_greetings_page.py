"""Greetings on the page: heard, chosen, rolled back, uploaded by the rules of the phone; nobody else's."""

from __future__ import annotations

import pytest

from personsvar.http.pages.page_faults import PageFault
from personsvar.http.pages.profile import page_uploads
from personsvar.http.pages.profile.page_uploads import parts_of
from personsvar.mailbox import greeting_desk
from personsvar.mailbox.model.audit import ActorKind, AuditAction
from personsvar.mailbox.model.greeting import GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import Number
from personsvar.voice.wav import wav
from tests.unit.conftest import KARI
from tests.unit.http.profile_browser import ALAW, HTTPS, ProfileBrowser, ProfileWorld
from tests.world import speech

pytestmark = pytest.mark.anyio
SPOKEN = wav(speech()[: 5 * 8000])


def versions(world: ProfileWorld, owner: Number | None = None) -> list[GreetingVersion]:
    return list(greeting_desk.versions(world.backend.services, owner or world.backend.ola.number))


def record(world: ProfileWorld, owner: Number, kind: GreetingKind = GreetingKind.PERSONAL) -> GreetingVersion:
    services = world.backend.services
    with services.store.begin() as uow:
        uow.greetings.add(owner, kind, uow.sounds.add(ALAW, of=owner), services.clock.now())
        uow.commit()
    return versions(world, owner)[-1]


async def upload(
    browser: ProfileBrowser, content: bytes, kind: str = "personal", token: str | None = None, **fields: str
) -> int:
    form = {"token": browser.token if token is None else token, **fields}
    answer = await browser.client.post(
        f"/profile/greetings/{kind}/upload",
        data=form,
        files={"recording": ("a/../b.wav", content, "audio/wav")},
        headers={"Origin": HTTPS},
    )
    browser.page = answer if answer.status_code == 422 else browser.page
    return answer.status_code


async def test_an_uploaded_greeting_is_what_callers_hear(world: ProfileWorld, ola: ProfileBrowser) -> None:
    assert await upload(ola, SPOKEN) == 303
    [kept] = versions(world)
    assert (kept.greeting.kind, kept.in_use) == (GreetingKind.PERSONAL, True)
    with world.backend.services.store.look() as uow:
        [entry] = uow.audit.list()
    assert (entry.action, entry.actor.kind) == (AuditAction.GREETING_ADDED, ActorKind.SUBSCRIBER)
    text = (await ola.get("/profile/greetings?done=kept")).text
    assert "Det er lagret." in text
    assert "i bruk" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ikke et opptak vi kjenner"),
        (b"<html>", "ikke et opptak vi kjenner"),
        (b"#EXTM3U\nfile:///etc/passwd", "ikke et opptak vi kjenner"),
        (b"RIFF\0\0\0\0WAVEfmt nonsense", "kan ikke brukes"),
        (wav(bytes([0xD5]) * 24000), "kan ikke brukes"),
        (SPOKEN[:60], "kan ikke brukes"),
    ],
)
async def test_what_is_no_greeting_changes_nothing_and_is_told(
    world: ProfileWorld, ola: ProfileBrowser, content: bytes, said: str
) -> None:
    assert await upload(ola, content) == 422
    assert ola.page is not None
    assert said in ola.page.text
    assert versions(world) == []


async def test_an_absence_greeting_needs_a_day_that_is_not_over(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    assert await upload(ola, SPOKEN, "absence", until="2026-03-01") == 422
    assert versions(world) == []
    assert await upload(ola, SPOKEN, "absence") == 303
    [kept] = versions(world)
    assert not kept.in_use
    which = kept.greeting.id
    assert (await ola.post(f"/profile/greetings/{which}/choose", until="x")).status_code == 422
    assert (await ola.post(f"/profile/greetings/{which}/choose", until="2026-03-09")).status_code == 303
    assert versions(world)[0].in_use
    assert 'value="2026-03-09"' in (await ola.get("/profile/greetings")).text


async def test_an_absence_greeting_that_is_not_in_use_is_never_told_to_be(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    for until in ("x", "2026-02-30"):
        assert await upload(ola, SPOKEN, "absence", until=until) == 422
        assert ola.page is not None
        assert "trenger en dag som ikke er forbi" in ola.page.text
    assert versions(world) == []
    form = {"token": ola.token, "until": ""}
    files = {"recording": ("b.wav", SPOKEN, "audio/wav")}
    answer = await ola.client.post(
        "/profile/greetings/absence/upload", data=form, files=files, headers={"Origin": HTTPS}
    )
    text = (await ola.get(answer.headers["location"])).text
    assert "lagret, men er ikke i bruk ennå" in text
    assert "Det gjelder fra neste anrop" not in text
    assert [it.in_use for it in versions(world)] == [False]


async def test_an_earlier_one_is_heard_again_and_the_built_in_one(
    world: ProfileWorld, ola: ProfileBrowser
) -> None:
    first, second = (record(world, world.backend.ola.number) for _ in range(2))
    await ola.post(f"/profile/greetings/{first.greeting.id}/choose")
    assert [it.in_use for it in versions(world)] == [True, False]
    await ola.post("/profile/greetings/personal/built-in")
    assert [it.in_use for it in versions(world)] == [False, False]
    await ola.post(f"/profile/greetings/{second.greeting.id}/remove")
    assert [it.greeting.id for it in versions(world)] == [first.greeting.id]


async def test_its_sound_is_heard_whole_and_in_parts(world: ProfileWorld, ola: ProfileBrowser) -> None:
    which = record(world, world.backend.ola.number).greeting.id
    whole = await ola.get(f"/profile/greetings/{which}/sound")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/mpeg")
    part = await ola.get(f"/profile/greetings/{which}/sound", Range="bytes=0-1")
    assert (part.status_code, part.content) == (206, whole.content[:2])


async def test_anothers_greetings_are_not_there(world: ProfileWorld, ola: ProfileBrowser) -> None:
    world.subscribe(KARI)
    karis = record(world, KARI)
    token = ola.token
    assert (await ola.get(f"/profile/greetings/{karis.greeting.id}/sound")).status_code == 404
    for what in ("choose", "remove"):
        answer = await ola.post(f"/profile/greetings/{karis.greeting.id}/{what}", token)
        assert answer.status_code == 404
    assert versions(world, KARI) == [karis]
    assert (await ola.post("/profile/greetings/nonsense/built-in", token)).status_code == 404


async def test_a_file_needs_a_form_of_ours_and_a_log_in(world: ProfileWorld, ola: ProfileBrowser) -> None:
    assert await upload(ola, SPOKEN, token="0" * 32) == 403
    assert (await ola.post("/profile/greetings/personal/upload")).status_code == 415
    async with world.browser() as stranger:
        await stranger.get("/profile/log-in")
        assert await upload(stranger, SPOKEN) == 303
    assert versions(world) == []


async def test_one_that_is_too_large_is_not_read_to_its_end(
    world: ProfileWorld, ola: ProfileBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_uploads, "MOST_BYTES", 10_000)
    assert await upload(ola, SPOKEN) == 413
    assert versions(world) == []


def test_parts_are_found_by_their_names_byte_for_byte() -> None:
    content = b"\r\n\x00--\r\n--b\xff\r\n"
    body = (
        b'--B\r\nContent-Disposition: form-data; name="token"\r\n\r\nabc\r\n'
        b'--B\r\nContent-Disposition: form-data; filename="x"; name="recording"\r\n'
        b"Content-Type: audio/wav\r\n\r\n" + content + b"\r\n--B--\r\n"
    )
    assert parts_of(body, b"B") == {"token": b"abc", "recording": content}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--B--",
        b"--B\r\n\r\n--B--",
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n',
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n--B--',
        b'--B\r\nContent-Disposition: form-data; name="../a"\r\n\r\n1\r\n--B--',
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2 + b"--B--",
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 20 + b"--B--",
    ],
)
def test_what_no_browser_sends_is_refused(body: bytes) -> None:
    with pytest.raises(PageFault) as fault:
        parts_of(body, b"B")
    assert fault.value.status == 400
