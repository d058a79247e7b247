"""Figures for Prometheus, read from the services at the moment they are asked for.

Written here by hand (Prometheus' text format 0.0.4), so that what takes calls can tell its figures without
the client library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

PREFIX = "personsvar_"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Meter:
    """One figure, or one for each set of labels."""

    name: str
    what: str
    read: Callable[[], Mapping[tuple[str, ...], float]]
    labels: tuple[str, ...] = ()
    counts_up: bool = False
    """It only grows while the process lives: a counter, else a gauge."""

    @classmethod
    def single(cls, name: str, what: str, read: Callable[[], float], *, counts_up: bool = False) -> Meter:
        return cls(name, what, lambda: {(): read()}, counts_up=counts_up)

    @property
    def exposed_name(self) -> str:
        """Its name in the answer."""
        return f"{PREFIX}{self.name}{'_total' if self.counts_up else ''}"


def exposition(meters: Sequence[Meter]) -> bytes:
    return "".join(line + "\n" for meter in meters for line in _lines(meter)).encode()


def _lines(meter: Meter) -> Iterator[str]:
    yield f"# HELP {meter.exposed_name} {_escaped(meter.what)}"
    yield f"# TYPE {meter.exposed_name} {'counter' if meter.counts_up else 'gauge'}"
    for values, figure in meter.read().items():
        yield f"{meter.exposed_name}{_labels(meter.labels, values)} {_number(figure)}"


def _labels(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    pairs = zip(names, values, strict=True)
    written = ",".join(f'{name}="{_quotable(value)}"' for name, value in pairs)
    return f"{{{written}}}" if written else ""


def _number(figure: float) -> str:
    return "NaN" if figure != figure else repr(float(figure))  # noqa: PLR0124 - what alone differs from itself


def _quotable(value: str) -> str:
    return _escaped(value).replace('"', '\\"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
