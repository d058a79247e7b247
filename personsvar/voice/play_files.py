"""Files for the switch to play: written whole or not at all, readable by its group only."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from personsvar.durable import put

FOLDER_MODE = 0o2750  # set-group-id: the files belong to the group that the switch shares
FILE_MODE = 0o640
SUFFIXES = (".alaw", ".g722")
_HALF = ".new"
_HALF_SECONDS = 60.0


class OneAtATime:
    """Work is done one at a time for the same name; nobody waits for another's name."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._locks: dict[str, tuple[Lock, int]] = {}

    @contextmanager
    def taking(self, name: str) -> Iterator[None]:
        with self._guard:
            lock, waiting = self._locks.get(name, (Lock(), 0))
            self._locks[name] = (lock, waiting + 1)
        try:
            with lock:
                yield
        finally:
            self._leave(name)

    @contextmanager
    def taking_if_free(self, name: str) -> Iterator[bool]:
        """Whether nobody has it or waits for it: who has a turn already waits for no other."""
        with self._guard:
            if is_free := name not in self._locks:
                lock = Lock()
                lock.acquire()
                self._locks[name] = (lock, 1)
        if not is_free:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
            self._leave(name)

    def _leave(self, name: str) -> None:
        with self._guard:
            lock, waiting = self._locks.pop(name)
            if waiting > 1:
                self._locks[name] = (lock, waiting - 1)


def write_all(path: Path, sounds: Mapping[str, bytes]) -> None:
    """Each file whole or not at all; `.alaw` last, so that its being there says all are."""
    make_folder(path.parent)
    for suffix in sorted(sounds, key=lambda suffix: suffix == ".alaw"):
        _write_one(path.with_name(path.name + suffix), sounds[suffix])


def _write_one(file: Path, sound: bytes) -> None:
    half = file.with_name(f"{file.name}.{secrets.token_hex(4)}{_HALF}")
    opened = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        try:
            os.fchmod(opened, FILE_MODE)  # whatever the umask
            put(opened, sound)
        finally:
            os.close(opened)
        half.rename(file)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def make_folder(folder: Path) -> None:
    if not folder.is_dir():
        make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            folder.chmod(FOLDER_MODE)


def point(link: Path, to: Path | None) -> None:
    """A link to a file, put in the place of the one before in one step; None: no link any more."""
    if to is None:
        link.unlink(missing_ok=True)
        return
    with suppress(OSError):
        if os.readlink(link) == str(to):  # noqa: PTH115 - a Path costs more than the question
            return
    half = link.with_name(f"{link.name}.{secrets.token_hex(4)}{_HALF}")
    half.symlink_to(to)
    half.rename(link)


def remove(path: Path) -> None:
    for suffix in SUFFIXES:
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def bytes_of(path: Path) -> int:
    """What all files of a name take."""
    size = 0
    for suffix in SUFFIXES:
        with suppress(OSError):
            size += path.with_name(path.name + suffix).stat().st_size
    return size


@dataclass(frozen=True, slots=True)
class NamedSound:
    """All files of one name together."""

    bytes: int
    written_at: float
    """When the last of them was: seconds since 1970."""


def sounds_by_age(folder: Path) -> dict[str, NamedSound]:
    """What lies there, the oldest first."""
    found: dict[str, NamedSound] = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                file, name = entry.stat(), entry.name.partition(".")[0]
                before = found.get(name, NamedSound(0, 0.0))
                latest = max(before.written_at, file.st_mtime)
                found[name] = NamedSound(before.bytes + file.st_size, latest)
    return dict(sorted(found.items(), key=lambda each: each[1].written_at))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def is_held(folder: Path) -> bool:
    """Whether a living process has the lock of this live folder."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(opened)


def remove_halves(folder: Path) -> int:
    """Remove files that were being written when their writer died; how many."""
    old = time.time() - _HALF_SECONDS
    removed = 0
    for half in folder.glob(f"*{_HALF}"):
        with suppress(FileNotFoundError):  # written to its end meanwhile
            if half.stat().st_mtime < old:
                half.unlink()
                removed += 1
    return removed


def holds_bytes(file: str) -> bool:
    """The file is there and not empty; a string, since this is asked for every sound played."""
    try:
        return os.stat(file).st_size > 0  # noqa: PTH116 - a Path costs more than the question
    except OSError:
        return False
