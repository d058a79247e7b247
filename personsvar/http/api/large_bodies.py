"""Where bodies are large: so few are taken at once, as each is held in memory; more are turned away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from personsvar.http.api.problems import UNAVAILABLE, ProblemError

AT_ONCE = 4
"""Each holds its body until it is answered, up to 25 MB."""
TRY_AGAIN_SECONDS = "5"


@dataclass
class Places:
    """Of one event loop. A request has its place before a byte of its body is read."""

    taken: int = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raise ProblemError when there is none."""
        if self.taken >= AT_ONCE:
            busy = {"Retry-After": TRY_AGAIN_SECONDS}
            raise ProblemError(UNAVAILABLE, "too many uploads at once: try again", busy)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
