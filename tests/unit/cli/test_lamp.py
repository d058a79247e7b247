"""`personsvar lamp`: the switch's lines, and telling every lamp again."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model import Channel
from tests.unit.cli.conftest import KARI, OLA, Machine


def test_the_switch_s_lines_have_a_lamp_for_each_subscriber(machine: Machine) -> None:
    for number in (OLA, KARI):
        machine.run("subscriber", "add", number)
    lines = machine.run("lamp", "config").out.split()
    heads = [line for line in lines if line.startswith("[")]
    assert heads == ["[lamps](lamp)", "[lamps]", f"[lamp-{OLA}](lamp)", f"[lamp-{KARI}](lamp)"]
    assert f"{KARI}@default" in lines


def test_every_lamp_is_told_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_LAMP_SIP", "127.0.0.1:5060")
    machine.run("subscriber", "add", OLA)
    told = machine.run("lamp", "light")
    assert (told.code, told.out) == (0, "1 lamps will be told.\n")
    (row,) = machine.run("notice", "list", "--json").json
    assert (row["to"], row["channel"], row["status"]) == (OLA, Channel.LAMP, "ready")


def test_without_lamps_there_is_nothing_to_tell(machine: Machine) -> None:
    refused = machine.run("lamp", "light")
    assert (refused.code, refused.err) == (
        2,
        "personsvar: there are no lamps: PERSONSVAR_LAMP_SIP is not set\n",
    )


def test_a_message_makes_a_lamp_due_only_where_there_are_lamps(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.run("subscriber", "add", OLA)
    machine.leave_message()
    assert "lamp" not in {row["channel"] for row in machine.run("notice", "list", "--json").json}
    monkeypatch.setenv("PERSONSVAR_LAMP_SIP", "127.0.0.1:5060")
    machine.leave_message()
    assert "lamp" in {row["channel"] for row in machine.run("notice", "list", "--json").json}
