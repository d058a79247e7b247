"""The page on PostgreSQL: an inbox of 5,000 messages beside a small one, and how soon an open page hears.

Requests come over loopback on connections that stay open, by bare sockets. The answer's time is counted from
when the request was due. Meanwhile messages are stored in ordinary mailboxes by another process, as calls do
it; what the one does to the other is measured by turns (see `page_turns`). Then BENCH_PAGES pages of as many
subscribers are open, messages are stored, and each is timed from its commit to the event on its owner's page,
and to the new page in the browser's hands. BENCH_MESSAGES sets how many messages the inbox has, BENCH_TURNS
how many turns there are.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence

from personsvar.mailbox.model.ids import Number
from tests.bench import processes, tables
from tests.bench.page_ground import PageGround, running_page_ground
from tests.bench.page_turns import CONNECTIONS, INBOX, NO_WORK, PageSteps, PageTurns
from tests.bench.page_visits import one, opened
from tests.bench.tables import percentile

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "5000"))
PAGES = int(os.environ.get("BENCH_PAGES", "1000"))
TURNS = int(os.environ.get("BENCH_TURNS", "4"))
A_SECOND, SECONDS = 200, 15.0
DEPOSITS_A_SECOND = 5
LARGE, SMALL = Number("+4790000000"), Number("+4790000001")
ORDINARY = [Number(f"+479001{place:04d}") for place in range(100)]
NEWS = 20
"""So many messages come while the pages are open."""
EACH_SECONDS = 10.0


def main() -> None:
    tables.begin("The page")
    processes.allow_many_files()
    with running_page_ground(pages=PAGES) as ground:
        for owner, count in ((LARGE, MESSAGES), (SMALL, 5), *((owner, 5) for owner in ORDINARY)):
            ground.subscribe(owner)
            ground.fill(owner, count)
        ground.callers_leave_to.extend(ORDINARY)
        ground.settle()
        steps = PageSteps(ground, A_SECOND, DEPOSITS_A_SECOND, SECONDS)
        cost = _most(steps)
        _by_turns(steps, cost)
        _open_pages(ground)


def _most(steps: PageSteps) -> float:
    """How much of the cores an inbox takes, in so many of what is no work."""
    rows, costs = [], []
    for owner, path, name in (
        (SMALL, INBOX, "5 messages"),
        (LARGE, INBOX, f"{MESSAGES} messages"),
        (LARGE, NO_WORK, NO_WORK),
    ):
        tables.tell(f"{name}: as fast as can be")
        found, cpu = steps.most(owner, path, seconds=EACH_SECONDS)
        costs.append(cpu["notifier"] + cpu["PostgreSQL"] + cpu["browsers"])
        each = (f"{cpu[who]:.1f}" for who in ("notifier", "PostgreSQL", "browsers"))
        rows.append((name, f"{found.a_second:.0f}", *each, str(found.refused)))
    tables.show(
        "An inbox on PostgreSQL, nothing stored meanwhile",
        ("mailbox", "most a second", "CPU ms each: notifier", "PostgreSQL", "browsers", "refused"),
        rows,
        notes=f"{CONNECTIONS} connections; load {processes.load():.1f}",
    )
    return costs[1] / costs[2]


def _by_turns(steps: PageSteps, cost: float) -> None:
    alone, inbox, no_work = PageTurns(), PageTurns(), PageTurns()
    at = steps.ground.page(LARGE)
    for turn in range(TURNS):
        tables.tell(f"{DEPOSITS_A_SECOND} deposits a second: turn {turn + 1} of {TURNS}")
        steps.alone(alone)
        steps.beside(inbox, at, INBOX, a_second=A_SECOND)
        steps.beside(no_work, at, NO_WORK, a_second=round(A_SECOND * cost))
    kinds = (
        ("alone", alone),
        (f"{A_SECOND} inboxes of {MESSAGES} messages a second", inbox),
        (f"{A_SECOND * cost:.0f} {NO_WORK} a second", no_work),
    )
    tables.show(
        f"{DEPOSITS_A_SECOND} deposits of 20 s a second, by turns",
        ("beside", "visits a second", "p50 ms", "p99", "late", "deposit p50 ms", "p99", "p99 to it alone"),
        [(name, *_figures(turns, alone)) for name, turns in kinds],
        notes=f"{TURNS} turns of {SECONDS:.0f} s of each, into {len(ORDINARY)} mailboxes;"
        f" load {processes.load():.1f}",
    )
    who = ("notifier", "PostgreSQL", "browsers", "deposits")
    tables.show(
        "Who had the cores meanwhile, % of one",
        ("beside", *who, "others"),
        [
            (name, *(f"{turns.share(it):.0f}" for it in who), f"{turns.share_of_others():.0f}")
            for name, turns in kinds
        ],
        notes=f"there are {os.cpu_count()}; others: other work on this machine, and what its host took",
    )


def _figures(turns: PageTurns, alone: PageTurns) -> Sequence[str]:
    visits, p99 = turns.visits, percentile(turns.took_ms, 0.99)
    return (
        f"{visits.a_second:.0f}",
        f"{percentile(visits.took_ms, 0.5):.0f}",
        f"{percentile(visits.took_ms, 0.99):.0f}",
        str(visits.late + visits.refused),
        f"{percentile(turns.took_ms, 0.5):.1f}",
        f"{p99:.1f}",
        tables.ratio(p99, percentile(alone.took_ms, 0.99)),
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
        await asyncio.to_thread(ground.fill, owners[which], 1)
        committed = time.perf_counter()
        told.append(max(await heard - committed, 0) * 1000)
        await one(addresses[which], INBOX)
        shown.append((time.perf_counter() - committed) * 1000)
    for page in pages:
        page.writer.close()
    return told, shown


if __name__ == "__main__":
    main()
