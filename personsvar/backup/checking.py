"""Whether a backup is what was written: every file of it is read. And what lies there that is nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from personsvar.backup.backup_folder import BackupFolder, KeptBackup
from personsvar.backup.backup_manifest import NAME, SUM, BackupManifest
from personsvar.backup.dropping import OURS
from personsvar.backup.private_files import FileSum, check
from personsvar.backup.progress import BackupProgress, Tell
from personsvar.backup.refusals import BackupDamagedError

_PARTS = {"backups", "recordings", ".partial", ".copied", ".lock", "lost+found"}


def damages(folder: BackupFolder, backup: KeptBackup, tell: Tell) -> Iterator[str]:
    """A line for each file that is not what was written; all of them are looked at."""
    try:
        manifest = backup.manifest()
    except BackupDamagedError as damaged:
        yield str(damaged)
        return
    if manifest.name != backup.name:
        yield f"{backup.folder}: holds the backup {manifest.name}"
    for table in manifest.tables:
        if table.sum is not None:
            tell(BackupProgress(table.shape.name, table.rows))
            yield from _damage(backup.folder / table.file, table.sum)
    try:
        yield from _damaged_recordings(folder, backup, manifest, tell)
    except BackupDamagedError as damaged:
        yield str(damaged)


def _damaged_recordings(
    folder: BackupFolder, backup: KeptBackup, manifest: BackupManifest, tell: Tell
) -> Iterator[str]:
    """Raise BackupDamagedError where their list is damaged."""
    done = length = 0
    for entry in backup.entries(manifest.recordings):
        yield from _damage(folder.recordings / entry.place, entry.sum)
        done, length = done + 1, length + entry.sum.bytes
        tell(BackupProgress("recordings", done, manifest.recordings.count, length))
    if (done, length) != (manifest.recordings.count, manifest.recordings.bytes):
        yield f"{backup.folder / manifest.recordings.file}: tells of {done} recordings"


def _damage(file: Path, expected: FileSum) -> Iterator[str]:
    try:
        check(file, expected)
    except BackupDamagedError as damaged:
        yield str(damaged)


def strangers(folder: BackupFolder) -> Iterator[str]:
    """A line for each file that no backup has, and that none of ours would be called."""
    for file in (*_besides(folder), *_among_backups(folder), *_among_recordings(folder)):
        yield f"{file}: is of no backup"


def _besides(folder: BackupFolder) -> Iterator[Path]:
    return (it for it in folder.path.iterdir() if it.name not in _PARTS)


def _among_backups(folder: BackupFolder) -> Iterator[Path]:
    kept = {backup.name for backup in folder.kept()}
    yield from (it for it in folder.backups.iterdir() if it.name not in kept and it.name[:7] != ".going-")
    for backup in folder.kept():
        with suppress(BackupDamagedError):  # it is told of as that
            names = {NAME, SUM, *_files_of(backup.manifest())}
            yield from (it for it in backup.folder.iterdir() if it.name not in names)


def _files_of(manifest: BackupManifest) -> Iterator[str]:
    yield manifest.recordings.file
    yield from (table.file for table in manifest.tables if table.sum is not None)


def _among_recordings(folder: BackupFolder) -> Iterator[Path]:
    for place in folder.recordings.iterdir():
        if place.is_dir() and not place.is_symlink():
            yield from (it for it in place.iterdir() if not OURS.fullmatch(it.name))
        else:
            yield place
