"""Health and figures of a process that has no other HTTP: a small server, light enough for what takes calls.

For the inside of a network only (PERSONSVAR_HEALTH_BIND): it tells no names or numbers, and asks nobody who
he is.
"""

from __future__ import annotations

import logging
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from personsvar.address import Address
from personsvar.http.health import Health, HealthAnswer

log = logging.getLogger(__name__)

AT_ONCE = 8
"""A health check, a scraper, somebody with curl."""
QUESTION_SECONDS = 5.0
"""Within which a whole question has to be there, however slowly it comes."""


class HealthServer:
    """A `ProcessPart` of running.service_runner."""

    def __init__(self, health: Health, bind: str) -> None:
        self._pages = {"/healthz": health.alive, "/readyz": health.ready, "/metrics": health.figures}
        self._bind = bind
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """The server's real port stands here after `start`."""
        return 0 if self._server is None else int(self._server.server_address[1])

    def start(self) -> None:
        """Raise OSError when the address can't be had."""
        self._server = _Server(self._bind, self._pages)
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()
        host, port = self._server.server_address[:2]
        log.info("listening for health and figures", extra={"bind": f"{host!s}:{port}"})

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(self, bind: str, pages: dict[str, Callable[[], HealthAnswer]]) -> None:
        address = Address.parse(bind)
        self.address_family = address.family
        self.pages = pages
        self._lock = threading.Lock()
        self._here: set[socket.socket] = set()
        self._unheard: dict[socket.socket, float] = {}
        """Here stand those whose question is not whole, the longest first, and when they came."""
        super().__init__(address, _Request)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._takes(request):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._here.discard(request)
                self._unheard.pop(request, None)

    def service_actions(self) -> None:
        """The library calls it twice a second."""
        before = time.monotonic() - QUESTION_SECONDS
        with self._lock:
            for one in [one for one, since in self._unheard.items() if since <= before]:
                self._end(one)

    def heard(self, request: socket.socket) -> None:
        """Its question is whole: nobody takes its place."""
        with self._lock:
            self._unheard.pop(request, None)

    def _takes(self, request: socket.socket) -> bool:
        """When it is full, whoever has been asking longest without an end goes."""
        with self._lock:
            if len(self._here) >= AT_ONCE:
                longest = next(iter(self._unheard), None)
                if longest is None:
                    return False
                self._end(longest)
            self._here.add(request)
            self._unheard[request] = time.monotonic()
            return True

    def _end(self, request: socket.socket) -> None:
        """Its thread, which waits for more, finds that there is no more."""
        self._here.discard(request)
        self._unheard.pop(request, None)
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the library's form
        if isinstance(sys.exception(), OSError):
            return  # whoever asked is gone
        log.exception("health can't be told")  # noqa: LOG004 - the library calls it from its `except`


class _Request(BaseHTTPRequestHandler):
    server: _Server
    timeout = QUESTION_SECONDS
    server_version = "personsvar"
    sys_version = ""

    def do_GET(self) -> None:
        self.server.heard(self.connection)
        page = self.server.pages.get(self.path.partition("?")[0])
        self._send(HealthAnswer(404, "text/plain; charset=utf-8", b"not here\n") if page is None else page())

    do_HEAD = do_GET  # noqa: N815 - the library's form

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's form
        """It is asked every few seconds, and that is no line of the log."""

    def _send(self, answer: HealthAnswer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
