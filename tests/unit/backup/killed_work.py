"""A backup or a restore in a process of its own, which is killed at a step of it: `kill -9`, by itself."""

from __future__ import annotations

import os
import resource
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.backup_making import BackupMaker
from personsvar.backup.restoring import BackupRestorer
from personsvar.storage.keys import InstallationKeys
from tests.fakes.keys import KeyInHand

What = Literal["backup", "restore"]
NEVER = 0
STEPS = {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "sqlite3.connect", "socket.connect"}
"""What Python tells of before it is done (docs.python.org/3/library/audit_events.html)."""
_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class WorkDone:
    steps: int = 0
    grown: int = 0
    """By so many bytes of memory."""
    copied: int = 0
    """Recordings, by a backup."""


def done(what: What, url: str, folder: Path, *, killed_at: int = NEVER) -> WorkDone:
    """What it tells at its end; killed, nothing."""
    here, there = _SERVER.Pipe(duplex=False)
    process = _SERVER.Process(target=_work, args=(what, url, folder, killed_at, there))
    process.start()
    there.close()
    told = here.recv() if killed_at == NEVER else WorkDone()
    process.join(120)
    assert process.exitcode == (0 if killed_at == NEVER else -signal.SIGKILL)
    assert isinstance(told, WorkDone)
    return told


def _work(what: What, url: str, folder: Path, killed_at: int, tell: Connection) -> None:
    steps, before = 0, _most_memory()

    def step(name: str, _: object = None) -> None:
        nonlocal steps
        if name in STEPS:
            steps += 1
            if steps == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(step)
    backups, copied = BackupFolder(folder), 0
    if what == "backup":
        copied = BackupMaker(url, backups, _now, lambda _: step("open")).make(keep=2).copied
    else:
        restorer = BackupRestorer(url, backups, InstallationKeys(KeyInHand()), _now, lambda _: step("open"))
        restorer.restore(None, overwrite=False, skip=1, give_up=False)
    tell.send(WorkDone(steps, _most_memory() - before, copied))


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _now() -> datetime:
    return datetime.now(UTC)
