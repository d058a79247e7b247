"""Two transactions in PostgreSQL that want the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, get_ident
from typing import Any

import psycopg
from sqlalchemy import event

from personsvar.storage import SqlStore


def ended_or_waiting(job: Future[Any], url: str) -> None:
    """Until the round is over, or stands before a row that somebody holds."""
    waiting = """
        SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()
    """
    with psycopg.connect(url, autocommit=True) as looker:
        while not job.done() and looker.execute(waiting).fetchone() == (0,):
            time.sleep(0.01)


class Stop:
    """Where the first thread that comes to a statement stands until it is told to go on."""

    def __init__(self, statement: str) -> None:
        self.statement = statement
        self.reached, self.go_on = Event(), Event()
        self._who: int | None = None

    def __call__(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if self._who is None and statement.startswith(self.statement):
            self._who = get_ident()
            self.reached.set()
            assert self.go_on.wait(60)


@contextmanager
def stopped_before(store: SqlStore, statement: str) -> Iterator[Stop]:
    stop = Stop(statement)
    event.listen(store._writers, "before_cursor_execute", stop)
    try:
        yield stop
    finally:
        stop.go_on.set()
        event.remove(store._writers, "before_cursor_execute", stop)


def meet(
    store: SqlStore, url: str, first: Callable[[], object], statement: str, second: Callable[[], object]
) -> None:
    """The first stands still before the statement while the second goes as far as it comes; both end."""
    with ThreadPoolExecutor(2) as threads, stopped_before(store, statement) as stop:
        begun = threads.submit(first)
        assert stop.reached.wait(60)
        behind = threads.submit(second)
        ended_or_waiting(behind, url)
        stop.go_on.set()
        begun.result(60)
        behind.result(60)
