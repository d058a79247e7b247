"""`personsvar transcriber`: the service that writes messages down."""

from __future__ import annotations

import logging

import typer

from personsvar.bootstrap import Application
from personsvar.cli.opening import LISTENING, OF_TRANSCRIBER, open_application, tell_connections
from personsvar.gateways.transcripts.judging import judged_by_its_sound
from personsvar.running.configured_transcriber import transcriber_of
from personsvar.running.service_process import process
from personsvar.running.transcriber_service import TranscriberService
from personsvar.settings.loading import SettingsError

log = logging.getLogger(__name__)

OFF = "messages are not written down: PERSONSVAR_TRANSCRIBER is none"

app = typer.Typer(invoke_without_command=True)


@app.callback()
def transcriber() -> None:
    """Write messages down, for the subscribers who wish it, until it is told to stop."""
    application = open_application(upgrade=True, quiet=False, transcriber=True)
    part = transcriber_part(application)
    if part is None:
        raise SettingsError(OFF)
    service = process(application, transcripts=part)
    tell_connections(application, more=OF_TRANSCRIBER + LISTENING)
    service.run()


def transcriber_part(application: Application) -> TranscriberService | None:
    """`personsvar run` does without it where there is no engine. Raise SettingsError."""
    engine = transcriber_of(application.settings, application.services.clock)
    if engine is None:
        log.info(OFF)
        return None
    return TranscriberService(application, engine, judged_by_its_sound)
