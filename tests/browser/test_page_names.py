"""Names of callers in a real browser: given from the inbox, taken from a file, seen where they count."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.caller_names import some_names
from personsvar.mailbox.model.subscriber import Language
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_page_for_everybody import faults_of

CARDS = b"BEGIN:VCARD\nVERSION:3.0\nFN:P\xc3\xa5l\nTEL:+4790000081\nEND:VCARD\n"
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
    expect(page.get_by_role("status")).to_have_text(text("names.done_imported"))
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
