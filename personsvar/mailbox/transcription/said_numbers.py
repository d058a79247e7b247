"""The numbers said in a message that its owner may call back, by the rules of key 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import phonenumbers

from personsvar.mailbox.call_back import is_call_back_left, may_call_back
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.transcript import Transcript
from personsvar.mailbox.phone_numbers import parse_known
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.number_reading import ReadNumber, read_numbers
from personsvar.mailbox.transcription.unsure import is_measured, is_unsure

MOST = 5
"""Offered of one message."""


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """A number, and when it is said: seconds from the recording's beginning."""

    number: Number
    starts_at: float
    ends_at: float
    is_unsure: bool
    """A word of it is, or the engine does not say: it may be another one."""


def offered_numbers(
    uow: UnitOfWork, services: Services, owner: Subscriber, heard: Sequence[tuple[Transcript, Number | None]]
) -> Sequence[Sequence[SaidNumber]]:
    """Of each of these, with the number its message came from: those that may be called back now."""
    found = [_allowed(services, owner, said_numbers(services, *each)) for each in heard]
    if any(found) and not is_call_back_left(uow, services, owner):
        return [() for _ in heard]
    return found


def said_numbers(services: Services, heard: Transcript, caller: Number | None) -> Iterable[SaidNumber]:
    """Each once, in the order they are said; a caller from abroad says numbers as they are written there."""
    words = [word.text for word in heard.words]
    for region in _regions(services.rules.home_region, caller):
        found = dict[Number, SaidNumber]()
        for read in read_numbers(words, heard.language, region=region):
            found.setdefault(read.number, _said(heard, read))
        if found:
            return list(found.values())
    return []


def _said(heard: Transcript, read: ReadNumber) -> SaidNumber:
    words = heard.words[read.first : read.last + 1]
    unsure = not is_measured(heard) or any(map(is_unsure, words))
    return SaidNumber(read.number, words[0].starts_at, words[-1].ends_at, unsure)


def _allowed(services: Services, owner: Subscriber, said: Iterable[SaidNumber]) -> Sequence[SaidNumber]:
    rules = services.rules
    may = (it for it in said if may_call_back(owner, it.number, rules, from_elsewhere=False) is None)
    return tuple(may)[:MOST]


def _regions(home: str, caller: Number | None) -> Sequence[str]:
    parsed = None if caller is None else parse_known(caller)
    code = None if parsed is None else parsed.country_code
    if code is None or code == phonenumbers.country_code_for_region(home):
        return [home]
    return [phonenumbers.region_code_for_country_code(code), home]
