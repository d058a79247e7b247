"""What `make real` does with a test that fails: once more, alone, and named in the closing line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = """
from pathlib import Path

def test_that_always_holds():
    pass

def test_that_holds_the_second_time():
    before = Path("tried").exists()
    Path("tried").touch()
    assert before
"""


def tried(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.once_more", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode, told.stdout.splitlines()


def test_one_that_needs_its_second_try_is_named_at_the_end_and_again_when_asked(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    code, said = tried(tmp_path, "-n", "2", "test_it.py")
    closing = "personsvar: 1 test needed its second try: test_it.py::test_that_holds_the_second_time"
    assert (code, said[-1]) == (0, closing)
    assert "1 passed" in said[-2]
    assert tried(tmp_path) == (0, [closing])

    assert tried(tmp_path, "test_it.py")[0] == 0
    assert tried(tmp_path) == (0, [])


def test_one_that_fails_twice_fails(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it():\n    assert False\n")
    code, said = tried(tmp_path, "test_it.py")
    assert code == 1
    assert "second try" not in said[-1]
    assert sum("1 failed" in line for line in said) == 2


def test_what_is_no_test_s_fault_is_not_tried_again(tmp_path: Path) -> None:
    code, said = tried(tmp_path, "test_nowhere.py")
    assert code == 4
    assert not any("once more" in line for line in said)
