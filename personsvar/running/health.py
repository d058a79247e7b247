"""How the service is: what has to work for it to be ready, and its figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from personsvar.bootstrap import House
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.notifier.app import Check
from personsvar.notifier.metrics import Meter
from personsvar.running.figures import meters_of_notices, meters_of_visual
from personsvar.running.posting import Posting


def checks_of(house: House) -> Mapping[str, Check]:
    return {"database": lambda: _database(house), "spool": lambda: _spool(house)}


def meters_of(house: House, posting: Posting) -> list[Meter]:
    return [
        *_of_calls(house),
        *meters_of_notices(house, posting),
        *meters_of_visual(house),
        Meter(
            "chore_failures",
            "Rounds of background work that failed.",
            lambda: {(chore.name,): float(chore.failures) for chore in posting.chores},
            ("chore",),
            counts_up=True,
        ),
        Meter(
            "prompts_missing",
            "How often a prompt was asked for in vain.",
            lambda: {(name,): float(n) for name, n in _missing(house).items()},
            ("prompt",),
            counts_up=True,
        ),
        Meter(
            "spool_swept",
            "Recordings of the spool that the sweeper dealt with.",
            lambda: {(what,): float(n) for what, n in dict(house.sweeping.totals).items()},
            ("outcome",),
            counts_up=True,
        ),
        Meter.single("spool_waiting", "Recordings in the spool.", lambda: _waiting(house)),
    ]


def _of_calls(house: House) -> list[Meter]:
    """The calls of this process, if it takes any."""

    def count(name: str) -> Callable[[], float]:
        return lambda: float(getattr(house.server.counts, name))

    what = {
        "calls": "Calls taken.",
        "refused": "Calls over the limit, left to the switch's own recorder.",
        "failed": "Calls ended by an error.",
        "strangers": "Connections that were no call.",
    }
    counters = [
        Meter.single(f"calls_{name}" if name != "calls" else name, text, count(name), counts_up=True)
        for name, text in what.items()
    ]
    return [*counters, Meter.single("calls_active", "Calls now.", count("active"))]


def _database(house: House) -> str | None:
    try:
        with house.office.store.look() as uow:
            uow.subscribers.list(limit=1)
    except StoreUnavailableError as away:
        return str(away)
    return None


def _spool(house: House) -> str | None:
    """Whether a recording could land there: a byte is written, because a full disk shows in nothing else."""
    probe = house.settings.spool_folder / f".ready-{os.getpid()}"
    try:
        probe.write_bytes(b"1")
        probe.unlink()
    except OSError as wrong:
        return f"{house.settings.spool_folder}: {wrong.strerror}"
    return None


def _missing(house: House) -> Mapping[str, int]:
    return dict(house.studio.prompts.missing)


def _waiting(house: House) -> float:
    try:
        return float(sum(file.suffix == ".head" for file in house.settings.spool_folder.iterdir()))
    except OSError:
        return float("nan")
