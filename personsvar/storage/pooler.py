"""PgBouncer before PostgreSQL (`pool_mode=transaction`): each transaction has another connection.

It refuses what a client wants for its connection ("unsupported startup parameter: options"), so time-outs and
durability stand on the role, in this database. To change tables, and to hear of news (LISTEN), the service
goes past it, to PostgreSQL itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from personsvar.storage import postgres
from personsvar.storage.database_url import address
from personsvar.storage.store import WAIT_SECONDS

_NAME = text("SELECT quote_ident(current_database())")
_HOLDING = text("SELECT name, setting FROM pg_settings WHERE lower(name) = ANY(:names)")


def settle(direct: str) -> None:
    """Put on our role, in this database, what holds for each connection; `direct`: past the pooler.

    Connections that the pooler has already have it once they are made anew (PgBouncer's RECONNECT).
    """
    with _asking(direct, through_pooler=False) as connection:
        database = connection.execute(_NAME).scalar_one()
        for name, value in postgres.session_settings(WAIT_SECONDS).items():
            connection.exec_driver_sql(
                f"ALTER ROLE CURRENT_USER IN DATABASE {database} SET {name} = '{value}'"
            )


def unsettled(pooled: str) -> list[str]:
    """What does not hold for a connection through the pooler, as `name=what holds there`."""
    wanted = postgres.session_settings(WAIT_SECONDS)
    with _asking(pooled, through_pooler=True) as connection:
        rows = connection.execute(_HOLDING, {"names": list(wanted)}).all()
    return [
        f"{name.lower()}={found}" for name, found in rows if found != wanted[name.lower()].removesuffix("ms")
    ]


@contextmanager
def _asking(url: str, *, through_pooler: bool) -> Iterator[Connection]:
    engine = postgres.pooled(
        address(url),
        connections=1,
        wait_seconds=WAIT_SECONDS,
        keep_prepared=False,
        through_pooler=through_pooler,
    )
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
