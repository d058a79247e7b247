"""docs/api.md is held to the program: each kind of problem, each scope, and commands that work so."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from personsvar import storage
from personsvar.bootstrap import Application
from personsvar.http.api.problems import KINDS
from personsvar.http.http_server import HttpServer
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.running.chores import stop
from personsvar.running.notifier_service import NotifierService
from personsvar.settings.all_settings import Settings
from personsvar.voice.wav import wav
from tests.real.ports import free_tcp_port
from tests.unit.conftest import QUIET
from tests.unit.http.api_client import key_for
from tests.unit.spoken import heard, write_down
from tests.world import speech

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/api.md").read_text("utf-8")
COMMANDS = [
    block.replace("\n    ", "\n").strip()
    for block in re.findall(r"(?:^ {4}.*\n)+", PAGE, re.MULTILINE)
    if "curl" in block
]

STRICT = 'set -euo pipefail; curl() { command curl --fail-with-body --max-time 60 "$@"; }'


def test_every_kind_of_problem_stands_there_with_its_status_and_what_to_do() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert {(name, int(status)) for name, status, _ in rows} == {(kind.name, kind.status) for kind in KINDS}
    assert len(rows) == len(KINDS)


def test_every_scope_stands_there() -> None:
    table = PAGE.partition("| scope | is for |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z]+:[a-z]+)`", table)) == {str(scope) for scope in Scope}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The API as a notifier serves it; where, and with which key."""
    port = free_tcp_port()
    settings = Settings(
        state=tmp_path, http_bind=f"127.0.0.1:{port}", api_token=SecretStr("a-token-of-the-tests")
    )
    storage.upgrade(settings.database)
    application = Application(settings)
    _leave_a_message(application)
    service = NotifierService(application)
    imports = next(chore for chore in service.chores if chore.name == "imports")
    imports.start()
    server = service.web({}, [])
    (tmp_path / "greeting.wav").write_bytes(wav(speech()[: 5 * 8000]))
    assert isinstance(server, HttpServer)
    server.start()
    key = key_for(application.services, *Scope)
    yield {**os.environ, "BASE": f"http://127.0.0.1:{port}", "KEY": key}
    server.stop()
    stop([imports])
    application.close()


def _leave_a_message(application: Application) -> None:
    """The page speaks of subscriber 90000001, and of the first message and what it says."""
    ola, at = Number("+4790000001"), application.services.clock.now()
    with application.store.begin() as uow:
        uow.subscribers.add(Subscriber(ola, wishes=Wishes(transcripts=True)))
        uow.commit()
    header = SpoolHeader(SpoolId("1700000000.1"), Purpose.MESSAGE, ola, None, at)
    take_in(application.services, header, alaw=QUIET)
    with application.store.look() as uow:
        (message,) = uow.messages.list(ola)
    write_down(application.store, message, heard("ring om fakturaen"))


def test_every_command_works_as_it_stands_from_the_first_to_the_last(
    served: dict[str, str], tmp_path: Path
) -> None:
    assert len(COMMANDS) >= 2
    ran = subprocess.run(
        ["bash", "-xc", "\n".join([STRICT, *COMMANDS])],
        env=served,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout[-2000:]}{ran.stderr[-2000:]}"
