"""The outbox of the store in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from personsvar.mailbox import receipts as mailbox_receipts
from personsvar.mailbox.model.ids import MessageId, NoticeId, Number
from personsvar.mailbox.model.ledger import (
    Attempt,
    AttemptOutcome,
    ChannelFigures,
    History,
    Receipt,
    Settlement,
)
from personsvar.mailbox.model.notice import (
    Channel,
    Facts,
    MissedReason,
    NewNotice,
    Notice,
    NoticeKind,
    NoticeStatus,
)
from personsvar.mailbox.model.tally import Counted, Occurrence
from personsvar.mailbox.notice_writer import many_key
from personsvar.mailbox.notices import WAIT_FOR_WORDS
from personsvar.mailbox.receipts import verdict
from personsvar.storage.early import Part, unclear
from personsvar.storage.parts import canonical_key
from personsvar.storage.parts import key_of as part_key
from tests.fakes.memory_tables import Ids, NoticeRow, ReceiptRow, Tables, Try

ENDED = (NoticeStatus.SENT, NoticeStatus.DELIVERED, NoticeStatus.FAILED, NoticeStatus.DEAD)
LOST = (NoticeStatus.FAILED, NoticeStatus.DEAD)


@dataclass
class MemoryOutbox:
    tables: Tables
    next_ids: Ids
    next_leases: Ids
    next_receipts: Ids
    added_to: set[Channel] = field(default_factory=set)

    def add(self, notice: NewNotice) -> NoticeId | None:
        self.tables.must_know(notice.to)
        if self._by_key(notice.dedup_key) is not None:
            return None
        return self._add(notice)

    def renew(self, notice: NewNotice) -> None:
        self.tables.must_know(notice.to)
        row = self._by_key(notice.dedup_key)
        if row is None:
            self._add(notice)
        else:
            self._keep(replace(row, notice=_new(notice, row.notice.id), due_at=_due(notice)))
        self.added_to.add(notice.channel)

    def join_missed(
        self,
        *,
        to: Number,
        caller: Number | None,
        cause: str,
        at: datetime,
        since: datetime,
        reason: MissedReason | None = None,
    ) -> bool:
        of_caller = [
            row
            for row in self.tables.notices.values()
            if (row.notice.to, row.notice.kind, row.notice.facts.caller)
            == (to, NoticeKind.MISSED_CALL, caller)
            and row.notice.channel in (Channel.SMS, Channel.MMS, Channel.EMAIL)
        ]
        if any(cause in row.joined or row.notice.dedup_key.startswith(f"{cause}:") for row in of_caller):
            return True
        same = [
            row
            for row in of_caller
            if (row.notice.status, row.notice.attempts) == (NoticeStatus.READY, 0)
            and row.notice.created_at >= since
        ]
        for row in same:
            why = row.notice.facts.reason if reason is None else reason
            self._one_more(row, cause, at, why)
        return bool(same)

    def join_many(self, *, to: Number, cause: str, at: datetime) -> bool:
        many = [
            row
            for row in self.tables.notices.values()
            if (row.notice.to, row.notice.kind) == (to, NoticeKind.MANY_CALLS)
        ]
        if any(cause in row.joined or row.notice.dedup_key == many_key(cause) for row in many):
            return True
        waiting = [row for row in many if (row.notice.status, row.notice.attempts) == (NoticeStatus.READY, 0)]
        for row in waiting:
            self._one_more(row, cause, at, None)
        return bool(waiting)

    def count_since(self, *, to: Number, kind: NoticeKind, since: datetime) -> int:
        made = Counter(
            it.channel
            for it in (row.notice for row in self.tables.notices.values())
            if (it.to, it.kind) == (to, kind) and it.created_at >= since
        )
        return max(made[channel] for channel in (Channel.SMS, Channel.MMS, Channel.VISUAL))

    def _one_more(self, row: NoticeRow, cause: str, at: datetime, why: MissedReason | None) -> None:
        facts = row.notice.facts
        latest = at if facts.at is None else max(at, facts.at)
        joined = replace(facts, calls=(facts.calls or 1) + 1, at=latest, reason=why)
        self._keep(replace(row, notice=replace(row.notice, facts=joined), joined=row.joined | {cause}))

    def claim(
        self,
        *,
        channels: Sequence[str],
        now: datetime,
        lease_seconds: float,
        limit: int,
        begun_before: datetime | None = None,
        due_after: datetime | None = None,
        but_not: Collection[NoticeId] = (),
        newest_first: bool = False,
    ) -> Sequence[Notice]:
        waiting = [
            (row.due_at, notice)
            for notice, row in self.tables.notices.items()
            if row.due_at is not None and row.due_at <= now and row.notice.channel in channels
            if notice not in but_not
            if begun_before is None or (row.notice.held_until or row.notice.created_at) < begun_before
            if due_after is None or row.due_at > due_after
        ]
        lease = f"lease {self.next_leases.fresh()}"
        until = now + timedelta(seconds=lease_seconds)
        chosen = sorted(waiting, reverse=newest_first)[:limit]
        claimed = [self._leased(notice, lease, until) for _, notice in chosen]
        return sorted(claimed, key=lambda notice: (notice.next_at, notice.id), reverse=newest_first)

    def settle(self, settlements: Sequence[Settlement], *, now: datetime) -> frozenset[NoticeId]:
        if any(each.status is NoticeStatus.LEASED for each in settlements):
            raise ValueError("a delivery does not end as leased")
        writing = {part for each in settlements if self._leased_by(each) for part in _parts(each)}
        for key in self._unclear(writing):
            unclear(*key)
        known = self._known() | writing
        return frozenset(each.notice for each in settlements if self._settled(each, now, known))

    def receive(self, receipts: Sequence[Receipt]) -> Sequence[Notice]:
        over = {notice.id: notice for notice in map(self._receive, receipts) if notice is not None}
        return list(over.values())

    def _receive(self, receipt: Receipt) -> Notice | None:
        meant = _meant(receipt, self._known())
        row = None if meant is None else self._newest_with(meant)
        if not self._kept(receipt, None if row is None else row.notice.id):
            return None
        if meant is None:
            unclear(receipt.gateway, receipt.gateway_id)
        if meant is None or row is None:
            return None
        return self._told(row, meant)

    def _told(self, row: NoticeRow, receipt: Receipt) -> Notice | None:
        number = max(number for number, tried in row.tries.items() if _has(tried, receipt))
        reported = row.tries[number].reported(receipt)
        row = replace(row, tries={**row.tries, number: reported})
        self._keep(row)
        last = max(number for number, tried in row.tries.items() if tried.parts)
        status = verdict(reported.parts) if number == last else None
        if status is None or row.notice.status is not NoticeStatus.SENT:
            return None
        error = receipt.detail or None if status is NoticeStatus.FAILED else None
        over = replace(row.notice, status=status, error=error, finished_at=receipt.at)
        self._keep(replace(row, notice=over))
        self.tables.write_occurrences([Occurrence(receipt.at, Counted.notice(over.channel, status))])
        return over

    def get(self, notice: NoticeId) -> Notice | None:
        row = self.tables.notices.get(notice)
        return None if row is None else row.notice

    def still_there(self, notices: frozenset[NoticeId]) -> frozenset[NoticeId]:
        found = (row.notice for key, row in self.tables.notices.items() if key in notices)
        return frozenset(
            notice.id
            for notice in found
            if notice.facts.message is None or notice.facts.message in self.tables.messages
        )

    def history(self, notice: NoticeId) -> History:
        row = self.tables.notices.get(notice)
        if row is None:
            return History()
        over = row.begun - (row.notice.status is NoticeStatus.LEASED)
        attempts: list[Attempt] = []
        for number in range(1, over + 1):
            at = attempts[-1].at if attempts else row.notice.created_at
            lost = Attempt(number, at, AttemptOutcome.UNKNOWN)
            attempts.append(row.tries[number].attempt if number in row.tries else lost)
        receipts = sorted(self.tables.receipts.items())
        return History(tuple(attempts), tuple(kept.receipt for _, kept in receipts if kept.notice == notice))

    def list(
        self,
        *,
        to: Number | None = None,
        channel: Channel | None = None,
        kind: NoticeKind | None = None,
        status: NoticeStatus | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before_id: NoticeId | None = None,
        limit: int = 1000,
    ) -> Sequence[Notice]:
        def fits(notice: Notice) -> bool:
            return (
                to in (None, notice.to)
                and channel in (None, notice.channel)
                and kind in (None, notice.kind)
                and status in (None, notice.status)
                and (since is None or notice.created_at >= since)
                and (until is None or notice.created_at < until)
                and (before_id is None or notice.id < before_id)
            )

        newest_first = (row.notice for _, row in sorted(self.tables.notices.items(), reverse=True))
        return [*islice(filter(fits, newest_first), limit)]

    def figures(self, *, now: datetime) -> Sequence[ChannelFigures]:
        def of(channel: Channel) -> ChannelFigures:
            here = (row for row in self.tables.notices.values() if row.notice.channel is channel)
            due = [row.due_at for row in here if row.due_at is not None]
            return ChannelFigures(channel, len(due), max(0, (now - min(due, default=now)).total_seconds()))

        return [of(channel) for channel in Channel]

    def put_off_by_a_clock(
        self, *, made_after: datetime, due_after: datetime, limit: int
    ) -> Sequence[Notice]:
        found = [
            row.notice
            for row in self.tables.notices.values()
            if row.due_at is not None and (_is_made_ahead(row, made_after) or row.due_at > due_after)
        ]
        return found[:limit]

    def make_due(self, notice: Notice, *, at: datetime) -> bool:
        row = self.tables.notices.get(notice.id)
        if row is None or row.notice != notice:
            return False
        next_at = notice.next_at if notice.lease else at
        self._keep(replace(row, notice=replace(notice, next_at=next_at), due_at=at))
        self.added_to.add(notice.channel)
        return True

    def hasten_waiting(self, *, to: Number, message: MessageId, at: datetime) -> None:
        for row in list(self.tables.notices.values()):
            notice = row.notice
            mine = notice.to == to and notice.facts.message == message and notice.channel in WAIT_FOR_WORDS
            waits = notice.status is NoticeStatus.READY and not notice.attempts
            if mine and waits and notice.kind is NoticeKind.NEW_MESSAGE and row.due_at and row.due_at > at:
                self._keep(replace(row, notice=replace(notice, next_at=at), due_at=at))
                self.added_to.update(WAIT_FOR_WORDS)

    def let_go(self, channel: Channel, *, until: datetime, at: datetime) -> int:
        waiting = [
            row
            for row in self.tables.notices.values()
            if row.notice.channel is channel
            and row.notice.status is NoticeStatus.READY
            and row.due_at == until
        ]
        for row in waiting:
            self._keep(replace(row, notice=replace(row.notice, next_at=at), due_at=at))
            self.added_to.add(channel)
        return len(waiting)

    def withdraw(self, channel: Channel, *, to: Number, why: str, at: datetime) -> None:
        for row in list(self.tables.notices.values()):
            if row.notice.channel is channel and row.notice.to == to and row.due_at is not None:
                over = {"status": NoticeStatus.FAILED, "error": why, "lease": None, "finished_at": at}
                self._keep(replace(row, notice=replace(row.notice, **over), due_at=None))  # type: ignore[arg-type] # by their names

    def resend(self, notice: NoticeId, *, now: datetime) -> bool:
        row = self.tables.notices.get(notice)
        if row is None or row.notice.status not in ENDED:
            return False
        young = replace(row.notice, attempts=0, owner_told=False, held_until=now)
        self._keep(_ready(replace(row, notice=young), now))
        self.added_to.add(young.channel)
        return True

    def unacknowledged_failures(self, to: Number, channel: Channel) -> int:
        return len(self._untold(to, channel))

    def acknowledge_failures(self, to: Number, channel: Channel) -> None:
        for row in self._untold(to, channel):
            self._keep(replace(row, notice=replace(row.notice, owner_told=True)))

    def expire_secrets(self, *, now: datetime) -> int:
        old = [row for row in self.tables.notices.values() if _too_old(row.notice.facts, now)]
        for row in old:
            self._keep(replace(row, notice=_without_secret(row.notice)))
        return len(old)

    def expire_receipts(self, *, now: datetime) -> int:
        old = [
            key
            for key, kept in self.tables.receipts.items()
            if kept.notice is None and kept.receipt.at <= now - timedelta(days=7)
        ]
        for key in old:
            del self.tables.receipts[key]
        return len(old)

    def begin_month(self, *, now: datetime) -> None:
        """Nothing here is divided into months."""

    def purge(self, *, before: datetime, limit: int) -> int:
        old = [
            (notice.created_at, notice.id)
            for notice in (row.notice for row in self.tables.notices.values())
            if notice.finished_at is not None and notice.finished_at < before and notice.created_at < before
        ]
        going = sorted(old)[:limit]
        for _, notice in going:
            self.tables.drop_notice(notice)
        return len(going)

    def _add(self, notice: NewNotice) -> NoticeId:
        new = _new(notice, NoticeId(self.next_ids.fresh()))
        self.added_to.add(notice.channel)
        self._keep(NoticeRow(new, _due(notice)))
        return new.id

    def _leased(self, notice: NoticeId, lease: str, until: datetime) -> Notice:
        row = self.tables.notices[notice]
        attempts = row.notice.attempts + 1
        held = replace(row.notice, status=NoticeStatus.LEASED, lease=lease, attempts=attempts)
        self._keep(replace(row, notice=held, due_at=until, begun=row.begun + 1))
        return held

    def _leased_by(self, said: Settlement) -> NoticeRow | None:
        row = self.tables.notices.get(said.notice)
        return None if row is None or row.notice.lease != said.lease else row

    def _settled(self, said: Settlement, now: datetime, known: set[Part]) -> bool:
        row = self._leased_by(said)
        if row is None:
            return False
        counted = replace(row.notice, attempts=row.notice.attempts - (not said.spent), error=said.error)
        row = replace(row, notice=counted)
        row = self._tried(row, said.attempt, known)
        ready = said.status is NoticeStatus.READY
        kept = _ready(row, said.next_at or now) if ready else _over(row, said, now)
        self._keep(kept)
        self._count(said.status, kept.notice, now)
        return True

    def _count(self, settled: NoticeStatus, notice: Notice, now: datetime) -> None:
        """It was sent also where a receipt was quicker than this."""
        states = {settled, notice.status} - {NoticeStatus.READY}
        self.tables.write_occurrences(
            Occurrence(now, Counted.notice(notice.channel, each)) for each in states
        )

    def _tried(self, row: NoticeRow, attempt: Attempt | None, known: set[Part]) -> NoticeRow:
        if attempt is None:
            return replace(row, begun=row.begun - 1)
        tried = Try(replace(attempt, number=row.begun), (None,) * len(attempt.ids))
        for key, kept in sorted(self.tables.receipts.items()):
            meant = _meant(kept.receipt, known)
            if kept.notice is None and meant is not None and _has(tried, meant):
                tried = tried.reported(meant)
                self.tables.receipts[key] = replace(kept, notice=row.notice.id)
        return replace(row, tries={**row.tries, row.begun: tried})

    def _known(self) -> set[Part]:
        return {
            (row.notice.id, (tried.attempt.gateway, id_))
            for row in self.tables.notices.values()
            for tried in row.tries.values()
            for id_ in tried.attempt.ids
        }

    def _unclear(self, writing: set[Part]) -> set[tuple[str, str]]:
        """The receipts that wait and would fit what is being written, and something else."""
        waiting = (kept.receipt for kept in self.tables.receipts.values() if kept.notice is None)
        alike = {canonical_key(key) for _, key in writing}
        known = self._known() | writing
        return {
            (it.gateway, it.gateway_id)
            for it in waiting
            if canonical_key((it.gateway, it.gateway_id)) in alike and _meant(it, known) is None
        }

    def _newest_with(self, receipt: Receipt) -> NoticeRow | None:
        rows = (row for _, row in sorted(self.tables.notices.items(), reverse=True))
        return next((row for row in rows if any(_has(tried, receipt) for tried in row.tries.values())), None)

    def _kept(self, receipt: Receipt, notice: NoticeId | None) -> bool:
        def identity(kept: ReceiptRow) -> tuple[object, ...]:
            return kept.receipt.gateway, kept.receipt.gateway_id, kept.receipt.state, kept.notice

        new = ReceiptRow(receipt, notice)
        if identity(new) in map(identity, self.tables.receipts.values()):
            return False
        self.tables.receipts[self.next_receipts.fresh()] = new
        waiting = [key for key, kept in sorted(self.tables.receipts.items()) if kept.notice is None]
        for key in waiting[: max(0, len(waiting) - mailbox_receipts.MOST_WAITING)]:
            del self.tables.receipts[key]
        return True

    def _untold(self, to: Number, channel: Channel) -> Sequence[NoticeRow]:
        return [
            row
            for row in self.tables.notices.values()
            if (row.notice.to, row.notice.channel, row.notice.owner_told) == (to, channel, False)
            and row.notice.status in LOST
        ]

    def _by_key(self, dedup_key: str) -> NoticeRow | None:
        return next((row for row in self.tables.notices.values() if row.notice.dedup_key == dedup_key), None)

    def _keep(self, row: NoticeRow) -> None:
        self.tables.notices[row.notice.id] = row


def _new(notice: NewNotice, id_: NoticeId) -> Notice:
    said = {**asdict(notice), "facts": notice.facts}
    said["held_until"] = said.pop("due_at")
    return Notice(**said, id=id_, status=NoticeStatus.READY, attempts=0, next_at=_due(notice), lease=None)


def _due(notice: NewNotice) -> datetime:
    return notice.due_at or notice.created_at


def _ready(row: NoticeRow, next_at: datetime) -> NoticeRow:
    ready = replace(row.notice, status=NoticeStatus.READY, lease=None, next_at=next_at, finished_at=None)
    return replace(row, notice=ready, due_at=next_at)


def _over(row: NoticeRow, said: Settlement, now: datetime) -> NoticeRow:
    tried = None if said.attempt is None else row.tries[row.begun]
    status, error = said.status, said.error
    if status is NoticeStatus.SENT and tried is not None:
        status = verdict(tried.parts) or status
        error = (tried.failure if status is NoticeStatus.FAILED else None) or error
    over = replace(row.notice, status=status, error=error, lease=None, finished_at=now)
    return replace(row, notice=_without_secret(over), due_at=None)


def _parts(said: Settlement) -> set[Part]:
    made = said.attempt
    return set() if made is None else {(said.notice, (made.gateway, id_)) for id_ in made.ids}


def _meant(receipt: Receipt, known: set[Part]) -> Receipt | None:
    """With the id as its part has it; None: it fits several."""
    mine = part_key(receipt.gateway, receipt.gateway_id)
    fits = {part for part in known if canonical_key(part[1]) == canonical_key(mine)}
    if len({key for _, key in fits}) > 1 and mine not in {key for _, key in fits}:
        return None
    exact = mine in {key for _, key in fits} or not fits
    return receipt if exact else replace(receipt, gateway_id=next(key[1] for _, key in fits))


def _has(tried: Try, receipt: Receipt) -> bool:
    return receipt.gateway == tried.attempt.gateway and receipt.gateway_id in tried.attempt.ids


def _too_old(facts: Facts, now: datetime) -> bool:
    return facts.secret is not None and facts.secret_until is not None and facts.secret_until <= now


def _without_secret(notice: Notice) -> Notice:
    return replace(notice, facts=replace(notice.facts, secret=None))


def _is_made_ahead(row: NoticeRow, moment: datetime) -> bool:
    made, is_new = row.notice.created_at, (row.notice.status, row.notice.attempts) == (NoticeStatus.READY, 0)
    return is_new and made > moment and row.due_at is not None and row.due_at > moment
