"""What the switch put into the spool during one test."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from personsvar.intake.files import read_sound
from personsvar.intake.header import EndMark, Unsorted, parse_end, parse_header
from tests.patience import patience


@dataclass(frozen=True, slots=True)
class Deposit:
    """A call's files: what its header says, its take, and its end mark once it is there."""

    head: Path

    @property
    def header(self) -> Unsorted:
        """Whole: the dialplan writes it line by line, and then greets and records, or ends."""
        takes, end = f"{self.head.stem}-*", self.head.with_suffix(".end")
        eventually(
            lambda: end.exists() or any(self.head.parent.glob(takes)), within=20, what="what follows it"
        )
        parsed = parse_header(self.head.read_bytes())
        assert isinstance(parsed, Unsorted)
        return parsed

    @property
    def take(self) -> bytes:
        return read_sound(next(self.head.parent.glob(f"{self.head.stem}-1.*")))

    @property
    def takes(self) -> list[str]:
        return sorted(path.name for path in self.head.parent.glob(f"{self.head.stem}-*"))

    def end(self, *, within: float = 5) -> EndMark:
        mark = self.head.with_suffix(".end")
        eventually(lambda: mark.exists() and mark.stat().st_size > 0, within=within, what=f"{mark.name}")
        return parse_end(mark.read_bytes())


class Spool:
    """Only what came since it was made counts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = set(folder.iterdir())

    def new(self) -> list[Path]:
        return sorted(set(self.folder.iterdir()) - self._before)

    def deposit(self, *, within: float = 5) -> Deposit:
        """The one call that left something."""
        heads: list[Path] = []

        def is_there() -> bool:
            heads[:] = [path for path in self.new() if path.suffix == ".head"]
            return bool(heads)

        eventually(is_there, within=within, what="a header in the spool")
        (head,) = heads
        return Deposit(head)


def eventually(is_so: Callable[[], bool], *, within: float, what: str) -> None:
    """Until it is so: for what another process does and tells nobody."""
    deadline = time.monotonic() + patience(within)
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience(within)} s for {what}")
        time.sleep(0.02)
