"""`personsvar notifier`: the service that sends notices, keeps mailboxes tidy and serves HTTP."""

from __future__ import annotations

import typer

from personsvar.cli.opening import OF_NOTIFIER, open_application, tell_connections
from personsvar.running.notifier_service import NotifierService
from personsvar.running.service_process import process

app = typer.Typer(invoke_without_command=True)


@app.callback()
def notifier() -> None:
    """Send notices, remove what is past its time, and serve HTTP."""
    application = open_application(upgrade=True, quiet=False, notifier=True)
    service = process(application, notices=NotifierService(application))
    tell_connections(application, more=OF_NOTIFIER)
    service.run()
