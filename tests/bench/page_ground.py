"""Where the page is measured: a notifier on a PostgreSQL of its own, and what is stored beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from personsvar import storage
from personsvar.encryption.vault import new_key
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage import SqlStore
from tests.bench import processes
from tests.bench.depositing import Depositing
from tests.bench.page_visits import PageAddress
from tests.bench.sounds import talk
from tests.bench.yard import CALLER
from tests.browser.page_site import let_in
from tests.postgres import PostgresCluster, running_cluster
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess

COOKIE = "personsvar-session"


@dataclass(frozen=True)
class PageGround:
    store: SqlStore
    cluster: PostgresCluster
    database: str
    notifier: ServiceProcess
    port: int
    callers_leave_to: list[Number] = field(default_factory=list)
    """Ordinary mailboxes, which get what is stored meanwhile."""

    @property
    def notifier_pid(self) -> int:
        assert self.notifier.process is not None
        return self.notifier.process.pid

    def cpu_ms(self) -> dict[str, float]:
        """What each has had of the cores so far."""
        return {
            "notifier": processes.cpu_ms(self.notifier_pid),
            "PostgreSQL": processes.cpu_ms_of_family(self.cluster.pid),
            "browsers": processes.cpu_ms(os.getpid()),
            "all": processes.cpu_ms_of_all(),
        }

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
            sound = uow.sounds.add(talk(3.0), of=owner)
            for place in range(count):
                at = now - timedelta(seconds=count - place)
                uow.messages.add(
                    Message(MessageId(0), owner, SpoolId(f"{owner}-{place}"), Number(CALLER), at, sound)
                )
            uow.commit()

    def settle(self) -> None:
        """As PostgreSQL does by itself within a minute or two: what was filled in was not there for years."""
        self.cluster.tell("VACUUM ANALYZE", database=self.database)

    def depositing(self, *, a_second: int, seconds: float) -> Depositing:
        url = self.cluster.url(self.database)
        return Depositing.begin(url, self.callers_leave_to, a_second=a_second, seconds=seconds)


@contextmanager
def running_page_ground(*, pages: int) -> Iterator[PageGround]:
    """`pages`: so many may be open."""
    with running_cluster() as cluster, tempfile.TemporaryDirectory(prefix="personsvar-bench-") as folder:
        database, port = cluster.new_database(), free_tcp_port()
        storage.upgrade(cluster.url(database))
        environment = {
            "PERSONSVAR_DATABASE_URL": cluster.url(database),
            "PERSONSVAR_STATE": folder,
            "PERSONSVAR_SECRET_KEY": new_key(),
            "PERSONSVAR_HTTP_BIND": f"127.0.0.1:{port}",
            "PERSONSVAR_HTTP_CONNECTIONS": str(2 * pages + 400),
            "PERSONSVAR_HTTP_CONNECTIONS_EACH": str(2 * pages + 400),
            "PERSONSVAR_MAX_MESSAGES": "9999",
        }
        store = SqlStore(cluster.url(database))
        notifier = ServiceProcess(environment, Path(folder) / "notifier.log", "notifier")
        try:
            notifier.start()
            yield PageGround(store, cluster, database, notifier, port)
        finally:
            notifier.stop()
            store.close()
