"""Debian's images where none can be pulled: debootstrap, slimmed as the official `-slim` ones are, imported.

What is made is kept as a tar in the cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from tests.compose.docker_engine import Engine, cache

STAND_IN = "personsvar.stand-in"
"""The label of what is made here: it can be told from the official image, in what is built on it, too."""
_LEFT_OUT = (
    "dev/*",
    "usr/share/doc/*",
    "usr/share/info/*",
    "usr/share/locale/*",
    "usr/share/man/*",
    "var/cache/apt/*",
    "var/lib/apt/lists/*",
    "var/log/*",
)
_SLIM = """\
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
"""


class NoBaseError(Exception):
    """A base image can neither be pulled nor made; the text says why."""


def import_debian(engine: Engine, suite: str, tag: str) -> None:
    """A minimal Debian of `suite`, as the image `tag`."""
    tar = cache() / f"debian-{suite}-slim.tar"
    if not tar.exists():
        _make(suite, tar)
    changes = ["--change", 'CMD ["bash"]', "--change", f"LABEL {STAND_IN}={suite}"]
    engine.call("import", *changes, str(tar), tag)


def _make(suite: str, tar: Path) -> None:
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise NoBaseError(
            f"Debian {suite} can't be pulled; to make it takes root and the package debootstrap"
        )
    root, log, fresh = tar.with_suffix(".new"), tar.with_suffix(".log"), tar.with_suffix(".tar.new")
    shutil.rmtree(root, ignore_errors=True)
    try:
        with log.open("wb") as output:
            _run(["debootstrap", "--variant=minbase", "--force-check-gpg", suite, str(root)], output.fileno())
            _settle(root, suite)
            left_out = [f"--exclude=./{pattern}" for pattern in _LEFT_OUT]
            _run(
                ["tar", "-C", str(root), "--numeric-owner", *left_out, "-cf", str(fresh), "."],
                output.fileno(),
            )
    except subprocess.CalledProcessError as failure:
        raise NoBaseError(f"{failure}; see {log}") from failure
    shutil.rmtree(root)
    fresh.rename(tar)


def _settle(root: Path, suite: str) -> None:
    """As in the official images: no service starts while packages are installed, and no manuals come."""
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text(_SLIM, encoding="ascii")
    if until := _out_of_date(root):
        # a mirror that stands still: its signature holds, its own date is past, and apt would take nothing
        print(
            f"personsvar: the mirror's Debian {suite} was good until {until:%F}; taken as it is",
            file=sys.stderr,
        )
        (root / "etc/apt/apt.conf.d/still-mirror").write_text(
            'Acquire::Check-Valid-Until "false";\n', encoding="ascii"
        )


def _out_of_date(root: Path) -> datetime | None:
    """Until when the suite's index was good, when that is past (`Valid-Until`, which stable has none of)."""
    for release in (root / "var/lib/apt/lists").glob("*Release"):
        for line in release.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("Valid-Until:"):
                until = parsedate_to_datetime(line.partition(":")[2].strip())
                return until if until < datetime.now(UTC) else None
    return None


def _run(command: list[str], log: int) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
