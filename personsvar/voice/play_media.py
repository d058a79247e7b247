"""The media folder: sounds made for the switch to play, kept while they are useful.

    MEDIA/said/     joined sentences and signals, the least used dropped when they take too much room;
                    named for what they hold, so that they survive a restart and serve several processes
    MEDIA/live-*/   recordings of people, one folder for each process, gone when the call is
    MEDIA/tone/     the tone, under the name by which the switch itself looks for one

A process holds a lock on its live folder (flock(2)); a folder nobody holds was left behind by one that
died, and goes when the next one starts.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from personsvar.language.sentence import PromptMissingError
from personsvar.voice.play_files import (
    SUFFIXES,
    OneAtATime,
    holds_bytes,
    is_held,
    locked,
    make_folder,
    point,
    remove,
    remove_halves,
    sizes_by_age,
    write_all,
)

log = logging.getLogger(__name__)

DEFAULT_BYTES = 200_000_000


class MediaUnavailableError(PromptMissingError):
    """The media folder is full or can't be written: play what is there already, part by part."""


class MediaFolder:
    """A folder that is thread safe; several processes may share one folder."""

    def __init__(self, folder: Path, *, max_bytes: int = DEFAULT_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._said = folder / "said"
        self._live: Path | None = None
        self._live_lock = -1
        self._holders: Counter[str] = Counter()
        """How many calls hold each recording."""
        self._sizes: OrderedDict[str, int] | None = None
        """Bytes of each name in said/, the least used first; None: not looked yet."""
        self._total = 0
        self._refused = False
        self._lock = Lock()
        self._turns = OneAtATime()

    def said(self, name: str, make: Callable[[], Mapping[str, bytes]]) -> Path:
        """The path of `name` without a suffix; made once, by the first who asks, one file for each suffix."""
        path = self._said / name
        with self._turns.taking(name):
            if self._is_there(path):
                self.used(name)
                return path
            sounds = make()
            self._write(path, sounds)
        self._count(name, sum(map(len, sounds.values())))
        return path

    def used(self, name: str) -> None:
        """The sound was played just now: it is dropped last."""
        with self._lock:
            if self._sizes is not None and name in self._sizes:
                self._sizes.move_to_end(name)

    def live(self, name: str, make: Callable[[], bytes]) -> Path:
        """A recording that goes with the call. It stays until each `live` was followed by a `drop_live`."""
        path = self._live_folder() / name
        with self._turns.taking(name):
            if not self._is_there(path):
                self._write(path, {".alaw": make()})
            self._holders[name] += 1
        return path

    def drop_live(self, name: str) -> None:
        with self._turns.taking(name):
            self._holders[name] -= 1
            if self._holders[name] <= 0:
                del self._holders[name]
                if self._live is not None:
                    remove(self._live / name)

    def named(self, folder: str, name: str, files: Mapping[str, Path]) -> Path:
        """A folder in which the forms of a sound that lie elsewhere have this name: links."""
        place = self._folder / folder
        try:
            make_folder(place)
            for suffix in SUFFIXES:
                point(place / f"{name}{suffix}", files.get(suffix))
        except OSError as wrong:
            raise MediaUnavailableError(f"{place}: {wrong}") from wrong
        return place

    def close(self) -> None:
        """The process ends: its recordings go."""
        with self._lock:
            if self._live is not None:
                shutil.rmtree(self._live, ignore_errors=True)
                os.close(self._live_lock)
                self._live = None

    def clear_leftovers(self) -> int:
        """Remove the live folders of processes that are gone, and files written in half; how many."""
        make_folder(self._folder)
        with locked(self._folder):
            leftovers = [folder for folder in self._folder.glob("live-*") if not is_held(folder)]
            for folder in leftovers:
                shutil.rmtree(folder, ignore_errors=True)
            halves = remove_halves(self._said)
        return len(leftovers) + halves

    @staticmethod
    def _is_there(path: Path) -> bool:
        """Every name has its A-law form, written last."""
        return holds_bytes(f"{path}.alaw")

    def _write(self, path: Path, sounds: Mapping[str, bytes]) -> None:
        try:
            write_all(path, sounds)
            self._refused = False
        except OSError as first:
            self._say_refused(first)
            self._drop_until(0)
            try:
                write_all(path, sounds)
            except OSError as wrong:
                raise MediaUnavailableError(f"{self._folder}: {wrong}") from wrong

    def _say_refused(self, wrong: OSError) -> None:
        """Log it once until it works again: every sentence of every call would say it."""
        if not self._refused:
            log.error("the media folder takes no file, joined sentences are dropped: %s", wrong)
        self._refused = True

    def _count(self, name: str, size: int) -> None:
        with self._lock:
            sizes = self._known()
            self._total += size - sizes.pop(name, 0)
            sizes[name] = size
            full = self._total > self._max_bytes
        if full:
            self._drop_until(self._max_bytes * 9 // 10, sparing=name)

    def _known(self) -> OrderedDict[str, int]:
        if self._sizes is None:
            self._sizes = sizes_by_age(self._said)
            self._total = sum(self._sizes.values())
        return self._sizes

    def _drop_until(self, max_bytes: int, *, sparing: str = "") -> None:
        """Drop the least used until the rest fits. What the switch has open plays on to its end."""
        with self._lock:
            sizes = self._known()
            for name, size in sizes_by_age(self._said).items():  # what other processes wrote
                if name not in sizes:
                    sizes[name] = size
                    sizes.move_to_end(name, last=False)
            self._total = sum(sizes.values())
            for name in [name for name in sizes if name != sparing]:
                if self._total <= max_bytes:
                    break
                remove(self._said / name)
                self._total -= sizes.pop(name)

    def _live_folder(self) -> Path:
        with self._lock:
            if self._live is None:
                self._live = self._make_live_folder()
            return self._live

    def _make_live_folder(self) -> Path:
        try:
            make_folder(self._folder)
            with locked(self._folder):
                live = self._folder / f"live-{secrets.token_hex(8)}"
                make_folder(live)
                self._live_lock = os.open(live, os.O_RDONLY)
                fcntl.flock(self._live_lock, fcntl.LOCK_EX)
        except OSError as wrong:
            raise MediaUnavailableError(f"{self._folder}: {wrong}") from wrong
        return live
