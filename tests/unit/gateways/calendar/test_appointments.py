"""What counts as busy, when, and what is refused: a feed's text in, times out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personsvar.gateways.calendar.appointments import MOST_SPELLS, BusySpells, LookOut, busy_spells
from personsvar.gateways.calendar.busy import begins_with
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.mailbox.model.calendar_feed import BusyReason, BusySpell, FeedTrouble
from tests.wire.icalendar_text import calendar, meeting

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEN = "DTSTART:20260303T100000Z|DTEND:20260303T110000Z"


def read(content: bytes, *, zone: str = "Europe/Oslo", word: str = "") -> BusySpells:
    return busy_spells(content, LookOut(NOW, NOW + timedelta(days=30), ZoneInfo(zone), word))


def reasons(lines: str, word: str = "") -> list[str]:
    return [str(one.reason) for one in read(calendar(f"{TEN}|{lines}"), word=word).spells]


@pytest.mark.parametrize(
    ("lines", "heard"),
    [
        ("SUMMARY:x", ["meeting"]),
        ("TRANSP:OPAQUE", ["meeting"]),
        ("TRANSP:TRANSPARENT", []),
        ("TRANSP:OPAQUE|STATUS:TENTATIVE", []),
        ("TRANSP:OPAQUE|STATUS:CANCELLED", []),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY|STATUS:CANCELLED", []),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY|TRANSP:TRANSPARENT", ["meeting"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:busy", ["meeting"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", ["away"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE|TRANSP:OPAQUE", []),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", []),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", []),
        ("X-MICROSOFT-CDO-BUSYSTATUS:SOMETHINGNEW", []),
        ("TRANSP:OPAQUE|TRANSP:TRANSPARENT", ["meeting"]),
    ],
)
def test_what_the_calendar_says_counts(lines: str, heard: list[str]) -> None:
    assert reasons(lines) == heard


@pytest.mark.parametrize(
    ("lines", "heard"),
    [
        ("SUMMARY:Borte: hos tannlegen|TRANSP:TRANSPARENT", ["other"]),
        ("SUMMARY:  borte|X-MICROSOFT-CDO-BUSYSTATUS:FREE", ["other"]),
        ("SUMMARY:BORTE i dag|X-MICROSOFT-CDO-BUSYSTATUS:OOF", ["away"]),
        ("SUMMARY:Borte|STATUS:CANCELLED", []),
        ("SUMMARY:Bortebane|TRANSP:TRANSPARENT", []),
        ("SUMMARY:Er borte|TRANSP:TRANSPARENT", []),
        ("TRANSP:TRANSPARENT", []),
    ],
)
def test_a_title_that_begins_with_the_word_counts_whatever_the_calendar_says(
    lines: str, heard: list[str]
) -> None:
    assert reasons(lines, word="Borte") == heard


def test_no_word_is_the_beginning_of_no_title() -> None:
    assert not begins_with("", "")
    assert not begins_with("Budsjett", "")
    assert begins_with("Ute av  kontoret, til mandag", "ute av kontoret")


@pytest.mark.parametrize(
    ("zone", "starts", "ends"),
    [
        ("Europe/Oslo", "2026-03-27T23:00", "2026-03-29T22:00"),  # the night the clocks go forward
        ("America/New_York", "2026-03-28T04:00", "2026-03-30T04:00"),
    ],
)
def test_whole_days_are_the_subscribers_own(zone: str, starts: str, ends: str) -> None:
    (one,) = read(calendar("DTSTART;VALUE=DATE:20260328|DTEND;VALUE=DATE:20260330"), zone=zone).spells
    assert (f"{one.starts_at:%Y-%m-%dT%H:%M}", f"{one.ends_at:%Y-%m-%dT%H:%M}") == (starts, ends)


@pytest.mark.parametrize(
    ("lines", "head", "starts"),
    [
        ("DTSTART:20260303T100000|DURATION:PT1H", "", "09:00"),
        ("DTSTART;TZID=Nowhere/At All:20260303T100000|DURATION:PT1H", "", "09:00"),
        ("DTSTART;TZID=Tokyo Standard Time:20260303T190000|DURATION:PT1H", "", "10:00"),
        ("DTSTART:20260303T100000|DURATION:PT1H", "X-WR-TIMEZONE:America/New_York", "15:00"),
        ("DTSTART:20260303T100000Z|DURATION:PT1H", "X-WR-TIMEZONE:America/New_York", "10:00"),
    ],
)
def test_a_time_without_a_zone_is_meant_by_the_calendars_clock_else_by_the_subscribers(
    lines: str, head: str, starts: str
) -> None:
    (one,) = read(calendar(lines, head=head)).spells
    assert f"{one.starts_at:%H:%M}" == starts


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART:20260301T000000Z|DTEND:99991201T000000Z",
        "DTSTART:20260301T000000|DTEND:99991231T235959",
        "DTSTART;TZID=America/New_York:20260301T000000|DTEND;TZID=America/New_York:99991231T235959",
        "DTSTART;VALUE=DATE:20260301|DTEND;VALUE=DATE:99991231",
        "DTSTART;VALUE=DATE:00010101|DTEND;VALUE=DATE:99991231",
        "DTSTART:00010101T000000Z|DTEND:20281201T000000Z",
        "DTSTART:00010101T000000|DURATION:P740500D",
        "DTSTART;VALUE=DATE:20260301|DURATION:P3000000D",
        "DTSTART:20260301T000000Z|DTEND:99991201T000000Z|RRULE:FREQ=YEARLY",
        "DTSTART:00010101T000000Z|DTEND:99991201T000000Z|RRULE:FREQ=YEARLY",
        "DTSTART:19000101T000000Z|DTEND:20990101T000000Z",
    ],
)
def test_what_lasts_for_ever_or_has_always_lasted_is_busy_now(lines: str) -> None:
    found = read(calendar(lines))
    assert [one.starts_at <= NOW and one.ends_at > NOW + timedelta(days=30) for one in found.spells] == [True]
    assert found.unread == 0


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART:00010101T000000Z|DTEND:00020101T000000Z",
        "DTSTART;VALUE=DATE:99990101|DTEND;VALUE=DATE:99991231",
    ],
)
def test_what_is_beyond_all_reckoning_keeps_nobody_from_answering(lines: str) -> None:
    assert read(calendar(lines)).spells == []


def test_meetings_one_after_the_other_are_one_and_those_with_a_pause_are_not() -> None:
    start = NOW + HOUR
    events = [meeting(start + n * HOUR, start + (n + 1) * HOUR) for n in (0, 1, 3)]
    events.append(meeting(start, start + HOUR / 2))
    assert read(calendar(*events)).spells == [
        BusySpell(start, start + 2 * HOUR, BusyReason.MEETING),
        BusySpell(start + 3 * HOUR, start + 4 * HOUR, BusyReason.MEETING),
    ]


def test_a_meeting_that_one_goes_on_in_began_when_the_first_of_them_did() -> None:
    before, now = meeting(NOW - 2 * HOUR, NOW), meeting(NOW, NOW + HOUR)
    assert read(calendar(before, now)).spells == [BusySpell(NOW - 2 * HOUR, NOW + HOUR, BusyReason.MEETING)]


def test_what_is_over_and_what_takes_no_time_is_left_out() -> None:
    over, instant = meeting(NOW - 2 * HOUR, NOW), meeting(NOW + HOUR, NOW + HOUR)
    assert read(calendar(over, instant)).spells == []


def test_an_appointment_that_is_written_wrongly_is_counted_and_keeps_the_others_from_nothing() -> None:
    wrong = ("DTSTART:yesterday", "SUMMARY:no start", f"{TEN}|RRULE:FREQ=SOMETIMES")
    found = read(calendar(*wrong, TEN, "DTSTART:99991231T230000Z|DURATION:P400D"))
    assert [one.reason for one in found.spells] == [BusyReason.MEETING]
    assert found.unread >= len(wrong)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\r\n\xff\xfe\x00\r\nEND:VCALENDAR",
        calendar(TEN)[:-20],
        calendar(TEN, head="CALSCALE:CHINESE"),
        b"PK\x03\x04" + bytes(100),
    ],
)
def test_what_is_no_calendar_or_only_a_part_of_one_is_refused(content: bytes) -> None:
    with pytest.raises(FeedFailedError) as raised:
        read(content)
    assert raised.value.trouble is FeedTrouble.NO_CALENDAR


@pytest.mark.parametrize("rule", ["FREQ=MINUTELY;COUNT=100000", "FREQ=MINUTELY;INTERVAL=10"])
def test_more_appointments_than_anybody_has_are_refused(rule: str) -> None:
    with pytest.raises(FeedFailedError) as raised:
        read(calendar(f"DTSTART:20260302T100000Z|DURATION:PT1M|RRULE:{rule}"))
    assert raised.value.trouble is FeedTrouble.TOO_MANY


def test_a_thousand_appointments_are_taken() -> None:
    minutes = [NOW + timedelta(minutes=10 * n) for n in range(1, MOST_SPELLS + 1)]
    events = [meeting(at, at + timedelta(minutes=5)) for at in minutes]
    assert len(read(calendar(*events)).spells) == MOST_SPELLS


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(-50, 500), st.integers(0, 50)), max_size=12))
def test_the_spells_are_in_order_apart_and_cover_just_what_was_written(hours: list[tuple[int, int]]) -> None:
    events = [meeting(NOW + at * HOUR, NOW + (at + length) * HOUR) for at, length in hours]
    spells = read(calendar(*events)).spells
    for one, following in pairwise(spells):
        assert one.ends_at < following.starts_at
    covered = {
        at for one in spells for at in range((one.starts_at - NOW) // HOUR, (one.ends_at - NOW) // HOUR)
    }
    written = {hour for at, length in hours for hour in range(at, at + length)}
    assert covered <= written
    assert {hour for hour in covered if hour >= 0} == {hour for hour in written if hour >= 0}
