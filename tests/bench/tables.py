"""How the figures are printed: a table each, the load of the machine under it, and no verdict."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.processes import load, machine

console = Console(width=None if sys.stdout.isatty() else 120)


def begin(what: str) -> None:
    now = datetime.now(UTC)
    console.rule(what)
    console.print(f"{now:%Y-%m-%d %H:%M} UTC · {machine()} · load {load():.1f} before", style="dim")


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, notes: str = "") -> None:
    """The first column is text, the others are figures."""
    table = Table(title=title, title_justify="left", caption=notes or None, caption_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def tell(step: str) -> None:
    """What goes on now: the measurements take minutes."""
    console.print(f"… {step}", style="dim")


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else "–"


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank; of no values 0."""
    ranked = sorted(values)
    return ranked[min(round(share * (len(ranked) - 1)), len(ranked) - 1)] if ranked else 0.0


def write_between(begin: str, end: str, page: Path, made: str) -> None:
    """Into a page of docs/, in place of what stands between the two marks."""
    before, _, rest = page.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{made}\n\n{end}{after}", "utf-8")
