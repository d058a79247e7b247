"""The page on PostgreSQL: an inbox of 5,000 messages beside a small one, and how soon an open page hears.

Requests come over loopback on connections that stay open, by bare sockets. The answer's time is counted from
when the request was due. Meanwhile messages are stored by another process, as calls do it; what that does to
them is told too. Then BENCH_PAGES pages of as many subscribers are open, messages are stored, and each is
timed from its commit to the event on its owner's page, and to the new page in the browser's hands.
BENCH_MESSAGES sets how many messages the inbox has.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from personsvar import storage
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage import SqlStore
from personsvar.vault import new_key
from tests.bench import processes, tables
from tests.bench.page_visits import PageAddress, Visits, as_fast_as_can_be, at_a_rate, one, opened
from tests.bench.sounds import talk
from tests.bench.tables import percentile
from tests.bench.yard import CALLER
from tests.browser.page_site import let_in
from tests.postgres import running_cluster
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "5000"))
PAGES = int(os.environ.get("BENCH_PAGES", "1000"))
A_SECOND, CONNECTIONS, SECONDS = 200, 16, 20.0
DEPOSITS_A_SECOND = 5
LARGE, SMALL = Number("+4790000000"), Number("+4790000001")
NEWS = 20
"""So many messages come while the pages are open."""
EACH_SECONDS = 10.0
COOKIE = "personsvar-session"


@dataclass(frozen=True)
class PageGround:
    store: SqlStore
    database: str
    notifier: ServiceProcess
    port: int

    @property
    def notifier_pid(self) -> int:
        assert self.notifier.process is not None
        return self.notifier.process.pid

    def subscribe(self, number: Number) -> None:
        with self.store.begin() as uow:
            uow.subscribers.add(Subscriber(number, welcomed=True))
            uow.commit()

    def page(self, owner: Number) -> PageAddress:
        """As a browser of theirs that is logged in."""
        return PageAddress("127.0.0.1", self.port, f"{COOKIE}={let_in(self.store, owner)}")

    def fill(self, owner: Number, count: int) -> None:
        now = datetime.now(UTC)
        with self.store.begin() as uow:
            sound = uow.sounds.add(talk(3.0))
            for place in range(count):
                at = now - timedelta(seconds=count - place)
                uow.messages.add(
                    Message(MessageId(0), owner, SpoolId(f"{owner}-{place}"), Number(CALLER), at, sound)
                )
            uow.commit()


def main() -> None:
    tables.begin("The page")
    processes.allow_many_files()
    with _ground() as ground:
        for owner, count in ((LARGE, MESSAGES), (SMALL, 5)):
            ground.subscribe(owner)
            ground.fill(owner, count)
        _inboxes(ground)
        _open_pages(ground)


def _inboxes(ground: PageGround) -> None:
    alone, rows = _deposits(ground, SECONDS), []
    for owner, name in ((SMALL, "5 messages"), (LARGE, f"{MESSAGES} messages")):
        at = ground.page(owner)
        most, most_cpu = _costing(
            ground, as_fast_as_can_be(at, "/profile", connections=CONNECTIONS, seconds=EACH_SECONDS)
        )
        beside = _deposits_beside(ground, SECONDS)
        steady, _ = _costing(
            ground,
            at_a_rate(at, "/profile", a_second=A_SECOND, connections=CONNECTIONS * 4, seconds=SECONDS),
        )
        stored = _read(beside)
        rows.append(
            (
                name,
                f"{most.a_second:.0f}",
                f"{most_cpu:.1f}",
                f"{steady.a_second:.0f}",
                f"{percentile(steady.took_ms, 0.5):.0f}",
                f"{percentile(steady.took_ms, 0.99):.0f}",
                f"{most.refused + steady.refused}",
                tables.ratio(percentile(stored, 0.99), percentile(alone, 0.99)),
            )
        )
    tables.show(
        "An inbox on PostgreSQL",
        (
            "mailbox",
            "most a second",
            "notifier CPU ms each",
            f"at {A_SECOND} a second: got",
            "p50 ms",
            "p99 ms",
            "refused",
            "deposit p99 to it alone",
        ),
        rows,
        notes=f"{CONNECTIONS} connections; {DEPOSITS_A_SECOND} deposits of 20 s a second beside the steady"
        f" rate; alone their p50 is {percentile(alone, 0.5):.1f} ms, p99 {percentile(alone, 0.99):.1f};"
        f" load {processes.load():.1f}",
    )


def _open_pages(ground: PageGround) -> None:
    owners = [Number(f"+4790{place:06d}") for place in range(100, 100 + PAGES)]
    tables.tell(f"{PAGES} pages are opened")
    for owner in owners:
        ground.subscribe(owner)
    idle = processes.memory_mb(ground.notifier_pid)
    told, shown = asyncio.run(_news(ground, owners))
    tables.show(
        f"A new message, {PAGES} pages open",
        ("ms from its commit", "p50", "longest"),
        [
            ("to the event on the page", f"{percentile(told, 0.5):.0f}", f"{max(told):.0f}"),
            ("to the new page in its hands", f"{percentile(shown, 0.5):.0f}", f"{max(shown):.0f}"),
        ],
        notes=f"{NEWS} messages; the notifier's memory {idle:.0f} MB before,"
        f" {processes.memory_mb(ground.notifier_pid):.0f} MB after; load {processes.load():.1f}",
    )


async def _news(ground: PageGround, owners: Sequence[Number]) -> tuple[list[float], list[float]]:
    addresses = [await asyncio.to_thread(ground.page, owner) for owner in owners]
    pages = await opened(addresses, "/profile/events")
    told, shown = [], []
    for place in range(NEWS):
        which = place * len(owners) // NEWS
        heard = asyncio.create_task(pages[which].changed_at())
        await asyncio.to_thread(_deposit_one, ground, owners[which])
        committed = time.perf_counter()
        told.append(max(await heard - committed, 0) * 1000)
        await one(addresses[which], "/profile")
        shown.append((time.perf_counter() - committed) * 1000)
    for page in pages:
        page.writer.close()
    return told, shown


def _deposit_one(ground: PageGround, owner: Number) -> None:
    ground.fill(owner, 1)


def _costing(ground: PageGround, visits: Coroutine[Any, Any, Visits]) -> tuple[Visits, float]:
    """And the notifier's CPU for each that was answered, in milliseconds."""
    before = processes.cpu_ms(ground.notifier_pid)
    found = asyncio.run(visits)
    return found, (processes.cpu_ms(ground.notifier_pid) - before) / max(len(found.took_ms), 1)


def _deposits(ground: PageGround, seconds: float) -> list[float]:
    tables.tell(f"{DEPOSITS_A_SECOND} deposits a second, alone")
    return _read(_deposits_beside(ground, seconds))


def _deposits_beside(ground: PageGround, seconds: float) -> subprocess.Popen[bytes]:
    given = (ground.database, SMALL, str(DEPOSITS_A_SECOND), str(seconds))
    return subprocess.Popen([sys.executable, "-m", "tests.bench.deposits", *given], stdout=subprocess.PIPE)


def _read(deposits: subprocess.Popen[bytes]) -> list[float]:
    told, _ = deposits.communicate(timeout=600)
    return [float(took) for took in json.loads(told)]


@contextmanager
def _ground() -> Iterator[PageGround]:
    with running_cluster() as cluster, tempfile.TemporaryDirectory(prefix="personsvar-bench-") as folder:
        database, port = cluster.url(cluster.new_database()), free_tcp_port()
        storage.upgrade(database)
        environment = {
            "PERSONSVAR_DATABASE_URL": database,
            "PERSONSVAR_STATE": folder,
            "PERSONSVAR_SECRET_KEY": new_key(),
            "PERSONSVAR_HTTP_BIND": f"127.0.0.1:{port}",
            "PERSONSVAR_HTTP_CONNECTIONS": str(2 * PAGES + 400),
            "PERSONSVAR_HTTP_CONNECTIONS_EACH": str(2 * PAGES + 400),
            "PERSONSVAR_MAX_MESSAGES": "9999",
        }
        store = SqlStore(database)
        notifier = ServiceProcess(environment, Path(folder) / "notifier.log", "notifier")
        try:
            notifier.start()
            yield PageGround(store, database, notifier, port)
        finally:
            notifier.stop()
            store.close()


if __name__ == "__main__":
    main()
