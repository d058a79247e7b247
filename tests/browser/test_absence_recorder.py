"""What callers hear of an absence is recorded in the browser, and goes with the form that plans it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.availability import AbsenceReason
from tests.browser.browsers import HAS_SECONDS, wait_until_recorded
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_availability_visit import HERE, ahead, in_days
from tests.browser.test_page_for_everybody import faults_of

HEARD = {"permissions": ["microphone"]}


def form_of(page: Page, place: str) -> Locator:
    return page.locator("form", has=page.locator(f"#{place}-end"))


def recorder_button(form: Locator, name: str) -> Locator:
    return form.get_by_role("button", name=said("nb", f"recorder.{name}"), exact=True)


def test_it_is_recorded_heard_and_goes_with_the_absence_that_is_planned(
    site: PageSite, opened: Opened
) -> None:
    owner = site.subscribe()
    page = opened(HERE, owner=owner, size="phone", **HEARD)
    page.locator("summary", has_text=said("nb", "absences.plan")).click()
    form = form_of(page, "new")
    recorder_button(form, "record").click()
    wait_until_recorded(form.locator(".recorder"), seconds=4)
    plan = form.get_by_role("button", name=said("nb", "absences.keep"), exact=True)
    page.locator("#new-end").fill(in_days(-2).isoformat())
    plan.click()  # while it records: it is heard first
    expect(form.locator(".take")).to_be_visible()
    assert ahead(site, owner) == []
    expect(recorder_button(form, "save")).to_have_count(0)
    expect(recorder_button(form, "again")).to_have_accessible_description(said("nb", "absences.record"))
    assert faults_of(page) == []
    audio = form.locator(".take audio")
    page.wait_for_function(HAS_SECONDS, arg=audio.element_handle())

    # what will not do is told, and the recording is there still
    plan.click()
    expect(form.get_by_role("alert")).to_have_text(said("nb", "absences.wrong_backwards"))
    page.locator("#new-end").fill(in_days(3).isoformat())
    form.get_by_label(said("nb", "absences.reason"), exact=True).select_option("off")
    plan.click()
    expect(page.get_by_role("status").first).to_have_text(said("nb", "availability.done_planned"))
    (absence,) = ahead(site, owner)
    assert absence.reason is AbsenceReason.OFF
    assert absence.recording is not None
    assert absence.recording.seconds > 1

    # another one in its place, and one that is dropped leaves it as it is
    for kept in (False, True):
        card = page.locator(f"#absence-{absence.id}")
        card.locator("summary", has_text=said("nb", "absences.change")).click()
        change = form_of(page, f"a{absence.id}")
        recorder_button(change, "record").click()
        wait_until_recorded(change.locator(".recorder"), seconds=2)
        recorder_button(change, "stop").click()
        if not kept:
            recorder_button(change, "drop").click()
        with page.expect_navigation():
            change.get_by_role("button", name=said("nb", "settings.keep"), exact=True).click()
        expect(page.get_by_role("status").first).to_have_text(said("nb", "availability.done_changed"))
        (now,) = ahead(site, owner)
        assert now.recording is not None
        assert (now.recording.id != absence.recording.id) is kept


def test_after_a_page_that_told_what_was_wrong_it_can_be_recorded_too(site: PageSite, opened: Opened) -> None:
    """That page's address is one of forms."""
    owner = site.subscribe()
    page = opened(HERE, owner=owner, **HEARD)
    page.locator("summary", has_text=said("nb", "absences.plan")).click()
    page.locator("#new-end").fill(in_days(-2).isoformat())
    form = form_of(page, "new")
    plan = form.get_by_role("button", name=said("nb", "absences.keep"), exact=True)
    plan.click()
    expect(page.locator("#new-wrong")).to_be_visible()
    recorder_button(form, "record").click()
    wait_until_recorded(form.locator(".recorder"), seconds=2)
    recorder_button(form, "stop").click()
    page.locator("#new-end").fill(in_days(2).isoformat())
    plan.click()
    expect(page.get_by_role("status").first).to_have_text(said("nb", "availability.done_planned"))
    assert ahead(site, owner)[0].recording is not None


def test_without_a_script_a_recording_is_uploaded_and_nothing_else_is_offered(
    site: PageSite, opened: Opened
) -> None:
    page = opened(HERE, owner=site.subscribe(), java_script_enabled=False)
    page.locator("summary", has_text=said("nb", "absences.plan")).click()
    expect(page.get_by_label(said("nb", "absences.recording"))).to_be_visible()
    expect(page.get_by_text(said("nb", "absences.record"))).to_be_hidden()
