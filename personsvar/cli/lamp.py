"""`personsvar lamp …`: the message-waiting lamps of desk phones (docs/lamps.md)."""

from __future__ import annotations

import typer

from personsvar.cli import CannotStartError
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_line
from personsvar.gateways.lamps.lamp_names import pilot_sections, section
from personsvar.mailbox.lamps import light_all
from personsvar.mailbox.provision import all_subscribers

app = typer.Typer(no_args_is_help=True)


@app.command()
def config() -> None:
    """Print the switch's own lines, the pilot lamp and one for each subscriber: pjsip_lamps.conf."""
    print_line(pilot_sections())
    for subscriber in all_subscribers(open_application().services):
        print_line(section(subscriber.number))


@app.command()
def light() -> None:
    """Have every lamp told again: for after a restart of the switch, where it does not tell by itself."""
    services = open_application().services
    if not services.rules.lamps:
        raise CannotStartError("there are no lamps: PERSONSVAR_LAMP_SIP is not set")
    print_line(f"{light_all(services)} lamps will be told.")
