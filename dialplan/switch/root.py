"""Where an Asterisk comes from: the one on PATH, else a private root of Debian unstable, else of Debian 11.

Debian 12 and 13 ship no Asterisk. A root is made in `PERSONSVAR_CACHE` (/var/cache/personsvar), outside the
checkout, beside the last good one, and takes its place only when its Asterisk has told its version: Debian
unstable can be broken on any day. PERSONSVAR_ASTERISK_REFRESH=1 makes a new one; PERSONSVAR_ASTERISK_SUITES
says which of Debian's suites are tried, first to last.
"""

# ruff: noqa: S603, T201 - runs the system's own tools with our own words; what takes 40 s is told

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUITES = "sid bullseye"
_NEEDED = ("chan_pjsip.so", "res_agi.so", "format_pcm.so", "codec_g722.so")


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


def find_asterisk() -> Asterisk:
    """The machine's own when it has what we need, else the last good private one, else a new one."""
    own = _look(Path("/"))
    return own or _private()


def _private() -> Asterisk:
    refresh = os.environ.get("PERSONSVAR_ASTERISK_REFRESH") == "1"
    failures: list[str] = []
    suites = os.environ.get("PERSONSVAR_ASTERISK_SUITES", SUITES).split()
    with _only_one() as cache:
        for suite in suites:
            root = cache / f"asterisk-{suite}"
            found = None if refresh else _look(root)
            try:
                return found or _make(suite, root)
            except (OSError, subprocess.CalledProcessError) as failure:
                failures.append(f"{suite}: {failure}")
                print(f"personsvar: no Asterisk from Debian {suite}: {failure}", file=sys.stderr)
            if last_good := _look(root):
                return last_good
    raise NoAsteriskError("; ".join(failures))


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
    told = subprocess.run([*enter(root), program, "-V"], capture_output=True, text=True, check=False)
    if told.returncode != 0:
        return None
    return Asterisk(root, program, f"/{modules.relative_to(root)}", told.stdout.strip())


def enter(root: Path) -> list[str]:
    return [] if root == Path("/") else ["chroot", str(root)]


def _make(suite: str, root: Path) -> Asterisk:
    """A root of `suite` with its Asterisk, made beside the old one and put in its place when it runs."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise OSError("needs root and the package debootstrap (or an asterisk on PATH)")
    print(f"personsvar: making a private Asterisk from Debian {suite} in {root} …", file=sys.stderr)
    fresh = root.with_name(f"{root.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    with (root.parent / f"{root.name}.log").open("wb") as log:
        _run(["debootstrap", "--variant=minbase", suite, str(fresh)], log.fileno())
        _forbid_services(fresh)
        apt = [*enter(fresh), "apt-get", "-q", "-y", "--no-install-recommends"]
        _run([*apt, "install", "asterisk"], log.fileno())
        _run([*enter(fresh), "apt-get", "clean"], log.fileno())
    if _look(fresh) is None:
        raise OSError(f"its Asterisk does not run; see {root}.log")
    shutil.rmtree(root, ignore_errors=True)
    fresh.rename(root)
    made = _look(root)
    if made is None:
        raise OSError("its Asterisk does not run where it was put")
    return made


def _forbid_services(root: Path) -> None:
    """Installing must not start the packaged service (Debian policy 9.3.3)."""
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)


def _run(command: list[str], log: int) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)


@contextmanager
def _only_one() -> Iterator[Path]:
    """Several test runs may want a root at once: one makes it, the others wait and use it."""
    cache = Path(os.environ.get("PERSONSVAR_CACHE", "/var/cache/personsvar"))
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "asterisk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield cache
