"""A command for another terminal in this folder, that works there as it stands; standard library only."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path


def shell_command(arguments: str, environ: Mapping[str, str], names: Iterable[str]) -> str:
    """The program as it is typed here, behind those of the settings `names` that are set here."""
    given = (f"{name}={shlex.quote(environ[name])}" for name in names if environ.get(name))
    return " ".join([*given, shlex.quote(str(_program())), arguments])


def _program() -> Path:
    program = Path(sys.executable).with_name("personsvar")
    return program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
