"""Visual voicemail over the API: how it stands, and a phone that is kept out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.http.api.guard import Guard
from personsvar.http.api.visual import VisualForm, visual_router
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect
from personsvar.mailbox.visual.requests import MOST_IN_WINDOW
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


def test_a_request_by_hand_is_answered_by_sms_and_is_in_the_audit_trail(
    backend: Backend, client: KeyHolder
) -> None:
    sms = {"text": "Activate:pv=13;ct=acme.p1.14;pt=5496;//VVM"}
    answer = client.ask("POST", f"{OLAS}/request", json=sms)
    assert (answer.status_code, answer.json()["status"], answer.json()["dialect"]) == (202, "new", "omtp-1.3")
    with backend.services.store.look() as uow:
        (row,), (entry,) = uow.outbox.list(), uow.audit.list()
    assert (row.kind, row.to) == (NoticeKind.VISUAL_STATUS, backend.ola.number)
    assert (entry.action, entry.mailbox) == (AuditAction.SUBSCRIBER_CHANGED, backend.ola.number)
    for _ in range(MOST_IN_WINDOW - 1):
        assert client.ask("POST", f"{OLAS}/request", json=sms).status_code == 202
    assert problem(client.ask("POST", f"{OLAS}/request", json=sms)) == (409, "conflict")


def test_what_is_no_request_is_refused_and_not_repeated(backend: Backend, client: KeyHolder) -> None:
    answer = client.ask("POST", f"{OLAS}/request", json={"text": "Hei 4711"})
    assert problem(answer) == (422, "invalid")
    assert "4711" not in answer.text
    of_nobody = client.ask("POST", "/v1/subscribers/+4790000009/visual/request", json={"text": "STATUS"})
    assert problem(of_nobody) == (404, "not-found")
    nowhere = KeyHolder([visual_router(backend.services, Guard(backend.services, TOKEN), "")])
    assert problem(nowhere.ask("POST", f"{OLAS}/request", json={"text": "STATUS"})) == (409, "conflict")
    with backend.services.store.look() as uow:
        assert (list(uow.outbox.list()), list(uow.audit.list())) == ([], [])


def test_its_fields_are_those_of_the_command_line() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/json.md").read_text("utf-8")
    section = page.partition("## `visual status --json`")[2].partition("\n## ")[0]
    assert list(VisualForm.model_fields) == re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
