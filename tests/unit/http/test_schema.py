"""The whole API asked with what its own description allows, and with what it does not (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from pydantic import SecretStr
from schemathesis import Case, GenerationMode, checks
from schemathesis.core.errors import SerializationNotPossible
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import checks as of_openapi

from personsvar import storage
from personsvar.bootstrap import Application
from personsvar.http.app import OPENAPI, make_app
from personsvar.mailbox.absences import PlannedAbsence, plan_absence
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.running.notifier_service import NotifierService
from personsvar.settings.all_settings import Settings
from tests.fakes.actors import ROOT
from tests.fakes.calendars import keep_calendar
from tests.unit.conftest import QUIET

TOKEN = "a-token-of-the-tests"
EXAMPLES = 8
"""Requests of each kind for each operation; the same each time."""
OF_SOUNDS = {
    "POST /v1/subscribers/{number}/greetings/{kind}",
    "PUT /v1/subscribers/{number}/absences/{absence}/recording",
}
CHECKS = [
    checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_headers_conformance,
    of_openapi.response_schema_conformance,
    of_openapi.negative_data_rejection,
]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The API as a notifier serves it, with a subscriber and a message in it."""
    folder: Path = tmp_path_factory.mktemp("state")
    app_settings = Settings(state=folder, api_token=SecretStr(TOKEN))
    storage.upgrade(app_settings.database)
    application = Application(app_settings)
    application.takes.spool.open()
    ola, at = Number("+4790000001"), application.services.clock.now()
    with application.store.begin() as uow:
        uow.subscribers.add(Subscriber(ola))
        uow.commit()
    header = SpoolHeader(SpoolId("1700000000.1"), Purpose.MESSAGE, ola, None, at)
    take_in(application.services, header, alaw=QUIET)
    keep_calendar(application.services, ola)
    plan = PlannedAbsence(at, at + timedelta(hours=1), alaw=QUIET)
    plan_absence(application.services, ola, plan, by=ROOT)
    app = make_app(checks={}, meters=[], routers=NotifierService(application).routers())
    yield schemathesis.openapi.from_asgi(OPENAPI, app)
    application.close()


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_operation_answers_as_it_is_described(described: BaseSchema, mode: GenerationMode) -> None:
    wrong: dict[str, str] = {}
    asked = 0
    for found in described.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: Case[Any]) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=CHECKS)

        try:
            ask()
        except SerializationNotPossible:  # a recording can't be made up: those have tests of their own
            assert operation.label in OF_SOUNDS
        except Unsatisfiable:  # what takes nothing can be asked nothing wrong
            assert not list(operation.iter_parameters())
            assert not operation.body
        except (Exception, BaseExceptionGroup) as failed:  # noqa: BLE001 - all of them are told at once
            wrong[operation.label] = f"{failed}"[:1500]
    assert not wrong, "\n\n".join(f"{label}: {why}" for label, why in wrong.items())
    assert asked > EXAMPLES
