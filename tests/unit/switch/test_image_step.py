"""docker/steps/asterisk: which Asterisk an image gets on a day on which Debian has moved on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[3] / "docker/steps"
BRANCH = "1:22.*"
APT = """#!/bin/sh
# apt-get -q update | -q -s install --no-install-recommends asterisk=VERSION
case "$*" in
    *update) ;;
    *"-s install --no-install-recommends asterisk={installable}") ;;
    *) echo "E: Version for 'asterisk' was not found" >&2; exit 100 ;;
esac
"""
POLICY = "#!/bin/sh\nprintf 'asterisk:\\n  Installed: (none)\\n  Candidate: 1:23.1.0-1\\n'\n"
PACKAGES = "#!/bin/sh\necho installed: $*\n"


def built(folder: Path, *, installable: str) -> subprocess.CompletedProcess[str]:
    """The step with stand-ins for apt, and for what installs."""
    for name, text in {
        "bin/apt-get": APT.format(installable=installable),
        "bin/apt-cache": POLICY,
        "steps/packages": PACKAGES,
    }.items():
        program = folder / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    for step in ("asterisk", "trust"):
        shutil.copy(STEPS / step, folder / "steps")
    return subprocess.run(
        [str(folder / "steps/asterisk"), BRANCH, "python3"],
        env={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_branch_that_was_tried_is_taken_without_a_word(tmp_path: Path) -> None:
    told = built(tmp_path, installable=BRANCH)
    assert (told.stdout, told.stderr) == (f"installed: asterisk={BRANCH} python3\n", "")


@pytest.mark.parametrize("installable", ["1:23.1.0-1", "nothing"])
def test_without_it_what_there_is_is_taken_and_a_line_says_so(tmp_path: Path, installable: str) -> None:
    told = built(tmp_path, installable=installable)
    assert told.stdout == "installed: asterisk=1:23.1.0-1 python3\n"
    assert told.stderr == (
        f"personsvar: no Asterisk {BRANCH} can be installed from Debian today; "
        "going on with 1:23.1.0-1, which this was not tried with\n"
    )
