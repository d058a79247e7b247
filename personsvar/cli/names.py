"""`personsvar names …`: what callers are called, in the operator's list or in a subscriber's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.arguments import Given
from personsvar.cli.list_options import AfterNumber, Limit
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_json, print_line, print_table, warn
from personsvar.mailbox.caller_names import (
    NameList,
    all_names,
    clear_names,
    import_names,
    put_name,
    remove_name,
)
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.name_files import MOST_BYTES
from personsvar.mailbox.phone_numbers import check_number
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services

app = typer.Typer(no_args_is_help=True)

Of = Annotated[
    str | None,
    typer.Option("--of", metavar="SUBSCRIBER", help="In that subscriber's own list; else in the operator's."),
]
Json = Annotated[bool, typer.Option("--json", help="For programs; the fields are in docs/json.md.")]


@app.command("set")
def set_(
    number: Given, name: Annotated[str, typer.Argument(metavar="NAME", help="In quotes.")], of: Of = None
) -> None:
    """Add a name, or change what the number is called."""
    services = open_application().services
    named = put_name(services, _list_of(services, of), number, name, by=typist())
    print_line(f"{named.number} is called {named.name}.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="vCard, or CSV with the columns number,name.")],
    of: Of = None,
) -> None:
    """Take in a file of contacts: all of it, or nothing."""
    services = open_application().services
    taken = import_names(services, _list_of(services, of), _content(file), by=typist())
    print_line(f"{taken.names} names are in the list.")
    if taken.unread:
        warn(f"{taken.unread} entries have no number or no name that can be read, and are left out")


@app.command("list")
def list_(*, of: Of = None, after: AfterNumber = None, limit: Limit = None, as_json: Json = False) -> None:
    """List the names, by number."""
    services = open_application().services
    behind = None if after is None else check_number(after, region=services.rules.home_region)
    names = all_names(services, _list_of(services, of), after=behind, most=limit)
    if as_json:
        print_json({"number": it.number, "name": it.name} for it in names)
    else:
        print_table(("NUMBER", "NAME"), ((it.number, it.name) for it in names))


@app.command()
def remove(number: Given, of: Of = None) -> None:
    """Remove the name of a number."""
    services = open_application().services
    if not remove_name(services, _list_of(services, of), number, by=typist()):
        raise MailboxError("the list has no name of that number")
    print_line("The name is gone.")


@app.command()
def clear(
    of: Of = None,
    yes: Annotated[bool, typer.Option("--yes", help="Without it nothing is removed.")] = False,
) -> None:
    """Remove all names of a list."""
    services = open_application().services
    whose = _list_of(services, of)
    if not yes:
        raise MailboxError("this removes every name of the list: say --yes")
    print_line(f"{clear_names(services, whose, by=typist())} names are gone.")


def _list_of(services: Services, of: str | None) -> NameList:
    return None if of is None else find_subscriber(services, of).number


def _content(file: Path) -> bytes:
    """No more than one byte too much of it."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise MailboxError(f"{file} can't be read: {wrong.strerror}") from wrong
