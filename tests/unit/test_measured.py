"""`make bench`: a table that fails is told, the others run, nothing is left running."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real.by_hand import all_of

ROOT = Path(__file__).parents[2]
RUN = "import json, sys; from tests.measured import run; sys.exit(run(json.loads(sys.argv[1])))"
STUBBORN = "trap '' TERM INT; echo $$; sleep 1000"


@contextmanager
def measuring(folder: Path, **tables: str) -> Iterator[subprocess.Popen[str]]:
    """Each table a line of shell."""
    given = {name: ["sh", "-c", script] for name, script in tables.items()}
    with subprocess.Popen(
        ["env", "--default-signal=INT", sys.executable, "-c", RUN, json.dumps(given)],
        cwd=ROOT,
        env={**os.environ, "PERSONSVAR_STATE": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process


def measured(folder: Path, **tables: str) -> tuple[int, str]:
    with measuring(folder, **tables) as process:
        said, _ = process.communicate()
    assert all_of(folder) == []
    return process.returncode, said


def test_all_is_well_when_every_table_is(tmp_path: Path) -> None:
    assert measured(tmp_path, one="echo first", two="echo second") == (0, "first\nsecond\n")


def test_a_table_that_fails_is_told_in_its_place_and_the_others_run(tmp_path: Path) -> None:
    code, said = measured(
        tmp_path, one="echo first", two="echo half; exit 3", three="kill -9 $$", four="echo last"
    )
    assert code == 1
    assert said.splitlines() == [
        "first",
        "half",
        "personsvar: two failed: exit code 3; the others go on",
        "personsvar: three failed: ended by SIGKILL; the others go on",
        "last",
        "personsvar: 2 of 4 were measured; not two, three",
    ]


def test_what_a_table_started_is_ended_before_the_next_one_begins(tmp_path: Path) -> None:
    """SIPp was left calling for ever; one in a session of its own, or deaf to SIGTERM, is no better."""
    said_so = tmp_path / "pid"
    left = f"setsid sh -c {shlex.quote(STUBBORN)} >{said_so} & until [ -s {said_so} ]; do :; done"
    code, said = measured(
        tmp_path, one=f"{left}; exit 1", two=f"kill -0 $(cat {said_so}) 2>/dev/null || echo alone"
    )
    assert code == 1
    assert re.search(r"one left \d processes running: they were ended\nalone\n", said)


def test_ctrl_c_ends_the_table_and_what_it_started(tmp_path: Path) -> None:
    with measuring(tmp_path, one="sleep 1000 & echo up; wait", two="echo never") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
        assert process.wait() != 0
    assert "never" not in said
    assert all_of(tmp_path) == []
