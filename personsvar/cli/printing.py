"""How commands print: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from textwrap import indent

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from personsvar.mailbox.written_times import in_json

WIDE = 200
"""So many columns there are when the output is no terminal: nothing is cut."""
PAGE = 500
"""Rows of a table that are measured, and printed, together."""
GAP, INDENT = "  ", "  "
Fields = Mapping[str, object]


def print_line(text: str) -> None:
    print(text)  # noqa: T201 - this is the command line


def warn(text: str) -> None:
    print(f"personsvar: {text}", file=sys.stderr)  # noqa: T201 - this is the command line


def print_json(value: Fields | Iterable[Fields]) -> None:
    """Of several things each by itself: a list may be longer than there is memory."""
    if isinstance(value, Mapping):
        print_line(_json(value))
        return
    behind = "[]"
    for number, one in enumerate(value):
        print_line("," if number else "[")
        print(indent(_json(one), INDENT), end="")  # noqa: T201 - this is the command line
        behind = "\n]"
    print_line(behind)


def print_csv(rows: Iterable[Fields], columns: Sequence[str]) -> None:
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A page at a time, so that it costs no memory: a column is as wide as the pages so far need."""
    out, widths = console(), [cell_len(column) for column in columns]
    cells = (tuple(map(_cell, row)) for row in rows)
    head: Sequence[str] | None = columns
    while (page := list(islice(cells, PAGE))) or head is not None:
        widths = [max(map(cell_len, column)) for column in zip(map(" ".__mul__, widths), *page, strict=True)]
        if sum(widths) + len(GAP) * len(widths) <= out.width:
            _print_lines(out, head, page, widths)
        else:
            _print_folded(out, head, page)
        head = None


def _print_lines(
    out: Console, head: Sequence[str] | None, page: Sequence[Sequence[str]], widths: Sequence[int]
) -> None:
    if head is not None:
        out.print(_line(head, widths), style="bold", markup=False)
    for row in page:
        print_line(_line(row, widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _print_folded(out: Console, head: Sequence[str] | None, page: Sequence[Sequence[str]]) -> None:
    """What is too wide for the terminal goes on below, in its column."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for _ in page[0] if page else head or ():
        table.add_column(overflow="fold")
    if head is not None:
        table.add_row(*map(escape, head), style="bold")
    for row in page:
        table.add_row(*map(escape, row))
    out.print(table)


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


def _json(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False, indent=len(INDENT))


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
