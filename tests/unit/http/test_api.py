"""The ledger over HTTP: who may read it, what it tells, and what it never tells."""

from __future__ import annotations

import asyncio
from datetime import UTC

import httpx
import pytest
from fastapi import FastAPI
from markupsafe import escape

from personsvar.http.api.forms import NoticeHistoryForm
from personsvar.http.api.guard import Guard
from personsvar.http.api.notices import notices_router
from personsvar.http.app import make_app
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.login import reset_pin
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Receipt, ReceiptState, Settlement
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.receipts import take_receipt
from tests.fakes.actors import ROOT
from tests.unit.conftest import Backend

TOKEN = "a token of the operator's"
GATEWAY = "smsc.example.test:2775"


class ApiClient:
    """Asks the app itself, without a socket."""

    def __init__(self, backend: Backend, *, token: str | None = TOKEN, shown: str | None = TOKEN) -> None:
        router = notices_router(backend.services, Guard(backend.services, token))
        self._app: FastAPI = make_app(checks={}, meters=[], routers=[router])
        self._headers = {} if shown is None else {"Authorization": f"Bearer {shown}"}

    def ask(self, method: str, path: str) -> httpx.Response:
        return asyncio.run(self._ask(method, path))

    async def _ask(self, method: str, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=self._headers)

    def ids(self, query: str = "") -> list[int]:
        answer = self.ask("GET", f"/v1/notices{query}")
        assert answer.status_code == 200, answer.text
        return [it["id"] for it in answer.json()]


def _sent(backend: Backend, *, ids: tuple[str, ...] = ()) -> None:
    """Every due SMS is handed over."""
    now = backend.clock.now()
    with backend.services.store.begin() as uow:
        for notice in uow.outbox.claim(channels=["sms"], now=now, lease_seconds=60, limit=100):
            assert notice.lease is not None
            attempt = Attempt(notice.attempts, now, AttemptOutcome.ACCEPTED, GATEWAY, ids)
            settlement = Settlement(notice.id, notice.lease, NoticeStatus.SENT, attempt)
            assert uow.outbox.settle([settlement], now=now)
        uow.commit()


@pytest.mark.parametrize(
    ("token", "shown", "status"),
    [(TOKEN, TOKEN, 200), (TOKEN, "another", 401), (TOKEN, None, 401), (None, TOKEN, 403), (None, "", 403)]
    + [(blank, shown, 403) for blank in ("", " ") for shown in (None, "", blank, TOKEN)],
)
def test_the_token_opens_it_and_nothing_else(
    backend: Backend, token: str | None, shown: str | None, status: int
) -> None:
    answer = ApiClient(backend, token=token, shown=shown).ask("GET", "/v1/notices")
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["detail"] == "the API is closed: set PERSONSVAR_API_TOKEN"


def test_a_notice_shows_each_try_and_each_receipt(backend: Backend) -> None:
    which = backend.missed("1")
    _sent(backend, ids=("7F",))
    take_receipt(
        backend.services,
        Receipt(GATEWAY, "7F", ReceiptState.DELIVERED, backend.clock.now().astimezone(UTC), "DELIVRD"),
    )
    shown = ApiClient(backend).ask("GET", f"/v1/notices/{which}").json()
    assert (shown["status"], shown["caller"], shown["to"]) == ("delivered", "+4790000002", "+4790000001")
    at = "2026-03-02T12:00:00Z"
    assert shown["tries"] == [
        {
            "number": 1, "at": at, "outcome": "accepted", "gateway": GATEWAY, "ids": ["7F"], "error": None,
        }
    ]  # fmt: skip
    assert shown["receipts"] == [
        {"gateway": GATEWAY, "gateway_id": "7F", "state": "delivered", "at": at, "detail": "DELIVRD"}
    ]


def test_notices_are_filtered_newest_first_and_paged(backend: Backend) -> None:
    first, mail = backend.missed("1"), backend.missed("1", Channel.EMAIL)
    _sent(backend)
    backend.clock.go_on(hours=1)
    later = backend.missed("2")
    client = ApiClient(backend)
    assert client.ids() == [later, mail, first]
    assert client.ids("?channel=email") == [mail]
    assert client.ids("?status=sent") == [first]
    assert client.ids("?since=2026-03-02T12:30:00") == [later]
    assert client.ids("?until=2026-03-02T13:30:00%2B01:00") == [mail, first]
    assert client.ids("?kind=new-message") == []
    assert client.ids("?to=900%2000%20001&limit=2") == [later, mail]
    assert client.ids(f"?to=%2B4790000001&limit=2&before_id={mail}") == [first]
    assert client.ids("?to=90000003") == []


@pytest.mark.parametrize("since", ["", "&since=2026-03-01"])
def test_a_program_follows_the_links_through_every_page(backend: Backend, since: str) -> None:
    made = []
    for n in range(5):
        made.append(backend.missed(str(n)))
        backend.clock.go_on(hours=1)
    backend.missed("m", Channel.EMAIL)
    client, read, pages = ApiClient(backend), [], 0
    path: str | None = f"/v1/notices?channel=sms&limit=2{since}"
    while path is not None:
        answer = client.ask("GET", path)
        read += [it["id"] for it in answer.json()]
        path, pages = answer.links.get("next", {}).get("url"), pages + 1
    assert (read, pages) == (made[::-1], 3)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("?to=274916", "to: this is no telephone number (write 90000001, 004790000001 or +4790000001)"),
        ("?channel=274916", "channel: should be 'sms', 'mms', "),
        ("?since=yesterday", "since: should be a time, like 2026-03-02T12:00:00Z"),
        ("?since=1780000000", "since: should be a time, like 2026-03-02T12:00:00Z"),
        ("?since=2026-02-30", "since: should be a time, like 2026-03-02T12:00:00Z"),
        ("?until=0001-01-01T00:00:00%2B01:00", "until: out of range: in UTC it is before the year 1"),
        ("?limit=0&before_id=274916x", "before_id: should be a whole number; limit: should be 1 or more"),
        ("?limit=274916", "limit: should be 1000 or less"),
        ("?colour=274916", "query: a name in it is not known here"),
        ("?274916=1", "query: a name in it is not known here"),
        ("/x274916", "notice: should be a whole number"),
    ],
)
def test_what_means_nothing_is_refused_in_words_that_do_not_repeat_it(
    backend: Backend, asked: str, why: str
) -> None:
    answer = ApiClient(backend).ask("GET", f"/v1/notices{asked}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("urn:personsvar:problem:invalid", 422)
    assert problem["detail"].startswith(why)
    first = problem["errors"][0]
    assert problem["detail"].startswith(f"{first['at']}: {first['why']}")
    assert "274916" not in answer.text


def test_an_ended_one_is_sent_again_and_one_on_its_way_is_not(backend: Backend) -> None:
    which = backend.missed("1")
    client = ApiClient(backend)
    answer = client.ask("POST", f"/v1/notices/{which}/resend")
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        f"notice {which} is still on its way (ready)",
    )
    _sent(backend)
    answer = client.ask("POST", f"/v1/notices/{which}/resend")
    assert (answer.status_code, answer.json()["status"]) == (202, "ready")
    with backend.services.store.look() as uow:
        (entry,) = uow.audit.list()
    told = (entry.actor, str(entry.action), entry.mailbox, entry.detail)
    by_token = Actor(ActorKind.API_KEY, "PERSONSVAR_API_TOKEN")
    assert told == (by_token, "notice-resent", backend.ola.number, f"notice {which}")
    for method, path in (("GET", ""), ("POST", "/resend")):
        assert client.ask(method, f"/v1/notices/999{path}").status_code == 404


def test_no_pin_is_told(backend: Backend) -> None:
    reset_pin(backend.services, backend.ola.number, by=ROOT)
    (notice,) = ApiClient(backend).ask("GET", "/v1/notices").json()
    assert notice["secret"] == "••••"
    with backend.services.store.look() as uow:
        secret = uow.outbox.list()[0].facts.secret
    assert secret is not None
    pin = backend.services.vault.open(secret)
    assert pin not in ApiClient(backend).ask("GET", f"/v1/notices/{notice['id']}").text


def test_a_database_away_is_said_as_what_it_is(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise StoreUnavailableError("connection refused")

    monkeypatch.setattr(backend.services.store, "look", away)
    answer = ApiClient(backend).ask("GET", "/v1/notices")
    assert (answer.status_code, answer.json()) == (
        503,
        {
            "type": "urn:personsvar:problem:unavailable",
            "title": "It can't be done now",
            "status": 503,
            "detail": "the database is away",
        },
    )


def test_openapi_names_every_answer_there_is(backend: Backend) -> None:
    paths = ApiClient(backend, shown=None).ask("GET", "/v1/openapi.json").json()["paths"]
    answers = {
        (path, method): set(it["responses"])
        for path, methods in paths.items()
        for method, it in methods.items()
    }
    always = {"401", "403", "422", "429", "503"}
    assert answers["/v1/notices", "get"] == {"200", *always}
    assert answers["/v1/notices/{notice}", "get"] == {"200", "404", *always}
    assert answers["/v1/notices/{notice}/resend", "post"] == {"202", "404", "409", *always}


def test_the_page_of_the_api_tells_each_operation_and_each_field(backend: Backend) -> None:
    client = ApiClient(backend, shown=None)
    page = client.ask("GET", "/docs").text
    described = client.ask("GET", "/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, it in methods.items():
            assert f"{method.upper()} {path}" in page
            assert it["summary"] in page
            for kind in it.get("requestBody", {}).get("content", {}):
                assert kind in page
    for field in NoticeHistoryForm.model_fields.values():
        assert escape(field.description) in page
    assert "<script" not in page
    assert "number from 1 to 1000 100 if not given" in page
    assert "one of sms, mms, email" in page


def test_the_page_of_openapi_names_what_it_takes(backend: Backend) -> None:
    described = ApiClient(backend, shown=None).ask("GET", "/v1/openapi.json").json()
    parameters = described["paths"]["/v1/notices"]["get"]["parameters"]
    assert {it["name"] for it in parameters} == {
        "to", "channel", "kind", "status", "since", "until", "before_id", "limit",
    }  # fmt: skip
