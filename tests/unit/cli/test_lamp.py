"""`personsvar lamp`: the switch's lines, and telling every lamp again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.cli.demo import DEMO
from personsvar.mailbox.model.notice import Channel
from tests.unit.cli.conftest import KARI, OLA, Site


def test_the_switch_s_lines_have_a_lamp_for_each_subscriber(site: Site) -> None:
    for number in (OLA, KARI):
        site.run("subscriber", "add", number)
    lines = site.run("lamp", "config").out.split()
    heads = [line for line in lines if line.startswith("[")]
    assert heads == ["[lamps](lamp)", "[lamps]", f"[lamp-{OLA}](lamp)", f"[lamp-{KARI}](lamp)"]
    assert f"{KARI}@default" in lines


def test_every_lamp_is_told_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_LAMP_SIP", "127.0.0.1:5060")
    site.run("subscriber", "add", OLA)
    told = site.run("lamp", "light")
    assert (told.code, told.out) == (0, "1 lamps will be told.\n")
    (row,) = site.run("notice", "list", "--json").json
    assert (row["to"], row["channel"], row["status"]) == (OLA, Channel.LAMP, "ready")


def test_without_lamps_there_is_nothing_to_tell(site: Site) -> None:
    refused = site.run("lamp", "light")
    assert (refused.code, refused.err) == (
        2,
        "personsvar: there are no lamps: PERSONSVAR_LAMP_SIP is not set\n",
    )


def test_a_message_makes_a_lamp_due_only_where_there_are_lamps(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.run("subscriber", "add", OLA)
    site.leave_message()
    assert "lamp" not in {row["channel"] for row in site.run("notice", "list", "--json").json}
    monkeypatch.setenv("PERSONSVAR_LAMP_SIP", "127.0.0.1:5060")
    site.leave_message()
    assert "lamp" in {row["channel"] for row in site.run("notice", "list", "--json").json}


def test_the_desk_phones_of_the_page_are_those_of_the_demo_subscribers() -> None:
    page = (Path(__file__).parents[3] / "docs/lamps.md").read_text("utf-8")
    desks = re.findall(r"^\[desk-(\w+)\]\n(?:(?!\[).+\n)*?mailboxes = (\S+)@default", page, re.MULTILINE)
    desks += re.findall(r"^\[desk-(\w+)\]\(desk\)\n(?:(?!\[).+\n)*?mailboxes = (\S+)@", page, re.MULTILINE)
    names = {number: str(details.name).split()[0].lower() for number, details in DEMO}
    assert len(desks) == 2
    assert all(names[number] == name for name, number in desks)
