"""A gateway of the tests' own: takes letters, or ends each hand-over as it is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered


@dataclass
class Post:
    fail: BaseException | None = None
    is_up: bool = True
    receipts: bool = False
    """It gives ids, so receipts may come."""
    taken: list[Rendered] = field(default_factory=list)
    meanwhile: Callable[[Rendered], Awaitable[object]] | None = None
    opened: int = 0
    closed: int = 0

    async def open(self) -> None:
        self.opened += 1

    async def close(self) -> None:
        self.closed += 1

    async def deliver(self, letter: Rendered) -> Accepted:
        if self.meanwhile is not None:
            await self.meanwhile(letter)
        if self.fail is not None:
            raise self.fail
        self.taken.append(letter)
        return Accepted("post.example.test:2775", (f"id-{letter.notice.id}",) if self.receipts else ())
