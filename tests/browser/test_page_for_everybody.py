"""The page for whoever uses it: by keyboard alone, without a script, without the library, large, in the dark.

WCAG 2.2 AA as far as a program can tell (axe); what it can't, these visits tell.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from personsvar.http.pages import page_assets
from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.model.message import State
from personsvar.mailbox.profile.inbox import MessageChange, change_message
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite

AXE = {"iframes": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATHS = (
    "/profile",
    "/profile?part=deleted",
    "/profile/availability",
    "/profile/greetings",
    "/profile/data",
    "/profile/names",
    "/profile/settings",
    "/profile/messages/1/nowhere",
)
OUR_SCRIPT = Path(page_assets.__file__).parent / "assets/page.js"


def faults_of(page: Page) -> list[str]:
    """What is in a sandbox, as an e-mail is, answers axe nothing but a complaint in the console."""
    page.wait_for_load_state()
    found = Axe().run(page, options=AXE)
    return [
        f"{it['id']}: {node['html'][:120]}" for it in found.response["violations"] for node in it["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_axe_finds_nothing_on_any_page(site: PageSite, opened: Opened, size: str, scheme: str) -> None:
    owner = site.subscribe(email="ola@example.test")
    for _ in range(2):
        which = site.leave(owner)
    page = opened("/profile/log-in", size=size, color_scheme=scheme)
    assert faults_of(page) == []
    page.get_by_label("Mobilnummer").fill("1")
    page.get_by_role("button", name="Send kode").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults_of(page) == []
    page = opened(owner=owner, size=size, color_scheme=scheme)
    page.locator(f"#message-{which} summary").click()
    expect(page.locator(".controls").first).to_be_visible()
    assert faults_of(page) == []
    page.locator(f"#message-{which}").get_by_role("button", name="Slett").click()
    expect(page.get_by_role("button", name="Angre")).to_be_visible()
    for path in PATHS:
        page.goto(path)
        assert faults_of(page) == [], path


def test_by_keyboard_alone(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    which = site.leave(owner)
    page = opened("/")
    expect(page.locator("input[autofocus]")).to_be_focused()
    page.keyboard.type(owner.removeprefix("+47"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Kode fra SMS")).to_be_focused()
    page.keyboard.type(site.code_for(owner))
    page.keyboard.press("Enter")
    expect(page.locator(f"#message-{which}")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til innholdet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    reach(page, f"#message-{which} summary")
    page.keyboard.press("Enter")
    reach(page, ".play")
    page.keyboard.press("Space")
    site.until(which, State.HEARD)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Spill av", exact=True)).to_be_focused()
    reach(page, ".track input")
    before = float(page.locator(".track input").input_value())
    page.keyboard.press("ArrowRight")
    assert float(page.locator(".track input").input_value()) > before
    reach(page, f'form[action$="/{which}/delete"] button')
    page.keyboard.press("Enter")
    expect(page.locator(f"#message-{which}")).to_have_count(0)
    assert site.message(which).state is State.DELETED


def test_who_stands_on_a_button_stands_on_it_when_the_page_looks_anew(site: PageSite, opened: Opened) -> None:
    """A button before it goes: on the second of three, who wanted to save would have deleted."""
    owner = site.subscribe()
    which = site.leave(owner)
    page = opened("/profile", owner=owner)
    page.locator(f"#message-{which} summary").click()
    save = page.locator(f'form[action$="/{which}/save"] button')
    save.focus()
    by = Actor(ActorKind.PHONE, owner)
    assert change_message(site.services, owner, which, MessageChange.HEARD, by=by)
    expect(page.locator(f'form[action$="/{which}/heard"]')).to_have_count(0)
    expect(save).to_be_focused()


def reach(page: Page, sign: str) -> None:
    """By Tab, and with a ring around it that can be seen."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(sign).first.evaluate("element => element === document.activeElement"):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert outline not in ("0px", "")
            return
    raise AssertionError(f"no Tab leads to {sign}")


def test_without_a_script_everything_can_be_done(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    which = site.leave(owner)
    page = opened("/", java_script_enabled=False, size="phone")
    page.get_by_label("Mobilnummer").fill(owner)
    page.get_by_role("button", name="Send kode").click()
    page.get_by_label("Kode fra SMS").fill(site.code_for(owner))
    page.get_by_role("button", name="Logg inn").click()
    card = page.locator(f"#message-{which}")
    card.locator("summary").click()
    expect(card.locator("audio[controls]")).to_be_visible()
    card.get_by_role("button", name="Merk som hørt").click()
    assert site.message(which).state is State.HEARD
    card.locator("summary").click()
    card.get_by_role("button", name="Slett").click()
    page.get_by_role("button", name="Angre").click()
    assert site.message(which).state is State.HEARD
    second = site.leave(owner)
    page.reload()
    expect(page.locator(f"#message-{second}")).to_be_visible()
    page.get_by_role("link", name="Innstillinger").click()
    page.get_by_role("button", name="Logg ut overalt").click()
    expect(page.get_by_label("Mobilnummer")).to_be_visible()


def test_without_the_library_what_arrives_is_seen_too(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    first = site.leave(owner)
    page = opened("about:blank", owner=owner)
    page.route("**/*-page.js", lambda route: route.fulfill(path=OUR_SCRIPT, content_type="text/javascript"))
    page.goto("/profile")
    assert page.evaluate("window.htmx === undefined")
    card = page.locator(f"#message-{first}")
    card.locator("summary").click()
    expect(card.get_by_role("button", name="Spill av", exact=True)).to_be_visible()
    second = site.leave(owner)
    expect(page.locator(f"#message-{second}")).to_be_visible()
    page.locator(f"#message-{first} summary").click()
    page.locator(f"#message-{first}").get_by_role("button", name="Lagre").click()
    expect(page.locator(f"#message-{first}")).to_have_count(0)
    assert site.message(first).state is State.SAVED


@pytest.mark.parametrize("path", ["/profile/log-in", "/profile", *PATHS[2:5]])
def test_enlarged_four_times_nothing_is_beyond_the_edge(site: PageSite, opened: Opened, path: str) -> None:
    """WCAG 1.4.10: 320 points wide; and no touch target is smaller than 24 of them (2.5.8)."""
    owner = site.subscribe()
    site.leave(owner)
    page = opened(path, owner=None if path == "/profile/log-in" else owner, size="narrow")
    if path == "/profile":
        page.locator("summary").first.click()
        expect(page.locator(".controls").first).to_be_visible()
    for summary in page.locator("details.sure > summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """[...document.querySelectorAll("a, button, input, summary")].filter(it => it.checkVisibility())
        .filter(it => !it.matches(".skip") && it.type !== "hidden")
        .filter(it => { const box = it.getBoundingClientRect(); return box.width < 20 || box.height < 20 })
        .map(it => it.outerHTML)"""
    )
    assert small == []


def test_what_the_page_says_of_a_fault_stands_in_words(opened: Opened) -> None:
    page = opened("/profile/assets/nothing.css")
    expect(page.get_by_role("heading", level=1)).to_have_text(said("nb", "fault.title"))
