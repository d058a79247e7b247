"""A clock of the services that can be set wrong: Debian's libfaketime, told by a file, and nothing else of
them.

Faked is the wall's clock. How long something lasted (CLOCK_MONOTONIC, CLOCK_BOOTTIME) and the dates of
files stay the kernel's: no machine fakes them. The switch and PostgreSQL go by the right clock.

What it does beside that is kept from what is tested. Its waits with a condition of CLOCK_MONOTONIC (so Python
waits for its turn) read the file each time and took most of a service's CPU: glibc's own are right. And its
sleeps fail: see beside_a_wrong_clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BESIDE_IT = Path(__file__).with_name("beside_a_wrong_clock")


@dataclass(frozen=True)
class WrongClock:
    file: Path
    library: Path

    def jumps(self, seconds: float) -> None:
        """So far from the right time; 0 is right."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+.0f}\n", "ascii")
        new.rename(self.file)

    def environment(self) -> Mapping[str, str]:
        return {
            "LD_PRELOAD": str(self.library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": str(BESIDE_IT),
        }


def library() -> Path | None:
    """None: it is not installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
