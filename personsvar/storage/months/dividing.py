"""A whole ledger is divided into months, and made whole again for a version that knows of none.

What is there becomes one partition, as it lies: no row is copied. Only the few receipts that wait for their
part are moved. Both go by what PostgreSQL tells of the tables, so they hold for those of later versions too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, text

from personsvar.mailbox.errors import MailboxError, StoreUnavailableError
from personsvar.storage.faults import sqlstate_of
from personsvar.storage.months.month import Month
from personsvar.storage.months.partitions import (
    BEFORE,
    CLEARED_UP,
    COUNTER,
    LEDGER,
    NOTICES,
    OF_NOTICE,
    WAITING,
    is_divided,
    key_of,
    next_id,
    partitions,
)
from personsvar.storage.months.turning import begin
from personsvar.storage.one_at_a_time import patiently

_NOTICES_LAST = (*reversed(OF_NOTICE), NOTICES)
_INDEXES = text("""
SELECT relname, pg_get_indexdef(indexrelid), indisunique, conname
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid AND contype IN ('p', 'u')
WHERE indrelid = to_regclass(:table) ORDER BY relname
""")
_CONSTRAINTS = text("""
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = to_regclass(:table) AND contype = CAST(:kind AS "char") ORDER BY conname
""")
_HANGS_ON_IT = "2BP01"
"""PostgreSQL's word for a table that another thing needs."""
_COUNTED = (NOTICES, "receipts")
"""Their ids come from a counter."""
_ONLY_WHOLE_INDEXES = {
    "receipts": (("uq_receipts_waiting", "btree (gateway_id, gateway, state) WHERE notice_id IS NULL"),)
}
_ONLY_WHOLE_CONSTRAINTS = {
    NOTICES: (("uq_notices_dedup_key", "UNIQUE (dedup_key)"),),
    "receipts": (("pk_receipts", "PRIMARY KEY (id)"),),
}
"""What can't hold over several months, since the notice's id is no part of it."""


def _first_of(connection: Connection, now: datetime) -> Month:
    """The month that the divided ledger begins with: this one, unless its ids were given already.

    So they were where a backup of a divided ledger was restored.
    """
    for table in LEDGER:
        for partition in partitions(connection, table):
            if partition.is_before:
                return partition.followed_by
    month, next_one = Month.of(now), next_id(connection)
    while month.first_id < next_one:
        month = month.next
    return month


def divide_beside_services(connection: Connection, now: datetime) -> bool:
    """Table by table, each in a transaction of its own; False: there is nothing to do.

    That all rows are of before is looked at while services go on. Only of the receipts it is while they wait,
    since those without a notice have to be moved first. Raise StoreUnavailableError.
    """
    with connection.begin():
        if is_divided(connection):
            return False
        first = _first_of(connection, now)
        whole = [table for table in _NOTICES_LAST if not is_divided(connection, table)]
    for table in whole:
        if table != "receipts":
            patiently(connection, partial(_claim_all_before, connection, table, first))
            with connection.begin():
                connection.exec_driver_sql(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_{BEFORE}")
    for table in whole:
        patiently(connection, partial(_divide_one, connection, table, first, now))
    return True


def _claim_all_before(connection: Connection, table: str, first: Month) -> None:
    check = f"CHECK ({key_of(table)} < {first.first_id}) NOT VALID"
    connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{BEFORE}")
    connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {table}_{BEFORE} {check}")


def divide(connection: Connection, now: datetime) -> None:
    """All of it in one transaction, where it is not divided yet."""
    first = _first_of(connection, now)
    for table in _NOTICES_LAST:
        _divide_one(connection, table, first, now)


def _divide_one(connection: Connection, table: str, first: Month, now: datetime) -> None:
    """The notices come last: with them months begin."""
    if is_divided(connection, table):
        return
    run, old = connection.exec_driver_sql, f"{table}_{BEFORE}"
    if table == NOTICES:  # in the order in which a call goes through them
        run("LOCK TABLE subscribers IN SHARE ROW EXCLUSIVE MODE")
    _put_aside(connection, table, old)
    for name, definition in _over_all_months(connection, table, old):
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    if table == "receipts":
        _set_waiting_apart(connection, old)
    run(f"ALTER TABLE {table} ATTACH PARTITION {old} FOR VALUES FROM (MINVALUE) TO ({first.first_id})")
    run(f"ALTER TABLE {old} DROP CONSTRAINT IF EXISTS {old}")
    if table in _COUNTED:
        run(f"ALTER SEQUENCE {table}_id_seq OWNED BY {table}.id")
    if table == NOTICES:
        run(f"ALTER SEQUENCE {COUNTER} START WITH {first.first_id}")
        begin(connection, now)


def _put_aside(connection: Connection, table: str, old: str) -> None:
    """It has another name, and its indexes too; in its place is one that is partitioned, and has none yet."""
    run = connection.exec_driver_sql
    run(f"ALTER TABLE {table} RENAME TO {old}")
    run(f"CREATE TABLE {table} (LIKE {old} INCLUDING DEFAULTS) PARTITION BY RANGE ({key_of(table)})")
    apart = [name for name, _ in _ONLY_WHOLE_INDEXES.get(table, ())]
    for name, definition, is_unique, constraint in connection.execute(_INDEXES, {"table": old}).all():
        run(f"ALTER INDEX {name} RENAME TO {name}_{BEFORE}")
        if constraint is None and name not in apart:
            run(_index(name, table, definition, unique=is_unique))


def _over_all_months(connection: Connection, table: str, old: str) -> Sequence[tuple[str, str]]:
    """The constraints that PostgreSQL can hold over all of them, as name and definition."""
    kinds = {NOTICES: "pf", "receipts": ""}.get(table, "p")
    found = [row for kind in kinds for row in connection.execute(_CONSTRAINTS, {"table": old, "kind": kind})]
    return [(name.removesuffix(f"_{BEFORE}"), definition) for name, definition in found]


def _set_waiting_apart(connection: Connection, old: str) -> None:
    run = connection.exec_driver_sql
    run(f"CREATE TABLE {WAITING} PARTITION OF receipts DEFAULT WITH ({CLEARED_UP})")
    run(f"ALTER TABLE {WAITING} ADD CONSTRAINT pk_{WAITING} PRIMARY KEY (id)")
    run(f"ALTER TABLE {WAITING} ADD CONSTRAINT {WAITING} CHECK (notice_id IS NULL)")
    moved = f"DELETE FROM {old} WHERE notice_id IS NULL RETURNING *"  # noqa: S608 - our own name
    run(f"WITH moved AS ({moved}) INSERT INTO {WAITING} SELECT * FROM moved")  # noqa: S608 - as above
    for name, definition in _ONLY_WHOLE_INDEXES["receipts"]:
        run(f"DROP INDEX {name}_{BEFORE}")
        run(_index(name, WAITING, definition, unique=True))


def make_whole(connection: Connection) -> None:
    """As it was before it was divided; each row is copied, and nobody reads or writes meanwhile.

    Raise MailboxError where somebody made a view of it: that would go with it.
    """
    if connection.dialect.name != "postgresql":
        return
    divided = [table for table in _NOTICES_LAST if is_divided(connection, table)]
    for table in LEDGER:  # where it was cut off
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{BEFORE}")
    for table in divided:
        _make_one_whole(connection, table)
    for table in divided:
        if table != NOTICES:
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_notice_id "
                f"FOREIGN KEY (notice_id) REFERENCES {NOTICES} (id) ON DELETE CASCADE"
            )


def _make_one_whole(connection: Connection, table: str) -> None:
    run, months = connection.exec_driver_sql, f"{table}_months"
    indexes = connection.execute(_INDEXES, {"table": table}).all()
    constraints = [
        row for kind in ("p", "f") for row in connection.execute(_CONSTRAINTS, {"table": table, "kind": kind})
    ]
    run(f"ALTER TABLE {table} RENAME TO {months}")
    run(f"CREATE TABLE {table} (LIKE {months} INCLUDING DEFAULTS) WITH ({CLEARED_UP})")
    run(f"INSERT INTO {table} SELECT * FROM {months}")  # noqa: S608 - our own names
    if table in _COUNTED:
        run(f"ALTER SEQUENCE {table}_id_seq OWNED BY {table}.id")
    try:
        run(f"DROP TABLE {months}")
    except StoreUnavailableError as refused:
        if sqlstate_of(refused) != _HANGS_ON_IT:
            raise
        raise MailboxError(f"a view, or a key, of your own hangs on {table}: drop it first") from refused
    for name, definition in [*constraints, *_ONLY_WHOLE_CONSTRAINTS.get(table, ())]:
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, definition, is_unique, constraint in indexes:
        if constraint is None:
            run(_index(name, table, definition, unique=is_unique))
    for name, definition in _ONLY_WHOLE_INDEXES.get(table, ()):
        run(_index(name, table, definition, unique=True))


def _index(name: str, table: str, definition: str, *, unique: bool) -> str:
    """`definition`: of any table, as PostgreSQL tells it, or what of it stands behind the table."""
    made = "CREATE UNIQUE INDEX" if unique else "CREATE INDEX"
    return f"{made} {name} ON {table} USING {definition.rpartition(' USING ')[2]}"
