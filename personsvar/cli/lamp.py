"""`personsvar lamp …`: the message-waiting lamps of desk phones (docs/lamps.md)."""

from __future__ import annotations

import typer

from personsvar.cli import CannotStartError
from personsvar.cli.house import open_house
from personsvar.cli.printing import say
from personsvar.mailbox.lamps import light_all
from personsvar.mailbox.provision import all_subscribers
from personsvar.notifier.lamps.names import pilot_sections, section

app = typer.Typer(no_args_is_help=True)


@app.command()
def config() -> None:
    """Print the switch's own lines, the pilot lamp and one for each subscriber: pjsip_lamps.conf."""
    say(pilot_sections())
    for subscriber in all_subscribers(open_house().office):
        say(section(subscriber.number))


@app.command()
def light() -> None:
    """Have every lamp told again: for after a restart of the switch, where it does not tell by itself."""
    office = open_house().office
    if not office.rules.lamps:
        raise CannotStartError("there are no lamps: PERSONSVAR_LAMP_SIP is not set")
    say(f"{light_all(office)} lamps will be told.")
