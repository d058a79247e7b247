"""Calendars as their feeds' servers write them, for the tests."""

from __future__ import annotations

from datetime import UTC, datetime


def calendar(*events: str, head: str = "") -> bytes:
    """Each event as the lines that stand in it, with `|` between; it gets an id and a stamp."""
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.test//EN", *_lines(head)]
    for number, event in enumerate(events):
        stamp = (f"UID:event-{number}@example.test", "DTSTAMP:20260101T000000Z")
        parts += ["BEGIN:VEVENT", *stamp, *_lines(event), "END:VEVENT"]
    return "".join(f"{line}\r\n" for line in [*parts, "END:VCALENDAR"]).encode()


def meeting(start: datetime, end: datetime, *, title: str = "Budsjett") -> str:
    return f"DTSTART:{_utc(start)}|DTEND:{_utc(end)}|SUMMARY:{title}|TRANSP:OPAQUE"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _lines(text: str) -> list[str]:
    return text.split("|") if text else []
