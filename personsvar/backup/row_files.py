"""Rows of a backup in files, a table each; some are written anew when recordings went meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from personsvar.backup.backup_manifest import TableFile
from personsvar.backup.private_files import lines_in, read_packed, write_packed
from personsvar.storage.backup.backed_up_tables import INSTALLATION_KEYS, TableShape
from personsvar.storage.backup.copy_text import number_in, values_of

TOGETHER = 1 << 18
Line = bytes


@dataclass
class _Counted:
    rows: int = 0

    def gathered(self, lines: Iterable[Line], tell: Callable[[int], None]) -> Iterator[bytes]:
        """Many lines in a piece."""
        some, length = [], 0
        for line in lines:
            some.append(line)
            length += len(line)
            self.rows += 1
            if length >= TOGETHER:
                yield b"".join(some)
                some, length = [], 0
                tell(self.rows)
        yield b"".join(some)


def write_rows(
    folder: Path, shape: TableShape, lines: Iterable[Line], tell: Callable[[int], None] = lambda _: None
) -> TableFile:
    counted = _Counted()
    table = TableFile(shape, 0, None)
    found = write_packed(folder / table.file, counted.gathered(lines, tell))
    return replace(table, rows=counted.rows, sum=found)


def pieces_of(folder: Path, table: TableFile) -> Iterator[bytes]:
    if table.sum is None:
        return iter(())
    return read_packed(folder / table.file, table.sum)


def rows_in(folder: Path, table: TableFile) -> Iterator[Line]:
    """Without their ends."""
    return lines_in(pieces_of(folder, table))


def write_anew(
    folder: Path, table: TableFile, *, but_not: Collection[int] = (), more: Iterable[Line] = ()
) -> TableFile:
    """Without the rows of some ids, and with more."""
    at = table.shape.place("id")

    def lines() -> Iterator[Line]:
        yield from (line + b"\n" for line in rows_in(folder, table) if number_in(line, at) not in but_not)
        yield from more

    return write_rows(folder, table.shape, lines())


def wrapped_keys_in(folder: Path, tables: Sequence[TableFile]) -> Sequence[bytes]:
    """The installation's keys, as the master key wraps them."""
    found = [table for table in tables if table.shape.name == INSTALLATION_KEYS]
    return [
        values_of(line, table.shape.kinds)[table.shape.place("wrapped")]
        for table in found
        for line in rows_in(folder, table)
    ]
