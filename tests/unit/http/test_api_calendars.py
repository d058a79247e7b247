"""Calendars over the API: given, shown without their address, refreshed, changed by who saw them, removed.

What calendars are made of to do harm is refused with why, and nothing is changed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from personsvar.gateways.calendar.calendar_desk import NoPlaceError
from personsvar.http.api.calendar_forms import CalendarForm
from personsvar.http.api.guard import Guard
from personsvar.http.api.routes import calendar_routers
from personsvar.mailbox.absences import absences_ahead
from personsvar.mailbox.availability import availability_at
from personsvar.mailbox.calendar_refresh import take_one
from personsvar.mailbox.model.audit import ActorKind
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import CalendarId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.weekly_hours import parse_hours
from personsvar.mailbox.written_times import AHEAD
from tests.fakes.actors import ROOT
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.calendars import keep_calendar
from tests.unit.conftest import KARI, Backend
from tests.unit.http.api_client import TOKEN, KeyHolder
from tests.unit.http.calendar_desks import desk_of
from tests.unit.http.office import problem
from tests.wire.feed_server import FeedServer, feed_server
from tests.wire.icalendar_text import calendar, meeting

OLAS = "/v1/subscribers/+4790000001/calendars"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with feed_server() as server:
        server.content = calendar(meeting(NOW - HOUR, NOW + HOUR))
        yield server


class Clerk:
    """Who asks, with a key for everything; what fetched is ended after each question."""

    def __init__(self, backend: Backend, *, allowed: bool = True) -> None:
        self.backend, self.allowed = backend, allowed

    def ask(self, method: str, path: str = OLAS, json: object = None, **headers: str) -> httpx.Response:
        desk = desk_of(self.backend.services, allowed=self.allowed)
        routers = calendar_routers(self.backend.services, Guard(self.backend.services, TOKEN), desk)
        written = {name.replace("_", "-"): value for name, value in headers.items()}
        return KeyHolder(routers, at_end=desk.close).ask(method, path, json=json, headers=written)

    def add(self, address: str, **more: str) -> httpx.Response:
        return self.ask("POST", json={"address": address, **more})

    def absences(self) -> Sequence[Absence]:
        return absences_ahead(self.backend.services, self.backend.ola.number)


@pytest.fixture
def clerk(backend: Backend) -> Clerk:
    return Clerk(backend)


def test_one_is_given_and_its_appointments_are_absences(clerk: Clerk, feeds: FeedServer) -> None:
    answer = clerk.add(feeds.address(), word="Borte")
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{OLAS}/1")
    assert [(it.starts_at, it.ends_at) for it in clerk.absences()] == [(NOW - HOUR, NOW + HOUR)]
    shown = answer.json()
    assert (shown["host"], shown["word"], shown["busy_times"]) == (f"127.0.0.1:{feeds.port}", "Borte", 1)
    one = clerk.ask("GET", f"{OLAS}/1")
    assert (one.json(), one.headers["ETag"]) == (shown, answer.headers["ETag"])
    assert clerk.ask("GET", f"{OLAS}/1", If_None_Match=one.headers["ETag"]).status_code == 304
    every = [clerk.ask("GET"), clerk.ask("GET", "/v1/calendars"), one, answer]
    assert [it.json()["items"] for it in every[:2]] == [[shown], [shown]]
    assert all("hush" not in it.text for it in every)
    with clerk.backend.services.store.look() as uow:
        (entry,) = uow.audit.list()
    assert (entry.action, entry.actor.kind, entry.mailbox) == (
        "calendar-added",
        ActorKind.API_KEY,
        clerk.backend.ola.number,
    )


def test_its_fields_are_those_of_the_command_line() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/json.md").read_text("utf-8")
    section = page.partition("## `calendar list --json`")[2].partition("\n## ")[0]
    assert list(CalendarForm.model_fields) == re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_it_is_fetched_anew_and_what_is_wrong_stands_in_it(clerk: Clerk, feeds: FeedServer) -> None:
    clerk.add(feeds.address())
    feeds.content = calendar(meeting(NOW + HOUR, NOW + 2 * HOUR), "SUMMARY:no start")
    answer = clerk.ask("POST", f"{OLAS}/1/refresh")
    assert (answer.status_code, answer.json()["unread"], answer.json()["trouble"]) == (200, 1, None)
    assert [it.starts_at for it in clerk.absences()] == [NOW + HOUR]
    feeds.status = 404
    failed = clerk.ask("POST", f"{OLAS}/1/refresh").json()
    assert (failed["trouble"], failed["failures"]) == ("refused", 1)
    assert "not shared any more" in failed["why"]
    assert [it.starts_at for it in clerk.absences()] == [NOW + HOUR]
    assert [it["id"] for it in clerk.ask("GET", "/v1/calendars?failing=true").json()["items"]] == [1]


def test_who_fetches_it_meanwhile_is_not_disturbed(clerk: Clerk, feeds: FeedServer) -> None:
    clerk.add(feeds.address())
    assert take_one(clerk.backend.services, CalendarId(1)) is not None
    assert problem(clerk.ask("POST", f"{OLAS}/1/refresh")) == (409, "conflict")


def test_the_word_is_changed_by_who_saw_it(clerk: Clerk, feeds: FeedServer) -> None:
    seen = clerk.add(feeds.address()).headers["ETag"]
    assert problem(clerk.ask("PATCH", f"{OLAS}/1", {"word": "Ute"})) == (428, "precondition-required")
    changed = clerk.ask("PATCH", f"{OLAS}/1", {"word": " Ute  nå"}, If_Match=seen)
    assert (changed.status_code, changed.json()["word"]) == (200, "Ute nå")
    assert problem(clerk.ask("PATCH", f"{OLAS}/1", {"word": "x"}, If_Match=seen)) == (412, "stale")
    assert problem(clerk.ask("DELETE", f"{OLAS}/1", If_Match=seen)) == (412, "stale")
    assert problem(clerk.ask("PATCH", f"{OLAS}/1", {"word": "a\nb\x07"}, If_Match="*")) == (422, "refused")
    assert clerk.ask("DELETE", f"{OLAS}/1", If_Match=changed.headers["ETag"]).status_code == 204
    assert clerk.absences() == []
    assert clerk.ask("GET").json() == {"items": []}


def test_another_s_is_not_there(clerk: Clerk) -> None:
    with clerk.backend.services.store.begin() as uow:
        uow.subscribers.add(Subscriber(KARI))
        uow.commit()
    hers = keep_calendar(clerk.backend.services, KARI)
    for method, path, json in (
        ("GET", "", None),
        ("PATCH", "", {"word": "x"}),
        ("DELETE", "", None),
        ("POST", "/refresh", None),
    ):
        assert problem(clerk.ask(method, f"{OLAS}/{hers.id}{path}", json, If_Match="*")) == (404, "not-found")
    assert clerk.ask("GET", f"/v1/subscribers/{KARI}/calendars").json()["items"] != []
    assert problem(clerk.ask("GET", "/v1/subscribers/+4790000009/calendars")) == (404, "not-found")


def test_all_of_them_come_page_by_page(clerk: Clerk) -> None:
    for _ in range(3):
        keep_calendar(clerk.backend.services, clerk.backend.ola.number)
    first = clerk.ask("GET", "/v1/calendars?limit=2").json()
    assert [it["id"] for it in first["items"]] == [1, 2]
    second = clerk.ask("GET", first["next"]).json()
    assert ([it["id"] for it in second["items"]], second["next"]) == ([3], None)


def test_what_is_no_calendar_s_address_is_refused_and_not_repeated(clerk: Clerk, feeds: FeedServer) -> None:
    for wrong in ("hush", "ftp://example.test/hush", "https://", f"https://{'x' * 3000}", "file:///etc/hush"):
        answer = clerk.add(wrong)
        assert answer.status_code == 422
        assert "hush" not in answer.text
    assert clerk.add(feeds.address()).status_code == 201
    assert "has that calendar already" in clerk.add(feeds.address()).json()["detail"]
    for number in range(4):
        assert clerk.add(feeds.address(f"/{number}")).status_code == 201
    assert "5 calendars already" in clerk.add(feeds.address("/sixth")).json()["detail"]


def test_one_in_a_private_network_is_never_asked(backend: Backend, feeds: FeedServer) -> None:
    clerk = Clerk(backend, allowed=False)
    for address in (feeds.address(), f"https://localhost:{feeds.port}/a", f"https://[::1]:{feeds.port}/a"):
        answer = clerk.add(address)
        assert problem(answer) == (422, "refused")
        assert "private network" in answer.json()["detail"]
    assert feeds.asked == []
    assert clerk.ask("GET").json() == {"items": []}


BEGUN, ENDED = "20260302T110000Z", "20260302T130000Z"
LATER = meeting(NOW + 3 * HOUR, NOW + 4 * HOUR)


@pytest.mark.parametrize(
    ("event", "spells"),
    [
        (f"DTSTART:{BEGUN}|DTEND:99991231T235959Z", 1),
        ("DTSTART:99991231T235959Z|DTEND:99991231T235959Z", 1),
        (f"DTSTART:{ENDED}|DTEND:{BEGUN}", 2),
        (f"DTSTART:{BEGUN}|DTEND:{BEGUN}", 1),
        (f"DTSTART:{BEGUN}|DURATION:PT0S", 1),
        ("DTSTART:20260302T120000|DTEND:20260302T140000", 2),
        ("DTSTART;TZID=Mars/Olympus:20260302T120000|DTEND;TZID=Mars/Olympus:20260302T140000", 2),
        ("DTSTART:nonsense|DTEND:20260302T140000", 1),
        (f"DTSTART:{BEGUN}|DTEND:{ENDED}|RRULE:FREQ=DAILY;UNTIL=99991231T000000Z", 32),
        (f"DTSTART:{BEGUN}|DTEND:{ENDED}|RRULE:FREQ=NEVER", 1),
    ],
)
def test_what_is_odd_in_one_appointment_keeps_no_other_from_counting(
    clerk: Clerk, feeds: FeedServer, event: str, spells: int
) -> None:
    feeds.content = calendar(event, LATER)
    answer = clerk.add(feeds.address())
    assert answer.status_code == 201
    assert answer.json()["busy_times"] == spells
    now, later = (
        availability_at(owner_with_hours(clerk), clerk.absences(), NamedBankHolidays(), at)
        for at in (NOW, NOW + 3.5 * HOUR)
    )
    assert later.reason is AbsenceReason.MEETING
    assert all(it.back_at is None or NOW < it.back_at <= NOW + AHEAD + 90 * DAY for it in (now, later))


def owner_with_hours(clerk: Clerk) -> Subscriber:
    """Far to the east, where the last moments of the year 9999 by UTC have no day."""
    return replace(
        clerk.backend.ola, hours=parse_hours("mon-fri 00:00-12:00"), time_zone="Pacific/Kiritimati"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (calendar(f"DTSTART:{BEGUN}|DTEND:{ENDED}|RRULE:FREQ=MINUTELY;COUNT=100000"), "more appointments"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 3_000_000, "larger than 2 MB"),
        (b"<html>Log in</html>", "no calendar"),
        (b"", "no calendar"),
    ],
)
def test_what_is_too_much_or_no_calendar_changes_nothing_and_is_told(
    clerk: Clerk, feeds: FeedServer, content: bytes, why: str
) -> None:
    clerk.add(feeds.address())
    before, absences = clerk.ask("GET").json(), clerk.absences()
    feeds.content = content
    refused = clerk.add(feeds.address("/other"))
    assert problem(refused) == (422, "refused")
    assert why in refused.json()["detail"]
    assert clerk.ask("GET").json() == before
    assert clerk.ask("POST", f"{OLAS}/1/refresh").json()["why"] is not None
    assert clerk.absences() == absences


def test_only_so_many_are_fetched_at_once(backend: Backend) -> None:
    desk = desk_of(backend.services)

    async def crowd() -> list[object]:
        asked = (desk.add(backend.ola, f"https://127.0.0.1:1/{n}", "", by=ROOT) for n in range(9))
        try:
            return await asyncio.gather(*asked, return_exceptions=True)
        finally:
            await desk.close()

    turned_away = [it for it in asyncio.run(crowd()) if isinstance(it, NoPlaceError)]
    assert len(turned_away) == 5
