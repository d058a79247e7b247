"""Flags and keywords of a message (RFC 3501 section 2.3.2), and the two that say which greeting callers hear.

| flag | is |
|---|---|
| `$CNS-Greeting-On` | OMTP: this greeting is in use |
| `$AppleVM-ActiveGreeting` | the same, in the iPhone's dialect |
"""

from __future__ import annotations

from collections.abc import Iterable

SEEN, DELETED, ANSWERED, FLAGGED, DRAFT = "\\Seen", "\\Deleted", "\\Answered", "\\Flagged", "\\Draft"
RECENT = "\\Recent"
GREETING_ON = "$CNS-Greeting-On"
APPLE_GREETING_ON = "$AppleVM-ActiveGreeting"
STORABLE = (SEEN, DELETED, ANSWERED, FLAGGED, DRAFT, GREETING_ON, APPLE_GREETING_ON)
"""In the order they are listed in; `\\Recent` is the server's own."""
_KNOWN = {flag.lower(): flag for flag in (*STORABLE, RECENT)}
_PLACE = {flag: place for place, flag in enumerate((*STORABLE, RECENT))}


def canonical(flag: str) -> str:
    r"""`\DELETED` and `\deleted` are `\Deleted`; a keyword nobody knows stays as it is written."""
    return _KNOWN.get(flag.lower(), flag)


def is_system(flag: str) -> bool:
    return flag.startswith("\\")


def in_order(flags: Iterable[str]) -> list[str]:
    return sorted(flags, key=lambda flag: (_PLACE.get(flag, len(_PLACE)), flag))
