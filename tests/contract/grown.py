"""A PostgreSQL store that grows, by rows like one that is there, and what a use of it reads at each size."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table

from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.ports.store import Store, UnitOfWork
from personsvar.storage.months.month import Month
from personsvar.storage.tables import (
    call_backs,
    calls,
    greetings,
    messages,
    notice_parts,
    notices,
    operator_names,
    subscribers,
)
from tests.contract.outbox import SMSC, send
from tests.contract.stores import CALLER, KARI, NOON, OpenStore, leave, message, subscribe
from tests.contract.test_store_size import connection_of, overheard

NEWCOMER = "newcomer.example.test:2775"
"""A gateway that the statistics know nothing of."""
LARGE_MAILBOX = 500
"""Messages of one subscriber, all new, and older than any other."""
_NUMBER = "'+479' || (1000000 + n)"


@dataclass
class GrownStore:
    store: OpenStore
    size: int = 0
    """Subscribers beside the first."""

    def begin(self) -> None:
        """The rows that the others are made like."""
        subscribe(self.store, KARI)
        for n in range(LARGE_MAILBOX):
            leave(self.store, message(f"spool-{n}"))
        send(self.store, "a-part")
        with self.store.begin() as work:
            work.call_backs.answered(work.call_backs.add(KARI, CALLER, at=NOON, price_ore=300))
            work.caller_names.put(None, [CallerName(CALLER, "Ola")])
            work.call_log.add(CallRecord(SpoolId("a-call"), NOON, CALLER, KARI, CameOf.MESSAGE, 20))
            work.tallies.count_up(limit=1)
            work.greetings.add(KARI, GreetingKind.PERSONAL, work.sounds.add(b"hello", of=KARI), NOON)
            work.commit()

    def grow(self, size: int) -> None:
        """To so many: each with a new and a saved message, two notices that wait and two sent in two parts.

        PostgreSQL looks through it as it does by itself, and after that come the parts of a new gateway.
        """
        with self.store.begin() as work:
            connection, more = connection_of(work), f"generate_series({self.size + 1}, {size}) AS n"
            looked_at = f"timestamptz '{NOON}' + n * interval '1 second'"
            like_one(connection, subscribers, more, number=_NUMBER, removals_look_at=looked_at)
            _messages(connection, more)
            _notices(connection, more)
            _calls(connection, more)
            _greetings(connection, more)
            connection.exec_driver_sql(f"DELETE FROM notice_parts WHERE gateway = '{NEWCOMER}'")
            work.commit()
        self.size = size
        with self.store.begin() as work:
            connection_of(work).exec_driver_sql("ANALYZE")
            work.commit()
        with self.store.begin() as work:
            _parts(connection_of(work), f"generate_series(1, {size}) AS n", 1, NEWCOMER)
            work.commit()


def _messages(connection: Connection, more: str) -> None:
    for copy, state in enumerate(("heard", "saved")):
        like_one(
            connection,
            messages,
            more,
            id=f"{LARGE_MAILBOX} + 2 * n + {copy}",
            mailbox=_NUMBER,
            spool_id=f"'grown-{copy}-' || n",
            state=f"'{state}'",
            since="template.since + n * interval '1 second'",
            received_at="template.received_at + n * interval '1 second'",
        )


def _notices(connection: Connection, more: str) -> None:
    at = "template.created_at + n * interval '1 second'"
    for copy in range(4):
        waits = {"status": "'ready'", "due_at": at, "finished_at": "NULL"} if copy < 2 else {}
        like_one(
            connection,
            notices,
            more,
            id=_notice(copy),
            to_number=_NUMBER,
            dedup_key=f"'grown-{copy}-' || n",
            created_at=at,
            **waits,
        )
    for copy in (2, 3):
        _parts(connection, more, copy, SMSC)


def _calls(connection: Connection, more: str) -> None:
    at = f"timestamptz '{NOON}' + n * interval '1 second'"
    for copy in range(2):
        like_one(connection, call_backs, more, id=f"2 * n + {copy}", mailbox=_NUMBER, at=at)
    like_one(connection, calls, more, id="n + 1", call_id="'a-call-' || n", mailbox=_NUMBER, began_at=at)
    like_one(connection, operator_names, more, number=_NUMBER)


def _greetings(connection: Connection, more: str) -> None:
    """Each subscriber's, and the one before it, which retention knows of."""
    for copy, (in_use, unused) in enumerate((("true", "NULL"), ("false", f"timestamptz '{NOON}'"))):
        own = {"id": f"2 * n + {copy}", "mailbox": _NUMBER, "in_use": in_use, "unused_since": unused}
        like_one(connection, greetings, more, **own)


def _parts(connection: Connection, more: str, copy: int, gateway: str) -> None:
    name = f"'{gateway[0]}-{copy}-' || n"
    facts = {"gateway": f"'{gateway}'", "gateway_id": name, "canonical_id": name}
    like_one(connection, notice_parts, more, notice_id=_notice(copy), number="7", **facts)


def _notice(copy: int) -> str:
    """Its id: the first are of before there were months, the others of the next one."""
    return f"4 * n + {copy} + {Month.of(datetime.now(UTC)).next.first_id if copy else 0}"


def like_one(connection: Connection, table: Table, more: str, **own: str) -> None:
    """Rows like the first of the table but for what is their `own`, an expression of `n` each."""
    names = [column.name for column in table.columns]
    values = [own.get(name, f"template.{name}") for name in names]
    first = f"(SELECT * FROM {table.name} ORDER BY 1 LIMIT 1) AS template"
    added = f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM {first}, {more}"
    connection.exec_driver_sql(added.replace("%", "%%"))


def blocks_read(store: Store, use: Callable[[UnitOfWork], object]) -> int:
    """Of all statements of the use, in memory or fetched; what it changes is undone."""
    with store.begin() as work:
        connection = connection_of(work)
        with overheard(connection) as said:
            use(work)
    with store.begin() as work:
        connection = connection_of(work)
        return sum(
            _blocks(connection, statement, each)
            for statement, values in said
            for each in (values if isinstance(values, list) else [values])
        )


def _blocks(connection: Connection, statement: str, values: Any) -> int:
    cursor = connection.connection.cursor()
    cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement, values)
    found = cursor.fetchall()[0][0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
