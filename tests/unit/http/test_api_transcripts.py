"""What messages say, over HTTP: told of in lists, read by itself, looked for, and wished for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.http.api.guard import Guard
from personsvar.http.api.message_transcripts import message_transcripts_router
from personsvar.http.api.messages import messages_router
from personsvar.http.api.subscribers import subscribers_router
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import MessageId, SoundId, SpoolId
from personsvar.mailbox.model.message import Message, Sound
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from tests.unit.conftest import KARI, QUIET, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder, key_for
from tests.unit.spoken import ENGINE, MODEL, heard, write_down

Left = Callable[[str | None], Message]


@pytest.fixture
def wishing(backend: Backend) -> Backend:
    """Ola wishes transcripts, and there is an engine."""
    services = replace(backend.services, rules=replace(backend.services.rules, transcripts=True))
    with services.store.begin() as uow:
        uow.subscribers.put(replace(backend.ola, wishes=Wishes(transcripts=True)))
        uow.subscribers.add(Subscriber(KARI))
        uow.commit()
    return replace(backend, services=services)


@pytest.fixture
def client(wishing: Backend) -> KeyHolder:
    services, guard = wishing.services, Guard(wishing.services, TOKEN)
    made = [messages_router, message_transcripts_router]
    routers = [subscribers_router(services, guard, lambda _: None), *(make(services, guard) for make in made)]
    return KeyHolder(routers)


@pytest.fixture
def leave(wishing: Backend) -> Left:
    """A message that says that, a minute after the one before."""

    def left(text: str | None) -> Message:
        owner, at = wishing.ola.number, wishing.clock.now()
        with wishing.services.store.begin() as uow:
            sound = uow.sounds.add(QUIET, of=owner)
            plain = Message(MessageId(0), owner, SpoolId(f"{at}"), KARI, at, Sound(SoundId(0), 0))
            kept = uow.messages.add(replace(plain, sound=sound))
            uow.commit()
        if text is not None:
            write_down(wishing.services.store, kept, heard(text, unsure=["kanskje"]))
        wishing.clock.time += timedelta(minutes=1)
        return kept

    return left


def test_what_a_message_says_is_read_word_by_word(client: KeyHolder, leave: Left) -> None:
    which = leave("ring 900 00 012 kanskje")
    answer = client.get(f"/v1/messages/{which.id}/transcript")
    said = answer.json()
    assert said["words"][0] == {
        "text": "ring",
        "start": 0.0,
        "end": 0.5,
        "probability": 0.95,
        "unsure": False,
    }
    assert [word["unsure"] for word in said.pop("words")] == [False, False, False, False, True]
    assert said == {
        "message": which.id,
        "understanding": "unsure",
        "text": "ring 900 00 012 kanskje",
        "language": "nb",
        "engine": ENGINE,
        "model": MODEL,
        "made_at": "2026-03-02T12:01:00Z",
        "numbers": [{"number": "+4790000012", "start": 0.5, "end": 2.0, "unsure": False}],
    }
    known = client.get(f"/v1/messages/{which.id}/transcript", **{"If-None-Match": answer.headers["ETag"]})
    assert known.status_code == 304


def test_one_that_was_not_understood_says_so_and_no_word(client: KeyHolder, leave: Left) -> None:
    said = client.get(f"/v1/messages/{leave('').id}/transcript").json()
    assert (said["understanding"], said["text"], said["words"], said["numbers"]) == (
        "not-understood",
        "",
        [],
        [],
    )


def test_without_a_transcript_there_is_none(client: KeyHolder, leave: Left) -> None:
    for which in (leave(None).id, 4711):
        answer = client.get(f"/v1/messages/{which}/transcript")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_list_tells_of_which_there_is_one(client: KeyHolder, leave: Left) -> None:
    for text in ("hei", "kanskje", "", None):
        leave(text)
    told = [it["transcript"] for it in client.get("/v1/messages").json()["items"]]
    assert told == [None, "not-understood", "unsure", "text"]


def test_a_transcript_that_comes_is_another_version_of_its_message(
    client: KeyHolder, wishing: Backend, leave: Left
) -> None:
    which = leave(None)
    path = f"/v1/messages/{which.id}"
    before = client.get(path).headers["ETag"]
    write_down(wishing.services.store, which, heard("hei"))
    answer = client.get(path, **{"If-None-Match": before})
    assert (answer.status_code, answer.json()["transcript"]) == (200, "text")
    stale = client.ask("PATCH", path, json={"state": "saved"}, headers={"If-Match": before})
    assert stale.status_code == 412
    fresh = client.ask("PATCH", path, json={"state": "saved"}, headers={"If-Match": answer.headers["ETag"]})
    assert (fresh.status_code, fresh.json()["state"]) == (200, "saved")


def test_messages_are_found_by_what_is_said(client: KeyHolder, wishing: Backend, leave: Left) -> None:
    first, _, third = leave("Åse ringte"), leave("Kari ringte"), leave("det var åse igjen")
    path = f"/v1/messages?mailbox={wishing.ola.number.removeprefix('+47')}"
    found = client.get(f"{path}&said=aase&limit=1").json()
    assert [it["id"] for it in found["items"]] == [third.id]
    further = client.get(found["next"]).json()
    assert ([it["id"] for it in further["items"]], further["next"]) == ([first.id], None)
    assert client.get(f"{path}&said=Åse+ringte&state=new").json()["items"][0]["id"] == first.id
    assert client.get(f"{path}&said=ingen").json()["items"] == []


@pytest.mark.parametrize(
    "asked", ["said=hei", "mailbox=90000001&said=", f"mailbox=90000001&said={'a' * 101}"]
)
def test_words_need_a_mailbox_and_a_bound(client: KeyHolder, asked: str) -> None:
    answer = client.get(f"/v1/messages?{asked}")
    assert answer.status_code == 422
    assert "said" in answer.json()["detail"]


def test_the_wishes_are_read_and_set_and_off_removes_what_there_is(
    client: KeyHolder, wishing: Backend, leave: Left
) -> None:
    which, path = leave("hei"), f"/v1/subscribers/{wishing.ola.number}"
    read = client.get(path).json()
    assert (read["transcripts"], read["transcript_sms"]) == (True, False)

    def change(**wished: bool) -> dict[str, object]:
        answer = client.ask("PATCH", path, json=wished, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert change(transcript_sms=True)["transcript_sms"]
    assert client.get(f"/v1/messages/{which.id}/transcript").status_code == 200
    assert not change(transcripts=False)["transcripts"]
    assert client.get(f"/v1/messages/{which.id}/transcript").status_code == 404
    with wishing.services.store.look() as uow:
        assert uow.transcripts.get(which.id) is None
        assert [it.detail for it in uow.audit.list()] == ["transcripts", "transcript_sms"]


def test_a_place_is_agreed_to_for_its_owner_and_only_the_place_of_now(
    client: KeyHolder, wishing: Backend
) -> None:
    """Here it is the operator's own machine."""
    path = f"/v1/subscribers/{wishing.ola.number}"

    def answer(**given: object) -> tuple[int, object]:
        found = client.ask("PATCH", path, json=given, headers={"If-Match": "*"})
        return found.status_code, found.json().get("transcripts_consented_to", found.json().get("detail"))

    assert client.get(path).json()["transcripts_consented_to"] is None
    assert answer(transcripts=True) == (200, None)
    refused, why = answer(transcripts_consented_to="speech.example.test")
    assert refused == 422
    assert "this is not where recordings go" in str(why)
    assert answer(transcripts_consented_to="") == (200, "")
    with wishing.services.store.look() as uow:
        assert [it.detail for it in uow.audit.list()] == ["transcripts_consented_to this machine"]
    assert answer(transcripts=False) == (200, None)
    assert answer(transcripts=True) == (200, "")


def test_nobody_is_given_the_wish_where_nothing_writes_messages_down(backend: Backend) -> None:
    guard = Guard(backend.services, TOKEN)
    client = KeyHolder([subscribers_router(backend.services, guard, lambda _: None)])
    answer = client.ask(
        "PATCH",
        f"/v1/subscribers/{backend.ola.number}",
        json={"transcripts": True},
        headers={"If-Match": "*"},
    )
    assert answer.status_code == 422
    assert "PERSONSVAR_TRANSCRIBER" in answer.json()["detail"]


def test_a_key_for_other_things_reads_no_words(wishing: Backend, leave: Left) -> None:
    which, guard = leave("hei"), Guard(wishing.services, None)
    key = key_for(wishing.services, Scope.SUBSCRIBERS_READ, Scope.MESSAGES_WRITE)
    client = KeyHolder([message_transcripts_router(wishing.services, guard)], key)
    assert client.get(f"/v1/messages/{which.id}/transcript").status_code == 403
