"""What became of the notices since the start, and how long they took: for the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Histogram

from personsvar.mailbox.model.notice import Channel, NoticeStatus

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600)
ENDED = (NoticeStatus.SENT, NoticeStatus.DELIVERED, NoticeStatus.FAILED, NoticeStatus.DEAD)


def _histogram() -> Histogram:
    return Histogram(
        "personsvar_notice_seconds",
        "From when a notice may go out (a message: the hang-up) to when its gateway took it.",
        ("channel",),
        buckets=SECONDS,
        registry=CollectorRegistry(),
    )


@dataclass(slots=True)
class DeliveryFigures:
    settled: Counter[tuple[Channel, NoticeStatus]] = field(default_factory=Counter)
    failures: Counter[Channel] = field(default_factory=Counter)
    """So many rounds of a lane ended in an error of ours or of the store."""
    seconds: Histogram = field(default_factory=_histogram)

    def settle(self, channel: Channel, statuses: Iterable[NoticeStatus]) -> None:
        self.settled.update((channel, status) for status in statuses if status in ENDED)

    def took(self, channel: Channel, seconds: float) -> None:
        self.seconds.labels(channel).observe(max(seconds, 0.0))
