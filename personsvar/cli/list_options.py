"""What the commands that list something have in common: how much, and from where on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from personsvar.cli.times import TIMES, time

MOST = 1_000_000_000
"""A larger number fits into no database."""

Limit = Annotated[int | None, typer.Option(min=1, max=MOST, help="So many at most; else all.")]
AfterNumber = Annotated[
    str | None, typer.Option("--after", metavar="NUMBER", help="Those behind this number: the next page.")
]
AfterId = Annotated[
    int | None,
    typer.Option("--after", metavar="ID", min=0, max=2**63 - 1, help="Those behind this one: the next page."),
]
Until = Annotated[datetime | None, typer.Option(parser=time, metavar="TIME", help="Before then.")]


def since_option(what: str) -> Any:
    """`what`: what happened then."""
    return typer.Option(parser=time, metavar="TIME", help=f"{what} then or later: {TIMES}.")
