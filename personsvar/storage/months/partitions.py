"""The ledger's tables, what they are partitioned into, and one month's partitions made and dropped.

Each of the four tables is partitioned by the notice's id. Within a month the rows of three name the notice's,
so that a month goes as a whole and nobody has to look for what still names it. Two things can't be held by
PostgreSQL over all months, as the id is no part of them: a dedup key is unique within each month, and looked
for in all of them (`storage.dedup`); a receipt that waits for its part has no notice yet, and a partition of
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from personsvar.storage.months.month import Month

NOTICES = "notices"
OF_NOTICE = ("notice_attempts", "notice_parts", "receipts")
LEDGER = (NOTICES, *OF_NOTICE)
COUNTER = "notices_id_seq"
BEFORE = "before"
"""The partition of what has no month: what was there when the ledger was divided."""
WAITING = "receipts_waiting"
CLEARED_UP = (
    "autovacuum_vacuum_scale_factor = 0.01, "
    "autovacuum_vacuum_insert_scale_factor = 0.02, "
    "autovacuum_analyze_scale_factor = 0.01"
)
"""As the tables themselves were, since version 0025."""

_IS_DIVIDED = text("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(:table)")
_PARTITIONS = text("""
SELECT
    substr(relname, length(:table) + 2),
    CAST(substring(pg_get_expr(relpartbound, oid) FROM 'FROM \\(''(\\d+)''\\)') AS bigint),
    CAST(substring(pg_get_expr(relpartbound, oid) FROM 'TO \\(''(\\d+)''\\)') AS bigint)
FROM pg_class JOIN pg_inherits ON oid = inhrelid
WHERE inhparent = to_regclass(:table) AND relpartbound IS NOT NULL
ORDER BY 3
""")
_PARTS = text("""
SELECT relname FROM pg_class JOIN pg_inherits ON oid = inhrelid
WHERE inhparent = to_regclass(:table) AND relispartition AND relkind = 'r' ORDER BY relname
""")
_NEXT = text(f"SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {COUNTER}")  # noqa: S608 - our own name


@dataclass(frozen=True, slots=True)
class Partition:
    """A month's, or that of what has none."""

    name: str
    first_id: int | None
    end: int
    """The first id behind it."""

    @property
    def is_before(self) -> bool:
        return self.first_id is None

    @property
    def followed_by(self) -> Month:
        return Month.with_id(self.end)

    def of(self, table: str) -> str:
        return f"{table}_{self.name}"


def key_of(table: str) -> str:
    return "id" if table == NOTICES else "notice_id"


def is_divided(connection: Connection, table: str = NOTICES) -> bool:
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.execute(_IS_DIVIDED, {"table": table}).scalar())


def partitions(connection: Connection, table: str = NOTICES) -> Sequence[Partition]:
    """The oldest first; none where the ledger is not divided."""
    if connection.dialect.name != "postgresql":
        return ()
    found = connection.execute(_PARTITIONS, {"table": table})
    return [Partition(name, first, end) for name, first, end in found if end is not None]


def parts_of(connection: Connection, table: str) -> Sequence[str]:
    """The names of all partitions, that of what waits for a month too."""
    if connection.dialect.name != "postgresql":
        return ()
    return connection.execute(_PARTS, {"table": table}).scalars().all()


def next_id(connection: Connection) -> int:
    """What the next notice is given."""
    return int(connection.execute(_NEXT).scalar_one())


def make(connection: Connection, month: Month) -> None:
    """The month's partitions, empty; whoever reads or writes the ledger goes on."""
    for table in LEDGER:
        own = f"{table}_{month}"
        run = connection.exec_driver_sql
        run(f"CREATE TABLE {own} (LIKE {table} INCLUDING ALL) WITH ({CLEARED_UP})")
        if table == NOTICES:
            run(f"ALTER TABLE {own} ADD CONSTRAINT uq_{own}_dedup_key UNIQUE (dedup_key)")
        else:
            run(
                f"ALTER TABLE {own} ADD CONSTRAINT fk_{own}_notice_id "
                f"FOREIGN KEY (notice_id) REFERENCES {NOTICES}_{month} (id) ON DELETE CASCADE"
            )
        if table == "receipts":
            run(f"ALTER TABLE {own} ADD CONSTRAINT pk_{own} PRIMARY KEY (id)")
        bounds = f"FROM ({month.first_id}) TO ({month.next.first_id})"
        run(f"ALTER TABLE {table} ATTACH PARTITION {own} FOR VALUES {bounds}")


def drop(connection: Connection, partition: Partition) -> None:
    connection.exec_driver_sql("DROP TABLE " + ", ".join(partition.of(table) for table in reversed(LEDGER)))
