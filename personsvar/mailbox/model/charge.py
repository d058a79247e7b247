"""Calls back, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personsvar.mailbox.model.ids import CallBackId, Number


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call back that was dialled; an answered one is a charge."""

    id: CallBackId
    mailbox: Number
    called: Number
    at: datetime
    answered: bool
    price_ore: int
    """What it costs the subscriber when answered, in øre (1/100 krone)."""
