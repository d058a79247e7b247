"""Absences over the API: one is read, changed by who saw it, and gets a recording, which is heard."""

from __future__ import annotations

import httpx
import pytest

from personsvar.http.api.guard import Guard
from personsvar.http.api.routes import api_routers, mailbox_routers
from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.mailbox.absences import absences_ahead
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.ids import AbsenceId, CalendarId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.voice.wav import wav
from tests.fakes.sound_makers import CountingEncoder, HereDecoder
from tests.unit.conftest import KARI, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder
from tests.unit.http.office import problem
from tests.world import speech

OLAS = "/v1/subscribers/+4790000001/absences"
SPOKEN = wav(speech()[: 5 * 8000])


@pytest.fixture
def client(backend: Backend) -> KeyHolder:
    services, guard = backend.services, Guard(backend.services, TOKEN)
    sounds = PlayableSounds(services, CountingEncoder())
    uploads = GreetingUploads(services, HereDecoder())
    every = api_routers(services, guard, forget_files=lambda _removed: None)
    return KeyHolder([*every, *mailbox_routers(services, guard, sounds, uploads)])


@pytest.fixture
def planned(client: KeyHolder) -> httpx.Response:
    """From 12.00 today through Wednesday."""
    new = {"begin": "2026-03-02T12:00", "end": "2026-03-04", "reason": "holiday"}
    return client.ask("POST", OLAS, json=new)


def ahead(backend: Backend) -> list[Absence]:
    return list(absences_ahead(backend.services, backend.ola.number))


def upload(client: KeyHolder, where: str, content: bytes = SPOKEN, **headers: str) -> httpx.Response:
    kind = {"Content-Type": "audio/wav", **{name.replace("_", "-"): it for name, it in headers.items()}}
    return client.ask("PUT", f"{where}/recording", content=content, headers=kind)


def test_one_is_read_with_its_version(client: KeyHolder, planned: httpx.Response) -> None:
    where, tag = planned.headers["Location"], planned.headers["ETag"]
    one = client.get(where)
    assert (one.json(), one.headers["ETag"]) == (planned.json(), tag)
    assert client.get(where, **{"If-None-Match": tag}).status_code == 304
    for other in ("/v1/subscribers/+4790000001/absences/4711", "/v1/subscribers/+4790000009/absences/1"):
        assert problem(client.get(other)) == (404, "not-found")


def test_a_time_with_seconds_is_the_same_time(client: KeyHolder, planned: httpx.Response) -> None:
    new = {"begin": "2026-03-05T08:00:00", "end": "2026-03-06T08:00:00.000"}
    one = client.ask("POST", OLAS, json=new)
    assert (one.status_code, one.json()["starts_at"]) == (201, "2026-03-05T07:00:00Z")
    assert one.json()["ends_at"] == "2026-03-06T07:00:00Z"
    changed = client.ask(
        "PATCH", planned.headers["Location"], json={"end": "2026-03-04T16:30:00"}, headers={"If-Match": "*"}
    )
    assert changed.json()["ends_at"] == "2026-03-04T15:30:00Z"


def test_what_is_given_is_changed_and_nothing_else(
    backend: Backend, client: KeyHolder, planned: httpx.Response
) -> None:
    where, tag = planned.headers["Location"], planned.headers["ETag"]
    upload(client, where)
    before = ahead(backend)[0]
    assert problem(client.ask("PATCH", where, json={"reason": None})) == (428, "precondition-required")
    stale = client.ask("PATCH", where, json={"reason": None}, headers={"If-Match": tag})
    assert problem(stale) == (412, "stale")
    changed = client.ask("PATCH", where, json={"reason": None}, headers={"If-Match": "*"})
    assert changed.status_code == 200
    assert changed.json() == client.get(where).json()
    (after,) = ahead(backend)
    assert (after.reason, after.starts_at, after.ends_at) == (None, before.starts_at, before.ends_at)
    assert after.recording == before.recording
    later = client.ask(
        "PATCH", where, json={"end": "2026-03-06", "takes_messages": False}, headers={"If-Match": "*"}
    )
    assert (later.json()["ends_at"], later.json()["takes_messages"]) == ("2026-03-06T23:00:00Z", False)
    assert problem(client.ask("DELETE", where, headers={"If-Match": tag})) == (412, "stale")
    assert client.ask("DELETE", where, headers={"If-Match": later.headers["ETag"]}).status_code == 204
    assert ahead(backend) == []


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"end": "274916"}, "refused"),
        ({"end": "2026-03-01"}, "refused"),
        ({"begin": "2026-03-05", "end": "2026-03-04"}, "refused"),
        ({"end": "9999-12-31"}, "refused"),
        ({"end": None}, "invalid"),
        ({"reason": "lunch"}, "invalid"),
        ({"takes_messages": 1}, "invalid"),
        ({"274916": 1}, "invalid"),
    ],
)
def test_what_will_not_do_changes_nothing(
    backend: Backend, client: KeyHolder, planned: httpx.Response, given: object, kind: str
) -> None:
    before = ahead(backend)
    answer = client.ask("PATCH", planned.headers["Location"], json=given, headers={"If-Match": "*"})
    assert problem(answer) == (422, kind)
    assert "274916" not in answer.text
    assert ahead(backend) == before


def test_a_recording_is_heard_and_taken_back(
    backend: Backend, client: KeyHolder, planned: httpx.Response
) -> None:
    where, tag = planned.headers["Location"], planned.headers["ETag"]
    assert problem(client.get(f"{where}/sound.wav")) == (404, "not-found")
    assert problem(upload(client, where, If_Match='"other"')) == (412, "stale")
    kept = upload(client, where, If_Match=tag)
    assert kept.status_code == 200
    assert 3 < kept.json()["recording_seconds"] < 7
    sound = client.get(f"{where}/sound.wav")
    assert (sound.status_code, sound.content[:4]) == (200, b"RIFF")
    for wrong, status in ((b"", 422), (b"<html>", 415), (wav(bytes([0xD5]) * 24000), 422)):
        assert upload(client, where, wrong).status_code == status
    assert problem(upload(client, where, Content_Type="text/html")) == (415, "unsupported-media-type")
    assert ahead(backend)[0].recording is not None
    built_in = client.ask("DELETE", f"{where}/recording")
    assert (built_in.status_code, built_in.json()["recording_seconds"]) == (200, None)


def test_a_calendar_s_is_read_and_not_changed(backend: Backend, client: KeyHolder) -> None:
    now, owner = backend.clock.now(), backend.ola.number
    with backend.services.store.begin() as uow:
        later = now.replace(hour=23)
        uow.absences.replace(owner, CalendarId(1), [Absence(AbsenceId(0), owner, now, later)], now=now)
        uow.subscribers.add(Subscriber(KARI))
        uow.commit()
    (absence,) = before = ahead(backend)
    where = f"{OLAS}/{absence.id}"
    assert client.get(where).json()["source"] == "calendar"
    change = client.ask("PATCH", where, json={"reason": None}, headers={"If-Match": "*"})
    for answer in (
        change,
        client.ask("DELETE", where),
        upload(client, where),
        client.ask("DELETE", f"{where}/recording"),
    ):
        assert problem(answer) == (422, "refused")
        assert "calendar's" in answer.json()["detail"]
    assert problem(client.get(f"/v1/subscribers/{KARI}/absences/{absence.id}")) == (404, "not-found")
    assert ahead(backend) == before
