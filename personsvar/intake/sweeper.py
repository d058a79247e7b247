"""The sweeper: takes in whatever a dead process, a dead switch or an absent database left in the spool.

A recording is finished when its end mark is written (by the service, or by the dialplan as the channel goes),
or nothing of it grew for a minute (the switch's `rtp_timeout` and 30 s). In the last case the switch may
still write: the files stay until no call could go on, and if the sound is longer by then it replaces the one
taken in. A recording whose header a live call holds is left alone. However often, by however many: each is
taken in once.

No file goes by the wall's clock alone. How long a recording has been still is counted by the time that passed
while we looked (`watched`); and what goes after days goes only by a clock that is believed.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from personsvar.intake.call_file import file_id
from personsvar.intake.deliver import NoDeposit, deliver, sort
from personsvar.intake.header import HeaderError, Unsorted, charge_of, parse_header
from personsvar.intake.spool import SpooledCall
from personsvar.intake.takes import SpoolTakes
from personsvar.intake.watched import GrowthWatch
from personsvar.mailbox import call_log
from personsvar.mailbox.call_back import take_in_charge
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader
from personsvar.mailbox.ports.world import Clock

log = logging.getLogger(__name__)

DAY = 24 * 3600.0
KEEP_UNSERVED_SECONDS = 7 * DAY
KEEP_GREETING_SECONDS = DAY
ASK_AGAIN_SECONDS = 600.0
"""How often a recording for nobody we serve is looked at again: the number may be added."""
LONGEST_TAKING_IN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    taken: int = 0
    """How many became messages."""
    missed: int = 0
    """How many became missed calls: nothing said, voicemail off, mailbox full."""
    dropped: int = 0
    """How many were removed: recordings for nobody, and greetings nobody kept."""
    broken: int = 0
    """How many were put aside for a person to look at."""
    waiting: int = 0
    """How many are going on still, or waiting for the database or a subscriber."""
    failed: int = 0


class _Did(StrEnum):
    TAKEN = "taken"
    MISSED = "missed"
    DROPPED = "dropped"
    BROKEN = "broken"
    WAITING = "waiting"
    FAILED = "failed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A recording left in place after it was looked at: not again before it changes, or that time."""

    sizes: dict[int, int]
    until: float


class Sweeper:
    """`running` counts seconds, whatever is done to the clock; `is_believed` says whether that is right."""

    def __init__(
        self,
        takes: SpoolTakes,
        *,
        rtp_timeout_seconds: float = 30,
        running: Callable[[], float] = time.monotonic,
        is_believed: Callable[[], bool] = lambda: True,
    ) -> None:
        self.spool = takes.spool
        self._services = takes.services
        self._quiet_seconds = rtp_timeout_seconds + 30
        self._longest_seconds = takes.services.rules.max_call_minutes * 60 + 300
        self._seen: dict[SpoolId, _Seen] = {}
        self._watched = GrowthWatch(self._quiet_seconds, running)
        self._is_believed = is_believed
        self._complained: set[SpoolId] = set()

    def sweep_once(self, now: datetime) -> Swept:
        """Look through the whole spool. OSError only when the folder itself can't be read."""
        moment = now.timestamp()
        self.spool.open()
        did = Counter(self._put_aside_foreign(moment))
        entries = self.spool.entries()
        self._watched.look(entries, moment)
        self._forget(entries)
        did.update(self._each(entry, moment) for entry in entries)
        return Swept(**{what.value: count for what, count in did.items() if what is not _Did.NOTHING})

    def _each(self, entry: SpooledCall, now: float) -> _Did:
        try:
            return self._one(entry, now)
        except StoreUnavailableError:
            return _Did.WAITING
        except Exception:  # one bad recording must not trap those behind it
            if entry.spool_id not in self._complained:
                log.exception("can't be taken in", extra={"spool_id": entry.spool_id})
                self._complained.add(entry.spool_id)
            return _Did.FAILED

    def _one(self, entry: SpooledCall, now: float) -> _Did:
        if not self._is_ripe(entry):
            return _Did.WAITING
        if not entry.has_head:
            return self._headless(entry)
        with self.spool.holding(entry.spool_id) as ours:
            if not ours and not self._is_overdue(entry):
                return _Did.WAITING
            current = self.spool.entry(entry.spool_id)
            if current is None or not current.has_head:
                return _Did.NOTHING
            return self._ripe(current, now, ours=ours)

    def _is_ripe(self, entry: SpooledCall) -> bool:
        seen = self._seen.get(entry.spool_id)
        if seen is not None and seen.sizes == entry.sizes and self._watched.at < seen.until:
            return False
        return entry.has_end or self._watched.still(entry.spool_id) >= self._quiet_seconds

    def _is_overdue(self, entry: SpooledCall) -> bool:
        """A live call holds the header for longer than any could: its process hangs."""
        limit = LONGEST_TAKING_IN_SECONDS if entry.has_end else self._longest_seconds
        return self._watched.still(entry.spool_id) >= limit

    def _headless(self, entry: SpooledCall) -> _Did:
        if self.spool.lacks_header(entry):
            return self._broken(entry, "a sound without a header")
        if not entry.sounds:
            self.spool.remove(entry)  # an end mark that outlived its recording in a crash
        return _Did.NOTHING

    def _ripe(self, entry: SpooledCall, now: float, *, ours: bool) -> _Did:
        try:
            header = parse_header(entry.head.read_bytes())
        except HeaderError as wrong:
            return self._broken(entry, str(wrong))
        if _id_of(header) != entry.spool_id:
            return self._broken(entry, "the header is of another call")
        if isinstance(header, CallRecord):
            return self._log_call(entry, header)
        if isinstance(header, Unsorted):
            sorted_out = sort(header, self._services)
            if isinstance(sorted_out, NoDeposit):
                self._log_unserved(entry, header, sorted_out)
                return self._unserved(entry, now, sorted_out.why)
            header = sorted_out
        return self._of(entry, header, now, ours=ours)

    def _of(self, entry: SpooledCall, header: SpoolHeader, now: float, *, ours: bool) -> _Did:
        if header.purpose is Purpose.GREETING:
            return self._greeting(entry, now)
        if header.purpose is Purpose.CALL_BACK:
            return self._charge(entry, header)
        return self._take_in(entry, header, now, ours=ours)

    def _take_in(self, entry: SpooledCall, header: SpoolHeader, now: float, *, ours: bool) -> _Did:
        mark = self.spool.read_end(entry.spool_id)
        ended_at = self._ended_at(entry, header.began_at)
        kept = deliver(self._services, header, sounds=entry.sounds, mark=mark, waited=True, ended_at=ended_at)
        if kept is Kept.NOT_SERVED:
            return self._unserved(entry, now, "not served")
        told_before = self.spool.taken_as(entry.spool_id) == kept.value
        if ours and not self._may_grow(entry):
            self.spool.remove(entry)
        else:  # the switch may write on, or another has it open: the files are not ours to remove
            longest = self._longest_seconds - self._watched.still(entry.spool_id)
            self._leave(entry, longest if ours else LONGEST_TAKING_IN_SECONDS)
            if not told_before:
                self.spool.mark_taken(entry.spool_id, kept)
        if told_before:
            return _Did.NOTHING
        log.info("taken in from the spool", extra={"spool_id": entry.spool_id, "kept": kept.value})
        return _Did.TAKEN if kept is Kept.STORED else _Did.MISSED

    def _may_grow(self, entry: SpooledCall) -> bool:
        """No end mark: the switch may have the file open, and go on."""
        return not entry.has_end and self._watched.still(entry.spool_id) < self._longest_seconds

    def _leave(self, entry: SpooledCall, seconds: float) -> None:
        """The sweeper does not look at it again before it changes, or so long from now."""
        self._seen[entry.spool_id] = _Seen(entry.sizes, self._watched.at + seconds)

    def _unserved(self, entry: SpooledCall, now: float, why: str) -> _Did:
        if now - entry.grew_at >= KEEP_UNSERVED_SECONDS and self._is_believed():
            log.warning("dropped after 7 days", extra={"spool_id": entry.spool_id, "why": why})
            self.spool.remove(entry)
            return _Did.DROPPED
        self._leave(entry, ASK_AGAIN_SECONDS)
        return _Did.WAITING

    def _greeting(self, entry: SpooledCall, now: float) -> _Did:
        """A greeting is kept by its owner in the call, or never."""
        if now - entry.grew_at < KEEP_GREETING_SECONDS or not self._is_believed():
            return _Did.WAITING
        log.info("a greeting that was never kept is dropped", extra={"spool_id": entry.spool_id})
        self.spool.remove(entry)
        return _Did.DROPPED

    def _charge(self, entry: SpooledCall, header: SpoolHeader) -> _Did:
        """A charge is complete with its end mark: the dialplan writes line by line."""
        number = charge_of(entry.spool_id)
        if number is None:
            return self._broken(entry, "a call back without its number")
        if not entry.has_end:
            return _Did.WAITING
        take_in_charge(self._services, number, header)
        self.spool.remove(entry)
        return _Did.NOTHING

    def _ended_at(self, entry: SpooledCall, began_at: datetime) -> datetime:
        """The last written of it is its end mark, or the end of its sound: the call was over then."""
        longest = began_at + timedelta(seconds=self._longest_seconds)
        return min(datetime.fromtimestamp(entry.grew_at, UTC), longest)

    def _log_call(self, entry: SpooledCall, record: CallRecord) -> _Did:
        """A call that left nothing while the database was away."""
        call_log.write_down(self._services, record)
        self.spool.remove(entry)
        return _Did.NOTHING

    def _log_unserved(self, entry: SpooledCall, call: Unsorted, sorted_out: NoDeposit) -> None:
        """Each time it is looked at, and written down once; should its number be added, it becomes more."""
        seconds = call_log.lasted(call.began_at, self._ended_at(entry, call.began_at))
        record = CallRecord(
            entry.spool_id, call.began_at, sorted_out.caller, None, CameOf.NOT_SERVED, seconds
        )
        call_log.write_down(self._services, record)

    def _broken(self, entry: SpooledCall, why: str) -> _Did:
        """It is told by the one sweeper that put it aside."""
        if not self.spool.quarantine(entry):
            return _Did.NOTHING
        log.error("put aside as broken", extra={"spool_id": entry.spool_id, "why": why})
        return _Did.BROKEN

    def _put_aside_foreign(self, now: float) -> list[_Did]:
        foreign = self.spool.foreign(before=now - self._quiet_seconds)
        return [self._set_aside(file) for file in foreign]

    def _set_aside(self, file: Path) -> _Did:
        log.error("put aside: no recording", extra={"file": file.name})
        try:
            self.spool.set_aside(file)
        except OSError as wrong:
            log.warning("can't be put aside", extra={"file": file.name, "error": wrong})
            return _Did.FAILED
        return _Did.BROKEN

    def _forget(self, entries: list[SpooledCall]) -> None:
        there = {entry.spool_id for entry in entries}
        self._seen = {spool_id: seen for spool_id, seen in self._seen.items() if spool_id in there}
        self._complained &= there


def _id_of(header: SpoolHeader | Unsorted | CallRecord) -> SpoolId:
    return file_id(header) if isinstance(header, CallRecord) else header.spool_id


@dataclass(frozen=True, slots=True)
class SweeperChore:
    """The sweeper as a chore; it adds up what was done, for the figures."""

    sweeper: Sweeper
    clock: Clock
    totals: Counter[str] = field(default_factory=Counter)
    """What was done since the start: taken, missed, dropped, broken, failed."""

    def once(self) -> int:
        """Sweep; how many recordings left the spool."""
        swept = asdict(self.sweeper.sweep_once(self.clock.now()))
        del swept["waiting"]
        self.totals.update(swept)
        return int(swept["taken"] + swept["missed"])
