"""`python -m dialplan.demo`, what `make run` starts: the services, three demo subscribers, and an Asterisk.

Ctrl-C, or a terminal that is closed, ends it all at once; SIGTERM lets calls end first, until told again.
When one part ends, the other does; when this is killed, both do. So nothing is left behind, however it ends.
The switch begins once the services can be called: when it says that it is ready, they are.
"""

# ruff: noqa: S603, T201 - the programs run are ours; a command speaks to whoever started it

from __future__ import annotations

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from dialplan.switch.bound import bound
from personsvar.address import Address
from personsvar.settings import defaults
from personsvar.settings.checks import PREFIX

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 30
"""More than a switch or a service ever needs to end at once; one that is not over by then is killed."""
LOOK_SECONDS = 0.1
"""Nobody tells that a part is there: it is looked for this often."""
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Part:
    name: str
    command: Sequence[str]
    at_once: Sequence[signal.Signals]
    """What ends it, calls or not; without a word while its Python starts: that tells of SIGINT at length."""
    is_there: Callable[[], bool] = lambda: True
    """Whether what needs it may begin."""
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Ctrl-C at the terminal is for us alone: in a session of its own, and dying with us."""
        self._process = subprocess.Popen(
            [*bound(signal.SIGINT), *self.command], stdin=subprocess.DEVNULL, start_new_session=True
        )

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else 0

    def tell(self, *signals: signal.Signals) -> None:
        if self._process is not None:
            for one in signals:
                self._process.send_signal(one)  # to one that has ended: to nobody

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@dataclass
class Signals:
    """Those that came, one by one. They interrupt nothing: what they mean is decided in one place."""

    endings: frozenset[signal.Signals] = frozenset(_ENDINGS)
    _came: int = field(init=False)

    def __post_init__(self) -> None:
        if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # nohup wants it so
            self.endings -= {signal.SIGHUP}
        self._came, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told)
        # SIGINT too, which a shell has its background jobs ignore; and the parts begin with none ignored
        for one in (*_ENDINGS, signal.SIGCHLD):
            signal.signal(one, lambda *_: None)

    def next(self, *, within_seconds: float | None) -> signal.Signals | None:
        """None: there was none. SIGCHLD: a part may have ended."""
        if not select.select([self._came], [], [], within_seconds)[0]:
            return None
        return signal.Signals(os.read(self._came, 1)[0])


def run(parts: Sequence[Part], signals: Signals) -> int:
    """All until one ends or a signal comes, then none; the exit code."""
    try:
        told = _until_told(parts, signals)
        code = 0 if told else _blame(parts)
        _end(parts, signals, let_calls_end=told == signal.SIGTERM)
        return code
    finally:
        for part in parts:
            part.kill()


def _until_told(parts: Sequence[Part], signals: Signals) -> signal.Signals | None:
    """One begins when those before it are there. None: one has ended by itself.

    One that has ended may have been told the same, as it began.
    """
    begun = 0
    while True:
        while begun < len(parts) and all(part.is_there() for part in parts[:begun]):
            parts[begun].start()
            begun += 1
        all_run = all(part.exit_code is None for part in parts[:begun])
        looks_again = LOOK_SECONDS if begun < len(parts) else None
        came = signals.next(within_seconds=looks_again if all_run else 0)
        if came in signals.endings or (came is None and not all_run):
            return came


def _blame(parts: Sequence[Part]) -> int:
    ended = next(part for part in parts if part.exit_code is not None)
    with suppress(OSError):  # a terminal that is gone
        print(f"personsvar: {ended.name} ended, so all does", file=sys.stderr, flush=True)
    code = ended.exit_code or 0
    return code if code >= 0 else 1  # killed


def _end(parts: Sequence[Part], signals: Signals, *, let_calls_end: bool) -> None:
    deadline = None
    if let_calls_end:
        for part in parts:
            part.tell(signal.SIGTERM)
    else:
        deadline = _end_at_once(parts)
    while any(part.exit_code is None for part in parts):
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        came = signals.next(within_seconds=left)
        if came is None:
            return
        if came in signals.endings:
            deadline = min(deadline or inf, _end_at_once(parts))


def _end_at_once(parts: Sequence[Part]) -> float:
    """When it has to be over."""
    for part in parts:
        part.tell(*part.at_once)
    return time.monotonic() + PATIENCE_SECONDS


def listens(bind: str) -> bool:
    """Whether somebody does, at that address. One that is none is the service's to complain of."""
    try:
        with socket.create_connection(Address.parse(bind), LOOK_SECONDS):
            return True
    except ValueError:
        return True
    except OSError:
        return False


def main() -> int:
    os.umask(0o007)
    os.chdir(ROOT)
    python = Path(sys.executable)
    service = [str(python.with_name("personsvar")), "run", "--demo"]
    switch = [str(python), "-m", "dialplan.switch", "run"]
    told_at = os.environ.get(f"{PREFIX}HTTP_BIND") or defaults.HTTP_BIND  # it listens there after all else
    parts = (
        Part("the service", service, (signal.SIGTERM, signal.SIGINT), lambda: listens(told_at)),
        Part("the switch", switch, (signal.SIGHUP,)),
    )
    return run(parts, Signals())


if __name__ == "__main__":
    sys.exit(main())
