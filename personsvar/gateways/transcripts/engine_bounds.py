"""What hearing one recording on this machine may take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_BESIDE_THE_MODEL = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EngineBounds:
    """The base model takes some 5 s of CPU a minute of speech, one that is four times as large 20."""

    cpu_seconds: int = 300
    wall_seconds: float = 900
    """By the clock on the wall: calls come first, so on a busy machine it gets little of its time."""
    nice: int = 10
    idle_seconds: float = 600
    """After so long without a recording it is ended, and its memory given back."""

    @classmethod
    def within(cls, seconds: float) -> Self:
        """One thread can't use more of the CPU than passes by the clock: there is no other bound to set."""
        return cls(cpu_seconds=math.ceil(seconds), wall_seconds=seconds)


def memory_for(folder: Path) -> int:
    """Bytes. While it is loaded a model is there twice: as it lies on the disk, and as it is used."""
    return 2 * (folder / "model.bin").stat().st_size + _BESIDE_THE_MODEL
