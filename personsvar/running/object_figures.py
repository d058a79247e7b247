"""The object store of recordings in figures: what was asked of it, and what is there without a recording."""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.bootstrap import Application
from personsvar.http.metrics import Meter
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.object_store import S3Objects
from personsvar.running.bounded_call import BoundedCall
from personsvar.storage.removing import Removal

FRESH_SECONDS = 5.0
ANSWER_SECONDS = 3.0


def meters_of_objects(objects: S3Objects | None) -> list[Meter]:
    """There are none without an object store."""
    requests = Meter(
        "recordings_requests",
        "What this process asked of the object store (put, read, remove), by outcome: done, failed.",
        lambda: {what: float(n) for what, n in dict(objects.done).items()} if objects else {},
        ("verb", "outcome"),
        counts_up=True,
    )
    return [requests] if objects else []


def meter_of_loose_objects(application: Application) -> Meter:
    """As long as the database is away it is not told."""
    bounded = BoundedCall(Removal(application.store).waiting, ANSWER_SECONDS, FRESH_SECONDS)

    def waiting() -> Mapping[tuple[str, ...], float]:
        try:
            return {(): float(bounded())}
        except (StoreUnavailableError, TimeoutError):
            return {}

    return Meter(
        "recordings_loose_objects",
        "Objects in the object store that no recording has: they are removed.",
        waiting,
    )
