"""Which recordings a backup has, a line each, by their ids: where each lies, and its sum."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from personsvar.backup.private_files import FileSum, lines_in, opened
from personsvar.backup.refusals import BackupDamagedError
from personsvar.storage.backup.snapshot import WantedRecording

EACH_FOLDER = 1_000
"""So many ids a folder: millions in one are slow to list."""
PIECE = 1 << 20
_LINE = re.compile(
    r"(\d{1,19}) (alaw|amr) (\d{1,19}|-) ([0-9a-f]{16}) (\d{1,12}) ([0-9a-f]{64}) ([0-9a-f]*|-)"
)


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """A recording that is in the folder of recordings."""

    what: WantedRecording
    sum: FileSum
    waveform: bytes | None = None
    """As it lies beside it."""

    @property
    def place(self) -> Path:
        """Within the folder of recordings; nothing else ever lies there."""
        return place_of(self.what)

    @property
    def order(self) -> tuple[int, str]:
        return order_of(self.what)


def order_of(what: WantedRecording) -> tuple[int, str]:
    return what.sound, what.form


def place_of(what: WantedRecording) -> Path:
    sealed = "plain" if what.key is None else f"k{what.key}"
    return Path(folder_of(what.sound), f"{what.sound}-{what.of}-{sealed}.{what.form}")


def folder_of(sound: int) -> str:
    return f"{sound // EACH_FOLDER:09}"


def entry_line(entry: RecordingEntry) -> bytes:
    what = entry.what
    key = "-" if what.key is None else what.key
    drawn = "-" if entry.waveform is None else entry.waveform.hex()
    return f"{what.sound} {what.form} {key} {what.of} {entry.sum.bytes} {entry.sum.sha256} {drawn}\n".encode()


def entries_in(lines: Iterable[bytes], file: Path) -> Iterator[RecordingEntry]:
    """Raise BackupDamagedError for a line that is none of ours."""
    for line in lines:
        entry = entry_of(line)
        if entry is None:
            raise BackupDamagedError(f"{file}: has a line that tells of no recording")
        yield entry


def entry_of(line: bytes) -> RecordingEntry | None:
    found = _LINE.fullmatch(line.decode("ascii", errors="replace"))
    if found is None:
        return None
    sound, form, key, of, length, digest, drawn = found.groups()
    what = WantedRecording(int(sound), form, None if key == "-" else int(key), of)
    waveform = None if drawn == "-" else bytes.fromhex(drawn)
    return RecordingEntry(what, FileSum(int(length), digest), waveform)


def entries_of_broken_off(file: Path) -> Iterator[RecordingEntry]:
    """As far as it was written."""
    with opened(file) as content:
        for line in lines_in(iter(lambda: content.read(PIECE), b"")):
            entry = entry_of(line)
            if entry is None:
                return
            yield entry


def merged(*sorted_entries: Iterable[RecordingEntry]) -> Iterator[RecordingEntry]:
    return heapq.merge(*sorted_entries, key=lambda entry: entry.order)


def wanted_line(what: WantedRecording) -> bytes:
    return f"{what.sound} {what.form} {'-' if what.key is None else what.key} {what.of}\n".encode()


def wanted_in(file: Path) -> Iterator[WantedRecording]:
    with file.open("rb") as lines:
        for line in lines:
            sound, form, key, of = line.decode().split()
            yield WantedRecording(int(sound), form, None if key == "-" else int(key), of)
