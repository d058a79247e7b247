"""Of an absence callers hear a sentence of many prompts: on a G.722 line all of them, or it is A-law."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from personsvar.dialogue.greeting_heard import LEAVE_A_MESSAGE, NO_MESSAGE, TAKES_NONE
from personsvar.language.prompts import LANGUAGES, Language
from personsvar.language.standing import away, closed
from personsvar.mailbox.model.availability import AbsenceReason, Availability
from personsvar.voice.encode.wideband import wideband
from tests.world import PROMPTS, catalogue

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WIDEBAND = wideband(PROMPTS, catalogue())


@given(
    st.integers(1, 60 * 24 * 800),
    st.sampled_from([None, *AbsenceReason]),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["Europe/Oslo", "America/New_York"]),
)
def test_no_end_of_an_absence_lacks_a_prompt_in_g722(
    minutes: int, reason: AbsenceReason | None, language: Language, zone: str
) -> None:
    stands = Availability(is_away=True, reason=reason, back_at=NOW + timedelta(minutes=minutes))
    now = NOW.astimezone(ZoneInfo(zone))
    assert set(away(stands, now, language)) - WIDEBAND == set()
    assert set(closed(stands, now, language)) - WIDEBAND == set()


def test_nor_does_what_is_said_where_nobody_knows_the_end() -> None:
    for reason in (None, *AbsenceReason):
        assert set(away(Availability(is_away=True, reason=reason), NOW, "nb")) <= WIDEBAND
    assert {LEAVE_A_MESSAGE, NO_MESSAGE, TAKES_NONE} <= WIDEBAND
