from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from personsvar import cli
from personsvar.bootstrap import Application
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.settings.loading import load
from tests.migrated import migrated_sqlite

QUIET = bytes([0xD5]) * 8000 * 3
OLA, KARI = "+4790000001", "+4790000002"


@dataclass(frozen=True)
class CommandResult:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Site:
    """An installation with nothing in it but an empty database."""

    state: Path
    run: Callable[..., CommandResult]
    opened: ExitStack

    def application(self) -> Application:
        """Closed when the test ends, if not before: what is open keeps a journal beside the database."""
        return self.opened.enter_context(closing(Application(load())))

    def leave_message(self, to: str = OLA, caller: str | None = KARI) -> Message:
        application = self.application()
        header = SpoolHeader(
            SpoolId(f"{datetime.now(UTC).timestamp():.6f}"),
            Purpose.MESSAGE,
            Number(to),
            None if caller is None else Number(caller),
            datetime.now(UTC),
        )
        take_in(application.services, header, alaw=QUIET)
        with application.store.look() as uow:
            message = uow.messages.by_spool_id(header.spool_id)
        application.close()
        assert message is not None
        return message


@pytest.fixture
def bare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Site]:
    """Without a database."""
    for name in list(os.environ):
        if name.startswith("PERSONSVAR_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PERSONSVAR_STATE", str(tmp_path / "state"))
    umask = os.umask(0o077)
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions

    def run(*arguments: object) -> CommandResult:
        capsys.readouterr()
        code = cli.carry_out([str(argument) for argument in arguments])
        return CommandResult(code, *capsys.readouterr())

    with ExitStack() as opened:
        yield Site(tmp_path / "state", run, opened)
    root.handlers[:], root.level, logging.raiseExceptions = handlers, level, raising
    os.umask(umask)


@pytest.fixture
def site(bare: Site) -> Site:
    migrated_sqlite(bare.state / "personsvar.db")
    return bare
