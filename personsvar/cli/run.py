"""`personsvar run`: every service in one process, as `make run` starts it beside Asterisk."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.bootstrap import House
from personsvar.cli.demo import describe, how_to_try, make_demo_subscribers
from personsvar.cli.house import open_house
from personsvar.cli.ivr import checks_of_calls, chores_of_calls, open_line, watchdog
from personsvar.cli.notifier import checks_of_notices, meters_of_posting, web
from personsvar.cli.printing import say
from personsvar.cli.visual_server import activate_demo, visual_part, with_demo
from personsvar.running.meters import meter_of_chores, meters_of_calls
from personsvar.running.posting import Posting
from personsvar.running.serving import Services

app = typer.Typer(invoke_without_command=True)


@app.callback()
def run(
    demo: Annotated[bool, typer.Option(help="Add three subscribers to try things with.")] = False,
) -> None:
    """Run every service in this process. An embedded database is made and upgraded by itself."""
    house = open_house(upgrade=True, quiet=False, notifier=True)
    if demo:
        house = with_demo(house)
        make_demo_subscribers(house.office)
    open_line(house)
    posting, visual = Posting(house), visual_part(house)
    if demo:
        tell_of_demo(house, posting)
    chores = (*chores_of_calls(house), *posting.chores)
    of_visual = {} if visual is None else visual.checks
    checks = {**checks_of_calls(house), **checks_of_notices(posting), **of_visual}
    figures = [
        *meters_of_calls(house),
        *meters_of_posting(house, posting),
        *(() if visual is None else visual.meters()),
        meter_of_chores(chores),
    ]
    services = Services(
        server=house.server,
        web=web(house, posting, checks, figures),
        post=posting,
        visual=visual,
        chores=chores,
        drain_seconds=house.settings.drain_seconds,
        # no loop must turn here: notices and phones wait in the database and lose nothing, but to end this
        # process would cut every call to the switch's own recorder; /readyz tells of them all the same
        watchdog=watchdog(house),
    )
    services.run()


def tell_of_demo(house: House, posting: Posting) -> None:
    """To whoever started it, on stdout: it holds PINs, and the log never does."""
    say(f"Three demo subscribers; the number they call is {house.settings.access_number}:")
    tried = how_to_try(house.settings, outbox=posting.gateways.files_are_written)
    for line in (*describe(house.office), *activate_demo(house), *tried):
        say(line)
