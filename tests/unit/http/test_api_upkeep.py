"""The installation itself, over the API: retention, lamps, the spool, and what Kannel is told."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from personsvar.gateways.kannel import incoming_url
from personsvar.http.api.guard import Guard
from personsvar.http.api.kannel import kannel_router
from personsvar.http.api.retention import RetentionForm
from personsvar.http.api.routes import upkeep_routers
from personsvar.http.api.spool import WaitingForm
from personsvar.intake.header import EndMark, format_end, format_header
from personsvar.intake.spool_desk import SpoolDesk
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.retention import Retention
from personsvar.running.kannel_config import kannel_config
from personsvar.settings.all_settings import Settings
from tests.unit.conftest import KARI, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder
from tests.unit.http.office import OLA, problem
from tests.unit.http.spool_desks import spool_desk
from tests.upkeep import MachineClock
from tests.world import speech


@pytest.fixture
def desk(backend: Backend, tmp_path: Path) -> SpoolDesk:
    return spool_desk(backend, tmp_path)


@pytest.fixture
def machine(backend: Backend) -> MachineClock:
    return MachineClock(backend.services)


@pytest.fixture
def client(backend: Backend, desk: SpoolDesk, machine: MachineClock) -> KeyHolder:
    guard = Guard(backend.services, TOKEN)
    return KeyHolder(upkeep_routers(backend.services, guard, desk, machine.uptime))


def trail(backend: Backend) -> list[tuple[str, str, str]]:
    with backend.services.store.look() as uow:
        return [(it.action, it.actor.name, it.detail) for it in reversed(uow.audit.list())]


def test_retention_waits_for_a_word_and_goes_on_by_it(
    backend: Backend, client: KeyHolder, machine: MachineClock
) -> None:
    retention = Retention(backend.services, machine.uptime)
    backend.leave_message()
    retention.once()
    backend.clock.go_on(days=31)
    machine.jumped += timedelta(days=31)
    assert retention.once() == 0
    shown = client.get("/v1/retention")
    assert shown.json() | {"last_at": None} == {
        "to_mark": 1,
        "to_remove": 0,
        "of": 1,
        "waits_for": "clock",
        "last_at": None,
    }
    assert problem(client.ask("POST", "/v1/retention/go-on", headers={"If-Match": '"7-0-clock"'})) == (
        412,
        "stale",
    )
    assert retention.once() == 0
    said = client.ask("POST", "/v1/retention/go-on", headers={"If-Match": shown.headers["ETag"]})
    assert (said.status_code, said.json()["waits_for"], said.json()["to_mark"]) == (200, None, 1)
    assert retention.once() == 1
    assert trail(backend) == [("retention-confirmed", "PERSONSVAR_API_TOKEN", "")]


def test_all_lamps_are_told_again_where_there_are_any(backend: Backend, client: KeyHolder) -> None:
    refused = client.ask("POST", "/v1/lamps/light")
    assert problem(refused) == (409, "conflict")
    assert "PERSONSVAR_LAMP_SIP" in refused.json()["detail"]
    services = replace(backend.services, rules=replace(backend.services.rules, lamps=True))
    guard = Guard(services, TOKEN)
    lit = KeyHolder(upkeep_routers(services, guard, client_desk(backend), MachineClock(services).uptime))
    told = lit.ask("POST", "/v1/lamps/light")
    assert (told.status_code, told.json()) == (202, {"told": 1})
    with services.store.look() as uow:
        (row,) = uow.outbox.list()
    assert (row.to, row.channel) == (OLA, Channel.LAMP)
    assert trail(backend) == [("lamps-told", "PERSONSVAR_API_TOKEN", "")]


def client_desk(backend: Backend) -> SpoolDesk:
    return spool_desk(backend, Path(os.devnull))


def test_the_switchs_lines_are_those_of_the_command_line(client: KeyHolder) -> None:
    lines = client.get("/v1/lamps/config")
    assert lines.headers["content-type"].startswith("text/plain")
    heads = [line for line in lines.text.splitlines() if line.startswith("[")]
    assert heads == ["[lamps](lamp)", "[lamps]", f"[lamp-{OLA}](lamp)"]
    assert f"incoming_mwi_mailbox = {OLA}@default" in lines.text


def test_a_spool_nobody_takes_in_from_is_no_empty_one(client: KeyHolder, desk: SpoolDesk) -> None:
    for there in (False, True):
        for method, path in (("GET", "/v1/spool"), ("POST", "/v1/spool/retry")):
            answer = client.ask(method, path, json={} if method == "POST" else None)
            assert problem(answer) == (503, "unavailable")
            assert "no service takes in from it here" in answer.json()["detail"]
            assert str(desk.spool.folder) not in answer.text
        if not there:
            desk.spool.folder.mkdir()
    desk.spool.open()
    assert client.get("/v1/spool").json() == {"items": [], "next": None}


def _recorded(desk: SpoolDesk, name: str, at: Path) -> None:
    header = SpoolHeader(SpoolId(name), Purpose.MESSAGE, OLA, KARI, desk.services.clock.now())
    (at / f"{name}.head").write_bytes(format_header(header))
    (at / f"{name}-1.alaw").write_bytes(speech()[:24_000])
    (at / f"{name}.end").write_bytes(format_end(EndMark()))


def test_what_was_put_aside_is_found_page_by_page_and_taken_in(
    backend: Backend, client: KeyHolder, desk: SpoolDesk
) -> None:
    desk.spool.open()
    _recorded(desk, "1.1", desk.spool.broken)
    (Path(os.fsdecode(bytes(desk.spool.broken) + b"/\xff<b>"))).write_bytes(b"?")
    found, page = [], "/v1/spool?limit=2&state=broken"
    while page:
        answer = client.get(page).json()
        found += answer["items"]
        page = answer["next"]
    assert [it["name"] for it in found] == ["1.1-1.alaw", "1.1.end", "1.1.head", "\\xff<b>"]
    assert client.get("/v1/spool?state=live").json()["items"] == []
    assert problem(client.ask("POST", "/v1/spool/retry", json={"name": "1.10"})) == (404, "not-found")
    assert trail(backend) == []
    taken = client.ask("POST", "/v1/spool/retry", json={"name": "1.1"})
    assert taken.json() == {"brought_back": 3, "taken": 1, "missed": 0}
    with backend.services.store.look() as uow:
        assert [(it.spool_id, it.caller) for it in uow.messages.list(OLA)] == [("1.1", KARI)]
    assert trail(backend) == [("spool-retried", "PERSONSVAR_API_TOKEN", "3 files")]
    assert [it["name"] for it in client.get("/v1/spool").json()["items"]] == ["\\xff<b>"]


def test_what_kannel_needs_is_for_who_may_write_and_kept_by_nobody(backend: Backend, tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, visual_host="imap.example.test", public_url="https://v.example.test")
    client = KeyHolder([kannel_router(Guard(backend.services, TOKEN), kannel_config(settings))])
    told = client.get("/v1/visual/kannel")
    assert told.headers["Cache-Control"] == "no-store"
    assert told.text.startswith("group = sms-service\n")
    begin = incoming_url("https://v.example.test", key=b"?").partition("&token=")[0]
    assert f'get-url = "{begin}&token=' in told.text
    nowhere = KeyHolder([kannel_router(Guard(backend.services, TOKEN), None)])
    assert problem(nowhere.get("/v1/visual/kannel")) == (409, "conflict")


def test_the_fields_are_those_of_the_command_line() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/json.md").read_text("utf-8")
    for command, form in (("spool list", WaitingForm), ("retention show", RetentionForm)):
        section = page.partition(f"## `{command} --json`")[2].partition("\n## ")[0]
        assert all(f"| `{name}` |" in section for name in form.model_fields)
