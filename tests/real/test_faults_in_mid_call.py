"""Thirty rounds of `make faults`, each kind at least once: what became of every call and every notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 30
SEED = 2026
AT_ONCE = 3


@pytest.mark.real
@pytest.mark.postgres
@pytest.mark.long(150)
@pytest.mark.timeout(1500)
def test_nothing_is_lost_doubled_or_in_a_wrong_box_whatever_breaks(tmp_path: Path) -> None:
    rounds = ["--rounds", str(ROUNDS), "--seed", str(SEED), "--at-once", str(AT_ONCE)]
    command = [sys.executable, "-m", "tests.faults", *rounds, "--kept", str(tmp_path / "kept")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert f"{ROUNDS} of {ROUNDS} rounds" in done.stdout
