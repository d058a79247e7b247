"""The outbox folder as a page: each file as what it is, an SMS as a text, an e-mail as a letter."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

from personsvar.gateways.files.outbox_reader import ENDINGS, SentFile, read
from personsvar.http.pages.plain_pages import filled_in

MOST = 200
"""Newest files shown."""


def shown_outbox(folder: Path, *, base: str, with_codes: bool) -> str:
    """`with_codes`: with those of log-ins on Min profil, else they stand in their files only."""
    newest = sorted(_files(folder), key=lambda file: file.name, reverse=True)[:MOST]
    return filled_in(
        (files(__package__) / "outbox.html").read_text("utf-8"),
        folder=folder,
        base=base,
        sent=[shown for file in newest for shown in _shown(file, with_codes=with_codes)],
    )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if file.suffix in ENDINGS and not file.name.startswith(".")]


def _shown(file: Path, *, with_codes: bool) -> list[tuple[Path, datetime, SentFile]]:
    """None of one that went meanwhile."""
    try:
        content, at = file.read_bytes(), datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    except OSError:
        return []
    sent = read(file.suffix, content)
    return [(file, at, sent.with_code() if with_codes else sent)]
