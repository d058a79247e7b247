"""When a message came, and the last day of an absence. It is Sunday 22 November 2026, 15:00."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from personsvar.language.moments import day, moment, year
from personsvar.language.prompts import Catalogue
from personsvar.language.wording import words

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("when", "nb", "en"),
    [
        ("2026-11-22T14:32", "i dag klokken fjorten trettito.", "today at two thirty-two p.m."),
        ("2026-11-22T14:00", "i dag klokken fjorten.", "today at two p.m."),
        ("2026-11-22T08:05", "i dag klokken åtte null fem.", "today at eight oh five a.m."),
        ("2026-11-22T01:00", "i dag klokken ett.", "today at one a.m."),
        ("2026-11-22T01:15", "i dag klokken ett femten.", "today at one fifteen a.m."),
        ("2026-11-22T12:00", "i dag klokken tolv.", "today at noon."),
        ("2026-11-22T12:15", "i dag klokken tolv femten.", "today at twelve fifteen p.m."),
        ("2026-11-22T00:00", "i dag klokken null null.", "today at midnight."),
        ("2026-11-22T00:05", "i dag klokken null null null fem.", "today at twelve oh five a.m."),
        ("2026-11-21T23:59", "i går klokken tjuetre femtini.", "yesterday at eleven fifty-nine p.m."),
        ("2026-11-20T20:05", "fredag klokken tjue null fem.", "on Friday at eight oh five p.m."),
        ("2026-11-16T08:05", "mandag klokken åtte null fem.", "on Monday at eight oh five a.m."),
        (
            "2026-11-15T08:00",
            "den femtende november klokken åtte.",
            "the fifteenth of November at eight a.m.",
        ),
        ("2026-03-03T21:10", "den tredje mars klokken tjueén ti.", "the third of March at nine ten p.m."),
        (
            "2025-12-31T13:01",
            "den trettiførste desember tjue tjuefem klokken tretten null én.",
            "the thirty-first of December twenty twenty-five at one oh one p.m.",
        ),
        (
            "2026-11-23T09:00",
            "den tjuetredje november klokken ni.",
            "the twenty-third of November at nine a.m.",
        ),
    ],
)
def test_a_moment_is_said_as_people_say_it(catalogue: Catalogue, when: str, nb: str, en: str) -> None:
    at = datetime.fromisoformat(when).replace(tzinfo=OSLO)
    assert words(moment(at, NOW, "nb"), catalogue, "nb") == nb
    assert words(moment(at, NOW, "en"), catalogue, "en") == en


def test_a_moment_inside_a_sentence_goes_on(catalogue: Catalogue) -> None:
    at = datetime(2026, 11, 22, 14, 32, tzinfo=OSLO)
    assert words(moment(at, NOW, "nb", final=False), catalogue, "nb") == "i dag klokken fjorten trettito"
    parts = (*moment(at, NOW, "en", final=False), *moment(at, NOW, "en"))
    assert words(parts, catalogue, "en") == "today at two thirty-two p.m. today at two thirty-two p.m."


@pytest.mark.parametrize(
    ("on", "nb", "en"),
    [
        ("2026-12-04", "fredag den fjerde desember.", "Friday the fourth of December."),
        ("2026-11-22", "søndag den tjueandre november.", "Sunday the twenty-second of November."),
        ("2027-02-05", "fredag den femte februar.", "Friday the fifth of February."),
        (
            "2027-11-21",
            "søndag den tjueførste november tjue tjuesju.",
            "Sunday the twenty-first of November twenty twenty-seven.",
        ),
    ],
)
def test_the_last_day_of_an_absence_is_read_back(catalogue: Catalogue, on: str, nb: str, en: str) -> None:
    last, today = date.fromisoformat(on), NOW.date()
    assert words(day(last, today, "nb"), catalogue, "nb") == nb
    assert words(day(last, today, "en"), catalogue, "en") == en


@pytest.mark.parametrize(
    ("n", "nb", "en"),
    [
        (2005, "to tusen og fem.", "two thousand and five."),
        (2000, "to tusen.", "two thousand."),
        (2010, "tjue ti.", "twenty ten."),
        (1999, "nitten nittini.", "nineteen ninety-nine."),
        (1905, "nitten hundre og fem.", "nineteen oh five."),
        (1900, "nitten hundre.", "nineteen hundred."),
        (2100, "tjueén hundre.", "twenty-one hundred."),
        (1066, "tusen og sekstiseks.", "one thousand and sixty-six."),
    ],
)
def test_a_year_is_said_in_pairs_or_counted(catalogue: Catalogue, n: int, nb: str, en: str) -> None:
    assert words(year(n, "nb"), catalogue, "nb") == nb
    assert words(year(n, "en"), catalogue, "en") == en
