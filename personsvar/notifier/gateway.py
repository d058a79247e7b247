"""One way to a subscriber: the port behind which SMPP, Kannel, MM7, mail, lamps and webhooks stand.

A gateway lives on the notifier's event loop. It never touches the database, never blocks the loop (encoding
is done in the `Encoder`'s processes), and tells how each hand-over ended by what it returns or raises.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from personsvar.mailbox.model.ledger import Receipt
from personsvar.notifier.words.rendering import Rendered


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took it: from now on it is the gateway's."""

    gateway: str
    """Which one, as receipts will name it: `smsc.example.test:2775`."""
    ids: tuple[str, ...] = ()
    """Its own ids, one for each part; none when it sends no receipts."""


class Gateway(Protocol):
    async def open(self) -> None:
        """Begin to hold connections, in the background: returns at once, whether anybody is there or not."""
        ...

    async def close(self) -> None:
        """End them in order. What is being handed over may finish, for a few seconds."""
        ...

    @property
    def is_up(self) -> bool:
        """False: nothing is given to it; its notices wait, and no attempt is spent."""
        ...

    async def deliver(self, rendered: Rendered) -> Accepted:
        """Hand it over. Many may be under way at once.

        Raise DeliveryError, OutcomeUnknownError, GatewayAwayError or UndeliverableError (`delivery_errors`).
        """
        ...


TakeReceipt = Callable[[Receipt], Awaitable[None]]
"""Given to a gateway that gets receipts. It returns once the receipt is committed, and only then is it
acknowledged; it raises when that failed, and the other end may send it again."""
