"""Figures over HTTP: by the hour and the quarter, page by page, of all times there are and of none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from personsvar.http.api.figures import figures_router
from personsvar.http.api.guard import Guard
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.tally import Counted, GatewayLook, Occurrence
from personsvar.mailbox.tallies import count_up
from tests.unit.conftest import Backend
from tests.unit.http.api_client import TOKEN, KeyHolder

MESSAGE = Counted.call(CameOf.MESSAGE)


@pytest.fixture
def client(backend: Backend) -> KeyHolder:
    return KeyHolder([figures_router(backend.services, Guard(backend.services, TOKEN))])


def happened(backend: Backend, *things: Counted, hours_ago: float = 0, times: int = 1) -> None:
    """The clock stands at noon, on 2 March."""
    at = backend.clock.now() - timedelta(hours=hours_ago)
    with backend.services.store.begin() as uow:
        uow.tallies.add([Occurrence(at, what, times) for what in things])
        uow.commit()
    count_up(backend.services)


def listed(client: KeyHolder, query: str = "") -> dict[str, int]:
    """The messages of each stretch, from page to page."""
    found: dict[str, int] = {}
    path = f"/v1/figures{query}"
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found |= {it["begins_at"]: it["calls"].get("message", 0) for it in answer.json()["items"]}
        path = answer.json()["next"]
    return found


def test_an_hour_is_shown_as_documented(backend: Backend, client: KeyHolder) -> None:
    for what, times in (
        (MESSAGE, 3),
        (Counted.call(CameOf.MISSED), 2),
        (Counted.notice(Channel.SMS, NoticeStatus.SENT), 5),
        (Counted.notice(Channel.SMS, NoticeStatus.DELIVERED), 4),
        (Counted.gateway(Channel.EMAIL, GatewayLook.LOOKED), 15),
    ):
        happened(backend, what, times=times)
    backend.clock.go_on(minutes=59)
    assert client.get("/v1/figures").json() == {
        "items": [
            {
                "begins_at": "2026-03-02T12:00:00Z",
                "calls": {"message": 3, "missed": 2},
                "notices": {"sms": {"sent": 5, "delivered": 4}},
                "gateways": {"email": {"looked": 15}},
            }
        ],
        "next": None,
    }


def test_hours_in_which_nothing_happened_are_listed_too(backend: Backend, client: KeyHolder) -> None:
    happened(backend, MESSAGE, hours_ago=3)
    happened(backend, MESSAGE, times=2)
    backend.clock.go_on(minutes=1)
    assert listed(client, "?limit=2") == {
        "2026-03-02T09:00:00Z": 1,
        "2026-03-02T10:00:00Z": 0,
        "2026-03-02T11:00:00Z": 0,
        "2026-03-02T12:00:00Z": 2,
    }
    assert listed(client, "?since=2026-03-02T10:59&until=2026-03-02T12:00") == {
        "2026-03-02T10:00:00Z": 0,
        "2026-03-02T11:00:00Z": 0,
    }
    assert len(listed(client, "?stretch=quarter")) == 13


def test_unasked_it_is_of_the_last_day(backend: Backend, client: KeyHolder) -> None:
    happened(backend, MESSAGE, hours_ago=100)
    assert len(listed(client)) == 24
    assert len(listed(client, "?since=0001-01-01")) == 100


@pytest.mark.parametrize(
    "query",
    [
        "?since=9999-12-31T23:59:59Z",
        "?until=0001-01-01",
        "?since=2026-03-03&until=2026-03-01",
        "?since=0001-01-01&until=0001-01-02",
    ],
)
def test_of_a_time_without_figures_there_are_none(backend: Backend, client: KeyHolder, query: str) -> None:
    assert listed(client, query) == {}
    happened(backend, MESSAGE)
    assert listed(client, query) == {}


@pytest.mark.parametrize(
    "query", ["?stretch=year", "?since=yesterday", "?limit=0", "?limit=1001", "?mailbox=1"]
)
def test_what_means_nothing_is_refused(client: KeyHolder, query: str) -> None:
    assert client.get(f"/v1/figures{query}").status_code == 422
