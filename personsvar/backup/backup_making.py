"""A backup is made: rows under one snapshot, then recordings, then the manifest; only then it has its name.

Killed at any moment, it leaves the backups of before as they were; the next goes on with the recordings that
were copied already.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from personsvar import durable
from personsvar.backup.backup_folder import BackupFolder, KeptBackup
from personsvar.backup.backup_manifest import BackupManifest, RecordingsFile, TableFile, write_manifest
from personsvar.backup.dropping import drop_old
from personsvar.backup.gone_meanwhile import TAKEN, GoneMeanwhile
from personsvar.backup.private_files import appended, make_folder, write_packed
from personsvar.backup.progress import BackupProgress, Tell
from personsvar.backup.recording_copies import RecordingCopies
from personsvar.backup.recording_entries import (
    RecordingEntry,
    entries_of_broken_off,
    entry_line,
    merged,
    wanted_in,
    wanted_line,
)
from personsvar.backup.refusals import BackupDamagedError
from personsvar.backup.row_files import wrapped_keys_in, write_rows
from personsvar.encryption.master_key import name_in
from personsvar.storage import current
from personsvar.storage.backup.backed_up_tables import RECORDINGS, TableShape, shapes_in_order
from personsvar.storage.backup.snapshot import BackupSource, Snapshot
from personsvar.storage.objects import Objects

log = logging.getLogger(__name__)

BEFORE = "before-"
"""What backups that were broken off have copied."""
WANTED, INDEX = "wanted", "recordings.gz"


@dataclass(frozen=True, slots=True)
class BackupMade:
    kept: KeptBackup
    manifest: BackupManifest
    copied: int
    """Recordings that were not in the folder before."""
    dropped: Sequence[str]
    """Backups that are not kept any more."""


@dataclass(frozen=True)
class BackupMaker:
    url: str
    folder: BackupFolder
    now: Callable[[], datetime]
    tell: Tell
    objects: Objects | None = None
    """Where recordings are that are not in the database."""

    def make(self, *, keep: int) -> BackupMade:
        """`keep`: so many stay, with this one. Raise BackupRefusedError, StoreUnavailableError, OSError."""
        self.folder.make()
        with self.folder.locked(alone=True):
            self.folder.drop_leftovers()
            with closing(BackupSource(self.url, self.objects)) as source:
                manifest, copied = _Making(source, self.folder, self.now, self.tell).made(self.url)
            kept = self.folder.keep(manifest.name)
            shutil.rmtree(self.folder.copied)
            return BackupMade(kept, manifest, copied, drop_old(self.folder, keep=keep, tell=self.tell))


@dataclass(frozen=True)
class _Making:
    source: BackupSource
    folder: BackupFolder
    now: Callable[[], datetime]
    tell: Tell

    def made(self, url: str) -> tuple[BackupManifest, int]:
        self._begin()
        with self.source.snapshot() as snapshot:
            taken_at = self.now()
            tables = {shape.name: self._rows(snapshot, shape) for shape in shapes_in_order()}
            wanted = self._note_wanted(snapshot)
        copies = RecordingCopies(self.source, self.folder.recordings, self.tell, of=wanted)
        with appended(self._copied / f"{TAKEN}0") as taken:
            copies.take(wanted_in(self._copied / WANTED), self._known(), taken)
        gone = GoneMeanwhile(self.source, self._partial, self._copied, copies, tables)
        gone.mend()
        counts, recordings = self._write_index(copies.gone)
        manifest = BackupManifest(
            name=self.folder.next_name(taken_at),
            taken_at=taken_at,
            database=self.source.kind,
            version=str(current(url)),
            tables=[_counted(table, counts) for table in tables.values()],
            recordings=recordings,
            ids=self.source.last_ids(),
            master_keys=[name_in(key) for key in wrapped_keys_in(self._partial, list(tables.values()))],
            left_out=gone.left_out,
        )
        write_manifest(self._partial, manifest)
        return manifest, copies.copied

    @property
    def _partial(self) -> Path:
        return self.folder.partial

    @property
    def _copied(self) -> Path:
        return self.folder.copied

    def _begin(self) -> None:
        """What one that was broken off has copied is known; its rows are of another moment."""
        for folder in (self._partial, self._copied):
            make_folder(folder)
        durable.sync(self.folder.path)
        earlier = len(list(self._copied.glob(f"{BEFORE}*")))
        for number, file in enumerate(sorted(self._copied.glob(f"{TAKEN}*")), earlier):
            file.rename(self._copied / f"{BEFORE}{number}")
        for file in self._partial.iterdir():
            file.unlink()

    def _rows(self, snapshot: Snapshot, shape: TableShape) -> TableFile:
        if shape.name in RECORDINGS:
            return TableFile(shape, 0, None)

        def tell(rows: int) -> None:
            self.tell(BackupProgress(shape.name, rows))

        table = write_rows(self._partial, shape, snapshot.lines(shape), tell)
        tell(table.rows)
        return table

    def _note_wanted(self, snapshot: Snapshot) -> int:
        """The list lies in a file: the snapshot ends, and there may be more than there is memory."""
        count = 0
        with appended(self._copied / WANTED) as out:
            for what in snapshot.wanted():
                out.write(wanted_line(what))
                count += 1
        return count

    def _known(self) -> Iterator[RecordingEntry]:
        before = [entries_of_broken_off(file) for file in self._copied.glob(f"{BEFORE}*")]
        return merged(self._newest_entries(), *before)

    def _newest_entries(self) -> Iterable[RecordingEntry]:
        for backup in reversed(self.folder.kept()):
            try:
                return backup.trusted_entries()
            except BackupDamagedError as damaged:
                why = {"why": str(damaged)}
                log.warning("a backup is damaged: its recordings are copied anew", extra=why)
        return ()

    def _write_index(self, gone: Collection[int]) -> tuple[Mapping[str, int], RecordingsFile]:
        counts, length = Counter[str](), 0

        def lines() -> Iterator[bytes]:
            nonlocal length
            for entry in merged(*map(entries_of_broken_off, self._copied.glob(f"{TAKEN}*"))):
                if entry.what.sound not in gone:
                    counts[entry.what.form] += 1
                    length += entry.sum.bytes
                    yield entry_line(entry)

        found = write_packed(self._partial / INDEX, lines())
        return counts, RecordingsFile(counts.total(), length, found, INDEX)


def _counted(table: TableFile, counts: Mapping[str, int]) -> TableFile:
    """Of recordings, so many as are listed."""
    name = table.shape.name
    return replace(table, rows=counts.get(RECORDINGS[name], 0)) if name in RECORDINGS else table
