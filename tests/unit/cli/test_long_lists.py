"""Lists that may be as long as there are subscribers: a page at a time, and never the whole in memory."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import TextIOBase

import pytest

from personsvar.cli.printing import PAGE, print_json, print_table
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.page_by_page import PAGE as STORED_PAGE
from tests.unit.cli.conftest import KARI, OLA, Site

MANY = STORED_PAGE + 7
NUMBERS = [f"+47910{n:05}" for n in range(MANY)]


class Nowhere(TextIOBase):
    """Counts lines and keeps none."""

    lines = 0

    def write(self, text: str) -> int:
        self.lines += text.count("\n")
        return len(text)


@pytest.fixture
def town(site: Site) -> Site:
    application = site.application()
    with application.store.begin() as uow:
        for number in NUMBERS:
            uow.subscribers.add(Subscriber(Number(number), name="Kari"))
        at = datetime(2026, 1, 1, tzinfo=UTC)
        for n in range(MANY):
            made = uow.call_backs.add(
                Number(NUMBERS[n]), Number(OLA), at=at + timedelta(hours=n), price_ore=300
            )
            uow.call_backs.answered(made)
        uow.commit()
    application.close()
    return site


def listed(site: Site, *command: object) -> list[str]:
    return [str(it.get("number") or it["mailbox"]) for it in site.run(*command, "--json").json]


def test_subscribers_come_page_by_page_whole_or_in_part(town: Site) -> None:
    assert listed(town, "subscriber", "list") == NUMBERS
    assert listed(town, "subscriber", "list", "--limit", 3) == NUMBERS[:3]
    assert listed(town, "subscriber", "list", "--after", NUMBERS[1], "--limit", MANY - 3) == NUMBERS[2:-1]
    assert listed(town, "subscriber", "list", "--after", NUMBERS[-1]) == []
    lines = town.run("subscriber", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["NUMBER", *NUMBERS]
    assert len({line.index("nb") for line in lines[1:]}) == 1, "a column stays where it is from page to page"


def test_charges_come_page_by_page_whole_or_in_part(town: Site) -> None:
    assert listed(town, "charge", "list") == NUMBERS
    ids = [it["id"] for it in town.run("charge", "list", "--json").json]
    assert listed(town, "charge", "list", "--after", ids[-3], "--limit", 1) == NUMBERS[-2:-1]
    assert (
        listed(town, "charge", "list", "--since", "2026-01-02", "--until", "2026-01-02T02:00")
        == NUMBERS[24:26]
    )
    assert listed(town, "charge", "list", "--of", NUMBERS[5]) == NUMBERS[5:6]
    assert len(town.run("charge", "list", "--csv").out.splitlines()) == MANY + 1
    assert len(town.run("charge", "list").out.splitlines()) == MANY + 1


def test_names_and_notices_go_on_behind_the_last(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    for number in (KARI, "+4790000003", "+4790000004"):
        site.run("names", "set", number, "Ola")
    assert listed(site, "names", "list", "--after", KARI, "--limit", 1) == ["+4790000003"]
    for _ in range(3):
        site.leave_message()
    newest, *older = [it["id"] for it in site.run("notice", "list", "--json").json]
    behind = site.run("notice", "list", "--after", newest, "--json").json
    assert [it["id"] for it in behind] == older


@pytest.mark.parametrize("after", ["12", "no number", ""])
def test_behind_what_is_no_number_nothing_is_listed(site: Site, after: str) -> None:
    ran = site.run("subscriber", "list", "--after", after)
    assert (ran.code, ran.out) == (1, "")


@pytest.mark.parametrize("many", [0, 1, 2])
def test_json_of_a_list_is_the_same_element_by_element(capsys: pytest.CaptureFixture[str], many: int) -> None:
    forms = [{"number": f"+{n}", "of": [n, None]} for n in range(many)]
    print_json(iter(forms))
    assert capsys.readouterr().out == json.dumps(forms, indent=2) + "\n"


def test_what_is_too_wide_goes_on_below_and_later_pages_may_be_wider(
    capsys: pytest.CaptureFixture[str],
) -> None:
    short = [(f"{n}", "Ola") for n in range(PAGE)]
    print_table(("ID", "NAME"), [*short, ("9" * 9, "Kåre"), ("1", "x" * 300)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ID", "NAME"]
    assert lines[1 : PAGE + 1] == [f"{n:<3}  Ola" for n, _ in enumerate(short)]
    assert "".join(line.split()[-1] for line in lines[PAGE + 2 :]) == "x" * 300


@pytest.mark.parametrize("printing", ["json", "table"])
def test_a_long_list_is_never_held_whole(printing: str) -> None:
    def rows() -> Iterator[dict[str, object]]:
        return ({"number": n, "name": "x" * 1000} for n in range(20 * PAGE))

    out = Nowhere()
    with redirect_stdout(out):
        tracemalloc.start()
        if printing == "json":
            print_json(rows())
        else:
            print_table(("A", "B"), ((it["number"], str(it["name"])[:90]) for it in rows()))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert out.lines >= 20 * PAGE
    assert most < 5_000_000, "the whole would be ten megabytes and more"
