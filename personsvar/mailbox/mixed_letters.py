"""Letters of a file that several programs wrote: what is no UTF-8 is what Windows wrote before it."""

from __future__ import annotations


def letters_of(octets: bytes) -> str:
    """Of one line at a time: a single name of the one kind leaves the others as they are."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")
