"""`personsvar run`: every service in one process, as `make run` starts it beside Asterisk."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.bootstrap import Application
from personsvar.cli.demo import describe, how_to_try, make_demo_subscribers
from personsvar.cli.ivr import checks_of_calls, chores_of_calls, open_line, watchdog
from personsvar.cli.notifier import checks_of_notices, meters_of_notifier, web
from personsvar.cli.opening import open_application
from personsvar.cli.printing import say
from personsvar.cli.visual_server import activate_demo, visual_part, with_demo
from personsvar.running.meters import meter_of_chores, meters_of_calls
from personsvar.running.notifier_service import NotifierService
from personsvar.running.service_runner import ServiceRunner

app = typer.Typer(invoke_without_command=True)


@app.callback()
def run(
    demo: Annotated[bool, typer.Option(help="Add three subscribers to try things with.")] = False,
) -> None:
    """Run every service in this process. An embedded database is made and upgraded by itself."""
    application = open_application(upgrade=True, quiet=False, notifier=True)
    if demo:
        application = with_demo(application)
        make_demo_subscribers(application.services)
    open_line(application)
    service, visual = NotifierService(application), visual_part(application)
    if demo:
        tell_of_demo(application, service)
    chores = (*chores_of_calls(application), *service.chores)
    of_visual = {} if visual is None else visual.checks
    checks = {**checks_of_calls(application), **checks_of_notices(service), **of_visual}
    figures = [
        *meters_of_calls(application),
        *meters_of_notifier(application, service),
        *(() if visual is None else visual.meters()),
        meter_of_chores(chores),
    ]
    runner = ServiceRunner(
        server=application.server,
        web=web(application, service, checks, figures),
        post=service,
        visual=visual,
        chores=chores,
        drain_seconds=application.settings.drain_seconds,
        # no loop must turn here: notices and phones wait in the database and lose nothing, but to end this
        # process would cut every call to the switch's own recorder; /readyz tells of them all the same
        watchdog=watchdog(application),
    )
    runner.run()


def tell_of_demo(application: Application, service: NotifierService) -> None:
    """To whoever started it, on stdout: it holds PINs, and the log never does."""
    say(f"Three demo subscribers; the number they call is {application.settings.access_number}:")
    tried = how_to_try(application.settings, outbox=service.gateways.files_are_written)
    for line in (*describe(application.services), *activate_demo(application), *tried):
        say(line)
