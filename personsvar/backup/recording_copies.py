"""Recordings are copied into the folder that all backups share: each once, since none ever changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import IO

from personsvar import durable
from personsvar.backup.private_files import make_folder, sync, write_files
from personsvar.backup.progress import BackupProgress, Tell
from personsvar.backup.recording_entries import RecordingEntry, entry_line, order_of, place_of
from personsvar.storage.backup.sealed_recordings import SealedRecording
from personsvar.storage.backup.snapshot import BackupSource, WantedRecording
from personsvar.storage.keys import ALAW

AT_ONCE = 16
"""The longest message has 1.4 MB: no more than some 20 MB are in memory."""
Order = tuple[int, str]


@dataclass
class RecordingCopies:
    """What was copied, what was there already, and what had gone."""

    source: BackupSource
    folder: Path
    tell: Tell
    of: int | None = None
    done: int = 0
    copied: int = 0
    length: int = 0
    """Of all of them, in bytes."""
    gone: set[int] = field(default_factory=set)
    """Sounds that were removed before they were copied."""
    keys: set[int] = field(default_factory=set)
    """Keys of mailboxes that came into use after the snapshot."""

    def take(
        self, wanted: Iterable[WantedRecording], known: Iterable[RecordingEntry], taken: IO[bytes]
    ) -> None:
        """Both stand in the order of ids. What is there, on the disk, is written into `taken`."""
        pairs = _with_what_is_known(iter(wanted), iter(known))
        while some := list(islice(pairs, AT_ONCE)):
            self._take_some(some, taken)
            self.done += len(some)
            self.tell(BackupProgress("recordings", self.done, self.of, self.length))
        sync(taken)

    def _take_some(
        self, pairs: Sequence[tuple[WantedRecording, Sequence[RecordingEntry]]], taken: IO[bytes]
    ) -> None:
        there = {order_of(what): entry for what, known in pairs for entry in known if self._is_there(entry)}
        new = self._copied([what for what, _ in pairs if order_of(what) not in there])
        for what, _ in pairs:
            entry = there.get(order_of(what)) or new.get(order_of(what))
            if entry is not None:
                taken.write(entry_line(entry))
                self.length += entry.sum.bytes
        if new:
            sync(taken)

    def _is_there(self, entry: RecordingEntry) -> bool:
        try:
            return (self.folder / entry.place).stat().st_size == entry.sum.bytes
        except FileNotFoundError:
            return False

    def _copied(self, wanted: Sequence[WantedRecording]) -> Mapping[Order, RecordingEntry]:
        found = {(it.sound, it.form): it for it in self._read(wanted)}
        self.gone |= {what.sound for what in wanted if what.form == ALAW and order_of(what) not in found}
        return self._written([(what, found[order_of(what)]) for what in wanted if order_of(what) in found])

    def _read(self, wanted: Sequence[WantedRecording]) -> Iterator[SealedRecording]:
        for form, several in groupby(sorted(wanted, key=lambda it: it.form), key=lambda it: it.form):
            yield from self.source.recordings(form, [it.sound for it in several])

    def _written(
        self, found: Sequence[tuple[WantedRecording, SealedRecording]]
    ) -> Mapping[Order, RecordingEntry]:
        """Their keys are those of the bytes: they may have been sealed since the snapshot, or opened."""
        self.keys |= {it.key for what, it in found if it.key is not None and it.key != what.key}
        lying = [(replace(what, key=it.key), it) for what, it in found]
        folders = {self.folder / place_of(what).parent for what, _ in lying}
        for folder in folders:
            self._make_folder(folder)
        sums = write_files({self.folder / place_of(what): it.content for what, it in lying})
        for folder in folders:
            durable.sync(folder)
        self.copied += len(lying)
        return {
            order_of(what): RecordingEntry(what, sums[self.folder / place_of(what)], it.waveform)
            for what, it in lying
        }

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            make_folder(folder)
            durable.sync(self.folder)


def _with_what_is_known(
    wanted: Iterator[WantedRecording], known: Iterator[RecordingEntry]
) -> Iterator[tuple[WantedRecording, Sequence[RecordingEntry]]]:
    """Each wanted one with those that are known of just that: of the same, sealed with the same key."""
    entry = next(known, None)
    for what in wanted:
        same = []
        while entry is not None and entry.order <= order_of(what):
            if entry.what == what:
                same.append(entry)
            entry = next(known, None)
        yield what, same
