from __future__ import annotations

import asyncio
import json
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from personsvar.notifier.app import make_app
from personsvar.notifier.metrics import Meter


class Browser:
    """Asks the app itself, without a socket."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._get(path))

    async def _get(self, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path)


def _client(**more: object) -> Browser:
    return Browser(make_app(checks={}, meters=[], **more))  # type: ignore[arg-type] # the folder or nothing


def test_alive_is_said_whatever_else_is_wrong() -> None:
    app = make_app(checks={"database": lambda: "away"}, meters=[])
    assert Browser(app).get("/healthz").status_code == 200


def test_ready_tells_what_is_not() -> None:
    wrong: list[str | None] = [None]
    client = Browser(make_app(checks={"database": lambda: wrong[0], "spool": lambda: None}, meters=[]))
    assert client.get("/readyz").json() == {"ready": True, "faults": {}}
    wrong[0] = "away"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "faults": {"database": "away"}}


def test_figures_are_read_when_asked_for() -> None:
    calls = {"taken": 3.0}
    meters = [
        Meter.single("calls", "Calls taken.", lambda: calls["taken"], counts_up=True),
        Meter("notices", "Notices.", lambda: {("sms", "sent"): 2.0}, ("channel", "status")),
    ]
    client = Browser(make_app(checks={}, meters=meters))
    text = client.get("/metrics").text
    assert "personsvar_calls_total 3.0" in text
    assert 'personsvar_notices{channel="sms",status="sent"} 2.0' in text
    calls["taken"] = 4
    assert "personsvar_calls_total 4.0" in client.get("/metrics").text


def test_the_outbox_page_is_there_only_when_notices_go_to_files(tmp_path: Path) -> None:
    assert _client().get("/dev/outbox").status_code == 404
    assert "Nothing was sent yet." in _client(outbox_folder=tmp_path / "outbox").get("/dev/outbox").text


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    sms = {"notice": 1, "to": "+4790000001", "text": "Koden din er 284917. <b>", "pin": "284917"}
    (folder / "000001-first-pin.json").write_text(json.dumps(sms))
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "ola@example.test", "Ny beskjed <x>"
    mail.set_content("På vei")
    mail.add_attachment(b"RIFF", maintype="audio", subtype="x-wav", filename="beskjed.wav")
    (folder / "000002-new-message.eml").write_bytes(mail.as_bytes())
    (folder / ".half").write_text("x")
    return folder


def test_the_outbox_page_shows_what_was_sent_newest_first_and_no_pin(outbox: Path) -> None:
    answer = _client(outbox_folder=outbox).get("/dev/outbox")
    page = answer.text
    assert "284917" not in page
    assert "Koden din er ••••. &lt;b&gt;" in page
    assert "Ny beskjed &lt;x&gt;" in page
    assert "På vei" in page
    assert "[beskjed.wav]" in page
    assert page.index("000002-") < page.index("000001-")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"to": "+4790000001"}', b"\xff\xfe{}"])
def test_a_file_that_can_not_be_read_is_shown_as_such_among_the_others(outbox: Path, content: bytes) -> None:
    (outbox / "000003-new-message.json").write_bytes(content)
    answer = _client(outbox_folder=outbox).get("/dev/outbox")
    assert answer.status_code == 200
    assert "000003-new-message.json" in answer.text
    assert "can&#x27;t be read" in answer.text
    assert "Ny beskjed" in answer.text


@pytest.mark.parametrize(
    "head", [b"", b"To: a@b\nContent-Type: text/plain; charset=klingon\n", b"\xff\xfe\x00"]
)
def test_a_letter_that_is_none_leaves_the_page_whole(outbox: Path, head: bytes) -> None:
    (outbox / "000003-new-message.eml").write_bytes(head + b"\nhei")
    assert _client(outbox_folder=outbox).get("/dev/outbox").status_code == 200


def test_the_api_describes_itself() -> None:
    assert _client().get("/docs").status_code == 200
    paths = _client().get("/v1/openapi.json").json()["paths"]
    assert set(paths) == {"/healthz", "/readyz", "/metrics"}
