"""Which version of something somebody saw: whoever changes it says so, and overwrites nothing unseen."""

from __future__ import annotations

import hashlib

from personsvar.mailbox.errors import StaleError

_LETTERS = 32


def version_of_shown(shown: object) -> str:
    """The same for the same, by what is shown of it; it gives nothing of that away."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:_LETTERS]


def must_be_as_seen(version: str, as_seen: str | None) -> None:
    """Raise StaleError when another version was seen than there is; None: none was, and any will do."""
    if as_seen is not None and version != as_seen:
        raise StaleError("it was changed in the meantime")
