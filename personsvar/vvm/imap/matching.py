"""SEARCH, evaluated (RFC 3501 section 6.4.4). Strings are found anywhere, in letters of any case."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date

from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.search_keys import (
    All,
    Contains,
    Dated,
    Flagged,
    Header,
    Key,
    Larger,
    Not,
    Numbers,
    Or,
    Smaller,
    Uids,
    When,
)

Holds = Callable[[ImapMessage], bool]
_SIZES = (Larger, Smaller)


def matching(key: Key, messages: Sequence[ImapMessage]) -> list[ImapMessage]:
    """Those of the folder's messages (all of them, in their order) that the search holds for."""
    holds = condition(key, messages)
    return [message for message in messages if holds(message)]


def condition(key: Key, messages: Sequence[ImapMessage]) -> Holds:
    """The same, to be asked of one message after the other."""
    return _holds(key, messages)


def needs_size(key: Key) -> bool:
    """The length of each sound must be known: LARGER and SMALLER."""
    return _has_any_of(key, _SIZES)


def tells_text(key: Key) -> bool:
    """What is found tells of the text part: how long it is, or what it says."""
    return _has_any_of(key, (*_SIZES, Contains))


def _has_any_of(key: Key, kinds: tuple[type[Key], ...]) -> bool:
    """At any depth."""
    match key:
        case All(keys):
            return any(_has_any_of(one, kinds) for one in keys)
        case Not(one):
            return _has_any_of(one, kinds)
        case Or(one, other):
            return _has_any_of(one, kinds) or _has_any_of(other, kinds)
        case _:
            return isinstance(key, kinds)


def _holds(key: Key, messages: Sequence[ImapMessage]) -> Holds:
    """Sets of numbers are worked out once for the folder, not for each message."""
    match key:
        case All(keys):
            every = [_holds(one, messages) for one in keys]
            return lambda message: all(holds(message) for holds in every)
        case Not(one):
            holds = _holds(one, messages)
            return lambda message: not holds(message)
        case Or(one, other):
            either = _holds(one, messages), _holds(other, messages)
            return lambda message: either[0](message) or either[1](message)
        case Uids(uids):
            return _uid_among(frozenset(uids.among([message.uid for message in messages])))
        case Numbers(numbers):
            return _number_among(frozenset(numbers.among(range(1, len(messages) + 1))))
        case _:
            return lambda message: _is(key, message)


def _uid_among(uids: Collection[int]) -> Holds:
    return lambda message: message.uid in uids


def _number_among(numbers: Collection[int]) -> Holds:
    return lambda message: message.number in numbers


def _is(
    key: Flagged | Dated | Larger | Smaller | Header | Contains,
    message: ImapMessage,
) -> bool:
    match key:
        case Flagged(flag):
            return flag.lower() in {mine.lower() for mine in message.flags}
        case Dated():
            return _is_dated(key, message)
        case Larger(octets):
            return message.mail.size > octets
        case Smaller(octets):
            return message.mail.size < octets
        case Header(name, text):
            return any(_within(text, value) for value in message.mail.values(name))
        case Contains(text, headers):
            return _is_said(text, message, headers=headers)


def _is_dated(key: Dated, message: ImapMessage) -> bool:
    mine = message.mail.date.date() if key.sent else message.internal_date.astimezone(UTC).date()
    return _compare(key.when, mine, key.day)


def _compare(when: When, mine: date, day: date) -> bool:
    match when:
        case When.BEFORE:
            return mine < day
        case When.ON:
            return mine == day
        case When.SINCE:
            return mine >= day


def _is_said(text: str, message: ImapMessage, *, headers: bool) -> bool:
    lines = [f"{name}: {value}" for name, value in message.mail.headers] if headers else []
    return any(_within(text, line) for line in (*lines, *message.mail.texts))


def _within(text: str, line: str) -> bool:
    return text.casefold() in line.casefold()
