"""`python -m dialplan.switch run` leaves no Asterisk behind, wherever it stands when it is told to end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_told_at_any_line_and_once_more_it_leaves_no_asterisk_behind() -> None:
    """Between its birth and our knowing of it, it was left once: what would end it was not yet begun."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.unit.switch.told_anywhere"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    for file in ("foreground.py", "process.py", "endings.py", "control.py"):
        assert any(line.startswith(file) for line in lines), file
    assert [line for line in lines if not line.endswith(" 0 none")] == []
