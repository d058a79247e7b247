"""A filled database, and who acts in it: each time another mailbox, so that no cache is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from personsvar.mailbox.model.ids import MessageId, Number, SpoolId, WebSessionId
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.model.reckoning import Uptime
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.profile.tokens import hash_token
from personsvar.mailbox.removal_reminder import RemovalLooks
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from personsvar.world import RealChance, RealClock
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.size.blocks_touched import BlockCount
from tests.size.fill import FIRST_NUMBER, FULL
from tests.size.first_rows import FULL_OWNER
from tests.unit.mailbox.use_cases import GlassVault

RULES = Rules(max_messages=FULL)
STRIDE = 7_919
"""From one mailbox to the next: a prime, so that all of them come."""
SPOKEN = bytes(range(256)) * 625
"""Twenty seconds of A-law."""


@dataclass
class FilledTown:
    mailboxes: int
    services: Services
    store: SqlStore
    turns: Iterator[int]
    count: BlockCount = field(default_factory=BlockCount)
    held: list[Notice] = field(default_factory=list)
    """Notices that were claimed, and not written back so far."""

    def number(self) -> Number:
        return Number(f"+47{FIRST_NUMBER + 1 + next(self.turns) * STRIDE % self.mailboxes}")

    @property
    def middle(self) -> Number:
        return Number(f"+47{FIRST_NUMBER + self.mailboxes // 2}")

    def header(self) -> SpoolHeader:
        spool_id = SpoolId(f"{datetime.now(UTC).timestamp():.6f}-{next(self.turns)}")
        return SpoolHeader(spool_id, Purpose.MESSAGE, self.number(), self.number(), datetime.now(UTC))

    def message(self, state: State = State.NEW) -> MessageId:
        """One of somebody's."""
        with self.store.look() as work:
            while not (found := work.messages.ids(self.number(), (state,))):
                pass
        return found[0]

    def now(self) -> datetime:
        return self.services.clock.now()

    def days_ago(self, days: float) -> datetime:
        return self.now() - timedelta(days=days)

    def uptime(self) -> Uptime:
        return Uptime("size", self.now().timestamp())


@contextmanager
def filled_town(url: str, mailboxes: int, *, watched: bool) -> Iterator[FilledTown]:
    """`watched`: its statements are explained, which takes time of its own."""
    store = SqlStore(url, before_commit=RemovalLooks(RULES))
    services = Services(store, RealClock(), RealChance(), GlassVault(), RULES, NamedBankHolidays())
    town = FilledTown(mailboxes, services, store, count(1 if watched else mailboxes // 3))
    if watched:
        town.count.watch(store)
    else:
        _log_in(town, FULL_OWNER)
        _log_in(town, town.middle)
    try:
        yield town
    finally:
        store.close()


def _log_in(town: FilledTown, owner: Number) -> None:
    """On the page; the number is the token, too."""
    session = WebSession(
        WebSessionId(0), owner, hash_token(owner), Role.SUBSCRIBER, "", town.now(), town.now()
    )
    with town.store.begin() as work:
        work.web_sessions.add(session)
        work.commit()
