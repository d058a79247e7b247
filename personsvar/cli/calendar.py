"""`personsvar calendar …`: subscribers' calendars, whose appointments callers hear of as absences."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from getpass import getpass
from typing import Annotated

import typer

from personsvar.bootstrap import Application
from personsvar.cli import REFUSED
from personsvar.cli.acting import typist
from personsvar.cli.forms import calendar_form
from personsvar.cli.list_options import AfterId, Limit
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_fields, print_json, print_line, print_table, warn
from personsvar.gateways.calendar.feed_errors import in_words
from personsvar.mailbox import calendars
from personsvar.mailbox.calendar_refresh import take_one
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.ids import CalendarId
from personsvar.mailbox.provision import find_subscriber
from personsvar.running.configured_calendars import refresh_calendar, set_up_calendar

app = typer.Typer(no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="NUMBER", help="The subscriber's number.")]
Which = Annotated[int | None, typer.Option("--calendar", metavar="ID", help="This one; else all of them.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")]
COLUMNS = ("ID", "MAILBOX", "HOST", "FETCHED", "BUSY TIMES", "FAILING SINCE", "WHY")


@app.command("set")
def set_(
    number: Who,
    address: Annotated[
        str | None,
        typer.Argument(metavar="[ADDRESS]", help="https:// or webcal://…; - reads it from standard input."),
    ] = None,
    *,
    word: Annotated[
        str | None, typer.Option(help='Appointments whose title begins with it count, too; "": none.')
    ] = None,
    calendar: Annotated[
        int | None, typer.Option(metavar="ID", help="Change the word of this one; no ADDRESS then.")
    ] = None,
) -> None:
    """Add a calendar, which is fetched at once, or change the word of one. What can't be used is refused."""
    if (address is None) == (calendar is None):
        raise typer.BadParameter("give the ADDRESS of a new calendar, or with --calendar the ID of one")
    application = open_application()
    owner = find_subscriber(application.services, number)
    if calendar is not None:
        _set_word(application, number, calendar, word)
        return
    given = _address(address or "")
    feed = asyncio.run(set_up_calendar(application, owner, given, word or "", by=typist()))
    print_line(f"{owner.number} has calendar {feed.id} at {feed.host} now: {_holds(feed)}.")


@app.command()
def show(number: Who, *, as_json: Json = False) -> None:
    """Show a subscriber's calendars: when each was fetched, what it gave, and what is wrong with it."""
    services = open_application().services
    feeds = calendars.calendars_of(services, find_subscriber(services, number).number)
    if as_json:
        print_json([calendar_form(feed) for feed in feeds])
    for feed in () if as_json else feeds:
        print_fields(calendar_form(feed))
        print_line("")


@app.command("list")
def list_(
    *,
    failing: Annotated[bool, typer.Option("--failing", help="Only those that can't be had.")] = False,
    after: AfterId = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List all subscribers' calendars."""
    behind = None if after is None else CalendarId(after)
    feeds = calendars.all_calendars(open_application().services, failing=failing, after=behind, most=limit)
    if as_json:
        print_json(map(calendar_form, feeds))
    else:
        print_table(COLUMNS, map(_row, feeds))


@app.command()
def remove(number: Who, *, calendar: Which = None) -> None:
    """Remove a subscriber's calendar, or all of them, with the absences that came from it."""
    application = open_application()
    feeds = _chosen(application, number, calendar)
    for feed in feeds:
        calendars.remove_calendar(application.services, feed.mailbox, feed.id, by=typist())
        print_line(f"{feed.mailbox} has no calendar {feed.id} any more.")


@app.command()
def refresh(number: Who, *, calendar: Which = None) -> None:
    """Fetch a subscriber's calendar, or all of them, now, and tell what came of it."""
    application = open_application()
    told = [_refreshed(application, feed) for feed in _chosen(application, number, calendar)]
    if not all(told):
        raise typer.Exit(REFUSED)


def _refreshed(application: Application, feed: CalendarFeed) -> bool:
    errand = take_one(application.services, feed.id)
    if errand is None:
        warn(f"calendar {feed.id} is being fetched by somebody else now")
        return False
    now = asyncio.run(refresh_calendar(application, errand))
    if now is None:
        warn(f"calendar {feed.id} was changed meanwhile")
        return False
    if now.trouble is not None:
        warn(f"calendar {feed.id} at {feed.host}: {in_words(now.trouble)}")
        return False
    print_line(f"calendar {feed.id} at {feed.host}: {_holds(now)}.")
    return True


def _set_word(application: Application, number: str, calendar: int, word: str | None) -> None:
    if word is None:
        raise typer.BadParameter('say which word: --word "…"; --word "" is none')
    (feed,) = _chosen(application, number, calendar)
    calendars.set_word(application.services, feed.mailbox, feed.id, word, by=typist())
    print_line(f"calendar {feed.id} is read anew the next time the notifier fetches it: soon.")


def _chosen(application: Application, number: str, calendar: int | None) -> Sequence[CalendarFeed]:
    """Raise MailboxError when the subscriber has no such calendar, or none at all."""
    owner = find_subscriber(application.services, number).number
    feeds = calendars.calendars_of(application.services, owner)
    if calendar is not None:
        feeds = [feed for feed in feeds if feed.id == CalendarId(calendar)]
    if not feeds:
        raise MailboxError(f"{owner} has no {'such ' if calendar is not None else ''}calendar")
    return feeds


def _holds(feed: CalendarFeed) -> str:
    unread = f", {feed.unread} that can't be read" if feed.unread else ""
    return f"{feed.spells} busy times in the next weeks{unread}"


def _row(feed: CalendarFeed) -> tuple[object, ...]:
    why = None if feed.trouble is None else in_words(feed.trouble)
    return feed.id, feed.mailbox, feed.host, feed.fetched_at, feed.spells, feed.failing_since, why


def _address(given: str) -> str:
    """Others may see it on the command line (ps), so it may come from standard input: unseen, too."""
    if given != "-":
        return given
    return getpass("Address: ").strip() if sys.stdin.isatty() else sys.stdin.readline().strip()
