"""Serving visual voicemail: alone (`personsvar visual`), in `personsvar run`, and to try it with a demo."""

from __future__ import annotations

import logging
from datetime import timedelta

from personsvar.bootstrap import House
from personsvar.cli import at_the_end
from personsvar.cli.demo import ALEX
from personsvar.cli.house import open_house
from personsvar.cli.ivr import door, watchdog
from personsvar.mailbox.model import Number, VisualDialect
from personsvar.mailbox.visual.requests import Asked, AskedFor, take_request
from personsvar.notifier.health import Health
from personsvar.running.checks import database
from personsvar.running.meters import meter_of_chores
from personsvar.running.services import Chore
from personsvar.running.serving import Services
from personsvar.running.visual import VisualVoicemail, certificate_of
from personsvar.settings import SettingsError
from personsvar.visual.self_signed import self_signed

log = logging.getLogger(__name__)

FIGURES_SECONDS = timedelta(minutes=10).total_seconds()
OFF = "visual voicemail is off: PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY are not set"


def serve() -> None:
    """Until it is told to stop. Its figures are in the log too, where nobody scrapes them."""
    house = open_house(upgrade=True, quiet=False)
    certificate = certificate_of(house.settings)
    if certificate is None:
        raise SettingsError((OFF,))
    visual = VisualVoicemail(house, certificate)
    chores = (Chore("figures", visual.tell, FIGURES_SECONDS),)
    checks = {"database": database(house), **visual.checks}
    health = Health(checks, [*visual.meters(), meter_of_chores(chores)])
    guard = watchdog(house, {"visual": lambda: visual.loop})
    Services(visual=visual, web=door(house, health), chores=chores, watchdog=guard).run()


def visual_part(house: House) -> VisualVoicemail | None:
    """For `personsvar run`, which does without where no certificate is given."""
    certificate = certificate_of(house.settings)
    if certificate is None:
        log.info(OFF)
        return None
    return VisualVoicemail(house, certificate)


def with_demo(house: House) -> House:
    """The same with visual voicemail on this machine, unless the settings say something of it themselves."""
    settings = house.settings
    if settings.visual_host or settings.visual_certificate or settings.visual_key:
        return house
    papers = self_signed(settings.state_folder)
    more = {
        "visual_host": "localhost",
        "visual_certificate": papers.certificate,
        "visual_key": papers.key,
    }
    demo = House(settings.model_copy(update=more))
    at_the_end(demo.close)
    return demo


def activate_demo(house: House) -> list[str]:
    """One of the demo subscribers has a phone with visual voicemail; lines to print at start."""
    office = house.office
    with office.store.look() as uow:
        account = uow.visual.get(Number(ALEX))
    if account is None or not account.is_active:
        take_request(office, Number(ALEX), Asked(AskedFor.ACTIVATE, VisualDialect.OMTP_13, client="demo"))
    settings = house.settings
    return [
        f"Visual voicemail is at {settings.imaps_bind} (IMAP), with {settings.visual_certificate}",
        f"{ALEX} has it: the user and the password stand in the STATUS that was sent",
    ]
