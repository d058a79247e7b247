"""Visual voicemail: a thousand idle sessions, a full sync, and how soon an idle phone hears of a call.

`personsvar visual` on SQLite and on PostgreSQL, over TLS on loopback, TLS's own cost included. Memory is the
server's, with nobody and with everybody in IDLE. A full sync is Android's:
log-in, a search, and one fetch of headers and structure for each message; then every sound, encoded before.
A first sync is the same of a phone that has just activated, or did so ten seconds ago, with every sound:
until the last one is there, and the CPU of the server with those that encode for it.
IDLE: from the commit of another process to the line in the client's hands. BENCH_SESSIONS and BENCH_MESSAGES
set how many.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench import processes, tables
from tests.postgres import running_cluster
from tests.real.visual.service import Subscription, VisualProcess, visual_service
from tests.real.visual.wire import Wire

SESSIONS = int(os.environ.get("BENCH_SESSIONS", "1000"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "100"))
SESSIONS_OF_ONE = 10
PUSHES = 40
SYNCS = 5
WAITS = (0, 10)
"""Seconds from the activation to the first sync."""
SECONDS = 20
HEADERS = "date subject from content-type to cc message-id content-duration"
ASKED = f"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({HEADERS})] BODYSTRUCTURE)"


def main() -> None:
    tables.begin("Visual voicemail")
    processes.allow_many_files()
    with running_cluster() as cluster:
        urls = (("SQLite", ""), ("PostgreSQL", cluster.url(cluster.new_database())))
        for name, url in urls:
            with _service(url) as visual:
                _idle_sessions(name, visual)
            with _service(cluster.url(cluster.new_database()) if url else "") as visual:
                _sync(name, visual)
                _first_syncs(name, visual)
                _push(name, visual)


# ---- a thousand who wait


def _idle_sessions(name: str, visual: VisualProcess) -> None:
    tables.tell(f"{SESSIONS} sessions, {name}")
    owners = [visual.subscription(pin=None) for _ in range(-(-SESSIONS // SESSIONS_OF_ONE))]
    for who in owners:
        for _ in range(3):
            visual.leave(who.number, seconds=0.1)
    with visual.logged_in(owners[0], "INBOX") as wire:
        wire.ask("NOOP")
    empty = processes.memory_mb(_pid(visual))
    with ExitStack() as open_now:
        began, cost = time.monotonic(), processes.cpu_ms(_pid(visual))
        for number in range(SESSIONS):
            wire = open_now.enter_context(visual.logged_in(owners[number // SESSIONS_OF_ONE], "INBOX"))
            wire.idle()
        seconds, cost = time.monotonic() - began, processes.cpu_ms(_pid(visual)) - cost
        full = processes.memory_mb(_pid(visual))
        before = processes.cpu_ms(_pid(visual))
        time.sleep(10)
        idle = processes.cpu_ms(_pid(visual)) - before
        tables.show(
            f"{SESSIONS} sessions in IDLE, {name}",
            ("", "MB with none", "MB with all", "kB each", "log-in, ms of CPU", "idle, ms of CPU a second"),
            [
                (
                    "personsvar visual",
                    f"{empty:.1f}",
                    f"{full:.1f}",
                    f"{(full - empty) * 1024 / SESSIONS:.1f}",
                    f"{cost / SESSIONS:.2f}",
                    f"{idle / 10:.1f}",
                )
            ],
            notes=f"all of them logged in and selected a folder within {seconds:.0f} s",
        )


# ---- everything once


def _sync(name: str, visual: VisualProcess) -> None:
    tables.tell(f"{MESSAGES} messages of {SECONDS} s, {name}: each is encoded once")
    who = visual.subscription(pin=None)
    for _ in range(MESSAGES):
        visual.leave(who.number, seconds=SECONDS)
    with visual.logged_in(who, "INBOX") as wire:
        wire.ask("FETCH 1:* (BODY.PEEK[])")
    syncs = [_measured(visual, lambda: _android_syncs(visual, who)) for _ in range(SYNCS)]
    with visual.logged_in(who, "INBOX") as wire:
        sounds = [_measured(visual, lambda: wire.ask("FETCH 1:* (BODY.PEEK[])")) for _ in range(SYNCS)]
    rows = [
        ("headers and structures", *_best(syncs)),
        ("every sound, encoded before", *_best(sounds)),
    ]
    tables.show(
        f"A full sync of {MESSAGES} messages, {name}",
        ("", "server CPU ms", "seconds"),
        rows,
        notes=f"the median of {SYNCS}; the server's process alone, without those that encode",
    )


def _first_syncs(name: str, visual: VisualProcess) -> None:
    rows = []
    for waits in WAITS:
        tables.tell(
            f"{MESSAGES} messages of {SECONDS} s, {name}: a first sync {waits} s after the activation"
        )
        number = visual.subscriber(pin=None)
        for _ in range(MESSAGES):
            visual.leave(number, seconds=SECONDS)
        cost = processes.cpu_ms_of_family(_pid(visual))
        who = visual.activated(number)
        time.sleep(waits)
        began = time.monotonic()
        with visual.logged_in(who, "INBOX") as wire:
            for uid in reversed(wire.ask("UID SEARCH 1:* NOT DELETED")[0].split()[2:]):
                wire.ask(f"UID FETCH {uid} {ASKED}")
                wire.ask(f"UID FETCH {uid} (BODY.PEEK[])")
        seconds = time.monotonic() - began
        cost = processes.cpu_ms_of_family(_pid(visual)) - cost
        rows.append((f"{waits} s after it was activated", f"{seconds:.2f}", f"{cost:.0f}"))
    tables.show(
        f"A first sync of {MESSAGES} messages, every sound, {name}",
        ("", "seconds", "CPU ms, encoders too"),
        rows,
    )


def _android_syncs(visual: VisualProcess, who: Subscription) -> None:
    with visual.logged_in(who, "INBOX") as wire:
        uids = wire.ask("UID SEARCH 1:* NOT DELETED")[0].split()[2:]
        for uid in reversed(uids):
            wire.ask(f"UID FETCH {uid} {ASKED}")
        wire.ask("EXPUNGE")
        wire.ask("LOGOUT")


def _measured(visual: VisualProcess, work: object) -> tuple[float, float]:
    began, cost = time.monotonic(), processes.cpu_ms(_pid(visual))
    assert callable(work)
    work()
    return processes.cpu_ms(_pid(visual)) - cost, time.monotonic() - began


def _best(measured: Sequence[tuple[float, float]]) -> tuple[str, str]:
    cpu, seconds = (tables.percentile(values, 0.5) for values in zip(*measured, strict=True))
    return f"{cpu:.0f}", f"{seconds:.2f}"


# ---- told at once


def _push(name: str, visual: VisualProcess) -> None:
    tables.tell(f"{PUSHES} calls to an idle phone, {name}")
    who = visual.subscription(pin=None)
    took = []
    with visual.logged_in(who, "INBOX") as wire:
        wire.idle()
        for number in range(PUSHES):
            time.sleep(0.013 * number % 0.5)  # calls keep no step with whoever looks
            visual.leave(who.number, seconds=0.1)
            committed = time.monotonic()
            _heard(wire, f"* {number + 1} EXISTS")
            took.append((time.monotonic() - committed) * 1000)
    tables.show(
        f"A call's commit to the idle phone, ms, {name}",
        ("", "calls", "p50", "p90", "most"),
        [
            (
                "IDLE",
                f"{PUSHES}",
                f"{tables.percentile(took, 0.5):.0f}",
                f"{tables.percentile(took, 0.9):.0f}",
                f"{max(took):.0f}",
            )
        ],
    )


def _heard(wire: Wire, expected: str) -> None:
    assert wire.line() == expected


@contextmanager
def _service(url: str) -> Iterator[VisualProcess]:
    with (
        tempfile.TemporaryDirectory(prefix="personsvar-bench-") as folder,
        visual_service(Path(folder), url) as visual,
    ):
        yield visual


def _pid(visual: VisualProcess) -> int:
    assert visual.process is not None
    return visual.process.pid


if __name__ == "__main__":
    main()
