"""Visual voicemail in a process: made from the settings, started and stopped with the other services."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from personsvar.bootstrap import Application
from personsvar.http.health import Check
from personsvar.http.metrics import Meter
from personsvar.running.checks import on_loop
from personsvar.running.service_runner import told_as
from personsvar.settings.loading import SettingsError
from personsvar.settings.settings import Settings
from personsvar.storage.changes import SqlMailboxChanges
from personsvar.visual.certificate import Certificate, CertificateError
from personsvar.visual.session_figures import SessionFigures
from personsvar.visual.visual_server import BACKLOG, VisualServer
from personsvar.voice.encode.pool import PoolEncoder

log = logging.getLogger(__name__)

NAMELESS = "localhost"
"""The server's name in mails and its greeting where none is set: to try things with."""


@dataclass(frozen=True)
class VisualService:
    """A part of `running.serving.Services`."""

    application: Application
    certificate: Certificate
    _told: dict[str, int] = field(default_factory=dict)

    @cached_property
    def counts(self) -> SessionFigures:
        return SessionFigures()

    @cached_property
    def server(self) -> VisualServer:
        """Its addresses are ours from here on."""
        settings = self.application.settings
        with told_as("PERSONSVAR_IMAP_BIND"):
            clear = _bound(settings.imap_bind)
        try:
            with told_as("PERSONSVAR_IMAPS_BIND"):
                private = _bound(settings.imaps_bind)
        except SettingsError:
            clear.close()
            raise
        return VisualServer(
            self.application.services,
            self.certificate,
            host=settings.visual_host or NAMELESS,
            listeners=(clear, private),
            changes=SqlMailboxChanges(settings.database),
            make_encoder=PoolEncoder,
            counts=self.counts,
        )

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    @property
    def checks(self) -> Mapping[str, Check]:
        return {"visual": on_loop(lambda: self.loop), "certificate": self._certificate_holds}

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """What it runs on; None before it has begun."""
        server: VisualServer | None = vars(self).get("server")  # a question makes none
        return None if server is None else server.loop

    def _certificate_holds(self) -> str | None:
        until = self.certificate.valid_until
        return None if datetime.now(UTC) < until else f"it ran out at {until:%Y-%m-%d %H:%M} UTC"

    def _until(self) -> float:
        return self.certificate.valid_until.timestamp()

    def meters(self) -> list[Meter]:
        runs_out = Meter.single(
            "visual_certificate_runs_out",
            "When the certificate runs out, in seconds since 1970.",
            self._until,
        )
        return [*meters_of_sessions(self.counts), runs_out]

    def tell(self) -> int:
        """A line in the log when something happened since the last one."""
        figures = {
            "connections": self.counts.connections,
            "sessions": self.counts.sessions,
            "log_ins": self.counts.log_ins,
            "refused": self.counts.refused.total(),
            "turned_away": self.counts.turned_away,
            "failures": self.counts.failures,
            "encoded": self.counts.encoded,
        }
        if figures != self._told:
            self._told.update(figures)
            log.info("visual voicemail", extra=figures)
        return 0


def certificate_of(settings: Settings) -> Certificate | None:
    """None: none is given, so there is no visual voicemail. Raise SettingsError for one that is of no use."""
    certificate, key = settings.visual_certificate, settings.visual_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise SettingsError(("PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY: give both of them",))
    found = Certificate(certificate, key)
    try:
        found.load()
    except CertificateError as wrong:
        raise SettingsError((f"PERSONSVAR_VISUAL_CERTIFICATE, PERSONSVAR_VISUAL_KEY: {wrong}",)) from wrong
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


def _bound(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=BACKLOG)
