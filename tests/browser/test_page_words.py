"""What a message says, in a browser: lit up as it is heard, leapt to, looked for, and switched off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.subscriber import Language, Wishes
from tests.browser.conftest import SPEECH_HOST, Opened
from tests.browser.page_site import PageSite
from tests.browser.test_page_for_everybody import faults_of
from tests.unit.spoken import heard, write_down

WORDS = "Hei, det er Kari fra verkstedet. Bilen er klar, og det kostet mindre. Ring 900 00 012 i dag."
EACH = 0.5
"""Seconds of a word."""
LEAP = "verkstedet."
NOW = re.compile(r"\bnow\b")
LATER = "() => Number(document.querySelector('.words .now')?.dataset.at) >= 1"
SLOWLY = "audio => { audio.playbackRate = 0.0625 }"
"""As slowly as Chromium plays: a word stays lit for seconds."""


def wisher(site: PageSite, language: Language = "nb") -> Number:
    return site.subscribe(language, wishes=Wishes(transcripts=True), transcripts_consented_to=SPEECH_HOST)


def leave(site: PageSite, owner: Number, words: str = WORDS, *, unsure: str = "") -> MessageId:
    which = site.leave(owner)
    say(site, which, words, unsure=unsure)
    return which


def say(site: PageSite, which: MessageId, words: str = WORDS, *, unsure: str = "") -> None:
    write_down(site.services.store, site.message(which), heard(words, unsure=unsure.split(), each=EACH))


def opened_card(page: Page, which: MessageId) -> Locator:
    card = page.locator(f"#message-{which}")
    card.locator("summary").click()
    expect(card.locator(".controls").first).to_be_visible()
    return card


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_words_light_up_as_they_are_heard_and_a_touch_leads_there(
    site: PageSite, opened: Opened, size: str
) -> None:
    owner = wisher(site)
    card = opened_card(opened(owner=owner, size=size), leave(site, owner))
    audio, lit = card.locator("audio"), card.locator(".words .now")
    expect(lit).to_have_count(0)
    card.get_by_role("button", name=said("nb", "player.play"), exact=True).click()
    card.page.wait_for_function(LATER)
    card.get_by_role("button", name=said("nb", "player.pause")).click()
    at = audio.evaluate("audio => audio.currentTime")
    expect(lit).to_have_count(1)
    expect(lit).to_have_text(WORDS.split()[int(at / EACH)])

    word = card.locator(".words [data-at]", has_text=LEAP)
    begins = WORDS.split().index(LEAP) * EACH
    audio.evaluate(SLOWLY)
    word.click()
    expect(word).to_have_class(NOW)
    expect(lit).to_have_count(1)
    expect(card.get_by_role("button", name=said("nb", "player.pause"))).to_be_visible()
    assert begins <= audio.evaluate("audio => audio.currentTime") < begins + EACH


def test_a_touch_leads_there_before_the_sound_was_ever_played(site: PageSite, opened: Opened) -> None:
    owner = wisher(site)
    card = opened_card(opened(owner=owner), leave(site, owner))
    card.locator("audio").evaluate(SLOWLY)
    word = card.locator(".words [data-at]", has_text=LEAP)
    word.click()
    expect(word).to_have_class(NOW)


def test_unsure_words_and_numbers_are_told_as_such_and_none_is_a_fault(
    site: PageSite, opened: Opened
) -> None:
    owner = wisher(site)
    which = leave(site, owner, unsure="012 klar,")
    lost = leave(site, owner, "")
    for size, scheme in (("narrow", "light"), ("desktop", "dark")):
        page = opened(owner=owner, size=size, color_scheme=scheme)
        card = opened_card(page, which)
        unsure = card.locator(".words .unsure").first
        expect(unsure).to_have_text(f"klar, ({said('nb', 'words.unsure')})")
        assert unsure.evaluate("it => getComputedStyle(it).textDecorationStyle") == "dotted"
        call = card.get_by_role("link", name=said("nb", "words.call_unsure", number="+47 900 00 012"))
        expect(call).to_have_attribute("href", "tel:+4790000012")
        expect(opened_card(page, lost).get_by_text(said("nb", "words.not_understood"))).to_be_visible()
        page.locator(f"#message-{which} .words [data-at]").first.click()
        expect(page.locator(".words .now").first).to_be_visible()
        assert faults_of(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_words_that_come_appear_by_themselves_and_what_plays_plays_on(site: PageSite, opened: Opened) -> None:
    owner = wisher(site)
    which = site.leave(owner)
    card = opened_card(opened(owner=owner), which)
    card.get_by_role("button", name=said("nb", "player.play"), exact=True).click()
    card.page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    card.locator("audio").evaluate(SLOWLY)
    say(site, which)
    expect(card.locator(".words")).to_have_text(WORDS)
    expect(card.locator(".words .now")).to_have_count(1)
    assert card.locator("audio").evaluate("audio => !audio.paused")


def test_messages_are_found_by_what_is_said_and_the_search_stays(site: PageSite, opened: Opened) -> None:
    owner = wisher(site, "en")
    other = leave(site, owner, "something else")
    first = leave(site, owner, "the invoice from Åse")
    page = opened(owner=owner, size="phone")
    page.get_by_role("searchbox", name=said("en", "words.seek")).fill("AASE")
    page.keyboard.press("Enter")
    expect(page.locator(f"#message-{first} .gist")).to_have_text("… invoice from Åse")
    expect(page.locator(f"#message-{other}")).to_have_count(0)
    second = leave(site, owner, "åse again")
    expect(page.locator(f"#message-{second}")).to_be_visible()
    opened_card(page, second).get_by_role("button", name=said("en", "message.save")).click()
    expect(page.locator(f"#message-{second}")).to_have_count(0)
    expect(page.locator(f"#message-{other}")).to_have_count(0)
    page.get_by_role("link", name=said("en", "inbox.saved"), exact=True).click()
    expect(page.locator(f"#message-{second}")).to_be_visible()
    page.get_by_role("link", name=said("en", "words.all")).click()
    expect(page.get_by_role("searchbox")).to_have_value("")


@pytest.mark.parametrize("script", [True, False])
def test_it_is_switched_off_and_on_and_off_removes_all(
    site: PageSite, opened: Opened, *, script: bool
) -> None:
    owner = wisher(site)
    which = leave(site, owner)
    page = opened(owner=owner, size="phone", java_script_enabled=script)
    page.locator(f"#message-{which} summary").click()
    expect(page.locator(".words")).to_have_text(WORDS)
    page.goto("/profile/settings")
    box = page.get_by_role("region", name=said("nb", "settings.transcripts_title"))
    expect(box).to_contain_text(SPEECH_HOST)
    switch = box.get_by_label(said("nb", "settings.transcripts"), exact=True)
    expect(switch).to_be_checked()
    switch.uncheck()
    box.get_by_role("button", name=said("nb", "settings.keep")).click()
    expect(page.get_by_role("status")).to_have_text(said("nb", "settings.done_transcripts-off"))
    with site.services.store.look() as uow:
        assert uow.transcripts.of_mailbox(owner) == []
    page.goto("/profile")
    expect(page.locator(f"#message-{which}")).to_be_visible()
    expect(page.locator(".words, .gist, [type=search]")).to_have_count(0)
    page.goto("/profile/settings")
    expect(switch).not_to_be_checked()
    switch.check()
    box.get_by_label(said("nb", "settings.transcript_sms")).check()
    box.get_by_role("button", name=said("nb", "settings.keep")).click()
    expect(page.get_by_role("status")).to_have_text(said("nb", "settings.done_transcripts-on"))
    with site.services.store.look() as uow:
        assert uow.subscribers.need(owner).wishes == Wishes(transcripts=True, transcript_sms=True)
