"""What the reader makes of the bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from personsvar.vvm.imap.commands import Command


@dataclass(frozen=True, slots=True)
class ImapRequest:
    """A whole command."""

    tag: str
    name: str
    """The verb as sent, in capitals (`UID` left out): for logs and counts."""
    command: Command


@dataclass(frozen=True, slots=True)
class NeedContinuation:
    """The client waits for `+ …` before it sends a literal."""


@dataclass(frozen=True, slots=True)
class ChallengeAnswer:
    """The client's answer to a challenge of AUTHENTICATE, decoded."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdleDone:
    """The end of IDLE."""


@dataclass(frozen=True, slots=True)
class BadCommand:
    """`BAD`: we cannot read the command. Without a tag, the answer is `* BAD`."""

    tag: str | None
    text: str


@dataclass(frozen=True, slots=True)
class BadCharset:
    """`NO [BADCHARSET …]`."""

    tag: str


@dataclass(frozen=True, slots=True)
class TooLarge:
    """`NO [LIMIT]` (RFC 5530 section 3): a command too long, or one that asks for too much."""

    tag: str | None
    closes: bool = False
    """A command that never ends: `* BYE`, and the connection is closed. Nothing is read after that."""


Event = ImapRequest | NeedContinuation | ChallengeAnswer | IdleDone | BadCommand | BadCharset | TooLarge
