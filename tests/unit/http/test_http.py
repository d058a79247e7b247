from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
from fastapi import FastAPI

from personsvar.http.app import make_app
from personsvar.http.metrics import Meter

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
