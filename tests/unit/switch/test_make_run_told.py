"""`dialplan.demo`: a signal for the whole group, as Ctrl-C is, may end a part while it begins."""

from __future__ import annotations

import subprocess
import sys

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
