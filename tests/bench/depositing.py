"""Messages that are stored by another process meanwhile, as calls do it (`tests.bench.deposits`)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass
class Depositing:
    process: subprocess.Popen[bytes]
    took_ms: Sequence[float] = ()
    stored_at: Sequence[float] = ()
    cpu_ms: float = 0.0

    @classmethod
    def begin(cls, url: str, numbers: Sequence[str], *, a_second: int, seconds: float) -> Self:
        """Those of the numbers get them in turn."""
        given = (url, str(a_second), str(seconds), *numbers)
        command = [sys.executable, "-m", "tests.bench.deposits", *given]
        return cls(subprocess.Popen(command, stdout=subprocess.PIPE))

    def end(self) -> None:
        told, _ = self.process.communicate(timeout=600)
        found = json.loads(told)
        self.took_ms, self.cpu_ms, self.stored_at = found["took_ms"], found["cpu_ms"], found["stored_at"]
