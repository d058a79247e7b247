"""The outbox, where no gateway is: the code is read there, recordings play, e-mails look as they do."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.subscriber import Wishes
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_page_for_everybody import faults_of

PLAYS = "audio => audio.isConnected && !audio.paused && audio.played.length > 0"


def test_a_log_in_by_the_code_that_appears_in_the_outbox(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    outbox, page = opened("/dev/outbox", size="phone"), opened("/")
    page.get_by_label(said("nb", "log_in.number")).fill(owner)
    page.get_by_role("button", name=said("nb", "log_in.send")).click()
    sms = outbox.get_by_role("listitem").filter(has_text=owner)
    expect(sms).to_contain_text("er engangskoden din til Min profil")
    code = re.search(r"\b[0-9]{6}\b(?= er engangskoden)", sms.inner_text())
    assert code is not None
    page.get_by_label(said("nb", "code.code")).fill(code[0])
    page.get_by_role("button", name=said("nb", "code.enter")).click()
    expect(page.get_by_role("button", name=said("nb", "page.log_out"))).to_be_visible()


def test_an_email_looks_as_it_does_and_what_plays_plays_on_when_more_is_sent(
    site: PageSite, opened: Opened
) -> None:
    owner = site.subscribe(name="Kari", email="looked-at@example.test", wishes=Wishes(mms=True))
    outbox = opened("/dev/outbox")
    site.leave(owner, seconds=20)
    email = outbox.get_by_role("listitem").filter(has_text="looked-at@example.test")
    mms = outbox.get_by_role("listitem").filter(has_text=owner)
    expect(mms.locator("audio")).to_be_visible()
    email.locator("iframe").scroll_into_view_if_needed()
    expect(email.frame_locator("iframe").locator("body")).to_contain_text("personsvar")
    audio = mms.locator("audio").element_handle()
    audio.evaluate("audio => { audio.loop = true; return audio.play() }")
    outbox.wait_for_function(PLAYS, arg=audio)
    site.leave(owner)
    expect(mms).to_have_count(2)
    assert outbox.evaluate(PLAYS, audio)
    assert faults_of(outbox) == []
