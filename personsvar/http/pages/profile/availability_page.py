"""Availability on the page, drawn: what callers hear now, absences, hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response

from personsvar.http.pages.message_shown import length_shown, moment
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.profile.absence_forms import AbsenceFields, ShownAbsence, shown_absence
from personsvar.http.pages.profile.availability_shown import OffUntil, heard_now, shown_availability
from personsvar.http.pages.profile.calendar_shown import shown_calendar
from personsvar.http.pages.profile.hours_form import DayOfHours, hours_shown
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox import greeting_desk
from personsvar.mailbox.absences import absences_ahead
from personsvar.mailbox.availability import availability_now
from personsvar.mailbox.calendars import MOST_CALENDARS, calendars_of
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, GreetingId
from personsvar.mailbox.profile.web_sessions import Visitor

DONE = (
    *("planned", "changed", "removed", "hours", "voicemail", "back"),
    *("calendar-added", "calendar-changed", "calendar-removed", "calendar-refreshed"),
)
"""What the page says of itself after a form."""


@dataclass(frozen=True, slots=True)
class WrongAbsence:
    """What was sent of an absence and would not do: of one there is, or (None) of a new one."""

    why: str
    fields: AbsenceFields
    id: AbsenceId | None


@dataclass(frozen=True, slots=True)
class WrongCalendar:
    """What was wrong with a calendar: one there is, or (None) a new one, whose address is not shown again."""

    why: str
    word: str = field(repr=False)
    id: CalendarId | None = None


def availability_page(
    site: ProfileSite,
    request: Request,
    visitor: Visitor,
    *,
    done: str | None = None,
    wrong: str | None = None,
    absence: WrongAbsence | None = None,
    calendar: WrongCalendar | None = None,
    hours: Sequence[DayOfHours] | None = None,
    off: PageForm | None = None,
) -> Response:
    """`absence`, `calendar`, `hours`, `off`: what was sent of these, where it is that which is wrong."""
    owner, now = visitor.subscriber, site.services.clock.now()
    stands, calendars = availability_now(site.services, owner), calendars_of(site.services, owner.number)
    return site.own_page(
        request,
        visitor,
        "availability",
        done=done if done in DONE else None,
        wrong="form" if absence is not None or calendar is not None else wrong,
        is_operator=visitor.is_operator,
        state=shown_availability(stands, owner, now),
        is_away=stands.is_away,
        heard=heard_now(stands, owner, now, site.prompts),
        off_until=list(OffUntil),
        off=off or {},
        absences=_absences(site, visitor, absence),
        new=absence.fields if absence is not None and absence.id is None else AbsenceFields(),
        wrong_absence=absence,
        recordings=_recordings(site, visitor),
        most_seconds=int(site.services.rules.max_greeting_seconds),
        longest=length_shown(site.services.rules.max_greeting_seconds),
        calendars=[shown_calendar(feed, owner, now) for feed in calendars],
        has_room=len(calendars) < MOST_CALENDARS,
        wrong_calendar=calendar,
        days=hours or hours_shown(owner.hours),
    )


def _absences(site: ProfileSite, visitor: Visitor, wrong: WrongAbsence | None) -> Sequence[ShownAbsence]:
    owner, now = visitor.subscriber, site.services.clock.now()
    given = {} if wrong is None else {wrong.id: wrong.fields}
    return [
        shown_absence(it, owner, now, given.get(it.id)) for it in absences_ahead(site.services, owner.number)
    ]


def _recordings(site: ProfileSite, visitor: Visitor) -> Sequence[tuple[GreetingId, str]]:
    """Absence greetings, which may be heard of an absence, the newest first."""
    owner, now = visitor.subscriber, site.services.clock.now()
    versions = greeting_desk.versions(site.services, owner.number)
    mine = (it.greeting for it in reversed(versions) if it.greeting.kind is GreetingKind.ABSENCE)
    return [(it.id, moment(it.recorded_at, owner, now)) for it in mine]
