"""Which route needs which scope: a table, and that each keeps to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from personsvar.http.api.guard import Guard
from personsvar.http.api.kannel import kannel_router
from personsvar.http.api.routes import calendar_routers, mailbox_routers, upkeep_routers
from personsvar.http.api.visual import visual_router
from personsvar.mailbox.model.api_key import Scope
from personsvar.running.http_sounds import HttpSounds
from tests.unit.conftest import Backend
from tests.unit.http.api_client import KeyHolder, key_for
from tests.unit.http.calendar_desks import desk_of
from tests.unit.http.spool_desks import spool_desk
from tests.upkeep import MachineClock

GREETINGS = "/v1/subscribers/{number}/greetings"
ABSENCE = "/v1/subscribers/{number}/absences/{absence}"
VISUAL = "/v1/subscribers/{number}/visual"
CALENDARS = "/v1/subscribers/{number}/calendars"
GIVEN = {"message": 4711, "number": "90000001", "kind": "personal", "version": 1, "form": "wav"}
GIVEN |= {"absence": 1, "calendar": 1}
NEEDS = {
    ("GET", "/v1/calls"): Scope.CALLS_READ,
    ("GET", "/v1/messages"): Scope.MESSAGES_READ,
    ("GET", "/v1/messages/{message}"): Scope.MESSAGES_READ,
    ("PATCH", "/v1/messages/{message}"): Scope.MESSAGES_WRITE,
    ("DELETE", "/v1/messages/{message}"): Scope.MESSAGES_WRITE,
    ("POST", "/v1/messages/{message}/undelete"): Scope.MESSAGES_WRITE,
    ("GET", "/v1/messages/{message}/transcript"): Scope.MESSAGES_READ,
    ("GET", "/v1/messages/{message}/sound.{form}"): Scope.MESSAGES_READ,
    ("HEAD", "/v1/messages/{message}/sound.{form}"): Scope.MESSAGES_READ,
    ("GET", GREETINGS): Scope.GREETINGS_READ,
    ("GET", GREETINGS + "/{version}"): Scope.GREETINGS_READ,
    ("GET", GREETINGS + "/{version}/sound.{form}"): Scope.GREETINGS_READ,
    ("HEAD", GREETINGS + "/{version}/sound.{form}"): Scope.GREETINGS_READ,
    ("DELETE", GREETINGS + "/{version}"): Scope.GREETINGS_WRITE,
    ("POST", GREETINGS + "/{kind}"): Scope.GREETINGS_WRITE,
    ("PUT", GREETINGS + "/{kind}/in-use"): Scope.GREETINGS_WRITE,
    ("DELETE", GREETINGS + "/{kind}/in-use"): Scope.GREETINGS_WRITE,
    ("GET", ABSENCE + "/sound.{form}"): Scope.SUBSCRIBERS_READ,
    ("HEAD", ABSENCE + "/sound.{form}"): Scope.SUBSCRIBERS_READ,
    ("PUT", ABSENCE + "/recording"): Scope.SUBSCRIBERS_WRITE,
    ("DELETE", ABSENCE + "/recording"): Scope.SUBSCRIBERS_WRITE,
    ("GET", VISUAL): Scope.SUBSCRIBERS_READ,
    ("POST", VISUAL + "/block"): Scope.SUBSCRIBERS_WRITE,
    ("POST", VISUAL + "/unblock"): Scope.SUBSCRIBERS_WRITE,
    ("POST", VISUAL + "/request"): Scope.SUBSCRIBERS_WRITE,
    ("GET", "/v1/visual/kannel"): Scope.UPKEEP_WRITE,
    ("GET", "/v1/retention"): Scope.UPKEEP_READ,
    ("POST", "/v1/retention/go-on"): Scope.UPKEEP_WRITE,
    ("GET", "/v1/lamps/config"): Scope.UPKEEP_READ,
    ("POST", "/v1/lamps/light"): Scope.UPKEEP_WRITE,
    ("GET", "/v1/spool"): Scope.UPKEEP_READ,
    ("POST", "/v1/spool/retry"): Scope.UPKEEP_WRITE,
    ("GET", "/v1/calendars"): Scope.SUBSCRIBERS_READ,
    ("GET", CALENDARS): Scope.SUBSCRIBERS_READ,
    ("POST", CALENDARS): Scope.SUBSCRIBERS_WRITE,
    ("GET", CALENDARS + "/{calendar}"): Scope.SUBSCRIBERS_READ,
    ("PATCH", CALENDARS + "/{calendar}"): Scope.SUBSCRIBERS_WRITE,
    ("DELETE", CALENDARS + "/{calendar}"): Scope.SUBSCRIBERS_WRITE,
    ("POST", CALENDARS + "/{calendar}/refresh"): Scope.SUBSCRIBERS_WRITE,
}


@pytest.fixture
def routers(backend: Backend, tmp_path: Path) -> list[APIRouter]:
    sounds = HttpSounds(backend.services)
    guard = Guard(backend.services, None)
    mailboxes = mailbox_routers(backend.services, guard, sounds.playable, sounds.uploads)
    calendars = calendar_routers(backend.services, guard, desk_of(backend.services))
    visual = [visual_router(backend.services, guard, ""), kannel_router(guard, None)]
    desk, machine = spool_desk(backend, tmp_path), MachineClock(backend.services)
    return [*mailboxes, *calendars, *visual, *upkeep_routers(backend.services, guard, desk, machine.uptime)]


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
