"""Keys of the API: which open what, how they end, how they are counted, and what comes of guessing."""

from __future__ import annotations

import logging
from datetime import timedelta

import httpx
import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.guesses import MOST_OF_ALL, MOST_OF_ONE, WINDOW_SECONDS, Guesses
from personsvar.http.api.notices import notices_router
from personsvar.mailbox.api_keys import add_key, all_keys, revoke_key
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.api_key import ApiKey, Scope
from tests.fakes.actors import ROOT
from tests.unit.conftest import Backend
from tests.unit.http.api_client import TOKEN, KeyHolder, key_for

NOTICES = "/v1/notices"


class Door:
    """One guard, and who comes to it."""

    def __init__(self, backend: Backend, token: str | None = None) -> None:
        self.seconds = 0.0
        self.guard = Guard(backend.services, token, guesses=Guesses(lambda: self.seconds))
        self._routers: list[APIRouter] = [notices_router(backend.services, self.guard)]

    def ask(self, key: str | None, *, address: str = "192.0.2.1", path: str = NOTICES) -> httpx.Response:
        return KeyHolder(self._routers, key, address=address).get(path)

    def status(self, key: str | None, *, address: str = "192.0.2.1") -> int:
        return self.ask(key, address=address).status_code


@pytest.fixture
def door(backend: Backend) -> Door:
    return Door(backend)


def test_a_key_opens_what_it_is_for_and_nothing_else(backend: Backend, door: Door) -> None:
    assert door.status(key_for(backend.services, Scope.NOTICES_READ, name="reads")) == 200
    refused = door.ask(key_for(backend.services, Scope.NOTICES_WRITE, name="writes"))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:personsvar:problem:wrong-scope")
    assert "notices:read" in refused.json()["detail"]


def test_the_token_is_a_key_for_everything_beside_the_others(backend: Backend) -> None:
    door = Door(backend, TOKEN)
    assert door.status(TOKEN) == 200
    assert door.status(key_for(backend.services, Scope.NOTICES_READ)) == 200


def test_without_token_and_keys_it_is_closed_and_with_a_key_it_asks_for_one(
    backend: Backend, door: Door
) -> None:
    assert door.ask(None).json()["type"] == "urn:personsvar:problem:closed"
    key_for(backend.services, Scope.NOTICES_READ)
    asked = door.ask(None)
    assert (asked.status_code, asked.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_key_ends_by_its_time_and_by_being_revoked(backend: Backend, door: Door) -> None:
    in_an_hour = backend.clock.now() + timedelta(hours=1)
    _, short = add_key(backend.services, "short", [Scope.NOTICES_READ], expires_at=in_an_hour, by=ROOT)
    long = key_for(backend.services, Scope.NOTICES_READ, name="long")
    assert (door.status(short), door.status(long)) == (200, 200)
    backend.clock.go_on(hours=1)
    assert (door.status(short), door.status(long)) == (401, 200)
    revoke_key(backend.services, "long", by=ROOT)
    assert door.status(long) == 401


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda key: key + "x", lambda key: key.upper(),
                                    lambda key: key.replace("pv_", ""), lambda key: key[:14] + "1" * 34,
                                    lambda _: "pv_0000000000_" + "1" * 34, lambda _: "x" * 5000])  # fmt: skip
def test_what_is_nearly_a_key_opens_nothing(backend: Backend, door: Door, change: object) -> None:
    key = key_for(backend.services, Scope.NOTICES_READ)
    assert callable(change)
    assert door.status(change(key)) == 401


def test_of_a_key_a_digest_is_kept_and_nothing_that_opens(backend: Backend, door: Door) -> None:
    key = key_for(backend.services, Scope.NOTICES_READ)
    (kept,) = all_keys(backend.services)
    secret = key.rpartition("_")[2]
    assert secret not in repr(kept)
    assert door.status(f"pv_{kept.public_id}_{kept.digest}") == 401


def test_uses_are_counted_without_a_write_for_each(backend: Backend, door: Door) -> None:
    key = key_for(backend.services, Scope.NOTICES_READ)
    for _ in range(3):
        door.status(key)
        backend.clock.go_on(minutes=1)
    assert _only(backend).uses == 0
    door.guard.uses.write(backend.services)
    door.guard.uses.write(backend.services)
    used = _only(backend)
    assert (used.uses, used.last_used_at) == (3, backend.clock.now() - timedelta(minutes=1))


def test_uses_that_could_not_be_written_are_written_later(
    backend: Backend, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.status(key_for(backend.services, Scope.NOTICES_READ))

    def away() -> None:
        raise StoreUnavailableError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(backend.services.store, "begin", away)
        with pytest.raises(StoreUnavailableError):
            door.guard.uses.write(backend.services)
    door.guard.uses.write(backend.services)
    assert _only(backend).uses == 1


def test_who_guesses_is_turned_away_unheard_and_a_minute_later_heard_again(
    backend: Backend, door: Door
) -> None:
    late = key_for(backend.services, Scope.NOTICES_READ, name="late")
    assert {door.status(f"guess-{n}") for n in range(MOST_OF_ONE)} == {401}
    turned_away = door.ask(late)
    assert (turned_away.status_code, turned_away.headers["Retry-After"]) == (429, "60")
    door.seconds += WINDOW_SECONDS
    assert door.status(late) == 200


def test_a_key_in_use_is_not_shut_out_by_who_guesses_from_the_same_address(
    backend: Backend, door: Door
) -> None:
    key = key_for(backend.services, Scope.NOTICES_READ)
    assert door.status(key) == 200
    for n in range(MOST_OF_ONE + 5):
        door.status(f"guess-{n}")
    assert (door.status(key), door.status("another")) == (200, 429)
    revoke_key(backend.services, "web-shop", by=ROOT)
    assert door.status(key) == 401


def test_guesses_from_many_addresses_count_together() -> None:
    guesses = Guesses(lambda: 0.0)
    for n in range(MOST_OF_ALL):
        assert not guesses.seconds_to_wait("x", "198.51.100.1")
        guesses.wrong(f"10.{n >> 8}.{n & 255}.1")
    assert guesses.seconds_to_wait("x", "198.51.100.1") == 60


def test_no_key_is_in_a_line_of_the_log(
    backend: Backend, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = key_for(backend.services, Scope.NOTICES_WRITE)
    door.status(key)
    for n in range(MOST_OF_ONE):
        door.status(f"guessed-{n}-274916")
    logged = caplog.text + repr([record.__dict__ for record in caplog.records])
    assert "who guesses keys of the API is turned away" in logged
    assert key.rpartition("_")[2] not in logged
    assert "274916" not in logged
    assert key not in repr(door.guard)


def test_a_route_that_does_not_say_what_a_key_has_to_be_for_is_refused_at_the_start(backend: Backend) -> None:
    router = Guard(backend.services, TOKEN).router("/v1/things", tag="things")
    with pytest.raises(TypeError, match="/v1/things does not say what a key has to be for"):
        router.get("", dependencies=[Depends(lambda: None)])(lambda: None)
    router.get("", dependencies=[needs(Scope.CALLS_READ)])(lambda: None)
    assert [route.path for route in router.routes if isinstance(route, APIRoute)] == ["/v1/things"]


def test_a_body_too_large_is_refused_whatever_it_says_of_itself(backend: Backend) -> None:
    router = Guard(backend.services, TOKEN).router("/v1/things", tag="things", most_bytes=10)
    router.post("", dependencies=[needs(Scope.CALLS_READ)])(_taken)
    holder = KeyHolder([router])
    assert holder.ask("POST", "/v1/things", json={"a": 1}).json() == {"a": 1}
    for headers in ({}, {"Content-Length": "9" * 30}, {"Content-Length": "3"}):
        answer = holder.ask("POST", "/v1/things", json={"a": 1000000000}, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:personsvar:problem:too-large")


def test_who_has_no_key_is_told_before_his_body_is_looked_at(backend: Backend) -> None:
    router = Guard(backend.services, TOKEN).router("/v1/things", tag="things")
    router.post("", dependencies=[needs(Scope.CALLS_READ)])(_taken)
    answer = KeyHolder([router], None).ask("POST", "/v1/things", content=b"{" * 200_000)
    assert answer.status_code == 401


def _taken(body: dict[str, int]) -> dict[str, int]:
    return body


def _only(backend: Backend) -> ApiKey:
    (key,) = all_keys(backend.services)
    return key
