"""The operator's graphs: drawn of the tables, asked by keyboard, kept current, whole without a script."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.tally import Counted, GatewayLook, Occurrence
from personsvar.mailbox.model.web_access import Role
from tests.browser.conftest import Opened
from tests.browser.page_site import PageSite
from tests.browser.test_operator_visit import engage
from tests.browser.test_page_for_everybody import faults_of, reach
from tests.patience import patience
from tests.real.spool import eventually

RANGES = ("day", "week", "quarter", "year")
PIXELS = """(canvas) => {
    const [copy, colours] = [document.createElement("canvas"), new Set()];
    const { width, height } = Object.assign(copy, { width: canvas.width, height: canvas.height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 200) colours.add(data.slice(at, at + 3).join());
    return [...colours];
}"""
"""Every colour that is drawn, and not only shone through."""


@pytest.fixture(scope="module", autouse=True)
def _year(site: PageSite) -> None:
    """Much of it happened long before these tests, and is counted by the service that runs."""
    now = datetime.now(UTC)
    happened = [
        Occurrence(now - timedelta(hours=hours), what, times)
        for hours in (0, 5, 30, 500, 5_000)
        for what, times in (
            (Counted.call(CameOf.MESSAGE), 30),
            (Counted.call(CameOf.MISSED), 20),
            (Counted.notice(Channel.SMS, NoticeStatus.SENT), 40),
            (Counted.notice(Channel.SMS, NoticeStatus.DELIVERED), 36),
            (Counted.notice(Channel.SMS, NoticeStatus.FAILED), 4),
            (Counted.gateway(Channel.SMS, GatewayLook.LOOKED), 100),
            (Counted.gateway(Channel.SMS, GatewayLook.UP), 100),
        )
    ]
    happen(site, *happened)
    counted(site)


def happen(site: PageSite, *occurrences: Occurrence) -> None:
    with site.services.store.begin() as uow:
        uow.tallies.add(occurrences)
        uow.commit()


def figures(
    site: PageSite, opened: Opened, language: Language = "nb", path: str = "/operator/figures", **more: object
) -> Page:
    return opened(path, owner=engage(site, language), role=Role.OPERATOR, **more)


def counted(site: PageSite) -> None:
    """By the service that runs."""

    def is_done() -> bool:
        with site.services.store.look() as uow:
            return not uow.tallies.is_behind()

    eventually(is_done, within=patience(30), what="that all is counted")


def board_total(page: Page, name: str) -> Locator:
    """Of the first board."""
    return (
        page.locator(".board").first.locator("dl div", has=page.get_by_text(name, exact=True)).locator("dd")
    )


def total(page: Page, name: str) -> int:
    return int(re.sub(r"\D", "", board_total(page, name).inner_text()))


def column(page: Page, place: int) -> list[int]:
    """Of the first board's table."""
    return [
        int(it)
        for it in page.locator(".board").first.locator(f"tbody td:nth-child({place})").all_inner_texts()
    ]


@pytest.mark.parametrize(("size", "language"), [("phone", "nb"), ("desktop", "en")])
def test_a_graph_is_drawn_of_the_numbers_in_its_table(
    site: PageSite, opened: Opened, size: str, language: Language
) -> None:
    page = figures(site, opened, language, size=size)
    page.get_by_role("link", name=said(language, "figures.week")).click()
    board = page.locator(".board").first
    board.locator("summary").click()
    calls, messages, missed = (column(page, place) for place in (2, 3, 4))
    assert (sum(messages), sum(missed)) == (90, 60)
    assert calls == [one + other for one, other in zip(messages, missed, strict=True)]
    assert total(page, said(language, "figures.messages")) == 90
    canvases = page.locator(".graph canvas")
    assert canvases.count() == page.locator(".graph").count() >= 3
    for canvas in canvases.all():
        assert len(canvas.evaluate(PIXELS)) > 3
    ours = canvases.first.evaluate(PIXELS)
    tint = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--tint-one').trim()")
    assert ",".join(str(int(tint[at : at + 2], 16)) for at in (1, 3, 5)) in ours


LAST_LABEL = """() => {
    for (const it of document.querySelectorAll(".board tbody tr:first-child th")) it.dataset.tick = "00:00";
    for (const it of document.querySelectorAll(".graph canvas")) it.dataset.old = "";
}"""
"""The newest gets one, whenever it is; it is drawn with the next colours."""
EDGE = """(canvas) => {
    const [copy, { width, height }] = [document.createElement("canvas"), canvas];
    Object.assign(copy, { width, height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    return context.getImageData(width - 2, height - 24, 2, 24).data.some(it => it > 0);
}"""
"""Whether something is drawn below a graph right at its edge: a label that is cut."""


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_no_label_and_no_choice_is_cut(site: PageSite, opened: Opened, size: str) -> None:
    page = figures(site, opened, size=size)
    for range_ in RANGES:
        page.goto(f"/operator/figures?range={range_}")
        page.evaluate(LAST_LABEL)
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("() => !document.querySelector('.graph canvas[data-old]')")
        page.emulate_media(color_scheme="light")
        canvases = page.locator(".graph canvas")
        assert [it.evaluate(EDGE) for it in canvases.all()] == [False] * canvases.count()
        choices = page.locator(".parts a").evaluate_all(
            "all => all.map(it => it.getBoundingClientRect().right)"
        )
        assert max(choices) <= page.evaluate("innerWidth")


def test_the_arrow_keys_go_along_a_graph_and_say_what_is_there(site: PageSite, opened: Opened) -> None:
    page = figures(site, opened, path="/operator/figures?range=week")
    reach(page, ".cursor-at")
    page.keyboard.press("End")
    assert said_at(page) == f"{name_of_row(page, 0)} · Anrop 50 · Beskjeder 30 · Tapte anrop 20"
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert said_at(page) == f"{name_of_row(page, 5)} · Anrop 50 · Beskjeder 30 · Tapte anrop 20"
    page.keyboard.press("ArrowLeft")
    assert said_at(page) == f"{name_of_row(page, 6)} · Anrop 0 · Beskjeder 0 · Tapte anrop 0"
    expect(page.locator(".readout").first).to_have_text(said_at(page))


def said_at(page: Page) -> str:
    """What who hears the page is told of the first graph."""
    return str(page.locator(".cursor-at").first.get_attribute("aria-valuetext"))


def name_of_row(page: Page, row: int) -> str:
    """Of the first table, though it is closed."""
    return str(page.locator(".board").first.locator("tbody th").nth(row).text_content())


def test_what_happens_is_seen_on_a_page_that_is_open(site: PageSite, opened: Opened) -> None:
    page = figures(site, opened, path="about:blank")
    page.clock.install()
    page.goto("/operator/figures")
    page.locator("summary").first.click()
    before, canvas = total(page, "Tapte anrop"), page.locator(".graph canvas").first
    picture = canvas.evaluate("(canvas) => canvas.toDataURL()")
    happen(site, Occurrence(datetime.now(UTC), Counted.call(CameOf.MISSED), 700))
    counted(site)
    page.clock.run_for(31_000)
    expect(board_total(page, "Tapte anrop")).to_have_text(str(before + 700))
    expect(page.locator("details").first).to_have_attribute("open", "")
    assert canvas.evaluate("(canvas) => canvas.toDataURL()") != picture


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light"), ("narrow", "light")])
def test_axe_finds_nothing_on_the_figures(site: PageSite, opened: Opened, size: str, scheme: str) -> None:
    page = figures(site, opened, size=size, color_scheme=scheme)
    for of in RANGES:
        page.goto(f"/operator/figures?range={of}")
        for summary in page.locator("summary").all():
            summary.click()
        assert faults_of(page) == [], of
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), of


def test_without_a_script_the_server_has_drawn_it(site: PageSite, opened: Opened) -> None:
    page = figures(site, opened, java_script_enabled=False, size="phone")
    page.get_by_role("link", name=said("nb", "figures.year")).click()
    expect(page.get_by_role("img", name="Anrop: graf. Tallene står i tabellen under.")).to_be_visible()
    drawn = page.locator(".graph path.line.tint-one").first.get_attribute("d")
    assert re.fullmatch(r"M0 [0-9.]+(L[0-9.]+ [0-9.]+){52}", str(drawn))
    page.locator("summary").first.click()
    assert sum(column(page, 3)) >= 150
    expect(page.locator(".heat")).to_be_visible()


def test_without_the_library_what_the_server_has_drawn_stays(site: PageSite, opened: Opened) -> None:
    page = figures(site, opened, path="about:blank")
    page.route("**/*-figures.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/operator/figures")
    expect(page.locator(".plot > svg").first).to_be_visible()
    assert page.locator("canvas").count() == 0
