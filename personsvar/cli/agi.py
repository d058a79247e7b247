"""`personsvar agi`: one call over stdin and stdout, started by the switch."""

from __future__ import annotations

import typer

from personsvar.bootstrap import House, begin
from personsvar.settings import load
from personsvar.telephony.agi.script import run_script
from personsvar.telephony.agi.talk import Answer, SoundsOfACall

app = typer.Typer(invoke_without_command=True)


@app.callback()
def agi() -> None:
    """Take one call over stdin and stdout, for AGI(...) in the dialplan."""
    raise typer.Exit(take_call())


def take_call() -> int:
    settings = load()
    begin(settings, least=settings.log_level)
    house = House(settings)

    def wired() -> tuple[Answer, SoundsOfACall]:
        return house.answer, house.studio.for_call

    try:
        return run_script(wired)
    finally:
        house.close()
