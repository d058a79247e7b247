"""Which tables are in a backup, in the order they go back in, and which are not, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table

from personsvar.storage import tables
from personsvar.storage.backup.copy_text import ColumnKind, kind_of
from personsvar.storage.keys import ALAW, AMR

RECORDINGS: Mapping[str, str] = {tables.sounds.name: ALAW, tables.renditions.name: AMR}
"""Their rows are the recordings themselves: files, and not lines of text."""
LEFT_OUT: Mapping[str, str] = {
    tables.login_codes.name: "codes of the page's log-in: they live for minutes",
    tables.web_sessions.name: "who was logged in on the page logs in again",
    tables.loose_objects.name: "what is in the object store is for the database that was backed up",
    tables.mailbox_changes.name: "what changed last, for processes that are running",
}
USERS = (tables.messages, tables.greetings, tables.absences)
"""What names recordings."""
TRANSCRIPTS = tables.transcripts.name
NAMING: Sequence[str] = (*(table.name for table in USERS), TRANSCRIPTS)
"""Where a recording went while the backup was made, what names it goes with it."""
MAILBOX_KEYS, INSTALLATION_KEYS = tables.mailbox_keys.name, tables.installation_keys.name


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table as it was when the backup was made: it is restored by it, whatever it is today."""

    name: str
    columns: Sequence[tuple[str, ColumnKind]]

    @property
    def names(self) -> Sequence[str]:
        return [name for name, _ in self.columns]

    @property
    def kinds(self) -> Sequence[ColumnKind]:
        return [kind for _, kind in self.columns]

    def place(self, column: str) -> int:
        return self.names.index(column)


def shapes_in_order() -> Sequence[TableShape]:
    """Those with rows and those of recordings; what another names stands before it."""
    return [shape_of(table) for table in tables.metadata.sorted_tables if table.name not in LEFT_OUT]


def shape_of(table: Table) -> TableShape:
    return TableShape(table.name, [(column.name, kind_of(column)) for column in table.columns])
