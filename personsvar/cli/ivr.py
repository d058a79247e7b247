"""`personsvar ivr`: the service that answers calls and takes recordings in."""

from __future__ import annotations

import logging
import os

import typer

from personsvar.bootstrap import Application, faults_of_studio
from personsvar.cli.manual import catalogue
from personsvar.cli.opening import open_application, tell_connections
from personsvar.language.prompts import LANGUAGES
from personsvar.running.call_service import CallService
from personsvar.running.service_process import process
from personsvar.settings.loading import unknown

log = logging.getLogger(__name__)

app = typer.Typer(invoke_without_command=True)


@app.callback()
def ivr() -> None:
    """Answer calls (FastAGI) and take the spool's recordings in."""
    application = open_application(upgrade=True, quiet=False)
    open_line(application)
    service = process(application, calls=CallService(application))
    tell_connections(application)
    service.run()


def open_line(application: Application) -> None:
    """Before the first call: leftovers of a process that died go, and what looks wrong is told.

    Raise SettingsError when the folder of the operator's own recordings can't be read; of one that is not
    played the log tells, and callers hear the built prompt.
    """
    prompts = catalogue(application.settings).ids()
    for fault in faults_of_studio(application.settings, prompts):
        log.warning("a studio recording is not played: %s", fault)
    for name in unknown(os.environ):
        log.warning("%s is no setting of ours", name)
    if leftovers := application.studio.media.clear_leftovers():
        log.info("leftovers removed from the media folder", extra={"files": leftovers})
    if missing := missing_prompts(application):
        log.error(
            "%d prompts have no sound; callers hear a tone instead: personsvar prompts build",
            len(missing),
            extra={"first": missing[0]},
        )


def missing_prompts(application: Application) -> list[str]:
    """As `<language>/<prompt>`: looked for at start, before a caller does."""
    ids = catalogue(application.settings).ids()
    shelf = application.studio.prompts
    return [
        f"{language}/{prompt}"
        for language in LANGUAGES
        for prompt in ids
        if shelf.look(prompt, language) is None
    ]
