"""A service that hangs is ended, so that the switch goes on without it.

A killed service lets go of its calls: the dialplan takes them over at once. One that hangs (stopped, or
locked up) keeps its connections open, and Asterisk waits for its next word for ever: no time-out of the
channel frees a call whose AGI has to outlive a hang-up. The caller would hear nothing. So a small process
of its own listens for a beat each second; when none came for so long, it kills the service, and whoever
runs the service (systemd, Docker, which does nothing about what is merely unhealthy) starts it again.

A service on event loops beats only when each of them has gone round since the last beat. What is slow and
not ours to mend (the database, ffmpeg, a gateway) is waited for beside the loops, and stops none of them.

Seconds are counted one by one and not on a clock: a machine that slept, or a terminal where both were
stopped with Ctrl-Z, is no service that hangs.

This file is the small process, too: standard library only.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
FRAMES_LOGGED = 5

MustTurn = Mapping[str, Callable[[], threading.Event]]
"""By the name of a loop's thread, what makes it turn; the event is set once it has, however late."""


class Watchdog:
    """It beats while it is open and what must turn does; `seconds` of silence are the end of this process."""

    def __init__(self, *, seconds: int, must_turn: MustTurn | None = None) -> None:
        self._command = [sys.executable, "-I", "-S", __file__, str(seconds)]
        self._must_turn = must_turn or {}
        self._logged_after = max(1, seconds // 2)
        self._process: subprocess.Popen[bytes] | None = None
        self._parts_end = threading.Event()
        self._stopping = threading.Event()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - our own file
        threading.Thread(target=self._beat, args=(self._process,), name="watchdog", daemon=True).start()

    def let_parts_end(self) -> None:
        """The parts are being stopped: from now on nothing but this process itself must live."""
        self._parts_end.set()

    def stop(self) -> None:
        self._parts_end.set()
        self._stopping.set()
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
            self._process.wait()

    def _beat(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None:
            return
        pipe = process.stdin.fileno()
        os.set_blocking(pipe, False)
        while not self._stopping.wait(BEAT_SECONDS):
            self._wait_for_turns()
            try:
                os.write(pipe, b".")
            except BlockingIOError:
                continue  # it is the one that is stopped: beats enough lie there
            except OSError:
                if not self._stopping.is_set():
                    log.error("the watchdog is gone")
                return

    def _wait_for_turns(self) -> None:
        if self._parts_end.is_set():
            return
        for name, turned in [(name, ask()) for name, ask in self._must_turn.items()]:
            waited = 0
            while not (turned.wait(BEAT_SECONDS) or self._parts_end.is_set()):
                waited += 1
                if waited == self._logged_after:
                    log.error("a part hangs", extra={"part": name, "at": _place(name)})


def _place(name: str) -> str:
    """The frames that the thread of this name is in now, the innermost first: what is needed to mend it."""
    running = {thread.name: thread.ident for thread in threading.enumerate()}
    frame = sys._current_frames().get(running.get(name) or 0)  # noqa: SLF001 - documented, for uses like this one
    if frame is None:
        return "it has ended"
    innermost = reversed(traceback.extract_stack(frame)[-FRAMES_LOGGED:])
    return " < ".join(f"{at.filename.rpartition('/')[2]}:{at.lineno} {at.name}" for at in innermost)


def watch(service: int, *, seconds: int) -> None:
    """This returns when the service is gone (its end of the pipe closes) or hangs."""
    silent = 0
    while silent < seconds:
        ready = select.select([sys.stdin.fileno()], [], [], BEAT_SECONDS)[0]
        if ready and not os.read(sys.stdin.fileno(), 4096):
            return
        silent = 0 if ready else silent + 1
    if os.getppid() == service:
        line = (
            f'level=critical in=watchdog event="the service hangs: killed" pid={service} seconds={silent}\n'
        )
        with suppress(OSError):
            sys.stderr.write(line)
        os.kill(service, signal.SIGKILL)


def main() -> None:
    for name in ("SIGINT", "SIGTERM"):  # meant for the service, which may take its time
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    watch(os.getppid(), seconds=int(sys.argv[1]))


if __name__ == "__main__":
    main()
