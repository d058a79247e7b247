"""A PostgreSQL of the tests' own with a standby that follows it, and may be promoted in its place."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import PostgresCluster

FOLLOWS_SECONDS = 60
NO_PAUSE = "wal_retrieve_retry_interval=100ms"
"""A standby whose primary is gone looks for it at once, and not every 5 s: it is promoted in between."""


@dataclass
class Pair:
    """`primary` is the one that is written to now; `standby` follows it."""

    primary: PostgresCluster
    standby: PostgresCluster
    synchronous: bool
    settings: tuple[str, ...] = ()

    def url(self, database: str) -> str:
        """Of whichever can be written to, as a service is given it."""
        both = (self.primary, self.standby)
        hosts = "&".join(f"host={one.folder}:{one.port}" for one in sorted(both, key=lambda one: one.name))
        return f"postgresql://personsvar@/{database}?{hosts}"

    def fail_over(self) -> PostgresCluster:
        """The primary is killed, and the standby takes its place; returns the dead one."""
        dead = self.primary
        dead.kill()
        self.promote()
        return dead

    def promote(self) -> None:
        """The standby can be written to when this returns. Whoever was the primary has to be dead."""
        promoted, self.primary, self.standby = self.standby, self.standby, self.primary
        with psycopg.connect(promoted.url("postgres"), autocommit=True) as connection:
            # what it should wait for from now on is nobody, until another standby follows it
            connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
            connection.execute("SELECT pg_reload_conf()")
            ((done,),) = connection.execute("SELECT pg_promote(true, 60)")
        assert done, "it was not promoted within 60 s"

    def stand_by_again(self) -> None:
        """The dead one is made anew, as a copy of the one that took its place, and follows it."""
        self.standby.wipe()
        self.begin_to_follow()

    def begin_to_follow(self) -> None:
        self.standby.copy(self.primary)
        self.standby.start(NO_PAUSE, *self.settings)
        with psycopg.connect(self.primary.url("postgres"), autocommit=True) as connection:
            if self.synchronous:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                connection.execute("SELECT pg_reload_conf()")
            state = "sync" if self.synchronous else "async"
            follows = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = %s"
            _until(lambda: connection.execute(follows, [state]).fetchall() == [(1,)])

    def wait_until_caught_up(self) -> None:
        """The standby has applied all that is committed on the primary now."""
        with psycopg.connect(self.primary.url("postgres"), autocommit=True) as connection:
            ((here,),) = connection.execute("SELECT pg_current_wal_lsn()::text")
        with psycopg.connect(self.standby.url("postgres"), autocommit=True) as connection:
            is_applied = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            _until(lambda: connection.execute(is_applied, [here]).fetchall() == [(True,)])


@contextmanager
def running_pair(*settings: str, synchronous: bool = True) -> Iterator[Pair]:
    """`synchronous`: what is committed is on both. `settings`: of both servers, as `name=value`."""
    with (
        tempfile.TemporaryDirectory(prefix="personsvar-pg-") as one,
        tempfile.TemporaryDirectory(prefix="personsvar-pg-") as other,
    ):
        pair = Pair(PostgresCluster(Path(one)), PostgresCluster(Path(other)), synchronous, settings)
        try:
            pair.primary.create()
            pair.primary.start(*settings)
            pair.begin_to_follow()
            yield pair
        finally:
            pair.standby.stop()
            pair.primary.stop()


def _until(it_is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + FOLLOWS_SECONDS
    while not it_is_so():
        if time.monotonic() > until:
            raise TimeoutError(f"the standby does not follow within {FOLLOWS_SECONDS} s")
        time.sleep(0.02)
