"""A greeting is recorded in the browser: heard before it is kept, dropped, recorded anew; what hinders it."""

from __future__ import annotations

from playwright.sync_api import Dialog, Locator, Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from tests.browser.browsers import HAS_SECONDS, wait_until_recorded
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_page_for_everybody import faults_of, reach

HEARD = {"permissions": ["microphone"]}


def card_of(page: Page, kind: str = "personal") -> Locator:
    return page.get_by_role("region", name=said("nb", f"greetings.{kind}"))


def button(card: Locator, name: str) -> Locator:
    return card.get_by_role("button", name=said("nb", f"recorder.{name}"), exact=True)


def record(card: Locator, *, seconds: int = 3) -> None:
    button(card, "record").click()
    wait_until_recorded(card.locator(".recorder"), seconds=seconds)
    button(card, "stop").click()
    expect(card.locator(".take")).to_be_visible()


def kept(site: PageSite, owner: Number, kind: GreetingKind) -> float | None:
    with site.services.store.look() as uow:
        greeting = uow.greetings.current(owner, kind)
    return None if greeting is None else greeting.sound.seconds


DRAWN = """canvas => {
    const { width, height } = canvas;
    const blank = Object.assign(document.createElement("canvas"), { width, height });
    return canvas.toDataURL() !== blank.toDataURL();
}"""


def test_how_loud_it_is_is_drawn_while_it_is_recorded(site: PageSite, opened: Opened) -> None:
    page = opened("/profile/greetings", owner=site.subscribe(), **HEARD)
    card = card_of(page)
    picture = card.locator(".level").element_handle()
    assert not page.evaluate(DRAWN, picture)
    button(card, "record").click()
    page.wait_for_function(DRAWN, arg=picture)
    button(card, "stop").click()
    expect(card.locator(".take")).to_be_visible()


def test_what_is_recorded_is_heard_kept_and_in_use(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened("/profile/greetings", owner=owner, size="phone", **HEARD)
    card = card_of(page)
    record(card, seconds=4)
    audio = card.locator(".take audio")
    page.wait_for_function(HAS_SECONDS, arg=audio.element_handle())
    audio.evaluate("audio => audio.play()")
    page.wait_for_function("audio => audio.currentTime > 0.5", arg=audio.element_handle())
    assert kept(site, owner, GreetingKind.PERSONAL) is None
    button(card, "save").click()
    expect(page.get_by_role("status").first).to_have_text(said("nb", "greetings.done_kept"))
    expect(card.get_by_text(said("nb", "greetings.in_use"), exact=True)).to_be_visible()
    assert (kept(site, owner, GreetingKind.PERSONAL) or 0) > 1


def test_by_keyboard_alone_and_without_a_fault_that_axe_finds(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened("/profile/greetings", owner=owner, **HEARD)
    card = card_of(page, "signature")
    reach(page, "section[aria-labelledby=signature] .record")
    expect(button(card, "record")).to_have_accessible_description(said("nb", "greetings.signature"))
    page.keyboard.press("Enter")
    wait_until_recorded(card.locator(".recorder"), seconds=2)
    expect(button(card, "stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.get_by_role("status")).to_have_text(said("nb", "recorder.stopped"))
    expect(button(card, "again")).to_be_focused()
    assert faults_of(page) == []
    reach(page, "section[aria-labelledby=signature] .save")
    page.keyboard.press("Space")
    expect(page.get_by_role("status").first).to_have_text(said("nb", "greetings.done_kept"))
    assert (kept(site, owner, GreetingKind.SIGNATURE) or 0) > 1


def test_what_is_dropped_is_gone_and_callers_hear_what_they_heard(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened("/profile/greetings", owner=owner, size="narrow", **HEARD)
    card = card_of(page)
    record(card, seconds=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320  # enlarged four times
    box, edge = card.locator(".time").first.bounding_box(), card.bounding_box()
    assert box is not None
    assert edge is not None
    assert box["x"] + box["width"] <= edge["x"] + edge["width"] - 10
    button(card, "again").click()
    button(card, "stop").click()
    button(card, "drop").click()
    expect(card.locator(".take")).to_be_hidden()
    expect(button(card, "record")).to_be_focused()
    assert card.locator(".take audio").get_attribute("src") is None
    page.reload()
    assert kept(site, owner, GreetingKind.PERSONAL) is None


def test_who_leaves_with_a_recording_that_is_not_saved_is_asked_first(site: PageSite, opened: Opened) -> None:
    page = opened("/profile/greetings", owner=site.subscribe(), **HEARD)
    card, asked = card_of(page), list[str]()
    record(card, seconds=1)

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("link", name=said("nb", "inbox.title"), exact=True).click(no_wait_after=True)
    expect(card.locator(".take")).to_be_visible()
    assert asked == ["beforeunload"]


def test_it_stops_by_itself_when_it_is_as_long_as_a_greeting_may_be(site: PageSite, opened: Opened) -> None:
    page = opened("about:blank", owner=site.subscribe(), **HEARD)
    page.clock.install()
    page.goto("/profile/greetings")
    card = card_of(page)
    expect(card.locator(".recorder .time")).to_have_text("0:00 / 2:00")
    button(card, "record").click()
    expect(button(card, "stop")).to_be_visible()
    page.clock.fast_forward("01:00")
    expect(button(card, "stop")).to_be_visible()
    page.clock.fast_forward("01:00")
    expect(card.locator(".take")).to_be_visible()


def test_what_the_rules_refuse_is_told_in_words_and_still_there(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened("/profile/greetings", owner=owner, **HEARD)
    card = card_of(page, "absence")
    record(card)
    card.get_by_label(said("nb", "greetings.until"), exact=True).fill("2020-01-01")
    button(card, "save").click()
    expect(card.get_by_role("alert")).to_have_text(said("nb", "greetings.wrong_unfit", longest="2:00"))
    card.get_by_label(said("nb", "greetings.until"), exact=True).fill("2030-01-01")
    button(card, "save").click()
    expect(page.get_by_role("status").first).to_have_text(said("nb", "greetings.done_kept"))
    assert kept(site, owner, GreetingKind.ABSENCE) is not None


def test_who_was_logged_out_keeps_the_recording_and_saves_it_after_the_next_log_in(
    site: PageSite, opened: Opened
) -> None:
    owner = site.subscribe()
    page = opened("/profile/greetings", owner=owner, **HEARD)
    card = card_of(page)
    record(card)
    with site.services.store.begin() as uow:
        uow.web_sessions.remove_all(owner)
        uow.commit()
    button(card, "save").click()
    expect(card.get_by_role("alert")).to_have_text(said("nb", "recorder.out"))
    anew = {"name": "personsvar-session", "value": site.let_in(owner), "url": site.address}
    page.context.add_cookies([anew])  # type: ignore[list-item] # a cookie
    button(card, "save").click()
    expect(page.get_by_role("status").first).to_have_text(said("nb", "greetings.done_kept"))
    assert kept(site, owner, GreetingKind.PERSONAL) is not None


def test_without_a_network_it_is_told_and_kept_on_the_page(site: PageSite, opened: Opened) -> None:
    page = opened("/profile/greetings", owner=site.subscribe(), **HEARD)
    card = card_of(page)
    record(card, seconds=2)
    page.evaluate(
        "() => { window.there = fetch; window.fetch = () => Promise.reject(new TypeError('away')) }"
    )
    button(card, "save").click()
    expect(card.get_by_role("alert")).to_have_text(said("nb", "recorder.unsent"))
    page.evaluate("() => { window.fetch = window.there }")
    button(card, "save").click()
    expect(page.get_by_role("status").first).to_have_text(said("nb", "greetings.done_kept"))


def test_a_microphone_that_is_refused_is_told_and_a_file_can_be_sent(site: PageSite, opened: Opened) -> None:
    page = opened("/profile/greetings", owner=site.subscribe())
    card = card_of(page)
    button(card, "record").click()
    expect(card.get_by_role("alert")).to_have_text(said("nb", "recorder.refused"))
    card.get_by_text(said("nb", "greetings.upload"), exact=True).click()
    expect(card.get_by_label(said("nb", "greetings.file"))).to_be_visible()


def test_where_a_browser_can_not_record_that_is_told_and_a_file_can_be_sent(
    site: PageSite, opened: Opened
) -> None:
    page = opened("about:blank", owner=site.subscribe())
    page.add_init_script("delete window.MediaRecorder")
    page.goto("/profile/greetings")
    card = card_of(page)
    expect(card.get_by_text(said("nb", "recorder.none"))).to_be_visible()
    expect(card.locator(".record")).to_have_count(0)
    card.get_by_text(said("nb", "greetings.upload"), exact=True).click()
    expect(card.get_by_label(said("nb", "greetings.file"))).to_be_visible()
