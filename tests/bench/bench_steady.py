"""Calls that go on and on: messages at a steady rate, with the switch and PostgreSQL on the same cores.

BENCH_A_SECOND new callers a second (default 25) for BENCH_SECONDS (default 60), BENCH_AT_ONCE of them up at
once (default 400), each to a mailbox of its own. PostgreSQL writes each commit to the disk. Stored: from when
the caller hung up until another connection sees the message. Missed: the tone came too late for the caller to
be heard, and the owner is told of a missed call. Lost: hung up as it should be, and neither.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import find_asterisk
from personsvar import storage
from tests.bench import processes, tables
from tests.bench.callers import OURS, Called, Callers, Wave, calling
from tests.bench.processes import load
from tests.bench.yard import DATABASE_NICE, Ground, ground
from tests.postgres import PostgresCluster, running_cluster

A_SECOND = int(os.environ.get("BENCH_A_SECOND", "25"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))
AT_ONCE = int(os.environ.get("BENCH_AT_ONCE", "400"))
CALLS = A_SECOND * SECONDS
FIRST_MAILBOX = 90_001_000
"""Behind the number that calls: it is nobody's mailbox here."""
LOOK_SECONDS = 0.02
"""A message is seen so much late at most."""
SETTLING_SECONDS = 60.0


@dataclass
class SeenMessages:
    """When each mailbox's message was there for all to see."""

    url: str
    at: dict[str, float] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        processes.hurry(threading.get_native_id(), DATABASE_NICE)
        last = 0
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.over.wait(LOOK_SECONDS):
                # an id is dealt before its commit: one that comes late is looked for once more
                new = connection.execute(
                    "SELECT id, mailbox FROM messages WHERE id > %s ORDER BY id", (last - AT_ONCE,)
                ).fetchall()
                now = time.time()
                for which, mailbox in new:
                    self.at.setdefault(mailbox.removeprefix("+47"), now)
                    last = max(last, which)

    def missed(self) -> int:
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute("SELECT count(*) FROM calls WHERE came_of = 'missed'").fetchone()
        return 0 if found is None else int(found[0])


@dataclass(frozen=True)
class SteadyOutcome:
    called: Called
    up: int
    stored: int
    missed: int
    late: list[float]
    """Seconds from each hang-up to its message."""
    cpu_ms: dict[str, float]


def main() -> None:
    tables.begin("Calls that go on and on")
    with running_cluster("fsync=on", "shared_buffers=512MB") as cluster:
        processes.hurry(cluster.pid, DATABASE_NICE)  # and those it starts for connections
        url = cluster.url(cluster.new_database())
        storage.upgrade(url)
        numbers = tuple(str(FIRST_MAILBOX + number) for number in range(CALLS))
        with ground(_switch, mailboxes=numbers, database=url) as running:
            outcome = _call(running, cluster, url, numbers)
    _show(outcome)


def _switch(setting: Setting) -> Switch:
    return Switch(find_asterisk(), setting)


def _call(running: Ground, cluster: PostgresCluster, url: str, numbers: tuple[str, ...]) -> SteadyOutcome:
    wave = Wave(OURS, numbers, CALLS, 2 * AT_ONCE, A_SECOND, AT_ONCE / A_SECOND)
    tables.tell(f"{CALLS} callers, {A_SECOND} a second for {SECONDS} s, {wave.seconds:.0f} s each")
    with _seen(url) as seen:
        before = _cpu(running, cluster)
        with calling(wave, running.switch.sip_port) as callers:
            up, callers_ms = _watch(running, callers)
            after = _cpu(running, cluster) | {"callers (SIPp)": callers_ms}
            called, hung_up = callers.called(), callers.hung_up_at()
        deadline = time.monotonic() + SETTLING_SECONDS
        while len(seen.at) + seen.missed() < called.ended_well and time.monotonic() < deadline:
            time.sleep(0.2)
    late = [at - hung_up[mailbox] for mailbox, at in seen.at.items() if mailbox in hung_up]
    spent = {name: ms - before.get(name, 0.0) for name, ms in after.items()}
    return SteadyOutcome(called, up, len(seen.at), seen.missed(), late, spent)


@contextmanager
def _seen(url: str) -> Iterator[SeenMessages]:
    seen = SeenMessages(url)
    looking = threading.Thread(target=seen.look)
    looking.start()
    try:
        yield seen
    finally:
        seen.over.set()
        looking.join()


def _watch(running: Ground, callers: Callers) -> tuple[int, float]:
    """The most calls up at once, and what the callers cost, until the last has hung up."""
    up, cost = 0, 0.0
    deadline = time.monotonic() + SECONDS + AT_ONCE / A_SECOND + SETTLING_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError):  # ended, and not waited for yet
            cost = processes.cpu_ms(callers.process.pid)
        if callers.process.poll() is not None:
            break
        up = max(up, running.calls())
        time.sleep(1)
    return up, cost


def _cpu(running: Ground, cluster: PostgresCluster) -> dict[str, float]:
    cost = running.cost()
    return {
        "Asterisk": cost.asterisk,
        "ivr": cost.ivr,
        "notifier": cost.notifier,
        "PostgreSQL": processes.cpu_ms_of_family(cluster.pid),
    }


def _show(outcome: SteadyOutcome) -> None:
    called, late = outcome.called, outcome.late
    tables.show(
        f"{A_SECOND} callers a second for {SECONDS} s",
        ("started", "up at once", "refused", "stored", "missed calls", "lost"),
        [
            (
                str(called.started),
                str(outcome.up),
                str(called.failed),
                str(outcome.stored),
                str(outcome.missed),
                str(called.ended_well - outcome.stored - outcome.missed),
            )
        ],
        notes=f"load {load():.1f}",
    )
    shares = (("half", 0.5), ("95 %", 0.95), ("99 %", 0.99), ("all", 1.0))
    tables.show(
        "Seconds from the hang-up until the message is stored",
        tuple(name for name, _ in shares),
        [tuple(f"{tables.percentile(late, share):.2f}" for _, share in shares)],
    )
    tables.show(
        "CPU of it",
        ("", "of a core", "ms a call"),
        [
            (name, f"{ms / 1000 / (SECONDS + AT_ONCE / A_SECOND):.0%}", f"{ms / max(1, called.started):.1f}")
            for name, ms in outcome.cpu_ms.items()
        ],
    )


if __name__ == "__main__":
    main()
