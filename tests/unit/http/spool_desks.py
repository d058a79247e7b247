"""A spool for the tests of what looks after it."""

from __future__ import annotations

from pathlib import Path

from personsvar.intake import SpoolTakes, Sweeper
from personsvar.intake.spool_desk import SpoolDesk
from tests.unit.conftest import Backend


def spool_desk(backend: Backend, folder: Path) -> SpoolDesk:
    takes = SpoolTakes(backend.services, folder / "spool")
    return SpoolDesk(backend.services, takes.spool, lambda: Sweeper(takes))
