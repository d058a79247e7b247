"""`Idempotency-Key`: a POST that comes twice is done once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Event

import pytest

from personsvar.http.api.idempotency import HEADER
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.ports.store import UnitOfWork
from tests.unit.http.api_client import key_for
from tests.unit.http.office import KARI, OLA, Office, problem

PATH = "/v1/subscribers"
NEW = {"number": KARI, "name": "Kari"}
RESET = f"{PATH}/{OLA}/pin-reset"


def test_the_same_again_is_answered_the_same_and_done_once(office: Office) -> None:
    first = office.ask("POST", PATH, NEW, Idempotency_Key="order-4711")
    again = office.ask("POST", PATH, NEW, Idempotency_Key="order-4711")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    for header in ("ETag", "Location", "Content-Type"):
        assert again.headers[header] == first.headers[header]
    assert problem(office.ask("POST", PATH, NEW, Idempotency_Key="order-4712")) == (409, "taken")
    for _ in range(3):
        assert office.ask("POST", RESET, Idempotency_Key="reset").status_code == 202
    assert [action for action, *_ in office.trail()] == ["subscriber-added", "pin-reset"]


def test_a_refusal_is_kept_too(office: Office) -> None:
    taken = office.ask("POST", PATH, {"number": OLA}, Idempotency_Key="order-1")
    office.ask("DELETE", f"{PATH}/{OLA}")
    again = office.ask("POST", PATH, {"number": OLA}, Idempotency_Key="order-1")
    assert problem(again) == problem(taken) == (409, "taken")
    wrong = office.ask("POST", PATH, {"number": 1}, Idempotency_Key="order-2")
    assert office.ask("POST", PATH, {"number": 1}, Idempotency_Key="order-2").content == wrong.content


@pytest.mark.parametrize(
    ("path", "body"), [(PATH, {"number": KARI, "name": "Another"}), (f"{PATH}?x=1", NEW), (RESET, NEW)]
)
def test_another_request_with_the_key_is_refused(office: Office, path: str, body: object) -> None:
    office.ask("POST", PATH, NEW, Idempotency_Key="order-4711")
    assert problem(office.ask("POST", path, body, Idempotency_Key="order-4711")) == (422, "key-reused")


def test_each_key_of_the_api_has_its_own(office: Office) -> None:
    holders = [
        office.holder(key_for(office.backend.services, Scope.SUBSCRIBERS_WRITE, name=name))
        for name in ("a", "b")
    ]
    answers = [holder.ask("POST", PATH, json=NEW, headers={HEADER: "1"}).status_code for holder in holders]
    assert answers == [201, 409]


def test_a_day_later_it_is_another_request(office: Office) -> None:
    for hours, done in ((0, 1), (23, 1), (2, 2)):
        office.backend.clock.go_on(hours=hours)
        assert office.ask("POST", RESET, Idempotency_Key="reset").status_code == 202
        assert len(office.trail()) == done


def test_two_at_once_are_one_and_the_other_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is held in the middle of its work until the second has its answer."""
    store = office.backend.services.store
    begin: Callable[[], AbstractContextManager[UnitOfWork]] = store.begin
    begun, go_on, calls = Event(), Event(), iter(range(1000))

    def held() -> AbstractContextManager[UnitOfWork]:
        if next(calls) == 1:  # the first transaction of the work itself
            begun.set()
            assert go_on.wait(60)
        return begin()

    monkeypatch.setattr(store, "begin", held)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(office.ask, "POST", RESET, Idempotency_Key="reset")
        assert begun.wait(60)
        second = office.ask("POST", RESET, Idempotency_Key="reset")
        go_on.set()
        assert problem(second) == (409, "in-progress")
        assert first.result(60).status_code == 202
    assert office.ask("POST", RESET, Idempotency_Key="reset").status_code == 202
    assert len(office.trail()) == 1


def test_what_failed_by_our_fault_may_be_asked_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    store = office.backend.services.store
    begin, calls = store.begin, iter(range(1000))

    def away() -> AbstractContextManager[UnitOfWork]:
        if next(calls) == 1:
            raise StoreUnavailableError("gone")
        return begin()

    with monkeypatch.context() as broken:
        broken.setattr(store, "begin", away)
        assert problem(office.ask("POST", RESET, Idempotency_Key="reset")) == (503, "unavailable")
    assert office.ask("POST", RESET, Idempotency_Key="reset").status_code == 202


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\t"])
def test_what_is_no_key_is_refused(office: Office, key: str) -> None:
    answer = office.ask("POST", PATH, NEW, Idempotency_Key=key)
    assert problem(answer) == (422, "invalid")
    assert "Idempotency-Key: should be" in answer.json()["detail"]


def test_the_kept_answer_goes_with_its_subscriber(office: Office) -> None:
    office.ask("POST", PATH, NEW, Idempotency_Key="order-4711")
    office.ask("DELETE", f"{PATH}/{KARI}")
    assert office.ask("POST", PATH, NEW, Idempotency_Key="order-4711").status_code == 201
    assert office.ask("GET", f"{PATH}/{KARI}").status_code == 200


def test_a_process_that_died_with_it_lets_another_begin_anew(office: Office) -> None:
    from personsvar.mailbox.idempotency import begin_once  # noqa: PLC0415 - as that process did

    answer = office.ask("POST", RESET, Idempotency_Key="other")
    assert answer.status_code == 202
    begin_once(office.backend.services, "token", "reset", "digest of whatever it was")
    assert problem(office.ask("POST", RESET, Idempotency_Key="reset")) == (422, "key-reused")
    office.backend.clock.go_on(minutes=3)
    assert office.ask("POST", RESET, Idempotency_Key="reset").status_code == 202
