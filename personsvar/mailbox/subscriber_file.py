"""A whole file of subscribers (CSV), taken in line by line: each whole or not at all.

Rows without a word and columns without a heading are no rows and columns. What is on or off is named as in
`subscriber list --json`.

A mistake is told by its place and never repeats what stands there: where a comma is missing, or two columns
are swapped, it may be somebody's PIN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from personsvar.mailbox.csv_reading import BLANK, CsvRow, read_rows
from personsvar.mailbox.details import Details, Switches, check_language, check_time_zone
from personsvar.mailbox.email_address import check_email
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.import_job import RefusedRow
from personsvar.mailbox.name_letters import check_name
from personsvar.mailbox.provision import (
    add_subscriber,
    check_subscriber,
    is_subscriber,
    new_number,
    set_subscriber,
)
from personsvar.mailbox.services import Services
from personsvar.mailbox.weekly_hours import parse_hours

SWITCHES = tuple(switch.name for switch in fields(Switches))
COLUMNS = ("number", "name", "email", "language", "pin", "time_zone", "quiet", "hours", *SWITCHES)
_ON = {"yes": True, "true": True, "1": True, "on": True, "ja": True, "sann": True}
_OFF = {"no": False, "false": False, "0": False, "off": False, "nei": False, "usann": False}
"""What people write, and what spreadsheets make of it in English and Norwegian."""
_ALSO = {"e_mail": "email"}
_AROUND = f"\ufeff{BLANK}"
"""Around a heading, the mark at a file's begin too."""


def on_or_off(text: str) -> bool:
    given = {**_ON, **_OFF}.get(text.lower())
    if given is None:
        raise MailboxError("this is neither yes nor no")
    return given


_CHECKS: Mapping[str, Callable[[str], object]] = {
    "name": check_name,
    "email": check_email,
    "language": check_language,
    "time_zone": check_time_zone,
    "quiet": parse_quiet,
    "hours": parse_hours,
    **dict.fromkeys(SWITCHES, on_or_off),
}


@dataclass(frozen=True, slots=True)
class GivenRow:
    """What a line of a file gives, or why it gives nothing."""

    line: int
    given: Mapping[str, str]
    column: str = ""
    why: str = ""
    """Empty: it may do."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    added: int = 0
    changed: int = 0
    refused: tuple[RefusedRow, ...] = ()


def import_subscribers(services: Services, lines: Iterable[str], *, by: Actor) -> ImportResult:
    """Take in a CSV file with a heading line: each line whole or not at all, those that won't do by number.

    A subscriber that is there already is changed; an empty field leaves it as it is.
    """
    result = ImportResult()
    for row in csv_rows(lines):
        came_of = take_row(services, row, by=by)
        if isinstance(came_of, RefusedRow):
            result = replace(result, refused=(*result.refused, came_of))
        else:
            result = _counted(result, added=came_of)
    return result


def csv_rows(lines: Iterable[str]) -> Iterator[GivenRow]:
    """Those behind the heading. Raise MailboxError where there is none, or it is no CSV."""
    rows = read_rows(lines)
    heading = next(rows, None)
    if heading is None:
        raise MailboxError(f"is empty; its first line should name the columns: {','.join(COLUMNS)}")
    columns = _columns(heading)
    for row in rows:
        try:
            yield GivenRow(row.line, _given(columns, row.fields))
        except MailboxError as wrong:
            yield GivenRow(row.line, {}, why=str(wrong))


def take_row(services: Services, row: GivenRow, *, by: Actor) -> bool | RefusedRow:
    """Whether it was added (else changed); or why it was not."""
    return _tried(services, row, lambda given: _import_row(services, given, by))


def check_row(services: Services, row: GivenRow, seen: set[Number]) -> bool | RefusedRow:
    """What `take_row` would say, and nothing is changed; `seen`: the numbers in the rows before it."""

    def check(given: Mapping[str, str]) -> bool:
        number, is_new = check_subscriber(services, given.get("number", ""), _details(given))
        is_new = is_new and number not in seen
        seen.add(number)
        return is_new

    return _tried(services, row, check)


def _tried(services: Services, row: GivenRow, take: Callable[[Mapping[str, str]], bool]) -> bool | RefusedRow:
    if row.why:
        return RefusedRow(row.line, row.column, row.why)
    try:
        return take(row.given)
    except MailboxError as wrong:
        return RefusedRow(row.line, _column_at_fault(services, row.given), str(wrong))


def _columns(heading: CsvRow) -> Sequence[str]:
    """Our name of each column; empty where it has none."""
    written = [_column(text) for text in heading.fields]
    for place, name in enumerate(written, 1):
        if name and name not in COLUMNS:
            raise MailboxError(
                f"line {heading.line}: the heading of column {place} is none of ours; "
                f"they are {','.join(COLUMNS)}"
            )
        if name and name in written[: place - 1]:
            raise MailboxError(f"line {heading.line}: the column {name} is there twice")
    if "number" not in written:
        raise MailboxError(
            f"line {heading.line}: names no column number; it should name the columns: {','.join(COLUMNS)}"
        )
    return written


def _column(text: str) -> str:
    """`Number`, ` E-mail `, `Time zone`."""
    name = text.strip(_AROUND).lower().replace(" ", "_").replace("-", "_")
    return _ALSO.get(name, name)


def _given(columns: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """What stands under each heading; empty fields are none."""
    given: dict[str, str] = {}
    for place, text in enumerate(fields):
        name = columns[place] if place < len(columns) else ""
        if not (value := text.strip(BLANK)):
            continue
        if not name:
            raise MailboxError(f"column {place + 1} has no heading, and something stands in it")
        given[name] = value
    return given


def _import_row(services: Services, given: Mapping[str, str], by: Actor) -> bool:
    """Whether it was added (else changed)."""
    number, details = new_number(services, given.get("number", "")), _details(given)
    if is_subscriber(services, number):
        set_subscriber(services, number, details, by=by)
        return False
    add_subscriber(services, number, details, by=by)
    return True


def _details(given: Mapping[str, str]) -> Details:
    return Details(
        name=given.get("name"),
        email=given.get("email"),
        language=given.get("language"),
        time_zone=given.get("time_zone"),
        pin=given.get("pin"),
        quiet=given.get("quiet"),
        hours=given.get("hours"),
        switches=Switches(**{name: on_or_off(given[name]) for name in SWITCHES if name in given}),
    )


def _column_at_fault(services: Services, given: Mapping[str, str]) -> str:
    """Found by asking of each: a row is refused as a whole, with one reason."""
    if not given:
        return ""
    if _refuses(lambda number: new_number(services, number), given.get("number", "")):
        return "number"
    faulty = (name for name, check in _CHECKS.items() if name in given and _refuses(check, given[name]))
    return next(faulty, "pin" if "pin" in given else "")


def _refuses(check: Callable[[str], object], value: str) -> bool:
    try:
        check(value)
    except MailboxError:
        return True
    return False


def _counted(result: ImportResult, *, added: bool) -> ImportResult:
    if added:
        return replace(result, added=result.added + 1)
    return replace(result, changed=result.changed + 1)
