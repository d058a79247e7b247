"""The services of a process: started in order, and stopped once the calls have ended."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol

from personsvar.running.services import Chore, stop
from personsvar.running.watchdog import Watchdog
from personsvar.settings import SettingsError
from personsvar.telephony.agi.server import FastAgiServer

log = logging.getLogger(__name__)

CTRL_C_SECONDS = 3.0
"""Somebody at a terminal wants it to end now; a service manager lets calls finish."""


class Part(Protocol):
    """What runs beside the calls: HTTP, visual voicemail, or the post office."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass
class Services:
    """What this process runs."""

    server: FastAgiServer | None = None
    web: Part | None = None
    post: Part | None = None
    """Delivers notices."""
    visual: Part | None = None
    """Visual voicemail."""
    chores: Sequence[Chore] = ()
    drain_seconds: float = 300
    watchdog: Watchdog | None = None
    _asked: threading.Event = field(default_factory=threading.Event)
    _in_a_hurry: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Until SIGTERM (calls may end) or Ctrl-C (they are cut soon); a second signal cuts them at once.

        SIGHUP from a terminal that is closed is as SIGTERM. Elsewhere it ends nothing, and changes nothing:
        settings are the environment's, and certificates are read again by themselves.
        """
        with self._signals(), self._watched():
            self._start()
            log.info("ready")
            self._asked.wait()
            self._stop()
        log.info("stopped")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        if self.watchdog is None:
            yield
            return
        self.watchdog.start()
        try:
            yield
        finally:
            self.watchdog.stop()

    def _start(self) -> None:
        if self.server is not None:
            with told_as("PERSONSVAR_FASTAGI_BIND"):
                self.server.start()
        if self.web is not None:
            with told_as("PERSONSVAR_HTTP_BIND"):
                self.web.start()
        if self.visual is not None:
            self.visual.start()
        if self.post is not None:
            self.post.start()
        for chore in self.chores:
            chore.start()

    def _stop(self) -> None:
        if self.watchdog is not None:
            self.watchdog.let_parts_end()
        if self.server is not None:
            self._drain(self.server)
        if self.visual is not None:
            self.visual.stop()
        stop(self.chores)
        for chore in self.chores:
            chore.finish()  # what the last calls left: their messages
        if self.post is not None:
            self.post.stop()
        if self.web is not None:
            self.web.stop()

    def _drain(self, server: FastAgiServer) -> None:
        seconds = CTRL_C_SECONDS if self._in_a_hurry.is_set() else self.drain_seconds
        self._in_a_hurry.clear()
        draining = threading.Thread(target=server.drain, kwargs={"max_seconds": seconds}, name="drain")
        draining.start()
        while draining.is_alive():
            draining.join(0.2)
            if self._in_a_hurry.is_set():
                self._in_a_hurry.clear()
                server.drain(max_seconds=0)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = {one: signal.signal(one, self._signalled) for one in (signal.SIGTERM, signal.SIGINT)}
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants it so
            # asked now: a terminal that is gone is none any more
            hung_up = self._signalled if os.isatty(0) else _not_ended
            before[signal.SIGHUP] = signal.signal(signal.SIGHUP, hung_up)
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _signalled(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a handler's form
        if number == signal.SIGINT or self._asked.is_set():
            self._in_a_hurry.set()
        self._asked.set()


def _not_ended(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a handler's form
    log.info("SIGHUP: nothing to do; settings are read at the start, certificates when they change")


@contextmanager
def told_as(setting: str) -> Iterator[None]:
    """An address that can't be had is a mistake in its setting."""
    try:
        yield
    except OSError as wrong:
        why = (wrong.strerror or str(wrong)).partition(" (while")[0]  # Python repeats the address there
        address = os.environ.get(setting) or "the default"
        raise SettingsError((f"{setting} ({address}): {why}",)) from wrong
