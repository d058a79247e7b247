"""A file of subscribers that a program sent: looked through first, taken in when the program says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.ids import ImportJobId

_NOT_STORED = ImportJobId(0)


class ImportFormat(StrEnum):
    CSV = "csv"
    JSON_LINES = "json-lines"


class ImportState(StrEnum):
    CHECKING = "checking"
    """Each line is looked at; nothing is changed."""
    CHECKED = "checked"
    """What would come of it is known: it may be applied."""
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
    """As a whole it is no file of subscribers, or can't be opened any more."""
    EXPIRED = "expired"
    """It was not applied within a day."""


UNDER_WAY = (ImportState.CHECKING, ImportState.APPLYING)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line of a file that was not taken in, and why."""

    line: int
    column: str
    """The heading of what will not do; empty: the line as a whole."""
    why: str

    def __str__(self) -> str:
        return f"{self.line}: {self.column}: {self.why}" if self.column else f"{self.line}: {self.why}"


@dataclass(frozen=True, slots=True)
class ImportJob:
    by: Actor
    format: ImportFormat
    created_at: datetime
    state: ImportState = ImportState.CHECKING
    rows: int = 0
    """How many were looked at, or taken in, so far."""
    added: int = 0
    changed: int = 0
    refused: int = 0
    errors: tuple[RefusedRow, ...] = ()
    """The first of the refused rows."""
    why: str = ""
    """Of a failed one."""
    finished_at: datetime | None = None
    id: ImportJobId = _NOT_STORED
    """A stored one has its own."""
