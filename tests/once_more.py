"""`python -m tests.once_more ARGUMENTS`: pytest; what failed is tried once more, alone, and told.

A test that needs its second try waits for a time where it could wait for an event, or it has found a race:
somebody has to look. So without arguments this names those of the last run: the closing line of `make real`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CACHE = Path(".pytest_cache")
_FAILED = CACHE / "v/cache/lastfailed"
_TOLD = CACHE / "once_more"
_TESTS_FAILED = 1
"""pytest's exit code for it; others are no test's fault, and once more would be no better."""


def run(arguments: list[str]) -> int:
    _TOLD.unlink(missing_ok=True)
    code = _pytest(arguments)
    if code != _TESTS_FAILED:
        return code
    failed = sorted(json.loads(_FAILED.read_text("utf-8")))
    print("personsvar: what failed, once more and alone:", flush=True)
    code = _pytest(["-v", "--last-failed", "--last-failed-no-failures", "none", *_one_at_a_time(arguments)])
    if code == 0:
        _TOLD.write_text("\n".join(failed), "utf-8")
        tell()
    return code


def tell() -> None:
    if not _TOLD.exists():
        return
    named = _TOLD.read_text("utf-8").splitlines()
    verb = "tests needed their" if len(named) > 1 else "test needed its"
    print(f"personsvar: {len(named)} {verb} second try: {', '.join(named)}", flush=True)


def _one_at_a_time(arguments: list[str]) -> list[str]:
    """Without pytest-xdist's own."""
    kept, rest = [], iter(arguments)
    for argument in rest:
        if argument in {"-n", "--dist"}:
            next(rest, None)
        else:
            kept.append(argument)
    return kept


def _pytest(arguments: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(run(sys.argv[1:]))
    tell()
