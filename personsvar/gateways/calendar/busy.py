"""Whether an appointment means that its owner can't answer, by what calendars write of it.

| written | means |
|---|---|
| STATUS:CANCELLED | nothing: it does not take place |
| a title that begins with the subscriber's word | busy, whatever else is written |
| X-MICROSOFT-CDO-BUSYSTATUS:BUSY | in a meeting |
| X-MICROSOFT-CDO-BUSYSTATUS:OOF | away |
| X-MICROSOFT-CDO-BUSYSTATUS of anything else (TENTATIVE, FREE, WORKINGELSEWHERE) | nothing |
| STATUS:TENTATIVE | nothing |
| TRANSP:TRANSPARENT | nothing |
| TRANSP:OPAQUE, or none (RFC 5545, 3.8.2.7) | in a meeting |
"""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox.model.calendar_feed import BusyReason

_MICROSOFT = {"BUSY": BusyReason.MEETING, "OOF": BusyReason.AWAY}


def busy_reason(event: Mapping[str, object], word: str) -> BusyReason | None:
    """None: it keeps nobody from answering."""
    status = _text(event, "STATUS").upper()
    if status == "CANCELLED":
        return None
    by_calendar = _by_calendar(event, status)
    if by_calendar is None and begins_with(_text(event, "SUMMARY"), word):
        return BusyReason.OTHER
    return by_calendar


def begins_with(title: str, word: str) -> bool:
    """In capitals or not, and as a word: what begins with "Fri" is "fri: tannlege", and not "Fridtjof"."""
    wanted = " ".join(word.split()).casefold()
    there = " ".join(title.split()).casefold()
    return bool(wanted) and there.startswith(wanted) and not there[len(wanted) :][:1].isalnum()


def _by_calendar(event: Mapping[str, object], status: str) -> BusyReason | None:
    microsoft = _text(event, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if microsoft:
        return _MICROSOFT.get(microsoft)
    if status == "TENTATIVE" or _text(event, "TRANSP").upper() == "TRANSPARENT":
        return None
    return BusyReason.MEETING


def _text(event: Mapping[str, object], name: str) -> str:
    """Of what is written twice, the first holds."""
    value = event.get(name, "")
    return str(value[0] if isinstance(value, list) else value).strip()
