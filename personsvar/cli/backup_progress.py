"""How far a backup is, as its operator sees it: a line that is written over, or lines of the log."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from rich.cells import set_cell_size

from personsvar.backup.progress import BackupProgress

log = logging.getLogger(__name__)

LINE_EACH, LOG_EACH = 0.2, 30.0
"""Seconds."""
WIDTH = 78


@dataclass
class ProgressShown:
    """`done()` comes at the end, so that what is printed then has a line of its own."""

    out: TextIO = field(default_factory=lambda: sys.stderr)
    clock: Callable[[], float] = time.monotonic
    _told_at: float | None = None
    _is_written: bool = False

    def __call__(self, progress: BackupProgress) -> None:
        now, each = self.clock(), LINE_EACH if self.out.isatty() else LOG_EACH
        if self._told_at is not None and now < self._told_at + each:
            return
        self._told_at = now
        if self.out.isatty():
            self._write(_in_words(progress))
            self._is_written = True
        else:
            log.info("the backup goes on", extra=_fields(progress))

    def done(self) -> None:
        if self._is_written:
            self._write("")
            self._is_written = False

    def _write(self, text: str) -> None:
        self.out.write(f"\r{set_cell_size(text, WIDTH)}\r")
        self.out.flush()


def _in_words(progress: BackupProgress) -> str:
    of = "" if progress.of is None else f" of {progress.of:,}"
    length = f", {progress.bytes / 1e6:,.0f} MB" if progress.bytes else ""
    return f"{progress.what}: {progress.done:,}{of}{length}"


def _fields(progress: BackupProgress) -> dict[str, object]:
    fields: dict[str, object] = {"what": progress.what, "done": progress.done}
    if progress.of is not None:
        fields["of"] = progress.of
    if progress.bytes:
        fields["megabytes"] = round(progress.bytes / 1e6)
    return fields
