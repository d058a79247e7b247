"""The service that answers calls: its server, the taking in of recordings, and its figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from personsvar.bootstrap import Application
from personsvar.http.health import Check
from personsvar.http.metrics import Meter
from personsvar.mailbox.model.ids import SpoolId
from personsvar.running import health_checks
from personsvar.running.bounded_call import Loop
from personsvar.running.chores import Chore
from personsvar.telephony.call_server import CallServer


@dataclass(frozen=True)
class CallService:
    application: Application
    loops: Mapping[str, Loop] = field(default_factory=dict)
    """Each call has a thread of its own: there is no loop."""

    @property
    def server(self) -> CallServer:
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
                lambda: {(name,): float(n) for name, n in dict(application.studio.prompts.missing).items()},
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
            Meter.single("spool_waiting", "Recordings in the spool, under way too.", _on_disk(self._waiting)),
            Meter.single("spool_put_aside", "Files put aside as broken.", _on_disk(self._put_aside)),
            Meter.single("spool_free_bytes", "Room left on the spool's disk.", _on_disk(self._free_bytes)),
        ]

    def _waiting(self) -> int:
        """Those taken in wait for nothing, though their files stay for as long as the switch may write on."""
        spool = self.application.takes.spool
        heads = (SpoolId(file.stem) for file in spool.folder.iterdir() if file.suffix == ".head")
        return sum(spool.taken_as(one) is None for one in heads)

    def _put_aside(self) -> int:
        broken = self.application.takes.spool.broken
        return sum(1 for _ in broken.iterdir()) if broken.exists() else 0

    def _free_bytes(self) -> int:
        disk = os.statvfs(self.application.settings.spool_folder)
        return disk.f_bavail * disk.f_frsize


def _meters_of_calls(server: CallServer) -> list[Meter]:
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


def _on_disk(read: Callable[[], int]) -> Callable[[], float]:
    """The figure is no number while the disk can't be read."""

    def read_or_nan() -> float:
        try:
            return float(read())
        except OSError:
            return float("nan")

    return read_or_nan
