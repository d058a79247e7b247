"""`personsvar lamp …`: the message-waiting lamps of desk phones (docs/lamps.md)."""

from __future__ import annotations

import typer

from personsvar.cli import CannotStartError
from personsvar.cli.acting import typist
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_line
from personsvar.gateways.lamps.lamp_names import lamp_lines
from personsvar.mailbox.errors import NotReadyError
from personsvar.mailbox.lamps import ask_for_light
from personsvar.mailbox.provision import all_subscribers

app = typer.Typer(no_args_is_help=True)


@app.command()
def config() -> None:
    """Print the switch's own lines, the pilot lamp and one for each subscriber: pjsip_lamps.conf."""
    for lines in lamp_lines(it.number for it in all_subscribers(open_application().services)):
        print_line(lines)


@app.command()
def light() -> None:
    """Have every lamp told again: for after a restart of the switch, where it does not tell by itself."""
    services = open_application().services
    try:
        told = ask_for_light(services, by=typist())
    except NotReadyError as wrong:
        raise CannotStartError(str(wrong)) from wrong
    print_line(f"{told} lamps will be told.")
