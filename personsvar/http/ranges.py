"""A part of a sound, as players ask for it (RFC 9110, section 14): one range of bytes, or all of it."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class UnsatisfiableRangeError(Exception):
    """It begins behind the end."""


def asked_range(header: str | None, size: int) -> range | None:
    """None: the whole; also for what is no range, or more than one, which a server may ignore.

    Raise UnsatisfiableRangeError.
    """
    match = _ONE_RANGE.fullmatch(header or "")
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        asked = range(max(0, size - int(last)), size)
    else:
        asked = range(int(first), min(size, int(last) + 1) if last else size)
    if last and first and int(last) < int(first):
        return None
    if not asked:
        raise UnsatisfiableRangeError
    return asked
