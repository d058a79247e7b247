"""Where recordings are kept that are not kept in the database: an object store, name by name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from personsvar.mailbox.errors import RecordingsAwayError


class Objects(Protocol):
    """Every verb raises RecordingsAwayError when it could not be done, or nobody knows whether it was."""

    def put(self, name: str, content: bytes) -> None:
        """It is there, whole and for good, when this returns."""
        ...

    def read(self, name: str) -> bytes | None:
        """None: the object store is there, and has nothing of that name."""
        ...

    def remove(self, name: str) -> None:
        """What is not there is removed already."""
        ...

    def look(self) -> None:
        """Whether something could be read now: it is reached, and takes our key for the bucket."""
        ...


@dataclass(frozen=True)
class NoObjects:
    """None is named: what is kept in one can't be had."""

    what_to_do: str = "give the store one"

    def put(self, name: str, content: bytes) -> None:  # noqa: ARG002 - none is had
        raise RecordingsAwayError(self._why)

    def read(self, name: str) -> bytes | None:  # noqa: ARG002 - none is had
        raise RecordingsAwayError(self._why)

    def remove(self, name: str) -> None:  # noqa: ARG002 - none is had
        raise RecordingsAwayError(self._why)

    def look(self) -> None:
        """Nothing is wrong: who needs one is told."""

    @property
    def _why(self) -> str:
        return f"recordings are in an object store, and none is named: {self.what_to_do}"


def new_name() -> str:
    """It tells nothing: not whose it is, nor when it came. The first letters spread many over folders."""
    drawn = os.urandom(16).hex()
    return f"recordings/{drawn[:2]}/{drawn[2:]}"
