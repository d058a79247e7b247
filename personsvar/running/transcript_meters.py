"""Transcripts in figures: what was written down, what that cost, and whether the engine is there."""

from __future__ import annotations

from datetime import UTC

from personsvar.bootstrap import Application
from personsvar.gateways.transcripts.transcript_figures import FAILURES
from personsvar.gateways.transcripts.transcript_gateway import TranscriptGateway
from personsvar.http.metrics import Meter
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.transcript import Understanding
from personsvar.running.figures import read_or_nothing


def meters_of_transcripts(application: Application, gateway: TranscriptGateway) -> list[Meter]:
    clock, figures = application.services.clock, gateway.figures
    backlog = read_or_nothing(application, lambda uow: uow.outbox.figures(now=clock.now()))
    today = read_or_nothing(
        application, lambda uow: uow.transcripts.seconds_on(clock.now().astimezone(UTC).date())
    )

    def waiting() -> dict[tuple[str, ...], float]:
        queued = [it.queued for it in backlog() or () if it.channel is Channel.TRANSCRIPT]
        return {(): float(queued[0])} if queued else {}

    def minutes_today() -> dict[tuple[str, ...], float]:
        seconds = today()
        return {} if seconds is None else {(): seconds / 60}

    return [
        Meter("transcripts_waiting", "Messages that wait to be written down, or are being.", waiting),
        Meter("transcript_minutes_today", "Minutes of sound the engines were given today.", minutes_today),
        Meter(
            "transcripts_made",
            "Messages written down by this process: text, unsure, not-understood.",
            lambda: {(how,): float(figures.made[how]) for how in Understanding},
            ("understanding",),
            counts_up=True,
        ),
        Meter(
            "transcripts_failed",
            "Tries that came to nothing in this process, by why.",
            lambda: {(why,): float(figures.failures[why]) for why in FAILURES},
            ("why",),
            counts_up=True,
        ),
        Meter.single(
            "transcript_sound_seconds",
            "Seconds of sound that this process wrote down.",
            lambda: figures.sound_seconds,
            counts_up=True,
        ),
        Meter.single(
            "transcript_cpu_seconds",
            "CPU seconds that it took on this machine.",
            lambda: figures.cpu_seconds,
            counts_up=True,
        ),
        Meter.single(
            "transcriber_up",
            "Whether the engine is there.",
            lambda: float(gateway.engine.is_up),
        ),
    ]
