"""Messages over HTTP: found across mailboxes, changed as on the phone, each change written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from personsvar.http.api.guard import Guard
from personsvar.http.api.messages import messages_router
from personsvar.mailbox import listening
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Marks, Message, Sound, State
from personsvar.mailbox.model.subscriber import Subscriber
from tests.unit.conftest import KARI, QUIET, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder

OLA = Number("+4790000001")
Leave = Callable[..., Message]


@pytest.fixture
def client(backend: Backend) -> KeyHolder:
    return KeyHolder([messages_router(backend.services, Guard(backend.services, TOKEN))])


@pytest.fixture
def leave(backend: Backend) -> Leave:
    with backend.services.store.begin() as uow:
        uow.subscribers.add(Subscriber(KARI))
        uow.commit()

    def left(minutes: float = 0, *, mailbox: Number = OLA, **facts: object) -> Message:
        at = backend.clock.now() + timedelta(minutes=minutes)
        plain = Message(
            MessageId(0), mailbox, SpoolId(f"m.{minutes}"), Number("+4790000009"), at, Sound(SoundId(0), 0)
        )
        with backend.services.store.begin() as uow:
            kept = uow.messages.add(replace(plain, sound=uow.sounds.add(QUIET, of=mailbox), **facts))  # type: ignore[arg-type]
            uow.commit()
        return kept

    return left


def states(backend: Backend, which: Message) -> tuple[State, State]:
    now = listening.message(backend.services, which.id)
    assert now is not None
    return now.state, now.state_before


def ids(client: KeyHolder, query: str = "") -> list[int]:
    answer = client.get(f"/v1/messages{query}")
    assert answer.status_code == 200, answer.text
    return [it["id"] for it in answer.json()["items"]]


def change(client: KeyHolder, which: Message, state: str, *, if_match: str | None = "*") -> httpx.Response:
    headers = {} if if_match is None else {"If-Match": if_match}
    return client.ask("PATCH", f"/v1/messages/{which.id}", json={"state": state}, headers=headers)


def tag_of(client: KeyHolder, which: Message) -> str:
    return client.get(f"/v1/messages/{which.id}").headers["ETag"]


def test_a_message_is_shown_as_documented(client: KeyHolder, leave: Leave) -> None:
    which = leave(urgent=True)
    shown = client.get(f"/v1/messages/{which.id}").json()
    assert shown == {
        "id": which.id,
        "mailbox": OLA,
        "caller": "+4790000009",
        "received_at": "2026-03-02T12:00:00Z",
        "seconds": 3.0,
        "urgent": True,
        "state": "new",
        "changed_at": None,
        "transcript": None,
        "spool_id": "m.0",
    }
    assert client.get("/v1/messages").json() == {"items": [shown], "next": None}


def test_messages_are_found_by_mailbox_caller_state_and_time(client: KeyHolder, leave: Leave) -> None:
    first = leave(0)
    saved = leave(1, state=State.SAVED, caller=None)
    hers = leave(2, mailbox=KARI, caller=OLA)
    gone = leave(3, mailbox=KARI, state=State.DELETED)
    assert ids(client) == [gone.id, hers.id, saved.id, first.id]
    assert ids(client, "?mailbox=90000002") == [gone.id, hers.id]
    assert ids(client, "?caller=90000009&limit=1") == [gone.id]
    assert ids(client, "?state=saved&state=new") == [hers.id, saved.id, first.id]
    assert ids(client, "?state=saved&state=saved") == [saved.id]
    assert ids(client, "?since=2026-03-02T12:01:00&until=2026-03-02T12:03:00") == [hers.id, saved.id]
    assert ids(client, "?mailbox=90000077") == []


def test_next_leads_through_all_of_them_once_with_the_same_filters(client: KeyHolder, leave: Leave) -> None:
    kept = [leave(minute / 2, urgent=minute % 2 == 0).id for minute in range(7)]
    leave(9, mailbox=KARI)
    seen: list[int] = []
    path = "/v1/messages?mailbox=90000001&state=new&state=heard&limit=3"
    while path:
        answer = client.get(path)
        seen += [it["id"] for it in answer.json()["items"]]
        path = answer.json()["next"]
    assert seen == kept[::-1]


# ---- changes


@pytest.mark.parametrize(
    "step",
    [
        (State.NEW, "saved", State.SAVED),
        (State.NEW, "heard", State.HEARD),
        (State.HEARD, "new", State.NEW),
        (State.SAVED, "new", State.NEW),
        (State.HEARD, "saved", State.SAVED),
        (State.HEARD, "heard", State.HEARD),
        (State.NEW, "new", State.NEW),
    ],
)
def test_a_message_becomes_what_it_may(
    backend: Backend, client: KeyHolder, leave: Leave, step: tuple[State, str, State]
) -> None:
    before, wanted, after = step
    which = leave(state=before)
    answer = change(client, which, wanted)
    assert (answer.status_code, answer.json()["state"]) == (200, after.value)
    assert states(backend, which)[0] is after
    assert answer.headers["ETag"] == tag_of(client, which)


@pytest.mark.parametrize(
    "step",
    [
        (State.DELETED, "new", "it is deleted: take it back first"),
        (State.DELETED, "saved", "it is deleted: take it back first"),
        (State.SAVED, "heard", "it is saved, and so heard already"),
    ],
)
def test_what_can_not_be_as_it_is_now_is_a_conflict(
    backend: Backend, client: KeyHolder, leave: Leave, step: tuple[State, str, str]
) -> None:
    before, wanted, why = step
    which = leave(state=before)
    answer = change(client, which, wanted)
    assert (answer.status_code, answer.json()["detail"]) == (409, why)
    assert states(backend, which)[0] is before


def test_a_deleted_message_is_taken_back_as_what_it_was(
    backend: Backend, client: KeyHolder, leave: Leave
) -> None:
    which = leave(state=State.SAVED)
    answer = client.ask("DELETE", f"/v1/messages/{which.id}")
    assert (answer.status_code, answer.json()["state"]) == (200, "deleted")
    assert states(backend, which) == (State.DELETED, State.SAVED)
    assert client.ask("DELETE", f"/v1/messages/{which.id}").status_code == 200
    answer = client.ask("POST", f"/v1/messages/{which.id}/undelete")
    assert (answer.status_code, answer.json()["state"]) == (200, "saved")
    again = client.ask("POST", f"/v1/messages/{which.id}/undelete")
    assert (again.status_code, again.json()["detail"]) == (409, "it is not deleted")


def test_one_marked_for_removal_by_a_mail_program_is_safe_when_it_is_saved(
    backend: Backend, client: KeyHolder, leave: Leave
) -> None:
    which = leave(state=State.HEARD, marks=Marks(frozenset({"\\Deleted", "\\Flagged"})))
    change(client, which, "saved")
    after = listening.message(backend.services, which.id)
    assert after is not None
    assert after.marks.flags == {"\\Flagged"}


def test_a_change_needs_the_version_that_was_seen(client: KeyHolder, leave: Leave) -> None:
    which = leave()
    assert change(client, which, "saved", if_match=None).status_code == 428
    seen = tag_of(client, which)
    assert change(client, which, "heard", if_match=seen).status_code == 200
    stale = change(client, which, "new", if_match=seen)
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:personsvar:problem:stale")
    assert client.ask("DELETE", f"/v1/messages/{which.id}", headers={"If-Match": seen}).status_code == 412
    assert change(client, which, "new", if_match=tag_of(client, which)).status_code == 200


def test_one_that_is_known_is_not_sent_again(client: KeyHolder, leave: Leave) -> None:
    which = leave()
    tag = tag_of(client, which)
    answer = client.get(f"/v1/messages/{which.id}", **{"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    change(client, which, "heard")
    assert client.get(f"/v1/messages/{which.id}", **{"If-None-Match": tag}).status_code == 200


def test_each_change_stands_in_the_audit_trail_and_none_that_changed_nothing(
    backend: Backend, client: KeyHolder, leave: Leave
) -> None:
    which = leave()
    change(client, which, "new")
    change(client, which, "saved")
    client.ask("DELETE", f"/v1/messages/{which.id}")
    client.ask("DELETE", f"/v1/messages/{which.id}")
    client.ask("POST", f"/v1/messages/{which.id}/undelete")
    with backend.services.store.look() as uow:
        entries = uow.audit.list()
    assert [(it.action, it.mailbox, it.detail) for it in reversed(entries)] == [
        (AuditAction.MESSAGE_CHANGED, OLA, f"message {which.id}: saved"),
        (AuditAction.MESSAGE_DELETED, OLA, f"message {which.id}: deleted"),
        (AuditAction.MESSAGE_TAKEN_BACK, OLA, f"message {which.id}: saved"),
    ]
    assert {it.actor.name for it in entries} == {"PERSONSVAR_API_TOKEN"}


# ---- what means nothing


@pytest.mark.parametrize("which", ["0", "-1", str(2**63), "9" * 60, "x", "1.5", "%00", "²"])
def test_an_id_that_none_can_have_is_refused(client: KeyHolder, leave: Leave, which: str) -> None:
    leave()
    for method, path, body in (
        ("GET", f"/v1/messages/{which}", None),
        ("PATCH", f"/v1/messages/{which}", {"state": "new"}),
        ("DELETE", f"/v1/messages/{which}", None),
        ("POST", f"/v1/messages/{which}/undelete", None),
    ):
        answer = client.ask(method, path, json=body, headers={"If-Match": "*"})
        assert answer.status_code == 422, (method, answer.text)


@pytest.mark.parametrize("which", [999, 2**63 - 1])
def test_one_that_is_not_there_is_not_found(client: KeyHolder, which: int) -> None:
    for method, path, body in (
        ("GET", f"/v1/messages/{which}", None),
        ("PATCH", f"/v1/messages/{which}", {"state": "new"}),
        ("DELETE", f"/v1/messages/{which}", None),
        ("POST", f"/v1/messages/{which}/undelete", None),
    ):
        answer = client.ask(method, path, json=body, headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:personsvar:problem:not-found")


@pytest.mark.parametrize(
    "body",
    [{}, {"state": "deleted"}, {"state": "luck"}, {"state": None}, {"state": "new", "urgent": True}, []],
)
def test_a_change_that_is_none_is_refused(
    backend: Backend, client: KeyHolder, leave: Leave, body: object
) -> None:
    which = leave()
    answer = client.ask("PATCH", f"/v1/messages/{which.id}", json=body, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:personsvar:problem:invalid")
    assert states(backend, which)[0] is State.NEW


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("mailbox=274916", "mailbox: this is no telephone number"),
        ("state=luck", "0: should be 'new', "),
        ("since=9999-99-99", "since: should be a time"),
        ("after=274916", "after: is no place of a page"),
        ("limit=-1", "limit: should be 1 or more"),
        ("heard=1", "query: a name in it is not known here"),
    ],
)
def test_filters_that_mean_nothing_are_refused(client: KeyHolder, asked: str, why: str) -> None:
    answer = client.get(f"/v1/messages?{asked}")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(why)
    assert "274916" not in answer.text
