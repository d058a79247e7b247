"""A whole file of subscribers as JSON lines: an object a line, its fields named as the columns of a CSV file.

A field is text, true or false; one that is null, or not there, leaves what it is about as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.subscriber_file import COLUMNS, SWITCHES, GivenRow

_BLANK = " \t\r\n\ufeff"


def json_rows(lines: Iterable[str]) -> Iterator[GivenRow]:
    """Those that say something. Raise MailboxError where none does."""
    number = None
    for number, line in enumerate(lines, 1):
        if line.strip(_BLANK):
            yield _row(number, line)
    if number is None:
        raise MailboxError(f"is empty; each line should be an object with {', '.join(COLUMNS)}")


def _row(number: int, line: str) -> GivenRow:
    try:
        read = json.loads(line.strip(_BLANK), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return GivenRow(number, {}, why="this is no JSON, or a field is there twice")
    if not isinstance(read, dict):
        return GivenRow(number, {}, why="this is no object")
    if not read.keys() <= set(COLUMNS):
        return GivenRow(number, {}, why=f"a field is none of ours; they are {', '.join(COLUMNS)}")
    given: dict[str, str] = {}
    for name, value in read.items():
        if value is None:
            continue
        if isinstance(value, bool) and name in SWITCHES:
            given[name] = "yes" if value else "no"
        elif isinstance(value, str):
            given[name] = value
        else:
            return GivenRow(number, {}, name, "this is no text")
    return GivenRow(number, {name: value for name, value in given.items() if value})


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a field is there twice")
    return dict(pairs)
