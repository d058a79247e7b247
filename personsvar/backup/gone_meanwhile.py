"""Recordings that went between the snapshot and their turn: a message in a backup always has its sound.

A row whose recording went is left out, unless it is there still with another recording (a longer one of the
same call): then it is taken as it is now. What was sealed meanwhile, with a key that the snapshot does not
have, gets its key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from personsvar.backup.backup_manifest import TableFile
from personsvar.backup.private_files import appended
from personsvar.backup.recording_copies import RecordingCopies
from personsvar.backup.recording_entries import entries_of_broken_off, order_of
from personsvar.backup.row_files import rows_in, write_anew
from personsvar.storage.backup.backed_up_tables import (
    INSTALLATION_KEYS,
    MAILBOX_KEYS,
    NAMING,
    TRANSCRIPTS,
)
from personsvar.storage.backup.copy_text import number_in
from personsvar.storage.backup.snapshot import BackupSource, Snapshot

TAKEN = "taken-"
ROUNDS = 5
"""What is replaced again and again while it is looked at is left out in the end."""


@dataclass
class GoneMeanwhile:
    source: BackupSource
    folder: Path
    """Where the backup is made."""
    taken: Path
    """Where it is written down which recordings it has."""
    copies: RecordingCopies
    tables: dict[str, TableFile]
    left_out: int = 0
    _known_keys: set[int] = field(default_factory=set)

    def mend(self) -> None:
        """Until nothing names what is not there."""
        mended: set[int] = set()
        for turn in range(ROUNDS + 1):
            self._add_keys()
            if not (gone := self.copies.gone - mended):
                return
            mended |= gone
            self._mend_rows(gone, turn)

    def _mend_rows(self, gone: Collection[int], turn: int) -> None:
        lacking = {table: self._rows_that_name(gone, table) for table in NAMING}
        again = self._as_they_are_now(lacking, turn) if turn < ROUNDS else {}
        for name, rows in lacking.items():
            if not rows:
                continue
            lines = again.get(name, {})
            self.tables[name] = write_anew(self.folder, self.tables[name], but_not=rows, more=lines.values())
            if name != TRANSCRIPTS:  # of a message that is counted
                self.left_out += len(rows) - len(lines)

    def _rows_that_name(self, gone: Collection[int], name: str) -> set[int]:
        table = self.tables[name]
        id_, sound = table.shape.place("id"), table.shape.place("sound_id")
        lines = (line for line in rows_in(self.folder, table) if number_in(line, sound) in gone)
        return {number for line in lines if (number := number_in(line, id_)) is not None}

    def _as_they_are_now(
        self, lacking: Mapping[str, Collection[int]], turn: int
    ) -> Mapping[str, Mapping[int, bytes]]:
        """The lines of those that are there still, once the recordings they name now are copied."""
        with self.source.snapshot() as now:
            lines = {name: dict(self._numbered(now, name, rows)) for name, rows in lacking.items()}
            sounds = {
                sound
                for name, found in lines.items()
                for line in found.values()
                if (sound := number_in(line, self.tables[name].shape.place("sound_id"))) is not None
            }
            wanted = sorted(now.wanted_of(sounds), key=order_of)
        with appended(self.taken / f"{TAKEN}late-{turn}") as taken:
            self.copies.take(wanted, (), taken)
        return lines

    def _numbered(self, now: Snapshot, name: str, rows: Collection[int]) -> Iterator[tuple[int, bytes]]:
        shape = self.tables[name].shape
        for line in now.lines_of(shape, rows):
            yield number_in(line, shape.place("id")) or 0, line

    def _add_keys(self) -> None:
        """The wrapped keys of recordings that were sealed since; one that went, went with its recordings."""
        lacking = self.copies.keys - self._known_keys
        lacking -= self._there(MAILBOX_KEYS, lacking)
        self._known_keys |= self.copies.keys
        if not lacking:
            return
        keys = self.tables[MAILBOX_KEYS].shape
        with self.source.snapshot() as now:
            found = dict(self._numbered(now, MAILBOX_KEYS, lacking))
            by = {number_in(line, keys.place("wrapped_by")) or 0 for line in found.values()}
            by -= self._there(INSTALLATION_KEYS, by)
            wrappers = dict(self._numbered(now, INSTALLATION_KEYS, by))
        for name, more in ((MAILBOX_KEYS, found), (INSTALLATION_KEYS, wrappers)):
            self.tables[name] = write_anew(self.folder, self.tables[name], more=more.values())
        self._lose(lacking - found.keys())

    def _there(self, name: str, ids: Collection[int]) -> set[int]:
        if not ids:
            return set()
        table = self.tables[name]
        at = table.shape.place("id")
        numbers = (number_in(line, at) for line in rows_in(self.folder, table))
        return {number for number in numbers if number is not None and number in ids}

    def _lose(self, keys: Collection[int]) -> None:
        if not keys:
            return
        for file in self.taken.glob(f"{TAKEN}*"):
            self.copies.gone |= {it.what.sound for it in entries_of_broken_off(file) if it.what.key in keys}
