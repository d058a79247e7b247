"""Checks of what the switch alone reads: each returns the value, or raises ValueError in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from personsvar.settings import checks

LANGUAGES = ("nb", "en")


def whole(least: int, most: int) -> Callable[[str], int]:
    def check(given: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", given) or not least <= int(given) <= most:
            raise ValueError(f"should be a whole number from {least} to {most}")
        return int(given)

    return check


def number(least: float, most: float) -> Callable[[str], float]:
    def check(given: str) -> float:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", given) or not least <= float(given) <= most:
            raise ValueError(f"should be a number from {least} to {most}")
        return float(given)

    return check


def address(example: str) -> Callable[[str], str]:
    """One that can stand in the switch's configuration."""

    def check(given: str) -> str:
        is_plain = re.fullmatch(r"[A-Za-z0-9._\[\]:-]+", given)
        return checks.host_and_port(example)(given if is_plain else "")

    return check


def language(given: str) -> str:
    if given not in LANGUAGES:
        raise ValueError(f"should be {' or '.join(LANGUAGES)}")
    return given


def file(given: str) -> Path:
    path = Path(given)
    try:
        path.read_bytes()
    except OSError as wrong:
        raise ValueError(f"can't be read: {wrong.strerror}") from wrong
    return path.absolute()


def yes_or_no(given: str) -> bool:
    if given not in {"0", "1"}:
        raise ValueError("should be 0 or 1")
    return given == "1"


def folder(given: str) -> Path:
    if not re.fullmatch(r"[^\x00-\x1f;,\"${}|]+", given):
        raise ValueError("is a folder whose name can't stand in the switch's configuration")
    return checks.folder(Path(given)).resolve()


def more_files(given: str) -> dict[str, str]:
    """The `.conf` files of a folder, by name."""
    path = folder(given)
    if not path.is_dir():
        raise ValueError("should be a folder, and is not there")
    try:
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(path.glob("*.conf"))}
    except (OSError, UnicodeDecodeError) as wrong:
        raise ValueError(f"has a file that can't be read: {wrong}") from wrong
