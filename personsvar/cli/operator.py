"""`personsvar operator …`: who may do more on the page than see the own mailbox."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_line, print_table
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.profile import roles

app = typer.Typer(no_args_is_help=True)

Holder = Annotated[str, typer.Argument(metavar="NUMBER", help="A subscriber's: the code goes there.")]


@app.command()
def grant(number: Holder) -> None:
    """Make a subscriber an operator on the page, from the next log-in on."""
    holder, new = roles.grant(open_application().services, number, Role.OPERATOR, by=typist())
    print_line(f"{holder} is an operator {'from the next log-in on' if new else 'already'}.")


@app.command()
def revoke(number: Holder) -> None:
    """Take it back; who is logged in as operator is logged out."""
    holder, had = roles.revoke(open_application().services, number, Role.OPERATOR, by=typist())
    print_line(f"{holder} is no operator{' any more' if had else ''}.")


@app.command("list")
def list_() -> None:
    """List the operators."""
    print_table(
        ("NUMBER",), ((holder,) for holder in roles.holders(open_application().services, Role.OPERATOR))
    )
