"""Serving visual voicemail: alone (`personsvar visual`), in `personsvar run`, and to try it with a demo."""

from __future__ import annotations

import logging
from datetime import timedelta

from personsvar.bootstrap import Application
from personsvar.cli import at_the_end
from personsvar.cli.demo import ALEX
from personsvar.cli.opening import LISTENING, open_application, tell_connections
from personsvar.mailbox import lookups
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.visual.requests import VisualRequest, VisualRequestKind, take_request
from personsvar.running.chores import Chore
from personsvar.running.service_process import process
from personsvar.running.visual_service import VisualService, certificate_of
from personsvar.settings.loading import SettingsError
from personsvar.visual.self_signed import self_signed

log = logging.getLogger(__name__)

FIGURES_SECONDS = timedelta(minutes=10).total_seconds()
OFF = "visual voicemail is off: PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY are not set"


def serve() -> None:
    """It serves until it is told to stop. Its figures are in the log too, where nobody scrapes them."""
    application = open_application(upgrade=True, quiet=False)
    certificate = certificate_of(application.settings)
    if certificate is None:
        raise SettingsError(OFF)
    visual = VisualService(application, certificate)
    figures = Chore("figures", visual.log_figures, FIGURES_SECONDS)
    service = process(application, visual=visual, more_chores=(figures,))
    tell_connections(application, more=LISTENING)
    service.run()


def visual_part(application: Application) -> VisualService | None:
    """`personsvar run` does without it where no certificate is given."""
    certificate = certificate_of(application.settings)
    if certificate is None:
        log.info(OFF)
        return None
    return VisualService(application, certificate)


def with_demo(application: Application) -> Application:
    """The application with visual voicemail on this machine, unless the settings say something of it."""
    settings = application.settings
    if settings.visual_host or settings.visual_certificate or settings.visual_key:
        return application
    papers = self_signed(settings.state_folder)
    more = {"visual_host": "localhost", "visual_certificate": papers.certificate, "visual_key": papers.key}
    demo = Application(settings.model_copy(update=more))
    at_the_end(demo.close)
    return demo


def activate_demo(application: Application) -> list[str]:
    """One of the demo subscribers gets a phone with visual voicemail; returns lines to print at start."""
    services = application.services
    account = lookups.visual_account(services, Number(ALEX))
    if account is None or not account.is_active:
        take_request(
            services,
            Number(ALEX),
            VisualRequest(VisualRequestKind.ACTIVATE, VisualDialect.OMTP_13, client="demo"),
        )
    settings = application.settings
    return [
        f"Visual voicemail is at {settings.imaps_bind} (IMAP), with {settings.visual_certificate}",
        f"{ALEX} has it: the user and the password stand in the STATUS that was sent",
    ]
