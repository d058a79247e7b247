"""Names of callers in a real browser: given from the inbox, taken from a file, seen where they count."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.caller_names import put_name, some_names
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.web_access import Role
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_operator_visit import engage
from tests.browser.test_page_for_everybody import faults_of
from tests.fakes.actors import ROOT

CARDS = b"BEGIN:VCARD\nVERSION:3.0\nFN:P\xc3\xa5l\nTEL:+4790000081\nEND:VCARD\n"
BEYOND = """document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("main *")].filter(it => it.getBoundingClientRect().right > innerWidth)
    .map(it => it.outerHTML.slice(0, 200))"""
"""What stands beyond the edge of a page that is wider than the window."""
FILE: FilePayload = {"name": "kontakter.vcf", "mimeType": "text/vcard", "buffer": CARDS}


@pytest.mark.parametrize(
    ("size", "language", "script"), [("phone", "nb", True), ("desktop", "en", True), ("phone", "nb", False)]
)
def test_a_caller_is_named_and_seen_by_name(
    site: PageSite, opened: Opened, size: str, language: Language, script: bool
) -> None:
    owner = site.subscribe(language)
    which = site.leave_from(owner, "+4790000091")
    page = opened(owner=owner, size=size, java_script_enabled=script)

    def text(name: str, **facts: object) -> str:
        return said(language, name, **facts)

    card = page.locator(f"#message-{which}")
    expect(card.locator("summary")).to_contain_text("+47 900 00 091")
    card.locator("summary").click()
    card.get_by_role("link", name=f"{text('names.give')}: +47 900 00 091").click()
    expect(page.get_by_label(text("names.number"), exact=True)).to_have_value("+47 900 00 091")
    page.get_by_label(text("names.name"), exact=True).fill("Åse <b>& Per</b>")
    page.get_by_role("button", name=text("settings.keep")).click()
    expect(page.get_by_role("status")).to_have_text(text("names.done_kept"))
    page.get_by_label(text("names.file"), exact=True).set_input_files(FILE)
    page.get_by_role("button", name=text("names.send")).click()
    expect(page.get_by_role("status")).to_have_text(text("names.done_imported", names=1, unread=0))
    if script:
        assert faults_of(page) == []
    page.goto("/profile")
    expect(card.locator("summary")).to_contain_text("Åse <b>& Per</b>")
    card.locator("summary").click()
    expect(card.locator(".from")).to_contain_text("+47 900 00 091")
    page.goto("/profile/names")
    page.get_by_role("button", name=text("names.remove_of", called="Pål")).click()
    expect(page.get_by_role("status")).to_have_text(text("names.done_removed"))
    assert [it.name for it in some_names(site.services, owner)] == ["Åse <b>& Per</b>"]


@pytest.mark.parametrize("size", ["narrow", "phone"])
def test_a_name_of_one_long_word_stays_on_the_page(site: PageSite, opened: Opened, size: str) -> None:
    """WCAG 1.4.10, for whoever is shown: callers and subscribers, to these and to operators."""
    long = "W" * 100
    owner = site.subscribe(name=long, email=f"{'w' * 60}@{'w' * 60}.example.test")
    put_name(site.services, owner, "+4790000091", long, by=ROOT)
    which = site.leave_from(owner, "+4790000091")
    page = opened(owner=owner, size=size)
    page.locator(f"#message-{which} summary").click()
    expect(page.locator(".controls").first).to_be_visible()
    assert page.evaluate(BEYOND) == []
    page.locator(f"#message-{which}").get_by_role("button", name="Slett").click()
    expect(page.locator(".undo")).to_contain_text(long)
    assert page.evaluate(BEYOND) == []
    for path in ("names", "names?number=%2B4790000091", "availability", "settings", "data"):
        page.goto(f"/profile/{path}")
        assert page.evaluate(BEYOND) == [], path
    work = opened(f"/operator?q={long}", owner=engage(site), role=Role.OPERATOR, size=size)
    assert work.evaluate(BEYOND) == []
    at = f"/operator/subscribers/{owner}"
    for path in (f"/operator?q={owner[1:]}", at, f"{at}/calls", f"{at}/notices", "/operator/audit"):
        work.goto(path)
        assert work.evaluate(BEYOND) == [], path
