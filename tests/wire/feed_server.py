"""A server of calendars in a thread of its own, for what has an event loop of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class FeedServer:
    """What it answers with may be changed at any time."""

    content: bytes = b""
    status: int = 200
    etag: str | None = None
    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    """The headers of each request."""

    def address(self, path: str = "/private-hush/basic.ics") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append(headers)
        known = self.etag is not None and headers.get("if-none-match") == self.etag
        body = b"" if known or self.status != 200 else self.content
        request.send_response(304 if known else self.status)
        if self.etag is not None:
            request.send_header("ETag", self.etag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with suppress(ConnectionError):  # who asked has read enough
            request.wfile.write(body)


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    feeds = FeedServer()

    class _FeedRequest(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feeds.answer(self)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), _FeedRequest)
    feeds.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield feeds
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
