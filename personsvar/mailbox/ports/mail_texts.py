"""What the domain asks of the store about the text parts of messages, as mail programs were told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from personsvar.mailbox.model.ids import MessageId, Number


class MailTexts(Protocol):
    """How long each message's text part is: settled once, when a mail program is first told of it.

    0: it has none, and never will. None: nobody was told yet, and a text may come.
    """

    def expect(self, message: MessageId) -> None:
        """A text may come of it: who is told of it next settles that, whatever was told of it before."""
        ...

    def told(self, mailbox: Number, messages: Collection[MessageId]) -> Mapping[MessageId, int | None]:
        """Of those that are in the mailbox; they change no more while their owner's row is held."""
        ...

    def tell(self, octets: Mapping[MessageId, int]) -> None:
        """They are as long, from now on, of which nobody was told yet; the others stay as they are."""
        ...

    def expect_none(self, mailbox: Number) -> None:
        """Those of which nobody was told yet have none."""
        ...
