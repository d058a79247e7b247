"""Visual voicemail over the API: how it stands, and a phone that is kept out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.http.api.guard import Guard
from personsvar.http.api.visual import VisualForm, visual_router
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect
from tests.unit.conftest import Backend
from tests.unit.http.api_client import TOKEN, KeyHolder
from tests.unit.http.office import problem

OLAS = "/v1/subscribers/+4790000001/visual"


@pytest.fixture
def client(backend: Backend) -> KeyHolder:
    router = visual_router(backend.services, Guard(backend.services, TOKEN), "imap.example.test")
    return KeyHolder([router])


def test_of_a_phone_that_never_asked(client: KeyHolder) -> None:
    shown = client.get(OLAS).json()
    assert (shown["status"], shown["dialect"], shown["asked"]) == ("never-asked", None, 0)
    assert shown["user"] == "4790000001@imap.example.test"
    assert problem(client.get("/v1/subscribers/+4790000009/visual")) == (404, "not-found")


def test_a_phone_is_kept_out_and_let_in_again_and_that_is_in_the_audit_trail(
    backend: Backend, client: KeyHolder
) -> None:
    with backend.services.store.begin() as uow:
        uow.visual.put(VisualAccount(backend.ola.number, VisualDialect.CVVM, client="acme.p1.14"))
        uow.commit()
    for deed, status in (("block", "blocked"), ("block", "blocked"), ("unblock", "provisioned")):
        answer = client.ask("POST", f"{OLAS}/{deed}")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert client.get(OLAS).json() == answer.json()
    assert answer.json()["client"] == "acme.p1.14"
    with backend.services.store.look() as uow:
        entries = uow.audit.list()
    assert [(it.action, it.detail) for it in entries] == [(AuditAction.SUBSCRIBER_CHANGED, "visual")] * 2


def test_its_fields_are_those_of_the_command_line() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/json.md").read_text("utf-8")
    section = page.partition("## `visual status --json`")[2].partition("\n## ")[0]
    assert list(VisualForm.model_fields) == re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
