"""Old backups go, and with them the recordings that none of those that are kept needs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from personsvar import durable
from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.progress import BackupProgress, Tell
from personsvar.backup.recording_entries import merged
from personsvar.backup.refusals import BackupDamagedError

log = logging.getLogger(__name__)

_FOLDER = re.compile(r"\d{9,}")
OURS = re.compile(r"(\.half-)?\d+-[0-9a-f]{16}-(plain|k\d+)\.(alaw|amr)")
"""What the file of a recording is called; of what was being written when a command was killed, too."""


def drop_old(folder: BackupFolder, *, keep: int, tell: Tell) -> Sequence[str]:
    """The names of those that went."""
    old = folder.kept()[:-keep]
    for backup in old:
        folder.drop(backup)
    _drop_unneeded(folder, tell)
    return [backup.name for backup in old]


def _drop_unneeded(folder: BackupFolder, tell: Tell) -> None:
    """Nothing goes while it can't be told what a backup needs."""
    try:
        needed = _needed(folder)
        turn = next(needed, None)
        for place in sorted(it for it in folder.recordings.iterdir() if _FOLDER.fullmatch(it.name)):
            while turn is not None and turn[0] < place.name:
                turn = next(needed, None)
            names = turn[1] if turn is not None and turn[0] == place.name else set[str]()
            unneeded = [it for it in place.iterdir() if it.name not in names and OURS.fullmatch(it.name)]
            for file in unneeded:
                file.unlink()
            if unneeded:
                tell(BackupProgress("recordings no backup needs", len(unneeded)))
                durable.sync(place)
            if not names and not any(place.iterdir()):
                place.rmdir()
    except BackupDamagedError as damaged:
        log.warning("a backup is damaged: no recording is dropped", extra={"why": str(damaged)})


def _needed(folder: BackupFolder) -> Iterator[tuple[str, set[str]]]:
    """By the folders they are in, as these are sorted: a thousand ids at a time."""
    every = merged(*(backup.trusted_entries() for backup in folder.kept()))
    for place, entries in groupby(every, key=lambda entry: entry.place.parent.name):
        yield place, {entry.place.name for entry in entries}
