"""`dialplan.demo`: a signal for the whole group, as Ctrl-C is, may end a part while it begins."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_TWO_PARTS = """
import os, signal, sys
from dialplan.demo import Part, Signals, run

first = Part("the first", ["sh", "-c", sys.argv[1].format(os.getpid())], (signal.SIGTERM,))

class Second(Part):
    def start(self):
        os.waitid(os.P_PID, first._process.pid, os.WEXITED | os.WNOWAIT)
        super().start()

sys.exit(run([first, Second("the second", ["sleep", "600"], (signal.SIGTERM,))], Signals()))
"""


@pytest.mark.parametrize(
    ("does", "code", "told"),
    [("kill -INT {0}; kill -KILL $$", 0, ""), ("exit 3", 3, "personsvar: the first ended, so all does\n")],
)
def test_a_part_that_ended_is_to_blame_only_where_nobody_said_so(does: str, code: int, told: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _TWO_PARTS, does], capture_output=True, text=True, check=False, timeout=120
    )
    assert (ran.returncode, ran.stderr) == (code, told)


_ONE_AFTER_THE_OTHER = """
import os, signal, sys
from dialplan.demo import Part, Signals, run

there = sys.argv[1]
work = ["sh", "-c", f"touch {there}; exec sleep 600"]
first = Part("the first", work, (signal.SIGTERM,), lambda: os.path.exists(there))
second = Part("the second", ["sh", "-c", f"test -e {there} && exit 7"], (signal.SIGTERM,))
sys.exit(run([first, second], Signals()))
"""


def test_the_switch_begins_once_the_service_is_there(tmp_path: Path) -> None:
    """What it says of itself is for somebody who calls at once."""
    ran = subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_THE_OTHER, str(tmp_path / "there")], check=False, timeout=120
    )
    assert ran.returncode == 7
