"""An absence as a form, and as its owner reads it: a day alone is meant whole, as people plan.

A moment that the form leaves as it stood stays to the second, also one that the clock shows twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from personsvar.http.pages.message_shown import day_in_words, moment
from personsvar.http.pages.page_faults import BAD_REQUEST, PageFault
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.page_texts import said
from personsvar.mailbox.absences import PlannedAbsence
from personsvar.mailbox.availability import is_ended
from personsvar.mailbox.local_time import local_day, local_wall
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId, GreetingId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.written_times import parse_begin, parse_end

BUILT_IN, AS_BEFORE = "built-in", "as-before"
_MIDNIGHT = time()
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class AbsenceFields:
    """What stands in the form."""

    begin: str = ""
    begin_at: str = ""
    end: str = ""
    end_at: str = ""
    reason: str = ""
    takes_messages: bool = True
    words: str = BUILT_IN


@dataclass(frozen=True, slots=True)
class ShownAbsence:
    id: AbsenceId
    title: str
    when: str
    is_on: bool
    is_ended: bool
    """Callers hear nothing of it any more: its owner is back."""
    is_own: bool
    """Not of a calendar: it may be changed here."""
    takes_messages: bool
    has_recording: bool
    fields: AbsenceFields


def shown_absence(
    absence: Absence, owner: Subscriber, now: datetime, given: AbsenceFields | None
) -> ShownAbsence:
    """`given`: what was sent of it and would not do, to be mended."""
    return ShownAbsence(
        id=absence.id,
        title=said(owner.language, f"absences.{absence.reason or 'none_of'}"),
        when=spell_in_words(absence, owner, now),
        is_on=absence.covers(now) and not is_ended(owner, absence, now),
        is_ended=is_ended(owner, absence, now),
        is_own=absence.calendar is None,
        takes_messages=absence.takes_messages,
        has_recording=absence.recording is not None,
        fields=given or fields_of(absence, owner),
    )


def spell_in_words(absence: Absence, owner: Subscriber, now: datetime) -> str:
    """`fra mandag 2. mars til og med fredag 6. mars`, `til i dag kl. 14.00`."""
    ends, today, language = local_wall(owner, absence.ends_at), local_day(owner, now), owner.language
    is_whole = ends.time() == _MIDNIGHT and absence.ends_at - absence.starts_at >= timedelta(days=1)
    last = day_in_words((ends - timedelta(days=1)).date(), today, language)
    end = (
        said(language, "absences.through", day=last)
        if is_whole
        else said(language, "absences.until", moment=moment(absence.ends_at, owner, now))
    )
    if absence.starts_at <= now:
        return end
    starts = local_wall(owner, absence.starts_at)
    begin = (
        day_in_words(starts.date(), today, language)
        if starts.time() == _MIDNIGHT
        else moment(absence.starts_at, owner, now)
    )
    return said(language, "absences.from", begin=begin, end=end)


def fields_of(absence: Absence, owner: Subscriber) -> AbsenceFields:
    starts, ends = local_wall(owner, absence.starts_at), local_wall(owner, absence.ends_at)
    through = ends - timedelta(days=1) if ends.time() == _MIDNIGHT else ends
    return AbsenceFields(
        begin=starts.date().isoformat(),
        begin_at=_clock(starts),
        end=through.date().isoformat(),
        end_at=_clock(ends),
        reason=absence.reason or "",
        takes_messages=absence.takes_messages,
        words=BUILT_IN if absence.recording is None else AS_BEFORE,
    )


def fields_given(form: PageForm) -> AbsenceFields:
    """Raise PageFault for what no form of ours sends."""
    fields = AbsenceFields(
        begin=form.get("begin", ""),
        begin_at=form.get("begin_at", ""),
        end=form.get("end", ""),
        end_at=form.get("end_at", ""),
        reason=form.get("reason", ""),
        takes_messages="messages" in form,
        words=form.get("words", BUILT_IN),
    )
    is_greeting = fields.words.isascii() and fields.words.isdecimal() and len(fields.words) <= _LONGEST_ID
    if fields.reason not in {"", *AbsenceReason} or not (
        is_greeting or fields.words in (BUILT_IN, AS_BEFORE)
    ):
        raise PageFault(BAD_REQUEST)
    return fields


def plan_of(
    fields: AbsenceFields, owner: Subscriber, now: datetime, *, before: Absence | None, alaw: bytes | None
) -> PlannedAbsence:
    """Raise MailboxError for what is no time."""
    return PlannedAbsence(
        _starts_at(fields, owner, now, before),
        _ends_at(fields, owner, now, before),
        reason=AbsenceReason(fields.reason) if fields.reason else None,
        takes_messages=fields.takes_messages,
        alaw=alaw,
        greeting=GreetingId(int(fields.words)) if fields.words.isdecimal() else None,
        keeps_recording=fields.words == AS_BEFORE and alaw is None,
    )


def _starts_at(fields: AbsenceFields, owner: Subscriber, now: datetime, before: Absence | None) -> datetime:
    if before is not None:
        stood = fields_of(before, owner)
        if (fields.begin, fields.begin_at) == (stood.begin, stood.begin_at):
            return before.starts_at
    begin = _written(fields.begin, fields.begin_at)
    return parse_begin(owner, begin, now) if begin else now


def _ends_at(fields: AbsenceFields, owner: Subscriber, now: datetime, before: Absence | None) -> datetime:
    if before is not None:
        stood = fields_of(before, owner)
        if (fields.end, fields.end_at) == (stood.end, stood.end_at):
            return before.ends_at
    return parse_end(owner, _written(fields.end, fields.end_at), now)


def _written(day: str, clock: str) -> str:
    return f"{day}T{clock}" if day and clock else day or clock


def _clock(local: datetime) -> str:
    return "" if local.time() == _MIDNIGHT else f"{local:%H:%M}"
