"""A process of a test's own, spoken with over its standard streams."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running_python(program: str) -> Iterator[subprocess.Popen[str]]:
    """Python running `program`; killed when the block ends, whatever it does then."""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.kill()
