"""How commands print: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from personsvar.mailbox.written_times import in_json

WIDE = 200
"""So many columns there are when the output is no terminal: nothing is cut."""
Fields = Mapping[str, object]


def print_line(text: str) -> None:
    print(text)  # noqa: T201 - this is the command line


def warn(text: str) -> None:
    print(f"personsvar: {text}", file=sys.stderr)  # noqa: T201 - this is the command line


def print_json(value: Fields | Sequence[Fields]) -> None:
    print_line(json.dumps(value, ensure_ascii=False, indent=2))


def print_csv(rows: Iterable[Fields], columns: Sequence[str]) -> None:
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(value)) for value in row))
    console().print(table)


def print_fields(fields: Fields) -> None:
    """One thing is printed, a line for each field."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for name, value in fields.items():
        table.add_row(escape(name), escape(_cell(value)))
    console().print(table)


def console() -> Console:
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=WIDE)


def stamp(at: datetime | None) -> str | None:
    """A time as JSON has it: RFC 3339, UTC, to the second."""
    return None if at is None else in_json(at)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value)) or "–"
    return str(value)
