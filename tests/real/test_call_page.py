"""The page beside the telephone: what is done there is heard in a call, and what calls do is seen there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from personsvar.http.pages.page_texts import said as words
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.notifier.words.facts import written
from tests.browser.browsers import heard_once, pages_in, running_chromium, wait_until_recorded
from tests.browser.page_site import let_in
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, Telephone, leave, own_mailbox, reach, said

OSLO = ZoneInfo("Europe/Oslo")
SWEEP_SECONDS = 4
OpenOwn = Callable[[Number, str], Page]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone hears a word and the sweep."""
    microphone = tmp_path_factory.mktemp("microphone") / "sweep.wav"
    microphone.write_bytes(heard_once(said(seconds=SWEEP_SECONDS)))
    with running_chromium(microphone) as browser:
        yield browser


@pytest.fixture
def opened(chromium: Browser, site: LiveSite) -> Iterator[OpenOwn]:
    """The page of a subscriber who is logged in."""
    with pages_in(chromium, f"http://{site.service.environment['PERSONSVAR_HTTP_BIND']}") as open_page:

        def open_own(owner: Number, path: str) -> Page:
            with site.store() as store:
                session = let_in(store, owner)
            return open_page(path, session=session, size="phone", permissions=["microphone"])

        yield open_own


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=words("nb", name), exact=True)


def record(page: Page, kind: GreetingKind) -> None:
    """The word and the whole sweep, kept and in use."""
    card = page.get_by_role("region", name=words("nb", f"greetings.{kind}"))
    button(card, "recorder.record").click()
    wait_until_recorded(card.locator(".recorder"), seconds=8)
    button(card, "recorder.stop").click()
    button(card, "recorder.save").click()
    expect(page.get_by_role("status").first).to_have_text(words("nb", "greetings.done_kept"))


@pytest.mark.parametrize("kind", [GreetingKind.PERSONAL, GreetingKind.SIGNATURE])
def test_what_is_recorded_in_the_browser_is_what_callers_hear(
    site: LiveSite, telephone: Telephone, opened: OpenOwn, kind: GreetingKind
) -> None:
    owner = site.subscriber()
    record(opened(owner, "/profile/greetings"), kind)
    kept = site.greeting(owner, kind)
    assert kept
    caller = reach(telephone, owner)
    caller.wait_for_prompt("tone", within=40)
    assert kept in caller.recording().bytes
    heard = [piece for piece in caller.pieces() if piece.seconds > 0.5]
    assert sum(piece.seconds for piece in heard) > SWEEP_SECONDS / 2
    assert [it for it in heard if not -0.5 < it.begins < it.ends < SWEEP_SECONDS + 0.5] == []
    assert ("greeting-reached" in [it.prompt for it in caller.heard()]) is (kind is GreetingKind.SIGNATURE)


def test_a_message_appears_on_the_open_page_and_what_is_done_with_it_there_is_so_on_the_phone(
    site: LiveSite, telephone: Telephone, opened: OpenOwn
) -> None:
    owner = site.subscriber()
    page = opened(owner, "/profile")
    expect(page.get_by_text(words("nb", "inbox.none_inbox"))).to_be_visible()
    leave(reach(telephone, owner), seconds=14)
    card = page.locator(".message")
    expect(card.get_by_text(written(Number(CALLER)))).to_be_visible()
    expect(page.locator("#said")).to_have_text(words("nb", "inbox.arrived"))
    card.locator("summary").click()
    button(card, "player.play").click()
    message = site.message(owner)
    eventually(lambda: site.state(message.id) is State.HEARD, within=20, what="that it was heard")
    button(card, "player.pause").click()
    audio = card.locator("audio")
    audio.evaluate("audio => { audio.currentTime = 2 }")
    button(card, "player.forward").click()
    assert audio.evaluate("audio => audio.currentTime") == 10
    phone = own_mailbox(telephone, owner, first="saved-one")
    assert "new-one" not in [it.prompt for it in phone.heard()]
    phone.press("1")
    phone.wait_for_prompt("heard-message", within=20)
    phone.hang_up()


def test_voicemail_turned_off_until_tomorrow_is_heard_with_its_return(
    site: LiveSite, telephone: Telephone, opened: OpenOwn
) -> None:
    owner = site.subscriber()
    page = opened(owner, "/profile")
    page.get_by_label(words("nb", "voicemail.until")).select_option("tomorrow")
    button(page, "voicemail.turn_off").click()
    expect(button(page, "voicemail.turn_on")).to_be_visible()
    until = site.entry(owner).voicemail_off_until
    assert until is not None
    assert until.astimezone(OSLO).time() == time(8)
    caller = reach(telephone, owner)
    caller.wait_for_prompt("goodbye", within=30)
    heard = [it.prompt for it in caller.heard()]
    told = [
        it for it in heard if it in ("greeting-reached", "voicemail-closed", "until-tomorrow-at", "n8-final")
    ]
    assert told == ["greeting-reached", "voicemail-closed", "until-tomorrow-at", "n8-final"], caller.story()
    assert "tone" not in heard
    eventually(lambda: site.notices(owner) == [NoticeKind.MISSED_CALL], within=5, what="the missed call")
    button(page, "voicemail.turn_on").click()
    expect(button(page, "voicemail.turn_off")).to_be_visible()
    reach(telephone, owner).wait_for_prompt("greeting-after-tone", within=30)
