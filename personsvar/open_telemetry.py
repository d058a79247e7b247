"""Spans for a collector, by OTLP over HTTP (OpenTelemetry Protocol 1.x, protobuf): the extra `traces`.

What is done never waits for the collector: spans are sent from a thread of their own, and what does not find
room while the collector is away is dropped.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, cast

from personsvar.spans import Fact, Span

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

log = logging.getLogger(__name__)

SEND_SECONDS = 5.0
"""The collector has so long for an answer; the service ends no later for its sake."""
WAITING_SPANS = 4096
ATTRIBUTES = "personsvar."


class NotInstalledError(Exception):
    """OpenTelemetry is an extra that this installation lacks."""


@dataclass(frozen=True)
class OpenTelemetrySpans:
    provider: TracerProvider = field(repr=False)
    no_errors: tuple[type[Exception], ...] = ()
    """What ends a span without that anything is wrong: a caller hangs up."""

    @contextmanager
    def span(self, name: str, **facts: Fact) -> Iterator[Span]:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415 - an extra that most installations lack

        tracer = self.provider.get_tracer("personsvar")
        named = {ATTRIBUTES + fact: value for fact, value in facts.items()}
        # an error's text may tell of a person: of what kind it was says enough
        begun = tracer.start_as_current_span(
            name, attributes=named, record_exception=False, set_status_on_exception=False
        )
        with begun as span:
            try:
                yield _Told(span)
            except Exception as wrong:
                span.set_attribute("error.type", type(wrong).__name__)
                if not isinstance(wrong, self.no_errors):
                    span.set_status(StatusCode.ERROR)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """What is left is sent, as far as the collector takes it in `SEND_SECONDS`."""
        self.provider.shutdown()


@dataclass(frozen=True, slots=True)
class _Told:
    span: Any

    def tell(self, name: str, fact: Fact) -> None:
        self.span.set_attribute(ATTRIBUTES + name, fact)


def spans_to(
    url: str, *, token: str | None = None, no_errors: tuple[type[Exception], ...] = ()
) -> OpenTelemetrySpans:
    """Spans for the collector at `url` (all of it: `http://127.0.0.1:4318/v1/traces`).

    Raise NotInstalledError.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as missing:
        raise NotInstalledError(
            "OpenTelemetry is not installed: pip install 'personsvar[traces]'"
        ) from missing
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # we tell once when the collector goes away
    headers = {"Authorization": f"Bearer {token}"} if token else None
    telling = _Telling(OTLPSpanExporter(url, headers=headers, timeout=SEND_SECONDS))
    exporter = cast("SpanExporter", telling)  # whose class is not there without the extra
    provider = TracerProvider(resource=Resource({"service.name": "personsvar", "host.name": platform.node()}))
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=WAITING_SPANS, export_timeout_millis=SEND_SECONDS * 1000)
    )
    return OpenTelemetrySpans(provider, no_errors)


class _Telling:
    """Another exporter, and the log told once when the collector goes away, and when it is back."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._inner.export(spans)
        is_away = result.name != "SUCCESS"
        if is_away and not self._is_away:
            log.warning("spans are dropped: the collector takes none")
        if self._is_away and not is_away:
            log.info("the collector takes spans again")
        self._is_away = is_away
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)
