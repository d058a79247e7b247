"""`/v1/subscribers/NUMBER/data`: all of it as a zip file, and gone."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest

from personsvar.http import data_downloads
from tests.unit.http.office import OLA, Office, problem

DATA = f"/v1/subscribers/{OLA}/data"


def test_all_of_it_is_one_file_and_who_took_it_is_written_down(office: Office) -> None:
    office.backend.leave_message()
    answer = office.get(DATA)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    archive = ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert len(json.loads(archive.read("messages.json"))) == 1
    assert office.trail()[-1] == ("data-taken-out", OLA, "")


def test_all_of_it_goes_and_the_subscription_stays(office: Office) -> None:
    office.backend.leave_message()
    assert office.ask("DELETE", DATA).status_code == 204
    assert office.shown(f"/v1/subscribers/{OLA}/mailbox")["new"] == 0
    assert office.shown(f"/v1/subscribers/{OLA}")["email"] is None
    assert office.forgotten == [OLA]
    assert office.trail() == [("data-removed", OLA, "")]


def test_nobodys_is_not_there_and_few_are_made_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in ("GET", "DELETE"):
        assert problem(office.ask(method, "/v1/subscribers/+4790000077/data")) == (404, "not-found")
    monkeypatch.setattr(data_downloads, "AT_ONCE", 0)
    assert problem(office.get(DATA)) == (503, "unavailable")
