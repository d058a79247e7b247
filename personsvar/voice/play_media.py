"""The media folder: sounds made for the switch to play, kept while they are useful.

    MEDIA/said/     joined sentences and signals, the least used dropped when they take too much room;
                    named for what they hold, so that they survive a restart and serve several processes
    MEDIA/live-*/   recordings of people, one folder for each process, gone when the call is
    MEDIA/tone/     the tone, under the name by which the switch itself looks for one

A process holds a lock on its live folder (flock(2)); a folder nobody holds was left behind by one that
died, and goes when the next one starts.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import secrets
import shutil
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from personsvar.language.sentence import PromptMissingError
from personsvar.voice.play_files import (
    SUFFIXES,
    NamedSound,
    OneAtATime,
    bytes_of,
    holds_bytes,
    is_held,
    locked,
    make_folder,
    point,
    remove,
    remove_halves,
    sounds_by_age,
    write_all,
)

log = logging.getLogger(__name__)

DEFAULT_BYTES = 200_000_000
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
JUST_NOW_SECONDS = 60.0
"""What somebody wrote in this time is about to be played."""


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
        self._dropping = Lock()
        self._turns = OneAtATime()

    def said(self, name: str, make: Callable[[], Mapping[str, bytes]]) -> Path:
        """The path of `name` without a suffix; made once, by the first who asks, one file for each suffix."""
        path = self._said / name
        with self._turns.taking(name):
            if self._is_there(path):
                self._take_again(name)
                return path
            sounds = make()
            self._write(path, sounds)
        self._count(name, sum(map(len, sounds.values())))
        return path

    def used(self, path: Path) -> bool:
        """It is played now: what `said` gave is dropped last. False: it goes, or is not known; `said` has it.

        A prompt's own file lies elsewhere, and stays.
        """
        return path.parent != self._said or self._used(path.name)

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
            self._write_in_place_of_others(path, sounds, first)

    def _write_in_place_of_others(self, path: Path, sounds: Mapping[str, bytes], wrong: OSError) -> None:
        """The half of them that was not used for longest goes first: the others are being played, or soon."""
        with self._lock:
            half = sum(self._known().values()) // 2
        for left in (half, 0) if wrong.errno in _NO_ROOM else ():
            with self._dropping:
                self._drop(left)
            try:
                write_all(path, sounds)
            except OSError as again:
                wrong = again
            else:
                return
        raise MediaUnavailableError(f"{self._folder}: {wrong}") from wrong

    def _say_refused(self, wrong: OSError) -> None:
        """Log it once until it works again: every sentence of every call would say it."""
        if not self._refused:
            log.error("the media folder takes no file, joined sentences are dropped: %s", wrong)
        self._refused = True

    def _count(self, name: str, size: int) -> None:
        with self._lock:
            self._set(name, size)
            too_much = self._total - self._max_bytes
        # somebody may make room already; where he can't keep up, who brings more waits for him
        if too_much > 0 and self._dropping.acquire(blocking=too_much > self._max_bytes // 10):
            try:
                if self._total > self._max_bytes:
                    self._drop(self._max_bytes * 9 // 10, sparing=name)
            finally:
                self._dropping.release()

    def _used(self, name: str) -> bool:
        with self._lock:
            sizes = self._known()
            if name not in sizes:
                return False
            sizes.move_to_end(name)
            return True

    def _take_again(self, name: str) -> None:
        """It is there, and stays: who would drop it finds that it is asked for, or in use again."""
        if not self._used(name):
            size = bytes_of(self._said / name)
            with self._lock:
                self._set(name, size)

    def _set(self, name: str, size: int) -> None:
        """With the lock: it takes so much, and was used last of all."""
        sizes = self._known()
        self._total += size - sizes.pop(name, 0)
        sizes[name] = size

    def _known(self) -> OrderedDict[str, int]:
        if self._sizes is None:
            found = sounds_by_age(self._said)
            self._sizes = OrderedDict((name, sound.bytes) for name, sound in found.items())
            self._total = sum(self._sizes.values())
        return self._sizes

    def _drop(self, max_bytes: int, *, sparing: str = "") -> None:
        """Drop the least used until so many bytes are left. What the switch has open plays on to its end.

        The folder is looked through, and files are removed, while others go on. One at a time does it: else
        what another is just removing would be found, and counted for ever.
        """
        found = sounds_by_age(self._said)
        with self._lock:
            self._note(found)
            going = self._least_used(self._total - max_bytes, sparing)
        for name in going:
            with self._turns.taking_if_free(name) as is_free:
                if is_free and not self._used(name):  # else somebody asks for it, or makes it
                    remove(self._said / name)

    def _note(self, found: Mapping[str, NamedSound]) -> None:
        """With the lock: what others wrote, or have written and not counted yet."""
        sizes, just_now = self._known(), time.time() - JUST_NOW_SECONDS
        for name, sound in found.items():
            if name not in sizes:
                self._set(name, sound.bytes)
                sizes.move_to_end(name, last=sound.written_at >= just_now)

    def _least_used(self, too_much: int, sparing: str) -> list[str]:
        """With the lock: these are forgotten, and may be removed."""
        going: list[str] = []
        sizes = self._known()
        for name in [name for name in sizes if name != sparing]:
            if too_much <= 0:
                break
            size = sizes.pop(name)
            too_much -= size
            self._total -= size
            going.append(name)
        return going

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
