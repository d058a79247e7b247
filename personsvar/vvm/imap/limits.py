"""How much one command may be, before and after log-in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImapLimits:
    line: int = 8 * 1024
    """The text of one command, over its lines; and its literals, except a message (RFC 7162 section 4)."""
    identity: int = 64 * 1024
    """The same of ID: thirty fields of 1,024 octets, each of them perhaps escaped (RFC 2971 section 3.3)."""
    message: int = 2 * 1024 * 1024
    """What APPEND may bring."""
    patience: int = 8 * 1024 * 1024
    """What is too large is read to its end and refused, and the session goes on; no further than this."""
    nesting: int = 10
    """Parentheses, NOT and OR within each other; numbers in the path of a body part."""


BEFORE_LOG_IN = ImapLimits(message=4 * 1024, patience=64 * 1024)
"""Nobody has logged in."""
AFTER_LOG_IN = ImapLimits()
