"""The services of a process: started in order, and stopped once the calls have ended."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import uvicorn
from fastapi import FastAPI

from personsvar.services import Chore, stop
from personsvar.settings import SettingsError
from personsvar.telephony.agi.server import FastAgiServer

log = logging.getLogger(__name__)

CTRL_C_SECONDS = 3.0
"""Somebody at a terminal wants it to end now; a service manager lets calls finish."""
HTTP_STOP_SECONDS = 5.0


@dataclass
class Web:
    """HTTP in a thread of its own."""

    app: FastAPI
    bind: str
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen from now on. Raise SettingsError when the address can't be had."""
        listener = listening_socket(self.bind, "PERSONSVAR_HTTP_BIND")
        config = uvicorn.Config(
            self.app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="http", daemon=True
        )
        self._thread.start()
        host, port = listener.getsockname()[:2]
        log.info("listening for HTTP", extra={"bind": f"{host}:{port}"})

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(HTTP_STOP_SECONDS)


@dataclass
class Services:
    """What this process runs."""

    server: FastAgiServer | None = None
    web: Web | None = None
    chores: Sequence[Chore] = ()
    drain_seconds: float = 300
    _asked: threading.Event = field(default_factory=threading.Event)
    _in_a_hurry: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Until SIGTERM (calls may end) or Ctrl-C (they are cut soon); a second signal cuts them at once."""
        with self._signals():
            self._start()
            log.info("ready")
            self._asked.wait()
            self._stop()
        log.info("stopped")

    def _start(self) -> None:
        if self.server is not None:
            try:
                self.server.start()
            except OSError as wrong:
                where = f"{self.server.address.host}:{self.server.address.port}"
                raise SettingsError((f"PERSONSVAR_FASTAGI_BIND={where}: {wrong.strerror}",)) from wrong
        if self.web is not None:
            self.web.start()
        for chore in self.chores:
            chore.start()

    def _stop(self) -> None:
        if self.server is not None:
            self._drain(self.server)
        stop(self.chores)
        for chore in self.chores:
            chore.finish()  # what the last calls left: their messages and their notices
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
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _signalled(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a handler's form
        if number == signal.SIGINT or self._asked.is_set():
            self._in_a_hurry.set()
        self._asked.set()


def listening_socket(bind: str, setting: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=128)
    except OSError as wrong:
        raise SettingsError((f"{setting}={bind}: {wrong.strerror}",)) from wrong
