"""Every page in both languages at 320 points: what a window enlarged four times has left (WCAG 1.4.10)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from personsvar.mailbox.caller_names import put_name
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language, Wishes
from tests.browser.conftest import Opened
from tests.browser.page_site import CALLERS, PageSite
from tests.browser.test_page_for_everybody import PATHS
from tests.fakes.actors import ROOT
from tests.unit.spoken import heard, write_down

SAID = "Hei, ring 900 00 012 eller 22 33 44 55 om Donaudampfschifffahrtsgesellschaftskapitän i dag."
BEYOND = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter(it => it.checkVisibility() && !it.closest(".only-heard, .skip, .scroll, .across, .quiet-title"))
    .filter(it => it.getBoundingClientRect().right > 320.5)
    .map(it => `${it.outerHTML.slice(0, 90)} to ${Math.round(it.getBoundingClientRect().right)}`)"""
CUT = """() => [...document.querySelectorAll("[placeholder]")].filter(it => {
    const style = getComputedStyle(it), pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    const room = it.clientWidth - sides - (it.type === "search" ? parseFloat(style.fontSize) : 0);
    return pen.measureText(it.placeholder).width > room;
}).map(it => it.placeholder)"""


def owner_with_words(site: PageSite, language: Language) -> Number:
    owner = site.subscribe(
        language,
        email="a-rather-long-name@example.test",
        wishes=Wishes(transcripts=True),
        name="Ola Nordmann",
    )
    put_name(site.services, owner, Number(CALLERS[0] or ""), "Kari-Anne Nordmann-Svendsen", by=ROOT)
    for _ in CALLERS:
        which = site.leave(owner)
        write_down(site.services.store, site.message(which), heard(SAID, unsure=["012"]))
    return owner


def assert_it_fits(page: Page, what: str) -> None:
    page.wait_for_load_state()
    page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, (what, page.evaluate(BEYOND))
    assert page.evaluate(CUT) == [], what


@pytest.mark.parametrize("language", ["nb", "en"])
def test_nothing_is_beyond_the_edge_of_any_page(site: PageSite, opened: Opened, language: Language) -> None:
    owner = owner_with_words(site, language)
    page = opened("/profile/log-in", size="narrow", locale="en-GB" if language == "en" else "nb-NO")
    assert_it_fits(page, "log-in")
    page = opened(owner=owner, size="narrow")
    for path in (*PATHS, "/profile?said=ring", "/profile?said=nowhere", "/profile?part=saved"):
        page.goto(path)
        assert_it_fits(page, path)
