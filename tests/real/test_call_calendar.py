"""A calendar with a meeting now: who calls hears why, and until when, through a real Asterisk."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.ids import Number
from tests.real.running_site import running_site
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import Telephone, leave, reach
from tests.wire.feed_server import FeedServer, feed_server
from tests.wire.icalendar_text import calendar, meeting

OSLO = ZoneInfo("Europe/Oslo")
IN_ORDER_SECONDS = 30


@pytest.fixture(scope="module")
def site(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    allowed = {"PERSONSVAR_CALENDAR_NETWORKS": "127.0.0.0/8"}
    with running_site(asterisk, tmp_path_factory.mktemp("calendar"), environment=allowed) as site:
        yield site


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


def give(site: LiveSite, owner: Number, feeds: FeedServer) -> None:
    """As an operator does, on the command line of the same installation."""
    command = [str(Path(sys.executable).with_name("personsvar")), "calendar", "set", owner, feeds.address()]
    environment = {**os.environ, **site.service.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "hush" not in done.stdout + done.stderr


def today() -> date:
    return datetime.now(OSLO).date()


def until_tomorrow_at_two() -> bytes:
    end = datetime.combine(today() + timedelta(days=1), time(14), tzinfo=OSLO)
    return calendar(meeting(datetime.now(UTC) - timedelta(hours=1), end, title="Budsjett hush"))


def hears(telephone: Telephone, owner: Number, *prompts: str) -> None:
    """These, one after the other."""
    phone = reach(telephone, owner)
    times = [phone.wait_for_prompt(prompt, within=IN_ORDER_SECONDS) for prompt in prompts]
    assert times == sorted(times), phone.story()
    phone.hang_up()


def test_a_meeting_now_is_told_with_its_end_and_a_message_can_be_left(
    site: LiveSite, telephone: Telephone, feeds: FeedServer
) -> None:
    owner = site.subscriber()
    feeds.content = until_tomorrow_at_two()
    give(site, owner, feeds)
    told = ("away-meeting", "until-tomorrow-at", "n14-final")
    hears(telephone, owner, "greeting-reached", *told, "greeting-after-tone")
    leave(reach(telephone, owner))
    assert site.message(owner, within=30).caller is not None
    assert "hush" not in site.service.log.read_text()


def test_who_is_out_of_office_today_is_told_to_be_away_through_the_day(
    site: LiveSite, telephone: Telephone, feeds: FeedServer
) -> None:
    owner, day = site.subscriber(), today()
    whole = f"DTSTART;VALUE=DATE:{day:%Y%m%d}|DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    feeds.content = calendar(f"{whole}|SUMMARY:Ferie|X-MICROSOFT-CDO-BUSYSTATUS:OOF")
    give(site, owner, feeds)
    hears(telephone, owner, "greeting-reached", "away-holiday", "through-today", "greeting-after-tone")


def test_when_the_meeting_is_cancelled_the_notifier_finds_out_by_itself(
    site: LiveSite, telephone: Telephone, feeds: FeedServer
) -> None:
    owner = site.subscriber()
    feeds.content = until_tomorrow_at_two()
    give(site, owner, feeds)
    assert is_away(site, owner)
    feeds.content = calendar()
    make_due(site, owner)
    eventually(lambda: not is_away(site, owner), within=60, what="the calendar's next fetch")
    phone = reach(telephone, owner)
    phone.wait_for_prompt("greeting-after-tone", within=IN_ORDER_SECONDS)
    assert "away-meeting" not in {heard.prompt for heard in phone.heard()}
    phone.hang_up()


def make_due(site: LiveSite, owner: Number) -> None:
    """Its next fetch is not waited for."""
    with site.store() as store, store.begin() as uow:
        (feed,) = uow.calendars.of(owner)
        uow.calendars.put(replace(feed, due_at=datetime.now(UTC)))
        uow.commit()


def is_away(site: LiveSite, owner: Number) -> bool:
    with site.store() as store, store.look() as uow:
        return bool(uow.absences.not_over(owner, at=datetime.now(UTC)))
