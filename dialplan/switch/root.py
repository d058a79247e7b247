"""Where an Asterisk comes from: the one on PATH, else a private root of Debian unstable, else of Debian 11.

Debian 12 and 13 ship no Asterisk. A root is made in `PERSONSVAR_CACHE` (/var/cache/personsvar), outside the
checkout, and kept there. PERSONSVAR_ASTERISK_REFRESH=1 makes a new one; PERSONSVAR_ASTERISK_SUITES says which
of Debian's suites are tried, first to last.

On a day on which the first choice can't be had, or has moved on to a branch that nobody tried this with, it
goes on with the next, and says so in a line: the last good root, another suite's, the other branch.
"""

# ruff: noqa: S603, T201 - runs the system's own tools with our own words; what is chosen is told

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialplan.switch.making import NotMadeError, log_of, make, put

SUITES = "sid bullseye"
TRIED = ("22", "16")
"""The branches that all of the tests were run with: Debian unstable's, and Debian 11's."""
_NEEDED = ("chan_pjsip.so", "res_agi.so", "format_pcm.so", "format_sln.so", "codec_g722.so")


class NoAsteriskError(Exception):
    """No Asterisk is here and none could be made; the text says what was tried."""


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An installed Asterisk: the program, and the root it lives in (`/` for the machine's own)."""

    root: Path
    program: str
    modules: str
    version: str

    @property
    def private(self) -> bool:
        return self.root != Path("/")

    @property
    def tried(self) -> bool:
        branch = re.search(r"\d+", self.version)
        return branch is not None and branch[0] in TRIED


def find_asterisk() -> Asterisk:
    """The machine's own when it has what we need, else the last good private one, else a new one."""
    own = _look(Path("/"))
    return own or _private()


def _private() -> Asterisk:
    suites = (os.environ.get("PERSONSVAR_ASTERISK_SUITES") or SUITES).split()
    with _only_one() as cache:
        roots = {suite: cache / f"asterisk-{suite}" for suite in suites}
        kept = None if os.environ.get("PERSONSVAR_ASTERISK_REFRESH") == "1" else _kept(roots)
        return kept or _first_to_be_had(roots)


def _kept(roots: Mapping[str, Path]) -> Asterisk | None:
    """The last good one, of a branch that was tried rather than of another."""
    good = [found for root in roots.values() if (found := _look(root))]
    return next((found for found in good if found.tried), good[0] if good else None)


def _first_to_be_had(roots: Mapping[str, Path]) -> Asterisk:
    """A new one of the first suite that has one; else the last good one; else what no test was run with."""
    why: list[str] = []
    try:
        for suite, root in roots.items():
            try:
                return _told(_new(suite, root), why)
            except NotMadeError as failure:
                why.append(f"no Asterisk from Debian {suite}: {failure}")
            if (last := _kept(roots)) and last.tried:
                return _told(last, why)
        for root in roots.values():
            if _aside(root).exists():
                put(_aside(root), root)
                break
        return _told(_kept(roots), why)
    finally:
        for root in roots.values():
            shutil.rmtree(_aside(root), ignore_errors=True)


def _new(suite: str, root: Path) -> Asterisk:
    """Of a branch that was tried; one of another is laid aside."""
    fresh = make(suite, root)
    try:
        made = _sound(fresh, log_of(root))
        put(fresh, root if made.tried else _aside(root))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    found = _look(root) if made.tried else None
    if found is None:
        raise NotMadeError(f"it has {made.version} now, a branch that this was not tried with")
    return found


def _aside(root: Path) -> Path:
    return root.with_name(f"{root.name}.aside")


def _sound(root: Path, log: Path) -> Asterisk:
    """The one in a root just made; NotMadeError when it is not whole, as unstable's may be on a day."""
    made = _look(root)
    if made is None:
        raise NotMadeError(f"its Asterisk does not run; see {log}")
    needs = [made.program, *(f"{made.modules}/{name}" for name in _NEEDED)]
    ran = subprocess.run([*enter(root), "ldd", *needs], capture_output=True, text=True, check=False)
    missing = re.findall(r"(\S+) => not found", ran.stdout)
    if missing:
        raise NotMadeError(f"its Asterisk lacks {missing[0]}")
    return made


def _told(chosen: Asterisk | None, why: list[str]) -> Asterisk:
    if chosen is None:
        raise NoAsteriskError("; ".join(why))
    if why:
        print(f"personsvar: {'; '.join(why)}; going on with {chosen.version}", file=sys.stderr, flush=True)
    return chosen


def _look(root: Path) -> Asterisk | None:
    """The Asterisk in `root`, when it runs and has the modules."""
    program = (
        shutil.which("asterisk", path=f"{os.environ['PATH']}:/usr/sbin")
        if root == Path("/")
        else "/usr/sbin/asterisk"
    )
    if program is None or not (root / program.lstrip("/")).exists():
        return None
    folders = sorted((root / "usr/lib").glob("**/asterisk/modules"))
    modules = next((folder for folder in folders if all((folder / name).exists() for name in _NEEDED)), None)
    if modules is None:
        return None
    ran = subprocess.run([*enter(root), program, "-V"], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        return None
    return Asterisk(root, program, f"/{modules.relative_to(root)}", ran.stdout.strip())


def enter(root: Path) -> list[str]:
    return [] if root == Path("/") else ["chroot", str(root)]


@contextmanager
def _only_one() -> Iterator[Path]:
    """Several test runs may want a root at once: one makes it, the others wait and use it."""
    cache = Path(os.environ.get("PERSONSVAR_CACHE") or "/var/cache/personsvar")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "asterisk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield cache
