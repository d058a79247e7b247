"""`personsvar notice …`: the delivery ledger. PINs are shown as ••••."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.cli.forms import notice_form
from personsvar.cli.house import open_house
from personsvar.cli.printing import print_fields, print_json, print_table, say
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model import Notice, NoticeId
from personsvar.mailbox.numbers import parse_subscriber_number
from personsvar.mailbox.ports import Office

app = typer.Typer(no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ID", help="As `notice list` shows it.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")]


@app.command("list")
def list_(
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only to this subscriber.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many, newest first.")] = 1000,
    as_json: Json = False,
) -> None:
    """List notices, newest first: why, to whom, by what, and how it went."""
    office = open_house().office
    number = None if to is None else parse_subscriber_number(to, region=office.rules.home_region)
    with office.store.look() as uow:
        notices = uow.outbox.list(to=number, limit=limit)
    if as_json:
        print_json([notice_form(it) for it in notices])
    else:
        columns = ("ID", "CREATED", "TO", "KIND", "CHANNEL", "STATUS", "TRIES", "ERROR")
        print_table(columns, map(_row, notices))


@app.command()
def show(notice: Id, as_json: Json = False) -> None:
    """Show one notice."""
    fields = notice_form(_found(open_house().office, notice))
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@app.command()
def resend(notice: Id) -> None:
    """Send a notice again that has ended: sent, failed or given up."""
    office = open_house().office
    before = _found(office, notice)
    with office.store.begin() as uow:
        again = uow.outbox.resend(before.id, now=office.clock.now())
        uow.commit()
    if not again:
        raise MailboxError(f"notice {notice} is still on its way ({before.status})")
    say(f"Notice {notice} is sent again.")


def _found(office: Office, notice: int) -> Notice:
    with office.store.look() as uow:
        found = uow.outbox.get(NoticeId(notice))
    if found is None:
        raise MailboxError(f"there is no notice {notice}")
    return found


def _row(it: Notice) -> tuple[object, ...]:
    return it.id, it.created_at, it.to, it.kind, it.channel, it.status, it.attempts, it.error
