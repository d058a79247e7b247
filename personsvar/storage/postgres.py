"""PostgreSQL, through psycopg 3: one pool, no wait without an end, and every text as UTF-8."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event

from personsvar.storage.database_url import hosts_of
from personsvar.storage.faults import WrongEncodingError, tell_faults_apart
from personsvar.storage.patient_pool import PatientPool
from personsvar.storage.pool_pings import PoolPings

if TYPE_CHECKING:
    import psycopg

KEEP_ALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
"""A server that vanished without a word is noticed within 30 s."""
PREPARED_FROM = 5
"""What a connection was asked so often is prepared there (psycopg's own number)."""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslnegotiation": ("postgres", "direct"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
    "load_balance_hosts": ("disable", "random"),
}
"""What an option may be (PostgreSQL's manual, "Parameter Key Words"); of the others libpq takes any text."""
_NUMBERS = ("port", "connect_timeout", "keepalives", "tcp_user_timeout")
_NUMBER = re.compile(r"-?[0-9]{1,9}|")
"""A port may be missing among several: then it is the usual one."""
_FILES = ("sslrootcert", "sslcert", "sslkey")


def check_options(url: URL) -> None:
    """Raise ValueError for an option behind the question mark that no connection could be made with.

    A certificate that is named has to be there: libpq goes on without, and checks nobody.
    """
    from psycopg import ProgrammingError  # noqa: PLC0415 - a call's own process needs none of it
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - as above

    for name, given in url.normalized_query.items():
        words = _WORDS.get(name)
        if words and not set(given) <= set(words):
            raise ValueError(f"{name} should be {', '.join(words[:-1])} or {words[-1]}")
        if name in _NUMBERS and not all(map(_NUMBER.fullmatch, ",".join(given).split(","))):
            raise ValueError(f"{name} should be a whole number")
        try:
            make_conninfo("", **{name: given[-1]})
            if name in _FILES and given[-1] != "system":
                Path(given[-1]).read_bytes()
        except ProgrammingError:
            raise ValueError(f"{name!r} is no option of PostgreSQL's") from None
        except OSError as wrong:
            raise ValueError(f"{name}={given[-1]} can't be read: {wrong.strerror}") from wrong


def pooled(
    url: URL,
    *,
    connections: int,
    wait_seconds: float,
    keep_prepared: bool,
    through_pooler: bool = False,
    connect_seconds: float | None = None,
) -> Engine:
    """`keep_prepared`: what is asked often stays worked out in each connection; else it is anew each time.

    `connect_seconds`: so long a server is waited for, where that is not as long as for all else.
    `through_pooler`: a pooler takes no options of a connection, they stand on the role (`pooler.settle`).
    """
    engine = create_engine(
        url,
        connect_args={
            **({} if through_pooler else {"options": _options(wait_seconds)}),
            "connect_timeout": max(2, ceil((connect_seconds or wait_seconds) / hosts_of(url))),
            "application_name": "personsvar",
            "client_encoding": "utf8",  # whatever the environment or the role would have
            "prepare_threshold": PREPARED_FROM if keep_prepared else None,
            **KEEP_ALIVE,
        },
        poolclass=PatientPool,
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=wait_seconds,
        pool_use_lifo=True,  # the one that was in use a moment ago has all at hand
        pool_pre_ping=True,
        hide_parameters=True,
    )
    _ask_seldom(engine.dialect)
    tell_faults_apart(engine)
    event.listen(engine, "connect", _check_encoding)
    return engine


def _ask_seldom(dialect: Any) -> None:
    """The dialect's own hook for `pool_pre_ping`: see `pool_pings`."""
    dialect.do_ping = PoolPings(dialect.do_ping).is_there


def _check_encoding(connection: psycopg.Connection, _record: object) -> None:
    """The server tells it as a connection begins, so nothing is asked."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding == "UTF8":
        return
    name = connection.info.dbname
    connection.close()
    raise WrongEncodingError(
        f"the database's encoding is {encoding}; it should be UTF8: createdb -E UTF8 -T template0 {name}"
    )


def session_settings(wait_seconds: float) -> dict[str, str]:
    """What holds for each connection (PostgreSQL's manual, "Client Connection Defaults")."""
    wait = int(wait_seconds * 1000)
    return {
        "timezone": "UTC",
        "synchronous_commit": "on",
        "lock_timeout": f"{wait}ms",
        "statement_timeout": f"{3 * wait}ms",
        "idle_in_transaction_session_timeout": f"{12 * wait}ms",
    }


def _options(wait_seconds: float) -> str:
    return " ".join(f"-c {name}={value}" for name, value in session_settings(wait_seconds).items())
