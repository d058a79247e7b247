"""The commands that name a folder."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.commands import Append, Copy, List, Move, Rename, Status, StatusItem
from personsvar.vvm.imap.grammar.store import flag
from personsvar.vvm.imap.malformed import MalformedError
from personsvar.vvm.imap.months import MONTHS

_DATE_TIME = re.compile(
    rb'"([ 0-9][0-9])-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"'
)


def list_folders(words: Arguments, *, subscribed: bool) -> List:
    reference = words.folder()
    words.space()
    return List(reference, words.pattern(), subscribed)


def status(words: Arguments) -> Status:
    folder = words.folder()
    words.space()
    items = words.listed(lambda: _status_item(words))
    if not items:
        raise MalformedError("missing parameter")
    return Status(folder, items)


def rename(words: Arguments) -> Rename:
    folder = words.folder()
    words.space()
    return Rename(folder, words.folder())


def copy(words: Arguments, *, uid: bool) -> Copy:
    messages = words.sequence()
    words.space()
    return Copy(messages, words.folder(), uid)


def move(words: Arguments, *, uid: bool) -> Move:
    messages = words.sequence()
    words.space()
    return Move(messages, words.folder(), uid)


def append(words: Arguments) -> Append:
    """`APPEND "GREETINGS" ($CNS-Greeting-On) "17-Jan-2025 14:01:36 +0000" {9120}`."""
    folder = words.folder()
    words.space()
    flags: tuple[str, ...] = ()
    if words.is_next(b"("):
        flags = words.listed(lambda: flag(words))
        words.space()
    at = None
    if words.is_next(b'"'):
        at = _date_time(words)
        words.space()
    return Append(folder, frozenset(flags), at, words.literal())


def _status_item(words: Arguments) -> StatusItem:
    try:
        return StatusItem(words.word().upper())
    except ValueError:
        raise MalformedError("invalid parameter") from None


def _date_time(words: Arguments) -> datetime:
    found = words.match(_DATE_TIME)
    if found is None:
        raise MalformedError("invalid date")
    day, name, year, hour, minute, second, *zone = (group.decode("ascii") for group in found.groups())
    try:
        month = MONTHS.index(name.title()) + 1
        clock = (int(hour), int(minute), int(second))
        return datetime(int(year), month, int(day), *clock, tzinfo=_zone(*zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedError("invalid date") from None


def _zone(sign: str, hours: str, minutes: str) -> timezone:
    east = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-east if sign == "-" else east)
