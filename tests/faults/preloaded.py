"""`python -m tests.faults.preloaded`: services with their modules loaded, each a process of its own.

Most of what a service costs to start are its imports, one or two seconds of CPU. Here they are made once.
Each start is a fork, which from there on does what the command line does: `personsvar.cli.main` with its
command, settings and log. A line of JSON on stdin starts one; lines on stdout tell its pid, and its end.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import sys
from importlib import import_module
from pathlib import Path
from typing import TypedDict, cast

from personsvar import cli

MODULES = ("personsvar.cli.ivr", "personsvar.cli.notifier", "personsvar.cli.visual")
PROGRAM = Path(sys.executable).with_name("personsvar")


class Start(TypedDict):
    """What the command line would be given."""

    command: str
    environment: dict[str, str]
    log: str


def main() -> None:
    for module in MODULES:
        import_module(module)
    gc.freeze()  # what is loaded stays as it is: shared by all
    _tell(ready=True)
    if start := _serve():
        _become(start)


def _serve() -> Start | None:
    """None: nobody asks any more. What is to be started returns in a process of its own."""
    with selectors.DefaultSelector() as told:
        told.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in told.select():
                if isinstance(key.data, int):
                    told.unregister(key.fd)
                    os.close(key.fd)
                    _tell_end(key.data)
                elif not (line := sys.stdin.readline()):
                    return None
                elif pid := os.fork():
                    told.register(os.pidfd_open(pid), selectors.EVENT_READ, pid)
                    _tell(began=pid)
                else:
                    return cast("Start", json.loads(line))


def _tell_end(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    _tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def _become(start: Start) -> None:
    """What the command line would be, with nothing open but its log."""
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(start["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for here, there in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(here, there)
    os.closerange(3, max(nothing, log) + 1)
    os.environ.clear()
    os.environ.update(start["environment"])
    sys.argv, sys.path[0] = [str(PROGRAM), start["command"]], str(PROGRAM.parent)
    main_module = sys.modules["__main__"]
    main_module.__spec__, main_module.__file__ = None, str(PROGRAM)  # its own children load it, too
    cli.main([start["command"]])


def _tell(**line: object) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
