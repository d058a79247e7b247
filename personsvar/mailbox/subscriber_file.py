"""A whole file of subscribers (CSV), taken in line by line: each whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from personsvar.mailbox.details import Details
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.ports import Office
from personsvar.mailbox.provision import add_subscriber, is_subscriber, new_number, set_subscriber

COLUMNS = ("number", "name", "email", "language", "pin", "time_zone", "quiet")
_TOO_MANY = ""
"""The heading of fields that have none."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of a file that was not taken in, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    added: int = 0
    changed: int = 0
    refused: tuple[Refused, ...] = ()


def import_subscribers(office: Office, lines: Iterable[str]) -> Imported:
    """Take in a CSV file with a heading line: each line whole or not at all, those that won't do by number.

    A subscriber that is there already is changed; an empty field leaves it as it is.
    """
    result = Imported()
    for line, row in _rows(lines):
        try:
            result = _counted(result, added=_import_row(office, row))
        except MailboxError as wrong:
            result = replace(result, refused=(*result.refused, Refused(line, str(wrong))))
    return result


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(lines, restkey=_TOO_MANY, restval="")
    heading = [str(column).strip().lstrip("\ufeff") for column in reader.fieldnames or ()]
    if "number" not in heading or not set(heading) <= set(COLUMNS):
        raise MailboxError(f"the first line should name the columns, number first: {','.join(COLUMNS)}")
    reader.fieldnames = heading
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as wrong:
        raise MailboxError(f"line {reader.line_num}: {wrong}") from wrong


def _import_row(office: Office, row: Mapping[str, str]) -> bool:
    """Whether it was added (else changed)."""
    if _TOO_MANY in row:
        raise MailboxError("more fields than the heading has columns")
    given = {key: value.strip() for key, value in row.items() if value.strip()}
    number = new_number(office, given.pop("number", ""))
    details = Details(
        name=given.get("name"),
        email=given.get("email"),
        language=given.get("language"),
        time_zone=given.get("time_zone"),
        pin=given.get("pin"),
        quiet=given.get("quiet"),
    )
    if is_subscriber(office, number):
        set_subscriber(office, number, details)
        return False
    add_subscriber(office, number, details)
    return True


def _counted(result: Imported, *, added: bool) -> Imported:
    if added:
        return replace(result, added=result.added + 1)
    return replace(result, changed=result.changed + 1)
