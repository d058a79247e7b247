"""A folder of backups: which there are, one that is being made, and that one program at a time changes it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from personsvar import durable
from personsvar.backup.backup_manifest import BackupManifest, RecordingsFile, read_manifest
from personsvar.backup.private_files import (
    FILE_MODE,
    check,
    lines_in,
    make_folder,
    read_packed,
)
from personsvar.backup.recording_entries import RecordingEntry, entries_in
from personsvar.backup.refusals import BackupRefusedError

_NAME = re.compile(r"(\d{6,})-\d{4}-\d\d-\d\dT\d{6}Z")
_NOT_OURS = {"lost+found"}


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """One that was made to its end."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def number(self) -> int:
        return int(self.name.partition("-")[0])

    def manifest(self) -> BackupManifest:
        return read_manifest(self.folder)

    def entries(self, of: RecordingsFile) -> Iterator[RecordingEntry]:
        """Its recordings, by their ids; the list itself is checked as it is read."""
        file = self.folder / of.file
        return entries_in(lines_in(read_packed(file, of.sum)), file)

    def trusted_entries(self) -> Iterator[RecordingEntry]:
        """The same, and nothing of it before all of the list was checked."""
        found = self.manifest().recordings
        check(self.folder / found.file, found.sum)
        return self.entries(found)


@dataclass(frozen=True, slots=True)
class BackupFolder:
    path: Path

    @property
    def backups(self) -> Path:
        return self.path / "backups"

    @property
    def recordings(self) -> Path:
        return self.path / "recordings"

    @property
    def partial(self) -> Path:
        """Where one is made."""
        return self.path / ".partial"

    @property
    def copied(self) -> Path:
        """Which recordings were copied for the one that is being made, or that was broken off."""
        return self.path / ".copied"

    @property
    def _lock(self) -> Path:
        return self.path / ".lock"

    def make(self) -> None:
        """Raise BackupRefusedError where something else is."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = {it.name for it in self.path.iterdir()} - _NOT_OURS
        if there and not self._is_one(there):
            raise BackupRefusedError(f"{self.path}: is not empty, and no folder of backups")
        for folder in (self.backups, self.recordings):
            make_folder(folder)

    @staticmethod
    def _is_one(there: set[str]) -> bool:
        return ".lock" in there or {"backups", "recordings"} <= there

    def must_be_there(self) -> None:
        if not self.backups.is_dir() or not self.recordings.is_dir():
            raise BackupRefusedError(f"{self.path}: is no folder of backups")

    @contextmanager
    def locked(self, *, alone: bool) -> Iterator[None]:
        """`alone`: to change it; others may read it together."""
        how = (os.O_RDWR | os.O_CREAT) if alone else os.O_RDONLY
        try:
            number = os.open(self._lock, how | os.O_NOFOLLOW, FILE_MODE)
        except FileNotFoundError:  # a copy that was made without it: nobody makes backups into that
            yield
            return
        try:
            if alone:
                os.fchmod(number, FILE_MODE)
            fcntl.flock(number, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            yield
        except BlockingIOError as taken:
            raise BackupRefusedError(f"{self.path}: another command is at it just now") from taken
        finally:
            os.close(number)

    def kept(self) -> Sequence[KeptBackup]:
        """The oldest first, by the numbers they were given."""
        found = [KeptBackup(it) for it in self.backups.iterdir() if _NAME.fullmatch(it.name)]
        return sorted(found, key=lambda it: it.number)

    def named(self, name: str | None) -> KeptBackup:
        """None: the newest. Raise BackupRefusedError."""
        self.must_be_there()
        kept = self.kept()
        if not kept:
            raise BackupRefusedError(f"{self.path}: holds no backup")
        found = kept[-1:] if name is None else [it for it in kept if it.name == name]
        if not found:
            raise BackupRefusedError(f"{self.path}: holds no backup of that name (personsvar backup list)")
        return found[0]

    def next_name(self, now: datetime) -> str:
        last = max((it.number for it in self.kept()), default=0)
        return f"{last + 1:06}-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"

    def keep(self, name: str) -> KeptBackup:
        """What was made becomes one that is kept: from this moment it is there, whole."""
        durable.sync(self.partial)
        kept = self.backups / name
        self.partial.rename(kept)
        durable.sync(self.backups)
        durable.sync(self.path)
        return KeptBackup(kept)

    def drop(self, backup: KeptBackup) -> None:
        """Gone at once, however long its files take."""
        going = self.backups / f".going-{backup.name}"
        backup.folder.rename(going)
        durable.sync(self.backups)
        shutil.rmtree(going)

    def drop_leftovers(self) -> None:
        """Of what was being dropped when a command was killed."""
        for going in self.backups.glob(".going-*"):
            shutil.rmtree(going)
