"""`make size` works, on two installations that are filled in seconds; what it finds is for a reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench import tables
from tests.bench.tables import write_between
from tests.size import measure
from tests.size.measure import BEGIN, END, page_of
from tests.size.sized_uses import USES

PAGE = Path(__file__).parents[2] / "docs/size.md"
SMALL, LARGE, FULL = 60, 240, 120


@pytest.mark.postgres
def test_every_use_case_is_measured_in_both_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "ROUNDS", 1)
    monkeypatch.setattr(tables, "console", Console(record=True, quiet=True, width=150))
    found = measure.measure(SMALL, LARGE, full=FULL)
    assert {area: [it.name for it in uses] for area, uses in found.items()} == {
        area: list(uses) for area, uses in USES.items()
    }
    every = [it for uses in found.values() for it in uses]
    assert [it.name for it in every if min(it.blocks) <= 0 or min(it.seconds) <= 0] == []
    page = tmp_path / "size.md"
    page.write_text(f"before\n{BEGIN}\nof last year\n{END}\nafter\n")
    write_between(BEGIN, END, page, page_of(found, SMALL, LARGE))
    written = page.read_text()
    assert "of last year" not in written
    assert (written.startswith("before\n"), written.endswith("\nafter\n")) == (True, True)
    assert re.findall(r"^\| ([^|]+) \| [\d.]+ \|", written, re.MULTILINE) == [it.name for it in every]


def test_the_page_tells_of_every_use_case_that_is_measured() -> None:
    made = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert re.findall(r"^\| ([^|]+) \| [\d.]+ \|", made, re.MULTILINE) == [
        name for uses in USES.values() for name in uses
    ]
