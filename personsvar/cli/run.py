"""`personsvar run`: every service in one process, as `make run` starts it beside Asterisk."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.bootstrap import Application
from personsvar.cli.demo import describe, how_to_try, make_demo_subscribers
from personsvar.cli.ivr import open_line
from personsvar.cli.opening import LISTENING, OF_NOTIFIER, open_application, tell_connections
from personsvar.cli.printing import print_line
from personsvar.cli.serve_visual import activate_demo, visual_part, with_demo
from personsvar.cli.transcriber import transcriber_part
from personsvar.running.call_service import CallService
from personsvar.running.notifier_service import NotifierService
from personsvar.running.service_process import process

app = typer.Typer(invoke_without_command=True)


@app.callback()
def run(
    demo: Annotated[bool, typer.Option(help="Add three subscribers to try things with.")] = False,
) -> None:
    """Run every service in this process. An embedded database is made and upgraded by itself."""
    application = open_application(upgrade=True, quiet=False, notifier=True, transcriber=True)
    if demo:
        application = with_demo(application)
        make_demo_subscribers(application.services)
    open_line(application)
    service, visual = NotifierService(application), visual_part(application)
    if demo:
        print_demo(application, service)
    transcripts = transcriber_part(application)
    services = process(
        application, calls=CallService(application), notices=service, visual=visual, transcripts=transcripts
    )
    listening = LISTENING if transcripts is None else 2 * LISTENING
    tell_connections(application, more=OF_NOTIFIER + listening)
    services.run()


def print_demo(application: Application, service: NotifierService) -> None:
    """These lines go to stdout, for whoever started it: they hold PINs, and the log never does."""
    print_line(f"Three demo subscribers; the number they call is {application.settings.access_number}:")
    tried = how_to_try(application.settings, outbox=service.gateways.files_are_written)
    for line in (*describe(application.services), *activate_demo(application), *tried):
        print_line(line)
