"""Places for recordings, for the length of one call each: `mailbox.ports.takes.Takes` on files."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from personsvar.g711 import SAMPLE_RATE
from personsvar.intake.call_file import file_id, spoolable
from personsvar.intake.deliver import deliver
from personsvar.intake.files import bytes_a_second, hold, read_sound, write
from personsvar.intake.header import EndMark, format_call, format_header
from personsvar.intake.room_watch import RoomWatch
from personsvar.intake.spool import Spool, SpooledCall
from personsvar.mailbox import call_log
from personsvar.mailbox.deposit import another_id
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.ports.takes import (
    TAKE_SUFFIX,
    Kept,
    Purpose,
    SpoolFullError,
    SpoolHeader,
    Take,
    Verdict,
)
from personsvar.mailbox.services import Services
from personsvar.voice.alaw import linear
from personsvar.voice.dtmf import holds_keys
from personsvar.voice.speech import holds_speech
from personsvar.voice.trim import without_silence_around

log = logging.getLogger(__name__)

HOLE_SECONDS = 0.5
"""So much must be missing to be a hole. Of whole recordings 0.00 to 0.41 s were: a key that is held down, an
answer that comes late."""
MOST_OF_ONE_ID = 100
"""So many calls may lie in the spool under one id of the switch's: on a disk that works no more do."""


@dataclass(slots=True)
class _Open:
    """What is known of a call's recording while it goes on."""

    name: SpoolId
    """Its files' own: the call's id, or the next that is free where they are another call's."""
    held: int | None = None
    """The open header whose lock tells sweepers to stay away."""
    takes: int = 0
    unasked: dict[int, float] = field(default_factory=dict)
    """Since when each take is watched of which nobody has asked yet whether it has a hole."""
    is_watched: bool = False
    speech: dict[tuple[int, int], bool] = field(default_factory=dict)
    """Which takes hold speech, of those judged already, by number and length."""
    kept: bool = False
    """The recording is committed: its files are of no more use."""


class SpoolTakes:
    """Thread safe: one call is one thread's, many calls go on at once."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self.spool = Spool(folder)
        self.room = RoomWatch(self.spool.is_full)
        self._open: dict[SpoolHeader, _Open] = {}
        """By the whole header: two calls may have one id (`mailbox.deposit`)."""
        self._names: set[SpoolId] = set()
        self._lock = Lock()

    def place(self, header: SpoolHeader, *, number: int = 1) -> Take:
        going_on = self._open.get(header) or self._begin(header)
        going_on.takes = max(going_on.takes, number)
        self._watch(going_on, number)
        return Take(header=header, number=number, path=self.spool.sound(going_on.name, number))

    def _begin(self, header: SpoolHeader) -> _Open:
        try:
            going_on = self._named(header)
            self.spool.write_head(going_on.name, format_header(replace(header, spool_id=going_on.name)))
        except SpoolFullError as full:
            self._let_go(header)
            log.error("the disk takes no recording: %s", full)
            raise
        except ValueError:
            self._let_go(header)
            raise
        going_on.held = hold(self.spool.head(going_on.name))
        return going_on

    def _named(self, header: SpoolHeader) -> _Open:
        """Open it under the call's id; not where another call's recording lies under it, or is about to.

        Raise SpoolFullError where that is so, or can't be told, of as many names as may be.
        """
        for number in range(1, MOST_OF_ONE_ID + 1):
            if self._reserve(name := another_id(header.spool_id, number), header):
                break
        else:
            raise SpoolFullError(f"{self.spool.folder}: no header can be read under {header.spool_id}")
        self._open[header] = _Open(name)
        if number > 1:
            log.error(
                "in the spool lies another call under the switch's id",
                extra={"spool_id": header.spool_id, "kept_as": name},
            )
        return self._open[header]

    def _reserve(self, name: SpoolId, header: SpoolHeader) -> bool:
        """Whether the name is ours from now on. The disk is asked without the lock that all calls share."""
        with self._lock:
            if name in self._names:
                return False
            self._names.add(name)
        is_ours = False
        try:
            is_ours = self._is_ours(name, header)
        finally:
            if not is_ours:
                self._names.discard(name)
        return is_ours

    def _is_ours(self, name: SpoolId, header: SpoolHeader) -> bool:
        """Nothing lies there, or what this very call left."""
        head = self.spool.head(name)
        try:
            return not head.exists() or head.read_bytes() == format_header(replace(header, spool_id=name))
        except OSError:
            return False

    def _watch(self, going_on: _Open, number: int) -> None:
        """From the first take on until the call is let go of, and not once a take."""
        if not going_on.is_watched:
            self.room.begin()
            going_on.is_watched = True
        going_on.unasked[number] = self.room.now()

    def has_hole(self, take: Take, *, missing_seconds: float) -> bool:
        going_on = self._open.get(take.header)
        since = None if going_on is None else going_on.unasked.pop(take.number, None)
        was_full = since is not None and self.room.was_full_since(since)
        return was_full and missing_seconds >= HOLE_SECONDS

    def judge(self, take: Take) -> Verdict:
        alaw = self.read(take)
        return Verdict(
            seconds=len(alaw) / SAMPLE_RATE,
            speech=self._is_speech(take.header, take.number, alaw),
            tones=take.header.purpose is Purpose.GREETING and holds_keys(alaw),
        )

    def read(self, take: Take) -> bytes:
        try:
            return read_sound(take.file)
        except OSError as wrong:
            log.error("a take can't be read", extra={"error": wrong})
            return b""

    def trim(self, take: Take) -> None:
        alaw = self.read(take)
        trimmed = without_silence_around(alaw)
        if len(trimmed) == len(alaw):
            return
        try:
            file = take.file
            write(file, linear(trimmed) if file.suffix == TAKE_SUFFIX else trimmed, durable=False)
        except OSError as wrong:
            log.warning("the silence around a greeting stays", extra={"error": wrong})

    def finish(self, header: SpoolHeader, *, urgent: bool = False, missed: bool = False) -> Kept:
        mark = EndMark(urgent=urgent, missed=missed)
        try:
            return self._finish(header, mark)
        except (StoreUnavailableError, OSError) as wrong:
            log.warning("kept in the spool for later", extra={"spool_id": header.spool_id, "error": wrong})
            self._leave(header, mark)
            return Kept.LATER

    def clear(self, header: SpoolHeader) -> None:
        going_on = self._open.get(header)
        try:
            if going_on is not None and going_on.kept:
                entry = self.spool.entry(going_on.name, takes=going_on.takes)
                if entry is not None:
                    self._remove(entry)
        finally:
            self._let_go(header)

    def discard(self, header: SpoolHeader) -> None:
        going_on = self._open.get(header)
        try:
            entry = None if going_on is None else self.spool.entry(going_on.name)
            if entry is not None:
                self.spool.remove(entry)
        finally:
            self._let_go(header)

    def log(self, record: CallRecord) -> None:
        try:
            call_log.write_down(self.services, record)
        except StoreUnavailableError as wrong:
            about = {"call_id": record.call_id, "error": wrong}
            log.warning("the call is kept in the spool for the call log", extra=about)
            self._leave_call(spoolable(record))

    def _leave_call(self, record: CallRecord) -> None:
        spool_id = file_id(record)
        try:
            self.spool.write_head(spool_id, format_call(record))
            self.spool.write_end(spool_id, EndMark(), durable=True)
        except (SpoolFullError, OSError, ValueError) as wrong:
            lost = {"call_id": record.call_id, "error": wrong}
            log.error("the call is missing in the call log", extra=lost)

    def _finish(self, header: SpoolHeader, mark: EndMark) -> Kept:
        going_on = self._open.get(header)
        entry = self._entry(going_on)
        if going_on is not None and entry is not None:
            self._report_full_disk(entry, going_on)
            self._end(entry, mark)
        kept = deliver(
            self.services,
            header if going_on is None else replace(header, spool_id=going_on.name),
            sounds=entry.sounds if entry else {},
            mark=mark,
            is_speech=lambda number, alaw: self._is_speech(header, number, alaw),
        )
        if going_on is not None:
            going_on.kept = kept is not Kept.NOT_SERVED
        return kept

    def _entry(self, going_on: _Open | None) -> SpooledCall | None:
        return None if going_on is None else self.spool.entry(going_on.name, takes=going_on.takes)

    def _report_full_disk(self, entry: SpooledCall, going_on: _Open) -> None:
        """The switch records on, and tells nobody: its own count ends where the file does."""
        if not entry.sounds:
            return
        if self.spool.is_full():
            log.error(
                "the disk filled up while recording: what was said after that is lost",
                extra=self._what_is_kept(entry),
            )
        elif any(map(self.room.was_full_since, going_on.unasked.values())):
            log.error(
                "the disk was full for a moment while recording: a part may be missing",
                extra=self._what_is_kept(entry),
            )
        going_on.unasked.clear()

    def _what_is_kept(self, entry: SpooledCall) -> dict[str, object]:
        kept = {
            f"kept_seconds_of_take_{number}": size / bytes_a_second(entry.sounds[number])
            for number, size in entry.sizes.items()
        }
        return {"spool_id": entry.spool_id, "folder": self.spool.folder} | kept

    def _end(self, entry: SpooledCall, mark: EndMark) -> None:
        """The end mark, on a disk that may be full: without it the sweeper waits until nothing grows."""
        try:
            self.spool.write_end(entry.spool_id, mark, durable=False)
        except OSError as wrong:
            log.warning("no end mark", extra={"spool_id": entry.spool_id, "error": wrong})

    def _remove(self, entry: SpooledCall) -> None:
        """It is committed: what can't be removed now is found again by the sweeper, and taken in once."""
        try:
            self.spool.remove(entry)
        except OSError as wrong:
            log.warning("stays in the spool", extra={"spool_id": entry.spool_id, "error": wrong})

    def _leave(self, header: SpoolHeader, mark: EndMark) -> None:
        """Make all durable in the spool, to be taken in later: header, end mark and every take."""
        try:
            name = (self._open.get(header) or self._begin(header)).name
            self.spool.write_end(name, mark, durable=True)
            entry = self.spool.entry(name)
            if entry is not None:
                self.spool.sync(entry)
        except (SpoolFullError, OSError):
            log.exception("neither stored nor safe in the spool", extra={"spool_id": header.spool_id})

    def _is_speech(self, header: SpoolHeader, number: int, alaw: bytes) -> bool:
        known = self._open[header].speech if header in self._open else {}
        key = (number, len(alaw))
        if key not in known:
            known[key] = holds_speech(alaw)
        return known[key]

    def _let_go(self, header: SpoolHeader) -> None:
        going_on = self._open.pop(header, None)
        if going_on is None:
            return
        self._names.discard(going_on.name)
        if going_on.is_watched:
            self.room.end()
        if going_on.held is not None:
            os.close(going_on.held)
