"""Feeds as Outlook, Google and Nextcloud write them, read by a subscriber in Norway."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from personsvar.gateways.calendar.appointments import LookOut, busy_spells

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=OSLO)
OUTLOOK = """
02.03 09:00 - 02.03 10:00 meeting
09.03 13:00 - 09.03 14:30 meeting
10.03 09:00 - 10.03 10:00 meeting
30.03 09:00 - 30.03 10:00 meeting
04.03 00:00 - 07.03 00:00 away
"""
GOOGLE = """
03.03 10:00 - 03.03 12:00 meeting
26.03 14:00 - 26.03 15:00 meeting
27.03 16:00 - 27.03 17:00 meeting
29.03 14:00 - 29.03 15:00 meeting
30.03 14:00 - 30.03 15:00 meeting
12.03 00:00 - 14.03 00:00 other
"""
NEXTCLOUD = """
03.03 08:00 - 03.03 08:45 meeting
04.03 18:00 - 04.03 19:30 meeting
05.03 20:00 - 05.03 20:45 meeting
06.03 20:00 - 06.03 20:45 meeting
07.03 10:00 - 07.03 12:00 meeting
08.03 00:00 - 09.03 00:00 meeting
"""


def feed(name: str) -> bytes:
    return (Path(__file__).parent / f"{name}.ics").read_bytes()


def heard(content: bytes, *, word: str = "", days: int = 30) -> list[str]:
    found = busy_spells(content, LookOut(MONDAY, MONDAY + timedelta(days=days), OSLO, word))
    assert found.unread == 0
    return [f"{on_the_wall(one.starts_at)} - {on_the_wall(one.ends_at)} {one.reason}" for one in found.spells]


def on_the_wall(at: datetime) -> str:
    return f"{at.astimezone(OSLO):%d.%m %H:%M}"


@pytest.mark.parametrize(
    ("name", "word", "spells"),
    [("outlook", "", OUTLOOK), ("google", "fri", GOOGLE), ("nextcloud", "", NEXTCLOUD)],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_what_counts_in_a_real_feed(name: str, word: str, spells: str, line_end: bytes) -> None:
    assert heard(feed(name).replace(b"\n", line_end), word=word) == spells.strip().splitlines()


def test_without_the_word_a_day_that_is_marked_free_is_free() -> None:
    assert heard(feed("google")) == GOOGLE.strip().splitlines()[:-1]


def test_what_has_begun_counts_to_its_end_and_what_begins_later_than_is_looked_does_not() -> None:
    assert heard(feed("outlook"), days=1) == OUTLOOK.strip().splitlines()[:1]


def test_a_feed_with_a_mark_of_its_encoding_before_it_is_read() -> None:
    assert heard(b"\xef\xbb\xbf" + feed("nextcloud") + b"\r\n\r\n") == NEXTCLOUD.strip().splitlines()
