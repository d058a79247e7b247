"""What a subscriber says on the page of being away is heard in a real call, and ended by phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from dialplan.switch.root import Asterisk
from personsvar.http.pages.page_texts import said as words
from personsvar.mailbox.model.ids import Number
from tests.browser.browsers import heard_once, pages_in, running_chromium
from tests.browser.page_site import let_in
from tests.real.running_site import running_site
from tests.real.signals import silence
from tests.real.site import LiveSite
from tests.real.walks import Telephone, own_mailbox, reach
from tests.wire.feed_server import FeedServer, feed_server
from tests.wire.icalendar_text import calendar, meeting

OSLO = ZoneInfo("Europe/Oslo")
HERE = "/profile/availability"
OpenOwn = Callable[[Number], Page]


@pytest.fixture(scope="module")
def site(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    allowed = {"PERSONSVAR_CALENDAR_NETWORKS": "127.0.0.0/8"}
    with running_site(asterisk, tmp_path_factory.mktemp("availability"), environment=allowed) as site:
        yield site


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    microphone = tmp_path_factory.mktemp("microphone") / "nobody.wav"
    microphone.write_bytes(heard_once(silence(1)))
    with running_chromium(microphone) as browser:
        yield browser


@pytest.fixture
def opened(chromium: Browser, site: LiveSite) -> Iterator[OpenOwn]:
    """The page of availability, of a subscriber who is logged in."""
    with pages_in(chromium, f"http://{site.service.environment['PERSONSVAR_HTTP_BIND']}") as open_page:

        def open_own(owner: Number) -> Page:
            with site.store() as store:
                session = let_in(store, owner)
            return open_page(HERE, session=session, size="phone")

        yield open_own


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


def tomorrow_at(hour: int) -> datetime:
    return datetime.combine(datetime.now(OSLO).date() + timedelta(days=1), time(hour), tzinfo=OSLO)


def give(page: Page, feeds: FeedServer) -> None:
    page.locator("summary", has_text=words("nb", "calendars.add")).click()
    page.get_by_label(words("nb", "calendars.address"), exact=True).fill(feeds.address())
    page.get_by_role("button", name=words("nb", "calendars.keep")).click()
    expect(page.get_by_role("status")).to_have_text(words("nb", "availability.done_calendar-added"))


def heard_by_a_caller(telephone: Telephone, owner: Number) -> list[str]:
    """The whole greeting."""
    caller = reach(telephone, owner)
    caller.wait_for_prompt("greeting-after-tone", within=40)
    caller.hang_up()
    return [it.prompt for it in caller.heard()]


def told(heard: list[str]) -> list[str]:
    wanted = ("away-meeting", "away-off", "until-tomorrow-at", "n14-final")
    return [prompt for prompt in heard if prompt in wanted]


def test_a_meeting_of_a_feed_given_on_the_page_is_heard_with_its_end_and_ended_by_phone(
    site: LiveSite, telephone: Telephone, opened: OpenOwn, feeds: FeedServer
) -> None:
    owner = site.subscriber()
    begun = datetime.now(UTC) - timedelta(hours=1)
    feeds.content = calendar(meeting(begun, tomorrow_at(14), title="Budsjett hush"))
    page = opened(owner)
    give(page, feeds)
    expect(page.get_by_text("opptatt i møte til i morgen klokken fjorten.")).to_be_visible()
    assert "hush" not in page.content()
    assert told(heard_by_a_caller(telephone, owner)) == ["away-meeting", "until-tomorrow-at", "n14-final"]

    phone = own_mailbox(telephone, owner, first="absent-until")
    phone.wait_for_prompt("absent-how-to-end", within=20)
    phone.press("37")
    phone.wait_for_prompt("absent-end", within=30)
    phone.press("1")
    phone.wait_for_prompt("available-now", within=20)
    phone.hang_up()
    site.wait_until_calls_are_over()
    assert told(heard_by_a_caller(telephone, owner)) == []
    page.reload()
    expect(page.get_by_text(words("nb", "absences.ended"), exact=True)).to_be_visible()
    assert "hush" not in site.service.log.read_text()


def test_an_absence_planned_on_the_page_is_heard_and_ended_there(
    site: LiveSite, telephone: Telephone, opened: OpenOwn
) -> None:
    owner = site.subscriber()
    page = opened(owner)
    page.locator("summary", has_text=words("nb", "absences.plan")).click()
    form = page.locator("form", has=page.locator("#new-end"))
    page.locator("#new-end").fill(tomorrow_at(14).date().isoformat())
    form.locator("input[name=end_at]").fill("14:00")
    form.get_by_label(words("nb", "absences.reason"), exact=True).select_option("off")
    form.get_by_role("button", name=words("nb", "absences.keep")).click()
    expect(page.get_by_role("status")).to_have_text(words("nb", "availability.done_planned"))
    assert told(heard_by_a_caller(telephone, owner)) == ["away-off", "until-tomorrow-at", "n14-final"]
    page.get_by_role("button", name=words("nb", "availability.back")).click()
    expect(page.get_by_role("status")).to_have_text(words("nb", "availability.done_back"))
    assert told(heard_by_a_caller(telephone, owner)) == []
