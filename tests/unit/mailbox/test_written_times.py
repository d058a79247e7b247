"""Times as operators write them. It is Monday 23 November 2026, 10.00 in Oslo."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.voicemail_switch import clock_of
from personsvar.mailbox.written_times import HOW, parse_begin, parse_end

KARI = Subscriber(Number("+4790000001"))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "begin", "end"),
    [
        ("2026-12-24", "2026-12-23T23:00", "2026-12-24T23:00"),
        ("2027-03-28", "2027-03-27T23:00", "2027-03-28T22:00"),
        ("2026-12-24T08:00", "2026-12-24T07:00", "2026-12-24T07:00"),
        ("2026-12-24 08:00", "2026-12-24T07:00", "2026-12-24T07:00"),
        ("2027-03-28T02:30", "2027-03-28T01:00", "2027-03-28T01:00"),
        ("2027-10-31T02:30", "2027-10-31T00:30", "2027-10-31T00:30"),
        ("2026-12-24T08:00Z", "2026-12-24T08:00", "2026-12-24T08:00"),
        ("2026-12-24T08:00:00+05:30", "2026-12-24T02:30", "2026-12-24T02:30"),
        ("2026-12-24T08:00:00", "2026-12-24T07:00", "2026-12-24T07:00"),
        ("2026-12-24 08:00:30", "2026-12-24T07:00:30", "2026-12-24T07:00:30"),
        ("2026-12-24T08:00:00.000", "2026-12-24T07:00", "2026-12-24T07:00"),
        ("2026-12-24T08:00:00.250Z", "2026-12-24T08:00:00.25", "2026-12-24T08:00:00.25"),
        ("2026-12-24T08:00:00.123456789Z", "2026-12-24T08:00:00.123456", "2026-12-24T08:00:00.123456"),
        ("10:01:00", "2026-11-23T09:01", "2026-11-23T09:01"),
        ("10:00:30", "2026-11-23T09:00:30", "2026-11-23T09:00:30"),
        ("10:01", "2026-11-23T09:01", "2026-11-23T09:01"),
        ("10:00", "2026-11-24T09:00", "2026-11-24T09:00"),
        ("2026-11-01", "2026-10-31T23:00", "2026-11-01T23:00"),
    ],
)
def test_a_time(written: str, begin: str, end: str) -> None:
    found = parse_begin(KARI, written, NOW), parse_end(KARI, written, NOW)
    assert found == tuple(datetime.fromisoformat(it).replace(tzinfo=UTC) for it in (begin, end))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "2026-02-30",
        "2026-13-01T08:00",
        "24:00",
        "8:00",
        "08:00:60",
        "2026-12-24T08:00:",
        "2026-12-24T08:00:00.",
        "2026-12-24T8",
        "24.12.2026",
        "2026-W01-1",
        "٢٠٢٦-12-24",
        "0001-01-01T00:00+14:00",
        "9999-12-31",
    ],
)
def test_no_time(written: str) -> None:
    for parse in (parse_begin, parse_end):
        with pytest.raises(MailboxError) as refused:
            parse(KARI, written, NOW)
        assert str(refused.value) in {f"this is no time: {HOW}", "this is more than ten years away"}


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_time_or_refused(written: str) -> None:
    try:
        found = parse_end(KARI, written, NOW)
    except MailboxError as refused:
        assert not written or str(refused).startswith("this is")  # noqa: PT017 - both ways are right
    else:
        assert found.tzinfo is not None


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("0830", "08:30"),
        ("830", "08:30"),
        ("8", "08:00"),
        ("08", "08:00"),
        ("23", "23:00"),
        ("0000", "00:00"),
        ("0", "00:00"),
        ("2359", "23:59"),
        ("24", None),
        ("2400", None),
        ("0860", None),
        ("860", None),
        ("", None),
        ("08300", None),
        ("٠٨", "08:00"),
    ],
)
def test_a_time_of_day_as_it_is_typed(typed: str, clock: str | None) -> None:
    found = clock_of(typed)
    assert (None if found is None else f"{found:%H:%M}") == clock
