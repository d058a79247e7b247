"""The text of headers that a switch hands over, as far as anybody may have meant it."""

from __future__ import annotations

import logging

from personsvar.mailbox.sip_text import LONGEST

log = logging.getLogger(__name__)

MAX_VALUE = LONGEST + 1
"""Whoever reads a longer one still sees that it is too long."""
MAX_INSTANCES = 50
"""No network adds so many headers of one name."""

_NO_CONTROLS = dict.fromkeys((*range(32), 127), " ")


def plain(value: str) -> str:
    """One line without controls, of a length that somebody may have meant."""
    if len(value) > MAX_VALUE:
        log.warning("a header longer than any real one", extra={"characters": len(value)})
    return value[:MAX_VALUE].translate(_NO_CONTROLS).strip()
