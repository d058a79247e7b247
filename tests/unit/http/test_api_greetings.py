"""Greetings over HTTP: uploaded by the rules of the phone, chosen, rolled back, heard; and what is not."""

from __future__ import annotations

import io
import wave
from datetime import date, timedelta

import httpx
import pytest

from personsvar.http.api.greeting_upload import greeting_upload_router
from personsvar.http.api.greetings import greetings_router
from personsvar.http.api.guard import Guard
from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.mailbox import greeting_desk
from personsvar.mailbox.availability import availability
from personsvar.mailbox.greetings import BuiltIn, GreetingHeard, OwnGreeting, greeting_for
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.voice.uploads import MOST_BYTES
from personsvar.voice.wav import wav
from tests.fakes.sound_makers import CountingEncoder, HereDecoder
from tests.tape import silence, tone
from tests.unit.conftest import KARI, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder
from tests.unit.voice_play.line import alaw, at, tones
from tests.world import speech

GREETINGS = "/v1/subscribers/90000001/greetings"
STRANGER = Number("+4790000009")
SPOKEN = wav(speech()[: 5 * 8000])
TODAY = date(2026, 3, 2)


@pytest.fixture
def decoder() -> HereDecoder:
    return HereDecoder()


@pytest.fixture
def client(backend: Backend, decoder: HereDecoder) -> KeyHolder:
    services, guard = backend.services, Guard(backend.services, TOKEN)
    with services.store.begin() as uow:
        uow.subscribers.add(Subscriber(KARI))
        uow.commit()
    sounds = PlayableSounds(services, CountingEncoder())
    return KeyHolder(
        [
            greetings_router(services, guard, sounds),
            greeting_upload_router(services, guard, GreetingUploads(services, decoder)),
        ]
    )


def sent(
    client: KeyHolder, content: bytes = SPOKEN, *, kind: str = "personal", query: str = "", **headers: str
) -> httpx.Response:
    told = {"Content-Type": "audio/wav", **headers}
    return client.ask("POST", f"{GREETINGS}/{kind}{query}", content=content, headers=told)


def version(client: KeyHolder, **how: str) -> int:
    answer = sent(client, **how)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def in_use(client: KeyHolder) -> list[int]:
    return [it["id"] for it in client.get(GREETINGS).json()["items"] if it["in_use"]]


def heard(backend: Backend) -> GreetingHeard:
    with backend.services.store.look() as uow:
        owner = uow.subscribers.need(backend.ola.number)
        stands = availability(uow, owner, backend.services.bank_holidays, backend.clock.now())
        return greeting_for(uow.greetings, owner, STRANGER, stands)


def choose(client: KeyHolder, which: int, kind: str = "personal", **more: object) -> httpx.Response:
    return client.ask("PUT", f"{GREETINGS}/{kind}/in-use", json={"version": which, **more})


# ---- uploaded, chosen, rolled back


def test_what_is_uploaded_is_what_callers_hear(backend: Backend, client: KeyHolder) -> None:
    answer = sent(client)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["Location"] == f"/v1/subscribers/+4790000001/greetings/{made['id']}"
    assert made == {
        "id": made["id"],
        "kind": "personal",
        "seconds": pytest.approx(5, abs=0.7),
        "recorded_at": "2026-03-02T12:00:00Z",
        "in_use": True,
    }
    assert client.get(GREETINGS).json() == {"items": [made]}
    assert client.get(f"{GREETINGS}/{made['id']}").json() == made
    found = heard(backend)
    assert isinstance(found, OwnGreeting)
    assert found.kind is GreetingKind.PERSONAL


def test_the_silence_around_it_is_cut(client: KeyHolder) -> None:
    answer = sent(client, wav(silence(4) + speech()[: 5 * 8000] + silence(3)))
    assert answer.json()["seconds"] < 7


def test_an_earlier_version_is_heard_again(backend: Backend, client: KeyHolder) -> None:
    first, second = version(client), version(client)
    assert in_use(client) == [second]
    assert choose(client, first).json()["in_use"]
    assert in_use(client) == [first]
    assert choose(client, first).status_code == 200
    assert isinstance(heard(backend), OwnGreeting)


def test_one_that_is_kept_unused_waits_until_it_is_chosen(backend: Backend, client: KeyHolder) -> None:
    waiting = version(client, query="?use=false")
    assert in_use(client) == []
    assert isinstance(heard(backend), BuiltIn)
    choose(client, waiting)
    assert in_use(client) == [waiting]


def test_back_to_the_built_in_one_and_the_versions_stay(backend: Backend, client: KeyHolder) -> None:
    which = version(client)
    for _ in range(2):
        assert client.ask("DELETE", f"{GREETINGS}/personal/in-use").status_code == 204
    assert isinstance(heard(backend), BuiltIn)
    assert [it["id"] for it in client.get(GREETINGS).json()["items"]] == [which]


def test_a_removed_version_is_gone_with_its_sound(backend: Backend, client: KeyHolder) -> None:
    which = version(client)
    assert client.ask("DELETE", f"{GREETINGS}/{which}").status_code == 204
    assert isinstance(heard(backend), BuiltIn)
    for method, path in (("DELETE", ""), ("GET", ""), ("GET", "/sound.wav")):
        assert client.ask(method, f"{GREETINGS}/{which}{path}").status_code == 404
    assert choose(client, which).status_code == 404


def test_a_voice_signature_stands_in_the_built_in_greeting(backend: Backend, client: KeyHolder) -> None:
    version(client, kind="signature")
    found = heard(backend)
    assert isinstance(found, BuiltIn)
    assert found.signature is not None


def test_ten_versions_of_a_kind_are_kept_and_never_the_one_in_use_goes(client: KeyHolder) -> None:
    first = version(client)
    later = [version(client, query="?use=false") for _ in range(11)]
    kept = [it["id"] for it in client.get(GREETINGS).json()["items"]]
    assert kept == [first, *later[-9:]]


def test_its_sound_comes_in_parts(client: KeyHolder) -> None:
    which = version(client)
    whole = client.get(f"{GREETINGS}/{which}/sound.wav")
    with wave.open(io.BytesIO(whole.content)) as opened:
        assert opened.getframerate() == 8000
    part = client.get(f"{GREETINGS}/{which}/sound.wav", Range="bytes=4-7")
    assert (part.status_code, part.content) == (206, whole.content[4:8])
    assert client.get(f"{GREETINGS}/{which}/sound.mp3").headers["Content-Type"] == "audio/mpeg"


# ---- the absence greeting has a last day


def test_an_absence_greeting_is_heard_through_its_last_day(backend: Backend, client: KeyHolder) -> None:
    assert sent(client, kind="absence").json()["detail"] == (
        "an absence greeting needs its last day, from today on"
    )
    which = version(client, kind="absence", query="?until=2026-03-09")
    found = heard(backend)
    assert isinstance(found, OwnGreeting)
    assert found.kind is GreetingKind.ABSENCE
    assert choose(client, which, "absence", until="2026-03-20").status_code == 200
    assert _until(backend) == date(2026, 3, 20)
    assert choose(client, which, "absence").status_code == 200
    client.ask("DELETE", f"{GREETINGS}/absence/in-use")
    assert (_until(backend), isinstance(heard(backend), BuiltIn)) == (None, True)
    assert choose(client, which, "absence").status_code == 422
    choose(client, which, "absence", until="2026-03-20")
    client.ask("DELETE", f"{GREETINGS}/{which}")
    assert _until(backend) is None


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("2026-03-01", "from today on"),
        ("0001-01-01", "from today on"),
        ("9999-12-31", "more than eight years away"),
        ((TODAY + timedelta(days=8 * 366 + 1)).isoformat(), "more than eight years away"),
    ],
)
def test_a_last_day_that_is_over_or_far_away_is_refused(client: KeyHolder, until: str, why: str) -> None:
    answer = sent(client, kind="absence", query=f"?until={until}")
    assert (answer.status_code, why in answer.json()["detail"]) == (422, True)
    assert client.get(GREETINGS).json() == {"items": []}


def test_other_greetings_have_no_last_day(client: KeyHolder) -> None:
    assert sent(client, query="?until=2026-03-09").status_code == 422
    which = version(client)
    assert choose(client, which, until="2026-03-09").status_code == 422


def _until(backend: Backend) -> date | None:
    with backend.services.store.look() as uow:
        return uow.subscribers.need(backend.ola.number).absence_until


# ---- what is refused, with nothing changed


REFUSED = {
    "silence": (wav(silence(5)), "nothing is said in it"),
    "a tone": (wav(tone(5)), "nothing is said in it"),
    "too long": (wav(speech()[:8000] * 130), "it is longer than 120 s"),
    "broken": (SPOKEN[:30], "it can't be read as WAV"),
    "a header alone": (b"ID3\x04\0\0\0\0\0\0", "it can't be read as MP3"),
    "a table alone": (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "it can't be read as M4A"),
    "Ogg of nothing": (b"OggS" + b"\xff" * 200, "it can't be read as Ogg"),
    "WebM of nothing": (b"\x1aE\xdf\xa3" + b"\xff" * 200, "it can't be read as WebM"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_callers_could_not_listen_to_is_refused(
    backend: Backend, client: KeyHolder, content: bytes, why: str
) -> None:
    before = version(client)
    answer = sent(client, content)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:personsvar:problem:refused")
    assert answer.json()["detail"] == why
    assert in_use(client) == [before]
    assert len(greeting_desk.versions(backend.services, backend.ola.number)) == 1


def test_key_tones_could_dial_for_a_caller(client: KeyHolder) -> None:
    answer = sent(client, wav(speech()[: 3 * 8000] + alaw(at(-13, tones(0.3, 770, 1336)))))
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "it holds tones of a keypad, which could dial for a caller",
    )


@pytest.mark.parametrize(
    "content", [b"#EXTM3U\nhttp://192.0.2.1/", b"ffconcat version 1.0\n", b"%PDF-1.7", b"\0" * 50, b"{}"]
)
def test_what_is_no_sound_is_told_as_such(client: KeyHolder, content: bytes) -> None:
    answer = sent(client, content)
    assert (answer.status_code, answer.json()["detail"]) == (
        415,
        "it begins like no WAV, MP3, M4A, Ogg, WebM",
    )


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_body_that_says_it_is_no_sound_is_not_read(client: KeyHolder, kind: str) -> None:
    told = {"Content-Type": kind}
    assert client.ask("POST", f"{GREETINGS}/personal", content=SPOKEN, headers=told).status_code == 415


def test_an_empty_body_is_told(client: KeyHolder) -> None:
    answer = sent(client, b"")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:personsvar:problem:invalid")


def test_more_than_is_taken_is_refused_however_it_comes(client: KeyHolder) -> None:
    assert sent(client, b"", **{"Content-Length": "9" * 30}).status_code == 413
    assert sent(client, SPOKEN, **{"Content-Length": str(10 * MOST_BYTES)}).status_code == 413
    assert sent(client, b"RIFF" + b"\0" * MOST_BYTES).status_code == 413


def test_where_nothing_can_be_read_now_that_is_said_and_the_log_knows_why(
    client: KeyHolder, decoder: HereDecoder, caplog: pytest.LogCaptureFixture
) -> None:
    decoder.works = False
    answer = sent(client)
    assert (answer.status_code, answer.json()["detail"]) == (503, "recordings can't be read now")
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "uploads can't be read"
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/subscribers/90000077/greetings", 404),
        ("GET", "/v1/subscribers/274916/greetings", 422),
        ("GET", f"/v1/subscribers/{'9' * 61}/greetings", 422),
        ("POST", "/v1/subscribers/90000077/greetings/personal", 404),
        ("POST", f"{GREETINGS}/luck", 422),
        ("POST", f"{GREETINGS}/personal?use=perhaps", 422),
        ("POST", f"{GREETINGS}/absence?until=tomorrow", 422),
        ("POST", f"{GREETINGS}/personal?colour=red", 422),
        ("GET", f"{GREETINGS}/0", 422),
        ("GET", f"{GREETINGS}/{2**63}", 422),
        ("GET", f"{GREETINGS}/{2**63 - 1}", 404),
        ("GET", f"{GREETINGS}/1/sound.exe", 422),
        ("DELETE", f"{GREETINGS}/luck/in-use", 422),
        ("DELETE", f"{GREETINGS}/-1", 422),
    ],
)
def test_what_is_not_there_or_means_nothing(client: KeyHolder, method: str, path: str, status: int) -> None:
    answer = client.ask(method, path, content=SPOKEN if method == "POST" else None)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert "274916" not in answer.text


@pytest.mark.parametrize(
    "body", [{}, {"version": 0}, {"version": 2**63}, {"version": "x"}, {"version": 1, "until": "x"}, []]
)
def test_a_choice_that_is_none_is_refused(client: KeyHolder, body: object) -> None:
    assert client.ask("PUT", f"{GREETINGS}/personal/in-use", json=body).status_code == 422


def test_another_s_version_and_one_of_another_kind_are_not_there(client: KeyHolder) -> None:
    which = version(client)
    hers = f"/v1/subscribers/{KARI}/greetings"
    assert client.ask("PUT", f"{hers}/personal/in-use", json={"version": which}).status_code == 404
    assert client.get(f"{hers}/{which}").status_code == 404
    assert client.get(f"{hers}/{which}/sound.wav").status_code == 404
    assert client.ask("DELETE", f"{hers}/{which}").status_code == 404
    assert choose(client, which, "signature").status_code == 404
    assert in_use(client) == [which]


def test_each_change_stands_in_the_audit_trail(backend: Backend, client: KeyHolder) -> None:
    first = version(client)
    second = version(client)
    choose(client, first)
    choose(client, first)
    client.ask("DELETE", f"{GREETINGS}/personal/in-use")
    client.ask("DELETE", f"{GREETINGS}/{second}")
    with backend.services.store.look() as uow:
        entries = uow.audit.list()
    assert [(it.action, it.detail) for it in reversed(entries)] == [
        (AuditAction.GREETING_ADDED, f"personal: version {first}"),
        (AuditAction.GREETING_ADDED, f"personal: version {second}"),
        (AuditAction.GREETING_CHOSEN, f"personal: version {first}"),
        (AuditAction.GREETING_CHOSEN, "personal: built-in"),
        (AuditAction.GREETING_REMOVED, f"personal: version {second}"),
    ]
    assert {it.mailbox for it in entries} == {backend.ola.number}
