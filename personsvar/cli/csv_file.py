"""A CSV file as somebody gives it: text in whatever coding its spreadsheet writes."""

from __future__ import annotations

import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from personsvar.cli import CannotStartError
from personsvar.cli.printing import warn

MOST_BYTES = 100_000_000
"""A million subscribers and more; it is read whole, as only its end tells how it is coded."""


def lines_of(file: Path) -> list[str]:
    """The lines end as CSV's do, with CR, LF, or both, and with nothing else."""
    try:
        return list(io.StringIO(_decoded(file, _content(file)), newline=""))
    except UnicodeDecodeError as wrong:
        raise CannotStartError(f"{file}: neither UTF-8 nor Windows-1252 text") from wrong
    except OSError as wrong:
        raise CannotStartError(f"{file}: {wrong.strerror}") from wrong


def _content(file: Path) -> bytes:
    with file.open("rb") as given:
        content = given.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise CannotStartError(f"{file}: larger than {MOST_BYTES // 1_000_000} MB; give it in parts")
    return content


def _decoded(file: Path, content: bytes) -> str:
    """Spreadsheets write UTF-8, UTF-16 with its mark, or Windows-1252, which a warning tells."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    warn(f"{file}: not UTF-8 text, and read as Windows-1252: look at the names")
    return text
