"""The words of availability that the page makes up of a value: one for each value there is."""

from __future__ import annotations

from collections.abc import Iterator

from personsvar.http.pages.profile.availability_page import DONE
from personsvar.http.pages.profile.calendar_routes import UNDER_WAY
from personsvar.mailbox.absences import PlanFault
from personsvar.mailbox.calendars import CalendarFault
from personsvar.mailbox.model.availability import AbsenceReason
from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.weekly_hours import DAYS

NOT_THERE = (PlanFault.NOT_THERE, PlanFault.CALENDARS)
"""A page that is not there, and no words of the form."""


def words_of_availability() -> set[str]:
    return set(_words())


def _words() -> Iterator[str]:
    yield from (f"availability.done_{done}" for done in DONE)
    yield from (f"availability.wrong_{why}" for why in ("off", "off_both", "hours", "hours_many"))
    yield from (f"absences.{reason}" for reason in ("none_of", *AbsenceReason))
    yield from (f"absences.reason_{reason}" for reason in ("none", *AbsenceReason))
    yield from (f"absences.wrong_{fault}" for fault in PlanFault if fault not in NOT_THERE)
    yield from (f"absences.wrong_{why}" for why in ("time", "form", "unfit"))
    yield from (f"calendars.wrong_{why}" for why in (*CalendarFault, *FeedTrouble, UNDER_WAY))
    yield from (f"hours.{day}" for day in DAYS)
