"""A process: its services put together, asked how they are, watched, and run until it is told to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Protocol

from personsvar.bootstrap import Application
from personsvar.http.health import Check, Health
from personsvar.http.health_server import HealthServer
from personsvar.http.metrics import Meter
from personsvar.running.bounded_call import Loop, turning
from personsvar.running.call_service import CallService
from personsvar.running.chores import Chore
from personsvar.running.health_checks import database, recordings
from personsvar.running.object_figures import meters_of_objects
from personsvar.running.service_runner import ProcessPart, ServiceRunner
from personsvar.running.watchdog import Watchdog


class Service(Protocol):
    @property
    def checks(self) -> Mapping[str, Check]: ...

    @property
    def chores(self) -> Sequence[Chore]: ...

    @property
    def loops(self) -> Mapping[str, Loop]:
        """Its event loops, by the names of their threads."""
        ...

    def meters(self) -> Sequence[Meter]: ...


class PartService(Service, ProcessPart, Protocol):
    """A service that is started and stopped as one part."""


class WebService(PartService, Protocol):
    """A service that brings the HTTP of its process with it."""

    def web(self, checks: Mapping[str, Check], meters: Sequence[Meter]) -> ProcessPart: ...


def process(
    application: Application,
    *,
    calls: CallService | None = None,
    notices: WebService | None = None,
    visual: PartService | None = None,
    transcripts: PartService | None = None,
    more_chores: Sequence[Chore] = (),
) -> ServiceRunner:
    """It runs the services that are given; without notices, HTTP is health and figures only, where wanted."""
    services: list[Service] = [one for one in (calls, notices, visual, transcripts) if one is not None]
    chores = (*chain.from_iterable(one.chores for one in services), *more_chores)
    checks: dict[str, Check] = {"database": database(application)}
    if application.objects is not None:
        checks["recordings"] = recordings(application.objects)
    for one in services:
        checks |= one.checks
    meters = [*chain.from_iterable(one.meters() for one in services), _meter_of_chores(chores)]
    meters += meters_of_objects(application.objects)
    settings = application.settings
    web: ProcessPart | None = None
    if notices is not None:
        web = notices.web(checks, meters)
    elif settings.health_bind is not None:
        web = HealthServer(Health(checks, meters), settings.health_bind)
    return ServiceRunner(
        server=None if calls is None else calls.server,
        web=web,
        web_setting="PERSONSVAR_HEALTH_BIND" if notices is None else "PERSONSVAR_HTTP_BIND",
        notices=notices,
        visual=visual,
        transcripts=transcripts,
        chores=chores,
        drain_seconds=settings.drain_seconds,
        watchdog=_watchdog(settings.watchdog_seconds, services),
    )


def _watchdog(seconds: int, services: Sequence[Service]) -> Watchdog | None:
    """Several services in one process need turn no loop.

    Notices and phones wait in the database and lose nothing, but to end the process would cut every call to
    the switch's own recorder; /readyz tells of them all the same.
    """
    loops = services[0].loops if len(services) == 1 else {}
    must_turn = {name: turning(loop) for name, loop in loops.items()}
    return Watchdog(seconds=seconds, must_turn=must_turn) if seconds else None


def _meter_of_chores(chores: Sequence[Chore]) -> Meter:
    return Meter(
        "chore_failures",
        "Rounds of background work that failed.",
        lambda: {(chore.name,): float(chore.failures) for chore in chores},
        ("chore",),
        counts_up=True,
    )
