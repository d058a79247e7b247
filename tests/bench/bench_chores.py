"""What background work costs a deposit in a large installation: a notifier's chores, a scrape, the ledger.

BENCH_MAILBOXES mailboxes in use (default 20000; five messages and ten notices of each) on a PostgreSQL that
writes each commit to the disk. By turns, BENCH_TURNS of BENCH_SECONDS (default 2 of 65) each:
BENCH_DEPOSITS_A_SECOND messages of 20 s (default 10) are stored alone, and beside a notifier. Retention marks
and then removes from the first second to the last, reminders are due for as long, /metrics is scraped each
15 s, and a page of the ledger is asked for each 5 s. The notifier's gateways are away, so that what waits in
the outbox goes on waiting. Who deposits goes first, and PostgreSQL next, as docker-compose.yml has it. A
million mailboxes want 13 GB where temporary files go (TMPDIR), and minutes to be filled in.

A disk that others write to may hold some up for a tenth of a second, alone as well: p99 is told of each turn,
and the middle one of them is compared.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from personsvar.encryption.vault import new_key
from tests.bench import processes, tables
from tests.bench.background_work import BackgroundWork, WorkLeft
from tests.bench.depositing import Depositing
from tests.bench.tables import percentile, ratio
from tests.bench.yard import DATABASE_NICE, IVR_NICE
from tests.postgres import PostgresCluster, running_cluster
from tests.real.ports import free_tcp_port
from tests.real.site import ServiceProcess
from tests.size.fill import FIRST_NUMBER, fill
from tests.size.filled_town import STRIDE

MAILBOXES = int(os.environ.get("BENCH_MAILBOXES", "20000"))
A_SECOND = int(os.environ.get("BENCH_DEPOSITS_A_SECOND", "10"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "65"))
TURNS = int(os.environ.get("BENCH_TURNS", "2"))
SCRAPE_SECONDS, LEDGER_SECONDS = 15.0, 5.0
SETTLING_SECONDS = 5.0
"""What a notifier does once, as it starts, is no part of the figures."""
TOKEN = "bench-of-the-chores"
LEDGER = "/v1/notices?limit=100"


@dataclass
class ChoreTurns:
    """All turns of one kind."""

    took_ms: list[Sequence[float]] = field(default_factory=list)
    """Of each turn, its deposits."""
    asked_ms: dict[str, list[float]] = field(default_factory=dict)
    cpu_ms: dict[str, float] = field(default_factory=dict)

    def had(self, who: str, cpu_ms: float) -> None:
        self.cpu_ms[who] = self.cpu_ms.get(who, 0.0) + cpu_ms


@dataclass
class Asking:
    """One path of the notifier, asked again and again until it is over."""

    url: str
    seconds: float
    took_ms: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        asked = urllib.request.Request(self.url, headers={"Authorization": f"Bearer {TOKEN}"})
        while True:
            began = time.perf_counter()
            with urllib.request.urlopen(asked, timeout=60) as answer:
                answer.read()
            self.took_ms.append((time.perf_counter() - began) * 1000)
            if self.over.wait(self.seconds):
                return


@dataclass(frozen=True)
class LargeGround:
    cluster: PostgresCluster
    database: str
    notifier: ServiceProcess
    port: int
    work: BackgroundWork

    def make_due(self) -> WorkLeft:
        """Work for a turn; how much there is, once all that is on the disk."""
        self.work.make_due(seconds=SECONDS)
        self.cluster.tell("CHECKPOINT", database=self.database)
        return self.work.left()

    def turn(self, turns: ChoreTurns, place: int) -> None:
        """Each deposit of it goes to another mailbox."""
        first = place * round(A_SECOND * SECONDS)
        each = range(first, first + round(A_SECOND * SECONDS))
        numbers = [f"+47{FIRST_NUMBER + 1 + which * STRIDE % MAILBOXES}" for which in each]
        before = processes.cpu_ms_of_family(self.cluster.pid)
        url = self.cluster.url(self.database)
        depositing = Depositing.begin(url, numbers, a_second=A_SECOND, seconds=SECONDS)
        processes.hurry(depositing.process.pid, IVR_NICE)
        depositing.end()
        turns.took_ms.append(depositing.took_ms)
        turns.had("deposits", depositing.cpu_ms)
        turns.had("PostgreSQL", processes.cpu_ms_of_family(self.cluster.pid) - before)

    @contextmanager
    def chores(self, turns: ChoreTurns) -> Iterator[None]:
        """A notifier at its work, and who looks at it."""
        self.notifier.start()
        try:
            assert self.notifier.process is not None
            time.sleep(SETTLING_SECONDS)
            before = processes.cpu_ms(self.notifier.process.pid)
            with (
                self._asking("/metrics", SCRAPE_SECONDS, turns),
                self._asking(LEDGER, LEDGER_SECONDS, turns),
            ):
                yield
            turns.had("notifier", processes.cpu_ms(self.notifier.process.pid) - before)
        finally:
            self.notifier.stop()

    @contextmanager
    def _asking(self, path: str, seconds: float, turns: ChoreTurns) -> Iterator[None]:
        asking = Asking(f"http://127.0.0.1:{self.port}{path}", seconds)
        thread = threading.Thread(target=asking.go_on)
        thread.start()
        try:
            yield
        finally:
            asking.over.set()
            thread.join()
        turns.asked_ms.setdefault(path, []).extend(asking.took_ms)


def main() -> None:
    tables.begin("Chores beside deposits")
    alone, beside = ChoreTurns(), ChoreTurns()
    left = list[tuple[WorkLeft, WorkLeft]]()
    with running_large_ground() as ground:
        for turn in range(TURNS):
            tables.tell(f"{A_SECOND} deposits a second: turn {turn + 1} of {TURNS}")
            due = ground.make_due()
            ground.turn(alone, 2 * turn)
            with ground.chores(beside):
                ground.turn(beside, 2 * turn + 1)
            left.append((due, ground.work.left()))
    _show(alone, beside)
    _show_work(left)


@contextmanager
def running_large_ground() -> Iterator[LargeGround]:
    with (
        running_cluster("fsync=on", "shared_buffers=512MB", "max_wal_size=4GB") as cluster,
        tempfile.TemporaryDirectory(prefix="personsvar-bench-") as folder,
    ):
        processes.hurry(cluster.pid, DATABASE_NICE)  # and those it starts for connections
        database, port = cluster.new_database(), free_tcp_port()
        tables.tell(f"{MAILBOXES:,} mailboxes are filled in")
        fill(cluster.url(database), mailboxes=MAILBOXES)
        cluster.tell("VACUUM ANALYZE", database=database)
        away = free_tcp_port()
        environment = {
            "PERSONSVAR_DATABASE_URL": cluster.url(database),
            "PERSONSVAR_STATE": folder,
            "PERSONSVAR_SECRET_KEY": new_key(),
            "PERSONSVAR_HTTP_BIND": f"127.0.0.1:{port}",
            "PERSONSVAR_API_TOKEN": TOKEN,
            "PERSONSVAR_RETENTION_MINUTES": "1",
            "PERSONSVAR_SMPP_URL": f"smpp://esme:secret@127.0.0.1:{away}",
            "PERSONSVAR_MM7_URL": f"http://127.0.0.1:{away}/mm7",
            "PERSONSVAR_SMTP_URL": f"smtp://127.0.0.1:{away}",
        }
        notifier = ServiceProcess(environment, Path(folder) / "notifier.log", "notifier")
        work = BackgroundWork(cluster.url(database), MAILBOXES)
        yield LargeGround(cluster, database, notifier, port, work)


def _show(alone: ChoreTurns, beside: ChoreTurns) -> None:
    kinds = (("alone", alone), ("beside the chores, scrapes and the ledger", beside))
    tables.show(
        f"{A_SECOND} deposits of 20 s a second into {MAILBOXES:,} mailboxes, by turns",
        ("", "p50 ms", "p95", "p99", "longest", "p99 to it alone", "p99 of each turn"),
        [(name, *_late(turns, alone)) for name, turns in kinds],
        notes=f"the middle one of {TURNS} turns of {SECONDS:.0f} s of each; load {processes.load():.1f}",
    )
    tables.show(
        "What was asked of the notifier meanwhile",
        ("", "times", "p50 ms", "longest"),
        [
            (path, str(len(took)), f"{percentile(took, 0.5):.0f}", f"{max(took):.0f}")
            for path, took in beside.asked_ms.items()
        ],
    )
    whole = TURNS * SECONDS * 10
    who = ("deposits", "PostgreSQL", "notifier")
    tables.show(
        "Who had the cores meanwhile, % of one",
        ("", *who),
        [(name, *(f"{turns.cpu_ms.get(it, 0.0) / whole:.0f}" for it in who)) for name, turns in kinds],
    )


def _late(turns: ChoreTurns, alone: ChoreTurns) -> Sequence[str]:
    middle = [_middle(turns, share) for share in (0.5, 0.95, 0.99)]
    return (
        *(f"{ms:.1f}" for ms in middle),
        f"{max(map(max, turns.took_ms)):.0f}",
        ratio(middle[-1], _middle(alone, 0.99)),
        " ".join(f"{percentile(each, 0.99):.1f}" for each in turns.took_ms),
    )


def _middle(turns: ChoreTurns, share: float) -> float:
    return median(percentile(each, share) for each in turns.took_ms)


def _show_work(each: Sequence[tuple[WorkLeft, WorkLeft]]) -> None:
    """What was due as a turn began and as it ended, of all turns."""
    done = [
        (name, sum(due[place] - left[place] for due, left in each), each[-1][1][place])
        for place, name in enumerate(WorkLeft._fields)
    ]
    tables.show(
        "What the notifier did meanwhile",
        ("", "done", "left"),
        [(name, str(some), str(left)) for name, some, left in done],
        notes="left: as the last turn ended",
    )


if __name__ == "__main__":
    main()
