"""The pages' stylesheets, scripts and icon, and the libraries they use: read once, and kept by browsers.

An address holds a digest of the content, so browsers keep it for a year and never an old one. The libraries
(htmx, and uPlot for the operator's graphs) are no part of this package: they are fetched beside the Python
packages (`docker/steps/assets`), as data, and served only when they are what `libraries.sha256` says. Without
them the pages do everything, with more reloading, and with graphs that the server has drawn.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

log = logging.getLogger(__name__)

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
OURS: Mapping[str, str | None] = {
    "page.css": None,
    "page.js": "htmx.min.js",
    "recorder.js": None,
    "icon.svg": None,
    "figures.css": "uplot.min.css",
    "figures.js": "uplot.min.js",
}
"""Each with the library that goes before it in one file: that is one request fewer."""
_DIGEST_LETTERS = 16


@dataclass(frozen=True)
class PageAsset:
    name: str
    content: bytes = field(repr=False)

    @cached_property
    def path(self) -> str:
        """`DIGEST-page.css`; every page names three of them, so the digest is made once."""
        return f"{hashlib.sha256(self.content).hexdigest()[:_DIGEST_LETTERS]}-{self.name}"

    @property
    def media_type(self) -> str:
        return _TYPES[Path(self.name).suffix]

    @property
    def packed(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)


def page_assets(libraries: Path | None = None) -> dict[str, PageAsset]:
    """By name; `libraries` is the folder where they are looked for."""
    folder = files(__package__) / "assets"
    there = library_folder() if libraries is None else libraries
    expected = _expected()
    made = {}
    for name, library in OURS.items():
        before = b"" if library is None else _library(there / library, expected[library])
        made[name] = PageAsset(name, before + (folder / name).read_bytes())
    return made


def library_folder() -> Path:
    return Path(sys.prefix) / "share/personsvar"


def _expected() -> Mapping[str, str]:
    """The digest of each library."""
    lines = (files(__package__) / "assets/libraries.sha256").read_text("ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def _library(file: Path, expected: str) -> bytes:
    """Empty where it is not there."""
    try:
        content = file.read_bytes()
    except OSError as wrong:
        log.warning("the page does without its library", extra={"why": f"{file}: {wrong.strerror}"})
        return b""
    if hashlib.sha256(content).hexdigest() != expected:
        log.warning("the page does without its library", extra={"why": f"{file}: is another one"})
        return b""
    return content + b"\n"
