"""The other end's mistakes. The words never repeat what was sent: it may hold a password."""

from __future__ import annotations


class MalformedError(Exception):
    """A command we cannot read: `BAD`, with these words."""


class UnknownCharsetError(Exception):
    """SEARCH in a charset we do not know: `NO [BADCHARSET …]` (RFC 3501 section 6.4.4)."""
