"""What was found of a round, in sentences: one for each thing that is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass, field

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Counts, Message, State
from tests.real.pieces import Piece


@dataclass
class RoundVerdict:
    """`lost` and the like are sentences, one for each thing that is wrong."""

    stored: int = 0
    """Callers who were told that their message is kept."""
    messages: int = 0
    missed: int = 0
    notices: int = 0
    again: int = 0
    """Went out more than once, after a try whose outcome nobody knows."""
    dead: list[str] = field(default_factory=list)
    """Given up, with the reason in the ledger."""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    wrong_box: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Lamps, counts, folders, states, notices."""
    waiting: list[str] = field(default_factory=list)
    """What is under way still."""
    counts: dict[Number, Counts] = field(default_factory=dict)
    kept: dict[MessageId, tuple[Number, State, float]] = field(default_factory=dict)
    """Every message of the round's mailboxes, to be looked at again at the end of all rounds."""

    @property
    def is_final(self) -> bool:
        """Nothing more can change for the better."""
        return bool(self.twice or self.wrong_box) or not (self.lost or self.wrong or self.waiting)

    @property
    def faults(self) -> list[str]:
        named = {"lost": self.lost, "twice": self.twice, "wrong box": self.wrong_box, "wrong": self.wrong}
        return [f"{name}: {one}" for name, all_of in named.items() for one in all_of]


@dataclass
class Found:
    """A message of a round that a call left, and which take it holds."""

    message: Message
    take: tuple[int, int] | None
    """Of which call, which of its takes; None: none of the sweep is in it."""
    heard: list[Piece]
