"""The outbox as a page: what was sent, to read and to hear; no secrets but the code of a log-in."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from personsvar.gateways.files.outbox_writer import FileDelivery
from personsvar.http.app import make_app
from personsvar.http.pages.site_address import site_address
from personsvar.mailbox.model.notice import Channel
from personsvar.notifier.words.rendering import Multimedia
from tests.unit.gateways.email.mails import letter
from tests.unit.http.test_http import SECOND

HERE = ("127.0.0.1", 40_000)


def get(
    folder: Path | None,
    path: str = "",
    *,
    at: str = "http://localhost",
    client: tuple[str, int] = HERE,
    public_url: str = "",
    told: Mapping[str, str] | None = None,
    version: str = "1.1",
) -> httpx.Response:
    """`told`: headers that a proxy adds."""
    app = make_app(checks={}, meters=[], outbox_folder=folder, address=site_address(public_url))

    async def spoken(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "http_version": version}, receive, send)

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(spoken, client=client)
        async with httpx.AsyncClient(transport=transport, base_url=at) as browser:
            return await browser.get(f"/dev/outbox{path}", headers=told)

    return asyncio.run(asked())


def test_the_outbox_page_is_there_only_when_notices_go_to_files(tmp_path: Path) -> None:
    assert get(None).status_code == 404
    assert "Nothing was sent yet." in get(tmp_path / "outbox").text


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
    answer = get(outbox)
    page = answer.text
    assert "284917" not in page
    assert "Koden din er ••••. &lt;b&gt;" in page
    assert "Ny beskjed &lt;x&gt;" in page
    assert "På vei" in page
    assert "Attached: beskjed.wav" in page
    assert page.index("000002-") < page.index("000001-")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"to": "+4790000001"}', b"\xff\xfe{}"])
def test_a_file_that_can_not_be_read_is_shown_as_such_among_the_others(outbox: Path, content: bytes) -> None:
    (outbox / "000003-new-message.json").write_bytes(content)
    answer = get(outbox)
    assert answer.status_code == 200
    assert "000003-new-message.json" in answer.text
    assert "can&#39;t be read" in answer.text
    assert "Ny beskjed" in answer.text


@pytest.mark.parametrize(
    "head", [b"", b"To: a@b\nContent-Type: text/plain; charset=klingon\n", b"\xff\xfe\x00"]
)
def test_a_letter_that_is_none_leaves_the_page_whole(outbox: Path, head: bytes) -> None:
    (outbox / "000003-new-message.eml").write_bytes(head + b"\nhei")
    assert get(outbox).status_code == 200


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


def test_each_says_what_it_is_to_whom_and_when_it_was_sent(outbox: Path) -> None:
    os.utime(outbox / "000001-first-pin.json", (1_780_000_000, 1_780_000_000))
    at = datetime.fromtimestamp(1_780_000_000).astimezone()
    head = '<span class="kind">SMS</span> to <strong>+4790000001</strong> · '
    assert f'{head}<time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M:%S %Z}</time>' in get(outbox).text


def test_a_pin_is_hidden_and_the_file_it_stands_in_is_named(outbox: Path) -> None:
    file = outbox / "000001-first-pin.json"
    named = f'The PIN stands in the file only: <a href="{file.as_uri()}">{file}</a>'
    assert named in get(outbox).text
    for path in ("", "/mail", "/sound"):
        assert "284917" not in get(outbox, f"/{file.name}{path}").text


@pytest.fixture
def log_in(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    sms = {"kind": "login-code", "to": "+4790000001", "text": "284917 er engangskoden din.", "pin": "284917"}
    (folder / "000001-login-code.json").write_text(json.dumps(sms))
    return folder


@pytest.mark.parametrize("at", ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"])
def test_the_code_of_a_log_in_is_read_on_this_machine(log_in: Path, at: str) -> None:
    page = get(log_in, at=at).text
    assert "284917 er engangskoden din." in page
    assert "file only" not in page


@pytest.mark.parametrize(
    "whence",
    [
        {"client": ("192.0.2.7", 40_000)},
        {"at": "https://voicemail.example.test", "public_url": "https://voicemail.example.test"},
        {"at": "http://VOICEMAIL.example.test:8080", "public_url": "http://voicemail.example.test"},
        {"public_url": "https://voicemail.example.test"},
        {"public_url": "http://voicemail.example.test"},
    ],
)
def test_nobody_elsewhere_reads_it_nor_where_the_page_is_for_others(
    log_in: Path, whence: dict[str, Any]
) -> None:
    page = get(log_in, **whence).text
    assert "284917" not in page
    assert "The code stands in the file only" in page


@pytest.mark.parametrize(
    "how",
    [
        {"told": {"Forwarded": "for=192.0.2.7"}},
        {"told": {"X-Forwarded-For": "127.0.0.1"}},
        {"told": {"x-forwarded-proto": "https"}},
        {"told": {"X-Real-IP": "127.0.0.1"}},
        {"told": {"Via": "1.1 proxy"}},
        {"version": "1.0"},
    ],
)
@pytest.mark.parametrize("path", ["", "/assets/outbox.js", "/000001-login-code.json/mail"])
def test_behind_a_proxy_nobody_is_on_this_machine_unless_the_settings_tell_of_it(
    log_in: Path, path: str, how: dict[str, Any]
) -> None:
    for here in ("", "http://localhost:8080"):
        answer = get(log_in, path, public_url=here, **how)
        assert answer.status_code == 421
        assert "284917" not in answer.text
    meant = get(log_in, at="https://v.example.test", public_url="https://v.example.test", **how)
    assert (meant.status_code, "284917" in meant.text) == (200, False)


@pytest.mark.parametrize(
    "whence",
    [
        {"at": "http://evil.example"},
        {"at": "http://evil.example:8080"},
        {"at": "http://127.0.0.1.example.test"},
        {"at": "http://localhost.example.test"},
        {"at": "http://evil.example", "public_url": "https://voicemail.example.test"},
        {"at": "http://evil.example", "public_url": "http://voicemail.example.test"},
        {"at": "http://evil.example", "public_url": "http://localhost:8080"},
    ],
)
@pytest.mark.parametrize(
    "path", ["", "/assets/outbox.js", "/000003-new-message.eml/mail", "/000003-new-message.eml/sound"]
)
def test_by_another_name_nothing_of_it_is_shown(letters: Path, path: str, whence: dict[str, Any]) -> None:
    assert get(letters, path).status_code == 200
    answer = get(letters, path, **whence)
    assert (answer.status_code, answer.json()) == (421, {"detail": "not at this address"})


def test_a_recording_can_be_heard(letters: Path) -> None:
    page = get(letters).text
    for file in letters.iterdir():
        assert f'<audio controls preload="none" src="/dev/outbox/{file.name}/sound"' in page
        heard = get(letters, f"/{file.name}/sound")
        assert heard.headers["content-type"] == "audio/x-wav"
        assert "media-src 'self'" in heard.headers["content-security-policy"]  # a browser's player asks again
        assert (heard.content[:4], len(heard.content)) == (b"RIFF", 44 + 16_000)


def test_an_email_can_be_seen_as_a_mail_program_shows_it_and_does_nothing(letters: Path) -> None:
    seen = get(letters, "/000003-new-message.eml/mail")
    assert "<html" in seen.text
    assert "sandbox" in seen.headers["content-security-policy"]
    assert "default-src 'none'" in seen.headers["content-security-policy"]
    page = get(letters).text
    assert page.count('sandbox loading="lazy"') == page.count("/mail") == 1  # an MMS has none


def test_the_page_runs_its_own_script_and_nothing_else(letters: Path) -> None:
    policy = get(letters).headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    for name, kind in (("outbox.js", "text/javascript"), ("outbox.css", "text/css")):
        assert f"/dev/outbox/assets/{name}" in get(letters).text
        assert get(letters, f"/assets/{name}").headers["content-type"].startswith(kind)
    for wrong in ("outbox.html", "__init__.py", "..%2Foutbox_view.py"):
        assert get(letters, f"/assets/{wrong}").status_code == 404


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
        assert get(letters, f"/{name}{what}").status_code == 404


def test_its_pages_are_there_only_when_notices_go_to_files(letters: Path) -> None:
    assert any(letters.iterdir())
    for what in ("/mail", "/sound"):
        assert get(None, f"/000003-new-message.eml{what}").status_code == 404
