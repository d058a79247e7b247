"""What the two HTTP servers of the demo have in common."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType


class Handler(BaseHTTPRequestHandler):
    """One request a connection; who says nothing for half a minute is let go."""

    timeout = 30
    server_version = "personsvar-demo"
    sys_version = ""

    def answer(
        self, status: int, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def say(self, status: int, words: str, headers: Mapping[str, str] | None = None) -> None:
        self.answer(status, f"{words}\n".encode(), "text/plain; charset=utf-8", headers)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class' name
        """Each request is no news; each message is, and is printed where it is taken."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """A caller who goes away is no error."""
        wrong = sys.exception()
        if not isinstance(wrong, OSError):
            print(f"a request failed: {wrong!r}", file=sys.stderr, flush=True)  # noqa: T201


def bind(setting: str, default: str) -> tuple[str, int]:
    host, _, port = os.environ.get(setting, default).rpartition(":")
    return host, int(port)


def serve(server: Server, *, called: str) -> None:
    """Until SIGTERM or SIGINT."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host, port = server.server_address[:2]
    print(f"{called} listens at {host!s}:{port}", flush=True)  # noqa: T201 - what this program is for
    ended.wait()
    server.shutdown()
    server.server_close()
