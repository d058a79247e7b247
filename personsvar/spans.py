"""Spans: what was done when, and for how long, for whoever follows one call or one notice through its steps.

A call, each page of the manual it turns, and each notice that is handed over is one. They hold no number,
name or digit of anybody: of a call its id, which the log's lines carry, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Fact = str | int | float | bool


class Span(Protocol):
    def tell(self, name: str, fact: Fact) -> None:
        """What has come of it."""
        ...


class Spans(Protocol):
    def span(self, name: str, **facts: Fact) -> AbstractContextManager[Span]:
        """What is done inside is part of it, as are the spans begun there."""
        ...


class NoSpans:
    """Nobody follows anything."""

    @contextmanager
    def span(self, name: str, **facts: Fact) -> Iterator[Span]:  # noqa: ARG002 - as the port has them
        yield self

    def tell(self, name: str, fact: Fact) -> None:
        """Nobody wants to know."""


NO_SPANS = NoSpans()
