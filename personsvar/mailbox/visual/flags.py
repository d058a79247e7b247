r"""Flags (RFC 3501, 2.3.2): what a mail program may say of a message.

`\Seen` is the message's state and no flag of its own: heard on the phone is seen in the mail program, and
the other way round. The two greeting keywords say which greeting callers hear. Every other flag is kept
as it was given. `\Deleted` marks for EXPUNGE and is only ever set by a mail program: some of them end
every visit with EXPUNGE, so a mark of ours would take a message away behind its owner's back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import State

SEEN = "\\Seen"
DELETED = "\\Deleted"
GREETING_ON = "$CNS-Greeting-On"
"""OMTP's and CVVM's: the greeting of its type that callers hear."""
ACTIVE_GREETING = "$AppleVM-ActiveGreeting"
"""The iPhone's; it knows no voice signature, and takes this off all others at once."""
SYSTEM = frozenset({SEEN, DELETED, "\\Flagged", "\\Answered", "\\Draft"})
KNOWN = SYSTEM | {GREETING_ON, ACTIVE_GREETING}
ON = frozenset({GREETING_ON, ACTIVE_GREETING})
KEYWORDS = 20
"""So many of a mail program's own are kept of one message, and none longer than this."""
LETTERS = 50
_SPELT = {flag.lower(): flag for flag in KNOWN}


def canonical(flags: Iterable[str]) -> frozenset[str]:
    r"""As they are kept: known ones in their own spelling (`\SEEN` is `\Seen`), without `\Recent`."""
    known = {_SPELT.get(flag.lower(), flag) for flag in flags}
    own = sorted(flag for flag in known - KNOWN if _is_keyword(flag))
    return frozenset((known & KNOWN) | set(own[:KEYWORDS]))


def is_seen(state: State, before: State) -> bool:
    """A deleted message is as it was before."""
    return (before if state is State.DELETED else state) is not State.NEW


@lru_cache(maxsize=256)
def message_flags(state: State, before: State, kept: frozenset[str]) -> frozenset[str]:
    """Thousands of messages have the same few: made once."""
    return kept | {SEEN} if is_seen(state, before) else kept


def greeting_flags(kind: GreetingKind, kept: frozenset[str], *, in_use: bool) -> frozenset[str]:
    return kept | shown_on(kind) if in_use else kept


def shown_on(kind: GreetingKind) -> frozenset[str]:
    return frozenset({GREETING_ON}) if kind is GreetingKind.SIGNATURE else ON


def _is_keyword(flag: str) -> bool:
    return 0 < len(flag) <= LETTERS and flag.isascii() and flag.isprintable() and not set(flag) & set(' \\"')
