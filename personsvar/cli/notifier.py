"""`personsvar notifier`: the service that sends notices, keeps mailboxes tidy and serves HTTP."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from personsvar.bootstrap import House
from personsvar.cli.house import open_house
from personsvar.notifier.app import make_app
from personsvar.notifier.metrics import Meter
from personsvar.notifier.web import UvicornWeb
from personsvar.running.health import checks_of, meters_of
from personsvar.running.posting import Posting
from personsvar.running.serving import Services

app = typer.Typer(invoke_without_command=True)


@app.callback()
def notifier() -> None:
    """Send notices, remove what is past its time, and serve HTTP."""
    house = open_house(upgrade=True, quiet=False)
    posting = Posting(house)
    Services(web=web(house, posting), post=posting, chores=posting.chores).run()


def web(house: House, posting: Posting, more: Sequence[Meter] = ()) -> UvicornWeb:
    """HTTP; the outbox's page only when no gateway is configured at all. `more`: figures of others."""
    app = make_app(
        checks=checks_of(house),
        meters=[*meters_of(house, posting), *more],
        routers=posting.routers(),
        collectors=(posting.tally.seconds,),
        outbox_folder=house.settings.outbox_folder if posting.gateways.to_files_only else None,
    )
    return UvicornWeb(app, house.settings.http_bind)
