"""`python -m tests.measured bench`: every table of that folder, one after the other.

A table that fails is told in its place, and the others are measured all the same; the last line names those
that failed, and the exit code is 1. Whatever a table started is ended before the next one begins.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from dialplan.switch.bound import bound

FOLDER = Path(__file__).parent
TABLES = {"bench": "bench_*.py"}
MOST_SECONDS = 3600
"""A table that takes longer hangs."""
_END_SECONDS = 10
_PR_SET_CHILD_SUBREAPER = 36


def run(tables: Mapping[str, Sequence[str]]) -> int:
    """`tables`: the command of each, by its name."""
    _adopt_what_is_left()
    failed = []
    try:
        for name, command in tables.items():
            if why := _why_it_failed(command):
                failed.append(name)
                _tell(f"{name} failed: {why}; the others go on")
            if left := _end_what_is_left():
                _tell(f"{name} left {left} processes running: they were ended")
    finally:
        _end_what_is_left()
    if failed:
        _tell(f"{len(tables) - len(failed)} of {len(tables)} were measured; not {', '.join(failed)}")
    return 1 if failed else 0


def _why_it_failed(command: Sequence[str]) -> str:
    process = subprocess.Popen([*bound(signal.SIGTERM), *command], stdin=subprocess.DEVNULL)
    try:
        code = process.wait(MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return f"it was not over after {MOST_SECONDS} s"
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"exit code {code}" if code else ""


def _adopt_what_is_left() -> None:
    """What a table's process leaves behind becomes ours, so that it can be found and ended (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_what_is_left() -> int:
    """How many there were."""
    found: set[int] = set()
    deadline = time.monotonic() + _END_SECONDS
    while children := _children():
        late = time.monotonic() > deadline
        for child in children if late else children - found:
            os.kill(child, signal.SIGKILL if late else signal.SIGTERM)
        found |= children
        time.sleep(0.05)  # they are no Popen of ours, and come one generation after the other
    return len(found)


def _children() -> set[int]:
    """Those that run; those that have ended are gone then."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text("ascii").split()}


def _tell(words: str) -> None:
    print(f"personsvar: {words}", file=sys.stderr, flush=True)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = sys.argv[1]
    names = sorted(file.stem for file in (FOLDER / folder).glob(TABLES[folder]))
    try:
        return run({name: [sys.executable, "-m", f"tests.{folder}.{name}"] for name in names})
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
