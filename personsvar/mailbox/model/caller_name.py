"""What callers are called: each subscriber has a list, and the operator has one for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from personsvar.mailbox.model.ids import Number


@dataclass(frozen=True, slots=True)
class CallerName:
    number: Number
    name: str
