"""The spool's header as the dialplan writes it (dialplan/extensions.conf, personsvar-head)."""

from __future__ import annotations

import base64
from calendar import timegm
from collections.abc import Iterable

from personsvar.intake.header import Unsorted


def dialplan_header(unsorted: Unsorted) -> bytes:
    setup = unsorted.setup
    raw = [
        ("raw-request-uri", [setup.request_uri]),
        ("raw-diversion", setup.diversion),
        ("raw-history-info", setup.history_info),
        ("raw-privacy", setup.privacy),
        ("unread", sorted(setup.unread)),
        ("raw-p-asserted-identity", setup.asserted),
        ("raw-from", [setup.sender]),
    ]
    lines = [*_head(unsorted), *((key, value) for key, values in raw for value in values if value)]
    return "".join(f"{key}={value}\n" for key, value in lines).encode()


def earlier_dialplan_header(unsorted: Unsorted) -> bytes:
    """As it was written before headers could be raw."""
    setup = unsorted.setup
    lines = [
        *_head(unsorted),
        ("from", _wrapped([setup.sender])),
        ("pai", _wrapped(setup.asserted)),
        ("privacy", _wrapped(setup.privacy)),
        ("diversion", _wrapped(setup.diversion)),
        ("history", _wrapped(setup.history_info)),
    ]
    return "".join(f"{key}={value}\n" for key, value in lines).encode("ascii")


def _head(unsorted: Unsorted) -> list[tuple[str, str]]:
    return [
        ("version", "1"),
        ("id", unsorted.spool_id),
        ("purpose", "message"),
        ("writer", "dialplan"),
        ("began", f"{timegm(unsorted.began_at.utctimetuple())}.{unsorted.began_at.microsecond:06d}"),
        ("trunk", "1" if unsorted.setup.trunk else "0"),
        ("endpoint", _wrapped([unsorted.setup.endpoint])),
        ("dialled", _wrapped([unsorted.setup.dialled])),
    ]


def _wrapped(values: Iterable[str]) -> str:
    return " ".join(base64.b64encode(value.encode()).decode("ascii") for value in values if value)
