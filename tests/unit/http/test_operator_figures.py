"""The operator's figures: what is put in stands in the tables, by the operator's own clock and calendar."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from personsvar.http.pages.operator.drawn_lines import drawing, nice
from personsvar.http.pages.operator.figure_ranges import FigureRange, timeline
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.tally import Counted, GatewayLook, Occurrence
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.profile.roles import grant
from personsvar.mailbox.tallies import count_up
from tests.fakes.actors import ROOT
from tests.unit.conftest import Backend
from tests.unit.http.profile_browser import ProfileBrowser, ProfileWorld

pytestmark = pytest.mark.anyio
MESSAGE, MISSED, OWNER = (Counted.call(it) for it in (CameOf.MESSAGE, CameOf.MISSED, CameOf.OWNER))
OLA = Number("+4790000001")
NOON = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)


def sms(status: NoticeStatus) -> Counted:
    return Counted.notice(Channel.SMS, status)


class TablesShown(HTMLParser):
    """The body rows of each table: the words of each cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list[list[str]]] = []
        self._open: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the library's signature
        self._open.add(tag)
        if "tbody" in self._open:
            if tag == "tbody":
                self.found.append([])
            elif tag == "tr":
                self.found[-1].append([])
            elif tag in ("th", "td"):
                self.found[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open.discard(tag)

    def handle_data(self, data: str) -> None:
        if "tbody" in self._open and self._open & {"th", "td"}:
            self.found[-1][-1][-1] += data


@dataclass
class Desk:
    world: ProfileWorld
    browser: ProfileBrowser

    def happened(self, what: Counted, times: int = 1, *, hours_ago: float = 0) -> None:
        services = self.world.backend.services
        at = services.clock.now() - timedelta(hours=hours_ago)
        with services.store.begin() as uow:
            uow.tallies.add([Occurrence(at, what, times)])
            uow.commit()
        while count_up(services):
            pass

    async def page(self, of: FigureRange = FigureRange.DAY) -> str:
        answer = await self.browser.get(f"/operator/figures?range={of}")
        assert answer.status_code == 200
        return answer.text

    async def tables(self, of: FigureRange = FigureRange.DAY) -> list[list[list[str]]]:
        return TablesShown(await self.page(of)).found


@pytest.fixture
async def desk(backend: Backend) -> AsyncIterator[Desk]:
    world = ProfileWorld(backend)
    grant(backend.services, OLA, Role.OPERATOR, by=ROOT)
    async with world.browser() as browser:
        await browser.log_in()
        yield Desk(world, browser)


def numbers(table: list[list[str]]) -> list[list[str]]:
    return [row[1:] for row in table]


async def test_what_happened_stands_in_its_quarter_of_an_hour(desk: Desk) -> None:
    for what, times, hours in (
        (MESSAGE, 3, 0),
        (MISSED, 2, 0),
        (OWNER, 1, 0),
        (MESSAGE, 5, 1),
        (MISSED, 9, 30),
    ):
        desk.happened(what, times, hours_ago=hours)
    calls, *_ = await desk.tables()
    assert len(calls) == 96
    assert numbers(calls)[:5] == [["6", "3", "2"], ["0"] * 3, ["0"] * 3, ["0"] * 3, ["5", "5", "0"]]
    assert {*map(tuple, numbers(calls)[5:])} == {("0", "0", "0")}


@pytest.mark.parametrize(
    ("of", "parts", "back", "hours"),
    [
        (FigureRange.WEEK, 168, 50, 50),
        (FigureRange.QUARTER, 90, 3, 72),
        (FigureRange.YEAR, 53, 2, 336),
    ],
)
async def test_longer_times_have_longer_parts(
    desk: Desk, of: FigureRange, parts: int, back: int, hours: float
) -> None:
    desk.happened(MESSAGE, 7, hours_ago=hours)
    calls, *_ = await desk.tables(of)
    assert len(calls) == parts
    assert [place for place, row in enumerate(numbers(calls)) if row == ["7", "7", "0"]] == [back]
    assert sum(int(row[1]) for row in calls) == 7


async def test_a_channel_has_a_board_with_what_became_of_its_notices_and_with_its_gateway(desk: Desk) -> None:
    for status, times in (
        (NoticeStatus.SENT, 1200),
        (NoticeStatus.DELIVERED, 1100),
        (NoticeStatus.FAILED, 30),
        (NoticeStatus.DEAD, 4),
    ):
        desk.happened(sms(status), times)
    for look, times in ((GatewayLook.LOOKED, 15), (GatewayLook.UP, 14)):
        desk.happened(Counted.gateway(Channel.SMS, look), times)
    desk.happened(Counted.notice(Channel.EMAIL, NoticeStatus.SENT), 2)
    page = await desk.page()
    _, of_sms, of_mail, _ = TablesShown(page).found
    assert numbers(of_sms)[0] == ["1\u00a0200", "1\u00a0100", "34", "93\u00a0%"]
    assert numbers(of_sms)[1] == ["0", "0", "0", "–"]
    assert numbers(of_mail)[0] == ["2", "0", "–"]
    assert re.findall(r"<h2[^>]*>([^<]+)", page) == ["Anrop", "SMS", "E-post", "Travle timer"]
    assert re.search(r"<dt>Gateway oppe</dt><dd>93\u00a0%</dd>", page)


async def test_where_nothing_happened_it_says_so(desk: Desk) -> None:
    page = await desk.page()
    assert "Ingen varsler er sendt i denne tiden." in page
    assert "Ingen har ringt ennå." in page
    assert len(TablesShown(page).found) == 2


async def test_the_busiest_hour_is_found_by_the_operators_own_clock(desk: Desk) -> None:
    now = desk.world.backend.services.clock.now()
    to_monday_nine = (now.weekday() * 24 + now.hour + now.minute / 60) - 8.5  # 09.30 in Oslo, in winter
    desk.happened(MESSAGE, 4, hours_ago=to_monday_nine + 168)
    desk.happened(MISSED, 3, hours_ago=to_monday_nine + 336)
    desk.happened(MISSED, 5, hours_ago=to_monday_nine + 337)
    desk.happened(MISSED, 50, hours_ago=to_monday_nine + 14 * 168)
    page = await desk.page(FigureRange.YEAR)
    heat = TablesShown(page).found[-1]
    assert [row[0] for row in heat] == [f"{hour:02d}" for hour in range(24)]
    assert (heat[9][1], heat[8][1], heat[10][1]) == ("7", "5", "")
    assert "Flest anrop: mandag kl. 09.00–10.00, 7 i alt." in page


async def test_a_page_of_every_range_asks_anew_the_longer_ones_more_seldom(desk: Desk) -> None:
    pauses = [int(re.findall(r'data-follow="(\d+)"', await desk.page(of))[0]) for of in FigureRange]
    assert pauses == sorted(set(pauses))
    assert 15 <= pauses[0] <= pauses[-1] <= 3600


async def test_a_time_that_no_form_asks_for_is_not_there(desk: Desk) -> None:
    assert (await desk.browser.get("/operator/figures?range=century")).status_code == 404


async def test_a_page_that_looks_by_itself_keeps_no_session_alive(desk: Desk) -> None:
    """An operator's ends after an hour without use."""
    answers = []
    for _ in range(3):
        desk.world.backend.clock.go_on(minutes=25)
        answers.append(await desk.browser.get("/operator/figures", **{"X-Looks-By-Itself": "yes"}))
    assert [answer.status_code for answer in answers] == [200, 200, 303]


def owner(zone: str = "Europe/Oslo") -> Subscriber:
    return Subscriber(Number("+4790000001"), time_zone=zone)


@pytest.mark.parametrize("of", list(FigureRange))
@pytest.mark.parametrize("zone", ["Europe/Oslo", "Asia/Kolkata", "America/St_Johns"])
def test_parts_follow_one_another_and_end_with_the_one_that_is_going_on(of: FigureRange, zone: str) -> None:
    line = timeline(of, owner(zone), NOON)
    assert all(since < until for since, until in pairwise(line.edges))
    assert line.edges[-2] <= NOON < line.edges[-1]
    assert len(line.names) == len(line.ticks) == len(line.edges) - 1
    assert 4 <= sum(map(bool, line.ticks)) <= 8


def test_a_day_on_which_the_clocks_are_changed_is_shorter() -> None:
    line = timeline(FigureRange.QUARTER, owner(), datetime(2025, 4, 2, 12, tzinfo=UTC))
    lengths = dict(zip(line.names, (until - since for since, until in pairwise(line.edges)), strict=True))
    assert lengths["søn. 30. mars"] == timedelta(hours=23)
    assert lengths["lør. 29. mars"] == timedelta(hours=24)


def test_parts_have_names() -> None:
    def last(of: FigureRange) -> str:
        return timeline(of, owner(), NOON).names[-1]

    assert [last(of) for of in FigureRange] == [
        "man. 13.00–13.15",
        "man. 3. mars, 13.00",
        "man. 3. mars",
        "uke 10, 3. mars–9. mars",
    ]


# ---- what the server draws


@dataclass(frozen=True)
class Drawn:
    values: tuple[int | None, ...]
    tint: str = "one"


def test_a_line_is_broken_where_nothing_is_known() -> None:
    drawn = drawing([Drawn((0, 10, None, 5, None))])
    assert drawn.top == 10
    assert drawn.paths == [("one", "M0 100L250 0M750 50")]
    assert drawn.area == "M0 100L0 100L250 0L250 100ZM750 100L750 50L750 100Z"


def test_the_upper_edge_is_a_round_number_that_nothing_is_above() -> None:
    assert [nice(most) for most in (0, 2, 3, 4, 7, 11, 20, 21, 999, 1001)] == [
        2,
        2,
        4,
        4,
        10,
        20,
        20,
        40,
        1000,
        2000,
    ]
