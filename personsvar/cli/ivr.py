"""`personsvar ivr`: the service that answers calls and takes recordings in."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

import typer

from personsvar.bootstrap import Application, check_studio
from personsvar.cli.manual import catalogue
from personsvar.cli.opening import open_application
from personsvar.http.health import Check, Health
from personsvar.http.health_door import HealthServer
from personsvar.language.prompts import LANGUAGES
from personsvar.running import checks
from personsvar.running.bounded_call import Loop, turning
from personsvar.running.chores import Chore
from personsvar.running.meters import meter_of_chores, meters_of_calls
from personsvar.running.service_runner import ServiceRunner
from personsvar.running.watchdog import Watchdog
from personsvar.settings.loading import unknown

log = logging.getLogger(__name__)

app = typer.Typer(invoke_without_command=True)


@app.callback()
def ivr() -> None:
    """Answer calls (FastAGI) and take the spool's recordings in."""
    application = open_application(upgrade=True, quiet=False)
    open_line(application)
    chores = chores_of_calls(application)
    health = Health(checks_of_calls(application), [*meters_of_calls(application), meter_of_chores(chores)])
    services = ServiceRunner(
        server=application.server,
        web=door(application, health),
        web_setting="PERSONSVAR_HEALTH_BIND",
        chores=chores,
        drain_seconds=application.settings.drain_seconds,
        watchdog=watchdog(application),
    )
    services.run()


def checks_of_calls(application: Application) -> Mapping[str, Check]:
    return {
        "database": checks.database(application),
        "spool": checks.spool(application),
        "calls": checks.calls(application.server),
    }


def door(application: Application, health: Health) -> HealthServer | None:
    """Of a process that has no other HTTP."""
    bind = application.settings.health_bind
    return None if bind is None else HealthServer(health, bind)


def watchdog(application: Application, loops: Mapping[str, Loop] | None = None) -> Watchdog | None:
    """`loops`: what must turn in this process, by the names of their threads."""
    seconds = application.settings.watchdog_seconds
    must_turn = {name: turning(loop) for name, loop in (loops or {}).items()}
    return Watchdog(seconds=seconds, must_turn=must_turn) if seconds else None


def open_line(application: Application) -> None:
    """Before the first call: leftovers of a process that died go, and what looks wrong is told.

    Raise SettingsError when the operator's own recordings can't be read.
    """
    check_studio(application.settings)
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
    return [f"{language}/{it}" for language in LANGUAGES for it in ids if shelf.look(it, language) is None]


def chores_of_calls(application: Application) -> tuple[Chore, ...]:
    return (Chore("sweeper", application.sweeping.once, application.settings.sweep_seconds),)
