"""A backup is put into an empty database. Nothing is written before all of it was read and found whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from personsvar.backup.backup_folder import BackupFolder, KeptBackup
from personsvar.backup.backup_manifest import BackupManifest, TableFile
from personsvar.backup.checking import damages
from personsvar.backup.private_files import read_whole
from personsvar.backup.progress import BackupProgress, Tell
from personsvar.backup.recording_entries import RecordingEntry
from personsvar.backup.refusals import BackupDamagedError, BackupRefusedError
from personsvar.backup.row_files import pieces_of, wrapped_keys_in
from personsvar.encryption.master_key import name_in
from personsvar.mailbox.errors import MasterKeyError
from personsvar.storage.backup.backed_up_tables import RECORDINGS
from personsvar.storage.backup.restore_target import RestoreTarget, refusal, restoring, what_is_in
from personsvar.storage.backup.sealed_recordings import SealedRecording
from personsvar.storage.backup.under_way import Settled
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.versions import known, newest

AT_ONCE = 16
TOLD = 20
"""So many damaged files are named, and of more how many there are."""


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: BackupManifest
    settled: Settled


@dataclass(frozen=True)
class BackupRestorer:
    url: str
    folder: BackupFolder
    keys: InstallationKeys
    now: Callable[[], datetime]
    tell: Tell

    def restore(self, name: str | None, *, overwrite: bool, skip: int, give_up: bool) -> Restored:
        """`name`: none, and it is the newest. `skip`: so many ids. `give_up`: what waited is not sent.

        Raise BackupRefusedError, WrongVersionError, MasterKeyError, StoreUnavailableError: nothing changed.
        """
        backup = self.folder.named(name)
        with self.folder.locked(alone=False):
            manifest = backup.manifest()
            self._check_first(backup, manifest, overwrite=overwrite)
            must_be_whole(self.folder, backup, self.tell)
            with restoring(self.url, manifest.version, overwrite=overwrite) as target:
                for table in manifest.tables:
                    self._load(target, backup, manifest, table)
                settled = self._finish(target, manifest, skip=skip, give_up=give_up)
        return Restored(manifest, settled)

    def _check_first(self, backup: KeptBackup, manifest: BackupManifest, *, overwrite: bool) -> None:
        """What would stop it in the end is said before hours of reading."""
        if manifest.version not in known():
            raise BackupRefusedError(
                f"the backup is of a newer version ({manifest.version}) than this program ({newest()}): "
                "start the program that goes with it"
            )
        if (occupied := what_is_in(self.url)) and not overwrite:
            raise BackupRefusedError(refusal(occupied))
        for wrapped in wrapped_keys_in(backup.folder, manifest.tables):
            self._must_open(wrapped)

    def _must_open(self, wrapped: bytes) -> None:
        try:
            self.keys.opened(wrapped)
        except MasterKeyError as wrong:
            name = name_in(wrapped)
            raise MasterKeyError(
                f"the backup's recordings are encrypted with the master key {name}: {wrong}"
            ) from wrong

    def _load(
        self, target: RestoreTarget, backup: KeptBackup, manifest: BackupManifest, table: TableFile
    ) -> None:
        name = table.shape.name
        if name in RECORDINGS:
            self._load_recordings(target, backup, manifest, RECORDINGS[name])
            return
        self.tell(BackupProgress(name, 0, table.rows))
        if (rows := target.load(table.shape, pieces_of(backup.folder, table))) != table.rows:
            raise BackupDamagedError(f"{backup.folder / table.file}: has {rows} rows, and had {table.rows}")

    def _load_recordings(
        self, target: RestoreTarget, backup: KeptBackup, manifest: BackupManifest, form: str
    ) -> None:
        entries = (entry for entry in backup.entries(manifest.recordings) if entry.what.form == form)
        done = length = 0
        while some := list(islice(entries, AT_ONCE)):
            recordings = [self._recording(entry) for entry in some]
            target.put(recordings)
            done, length = done + len(some), length + sum(len(it.content) for it in recordings)
            self.tell(BackupProgress("recordings", done, manifest.recordings_of(form), length))

    def _recording(self, entry: RecordingEntry) -> SealedRecording:
        content = b"".join(read_whole(self.folder.recordings / entry.place, entry.sum))
        what = entry.what
        return SealedRecording(what.sound, what.form, what.key, content, entry.waveform)

    def _finish(
        self, target: RestoreTarget, manifest: BackupManifest, *, skip: int, give_up: bool
    ) -> Settled:
        self.tell(BackupProgress("ids and notices", 0))
        try:
            return target.finish(manifest.ids, skip=skip, now=self.now(), give_up=give_up)
        except OverflowError as wrong:
            raise BackupRefusedError(str(wrong)) from wrong


def must_be_whole(folder: BackupFolder, backup: KeptBackup, tell: Tell) -> None:
    """Raise BackupDamagedError, a line for each file."""
    found = list(damages(folder, backup, tell))
    if found:
        more = [f"and {len(found) - TOLD} more"] if len(found) > TOLD else []
        raise BackupDamagedError("\n".join([*found[:TOLD], *more]))
