"""Whatever a request holds, the answer is no error of ours: every route, every parameter, every extreme."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from personsvar import storage
from personsvar.bootstrap import Application
from personsvar.gateways.kannel import delivery_reports, incoming
from personsvar.http.app import make_app
from personsvar.running.configured_gateways import key_for
from personsvar.running.notifier_service import NotifierService
from personsvar.settings.all_settings import Settings
from tests.wire.mmsc import delivery_report

TOKEN = "a-token-of-the-tests"
TIMES = [
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59.999999Z",
    "0001-01-01",
    "10000-01-01T00:00:00Z",
    "2026-02-30",
    "2026-03-02T12:00:00+24:00",
    "2026-03-02T12:00:00.123456789Z",
    "-1",
    "1e400",
    "-1e400",
    "nan",
    "inf",
    "9" * 30,
    "-62135596800",
    "-62135596801",
    "253402300800",
]
NUMBERS = [
    "-1",
    "0",
    "1",
    "2147483648",
    str(2**63 - 1),
    str(2**63),
    str(2**64),
    "9" * 5000,
    "1.5",
    "1e3",
    "+1",
    "٣",
    "0x1",
    "true",
]
WORDS = [
    "",
    " ",
    "%00",
    "\x00",
    "\ud7ff",
    "🙂",
    "'; DROP TABLE notices; --",
    "%s%n",
    "{}",
    "<b>",
    "a" * 60_000,
    "../../etc/passwd",
    "+4790000001",
    "00" * 40,
]
EVERYTHING = [*TIMES, *NUMBERS, *WORDS]
BYTES = [b"\xff\xfe", b"\xed\xa0\x80", b"%", b"%zz"]
PARAMETERS = ("to", "channel", "kind", "status", "since", "until", "before_id", "limit", "colour")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """With all there can be."""
    folder = tmp_path_factory.mktemp("state")
    settings = Settings(
        state=folder,
        kannel_url=SecretStr("http://u:p@127.0.0.1:1/"),
        mm7_url=SecretStr("http://u:p@127.0.0.1:1/mm7"),
        mm7_report_login=SecretStr("mmsc:not-secret"),
        api_token=SecretStr(TOKEN),
        public_url="https://voicemail.example.test",
        visual_host="vvm.example.test",
    )
    storage.upgrade(settings.database)
    site = Application(settings)
    site.takes.spool.open()  # as a service that takes in does
    posting = NotifierService(site)
    made = make_app(checks={}, meters=[], routers=posting.routers(), outbox_folder=folder / "outbox")
    made.state.kannel_key = key_for(settings, "kannel")
    yield made
    site.close()


LOGIN = f"Basic {base64.b64encode(b'mmsc:not-secret').decode()}"
REFUSED = 599
"""SOAP has refusals go with 500: those are told apart here from errors of ours by what they hold."""


def _ask(app: FastAPI, requests: list[httpx.Request]) -> list[int]:
    async def all_of_them() -> list[int]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            answers = [await client.send(request) for request in requests]
        return [REFUSED if b"VASPErrorRsp" in it.content else it.status_code for it in answers]

    return asyncio.run(all_of_them())


def _get(path: str, method: str = "GET", **more: object) -> httpx.Request:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.Request(method, f"http://localhost{path}", **{"headers": headers, **more})  # type: ignore[arg-type] # httpx's own


def _written(values: list[str]) -> list[str]:
    return [quote(value, safe="") for value in values] + [quote_from_bytes(one, safe="%") for one in BYTES]


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_no_parameter_of_the_ledger_is_an_error_of_ours(app: FastAPI, parameter: str) -> None:
    asked = _written(EVERYTHING)
    answers = _ask(app, [_get(f"/v1/notices?{parameter}={value}") for value in asked])
    wrong = {
        value[:60]: status for value, status in zip(asked, answers, strict=True) if status not in (200, 422)
    }
    assert wrong == {}
    assert 422 in answers


def _asked_with(app: FastAPI) -> list[tuple[str, str]]:
    """Each operation of the API, with each of its parameters in turn as the one to fill."""
    found = []
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            for one in operation.get("parameters", ()) if path.startswith("/v1/") else ():
                if one["in"] == "query":
                    found.append((method.upper(), f"{path}?{one['name']}={{}}"))
                elif one["in"] == "path":
                    found.append((method.upper(), path.replace(f"{{{one['name']}}}", "{}")))
    return found


def test_no_parameter_of_the_whole_api_is_an_error_of_ours(app: FastAPI) -> None:
    asked = _written([*TIMES[:6], *NUMBERS, *(word for word in WORDS if len(word) < 100 and "/" not in word)])
    routes = _asked_with(app)
    assert len(routes) > 30
    wrong = {}
    for method, template in routes:
        filled = re.sub(r"\{[a-z_]+\}", "1", template)
        paths = [filled.format(value) for value in asked if value]
        for path, status in zip(paths, _ask(app, [_get(path, method) for path in paths]), strict=True):
            if status >= 500:
                wrong[f"{method} {path[:100]}"] = status
    assert wrong == {}


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("parameter", ["since", "until"])
def test_a_time_that_utc_has_no_year_for_is_refused_with_a_reason(
    app: FastAPI, parameter: str, time: str
) -> None:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.send(_get(f"/v1/notices?{parameter}={quote(time)}"))

    answer = asyncio.run(ask())
    assert answer.status_code == 422
    assert "out of range" in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/notices/{}"), ("POST", "/v1/notices/{}/resend")])
def test_no_id_is_an_error_of_ours(app: FastAPI, method: str, path: str) -> None:
    asked = [value for value in _written(EVERYTHING) if value and "%2F" not in value]
    answers = _ask(app, [_get(path.format(value), method) for value in asked])
    assert set(answers) == {404, 422}


@pytest.mark.parametrize(
    "path",
    ["/r/{}", "/r/{}/sound", "/dev/outbox/{}/mail", "/dev/outbox/{}/sound", "/{}", "/v1/{}", "/gateways/{}"],
)
def test_no_path_is_an_error_of_ours(app: FastAPI, path: str) -> None:
    answers = _ask(app, [_get(path.format(value)) for value in _written(EVERYTHING)])
    assert set(answers) <= {200, 303, 307, 404}  # "/" leads to the page


HEADERS = [value.encode()[:8000] for value in EVERYTHING] + [
    b"\xff\xfe",
    b"bytes=" + b"9" * 5000 + b"-",
    b"bytes=-0",
]


@pytest.mark.parametrize(
    "name", ["Authorization", "Range", "Accept-Language", "Content-Type", "Content-Length", "Host"]
)
def test_no_header_is_an_error_of_ours(app: FastAPI, name: str) -> None:
    told = [b"Basic " + one if name == "Authorization" else one for one in HEADERS]
    for method, path in (("GET", "/v1/notices"), ("GET", "/r/x/sound"), ("POST", "/gateways/mm7")):
        requests = [_get(path, method, headers=[(name.encode(), one)]) for one in told]
        assert not {status for status in _ask(app, requests) if status >= 500}


@pytest.mark.parametrize("name", ["state", "answer", "id", "gateway", "token"])
def test_no_receipt_of_kannel_is_an_error_of_ours(app: FastAPI, name: str) -> None:
    key = app.state.kannel_key
    token = delivery_reports.token(key, "g", "1")
    given = {"gateway": "g", "id": "1", "token": token, "state": "1", "answer": ""}
    asked = _written(EVERYTHING)
    queries = ["&".join(f"{it}={value if it == name else given[it]}" for it in given) for value in asked]
    answers = _ask(app, [_get(f"{delivery_reports.PATH}?{query}") for query in queries])
    assert set(answers) <= {200, 400, 403}


@pytest.mark.parametrize("name", ["from", "to", "text", "udh", "coding", "charset"])
def test_no_sms_of_kannel_is_an_error_of_ours(app: FastAPI, name: str) -> None:
    token = delivery_reports.token(app.state.kannel_key, "incoming")
    given = {
        "from": "%2B4790000001",
        "to": "1996",
        "text": "STATUS",
        "udh": "",
        "coding": "0",
        "charset": "UTF-8",
        "token": token,
    }
    odd = [
        "%05",
        "%05%00%03",
        "%FF",
        "%06%05%04%15%7C",
        "%00" * 300,
        "idna",
        "hex",
        "utf-16",
        "undefined",
        "unicode_escape",
        "punycode",
        "rot13",
    ]
    asked = _written(EVERYTHING) + odd
    for coding in "012":
        it = {**given, "coding": coding}
        queries = [
            "&".join(f"{field}={value if field == name else it[field]}" for field in it) for value in asked
        ]
        answers = _ask(app, [_get(f"{incoming.PATH}?{query}") for query in queries])
        assert set(answers) <= {200, 400, 403}


@pytest.mark.parametrize("where", ["MessageID", "MMStatus", "StatusText", "TransactionID"])
def test_no_report_of_an_mmsc_is_an_error_of_ours(app: FastAPI, where: str) -> None:
    def body(word: str) -> bytes:
        given = {"MessageID": "m", "MMStatus": "Expired", "StatusText": "", "TransactionID": "t", where: word}
        return delivery_report(
            given["MessageID"],
            given["MMStatus"],
            text=given["StatusText"],
            transaction=given["TransactionID"],
        )

    words = [
        word.encode("utf-8", "replace").decode().replace("&", "&amp;").replace("<", "&lt;")
        for word in EVERYTHING
    ]
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    requests = [_get("/gateways/mm7", "POST", headers=headers, content=body(word)) for word in words]
    for request in requests:
        request.headers["Authorization"] = LOGIN
    assert set(_ask(app, requests)) <= {200, 400, REFUSED}
