"""`personsvar spool …`: recordings on their way in, and those put aside as broken."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.forms import spool_form
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_json, print_line, print_table
from personsvar.intake import listing
from personsvar.mailbox.errors import MailboxError

app = typer.Typer(no_args_is_help=True)

COLUMNS = ("name", "state", "age_seconds", "bytes", "takes")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")] = False,
) -> None:
    """List what lies in the spool, the longest waiting first, then what was put aside."""
    application = open_application()
    forms = [
        spool_form(recording)
        for recording in listing(application.takes.spool, application.services.clock.now())
    ]
    if as_json:
        print_json(forms)
    else:
        rows = ([form[column] for column in COLUMNS] for form in forms)
        print_table(("NAME", "STATE", "AGE (S)", "BYTES", "TAKES"), rows)


@app.command("retry")
def retry_(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="As `spool list` shows it.")] = None,
) -> None:
    """Bring back what was put aside, one or all, and take in what can be taken in now."""
    application = open_application()
    application.takes.spool.open()
    brought, swept = application.spool_desk.retry(name, by=typist())
    if name is not None and not brought:
        raise MailboxError(f"nothing named {name[:80]!r} was put aside")
    print_line(f"{brought} files brought back; {swept.taken} messages, {swept.missed} missed calls taken in.")
