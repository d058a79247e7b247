"""`personsvar notice …`: the delivery ledger. PINs are shown as ••••."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.list_options import MOST, AfterId, since_option
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_fields, print_json, print_line, print_table
from personsvar.http.api.forms import history_form, notice_form
from personsvar.mailbox import lookups
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.page_by_page import page_by_page
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.undelivered import send_again

app = typer.Typer(no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ID", help="As `notice list` shows it.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")]


@app.command("list")
def list_(
    *,
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only to this subscriber.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="Only by this channel.")] = None,
    kind: Annotated[NoticeKind | None, typer.Option(help="Only of this kind.")] = None,
    status: Annotated[NoticeStatus | None, typer.Option(help="Only those that stand so.")] = None,
    since: Annotated[datetime | None, since_option("Caused")] = None,
    after: AfterId = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="So many, newest first.")] = 1000,
    as_json: Json = False,
) -> None:
    """List notices, newest first: why, to whom, by what, and how it went."""
    services = open_application().services
    number = None if to is None else parse_subscriber_number(to, region=services.rules.home_region)
    notices = page_by_page(
        services,
        lambda uow, last, most: uow.outbox.list(
            to=number, channel=channel, kind=kind, status=status, since=since, before_id=last, limit=most
        ),
        lambda it: it.id,
        after=None if after is None else NoticeId(after),
        most=limit,
        may_be_late=True,
    )
    if as_json:
        print_json(notice_form(notice).model_dump(mode="json") for notice in notices)
    else:
        columns = ("ID", "CREATED", "TO", "KIND", "CHANNEL", "STATUS", "TRIES", "ERROR")
        print_table(columns, map(_row, notices))


@app.command()
def show(notice: Id, as_json: Json = False) -> None:
    """Show one notice, with each try and each receipt."""
    services = open_application().services
    found = lookups.notice_and_history(services, NoticeId(notice))
    if found is None:
        raise _unknown(notice)
    shown = history_form(*found).model_dump(mode="json")
    if as_json:
        print_json(shown)
        return
    tries, receipts = shown.pop("tries"), shown.pop("receipts")
    print_fields(shown)
    _print_history(tries, receipts)


@app.command()
def resend(notice: Id) -> None:
    """Send a notice again that has ended: sent, failed or given up."""
    services = open_application().services
    before = lookups.notice(services, NoticeId(notice))
    if before is None:
        raise _unknown(notice)
    if not send_again(services, before.id, by=typist()):
        raise MailboxError(f"notice {notice} is still on its way ({before.status})")
    print_line(f"Notice {notice} is sent again.")


def _print_history(tries: list[dict[str, object]], receipts: list[dict[str, object]]) -> None:
    _print_rows(("number", "at", "outcome", "gateway", "error"), tries, first="try")
    _print_rows(("at", "state", "gateway", "gateway_id", "detail"), receipts, first="receipt")


def _print_rows(names: Sequence[str], rows: list[dict[str, object]], *, first: str) -> None:
    if rows:
        print_line("")
        head = (first, *names[1:])
        print_table([name.upper() for name in head], ([row[name] for name in names] for row in rows))


def _unknown(notice: int) -> MailboxError:
    return MailboxError(f"there is no notice {notice}")


def _row(notice: Notice) -> tuple[object, ...]:
    about = notice.id, notice.created_at, notice.to, notice.kind, notice.channel
    return *about, notice.status, notice.attempts, notice.error
