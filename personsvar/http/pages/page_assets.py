"""The page's stylesheet, scripts and icon, and the one library it uses: read once, and kept by browsers.

An address holds a digest of the content, so browsers keep it for a year and never an old one. The library
(htmx) is no part of this package: it is fetched beside the Python packages (`docker/steps/assets`), as data,
and served only when it is what `htmx.sha256` says. Without it the page does everything, with more reloading.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import sys
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

log = logging.getLogger(__name__)

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
OURS = ("page.css", "page.js", "recorder.js", "icon.svg")
LIBRARY, SCRIPT = "htmx.min.js", "page.js"
_DIGEST_LETTERS = 16


@dataclass(frozen=True, slots=True)
class PageAsset:
    name: str
    content: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """`DIGEST-page.css`"""
        return f"{hashlib.sha256(self.content).hexdigest()[:_DIGEST_LETTERS]}-{self.name}"

    @property
    def media_type(self) -> str:
        return _TYPES[Path(self.name).suffix]

    @property
    def packed(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)


def page_assets(library: Path | None = None) -> dict[str, PageAsset]:
    """By name; `library` is where it is looked for. It goes with our script: that is one request fewer."""
    folder = files(__package__) / "assets"
    found = {name: (folder / name).read_bytes() for name in OURS}
    found[SCRIPT] = _library(library_file() if library is None else library) + found[SCRIPT]
    return {name: PageAsset(name, content) for name, content in found.items()}


def library_file() -> Path:
    return Path(sys.prefix) / "share/personsvar" / LIBRARY


def _library(file: Path) -> bytes:
    """Empty where it is not there."""
    expected = (files(__package__) / "assets/htmx.sha256").read_text("ascii").split()[0]
    try:
        content = file.read_bytes()
    except OSError as wrong:
        log.warning("the page does without its library", extra={"why": f"{file}: {wrong.strerror}"})
        return b""
    if hashlib.sha256(content).hexdigest() != expected:
        log.warning("the page does without its library", extra={"why": f"{file}: is another one"})
        return b""
    return content + b"\n"
