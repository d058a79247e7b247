"""`personsvar notifier`: the service that sends notices, keeps mailboxes tidy and serves HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from personsvar.bootstrap import Application
from personsvar.cli.ivr import watchdog
from personsvar.cli.opening import open_application
from personsvar.http.app import make_app
from personsvar.http.connection_limits import ConnectionLimits
from personsvar.http.health import Check
from personsvar.http.http_server import HttpServer
from personsvar.http.metrics import Meter
from personsvar.running import checks
from personsvar.running.figures import meter_of_retention, meters_of_notices, meters_of_visual
from personsvar.running.meters import meter_of_chores
from personsvar.running.notifier_service import NotifierService
from personsvar.running.service_runner import ServiceRunner

app = typer.Typer(invoke_without_command=True)


@app.callback()
def notifier() -> None:
    """Send notices, remove what is past its time, and serve HTTP."""
    application = open_application(upgrade=True, quiet=False, notifier=True)
    service = NotifierService(application)
    own = {"database": checks.database(application), **checks_of_notices(service)}
    figures = [*meters_of_notifier(application, service), meter_of_chores(service.chores)]
    http = web(application, service, own, figures)
    runner = ServiceRunner(
        web=http,
        post=service,
        chores=service.chores,
        # HTTP too: receipts and what phones ask for come in there
        watchdog=watchdog(application, {"notices": lambda: service.services.loop, "http": lambda: http.loop}),
    )
    runner.run()


def checks_of_notices(service: NotifierService) -> Mapping[str, Check]:
    services = service.services
    return {"notices": checks.on_loop(lambda: services.loop)}


def meters_of_notifier(application: Application, service: NotifierService) -> list[Meter]:
    return [
        *meters_of_notices(application, service),
        *meters_of_visual(application),
        meter_of_retention(service),
    ]


def web(
    application: Application, service: NotifierService, checks: Mapping[str, Check], meters: Sequence[Meter]
) -> HttpServer:
    """HTTP; the outbox's page only where notices become files."""
    app = make_app(
        checks=checks,
        meters=meters,
        routers=service.routers(),
        collectors=(service.tally.seconds,),
        outbox_folder=application.settings.outbox_folder if service.gateways.files_are_written else None,
    )
    places = ConnectionLimits(
        application.settings.http_connections, application.settings.http_connections_each
    )
    return HttpServer(app, application.settings.http_bind, places)
