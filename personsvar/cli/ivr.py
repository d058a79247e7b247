"""`personsvar ivr`: the service that answers calls and takes recordings in."""

from __future__ import annotations

import logging
import os

import typer

from personsvar.bootstrap import House
from personsvar.cli.house import open_house
from personsvar.cli.manual import catalogue
from personsvar.language.prompts import LANGUAGES
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
    services = Services(
        server=house.server,
        chores=chores_of_calls(house),
        drain_seconds=house.settings.drain_seconds,
        watchdog=watchdog(house),
    )
    services.run()


def watchdog(house: House) -> Watchdog | None:
    seconds = house.settings.watchdog_seconds
    return Watchdog(seconds=seconds) if seconds else None


def open_line(house: House) -> None:
    """Before the first call: leftovers of a process that died go, and what looks wrong is told."""
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
