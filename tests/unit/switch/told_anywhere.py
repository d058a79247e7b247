"""Starts a switch in the foreground again and again; each time SIGINT comes at another line of its code.

Prints a line for each: where it came, and what was left. In a process of its own, which forks for each.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING

from dialplan.switch.config import Setting
from dialplan.switch.endings import hear
from dialplan.switch.foreground import run
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk

if TYPE_CHECKING:
    from _typeshed import TraceFunction

Line = tuple[str, int]
SWITCH = Path(__file__).parents[3] / "dialplan/switch"
STAND_IN = Path(__file__).with_name("stand_in_asterisk.py")


def main() -> None:
    _, passed = in_a_child(lambda: lines_passed(None))
    for line in passed.splitlines():
        file, _, number = line.partition(":")
        code, left = in_a_child(lambda at=(file, int(number)): lines_passed(at))  # type: ignore[misc]
        print(f"{line} {code} {left.splitlines()[0]}")


def in_a_child(do: Callable[[], None]) -> tuple[int, str]:
    """Its exit code, and what it printed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1)
        do()
        sys.stdout.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as printed:
        said = printed.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def lines_passed(told_at: Line | None) -> None:
    """Print whom it left behind, or every line it went through when it is told nowhere but at the end."""
    passed: dict[Line, None] = {}

    def trace(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        line = (Path(frame.f_code.co_filename).name, frame.f_lineno)
        if Path(frame.f_code.co_filename).parent != SWITCH:
            return None
        if event == "line" and line not in passed:
            passed[line] = None
            if line == told_at:
                signal.raise_signal(signal.SIGINT)
        return trace

    with TemporaryDirectory() as folder:
        place = Path(folder)
        setting = Setting(place / "asterisk", place / "spool", place / "media", sip_bind="127.0.0.1:0")
        hear()
        said = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.settrace(trace)
        try:
            run(Switch(Asterisk(Path("/"), str(STAND_IN), "/", "Asterisk"), setting), "ready")
        except SystemExit:
            pass
        finally:
            sys.settrace(None)
            sys.stdout.flush()
            os.dup2(said, 1)
        left = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        if told_at is not None:
            print(left or "none")
            for asterisk in left:
                os.kill(int(asterisk), signal.SIGKILL)
        else:
            print("\n".join(f"{file}:{number}" for file, number in passed))


if __name__ == "__main__":
    main()
