"""Takes as files, while the switch that wrote them is still asked about."""

from __future__ import annotations

from personsvar.mailbox.ports.takes import TAKE_SUFFIX, Take

BYTES_A_SAMPLE = 2
"""Of a linear take; one in A-law has one."""
LOST_SAMPLES = 1600
"""A file may be this much shorter than the switch says, and is still whole."""


def samples_of(take: Take) -> int:
    """How many of the take's samples are in its file; -1: there is none."""
    try:
        file = take.file
        return file.stat().st_size // (BYTES_A_SAMPLE if file.suffix == TAKE_SUFFIX else 1)
    except OSError:
        return -1
