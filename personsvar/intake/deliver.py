"""From the spool into the store: whose recording it is, its best take, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from personsvar.g711 import SAMPLE_RATE
from personsvar.intake.files import read_sound
from personsvar.intake.header import EndMark, Unsorted
from personsvar.mailbox.arrival import (
    Arrival,
    CallerArrives,
    OwnerArrives,
    PinAsked,
    arrive,
    shown_number,
)
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader
from personsvar.mailbox.services import Services
from personsvar.voice.speech import holds_speech


def deliver(
    services: Services,
    header: SpoolHeader,
    *,
    sounds: dict[int, Path],
    mark: EndMark,
    is_speech: Callable[[int, bytes], bool] | None = None,
    waited: bool = False,
    ended_at: datetime | None = None,
) -> Kept:
    """Take a finished recording in; `is_speech` (take number, bytes) may know of a take already judged.

    StoreUnavailableError: nothing was committed. OSError: a take can't be read, and nothing was done.
    """
    judge = is_speech or (lambda _, alaw: holds_speech(alaw))
    alaw = None if mark.missed else best_take(sounds, judge, min_seconds=services.rules.min_message_seconds)
    missed = MissedReason.HUNG_UP if mark.missed else None
    return take_in(
        services,
        header,
        alaw=alaw,
        urgent=mark.urgent,
        missed=missed,
        waited=waited,
        ended_at=ended_at,
    )


def best_take(
    sounds: dict[int, Path], is_speech: Callable[[int, bytes], bool], *, min_seconds: float
) -> bytes | None:
    """The latest take that holds speech and is long enough; None when there is none."""
    for number in sorted(sounds, reverse=True):
        alaw = read_sound(sounds[number])
        if alaw and len(alaw) >= min_seconds * SAMPLE_RATE and is_speech(number, alaw):
            return alaw
    return None


@dataclass(frozen=True, slots=True)
class NoDeposit:
    """The dialplan recorded a call that leaves no message with us."""

    why: str
    caller: Number | None


def sort(unsorted: Unsorted, services: Services) -> SpoolHeader | NoDeposit:
    """Decide whose recording the dialplan took, by the rules for every call (docs/call-flow.md, 1)."""
    with services.store.look() as uow:
        arrival = arrive(unsorted.setup, services.rules, uow.subscribers.get)
    mailbox = recorded_for(arrival)
    caller = shown_number(unsorted.setup, region=services.rules.home_region)
    if mailbox is None:
        return NoDeposit(type(arrival).__name__, caller)
    return SpoolHeader(
        spool_id=unsorted.spool_id,
        purpose=Purpose.MESSAGE,
        mailbox=mailbox,
        caller=caller,
        began_at=unsorted.began_at,
    )


def recorded_for(arrival: Arrival) -> Number | None:
    """Whose a recording of the dialplan is.

    An owner whom it took for a caller was greeted, spoke and was thanked: that is in his own mailbox.
    """
    match arrival:
        case CallerArrives(mailbox) | OwnerArrives(mailbox) | PinAsked(mailbox):
            return mailbox
    return None
