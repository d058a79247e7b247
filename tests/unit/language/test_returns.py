"""Until when somebody is away. It is Wednesday 18 November 2026, 15:00."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.language.prompts import LANGUAGES, Catalogue, Language
from personsvar.language.returns import until
from personsvar.language.wording import words

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("back", "nb", "en"),
    [
        ("2026-11-18T15:01", "til klokken femten null én.", "until three oh one p.m."),
        ("2026-11-18T15:00:00.5", "til klokken femten null én.", "until three oh one p.m."),
        ("2026-11-18T16:00", "til klokken seksten.", "until four p.m."),
        ("2026-11-18T23:59", "til klokken tjuetre femtini.", "until eleven fifty-nine p.m."),
        ("2026-11-18T23:59:30", "ut dagen.", "for the rest of the day."),
        ("2026-11-19T00:00", "ut dagen.", "for the rest of the day."),
        (
            "2026-11-19T00:01",
            "til i morgen klokken null null null én.",
            "until tomorrow at twelve oh one a.m.",
        ),
        ("2026-11-19T08:00", "til i morgen klokken åtte.", "until tomorrow at eight a.m."),
        ("2026-11-20T00:00", "til og med i morgen.", "until the end of tomorrow."),
        ("2026-11-20T12:00", "til fredag klokken tolv.", "until Friday at noon."),
        ("2026-11-21T00:00", "til og med fredag.", "until the end of Friday."),
        ("2026-11-23T08:00", "til mandag klokken åtte.", "until Monday at eight a.m."),
        ("2026-11-24T08:30", "til tirsdag klokken åtte tretti.", "until Tuesday at eight thirty a.m."),
        ("2026-11-25T00:00", "til og med tirsdag.", "until the end of Tuesday."),
        (
            "2026-11-25T08:00",
            "til onsdag den tjuefemte november klokken åtte.",
            "until Wednesday the twenty-fifth of November at eight a.m.",
        ),
        (
            "2026-11-26T00:00",
            "til og med onsdag den tjuefemte november.",
            "until the end of Wednesday the twenty-fifth of November.",
        ),
        (
            "2027-01-04T08:00",
            "til mandag den fjerde januar klokken åtte.",
            "until Monday the fourth of January at eight a.m.",
        ),
        (
            "2027-08-02T08:00",
            "til mandag den andre august tjue tjuesju klokken åtte.",
            "until Monday the second of August twenty twenty-seven at eight a.m.",
        ),
    ],
)
def test_until_when(catalogue: Catalogue, back: str, nb: str, en: str) -> None:
    at = datetime.fromisoformat(back).replace(tzinfo=OSLO)
    assert words(until(at, NOW, "nb"), catalogue, "nb") == nb
    assert words(until(at, NOW, "en"), catalogue, "en") == en


@given(
    st.integers(0, 60 * 24 * 400).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.integers(1, 60 * 24 * 400),
    st.sampled_from(LANGUAGES),
)
def test_every_return_is_said_in_one_sentence(
    catalogue: Catalogue, now: datetime, minutes: int, language: Language
) -> None:
    parts = until(now + timedelta(minutes=minutes), now, language)
    assert all(catalogue.text(part, other) for part in parts for other in LANGUAGES)
    assert words(parts, catalogue, language).endswith(".")
    assert not any(part.endswith("-final") for part in parts[:-1])
