"""The other end's mistakes. The words never repeat what was sent: it may hold a password."""

from __future__ import annotations


class MalformedError(Exception):
    """A command we cannot read: `BAD`, with these words."""


class TooMuchError(Exception):
    """A command that asks for more than one may: `NO [LIMIT]` (RFC 5530 section 3)."""


class UnknownCharsetError(Exception):
    """SEARCH in a charset we do not know: `NO [BADCHARSET …]` (RFC 3501 section 6.4.4)."""
