"""Ctrl-C in a command's first second, most of which goes into importing: it ends without a word."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

_CTRL_C_AT_IMPORT = """
import os, runpy, signal, sys

what, at, *arguments = sys.argv[1:]
sys.argv = [what, *arguments]

class CtrlC:
    def find_spec(self, name, *_):
        if name == at:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, CtrlC())
if what == "personsvar":
    from personsvar.cli import main
    main()
runpy.run_module(what, run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    ("at", "command"),
    [
        ("typer", ("personsvar", "run")),
        ("personsvar.cli.run", ("personsvar", "run")),
        ("sqlalchemy", ("personsvar", "subscriber", "list")),
        ("phonenumbers", ("personsvar", "phone")),
        ("personsvar.cli.agi", ("personsvar", "agi")),
        ("personsvar.cli.health", ("personsvar", "health", "ivr")),
        ("dialplan.switch.bound", ("dialplan.demo",)),
        ("dialplan.switch.config", ("dialplan.switch", "find")),
    ],
)
def test_ctrl_c_while_it_imports_ends_it_silently(tmp_path: Path, at: str, command: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [
            "env",
            "--default-signal=INT",
            sys.executable,
            "-c",
            _CTRL_C_AT_IMPORT,
            command[0],
            at,
            *command[1:],
        ],
        env={"PATH": "/usr/bin:/bin", "PERSONSVAR_STATE": str(tmp_path)},
        cwd=Path(__file__).parents[3],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.stdout, ran.stderr) == ("", "")
    assert as_a_shell_sees(ran.returncode) == 128 + signal.SIGINT


def as_a_shell_sees(code: int) -> int:
    return code if code >= 0 else 128 - code
