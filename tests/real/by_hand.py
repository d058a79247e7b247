"""`python -m dialplan.switch run` as a process of its own, as `make run` and a container start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.real.spool import eventually

ROOM = Path(__file__).parents[2]


@contextmanager
def switch_by_hand(
    folder: Path, sip_port: int, *options: str, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """`settings`: more of PERSONSVAR_..., by the rest of their names."""
    for shared in ("spool", "media"):
        (folder / shared).mkdir(exist_ok=True)
    environment = _environment(folder, {"SIP_PORT": str(sip_port), **settings})
    process = subprocess.Popen(
        [sys.executable, "-m", "dialplan.switch", "run", *options],
        cwd=ROOM,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
        end_all_of(folder)


def health(folder: Path) -> tuple[int, str]:
    """The exit code of `python -m dialplan.switch health`, and all it said."""
    asked = subprocess.run(
        [sys.executable, "-m", "dialplan.switch", "health"],
        cwd=ROOM,
        env=_environment(folder, {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=30,
    )
    return asked.returncode, asked.stdout


def _environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    named = {f"PERSONSVAR_{name}": value for name, value in settings.items()}
    return {**os.environ, "PERSONSVAR_STATE": str(folder), **named}


def all_of(folder: Path) -> list[int]:
    """Whoever was started to live there, by whomever: their parents may be gone."""
    mark = f"PERSONSVAR_STATE={folder}".encode()
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
    return [pid for pid in found if is_running(pid)]


def end_all_of(folder: Path) -> None:
    for pid in all_of(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def is_running(pid: int) -> bool:
    """One that ended, and that nobody asked for its exit code, is not."""
    with suppress(OSError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """All that it said, until it said that."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return "".join(said)
    raise AssertionError(f"never said {words!r}: {said}")


def asterisk_of(process: subprocess.Popen[str]) -> int:
    eventually(lambda: bool(children_of(process.pid)), within=30, what="its Asterisk")
    (asterisk,) = children_of(process.pid)
    return asterisk
