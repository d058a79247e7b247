"""`personsvar ivr`: the service that answers calls and takes recordings in."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

import typer

from personsvar.bootstrap import House, check_studio
from personsvar.cli.house import open_house
from personsvar.cli.manual import catalogue
from personsvar.language.prompts import LANGUAGES
from personsvar.notifier.health import Check, Health
from personsvar.running import checks
from personsvar.running.asking import Loop, turning
from personsvar.running.health_door import HealthDoor
from personsvar.running.meters import meter_of_chores, meters_of_calls
from personsvar.running.services import Chore
from personsvar.running.serving import Services
from personsvar.running.watchdog import Watchdog
from personsvar.settings import unknown

log = logging.getLogger(__name__)

app = typer.Typer(invoke_without_command=True)


@app.callback()
def ivr() -> None:
    """Answer calls (FastAGI) and take the spool's recordings in."""
    house = open_house(upgrade=True, quiet=False)
    open_line(house)
    chores = chores_of_calls(house)
    health = Health(checks_of_calls(house), [*meters_of_calls(house), meter_of_chores(chores)])
    services = Services(
        server=house.server,
        web=door(house, health),
        chores=chores,
        drain_seconds=house.settings.drain_seconds,
        watchdog=watchdog(house),
    )
    services.run()


def checks_of_calls(house: House) -> Mapping[str, Check]:
    return {
        "database": checks.database(house),
        "spool": checks.spool(house),
        "calls": checks.calls(house.server),
    }


def door(house: House, health: Health) -> HealthDoor | None:
    """Of a process that has no other HTTP."""
    bind = house.settings.health_bind
    return None if bind is None else HealthDoor(health, bind)


def watchdog(house: House, loops: Mapping[str, Loop] | None = None) -> Watchdog | None:
    """`loops`: what must turn in this process, by the names of their threads."""
    seconds = house.settings.watchdog_seconds
    must_turn = {name: turning(loop) for name, loop in (loops or {}).items()}
    return Watchdog(seconds=seconds, must_turn=must_turn) if seconds else None


def open_line(house: House) -> None:
    """Before the first call: leftovers of a process that died go, and what looks wrong is told.

    Raise SettingsError when the operator's own recordings can't be read.
    """
    check_studio(house.settings)
    for name in unknown(os.environ):
        log.warning("%s is no setting of ours", name)
    if leftovers := house.studio.media.clear_leftovers():
        log.info("leftovers removed from the media folder", extra={"files": leftovers})
    if missing := missing_prompts(house):
        log.error(
            "%d prompts have no sound; callers hear a tone instead: personsvar prompts build",
            len(missing),
            extra={"first": missing[0]},
        )


def missing_prompts(house: House) -> list[str]:
    """As `<language>/<prompt>`: looked for at start, before a caller does."""
    ids = catalogue(house.settings).ids()
    shelf = house.studio.prompts
    return [f"{language}/{it}" for language in LANGUAGES for it in ids if shelf.look(it, language) is None]


def chores_of_calls(house: House) -> tuple[Chore, ...]:
    return (Chore("sweeper", house.sweeping.once, house.settings.sweep_seconds),)
