"""On a fresh machine everything the tests run is installed first (.ci/packages)."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVERYWHERE = {"bash", "env", "git", "make", "mount", "setpriv", "sh", "umount", "unshare"}
"""Of bash, dash, util-linux, mount: no Debian is without them. A clone came by git; make starts the tests."""
BROUGHT = {"freeswitch"}
"""In none of Debian's packages: `make freeswitch-test` is for where there is one."""
COMMAND = re.compile(
    r'(?:subprocess\.run\(|Popen\(|command = |line = |return )\s*\[\s*"([a-z][a-z0-9-]+)", f?"'
)
"""A list that begins with a program and an argument, where programs are started."""
LOOKED_FOR = re.compile(r'\bwhich\(\s*"([a-z][a-z0-9-]+)"')


def programs(*folders: str) -> set[str]:
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    texts = [file.read_text(encoding="utf-8") for file in files]
    return {name for text in texts for pattern in (COMMAND, LOOKED_FOR) for name in pattern.findall(text)}


def installed() -> set[str]:
    script = (ROOT / ".ci/packages").read_text(encoding="utf-8")
    return set(re.findall(r"has_program ([a-z0-9-]+)", script)) | {
        "initdb",
        "postgres",
    }  # its server goes with it


def test_every_program_the_tests_run_is_installed_first() -> None:
    used = programs("tests", "dialplan")
    assert {"dockerd", "espeak-ng", "ffmpeg", "sox", "sipp"} <= used
    assert used - installed() - EVERYWHERE - BROUGHT == set()
