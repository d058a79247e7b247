"""`personsvar notifier`: the service that sends notices, keeps mailboxes tidy and serves HTTP."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import typer

from personsvar.bootstrap import House
from personsvar.cli.house import open_house
from personsvar.mailbox.model import Channel
from personsvar.mailbox.retention import purge_once
from personsvar.notifier.app import make_app
from personsvar.notifier.files import FileDelivery
from personsvar.notifier.web import UvicornWeb
from personsvar.notifier.worker import OutboxWorker, Patience
from personsvar.running.health import checks_of, meters_of
from personsvar.running.services import Chore
from personsvar.running.serving import Services
from personsvar.running.world import luck
from personsvar.settings import Settings

log = logging.getLogger(__name__)

app = typer.Typer(invoke_without_command=True)

POLL_SECONDS = 1.0
SECRETS_SECONDS = 30.0


@app.callback()
def notifier() -> None:
    """Send notices, remove what is past its time, and serve HTTP."""
    house = open_house(upgrade=True, quiet=False)
    notices = chores_of_notices(house)
    Services(web=web(house, notices), chores=notices.chores).run()


@dataclass(frozen=True, slots=True)
class Notices:
    worker: OutboxWorker
    chores: tuple[Chore, ...]


def chores_of_notices(house: House) -> Notices:
    settings = house.settings
    worker = OutboxWorker(house.outbox_office, deliveries(settings), luck, _patience(settings))
    chores = (
        Chore("outbox", worker.run_once, POLL_SECONDS, wait=house.bell.wait),
        Chore("secrets", worker.expire_secrets, SECRETS_SECONDS),
        Chore("retention", lambda: purge_once(house.office), settings.retention_minutes * 60),
    )
    return Notices(worker, chores)


def deliveries(settings: Settings) -> dict[Channel, FileDelivery]:
    """Files for every channel that has no gateway. What has one waits for the version that can use it."""
    gateways = {
        Channel.SMS: settings.smpp_url,
        Channel.MMS: settings.mm7_url,
        Channel.EMAIL: settings.smtp_url,
    }
    files = FileDelivery(settings.outbox_folder, settings.mail_from, settings.sms_sender)
    for channel, gateway in gateways.items():
        if gateway is not None:
            log.warning("this version can't use the %s gateway yet: its notices wait", channel)
    return {channel: files for channel, gateway in gateways.items() if gateway is None}


def web(house: House, notices: Notices) -> UvicornWeb:
    """HTTP; the outbox's page only when no gateway is configured at all."""
    to_files_only = {Channel.SMS, Channel.MMS, Channel.EMAIL} <= set(notices.worker.deliveries)
    app = make_app(
        checks=checks_of(house),
        meters=meters_of(house, notices.worker, notices.chores),
        outbox_folder=house.settings.outbox_folder if to_files_only else None,
    )
    return UvicornWeb(app, house.settings.http_bind)


def _patience(settings: Settings) -> Patience:
    return Patience(
        lease_seconds=settings.notice_lease_seconds,
        retry_seconds=settings.notice_retry_seconds,
        attempts=settings.notice_attempts,
        hours=settings.notice_hours,
    )
