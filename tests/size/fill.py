"""`python -m tests.size.fill URL --subscribers N`: an empty PostgreSQL database gets N mailboxes in use.

Each has five messages of one to thirty days (two of them saved, within a year) and ten notices of the last
ninety days, with their tries, parts and receipts; each second one a greeting, each tenth visual voicemail.
One mailbox has `--full` messages. So many notices wait as there are mailboxes divided by ten, half of them
for a gateway that is away. Every row is like one that the program itself made, and the database makes them;
what the program then adds has ids behind them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from personsvar.storage import SqlStore, upgrade
from personsvar.storage.counters import go_on_from, last_ids
from personsvar.storage.months import dividing
from personsvar.storage.months.month import IDS
from personsvar.storage.months.partitions import partitions
from personsvar.storage.months.turning import begin as begin_month
from personsvar.storage.one_at_a_time import alone
from personsvar.storage.tables import (
    call_backs,
    caller_names,
    calls,
    greetings,
    messages,
    notice_attempts,
    notice_parts,
    notices,
    receipts,
    renditions,
    sounds,
    subscribers,
    visual_accounts,
)
from tests.contract.grown import like_one
from tests.contract.stores import without_months
from tests.contract.test_store_size import connection_of
from tests.size.first_rows import GATEWAY, begin

FULL = 5_000
PIECE = 10_000
"""Subscribers in one transaction."""
FIRST_NUMBER = 40_000_000
OLDEST = timedelta(days=95)
MESSAGES, NOTICES = 5, 10
"""Of each."""
_NUMBER = f"'+47' || ({FIRST_NUMBER} + n)"
_ANOTHER = f"'+47' || ({FIRST_NUMBER} + (n % 1000 * 7919) % 1000)"
_STATES = "(ARRAY['new', 'heard', 'saved', 'saved', 'deleted'])[k + 1]"
"""Of the messages of a mailbox, by their turn `k`."""


def fill(url: str, *, mailboxes: int, full: int = FULL, tell: Callable[[str], None] = lambda _: None) -> None:
    """The tables are made, filled, and looked through by PostgreSQL as it does by itself."""
    upgrade(url)
    _begin_months(url)
    store = SqlStore(url).unhurried()
    try:
        begin(store, full_messages=full)
        for first in range(1, mailboxes + 1, PIECE):
            last = min(first + PIECE - 1, mailboxes)
            with store.begin() as work:
                _piece(connection_of(work), first, last)
                work.commit()
            tell(f"{last:,} of {mailboxes:,} mailboxes")
        with store.begin() as work:
            connection = connection_of(work)
            go_on_from(connection, _highest_ids(connection), by=0, may_be_undone=True)
            connection.exec_driver_sql("ANALYZE")
            work.commit()
    finally:
        store.close()


def _highest_ids(connection: Connection) -> dict[str, int]:
    """Of every table, given or in it; of the ledger, in the month that is."""
    highest = dict(last_ids(connection))
    for table in (sounds, messages, greetings, notices, receipts, calls, call_backs):
        found = connection.scalar(select(func.max(table.c.id))) or 0
        highest[table.name] = max(highest[table.name], found)
    return highest


def _begin_months(url: str) -> None:
    """The ledger is divided as one that has been in use for as long as the notices are old."""
    now = datetime.now(UTC)
    with alone(url) as connection:
        without_months(connection)
        dividing.divide(connection, now - OLDEST)
        while (month := partitions(connection)[-2].followed_by).begins <= now:
            begin_month(connection, month.begins)


def _piece(connection: Connection, first: int, last: int) -> None:
    each = f"generate_series({first}, {last}) AS n"
    _mailboxes(connection, each)
    _messages(connection, each)
    _greetings(connection, each)
    _notices(connection, each)
    _calls(connection, each)


def _mailboxes(connection: Connection, each: str) -> None:
    # the first of its messages goes in one to thirty days: a thousandth is looked at today
    look_at = "now() + (n % 1000) * interval '40 minutes' + interval '1 hour'"
    like_one(connection, subscribers, each, number=_NUMBER, name="'Kari ' || n", removals_look_at=look_at)
    tenth = f"{each} WHERE n % 10 = 0"
    like_one(connection, visual_accounts, tenth, number=_NUMBER)
    like_one(connection, caller_names, each, mailbox=_NUMBER, number=_ANOTHER, name="'Ola ' || n")


def _messages(connection: Connection, each: str) -> None:
    some = f"{each}, generate_series(0, {MESSAGES - 1}) AS k"
    id_ = f"{_FIRST_ID} + {MESSAGES} * n + k"
    like_one(connection, sounds, some, id=id_)
    days = "((n * 31 + k * 7) % CASE WHEN k IN (2, 3) THEN 350 WHEN k = 4 THEN 7 ELSE 28 END)"
    at = f"now() - {days} * interval '1 day' - (n % 86400) * interval '1 second'"
    like_one(
        connection,
        messages,
        some,
        id=id_,
        mailbox=_NUMBER,
        spool_id="'size-' || n || '-' || k",
        caller=_ANOTHER,
        received_at=at,
        sound_id=id_,
        state=_STATES,
        changed_at=f"CASE WHEN k = 0 THEN NULL ELSE {at} END",
        since=at,
    )
    like_one(connection, renditions, f"{each}, generate_series(0, 0) AS k WHERE n % 2 = 0", sound_id=id_)


def _greetings(connection: Connection, each: str) -> None:
    half, id_ = f"{each} WHERE n % 2 = 0", "2000000000 + n"
    like_one(connection, sounds, half, id=id_)
    like_one(connection, greetings, half, id="1000000000 + n", mailbox=_NUMBER, sound_id=id_)


def _notices(connection: Connection, each: str) -> None:
    some = f"{each}, generate_series(0, {NOTICES - 1}) AS k"
    waits = "(k = 9 AND n % 10 = 0)"
    old = "((n * 13 + k * 9) % 90) * interval '1 day' + k * interval '1 hour'"
    at = f"now() - CASE WHEN {waits} THEN (n % 1200) * interval '1 second' ELSE {old} END"
    id_ = f"CAST(to_char({at}, 'YYYYMM') AS bigint) * {IDS} + {_FIRST_ID} + {NOTICES} * n + k"
    like_one(
        connection,
        notices,
        some,
        id=id_,
        to_number=_NUMBER,
        message_id=f"CASE WHEN {waits} THEN {_FIRST_ID} + {MESSAGES} * n END",
        kind=f"CASE WHEN k < 6 OR {waits} THEN 'new-message' WHEN k < 9 THEN 'missed-call' "
        "ELSE 'login-elsewhere' END",
        channel=f"CASE WHEN {waits} THEN (ARRAY['sms', 'mms'])[1 + n / 10 % 2] "
        "ELSE (ARRAY['sms', 'sms', 'sms', 'mms', 'email'])[1 + k % 5] END",
        dedup_key="'size-' || n || '-' || k",
        created_at=at,
        status=f"CASE WHEN {waits} THEN 'ready' WHEN k = 8 AND n % 50 = 0 THEN 'dead' ELSE 'delivered' END",
        next_at=at,
        due_at=f"CASE WHEN {waits} THEN {at} END",
        finished_at=f"CASE WHEN {waits} THEN NULL ELSE {at} END",
    )
    ended = f"{some} WHERE NOT {waits}"
    facts = {"notice_id": id_, "number": "1", "gateway": f"'{GATEWAY}'"}
    name = {"gateway_id": "'s-' || n || '-' || k", "canonical_id": "'s-' || n || '-' || k"}
    like_one(connection, notice_attempts, ended, at=at, **facts)
    like_one(connection, notice_parts, ended, state_at=at, **facts, **name)
    facts.pop("number")
    like_one(connection, receipts, f"{ended} AND k < 7", id=id_, at=at, **facts, **name)


def _calls(connection: Connection, each: str) -> None:
    at = "now() - (n * 17 % 90) * interval '1 day' - (n % 86400) * interval '1 second'"
    who = {"caller": _ANOTHER, "mailbox": _NUMBER, "counted_as": "template.came_of"}
    like_one(connection, calls, each, id=f"{_FIRST_ID} + n", began_at=at, call_id="'size-' || n", **who)
    eighth = f"{each} WHERE n % 8 = 0"
    like_one(connection, call_backs, eighth, id=f"{_FIRST_ID} + n", at=at, mailbox=_NUMBER, called=_ANOTHER)


_FIRST_ID = 10_000
"""Below it are the ids of the first rows."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.size.fill", description=__doc__)
    parser.add_argument("url", help="of an empty PostgreSQL database")
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--full", type=int, default=FULL, help="messages in one mailbox")
    given = parser.parse_args()
    began = time.monotonic()
    fill(given.url, mailboxes=given.subscribers, full=given.full, tell=_tell)
    _tell(f"filled in {time.monotonic() - began:.0f} s, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    return 0


def _tell(words: str) -> None:
    print(f"personsvar: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
