"""A place to record to, as intake would give it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader, Take


def a_take(folder: Path, number: int = 1) -> Take:
    header = SpoolHeader(
        spool_id=SpoolId("1700000000.1"),
        purpose=Purpose.MESSAGE,
        mailbox=Number("+4790000001"),
        caller=None,
        began_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )
    return Take(header, number, folder / f"1700000000.1-{number}")
