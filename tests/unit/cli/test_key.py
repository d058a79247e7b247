"""`personsvar key`: keys of the API, and who did what on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from personsvar.cli.acting import typist
from personsvar.mailbox.api_keys import key_given
from personsvar.mailbox.model.api_key import Scope
from tests.unit.cli.conftest import KARI, OLA, Site


def test_a_key_is_shown_once_and_listed_without_what_opens(site: Site) -> None:
    made = site.run("key", "add", "web-shop", "--scope", "subscribers:read", "--scope", "messages:*")
    assert made.code == 0
    key = made.out.strip()
    assert re.fullmatch(r"pv_[0-9]{10}_\w{20,}", key)
    assert "not shown again" in made.err
    assert key not in made.err
    (listed,) = site.run("key", "list", "--json").json
    assert (listed["name"], listed["state"], listed["uses"]) == ("web-shop", "good", 0)
    assert listed["scopes"] == ["messages:read", "messages:write", "subscribers:read"]
    assert listed["begins"] == key[:13]
    for shown in (site.run("key", "list").out, site.run("key", "list", "--json").out):
        assert key.rpartition("_")[2] not in shown
    found = key_given(site.application().services, key)
    assert found is not None
    assert found.name == "web-shop"


def test_it_ends_in_a_year_if_nothing_else_is_said(site: Site) -> None:
    for name, *when in (
        ("a-year",),
        ("days", "--expires", "30d"),
        ("date", "--expires", "2199-06-01"),
        ("ever", "--expires", "never"),
    ):
        assert site.run("key", "add", name, "--scope", "*", *when).code == 0
    keys = {it["name"]: it for it in site.run("key", "list", "--json").json}
    assert keys["ever"]["expires_at"] is None
    assert keys["date"]["expires_at"] == "2199-06-01T00:00:00Z"
    for name, days in (("a-year", 365), ("days", 30)):
        ends = datetime.fromisoformat(keys[name]["expires_at"])
        assert abs(ends - datetime.now(UTC) - timedelta(days=days)) < timedelta(hours=1)
    assert set(keys["ever"]["scopes"]) == {str(scope) for scope in Scope}


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["shop", "--scope", "274916"], 1, "this is no scope; they are subscribers:read"),
        (["shop", "--scope", "274916:*"], 1, "this is no scope"),
        (["shop", "--scope", ""], 1, "this is no scope"),
        (["shop"], 2, "--scope"),
        (["a shop", "--scope", "*"], 1, "a key's name is of letters, digits, dots and dashes"),
        (["x" * 51, "--scope", "*"], 1, "a key's name"),
        (["shop", "--scope", "*", "--expires", "2020-01-01"], 1, "can't end before it begins"),
        (["shop", "--scope", "*", "--expires", "274916"], 2, "--expires: write it like 2027-06-01"),
        (["shop", "--scope", "*", "--expires", "99999d"], 0, ""),
        (["shop", "--scope", "*", "--expires", "9999999d"], 2, "--expires"),
    ],
)
def test_what_makes_no_key_is_refused_with_the_reason(
    site: Site, arguments: list[str], code: int, why: str
) -> None:
    made = site.run("key", "add", *arguments)
    assert made.code == code
    assert why in " ".join(made.err.split())
    assert "274916" not in made.err
    assert len(site.run("key", "list", "--json").json) == (code == 0)


def test_a_revoked_one_opens_nothing_and_its_name_may_be_another_s(site: Site) -> None:
    key = site.run("key", "add", "shop", "--scope", "*").out.strip()
    assert site.run("key", "add", "shop", "--scope", "*").err.endswith(
        "there is a key of that name already\n"
    )
    assert site.run("key", "revoke", "shop").code == 0
    assert key_given(site.application().services, key) is None
    assert site.run("key", "revoke", "shop").code == 1
    assert site.run("key", "add", "shop", "--scope", "*").code == 0
    assert [it["state"] for it in site.run("key", "list", "--json").json] == ["revoked", "good"]


def test_what_is_done_on_the_command_line_stands_in_the_audit_trail(site: Site) -> None:
    for command in (
        ["key", "add", "shop", "--scope", "*"],
        ["key", "revoke", "shop"],
        ["subscriber", "add", OLA],
        ["subscriber", "set", OLA, "--name", "Ola", "--quiet", "22:00-07:00", "--mms", "--pin", "274916"],
        ["subscriber", "set", OLA, "--name", "Ola"],
        ["subscriber", "reset-pin", OLA],
        ["subscriber", "unlock", OLA],
    ):
        assert site.run(*command).code == 0
    with site.application().store.look() as uow:
        entries = uow.audit.list()
    assert {entry.actor for entry in entries} == {typist()}
    assert [(str(it.action), it.mailbox, it.detail) for it in reversed(entries)] == [
        ("key-added", None, "shop"),
        ("key-revoked", None, "shop"),
        ("subscriber-added", OLA, ""),
        ("subscriber-changed", OLA, "name, quiet, mms"),
        ("pin-changed", OLA, ""),
        ("pin-reset", OLA, ""),
        ("unlocked", OLA, ""),
    ]


def test_of_a_removed_subscriber_the_trail_says_that_and_not_who_it_was(site: Site) -> None:
    for number in (OLA, KARI):
        site.run("subscriber", "add", number)
    site.run("subscriber", "remove", OLA)
    with site.application().store.look() as uow:
        entries = uow.audit.list()
    assert [(str(it.action), it.mailbox) for it in entries] == [
        ("subscriber-removed", None),
        ("subscriber-added", KARI),
    ]
    assert OLA not in repr(entries)
