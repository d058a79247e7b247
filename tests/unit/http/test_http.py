from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from personsvar.gateways.files.outbox_writer import FileDelivery
from personsvar.http.app import make_app
from personsvar.http.metrics import Meter
from personsvar.mailbox.model.notice import Channel
from personsvar.notifier.words.rendering import Multimedia
from tests.unit.gateways.email.mails import letter

SECOND = b"\xd5" * 8000


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
    assert "can&#39;t be read" in answer.text
    assert "Ny beskjed" in answer.text


@pytest.mark.parametrize(
    "head", [b"", b"To: a@b\nContent-Type: text/plain; charset=klingon\n", b"\xff\xfe\x00"]
)
def test_a_letter_that_is_none_leaves_the_page_whole(outbox: Path, head: bytes) -> None:
    (outbox / "000003-new-message.eml").write_bytes(head + b"\nhei")
    assert _client(outbox_folder=outbox).get("/dev/outbox").status_code == 200


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """An e-mail and an MMS as the notifier writes them, with a recording."""
    folder = tmp_path / "outbox"
    files = FileDelivery(folder, "voicemail@example.test", "Personsvar")
    files.deliver(letter(number=3, alaw=SECOND))
    mms = letter(number=4, alaw=SECOND)
    notice, content = replace(mms.notice, channel=Channel.MMS), Multimedia("Hei", "Ny beskjed", SECOND)
    files.deliver(replace(mms, notice=notice, content=content))
    return folder


def test_each_says_when_it_was_sent(outbox: Path) -> None:
    os.utime(outbox / "000001-first-pin.json", (1_780_000_000, 1_780_000_000))
    at = datetime.fromtimestamp(1_780_000_000).astimezone()
    assert (
        f"{at:%Y-%m-%d %H:%M:%S %Z} · SMS to +4790000001"
        in _client(outbox_folder=outbox).get("/dev/outbox").text
    )


def test_a_pin_is_hidden_and_the_file_it_stands_in_is_named(outbox: Path) -> None:
    client = _client(outbox_folder=outbox)
    file = outbox / "000001-first-pin.json"
    assert (
        f'The PIN stands in the file only:\n<a href="{file.as_uri()}">{file}</a>'
        in client.get("/dev/outbox").text
    )
    for path in ("", "/mail", "/sound"):
        assert "284917" not in client.get(f"/dev/outbox/{file.name}{path}").text


def test_a_recording_can_be_heard(letters: Path) -> None:
    client = _client(outbox_folder=letters)
    page = client.get("/dev/outbox").text
    for file in letters.iterdir():
        assert f'href="/dev/outbox/{file.name}/sound"' in page
        heard = client.get(f"/dev/outbox/{file.name}/sound")
        assert heard.headers["content-type"] == "audio/x-wav"
        assert "media-src 'self'" in heard.headers["content-security-policy"]  # a browser's player asks again
        assert (heard.content[:4], len(heard.content)) == (b"RIFF", 44 + 16_000)


def test_an_email_can_be_seen_as_a_mail_program_shows_it_and_does_nothing(letters: Path) -> None:
    client = _client(outbox_folder=letters)
    seen = client.get("/dev/outbox/000003-new-message.eml/mail")
    assert "<html" in seen.text
    assert "sandbox" in seen.headers["content-security-policy"]
    assert "default-src 'none'" in seen.headers["content-security-policy"]
    page = client.get("/dev/outbox").text
    assert page.count("/mail") == 1  # an MMS has none


@pytest.mark.parametrize(
    "name",
    [
        "..%2Fsecret.key",
        "000009-new-message.eml",
        ".000003-new-message.eml.1.half",
        "%2Fetc%2Fpasswd",
        "x.eml",
    ],
)
def test_nothing_else_is_served(letters: Path, name: str) -> None:
    (letters.parent / "secret.key").write_text("hunter2")
    (letters / "x.eml").write_bytes((letters / "000003-new-message.eml").read_bytes())
    for what in ("/mail", "/sound", ""):
        assert _client(outbox_folder=letters).get(f"/dev/outbox/{name}{what}").status_code == 404


def test_its_pages_are_there_only_when_notices_go_to_files(letters: Path) -> None:
    assert any(letters.iterdir())
    for what in ("/mail", "/sound"):
        assert _client().get(f"/dev/outbox/000003-new-message.eml{what}").status_code == 404


def test_the_front_says_what_there_is(tmp_path: Path) -> None:
    for client in (_client(), _client(outbox_folder=tmp_path)):
        assert client.get("/").headers["location"] == "/status"
        front = client.get("/status")
        assert front.status_code == 200
        led_to = set(re.findall(r'href="([^"]+)"', front.text))
        assert {"/docs", "/readyz", "/metrics"} <= led_to
        assert all(client.get(path).status_code == 200 for path in led_to)
    assert "/dev/outbox" in led_to
    assert "/dev/outbox" not in _client().get("/status").text


def test_the_api_describes_itself() -> None:
    paths = _client().get("/v1/openapi.json").json()["paths"]
    assert set(paths) == {"/healthz", "/readyz", "/metrics"}


def test_its_description_is_read_without_a_script_and_without_anybody_elses_server() -> None:
    docs = _client().get("/docs")
    assert docs.status_code == 200
    assert "<script" not in docs.text
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", docs.text)
    assert docs.headers["content-security-policy"].startswith("default-src 'none'")
    assert _client().get("/redoc").status_code == 404
