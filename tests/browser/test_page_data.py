"""All my data in a real browser: a code again, the file, and everything gone; with a script and without."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from personsvar.http.pages.page_texts import said
from personsvar.http.pages.profile.data_routes import FRESH
from personsvar.mailbox.model.subscriber import Language, Subscriber
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_page_for_everybody import faults_of


@pytest.mark.parametrize(
    "visit", [("phone", "nb", True), ("desktop", "en", True), ("phone", "nb", False)], ids=str
)
def test_it_is_taken_and_removed_behind_a_fresh_code(
    site: PageSite, opened: Opened, tmp_path: Path, visit: tuple[str, Language, bool]
) -> None:
    size, language, script = visit
    owner = site.subscribe(language, name="Ola <b>")
    site.leave(owner)
    page = opened(owner=owner, ago=FRESH, size=size, java_script_enabled=script)

    def text(name: str, **facts: object) -> str:
        return said(language, name, **facts)

    page.get_by_role("link", name=text("settings.title")).click()
    page.get_by_role("link", name=text("data.zip")).click()
    expect(page.get_by_role("button", name=text("log_in.send"))).to_be_visible()
    expect(page.get_by_role("button", name=text("data.take"))).to_have_count(0)
    if script:
        assert faults_of(page) == []
    page.get_by_role("button", name=text("log_in.send")).click()
    page.get_by_label(text("code.code")).fill(site.code_for(owner))
    page.get_by_role("button", name=text("code.enter")).click()
    expect(page.get_by_role("button", name=text("data.take"))).to_be_visible()
    if script:
        assert faults_of(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name=text("data.take")).click()
    file = tmp_path / "all.zip"
    download.value.save_as(file)
    with ZipFile(file) as archive:
        assert archive.testzip() is None
        [message] = json.loads(archive.read("messages.json"))
        archive.extractall(tmp_path / "all")
    assert (tmp_path / "all" / message["file"]).stat().st_size > 100_000
    page.get_by_label(text("data.sure")).check()
    page.get_by_role("button", name=text("data.remove_all")).click()
    expect(page.get_by_role("status")).to_have_text(text("data.gone"))
    page.goto("/profile")
    expect(page.locator("input[name=number][autocomplete=tel]")).to_be_visible()
    with site.services.store.look() as uow:
        left = uow.subscribers.need(owner)
        assert uow.messages.list(owner) == []
    assert (left.name, left.pin) == ("", None)
    assert left.subscribed_at is not None
    assert left == Subscriber(owner, language=language, subscribed_at=left.subscribed_at)
    assert left.subscribed_at <= datetime.now(UTC)
    reader = opened((tmp_path / "all/index.html").as_uri(), size=size)
    expect(reader.locator("audio").first).to_be_visible()
    expect(reader.locator("#profile")).to_contain_text("Ola <b>")
    assert faults_of(reader) == []
