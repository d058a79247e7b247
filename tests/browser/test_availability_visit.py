"""Availability with a real browser: absences, hours, the switch; with a script and without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.absences import absences_ahead
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.weekly_hours import written_hours
from personsvar.voice.wav import wav
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite, speech
from tests.browser.test_page_for_everybody import faults_of
from tests.fakes.calendars import keep_calendar

HERE = "/profile/availability"


def ahead(site: PageSite, owner: Number) -> Sequence[Absence]:
    return absences_ahead(site.services, owner)


def in_days(days: int) -> date:
    return (datetime.now(UTC) + timedelta(days=days)).date()


def plan(
    page: Page, language: Language, end: date, reason: AbsenceReason, recording: bytes | None = None
) -> None:
    def text(name: str) -> str:
        return said(language, f"absences.{name}")

    page.locator("summary", has_text=text("plan")).click()
    page.locator("#new-end").fill(end.isoformat())
    form = page.locator("form", has=page.locator("#new-end"))
    form.get_by_label(text("reason"), exact=True).select_option(reason)
    if recording is not None:
        spoken = {"name": "a.wav", "mimeType": "audio/wav", "buffer": recording}
        form.get_by_label(text("recording")).set_input_files(spoken)  # type: ignore[arg-type] # a file
    form.get_by_role("button", name=text("keep")).click()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("size", "language"), [("phone", "nb"), ("desktop", "en")])
def test_an_absence_is_planned_heard_changed_and_removed(
    site: PageSite, opened: Opened, size: str, language: Language, *, script: bool
) -> None:
    owner = site.subscribe(language)
    page = opened(HERE, owner=owner, size=size, java_script_enabled=script)

    def text(name: str, **facts: object) -> str:
        return said(language, name, **facts)

    plan(page, language, in_days(9), AbsenceReason.HOLIDAY, wav(speech()[: 5 * 8000]))
    expect(page.get_by_role("status")).to_have_text(text("availability.done_planned"))
    expect(page.get_by_text(text("away.recording"))).to_be_visible()
    (absence,) = ahead(site, owner)
    assert absence.recording is not None
    card = page.locator(f"#absence-{absence.id}")
    expect(card.locator("> audio")).to_be_visible()

    # back to the built-in words, as the voice says them
    card.locator("summary", has_text=text("absences.change")).click()
    card.get_by_label(text("absences.words"), exact=True).select_option("built-in")
    card.get_by_label(text("absences.reason"), exact=True).select_option("off")
    card.get_by_role("button", name=text("settings.keep")).click()
    expect(page.get_by_role("status")).to_have_text(text("availability.done_changed"))
    expect(page.locator("#now + p")).to_contain_text(
        {"nb": "… som har fri til", "en": "… who is off work until"}[language]
    )
    (changed,) = ahead(site, owner)
    assert (changed.id, changed.ends_at, changed.recording) == (absence.id, absence.ends_at, None)

    # removed when it is confirmed
    card.locator("summary", has_text=text("absences.remove")).click()
    card.get_by_role("button", name=text("absences.remove_yes")).click()
    expect(page.get_by_role("status")).to_have_text(text("availability.done_removed"))
    assert ahead(site, owner) == []


def test_what_is_wrong_is_told_where_it_is_and_mended(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    keep_calendar(site.services, owner)
    page = opened(HERE, owner=owner, size="phone")
    plan(page, "nb", in_days(-9), AbsenceReason.OFF)
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults_of(page) == []
    end = page.locator("#new-end")
    expect(end).to_have_attribute("aria-invalid", "true")
    end.fill(in_days(2).isoformat())
    page.get_by_role("button", name=said("nb", "absences.keep")).click()
    expect(page.get_by_role("status")).to_be_visible()
    assert [it.reason for it in ahead(site, owner)] == [AbsenceReason.OFF]
    for summary in page.locator("details.sure > summary").all():
        summary.click()
    assert faults_of(page) == []


def test_hours_and_the_switch_are_set(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened(HERE, owner=owner)
    friday = page.get_by_role("group", name=said("nb", "hours.fri"))
    friday.get_by_label(said("nb", "settings.quiet_from")).fill("08:00")
    friday.get_by_label(said("nb", "settings.quiet_to")).fill("15:30")
    page.locator("section", has=page.locator("#hours")).get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(said("nb", "availability.done_hours"))
    with site.services.store.look() as uow:
        assert written_hours(uow.subscribers.need(owner).hours) == "fri 08:00-15:30"
    page.get_by_label(said("nb", "voicemail.until_moment")).check()
    page.get_by_label(said("nb", "availability.off_day"), exact=True).fill(in_days(3).isoformat())
    page.get_by_label(said("nb", "availability.off_at"), exact=True).fill("08:00")
    page.get_by_role("button", name=said("nb", "voicemail.turn_off")).click()
    expect(page.get_by_role("status")).to_have_text(said("nb", "availability.done_voicemail"))
    page.get_by_role("button", name=said("nb", "voicemail.turn_on")).click()
    with site.services.store.look() as uow:
        assert uow.subscribers.need(owner).voicemail_on
