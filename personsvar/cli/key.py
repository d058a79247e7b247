"""`personsvar key …`: keys of the HTTP API. A key is shown when it is made, and never again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.forms import key_form
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_json, print_line, print_table, warn
from personsvar.mailbox.api_keys import add_key, all_keys, parse_scopes, revoke_key
from personsvar.mailbox.model.api_key import ApiKey, Scope

app = typer.Typer(no_args_is_help=True)

WHEN = "2027-06-01 (its first moment, UTC), 90d, or never"
YEAR = "365d"
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")

Json = Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose it is: letters, digits, dots and dashes.")]


@app.command()
def add(
    name: Name,
    scope: Annotated[
        list[str], typer.Option(metavar="SCOPE", help=f"{', '.join(Scope)}; messages:* or * are several.")
    ],
    expires: Annotated[str, typer.Option(metavar="WHEN", help=f"When it ends: {WHEN}.")] = YEAR,
) -> None:
    """Make a key, and show it: the only time. --scope may be given several times."""
    services = open_application().services
    ends = _end(expires, services.clock.now())
    key, text = add_key(services, name, parse_scopes(scope), expires_at=ends, by=typist())
    print_line(text)
    until = "for ever" if ends is None else f"until {ends:%Y-%m-%d %H:%M:%SZ}"
    warn(f"{key.name} may {', '.join(sorted(key.scopes))}, {until}. The key is not shown again.")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")] = False,
) -> None:
    """List the keys: who, for what, until when, how often used."""
    services = open_application().services
    now = services.clock.now()
    keys = all_keys(services)
    if as_json:
        print_json([key_form(key, now) for key in keys])
    else:
        columns = ("NAME", "BEGINS", "STATE", "EXPIRES", "LAST USED", "USES", "SCOPES")
        print_table(columns, (_row(key, now) for key in keys))


@app.command()
def revoke(name: Name) -> None:
    """End a key: it opens nothing from now on."""
    revoke_key(open_application().services, name, by=typist())
    print_line(f"{name} is revoked.")


def _row(key: ApiKey, now: datetime) -> tuple[object, ...]:
    form = key_form(key, now)
    names = ("name", "begins", "state", "expires_at", "last_used_at", "uses", "scopes")
    return tuple(form[name] for name in names)


def _end(written: str, now: datetime) -> datetime | None:
    if written == "never":
        return None
    try:
        if days := _DAYS.fullmatch(written):
            return now + timedelta(days=int(days[1]))
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except (ValueError, OverflowError) as wrong:
        raise typer.BadParameter(f"--expires: write it like {WHEN}") from wrong
