"""`make size`: every use case in a small and a large installation by turns (PostgreSQL): tables, no verdict.

SIZE_SMALL (1000) and SIZE_LARGE (1000000) are how many mailboxes, SIZE_ROUNDS (9) how often each is done; the
large one takes minutes to fill, and some 13 GB where temporary files go (TMPDIR). `--write FILE` puts the
tables into that page too, in place of those that are there.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench import tables
from tests.bench.processes import load, machine
from tests.postgres import running_cluster
from tests.size.fill import FULL, fill
from tests.size.filled_town import FilledTown, filled_town
from tests.size.sized_uses import USES, Use

SMALL = int(os.environ.get("SIZE_SMALL", "1000"))
LARGE = int(os.environ.get("SIZE_LARGE", "1000000"))
ROUNDS = int(os.environ.get("SIZE_ROUNDS", "9"))
COLUMNS = ("use case", "small, ms", "large, ms", "ratio", "blocks, small", "blocks, large")
BEGIN, END = "<!-- made by make size -->", "<!-- end -->"
_SERVER = ("shared_buffers=1GB", "maintenance_work_mem=256MB", "max_wal_size=8GB", "autovacuum=off")
"""Autovacuum would come while some are measured and not others; the tables are vacuumed before."""


@dataclass(frozen=True)
class MeasuredUse:
    name: str
    seconds: tuple[float, float]
    """In the small installation and in the large one: the medians."""
    blocks: tuple[int, int]

    def row(self) -> Sequence[str]:
        small, large = (it * 1000 for it in self.seconds)
        return (self.name, f"{small:.1f}", f"{large:.1f}", f"{large / small:.2f}", *map(str, self.blocks))


def measured(name: str, use: Use, plain: Sequence[FilledTown], watched: Sequence[FilledTown]) -> MeasuredUse:
    took: list[list[float]] = [[] for _ in plain]
    for _ in range(ROUNDS + 1):
        for town, seconds in zip(plain, took, strict=True):
            began = time.perf_counter()
            use(town)
            seconds.append(time.perf_counter() - began)
    # the first of each is left out: statements are worked out in it
    small, large = (median(seconds[1:]) for seconds in took)
    return MeasuredUse(name, (small, large), (_blocks(use, watched[0]), _blocks(use, watched[1])))


def _blocks(use: Use, town: FilledTown) -> int:
    found = []
    for _ in range(3):
        town.count.taken()
        use(town)
        found.append(town.count.taken())
    return round(median(found))


@contextmanager
def towns(small: int, large: int, full: int) -> Iterator[tuple[Sequence[FilledTown], Sequence[FilledTown]]]:
    """Both sizes, as they are and with their statements explained."""
    with running_cluster(*_SERVER) as cluster, ExitStack() as opened:
        plain, watched = list[FilledTown](), list[FilledTown]()
        for mailboxes in (small, large):
            tables.tell(f"{mailboxes:,} mailboxes are filled")
            name = cluster.new_database()
            fill(cluster.url(name), mailboxes=mailboxes, full=full)
            cluster.tell("VACUUM ANALYZE", database=name)
            for group, explained in ((plain, False), (watched, True)):
                town = filled_town(cluster.url(name), mailboxes, watched=explained)
                group.append(opened.enter_context(town))
        yield plain, watched


def measure(small: int, large: int, *, full: int = FULL) -> Mapping[str, Sequence[MeasuredUse]]:
    found = {}
    with towns(small, large, full) as (plain, watched):
        for area, uses in USES.items():
            found[area] = [measured(name, use, plain, watched) for name, use in uses.items()]
            tables.show(area, COLUMNS, [it.row() for it in found[area]], notes=f"load {load():.1f}")
    return found


def page_of(found: Mapping[str, Sequence[MeasuredUse]], small: int, large: int) -> str:
    """The tables as docs/size.md has them."""
    now = f"{datetime.now(UTC):%Y-%m-%d}"
    lines = [f"{now}, {machine()}, load {load():.1f}: {small:,} mailboxes beside {large:,}."]
    for area, uses in found.items():
        lines += ["", f"| {area} | {' | '.join(COLUMNS[1:])} |", f"|---|{'---:|' * (len(COLUMNS) - 1)}"]
        lines += [f"| {' | '.join(it.row())} |" for it in uses]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.size.measure", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE")
    given = parser.parse_args()
    tables.begin(f"size: {SMALL:,} and {LARGE:,} mailboxes")
    found = measure(SMALL, LARGE)
    if given.write is not None:
        tables.write_between(BEGIN, END, given.write, page_of(found, SMALL, LARGE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
