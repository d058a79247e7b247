"""`personsvar notifier`: the service that sends notices, keeps mailboxes tidy and serves HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from personsvar.bootstrap import House
from personsvar.cli.house import open_house
from personsvar.cli.ivr import watchdog
from personsvar.notifier.app import make_app
from personsvar.notifier.health import Check
from personsvar.notifier.metrics import Meter
from personsvar.notifier.places import Places
from personsvar.notifier.web import UvicornWeb
from personsvar.running import checks
from personsvar.running.figures import meter_of_retention, meters_of_notices, meters_of_visual
from personsvar.running.meters import meter_of_chores
from personsvar.running.posting import Posting
from personsvar.running.serving import Services

app = typer.Typer(invoke_without_command=True)


@app.callback()
def notifier() -> None:
    """Send notices, remove what is past its time, and serve HTTP."""
    house = open_house(upgrade=True, quiet=False, notifier=True)
    posting = Posting(house)
    own = {"database": checks.database(house), **checks_of_notices(posting)}
    figures = [*meters_of_posting(house, posting), meter_of_chores(posting.chores)]
    http = web(house, posting, own, figures)
    services = Services(
        web=http,
        post=posting,
        chores=posting.chores,
        # HTTP too: receipts and what phones ask for come in there
        watchdog=watchdog(house, {"notices": lambda: posting.office.loop, "http": lambda: http.loop}),
    )
    services.run()


def checks_of_notices(posting: Posting) -> Mapping[str, Check]:
    office = posting.office
    return {"notices": checks.on_loop(lambda: office.loop)}


def meters_of_posting(house: House, posting: Posting) -> list[Meter]:
    return [*meters_of_notices(house, posting), *meters_of_visual(house), meter_of_retention(posting)]


def web(house: House, posting: Posting, checks: Mapping[str, Check], meters: Sequence[Meter]) -> UvicornWeb:
    """HTTP; the outbox's page only where notices become files."""
    app = make_app(
        checks=checks,
        meters=meters,
        routers=posting.routers(),
        collectors=(posting.tally.seconds,),
        outbox_folder=house.settings.outbox_folder if posting.gateways.files_are_written else None,
    )
    places = Places(house.settings.http_connections, house.settings.http_connections_each)
    return UvicornWeb(app, house.settings.http_bind, places)
