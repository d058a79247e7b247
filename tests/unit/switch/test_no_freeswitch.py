"""Where there is no FreeSWITCH what is for it says so in a line: nothing is begun, or left out in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NONE = "personsvar: there is no freeswitch on PATH"


def ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """With nothing on PATH but what is needed to get that far."""
    for tool in ("bash", "make"):
        places = [Path(place) / tool for place in os.environ["PATH"].split(":")]
        if not (folder / tool).exists():
            (folder / tool).symlink_to(next(place for place in places if place.exists()))
    environment = {"PATH": str(folder), "PERSONSVAR_STATE": str(folder / "state")}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_make_run_says_so_before_anything_is_installed_or_started(tmp_path: Path) -> None:
    run = ran(tmp_path, "make", "run", "SWITCH=freeswitch")
    assert run.returncode != 0
    said, of_make = run.stderr.splitlines()
    assert said == NONE
    assert of_make.startswith("make: ***")
    assert run.stdout == ""
    assert not (tmp_path / "state").exists()


def test_its_tests_are_not_left_out_in_silence(tmp_path: Path) -> None:
    told = "personsvar: FreeSWITCH's tests were not run: there is no freeswitch on PATH"
    run = ran(tmp_path, "make", "freeswitch-test")
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{told}\n", "")
    assert told in ran(tmp_path, "make", "-n", "test").stdout.splitlines()[-1]


@pytest.mark.parametrize("what", ["run", "find"])
def test_the_switch_s_own_command_ends_with_one_line(tmp_path: Path, what: str) -> None:
    run = ran(tmp_path, sys.executable, "-m", "dialplan.switch", what, "--switch", "freeswitch")
    assert (run.returncode, run.stdout, run.stderr) == (1, "", f"{NONE}\n")


def test_where_none_runs_none_is_well(tmp_path: Path) -> None:
    run = ran(tmp_path, sys.executable, "-m", "dialplan.switch", "health", "--switch", "freeswitch")
    assert run.returncode == 1
    assert run.stdout.startswith("personsvar: the switch is not well: FreeSWITCH does not answer at ")
    assert run.stdout.count("\n") == 1
