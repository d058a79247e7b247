"""What is in a backup: written last, and read first. Its own sum lies beside it, for `sha256sum -c`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from personsvar.backup.private_files import FileSum, opened, write_file
from personsvar.backup.refusals import BackupDamagedError, BackupRefusedError
from personsvar.storage.backup.backed_up_tables import RECORDINGS, TableShape
from personsvar.storage.backup.copy_text import ColumnKind

FORMAT = 1
NAME, SUM = "manifest.json", "manifest.sha256"
LONGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table's rows in a file; of one whose rows are recordings there is no file."""

    shape: TableShape
    rows: int
    sum: FileSum | None

    @property
    def file(self) -> str:
        return f"{self.shape.name}.gz"


@dataclass(frozen=True, slots=True)
class RecordingsFile:
    """The list of a backup's recordings, and how much these are."""

    count: int
    bytes: int
    sum: FileSum
    file: str = "recordings.gz"


@dataclass(frozen=True, slots=True)
class BackupManifest:
    name: str
    taken_at: datetime
    """The moment that its rows are of."""
    database: str
    version: str
    """Of the tables."""
    tables: Sequence[TableFile]
    """In the order they go back in."""
    recordings: RecordingsFile
    ids: Mapping[str, int]
    """The highest that each table has given."""
    master_keys: Sequence[str]
    """What the master keys are called that its recordings can't be heard without."""
    left_out: int
    """Rows whose recording had gone before it was copied."""

    def rows_of(self, table: str) -> int:
        return next((it.rows for it in self.tables if it.shape.name == table), 0)

    def recordings_of(self, form: str) -> int:
        return sum(self.rows_of(table) for table, its in RECORDINGS.items() if its == form)

    @property
    def bytes(self) -> int:
        return self.recordings.bytes + sum(it.sum.bytes for it in self.tables if it.sum is not None)


def write_manifest(folder: Path, manifest: BackupManifest) -> None:
    content = (json.dumps(_written(manifest), indent=1) + "\n").encode()
    found = write_file(folder / NAME, [content])
    write_file(folder / SUM, [f"{found.sha256}  {NAME}\n".encode()])


def read_manifest(folder: Path) -> BackupManifest:
    """Raise BackupDamagedError, or BackupRefusedError for one of another format."""
    content = _content(folder / NAME)
    if _content(folder / SUM) != f"{hashlib.sha256(content).hexdigest()}  {NAME}\n".encode():
        raise BackupDamagedError(f"{folder / NAME}: is not what {SUM} says")
    try:
        said = json.loads(content)
        if said["format"] != FORMAT:
            raise BackupRefusedError(
                f"{folder / NAME}: is of format {said['format']}, and this program knows {FORMAT}: "
                "take the program that made it, or a newer one"
            )
        return _read(said)
    except (ValueError, KeyError, TypeError) as wrong:
        raise BackupDamagedError(f"{folder / NAME}: is no manifest of a backup") from wrong


def _content(file: Path) -> bytes:
    with opened(file) as content:
        return content.read(LONGEST)


def _written(manifest: BackupManifest) -> dict[str, Any]:
    said = asdict(manifest)
    said["taken_at"] = manifest.taken_at.isoformat()
    return {"format": FORMAT, **said}


def _read(said: dict[str, Any]) -> BackupManifest:
    recordings = said["recordings"]
    return BackupManifest(
        name=str(said["name"]),
        taken_at=datetime.fromisoformat(said["taken_at"]),
        database=str(said["database"]),
        version=str(said["version"]),
        tables=[_table(each) for each in said["tables"]],
        recordings=RecordingsFile(
            int(recordings["count"]), int(recordings["bytes"]), FileSum(**recordings["sum"])
        ),
        ids={str(table): int(last) for table, last in said["ids"].items()},
        master_keys=[str(name) for name in said["master_keys"]],
        left_out=int(said["left_out"]),
    )


def _table(said: dict[str, Any]) -> TableFile:
    shape = said["shape"]
    columns = [(str(name), ColumnKind(kind)) for name, kind in shape["columns"]]
    return TableFile(
        TableShape(str(shape["name"]), columns),
        int(said["rows"]),
        None if said["sum"] is None else FileSum(**said["sum"]),
    )
