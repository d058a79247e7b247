"""Places for recordings, for the length of one call each: `mailbox.ports.Takes` on the spool's files."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from personsvar.intake.deliver import deliver
from personsvar.intake.files import hold, read_sound
from personsvar.intake.header import EndMark, format_heading
from personsvar.intake.spool import Entry, Spool
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import SpoolId
from personsvar.mailbox.ports import Heading, Kept, Office, Purpose, SpoolFullError, Take, Verdict
from personsvar.voice.alaw import RATE
from personsvar.voice.dtmf import holds_keys
from personsvar.voice.speech import holds_speech

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Open:
    """What is known of a call's recording while it goes on."""

    held: int | None = None
    """The open header whose lock tells sweepers to stay away."""
    takes: int = 0
    speech: dict[tuple[int, int], bool] = field(default_factory=dict)
    """Takes judged already, by number and length."""


class SpoolTakes:
    """Thread safe: one call is one thread's, many calls go on at once."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.spool = Spool(folder)
        self._open: dict[SpoolId, _Open] = {}
        self._lock = Lock()

    def place(self, heading: Heading, *, number: int = 1) -> Take:
        spool_id = heading.spool_id
        if spool_id not in self._open:
            self._begin(heading)
            with self._lock:
                self._open[spool_id] = _Open(held=hold(self.spool.head(spool_id)))
        going_on = self._open[spool_id]
        going_on.takes = max(going_on.takes, number)
        return Take(heading=heading, number=number, path=self.spool.sound(spool_id, number))

    def _begin(self, heading: Heading) -> None:
        try:
            self.spool.write_head(heading.spool_id, format_heading(heading))
        except SpoolFullError as full:
            log.error("the disk takes no recording: %s", full)  # noqa: TRY400 - the reason says it all
            raise

    def judge(self, take: Take) -> Verdict:
        alaw = self.read(take)
        return Verdict(
            seconds=len(alaw) / RATE,
            speech=self._is_speech(take.heading.spool_id, take.number, alaw),
            tones=take.heading.purpose is Purpose.GREETING and holds_keys(alaw),
        )

    def read(self, take: Take) -> bytes:
        try:
            return read_sound(take.path.with_name(take.path.name + ".alaw"))
        except OSError as wrong:
            log.error("a take can't be read", extra={"error": wrong})  # noqa: TRY400 - the reason says it all
            return b""

    def finish(self, heading: Heading, *, urgent: bool = False, missed: bool = False) -> Kept:
        mark = EndMark(urgent=urgent, missed=missed)
        try:
            return self._finish(heading, mark)
        except (StoreUnavailableError, OSError) as wrong:
            log.warning("kept in the spool for later", extra={"spool_id": heading.spool_id, "error": wrong})
            self._leave(heading, mark)
            return Kept.LATER
        finally:
            self._let_go(heading.spool_id)

    def discard(self, heading: Heading) -> None:
        entry = self.spool.entry(heading.spool_id)
        if entry is not None:
            self.spool.remove(entry)
        self._let_go(heading.spool_id)

    def _finish(self, heading: Heading, mark: EndMark) -> Kept:
        entry = self._entry(heading.spool_id)
        if entry is not None:
            self._tell_of_full_disk(entry)
            self._end(entry, mark)
        kept = deliver(
            self.office,
            heading,
            sounds=entry.sounds if entry else {},
            mark=mark,
            is_speech=lambda number, alaw: self._is_speech(heading.spool_id, number, alaw),
        )
        if entry is not None and kept is not Kept.NOT_SERVED:
            self._remove(entry)
        return kept

    def _entry(self, spool_id: SpoolId) -> Entry | None:
        going_on = self._open.get(spool_id)
        if going_on is None and not self.spool.head(spool_id).exists():
            return None
        return self.spool.entry(spool_id, takes=going_on.takes if going_on else None)

    def _tell_of_full_disk(self, entry: Entry) -> None:
        """The switch records on, and tells nobody: its own count ends where the file does."""
        if entry.sounds and self.spool.is_full():
            kept = {f"kept_seconds_of_take_{number}": size / RATE for number, size in entry.sizes.items()}
            log.error(
                "the disk filled up while recording: what was said after that is lost",
                extra={"spool_id": entry.spool_id, "folder": self.spool.folder} | kept,
            )

    def _end(self, entry: Entry, mark: EndMark) -> None:
        """The end mark, on a disk that may be full: without it the sweeper waits until nothing grows."""
        try:
            self.spool.write_end(entry.spool_id, mark, durable=False)
        except OSError as wrong:
            log.warning("no end mark", extra={"spool_id": entry.spool_id, "error": wrong})

    def _remove(self, entry: Entry) -> None:
        """It is committed: what can't be removed now is found again by the sweeper, and taken in once."""
        try:
            self.spool.remove(entry)
        except OSError as wrong:
            log.warning("stays in the spool", extra={"spool_id": entry.spool_id, "error": wrong})

    def _leave(self, heading: Heading, mark: EndMark) -> None:
        """Durable in the spool, to be taken in later: header, end mark and every take."""
        try:
            if not self.spool.head(heading.spool_id).exists():
                self.spool.write_head(heading.spool_id, format_heading(heading))
            self.spool.write_end(heading.spool_id, mark, durable=True)
            entry = self.spool.entry(heading.spool_id)
            if entry is not None:
                self.spool.sync(entry)
        except (SpoolFullError, OSError):
            log.exception("neither stored nor safe in the spool", extra={"spool_id": heading.spool_id})

    def _is_speech(self, spool_id: SpoolId, number: int, alaw: bytes) -> bool:
        known = self._open[spool_id].speech if spool_id in self._open else {}
        key = (number, len(alaw))
        if key not in known:
            known[key] = holds_speech(alaw)
        return known[key]

    def _let_go(self, spool_id: SpoolId) -> None:
        with self._lock:
            going_on = self._open.pop(spool_id, None)
        if going_on is not None and going_on.held is not None:
            os.close(going_on.held)
