"""The spool: the folder where a recording lands before anything else (see `header` for its files).

Nobody but its group can read it. A live call holds a lock on its header (flock(2)), which goes when its
process does; so a take of another process, too, is known to be open, and two sweepers never meet.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from personsvar.durable import sync
from personsvar.intake.files import hold, write
from personsvar.intake.header import EndMark, format_end, format_taken, parse_end, parse_taken
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.ports.takes import TAKE_SUFFIXES, Kept, SpoolFullError

log = logging.getLogger(__name__)

FOLDER_MODE = 0o2770  # set-group-id: the switch and the service share a group
MIN_FREE_BYTES = 512 * 1024
"""Half a minute of sound: with less, a caller is told before speaking for nothing."""
SWITCH_BUFFER_BYTES = 32 * 1024
"""What the switch writes at once: where there is no room for it, a recording stopped growing."""

_NAME = re.compile(r"([A-Za-z0-9_][A-Za-z0-9._~-]{0,149})(?:-([0-9]{1,6})\.(?:sln|alaw)|(\.head|\.end))")
"""<id>-<take>.sln or .alaw, <id>.head, <id>.end; see `header.is_spool_id`."""


@dataclass(frozen=True, slots=True)
class SpooledCall:
    """All files of one call, as they were found."""

    spool_id: SpoolId
    head: Path
    has_head: bool
    has_end: bool
    sounds: dict[int, Path]
    """The files of the takes, by their numbers."""
    sizes: dict[int, int]
    grew_at: float
    """When a file of it last grew: seconds since 1970."""

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())


@dataclass(slots=True)
class _Found:
    has_head: bool = False
    has_end: bool = False
    sounds: dict[int, Path] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    grew_at: float = 0.0

    @property
    def anything(self) -> bool:
        return self.has_head or self.has_end or bool(self.sounds)


class Spool:
    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.broken = self.folder / "broken"

    def open(self) -> None:
        """Make the folders, where there are none."""
        for folder in (self.folder, self.broken):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(FOLDER_MODE)

    def head(self, spool_id: SpoolId) -> Path:
        return self.folder / f"{spool_id}.head"

    def sound(self, spool_id: SpoolId, number: int) -> Path:
        """Where take `number` goes, without the suffix that the switch puts there."""
        return self.folder / f"{spool_id}-{number}"

    def end(self, spool_id: SpoolId) -> Path:
        return self.folder / f"{spool_id}.end"

    def write_head(self, spool_id: SpoolId, content: bytes) -> None:
        """File and folder are durable when this returns. SpoolFullError: the disk can't take a recording."""
        try:
            self.open()
            if self._free_bytes() < MIN_FREE_BYTES:
                raise SpoolFullError(f"{self.folder}: less than {MIN_FREE_BYTES} bytes left")
            write(self.head(spool_id), content, durable=True)
            sync(self.folder)
        except OSError as wrong:
            raise SpoolFullError(f"{self.folder}: {wrong}") from wrong

    def is_full(self) -> bool:
        """Whether the switch could not write on: what it was writing just now may have been cut short."""
        return self._free_bytes() < SWITCH_BUFFER_BYTES

    def write_end(self, spool_id: SpoolId, mark: EndMark, *, durable: bool) -> None:
        """The mark is durable where the recording waits; one gone in a second need not reach the disk."""
        write(self.end(spool_id), format_end(mark), durable=durable)

    def sync(self, entry: SpooledCall) -> None:
        """Make durable what the switch wrote, where it has to wait here."""
        for sound in entry.sounds.values():
            sync(sound)
        sync(self.folder)

    def read_end(self, spool_id: SpoolId) -> EndMark:
        try:
            return parse_end(self.end(spool_id).read_bytes())
        except OSError:
            return EndMark()

    def mark_taken(self, spool_id: SpoolId, kept: Kept) -> None:
        """For whoever looks at it later, in this process or the next; where it can't be, it is told again.

        The file keeps its date, where it is ours: nothing of the recording grew.
        """
        with suppress(OSError):
            head = os.open(self.head(spool_id), os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
            with os.fdopen(head, "wb", buffering=0) as behind:
                was = os.fstat(head)
                behind.write(format_taken(kept))
                os.utime(head, ns=(was.st_atime_ns, was.st_mtime_ns))

    def taken_as(self, spool_id: SpoolId) -> str | None:
        try:
            return parse_taken(self.head(spool_id).read_bytes())
        except OSError:
            return None

    def entries(self) -> list[SpooledCall]:
        """Every call that left a file here, the longest waiting first."""
        found: dict[str, _Found] = {}
        for entry in self._files():
            name = _NAME.fullmatch(entry.name)
            if name:
                with suppress(FileNotFoundError):  # taken in by another in this moment
                    _add(found.setdefault(name[1], _Found()), Path(entry.path), name)
        entries = [self._entry(SpoolId(name), parts) for name, parts in found.items()]
        return sorted(entries, key=lambda entry: entry.grew_at)

    def entry(self, spool_id: SpoolId, *, takes: int | None = None) -> SpooledCall | None:
        """The files of one call; None when there are none. With `takes` only so many takes are looked for."""
        found = _Found()
        for file in self._files_of(spool_id) if takes is None else self._first_files_of(spool_id, takes):
            name = _NAME.fullmatch(file.name)
            if name and name[1] == spool_id:
                with suppress(FileNotFoundError):
                    _add(found, file, name)
        return self._entry(spool_id, found) if found.anything else None

    def _files_of(self, spool_id: SpoolId) -> Iterator[Path]:
        return (Path(entry.path) for entry in self._files() if entry.name.startswith(spool_id))

    def _first_files_of(self, spool_id: SpoolId, takes: int) -> Iterator[Path]:
        """Their names, whoever else is in the spool: a live call need not look through the others'."""
        yield self.head(spool_id)
        yield self.end(spool_id)
        for number in range(1, takes + 1):
            yield from (self.folder / f"{spool_id}-{number}{suffix}" for suffix in TAKE_SUFFIXES)

    def foreign(self, *, before: float) -> list[Path]:
        """Files that are nobody's recording (links too), and did not change since `before`."""
        strange = []
        for entry in self._files(links=True):
            name = _NAME.fullmatch(entry.name)
            if name is None or entry.is_symlink():
                with suppress(FileNotFoundError):
                    if entry.stat(follow_symlinks=False).st_mtime < before:
                        strange.append(Path(entry.path))
        return strange

    def remove(self, entry: SpooledCall) -> None:
        """Sounds first: whatever is left after a crash is still a recording with its header."""
        for sound in entry.sounds.values():
            sound.unlink(missing_ok=True)
        entry.head.unlink(missing_ok=True)
        self.end(entry.spool_id).unlink(missing_ok=True)

    def lacks_header(self, entry: SpooledCall) -> bool:
        """Whether a sound of it is there, and no header. What another takes in goes sound by sound, then its
        header: whoever looks meanwhile may have seen a sound, and no header a moment later.
        """
        return not entry.head.exists() and any(sound.exists() for sound in entry.sounds.values())

    def quarantine(self, entry: SpooledCall) -> bool:
        """Put its files aside; False when all had gone, taken in or put aside by another."""
        moved = False
        for file in [*entry.sounds.values(), entry.head, self.end(entry.spool_id)]:
            with suppress(FileNotFoundError):
                self.set_aside(file)
                moved = True
        return moved

    def set_aside(self, file: Path) -> None:
        """Into `broken/`, for a person to look at; over no other file."""
        self.open()
        aside = self.broken / file.name
        while aside.exists():
            aside = self.broken / f"{time.time_ns()}-{file.name}"
        file.rename(aside)

    @contextmanager
    def holding(self, spool_id: SpoolId) -> Iterator[bool]:
        """Hold the call's header while taking it in; False when a live call or another sweeper has it."""
        held = hold(self.head(spool_id))
        try:
            yield held is not None
        finally:
            if held is not None:
                os.close(held)

    def _free_bytes(self) -> int:
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def _files(self, *, links: bool = False) -> Iterator[os.DirEntry[str]]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False) or (links and entry.is_symlink()):
                    yield entry

    def _entry(self, spool_id: SpoolId, found: _Found) -> SpooledCall:
        return SpooledCall(
            spool_id=spool_id,
            head=self.head(spool_id),
            has_head=found.has_head,
            has_end=found.has_end,
            sounds=dict(sorted(found.sounds.items())),
            sizes=dict(sorted(found.sizes.items())),
            grew_at=found.grew_at,
        )


def _add(found: _Found, file: Path, name: re.Match[str]) -> None:
    status = file.lstat()
    if not S_ISREG(status.st_mode):
        return
    found.grew_at = max(found.grew_at, status.st_mtime)
    if name[2]:
        number = int(name[2])
        found.sounds[number] = file
        found.sizes[number] = status.st_size
    found.has_head = found.has_head or name[3] == ".head"
    found.has_end = found.has_end or name[3] == ".end"
