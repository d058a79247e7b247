"""Visual voicemail in a process: made from the settings, started and stopped with the other services."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from personsvar.address import Address, listening_socket
from personsvar.bootstrap import Application
from personsvar.http.health import Check
from personsvar.http.metrics import Meter
from personsvar.running.bounded_call import Loop
from personsvar.running.chores import Chore
from personsvar.running.health_checks import on_loop
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import SettingsError, binding
from personsvar.storage.changes import SqlMailboxChanges
from personsvar.visual.certificate import Certificate, CertificateError
from personsvar.visual.session_figures import SessionFigures
from personsvar.visual.visual_server import BACKLOG, VisualServer
from personsvar.voice.encode.pool import PoolEncoder

log = logging.getLogger(__name__)

NAMELESS = "localhost"
"""The server calls itself so in mails and its greeting where no name is set: to try things with."""


@dataclass
class VisualService:
    """A `running.service_process.PartService`."""

    application: Application
    certificate: Certificate
    chores: tuple[Chore, ...] = ()
    figures: SessionFigures = field(default_factory=SessionFigures)
    _logged: Mapping[str, int] = field(default_factory=dict)
    _server: VisualServer | None = None

    def start(self) -> None:
        """The addresses are ours from here on. Raise SettingsError where one can't be had."""
        settings = self.application.settings
        self._server = VisualServer(
            self.application.services,
            self.certificate,
            host=settings.visual_host or NAMELESS,
            listeners=_listeners(settings),
            changes=SqlMailboxChanges(settings.database),
            make_encoder=PoolEncoder,
            figures=self.figures,
        )
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    @property
    def checks(self) -> Mapping[str, Check]:
        return {"visual": on_loop(self._loop), "certificate": self._certificate_holds}

    @property
    def loops(self) -> Mapping[str, Loop]:
        return {"visual": self._loop}

    def _loop(self) -> asyncio.AbstractEventLoop | None:
        return None if self._server is None else self._server.loop

    def _certificate_holds(self) -> str | None:
        until = self.certificate.valid_until
        return None if datetime.now(UTC) < until else f"it ran out at {until:%Y-%m-%d %H:%M} UTC"

    def _runs_out_at(self) -> float:
        return self.certificate.valid_until.timestamp()

    def meters(self) -> list[Meter]:
        runs_out = Meter.single(
            "visual_certificate_runs_out",
            "When the certificate runs out, in seconds since 1970.",
            self._runs_out_at,
        )
        return [*meters_of_sessions(self.figures), runs_out]

    def log_figures(self) -> int:
        """A line is written when something happened since the last one."""
        now = {
            "connections": self.figures.connections,
            "sessions": self.figures.sessions,
            "log_ins": self.figures.log_ins,
            "refused": self.figures.refused.total(),
            "turned_away": self.figures.turned_away,
            "failures": self.figures.failures,
            "encoded": self.figures.encoded,
        }
        if now != self._logged:
            self._logged = now
            log.info("visual voicemail", extra=now)
        return 0


def certificate_of(settings: Settings) -> Certificate | None:
    """None where none is given: there is no visual voicemail. Raise SettingsError for one that is no use,
    and where there is none though phones are told of us: no phone could fetch what it alone is told of.
    """
    certificate, key = settings.visual_certificate, settings.visual_key
    if certificate is None and key is None:
        if settings.visual_host:
            raise SettingsError(
                f"PERSONSVAR_VISUAL_HOST={settings.visual_host!r}: "
                "needs PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY, or no phone can fetch"
            )
        return None
    if certificate is None or key is None:
        raise SettingsError("PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY: give both of them")
    found = Certificate(certificate, key)
    try:
        found.load()
    except CertificateError as wrong:
        raise SettingsError(f"PERSONSVAR_VISUAL_CERTIFICATE, PERSONSVAR_VISUAL_KEY: {wrong}") from wrong
    return found


def meters_of_sessions(counts: SessionFigures) -> list[Meter]:
    def read(name: str) -> Callable[[], float]:
        return lambda: float(getattr(counts, name))

    return [
        Meter.single("visual_connections", "Connections of visual voicemail now.", read("connections")),
        Meter.single("visual_sessions", "Sessions of visual voicemail now, logged in.", read("sessions")),
        Meter.single("visual_log_ins", "Log-ins of visual voicemail.", read("log_ins"), counts_up=True),
        Meter(
            "visual_log_ins_refused",
            "Log-ins of visual voicemail that were refused: wrong, closed, blocked, inactive, clear.",
            lambda: {(why,): float(n) for why, n in dict(counts.refused).items()},
            ("why",),
            counts_up=True,
        ),
        Meter.single(
            "visual_turned_away", "Connections over the limits.", read("turned_away"), counts_up=True
        ),
        Meter.single(
            "visual_failures", "Sessions ended by an error of ours.", read("failures"), counts_up=True
        ),
        Meter.single("visual_encoded", "Recordings made into AMR.", read("encoded"), counts_up=True),
    ]


def _listeners(settings: Settings) -> tuple[socket.socket, socket.socket]:
    """The sockets for STARTTLS and for TLS."""
    with ExitStack() as opened:
        with binding("PERSONSVAR_IMAP_BIND"):
            clear = opened.enter_context(listening_socket(Address.parse(settings.imap_bind), BACKLOG))
        with binding("PERSONSVAR_IMAPS_BIND"):
            private = listening_socket(Address.parse(settings.imaps_bind), BACKLOG)
        opened.pop_all()
    return clear, private
