"""The outbox in the database: claimed under a lease, written back under the lease's token.

One statement claims, on both databases: a CTE picks due rows (on PostgreSQL past those another
worker holds; SQLite has one writer at a time), and the UPDATE around it leases them and gives them back.
A worker that died simply lets its lease run out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Update, case, delete, func, or_, select, update

from personsvar.mailbox.model.ids import MessageId, NoticeId, Number
from personsvar.mailbox.model.ledger import ChannelFigures, History, Receipt, Settlement
from personsvar.mailbox.model.notice import Channel, MissedReason, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.notice_writer import many_key
from personsvar.mailbox.notices import WAIT_FOR_WORDS
from personsvar.storage.dedup import add_once, renew
from personsvar.storage.hastened import hasten_waiting, let_go, make_due, put_off_by_a_clock, withdraw
from personsvar.storage.holding import hold_owners
from personsvar.storage.ledger import history_of, listed, still_there
from personsvar.storage.months import turning
from personsvar.storage.months.partitions import is_divided
from personsvar.storage.notice_rows import notice_of, renewed_values, values_of
from personsvar.storage.receipts import expire, receive
from personsvar.storage.settling import ENDED, settle
from personsvar.storage.tables import notices

FOR_PEOPLE = (Channel.SMS, Channel.MMS, Channel.EMAIL)
"""An operator's systems are told of each call, and a lamp of none."""
COUNTED = (Channel.SMS, Channel.MMS, Channel.VISUAL)
_LOST = (NoticeStatus.FAILED, NoticeStatus.DEAD)

_begun = func.coalesce(notices.c.held_until, notices.c.created_at)
MOST_COUNTED = 10_000
"""Of one channel's backlog: to count millions takes seconds, just when somebody wants to know."""
"""From when a notice's age counts."""


class SqlOutbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.added_to = set[Channel]()
        """Something was added to these: whoever delivers there may be told once it is committed."""

    def add(self, notice: NewNotice) -> NoticeId | None:
        given = add_once(self._connection, values_of(notice))
        if given is None:
            return None
        self.added_to.add(notice.channel)
        return NoticeId(given)

    def renew(self, notice: NewNotice) -> None:
        renew(self._connection, values_of(notice), renewed_values(notice))
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
        of_caller = _missed_calls(to, caller)
        counted = or_(
            notices.c.dedup_key.startswith(f"{cause}:", autoescape=True),
            notices.c.joined.contains(_mark(cause), autoescape=True),
        )
        if self._connection.execute(select(notices.c.id).where(*of_caller, counted).limit(1)).first():
            return True
        same = update(notices).where(
            *of_caller,
            notices.c.status == NoticeStatus.READY,
            notices.c.attempts == 0,
            notices.c.created_at >= since,
        )
        why = notices.c.reason if reason is None else reason
        return self._changed(same.values({**_one_more(cause, at), "reason": why}))

    def join_many(self, *, to: Number, cause: str, at: datetime) -> bool:
        many = (notices.c.to_number == to, notices.c.kind == NoticeKind.MANY_CALLS)
        counted = or_(
            notices.c.dedup_key == many_key(cause), notices.c.joined.contains(_mark(cause), autoescape=True)
        )
        if self._connection.execute(select(notices.c.id).where(*many, counted).limit(1)).first():
            return True
        waiting = update(notices).where(
            *many, notices.c.status == NoticeStatus.READY, notices.c.attempts == 0
        )
        return self._changed(waiting.values(_one_more(cause, at)))

    def count_since(self, *, to: Number, kind: NoticeKind, since: datetime) -> int:
        made = (
            select(func.count())
            .where(
                notices.c.to_number == to,
                notices.c.kind == kind,
                notices.c.channel.in_(COUNTED),
                notices.c.created_at >= since,
            )
            .group_by(notices.c.channel)
        )
        return max(self._connection.execute(made).scalars(), default=0)

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
        # nothing is held back until before it was made, and of that there is an index
        old = () if begun_before is None else (notices.c.created_at < begun_before, _begun < begun_before)
        first: Sequence[ColumnElement[Any]] = (notices.c.due_at, notices.c.id)
        if newest_first:  # the same index, read backwards: by when it was made, all that waits is sorted
            first = (notices.c.due_at.desc(), notices.c.id.desc())
        elif old:
            first = (notices.c.created_at,)
        others: Sequence[ColumnElement[bool]] = (notices.c.id.not_in(list(but_not)),) if but_not else ()
        if due_after is not None:
            others = (*others, notices.c.due_at > due_after)
        due = (
            select(notices.c.id)
            .where(notices.c.due_at <= now, notices.c.channel.in_(channels), *old, *others)
            .order_by(*first)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        lease = {
            "status": NoticeStatus.LEASED,
            "lease": uuid4().hex,
            "due_at": now + timedelta(seconds=lease_seconds),
            "attempts": notices.c.attempts + 1,
            "tries": notices.c.tries + 1,
        }
        leased = update(notices).where(notices.c.id.in_(select(due.c.id))).values(lease).returning(notices)
        claimed = [notice_of(row) for row in self._connection.execute(leased)]
        return sorted(claimed, key=lambda notice: (notice.next_at, notice.id), reverse=newest_first)

    def put_off_by_a_clock(
        self, *, made_after: datetime, due_after: datetime, limit: int
    ) -> Sequence[Notice]:
        return put_off_by_a_clock(self._connection, made_after, due_after, limit)

    def hasten_waiting(self, *, to: Number, message: MessageId, at: datetime) -> None:
        if hasten_waiting(self._connection, to, message, at):
            self.added_to.update(WAIT_FOR_WORDS)

    def let_go(self, channel: Channel, *, until: datetime, at: datetime) -> int:
        freed = let_go(self._connection, channel, until, at)
        if freed:
            self.added_to.add(channel)
        return freed

    def withdraw(self, channel: Channel, *, to: Number, why: str, at: datetime) -> None:
        withdraw(self._connection, channel, to, why, at)

    def make_due(self, notice: Notice, *, at: datetime) -> bool:
        made = make_due(self._connection, notice, at)
        if made:
            self.added_to.add(notice.channel)
        return made

    def settle(self, settlements: Sequence[Settlement], *, now: datetime) -> frozenset[NoticeId]:
        return settle(self._connection, settlements, now)

    def receive(self, receipts: Sequence[Receipt]) -> Sequence[Notice]:
        return receive(self._connection, receipts)

    def get(self, notice: NoticeId) -> Notice | None:
        row = self._connection.execute(select(notices).where(notices.c.id == notice)).one_or_none()
        return None if row is None else notice_of(row)

    def still_there(self, notices: frozenset[NoticeId]) -> frozenset[NoticeId]:
        return still_there(self._connection, notices)

    def history(self, notice: NoticeId) -> History:
        return history_of(self._connection, notice)

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
        return listed(
            self._connection,
            to=to,
            channel=channel,
            kind=kind,
            status=status,
            since=since,
            until=until,
            before_id=before_id,
            limit=limit,
        )

    def figures(self, *, now: datetime) -> Sequence[ChannelFigures]:
        return [self._figures(channel, now) for channel in Channel]

    def _figures(self, channel: Channel, now: datetime) -> ChannelFigures:
        waiting = select(notices.c.due_at).where(notices.c.channel == channel, notices.c.due_at.is_not(None))
        oldest = self._connection.execute(waiting.order_by(notices.c.due_at).limit(1)).scalar_one_or_none()
        some = waiting.limit(MOST_COUNTED).subquery("some")
        queued = self._connection.execute(select(func.count()).select_from(some)).scalar_one()
        waited = 0.0 if oldest is None else max(0, (now - oldest).total_seconds())
        return ChannelFigures(channel, queued, waited)

    def resend(self, notice: NoticeId, *, now: datetime) -> bool:
        turning.hold_old(self._connection, notice)
        hold_owners(self._connection, select(notices.c.to_number).where(notices.c.id == notice))
        over = update(notices).where(notices.c.id == notice, notices.c.status.in_(ENDED))
        again = over.values({"attempts": 0, "owner_told": False, "held_until": now, **_ready(now)})
        channel = self._connection.execute(again.returning(notices.c.channel)).scalar_one_or_none()
        if channel is None:
            return False
        self.added_to.add(Channel(channel))
        return True

    def unacknowledged_failures(self, to: Number, channel: Channel) -> int:
        return self._connection.execute(select(func.count()).where(*_untold(to, channel))).scalar_one()

    def acknowledge_failures(self, to: Number, channel: Channel) -> None:
        lost = select(notices.c.id).where(*_untold(to, channel)).order_by(notices.c.id).with_for_update()
        self._connection.execute(update(notices).where(notices.c.id.in_(lost)).values(owner_told=True))

    def expire_secrets(self, *, now: datetime) -> int:
        old = select(notices.c.id).where(notices.c.secret.is_not(None), notices.c.secret_until <= now)
        some = notices.c.id.in_(old.with_for_update(skip_locked=True))
        return self._connection.execute(update(notices).where(some).values(secret=None)).rowcount

    def expire_receipts(self, *, now: datetime) -> int:
        return expire(self._connection, now)

    def begin_month(self, *, now: datetime) -> None:
        turning.turn(self._connection, now)

    def purge(self, *, before: datetime, limit: int) -> int:
        if not is_divided(self._connection):
            return self._purge(before, limit)
        for ids in turning.not_dropped(self._connection):
            if gone := self._purge(before, limit, notices.c.id >= ids.start, notices.c.id < ids.stop):
                return gone
        return turning.drop_over(self._connection, before)

    def _purge(self, before: datetime, limit: int, *which: ColumnElement[bool]) -> int:
        old = (
            select(notices.c.id)
            .where(notices.c.created_at < before, notices.c.finished_at < before, *which)
            .order_by(notices.c.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        held = self._connection.execute(old).scalars().all()
        return self._connection.execute(delete(notices).where(notices.c.id.in_(held))).rowcount if held else 0

    def _changed(self, statement: Update) -> bool:
        return self._connection.execute(statement).rowcount > 0


def _one_more(cause: str, at: datetime) -> dict[str, Any]:
    """The values of a notice that counts one more call."""
    return {
        "calls": func.coalesce(notices.c.calls, 1) + 1,
        "joined": func.coalesce(notices.c.joined, "") + _mark(cause),
        "at": case((notices.c.at > at, notices.c.at), else_=at),
    }


def _missed_calls(to: Number, caller: Number | None) -> Sequence[ColumnElement[bool]]:
    return (
        notices.c.to_number == to,
        notices.c.caller == caller,
        notices.c.kind == NoticeKind.MISSED_CALL,
        notices.c.channel.in_(FOR_PEOPLE),
    )


def _mark(cause: str) -> str:
    """How a call stands among those that joined a notice."""
    return f"[{cause}]"


def _untold(to: Number, channel: Channel) -> tuple[ColumnElement[bool], ...]:
    return (
        notices.c.to_number == to,
        notices.c.channel == channel,
        notices.c.status.in_(_LOST),
        notices.c.owner_told.is_(False),
    )


def _ready(next_at: datetime) -> dict[str, Any]:
    return {
        "status": NoticeStatus.READY,
        "lease": None,
        "next_at": next_at,
        "due_at": next_at,
        "finished_at": None,
    }
