"""Which route needs which scope: a table, and that each keeps to it."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from personsvar.http.api.calls import calls_router
from personsvar.http.api.guard import Guard
from personsvar.http.api.message_sounds import message_sounds_router
from personsvar.http.api.messages import messages_router
from personsvar.http.api.notices import notices_router
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.mailbox.model.api_key import Scope
from personsvar.voice.encode.pool import PoolEncoder
from tests.unit.conftest import Backend
from tests.unit.http.api_client import KeyHolder, key_for

GIVEN = {"notice": 4711, "message": 4711, "form": "wav"}
NEEDS = {
    ("GET", "/v1/notices"): Scope.NOTICES_READ,
    ("GET", "/v1/notices/{notice}"): Scope.NOTICES_READ,
    ("POST", "/v1/notices/{notice}/resend"): Scope.NOTICES_WRITE,
    ("GET", "/v1/calls"): Scope.CALLS_READ,
    ("GET", "/v1/messages"): Scope.MESSAGES_READ,
    ("GET", "/v1/messages/{message}"): Scope.MESSAGES_READ,
    ("PATCH", "/v1/messages/{message}"): Scope.MESSAGES_WRITE,
    ("DELETE", "/v1/messages/{message}"): Scope.MESSAGES_WRITE,
    ("POST", "/v1/messages/{message}/undelete"): Scope.MESSAGES_WRITE,
    ("GET", "/v1/messages/{message}/sound.{form}"): Scope.MESSAGES_READ,
    ("HEAD", "/v1/messages/{message}/sound.{form}"): Scope.MESSAGES_READ,
}


@pytest.fixture
def routers(backend: Backend) -> list[APIRouter]:
    guard = Guard(backend.services, None)
    sounds = PlayableSounds(backend.services, PoolEncoder(processes=1))
    return [
        *(make(backend.services, guard) for make in (notices_router, calls_router, messages_router)),
        message_sounds_router(backend.services, guard, sounds),
    ]


def test_every_route_stands_in_the_table(routers: list[APIRouter]) -> None:
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    assert {(method, route.path) for route in routes for method in route.methods or ()} == NEEDS.keys()


@pytest.mark.parametrize(("route", "scope"), NEEDS.items(), ids=lambda it: "-".join(it) if it else "")
def test_a_route_opens_to_its_scope_alone(
    backend: Backend, routers: list[APIRouter], route: tuple[str, str], scope: Scope
) -> None:
    method, template = route
    path = template.format_map(GIVEN)
    others = [other for other in Scope if other is not scope]
    right, wrong = key_for(backend.services, scope, name="a"), key_for(backend.services, *others, name="b")
    assert KeyHolder(routers, None).ask(method, path).status_code == 401
    refused = KeyHolder(routers, wrong).ask(method, path)
    assert refused.status_code == 403
    assert method == "HEAD" or refused.json()["type"] == "urn:personsvar:problem:wrong-scope"
    assert KeyHolder(routers, right).ask(method, path).status_code not in (401, 403)
