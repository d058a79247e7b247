"""A private root of one of Debian's releases with its Asterisk, made beside the last good one.

Debian unstable can be broken on any day, so it takes that one's place only when it has shown what it can do.
What Debian signs is checked, by a keyring that was there before.
"""

# ruff: noqa: S603, T201 - runs the system's own tools with our own words; what takes 40 s is told

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


class NotMadeError(Exception):
    """Why there is no such root today, in a few words."""


def make(suite: str, root: Path) -> Path:
    """A root of `suite`, beside the one it may take the place of; NotMadeError."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise NotMadeError("needs root and the package debootstrap (or an asterisk on PATH)")
    print(
        f"personsvar: making a private Asterisk from Debian {suite} in {root} (a minute or more) …",
        file=sys.stderr,
    )
    fresh = root.with_name(f"{root.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _install(suite, fresh, log_of(root))
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return fresh


def log_of(root: Path) -> Path:
    return root.with_name(f"{root.name}.log")


def put(fresh: Path, root: Path) -> None:
    """In place of the one that is there, which is gone only then."""
    before = root.with_name(f"{root.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    with suppress(FileNotFoundError):
        root.rename(before)
    fresh.rename(root)
    shutil.rmtree(before, ignore_errors=True)


def _install(suite: str, root: Path, log: Path) -> None:
    with log.open("wb") as output:

        def run(what: str, *command: str) -> None:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
            try:
                subprocess.run(
                    command,
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=environment,
                )
            except (OSError, subprocess.CalledProcessError) as failure:
                raise NotMadeError(f"{what} today; see {log}") from failure

        run("it can't be had", "debootstrap", "--variant=minbase", "--force-check-gpg", suite, str(root))
        _forbid_services(root)
        inside = ["chroot", str(root)]
        apt = [*inside, "apt-get", "-q", "-y", "--no-install-recommends"]
        run("its Asterisk can't be installed", *apt, "install", "asterisk")
        run("its Asterisk can't be installed", *inside, "apt-get", "clean")


def _forbid_services(root: Path) -> None:
    """Installing must not start the packaged service (Debian policy 9.3.3)."""
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)
