"""The services of a process: started in order, and stopped once the calls have ended."""

from __future__ import annotations

import gc
import logging
import os
import select
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from personsvar.running.chores import Chore, stop
from personsvar.running.watchdog import Watchdog
from personsvar.settings.loading import binding
from personsvar.telephony.call_server import CallServer

log = logging.getLogger(__name__)

CTRL_C_SECONDS = 3.0
"""Somebody at a terminal wants it to end now; a service manager lets calls finish."""


def settle_memory() -> None:
    """What is loaded by now stays to the end: the collector of garbage looks through it no more.

    To look took it a tenth of a second and more, in which nobody was answered (Python's manual, `gc.freeze`).
    """
    gc.collect()
    gc.freeze()


class ProcessPart(Protocol):
    """What runs beside the calls: HTTP, visual voicemail, or the notifier."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


NOTHING_TO_DO = "SIGHUP: nothing to do; settings are read at the start, certificates when they change"


@dataclass
class StopSignals:
    """The signals that end a service, one by one.

    They are read from a pipe that the system's own handler writes to: one that comes in the moment before a
    thread begins to wait, or while another is being handled, is lost to a lock and never to a pipe.
    """

    _came: int
    _wanted: frozenset[int]

    @classmethod
    @contextmanager
    def caught(cls) -> Iterator[StopSignals]:
        """Signals are caught from now on; afterwards their handlers are what they were."""
        wanted, caught = {signal.SIGTERM, signal.SIGINT}, {signal.SIGTERM, signal.SIGINT}
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants it so
            caught.add(signal.SIGHUP)
            if os.isatty(0):  # asked now: a terminal that is gone is none any more
                wanted.add(signal.SIGHUP)
        came, write_end = os.pipe()
        os.set_blocking(write_end, False)
        fd_before = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        before = {one: signal.signal(one, lambda *_: None) for one in caught}
        try:
            yield cls(came, frozenset(wanted))
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
            signal.set_wakeup_fd(fd_before)
            os.close(came)
            os.close(write_end)

    def next(self) -> int:
        """The first signal that comes; SIGHUP where no terminal is closed ends nothing."""
        while True:
            (number,) = os.read(self._came, 1)
            if number in self._wanted:
                return number
            if number == signal.SIGHUP:
                log.info(NOTHING_TO_DO)

    def came_again(self) -> bool:
        """Whether another signal is there already."""
        while select.select([self._came], [], [], 0)[0]:
            if os.read(self._came, 1)[0] in self._wanted:
                return True
        return False


@dataclass
class ServiceRunner:
    """The parts that this process runs."""

    server: CallServer | None = None
    web: ProcessPart | None = None
    web_setting: str = "PERSONSVAR_HTTP_BIND"
    """The setting that `web` has its address from."""
    notices: ProcessPart | None = None
    visual: ProcessPart | None = None
    transcripts: ProcessPart | None = None
    chores: Sequence[Chore] = ()
    drain_seconds: float = 300
    watchdog: Watchdog | None = None

    def run(self) -> None:
        """SIGTERM ends it (calls may end), or Ctrl-C (they are cut soon); a second signal cuts them at once.

        SIGHUP from a terminal that is closed is as SIGTERM. Elsewhere it ends nothing, and changes nothing:
        settings are the environment's, and certificates are read again by themselves.
        """
        with StopSignals.caught() as signals, ExitStack() as watched:
            if self.watchdog is not None:
                self.watchdog.start()
                watched.callback(self.watchdog.stop)
            self._start()
            settle_memory()
            log.info("ready")
            self._stop(signals.next(), signals)
        log.info("stopped")

    def _start(self) -> None:
        if self.server is not None:
            for listener in self.server.listeners:
                with binding(f"PERSONSVAR_{listener.driver.name.upper()}_BIND"):
                    self.server.start_at(listener)
        if self.web is not None:
            with binding(self.web_setting):
                self.web.start()
        if self.visual is not None:
            self.visual.start()
        if self.notices is not None:
            self.notices.start()
        if self.transcripts is not None:
            self.transcripts.start()
        for chore in self.chores:
            chore.start()

    def _stop(self, first: int, signals: StopSignals) -> None:
        if self.watchdog is not None:
            self.watchdog.let_parts_end()
        if self.server is not None:
            self._drain(self.server, signals, in_a_hurry=first == signal.SIGINT)
        if self.visual is not None:
            self.visual.stop()
        if self.transcripts is not None:
            self.transcripts.stop()
        stop(self.chores)
        for chore in self.chores:
            chore.finish()  # what the last calls left: their messages
        if self.notices is not None:
            self.notices.stop()
        if self.web is not None:
            self.web.stop()

    def _drain(self, server: CallServer, signals: StopSignals, *, in_a_hurry: bool) -> None:
        hurry = in_a_hurry or signals.came_again()
        seconds = CTRL_C_SECONDS if hurry else self.drain_seconds
        draining = threading.Thread(target=server.drain, kwargs={"max_seconds": seconds}, name="drain")
        draining.start()
        while draining.is_alive():
            draining.join(0.2)
            if signals.came_again():
                server.drain(max_seconds=0)
