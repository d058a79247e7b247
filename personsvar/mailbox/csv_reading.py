"""CSV as spreadsheets write it: the rows that say something, each with the line it begins on.

Commas, or semicolons or tabs where the comma is the decimal sign: the first row decides. A quotation mark
that nothing closes makes one field of all that is behind it: so a row is bounded, and which one it is, is
told by the line where it begins, not by the one where the reading was given up.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from personsvar.mailbox.errors import MailboxError

LONGEST_ROW = 100_000
"""Letters, in all its lines."""
BLANK = " \t\u00a0"
"""What may stand around a field; what else Python strips is no blank here, but a mistake."""
_SEPARATORS = ",;\t"


class RowError(MailboxError):
    """What stands from that line on is no row."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line


@dataclass(frozen=True, slots=True)
class CsvRow:
    line: int
    """Its first one, where a field goes over several."""
    fields: Sequence[str]


def read_rows(lines: Iterable[str]) -> Iterator[CsvRow]:
    """Without those that say nothing. Raise MailboxError, with its line, at one that is no row."""
    source = _Lines(lines)
    first = source.first_that_says_something()
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(chain([first], source), delimiter=separator)
    try:
        for fields in reader:
            if source.is_over:  # it was asked for more in the middle of a row
                raise source.fault("a quotation mark in it is closed by none")
            if any(field.strip(BLANK) for field in fields):
                yield CsvRow(source.begins, fields)
            source.begin_row()
    except csv.Error as wrong:
        raise source.fault("no CSV") from wrong


class _Lines:
    """The lines of a file, and where in them the row begins that is read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._taken = 0
        self._letters = 0
        self.begins = 1
        self.is_over = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.is_over = True
            raise
        self._taken += 1
        self._letters += len(line)
        if self._letters > LONGEST_ROW:
            raise self.fault(
                f"longer than {LONGEST_ROW} letters; does a quotation mark open and none close it?"
            )
        return line

    def begin_row(self) -> None:
        self.begins, self._letters = self._taken + 1, 0

    def first_that_says_something(self) -> str:
        """Empty when none does; `sep=;` is for spreadsheets."""
        for line in self:
            if line.strip(f"\ufeff\r\n{BLANK}{_SEPARATORS}") and not line.lower().startswith("sep="):
                return line
            self.begin_row()
        self.is_over = False
        return ""

    def fault(self, what: str) -> RowError:
        return RowError(self.begins, what)
