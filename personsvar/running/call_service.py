"""The service that answers calls: its server, the taking in of recordings, and its figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from personsvar.bootstrap import Application
from personsvar.http.health import Check
from personsvar.http.metrics import Meter
from personsvar.running import health_checks
from personsvar.running.bounded_call import Loop
from personsvar.running.chores import Chore
from personsvar.telephony.agi.fastagi_server import FastAgiServer


@dataclass(frozen=True)
class CallService:
    application: Application
    loops: Mapping[str, Loop] = field(default_factory=dict)
    """Each call has a thread of its own: there is no loop."""

    @property
    def server(self) -> FastAgiServer:
        return self.application.server

    @property
    def checks(self) -> Mapping[str, Check]:
        return {"spool": health_checks.spool(self.application), "calls": health_checks.calls(self.server)}

    @cached_property
    def chores(self) -> tuple[Chore, ...]:
        application = self.application
        return (Chore("sweeper", application.sweeping.once, application.settings.sweep_seconds),)

    def meters(self) -> list[Meter]:
        """Figures of calls, prompts, and the spool."""
        application = self.application
        return [
            *_meters_of_calls(self.server),
            Meter(
                "prompts_missing",
                "How often a prompt was asked for in vain.",
                lambda: {(name,): float(n) for name, n in _missing(application).items()},
                ("prompt",),
                counts_up=True,
            ),
            Meter(
                "spool_swept",
                "Recordings of the spool that the sweeper dealt with.",
                lambda: {(what,): float(n) for what, n in dict(application.sweeping.totals).items()},
                ("outcome",),
                counts_up=True,
            ),
            Meter.single(
                "spool_waiting", "Recordings in the spool, under way too.", lambda: _waiting(application)
            ),
            Meter.single("spool_put_aside", "Files put aside as broken.", lambda: _put_aside(application)),
            Meter.single("spool_free_bytes", "Room left on the spool's disk.", lambda: _free(application)),
        ]


def _meters_of_calls(server: FastAgiServer) -> list[Meter]:
    def count(name: str) -> Callable[[], float]:
        return lambda: float(getattr(server.counts, name))

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


def _missing(application: Application) -> Mapping[str, int]:
    return dict(application.studio.prompts.missing)


def _waiting(application: Application) -> float:
    try:
        return float(sum(file.suffix == ".head" for file in application.settings.spool_folder.iterdir()))
    except OSError:
        return float("nan")


def _put_aside(application: Application) -> float:
    try:
        return float(sum(1 for _ in application.takes.spool.broken.iterdir()))
    except FileNotFoundError:
        return 0.0
    except OSError:
        return float("nan")


def _free(application: Application) -> float:
    try:
        disk = os.statvfs(application.settings.spool_folder)
    except OSError:
        return float("nan")
    return float(disk.f_bavail * disk.f_frsize)
