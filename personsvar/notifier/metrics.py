"""Figures for Prometheus, read from the services at the moment they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry


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


@dataclass(frozen=True, slots=True, eq=False)
class _Meters(Collector):
    meters: Sequence[Meter]

    def collect(self) -> Iterator[Metric]:
        for meter in self.meters:
            yield _family(meter)


def _family(meter: Meter) -> Metric:
    kind = CounterMetricFamily if meter.counts_up else GaugeMetricFamily
    family = kind(f"personsvar_{meter.name}", meter.what, labels=meter.labels)
    for labels, value in meter.read().items():
        family.add_metric(labels, value)
    return family


def exposition(meters: Sequence[Meter], collectors: Sequence[Collector] = ()) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Meters(meters))
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)
