"""Checks of what the switch alone reads: each returns the value, or raises ValueError in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree as ET

from personsvar.settings import checks

N = TypeVar("N", int, float)
LANGUAGES = ("nb", "en")
KINDS = ("asterisk", "freeswitch")
PLACES = ("modules", "acl", "profiles", "configuration", "dialplan", "directory")
"""Where an operator's own files go in FreeSWITCH's configuration: `modules.xml` among the modules."""


def whole(least: int, most: int) -> Callable[[str], int]:
    return _between(checks.whole, least, most, "a whole number")


def number(least: float, most: float) -> Callable[[str], float]:
    return _between(checks.number, least, most, "a number")


def _between(read: Callable[[str], N], least: N, most: N, what: str) -> Callable[[str], N]:
    def check(given: str) -> N:
        value = read(given)
        if not least <= value <= most:
            raise ValueError(f"should be {what} from {least} to {most}")
        return value

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


def kind(given: str) -> str:
    if given not in KINDS:
        raise ValueError(f"should be {' or '.join(KINDS)}")
    return given


def yes_or_no(given: str) -> bool:
    if given not in {"0", "1"}:
        raise ValueError("should be 0 or 1")
    return given == "1"


def folder(given: str) -> Path:
    return checks.folder_of_both(Path(given)).resolve()


def more_files(given: str) -> dict[str, str]:
    """The `.conf` files of a folder, by name."""
    return _files(given, "*.conf")


def more_places(given: str) -> dict[str, str]:
    """The `.xml` files of a folder, by name: each has a place in FreeSWITCH's configuration, and is XML."""
    found = _files(given, "*.xml")
    for name, text in found.items():
        if name.removesuffix(".xml") not in PLACES:
            raise ValueError(
                f"has a {name}: should hold {', '.join(f'{place}.xml' for place in PLACES)} only"
            )
        try:
            ET.fromstring(f"<all>{text}</all>")  # noqa: S314 - the operator's own
        except ET.ParseError as wrong:
            raise ValueError(f"has a file that is no XML: {name}: {wrong}") from wrong
    return found


def _files(given: str, which: str) -> dict[str, str]:
    path = folder(given)
    if not path.is_dir():
        raise ValueError("should be a folder, and is not there")
    try:
        return {file.name: file.read_text(encoding="utf-8") for file in sorted(path.glob(which))}
    except OSError as wrong:
        raise ValueError(f"has a file that can't be read: {wrong.filename}: {wrong.strerror}") from wrong
    except UnicodeDecodeError as wrong:
        raise ValueError("has a file that is not text in UTF-8") from wrong
