"""The call log over HTTP: what is shown of a call, by what it is found, and how its pages follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from personsvar.http.api.calls import calls_router
from personsvar.http.api.guard import Guard
from personsvar.mailbox import call_log
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import MissedReason
from tests.unit.conftest import KARI, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder

OLA = Number("+4790000001")
Called = Callable[..., CallRecord]


@pytest.fixture
def client(backend: Backend) -> KeyHolder:
    return KeyHolder([calls_router(backend.services, Guard(backend.services, TOKEN))])


@pytest.fixture
def called(backend: Backend) -> Called:
    def call(minutes: float, came_of: CameOf = CameOf.MESSAGE, *, caller: Number | None = KARI) -> CallRecord:
        began_at = backend.clock.now() + timedelta(minutes=minutes)
        is_missed = came_of is CameOf.MISSED
        reason = MissedReason.HUNG_UP if is_missed else None
        call_id = SpoolId(f"1700000000.{minutes}")
        record = CallRecord(call_id, began_at, caller, OLA, came_of, seconds=21.5, reason=reason)
        call_log.write_down(backend.services, record)
        return record

    return call


def ids(client: KeyHolder, query: str = "") -> list[str]:
    answer = client.get(f"/v1/calls{query}")
    assert answer.status_code == 200, answer.text
    return [it["call_id"].rpartition(".")[2] for it in answer.json()["items"]]


def test_a_call_is_shown_as_documented(client: KeyHolder, called: Called) -> None:
    called(0, CameOf.MISSED)
    assert client.get("/v1/calls").json() == {
        "items": [
            {
                "id": 1,
                "began_at": "2026-03-02T12:00:00Z",
                "caller": KARI,
                "mailbox": OLA,
                "came_of": "missed",
                "reason": "hung-up",
                "seconds": 21.5,
                "listened": False,
                "call_id": "1700000000.0",
            }
        ],
        "next": None,
    }


def test_calls_are_found_newest_first_by_mailbox_caller_outcome_and_time(
    client: KeyHolder, called: Called
) -> None:
    called(0)
    called(1, CameOf.ELSEWHERE, caller=None)
    called(2, CameOf.MISSED)
    assert ids(client) == ["2", "1", "0"]
    assert ids(client, "?mailbox=900%2000%20001&limit=2") == ["2", "1"]
    assert ids(client, "?mailbox=90000002") == []
    assert ids(client, "?caller=%2B4790000002") == ["2", "0"]
    assert ids(client, "?came_of=elsewhere") == ["1"]
    assert ids(client, "?since=2026-03-02T12:01:00&until=2026-03-02T13:02:00%2B01:00") == ["1"]


def test_next_leads_through_all_of_them_once_with_the_same_filters(client: KeyHolder, called: Called) -> None:
    for minute in range(7):
        called(minute)
    called(0.5, caller=None)
    seen: list[str] = []
    path = "/v1/calls?caller=90000002&limit=3"
    while path:
        page = client.get(path).json()
        assert len(page["items"]) <= 3
        seen += [it["call_id"].rpartition(".")[2] for it in page["items"]]
        path = page["next"]
    assert seen == [str(minute) for minute in reversed(range(7))]


def test_the_last_page_has_no_next_also_when_it_is_full(client: KeyHolder, called: Called) -> None:
    for minute in range(4):
        called(minute)
    page = client.get("/v1/calls?limit=2").json()
    assert client.get(page["next"]).json()["next"] is None
    assert client.get("/v1/calls?limit=4").json()["next"] is None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("mailbox=274916", "mailbox: this is no telephone number"),
        ("caller=274916", "caller: this is no telephone number"),
        ("caller=%00", "caller: this is no telephone number"),
        ("mailbox=" + "9" * 5000, "mailbox: this is no telephone number"),
        ("came_of=luck", "came_of: should be 'message', "),
        ("since=yesterday", "since: should be a time"),
        ("until=0001-01-01T00:00:00%2B01:00", "until: out of range"),
        ("limit=0", "limit: should be 1 or more"),
        ("limit=1001", "limit: should be 1000 or less"),
        ("after=274916", "after: is no place of a page"),
        ("after=1-" + "9" * 19, "after: is no place of a page"),
        ("after=" + "9" * 18 + "-1", "after: is no place of a page"),
        ("after=-1-1", "after: is no place of a page"),
        ("after=%D9%A1-1", "after: is no place of a page"),
        ("colour=red", "query: a name in it is not known here"),
    ],
)
def test_what_means_nothing_is_refused_without_repeating_it(client: KeyHolder, asked: str, why: str) -> None:
    answer = client.get(f"/v1/calls?{asked}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:personsvar:problem:invalid"), answer.text
    assert answer.json()["detail"].startswith(why)
    assert "274916" not in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "after=0-0",
        "after=0-1",
        f"after=1-{2**63 - 1}",
        "after=251000000000000000-1",
        "since=0001-01-01",
        "until=9999-12-31T23:59:59.999999",
    ],
)
def test_the_ends_of_time_and_of_ids_are_places_like_others(
    client: KeyHolder, called: Called, asked: str
) -> None:
    called(0)
    answer = client.get(f"/v1/calls?{asked}")
    assert answer.status_code == 200, answer.text
