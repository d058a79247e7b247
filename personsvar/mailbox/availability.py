"""How it stands with a subscriber at one moment: away or not, why, until when, and are messages taken.

What keeps a subscriber from callers: voicemail that is turned off, absences (planned ones, those of
calendars, and the absence greeting, which lasts through its last day), and hours in which no messages are
taken. Any of them that takes no messages is enough. The one that ends last decides when it is over, and why;
if another goes on at that moment, it is over when that one ends. Of the recordings the one counts whose
absence began last.

Closed hours behind time off or a holiday make it longer ("har fri til mandag klokken åtte"), but not a
meeting. What was recorded for callers who may leave a message is not played to those who may not.

Who is back before the time ends all of it (`mailbox.being_back`).

A call is judged by the moment it came, whenever it is taken in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from personsvar.mailbox.greetings import is_absent
from personsvar.mailbox.local_time import first_at
from personsvar.mailbox.model.availability import AVAILABLE, Absence, AbsenceReason, Availability
from personsvar.mailbox.model.greeting import Greeting, GreetingKind
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.world import BankHolidays
from personsvar.mailbox.services import Services
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.weekly_hours import is_open, opens_at


def availability(
    uow: UnitOfWork, subscriber: Subscriber, bank_holidays: BankHolidays, now: datetime
) -> Availability:
    """The same as `availability_at`, of all that is known of the subscriber."""
    absences = uow.absences.not_over(subscriber.number, at=now)
    if is_absent(subscriber, now):
        greeting = uow.greetings.current(subscriber.number, GreetingKind.ABSENCE)
        absences = [*absences, *([] if greeting is None else [_of_greeting(subscriber, greeting, now)])]
    return availability_at(subscriber, absences, bank_holidays, now)


def availability_now(services: Services, subscriber: Subscriber) -> Availability:
    """As it is told to the owner, and to whoever looks."""
    with services.store.look() as uow:
        return availability(uow, subscriber, services.bank_holidays, services.clock.now())


def availability_at(
    subscriber: Subscriber, absences: Sequence[Absence], bank_holidays: BankHolidays, now: datetime
) -> Availability:
    """Absences that are over, and those still to come, may be among them."""
    absences = [it for it in absences if not is_ended(subscriber, it, now)]
    begun = [it for it in absences if it.covers(now)]
    refusal = _refusal(subscriber, begun, bank_holidays, now)
    if refusal is None and not begun:
        return AVAILABLE
    last = _last(subscriber, absences, bank_holidays, now)
    return Availability(
        refusal=refusal,
        is_away=last.is_away,
        reason=last.reason,
        back_at=last.ends_at,
        recording=_recording(begun, refused=refusal is not None),
    )


def is_ended(subscriber: Subscriber, absence: Absence, moment: datetime) -> bool:
    """A calendar's that counts no more at that moment: the subscriber was back before it was over."""
    since = subscriber.back_since
    return absence.calendar is not None and since is not None and absence.starts_at <= since <= moment


@dataclass(frozen=True, slots=True)
class _Hold:
    """What keeps a subscriber from callers, and until when."""

    ends_at: datetime | None
    """None: no end is known."""
    is_away: bool = False
    reason: AbsenceReason | None = None


_NO_ID = AbsenceId(0)
_NOTHING = _Hold(None)
_FAR = datetime.max.replace(tzinfo=UTC)


def _last(
    subscriber: Subscriber, absences: Sequence[Absence], bank_holidays: BankHolidays, now: datetime
) -> _Hold:
    """What is over last, of all that holds now or goes on from there without a gap."""
    last, at, begun = _NOTHING, now, list[_Hold]()
    coming = deque(sorted(absences, key=lambda it: it.starts_at))
    while True:
        while coming and coming[0].starts_at <= at:
            begun = [_longest([*begun, _of_absence(coming.popleft())])]
        here = [it for it in begun if it.ends_at and it.ends_at > at]
        behind = here[0] if here else last
        holds = [*here, *_of_switch(subscriber, at)]
        if at == now or behind.reason is not AbsenceReason.MEETING:
            holds += _of_hours(subscriber, bank_holidays, at, behind=behind)
        if not holds:
            return last
        last = _longest(holds)
        if last.ends_at is None:
            return last
        at = last.ends_at


def _of_absence(absence: Absence) -> _Hold:
    return _Hold(absence.ends_at, is_away=True, reason=absence.reason)


def _of_switch(subscriber: Subscriber, at: datetime) -> Iterator[_Hold]:
    """Voicemail that somebody has to turn on again: nobody is back at any time for that."""
    if subscriber.voicemail_off_until is not None and is_off(subscriber, at):
        yield _Hold(subscriber.voicemail_off_until)


def _of_hours(
    subscriber: Subscriber, bank_holidays: BankHolidays, at: datetime, *, behind: _Hold
) -> Iterator[_Hold]:
    """Closed hours, which make longer what they are behind of."""
    is_off_for_good = subscriber.voicemail_off_until is None and is_off(subscriber, at)
    if is_off_for_good or is_open(subscriber, bank_holidays, at):
        return
    opens = opens_at(subscriber, bank_holidays, at)
    is_meeting = behind.reason is AbsenceReason.MEETING
    yield _Hold(opens) if is_meeting else replace(behind, ends_at=opens)


def _longest(holds: Sequence[_Hold]) -> _Hold:
    """Of two that end together, the one that says why."""
    return max(holds, key=lambda it: (it.ends_at or _FAR, it.reason is not None, it.is_away))


def _refusal(
    subscriber: Subscriber, begun: Sequence[Absence], bank_holidays: BankHolidays, now: datetime
) -> MissedReason | None:
    if is_off(subscriber, now):
        return MissedReason.VOICEMAIL_OFF
    if not all(it.takes_messages for it in begun):
        return MissedReason.ABSENT
    return None if is_open(subscriber, bank_holidays, now) else MissedReason.OUTSIDE_HOURS


def _recording(begun: Sequence[Absence], *, refused: bool) -> Sound | None:
    heard = [it for it in begun if it.recording is not None and not (refused and it.takes_messages)]
    return max(heard, key=lambda it: (it.starts_at, it.id)).recording if heard else None


def _of_greeting(subscriber: Subscriber, greeting: Greeting, now: datetime) -> Absence:
    """The absence greeting as an absence: from its recording through its last day."""
    day_after = (subscriber.absence_until or date.min) + timedelta(days=1)
    return Absence(
        id=_NO_ID,
        mailbox=subscriber.number,
        starts_at=min(greeting.recorded_at, now),
        ends_at=first_at(subscriber, day_after, time()),
        recording=greeting.sound,
    )
