"""A visit from the log-in to the log-out, on a phone and at a desk, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.http.pages.profile.event_routes import BEAT_SECONDS
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.subscriber import Language
from personsvar.voice.wav import wav
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite, speech
from tests.patience import patience

LENGTH = """audio => new Promise(known => {
    audio.onloadedmetadata = () => known(audio.duration); audio.preload = "metadata"; audio.load()
})"""


def log_in(page: Page, site: PageSite, owner: Number, language: Language) -> None:
    page.get_by_label(said(language, "log_in.number")).fill(owner.removeprefix("+47"))
    page.get_by_role("button", name=said(language, "log_in.send")).click()
    page.get_by_label(said(language, "code.code")).fill(site.code_for(owner))
    page.get_by_role("button", name=said(language, "code.enter")).click()


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_the_number_to_the_log_out(
    site: PageSite, opened: Opened, size: str, language: Language
) -> None:
    owner = site.subscribe(language)
    first, second = site.leave(owner, minutes_ago=5), site.leave(owner)
    page = opened("/", size=size, locale={"nb": "nb-NO", "en": "en-GB"}[language])

    def text(name: str, **facts: object) -> str:
        return said(language, name, **facts)

    log_in(page, site, owner, language)
    expect(page).to_have_title(f"(2) {text('inbox.title')} – {text('page.name')}")

    # hearing it marks it, and nothing before does
    card = page.locator(f"#message-{second}")
    card.locator("summary").click()
    expect(card.locator(".player")).to_have_class(re.compile("drawn"))
    assert site.message(second).state is State.NEW
    card.get_by_role("button", name=text("player.play"), exact=True).click()
    expect(card.get_by_role("button", name=text("player.pause"))).to_be_visible()
    site.until(second, State.HEARD)
    expect(card).not_to_have_class(re.compile(r"\bnew\b"))
    expect(card.get_by_role("button", name=text("player.pause"))).to_be_visible()  # it plays on

    # jumps and speeds
    card.get_by_role("button", name=text("player.pause")).click()
    audio = card.locator("audio")
    audio.evaluate("audio => { audio.currentTime = 0 }")
    card.get_by_role("button", name=text("player.forward")).click()
    assert audio.evaluate("audio => audio.currentTime") == 8
    card.get_by_role("button", name=text("player.back")).click()
    assert audio.evaluate("audio => audio.currentTime") == 0
    for rate in (1.5, 2, 1):
        card.locator(".speed").click()
        assert audio.evaluate("audio => audio.playbackRate") == rate

    # deleting and undoing, saving
    card.get_by_role("button", name=text("message.delete")).click()
    expect(page.locator(f"#message-{second}")).to_have_count(0)
    page.get_by_role("button", name=text("message.undo")).click()
    expect(card).to_be_visible()
    assert site.message(second).state is State.HEARD
    page.locator(f"#message-{first} summary").click()
    page.locator(f"#message-{first}").get_by_role("button", name=text("message.save")).click()
    expect(page.locator(f"#message-{first}")).to_have_count(0)
    page.get_by_role("link", name=text("inbox.saved")).click()
    expect(page.locator(f"#message-{first}")).to_be_visible()

    # voicemail with one touch
    page.get_by_role("button", name=text("voicemail.turn_off")).click()
    expect(page.get_by_text(text("voicemail.off"), exact=True)).to_be_visible()

    # and out
    page.get_by_role("button", name=text("page.log_out")).click()
    expect(page.get_by_label(text("log_in.number"))).to_be_visible()
    page.goto("/profile")
    expect(page.get_by_label(text("log_in.number"))).to_be_visible()


def test_settings_are_kept(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened("/profile/settings", owner=owner)
    page.get_by_label(said("nb", "settings.missed_calls"), exact=True).uncheck()
    page.get_by_label(said("nb", "settings.quiet_from"), exact=True).fill("22:30")
    page.get_by_label(said("nb", "settings.quiet_to"), exact=True).fill("06:45")
    page.locator("section", has_text="Varsler").get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("status")).to_have_text(said("nb", "settings.done_notices"))
    expect(page.get_by_label(said("nb", "settings.quiet_from"), exact=True)).to_have_value("22:30")
    expect(page.get_by_label(said("nb", "settings.missed_calls"), exact=True)).not_to_be_checked()
    page.get_by_label(said("nb", "settings.pin_new"), exact=True).fill("123456")
    page.get_by_label(said("nb", "settings.pin_again"), exact=True).fill("123456")
    page.get_by_role("button", name=said("nb", "settings.pin_change")).click()
    expect(page.get_by_role("alert")).to_have_text(said("nb", "settings.pin-run"))
    page.get_by_label("English").check()
    page.locator("section", has_text="Språk").get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_a_greeting_is_uploaded_heard_and_put_out_of_use(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened("/profile/greetings", owner=owner, size="phone")
    card = page.get_by_role("region", name=said("nb", "greetings.personal"))
    spoken = {"name": "a.wav", "mimeType": "audio/wav", "buffer": wav(speech()[: 5 * 8000])}
    card.get_by_text(said("nb", "greetings.upload"), exact=True).click()
    card.get_by_label(said("nb", "greetings.file")).set_input_files(spoken)  # type: ignore[arg-type] # a file
    card.get_by_role("button", name=said("nb", "greetings.send"), exact=True).click()
    expect(page.get_by_role("status")).to_have_text(said("nb", "greetings.done_kept"))
    expect(card.get_by_text(said("nb", "greetings.in_use"), exact=True)).to_be_visible()
    assert 3 < card.locator(".versions audio").evaluate(LENGTH) < 7
    card.get_by_role("button", name=said("nb", "greetings.built_in_personal")).click()
    expect(card.get_by_text(said("nb", "greetings.in_use"), exact=True)).to_have_count(0)
    with site.services.store.look() as uow:
        assert uow.greetings.current(owner, GreetingKind.PERSONAL) is None


def test_a_message_that_arrives_appears_by_itself_and_what_plays_plays_on(
    site: PageSite, opened: Opened
) -> None:
    owner = site.subscribe()
    first = site.leave(owner, seconds=30)
    page = opened(owner=owner)
    card = page.locator(f"#message-{first}")
    card.locator("summary").click()
    card.get_by_role("button", name="Spill av", exact=True).click()
    site.until(first, State.HEARD)
    second = site.leave(owner)
    expect(page.locator(f"#message-{second}")).to_be_visible()
    expect(page.locator("#said")).to_have_text(said("nb", "inbox.arrived"))
    assert card.locator("audio").evaluate("audio => !audio.paused && audio.currentTime > 0")
    assert page.locator(f"#details-{first}").get_attribute("open") is not None


def test_who_was_logged_out_elsewhere_is_led_to_the_log_in(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    which = site.leave(owner)
    page = opened(owner=owner)
    page.locator(f"#message-{which} summary").click()
    with site.services.store.begin() as uow:
        uow.web_sessions.remove_all(owner)
        uow.commit()
    page.locator(f"#message-{which}").get_by_role("button", name="Slett").click()
    expect(page.get_by_label(said("nb", "log_in.number"), exact=True)).to_be_visible()
    assert site.message(which).state is State.NEW


def test_a_first_visit_is_five_requests_at_most_and_all_of_them_ours(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    for _ in range(3):
        site.leave(owner)
    asked: list[str] = []
    fresh = opened("about:blank", owner=owner)
    fresh.on("request", lambda request: asked.extend([request.url] * ("hx-request" not in request.headers)))
    fresh.goto("/profile")
    expect(fresh.locator(".message")).to_have_count(3)
    fresh.wait_for_load_state("load")
    assert [url for url in asked if not url.startswith(site.address)] == []
    assert len(asked) <= 5, asked  # but for another look, when what was left just now is told


def test_an_open_page_whose_session_ended_elsewhere_goes_to_the_log_in(
    site: PageSite, opened: Opened
) -> None:
    owner = site.subscribe()
    page = opened("about:blank", owner=owner)
    with page.expect_response("**/profile/events"):
        page.goto("/profile")
    with site.services.store.begin() as uow:
        uow.web_sessions.remove_all(owner)
        uow.commit()
    expect(page.get_by_label("Mobilnummer")).to_be_visible(timeout=1000 * patience(BEAT_SECONDS + 20))
