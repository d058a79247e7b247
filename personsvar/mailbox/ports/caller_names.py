"""What the domain asks of the store about names of callers.

There is a list of each subscriber's own, and one of the operator's, for everybody: its owner is None.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number


class CallerNames(Protocol):
    def put(self, owner: Number | None, names: Collection[CallerName]) -> None:
        """Add each, or change what its number is called; no number twice.

        Raise UnknownSubscriberError when nobody has the owner's number.
        """
        ...

    def get(self, owner: Number | None, number: Number) -> CallerName | None: ...

    def remove(self, owner: Number | None, number: Number) -> bool:
        """False when it is not in the list."""
        ...

    def clear(self, owner: Number | None) -> int:
        """Remove all of a list; how many there were."""
        ...

    def list(
        self, owner: Number | None, *, after: Number | None = None, limit: int = 1000
    ) -> Sequence[CallerName]:
        """By number, from behind `after`."""
        ...

    def count(self, owner: Number | None) -> int: ...

    def known(self, owner: Number | None, numbers: Collection[Number]) -> Mapping[Number, str]:
        """What each is called for that subscriber: the own list goes before the operator's.

        For nobody in particular (None): by the operator's alone.
        """
        ...
