"""How a value stands in an SMS: printable ASCII, without what parts fields.

AOSP throws away the whole SMS for one field without `=` and trims nothing, so nothing a caller or a client
chose may bring a separator with it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_UNFIT = re.compile(r"[^!-:<>-~]")
_CALLER = re.compile(r"\+?[0-9]{1,21}")
Field = tuple[str, str | int]


def joined(*fields: Field) -> str:
    return ";".join(f"{name}={_UNFIT.sub('', str(value))}" for name, value in fields)


def caller_field(caller: str | None) -> tuple[Field, ...]:
    """Left out where the number is withheld, or is none."""
    if caller is None or not (caller.isascii() and _CALLER.fullmatch(caller)):
        return ()
    return (("s", caller),)


def moment(at: datetime) -> str:
    """`17/01/2025 15:01 +0100`: the only value with spaces in it, put in beside `joined`."""
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    day = f"{at.day:02}/{at.month:02}/{at.year:04}"
    return f"{day} {at.hour:02}:{at.minute:02} {sign}{hours:02}{rest:02}"
