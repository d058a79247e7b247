"""Every route with every scope: without a key 401, with any other scope 403, with its own neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from personsvar import storage
from personsvar.bootstrap import Application
from personsvar.http.api.problems import PREFIX
from personsvar.mailbox.model.api_key import Scope
from personsvar.running.notifier_service import NotifierService
from personsvar.settings.all_settings import Settings
from tests.unit.http.api_client import key_for
from tests.unit.http.office import Office, problem
from tests.unit.http.test_api_scopes import NEEDS

R, W = Scope.SUBSCRIBERS_READ, Scope.SUBSCRIBERS_WRITE
ROUTES: dict[tuple[str, str], Scope] = {
    ("GET", "/v1/subscribers"): R,
    ("POST", "/v1/subscribers"): W,
    ("GET", "/v1/subscribers/{number}"): R,
    ("PATCH", "/v1/subscribers/{number}"): W,
    ("DELETE", "/v1/subscribers/{number}"): W,
    ("GET", "/v1/subscribers/{number}/mailbox"): R,
    ("GET", "/v1/subscribers/{number}/lock"): R,
    ("POST", "/v1/subscribers/{number}/unlock"): W,
    ("POST", "/v1/subscribers/{number}/pin-reset"): W,
    ("POST", "/v1/subscribers/{number}/back"): W,
    ("GET", "/v1/subscribers/{number}/data"): Scope.DATA_READ,
    ("DELETE", "/v1/subscribers/{number}/data"): Scope.DATA_WRITE,
    ("GET", "/v1/subscribers/{number}/absences"): R,
    ("POST", "/v1/subscribers/{number}/absences"): W,
    ("GET", "/v1/subscribers/{number}/absences/{absence}"): R,
    ("PATCH", "/v1/subscribers/{number}/absences/{absence}"): W,
    ("DELETE", "/v1/subscribers/{number}/absences/{absence}"): W,
    ("GET", "/v1/subscribers/{number}/names"): Scope.NAMES_READ,
    ("POST", "/v1/subscribers/{number}/names/import"): Scope.NAMES_WRITE,
    ("GET", "/v1/subscribers/{number}/names/{caller}"): Scope.NAMES_READ,
    ("PUT", "/v1/subscribers/{number}/names/{caller}"): Scope.NAMES_WRITE,
    ("DELETE", "/v1/subscribers/{number}/names/{caller}"): Scope.NAMES_WRITE,
    ("DELETE", "/v1/subscribers/{number}/names"): Scope.NAMES_WRITE,
    ("GET", "/v1/names"): Scope.NAMES_READ,
    ("DELETE", "/v1/names"): Scope.NAMES_WRITE,
    ("POST", "/v1/names/import"): Scope.NAMES_WRITE,
    ("GET", "/v1/names/{caller}"): Scope.NAMES_READ,
    ("PUT", "/v1/names/{caller}"): Scope.NAMES_WRITE,
    ("DELETE", "/v1/names/{caller}"): Scope.NAMES_WRITE,
    ("POST", "/v1/imports"): W,
    ("GET", "/v1/imports/{job}"): R,
    ("POST", "/v1/imports/{job}/apply"): W,
    ("GET", "/v1/notices"): Scope.NOTICES_READ,
    ("GET", "/v1/notices/{notice}"): Scope.NOTICES_READ,
    ("POST", "/v1/notices/{notice}/resend"): Scope.NOTICES_WRITE,
    ("GET", "/v1/charges"): Scope.CHARGES_READ,
    ("GET", "/v1/charges.csv"): Scope.CHARGES_READ,
    ("GET", "/v1/figures"): Scope.FIGURES_READ,
    ("GET", "/v1/audit"): Scope.AUDIT_READ,
}
VALUES = {
    "{number}": "+4790000001",
    "{notice}": "1",
    "{job}": "1",
    "{absence}": "1",
    "{caller}": "+4790000099",
}


def test_every_route_there_is_stands_in_the_table(office: Office) -> None:
    routes = [route for router in office.routers for route in router.routes if isinstance(route, APIRoute)]
    assert sorted((method, route.path) for route in routes for method in route.methods or ()) == sorted(
        ROUTES
    )


def test_the_description_tells_of_each_what_it_needs(office: Office) -> None:
    paths = office.holder(None).get("/v1/openapi.json").json()["paths"]
    told = {
        (method.upper(), path): [scopes for one in it["security"] for scopes in one.values()]
        for path, methods in paths.items()
        for method, it in methods.items()
        if path.startswith("/v1")
    }
    assert told == {route: [[str(scope)]] for route, scope in ROUTES.items()}


def test_what_a_notifier_serves_stands_in_one_of_the_tables(tmp_path: Path) -> None:
    application = Application(Settings(state=tmp_path))
    storage.upgrade(application.settings.database)
    routers = NotifierService(application).routers()
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    served = {(method, it.path) for it in routes for method in it.methods or () if it.path.startswith(PREFIX)}
    application.close()
    assert served == ROUTES.keys() | NEEDS.keys()


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_key_or_with_a_wrong_one_it_is_401(office: Office, method: str, path: str) -> None:
    for key in (None, "wrong"):
        assert problem(office.holder(key).ask(method, _real(path))) == (401, "unauthorized")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_with_all_other_scopes_it_is_403_and_with_its_own_alone_it_is_neither(
    office: Office, method: str, path: str
) -> None:
    own, services = ROUTES[method, path], office.backend.services
    others = key_for(services, *(scope for scope in Scope if scope is not own), name="others")
    assert problem(office.holder(others).ask(method, _real(path))) == (403, "wrong-scope")
    alone = office.holder(key_for(services, own, name="own")).ask(method, _real(path))
    assert alone.status_code not in (401, 403, 500)


def test_what_there_is_no_route_for_is_a_problem_too(office: Office) -> None:
    assert problem(office.get("/v1/nothing")) == (404, "not-found")
    answer = office.ask("PUT", "/v1/subscribers")
    assert problem(answer) == (405, "method-not-allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def _real(path: str) -> str:
    for name, value in VALUES.items():
        path = path.replace(name, value)
    return path
