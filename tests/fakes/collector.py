"""A collector of spans: takes OTLP over HTTP, read with the protocol's own classes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class TakenSpan:
    name: str
    facts: dict[str, str | int]
    span_id: bytes
    parent: bytes
    is_error: bool


@dataclass
class Collector:
    url: str = ""
    answer: HTTPStatus = HTTPStatus.OK
    shown: list[str | None] = field(default_factory=list)
    """The Authorization header of each request."""
    bodies: list[bytes] = field(default_factory=list)
    spans: list[TakenSpan] = field(default_factory=list)

    def named(self, name: str) -> list[TakenSpan]:
        return [span for span in self.spans if span.name == name]

    def take(self, authorization: str | None, body: bytes) -> None:
        self.shown.append(authorization)
        self.bodies.append(body)
        if self.answer is HTTPStatus.OK:
            asked = ExportTraceServiceRequest.FromString(body)
            self.spans += [
                _taken(span)
                for resource in asked.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            ]


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of this machine."""
    collector = Collector()

    class TakesSpans(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.take(self.headers.get("Authorization"), body)
            self.send_response(collector.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), TakesSpans) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        collector.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
        yield collector
        server.shutdown()


def _taken(span: Any) -> TakenSpan:
    facts = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
    return TakenSpan(
        span.name, facts, span.span_id, span.parent_span_id, span.status.code == span.status.STATUS_CODE_ERROR
    )
