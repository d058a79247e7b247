"""An operator finds a subscriber, opens the log-in, gives a PIN, sends a notice again; without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox import login
from personsvar.mailbox.lockout import is_closed
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.profile.roles import grant
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_page_for_everybody import faults_of
from tests.fakes.actors import ROOT
from tests.patience import patience
from tests.real.spool import eventually


def engage(site: PageSite, language: Language = "nb") -> Number:
    """A new operator."""
    number = site.subscribe(language)
    grant(site.services, number, Role.OPERATOR, by=ROOT)
    return number


def shut_out(site: PageSite, owner: Number) -> None:
    for _ in range(5):
        login.try_pin(site.services, owner, "999999", caller=None, own_phone=True)


@pytest.mark.parametrize(("size", "language"), [("phone", "nb"), ("desktop", "en")])
def test_a_subscriber_is_found_and_looked_after(
    site: PageSite, opened: Opened, size: str, language: Language
) -> None:
    operator, owner = engage(site, language), site.subscribe(name=f"Kari Åsmund {size}")
    site.leave(owner)
    shut_out(site, owner)
    page = opened(owner=operator, role=Role.OPERATOR, size=size, java_script_enabled=False)

    def text(name: str) -> str:
        return said(language, name)

    page.get_by_role("link", name=text("operator.title"), exact=True).click()
    page.get_by_label(text("operator.find_what")).fill(f"ÅSMUND {size}")
    page.get_by_role("button", name=text("operator.seek")).click()
    page.get_by_role("link", name=f"Kari Åsmund {size}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Kari Åsmund {size}")

    page.get_by_role("button", name=text("operator.unlock")).click()
    expect(page.get_by_role("status")).to_have_text(text("operator.done_unlocked"))
    assert not any(is_closed(it, site.services.clock.now()) for it in login.locks_of(site.services, owner))

    expect(page.get_by_role("button", name=text("operator.send_pin"))).not_to_be_visible()
    page.locator("summary", has_text=text("operator.new_pin")).click()
    page.get_by_role("button", name=text("operator.send_pin")).click()
    expect(page.get_by_role("status")).to_have_text(text("operator.done_pin"))

    send_again(site, page, owner, language)
    with site.services.store.look() as uow:
        done = [(it.actor, it.action) for it in uow.audit.list(AuditWanted(mailbox=owner))]
    who = Actor(ActorKind.OPERATOR, operator)
    assert done == [
        (who, AuditAction.NOTICE_RESENT),
        (who, AuditAction.PIN_RESET),
        (who, AuditAction.UNLOCKED),
    ]


def send_again(site: PageSite, page: Page, owner: Number, language: Language) -> None:
    """The notice of the message that was left."""

    def is_sent() -> bool:
        with site.services.store.look() as uow:
            return uow.outbox.list(to=owner, kind=NoticeKind.NEW_MESSAGE)[-1].finished_at is not None

    eventually(is_sent, within=patience(20), what="the notice of the message")
    page.get_by_role("link", name=said(language, "operator.notices"), exact=True).click()
    page.get_by_role("link", name=said(language, "notice.new-message")).last.click()
    page.get_by_role("button", name=said(language, "operator.resend")).click()
    expect(page.get_by_role("status")).to_have_text(said(language, "operator.done_resent"))


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light"), ("narrow", "light")])
def test_axe_finds_nothing_on_the_operators_pages(
    site: PageSite, opened: Opened, size: str, scheme: str
) -> None:
    operator, owner = engage(site), site.subscribe(name="Kari", email="kari@example.test")
    site.leave(owner)
    shut_out(site, owner)
    login.unlock(site.services, owner, by=Actor(ActorKind.OPERATOR, operator))
    shut_out(site, owner)
    with site.services.store.look() as uow:
        notice = uow.outbox.list(to=owner)[0].id
    page = opened("/operator", owner=operator, role=Role.OPERATOR, size=size, color_scheme=scheme)
    home = f"/operator/subscribers/{owner}"
    notices, wrong = f"{home}/notices", "/operator/audit?mailbox=x"
    for path in ("/operator", home, f"{home}/calls", notices, f"/operator/notices/{notice}", wrong, *LISTS):
        page.goto(path)
        for summary in page.locator("summary").all():
            summary.click()
        assert faults_of(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


LISTS = ("/operator/spool", "/operator/audit", "/operator?q=nobody")


def test_a_subscriber_finds_nothing_there(site: PageSite, opened: Opened) -> None:
    owner = site.subscribe()
    page = opened("/operator", owner=owner)
    expect(page.get_by_role("heading", level=1)).to_have_text(said("nb", "fault.title"))
    expect(page.get_by_text(said("nb", "fault.404"))).to_be_visible()
