"""Both of compose's generations: 1.29, which Debian 12 has, and 2, which Debian 13 has.

Debian 13's is one program: on a machine that has none it is fetched from there, through a container of that
Debian, into the cache.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.compose.docker_engine import Engine, cache

_PROGRAM = "usr/libexec/docker/cli-plugins/docker-compose"
_FETCH = """\
cd /fetched
apt-get -q update
apt-get -q -o APT::Sandbox::User=root download docker-compose
dpkg-deb -x docker-compose_*.deb .
rm docker-compose_*.deb
"""


class NoComposeError(Exception):
    """That generation of compose is not here; the text says how to have it."""


def find_compose(engine: Engine) -> tuple[str, ...]:
    """The machine's own, as its operator would type it, whichever it is; NoComposeError."""
    for command in _installed(engine):
        if version(engine, command):
            return command
    return compose_2(engine)


def compose_1(engine: Engine) -> tuple[str, ...]:
    """NoComposeError where it is not installed: Debian 13 has it no longer."""
    for command in _installed(engine):
        if version(engine, command).startswith("1."):
            return command
    raise NoComposeError("compose 1.29 is Debian 12's package docker-compose; it is not on this machine")


def compose_2(engine: Engine) -> tuple[str, ...]:
    for command in _installed(engine):
        if version(engine, command).startswith("2."):
            return command
    return (str(_fetched(engine)),)


def version(engine: Engine, command: tuple[str, ...]) -> str:
    """`1.29.2`; nothing when there is no such command."""
    try:
        told = subprocess.run(
            [*command, "version", "--short"],
            env=engine.whole_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except OSError:
        return ""
    return told.stdout.strip().removeprefix("v") if told.returncode == 0 else ""


def _installed(engine: Engine) -> list[tuple[str, ...]]:
    standing = shutil.which("docker-compose")
    return [*([(standing,)] if standing else []), (*engine.docker, "compose")]


def _fetched(engine: Engine) -> Path:
    folder = cache() / "compose-trixie"
    program = folder / _PROGRAM
    if not program.exists():
        fresh = folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        engine.call("run", "--rm", "-v", f"{fresh}:/fetched", "debian:13-slim", "sh", "-ec", _FETCH)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    if not version(engine, (str(program),)):
        raise NoComposeError(f"Debian 13's compose does not run on this machine: {program}")
    return program
