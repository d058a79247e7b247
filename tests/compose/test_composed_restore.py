"""Backups, brought back on a machine that has nothing: `pg_dump`, `personsvar backup`; and to a moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from personsvar.mailbox.model.ids import Number
from tests.compose.conftest import NewStack, Subscriber
from tests.compose.images import Engine
from tests.compose.people import Telephone, hear, leave, message, messages
from tests.compose.stack import ROOT, PublishedPorts, Stack
from tests.real.running_site import phones_calling
from tests.real.spool import eventually

SECONDS = 4
SERVICES = ("ivr", "notifier", "visual")
# as docs/operations.md says it
DUMP = ("pg_dump", "-U", "personsvar", "-Fc", "personsvar")
LOAD = ("pg_restore", "-U", "personsvar", "-d", "personsvar", "--exit-on-error")
RESTORED = (("run", "--rm", "-T", "migrate"), ("run", "--rm", "-T", "migrate", "db", "restored"))
# as docs/backup.md says it
BACKUPS = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "tar", "migrate", "-C", "/backups")
PERSONSVAR = ("run", "--rm", "-T", "migrate")
BASE = ("exec", "-T", "--user", "postgres", "postgres", "sh", "/opt/archive/base")
GO_BACK = ("run", "--rm", "--no-deps", "-T", "--user", "postgres", "--entrypoint", "sh", "postgres")
SECRETS = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "tar", "secrets", "-C", "/run/secrets")


@pytest.fixture
def other(engine: Engine, new_stack: NewStack) -> Iterator[Stack]:
    """Another machine, as far as this can be one; with the compose its operator has."""
    stack = new_stack(
        project="personsvar-restored",
        net="172.29.148",
        compose=engine.compose,
        files=(ROOT / "docker-compose.yml", ROOT / "docker/archive/compose.yml"),
        ports=PublishedPorts(rtp="20020-20039"),
    )
    stack.down(forget=True)
    try:
        yield stack
    finally:
        stack.down(forget=True)


def test_what_was_dumped_is_heard_from_another_installation(
    stack: Stack, other: Stack, telephone: Telephone, subscriber: Subscriber
) -> None:
    owner = subscriber()
    leave(telephone, owner, seconds=SECONDS)
    left = message(stack, owner)
    eventually(lambda: told(stack, owner), within=30, what="the notice")
    dump = stack.inside("postgres", *DUMP)
    said = stack.call(*PERSONSVAR, "backup", "/backups")
    assert b" copied now)" in said
    backups = stack.call(*BACKUPS, "-cf", "-", ".")
    secrets = stack.call(*SECRETS, "-cf", "-", ".")

    other.call(*SECRETS, "-xf", "-", given=secrets)
    other.up("postgres")
    other.wait_until_well("postgres")
    other.inside("postgres", *LOAD, given=dump)
    for command in RESTORED:
        other.call(*command)
    other.start()
    assert messages(other, owner) == [left]
    with phones_calling(other.ports.sip) as make:
        assert hear(make, owner, seconds=SECONDS - 1)
        leave(make, owner, seconds=1)
    eventually(lambda: len(messages(other, owner)) == 2, within=30, what="a message after the old ones")
    newest = max(one["id"] for one in messages(other, owner))
    assert newest > left["id"] + 1000, "an id that may be known to phones and links already"

    other.call("stop", *SERVICES)
    other.call(*BACKUPS, "-xf", "-", given=backups)
    refused = other.try_to(*PERSONSVAR, "restore", "/backups")
    assert b"the database is not empty" in refused.stdout + refused.stderr
    other.call(*PERSONSVAR, "restore", "/backups", "--overwrite", "--yes")
    other.start()
    assert messages(other, owner) == [left]
    with phones_calling(other.ports.sip) as make:
        assert hear(make, owner, seconds=SECONDS - 1)
        _to_a_moment(other, owner, lambda: leave(make, owner, seconds=1))


def _to_a_moment(other: Stack, owner: Number, leave_one: Callable[[], None]) -> None:
    """A message left before it is there, and one after it is not."""
    other.call(*BASE)
    there = len(messages(other, owner))
    leave_one()
    eventually(lambda: len(messages(other, owner)) == there + 1, within=30, what="the one before")
    moment = other.sql("select clock_timestamp()")
    leave_one()
    eventually(lambda: len(messages(other, owner)) == there + 2, within=30, what="the one after")
    *before, after = messages(other, owner)
    other.call("stop", *SERVICES, "postgres")
    other.call(*GO_BACK, "/opt/archive/go-back", moment)
    other.up("postgres")
    other.wait_until_well("postgres")
    other.call(*PERSONSVAR, "db", "restored")
    other.start()
    assert messages(other, owner) == before
    assert after not in before


def told(stack: Stack, owner: str) -> bool:
    rows = json.loads(stack.personsvar("notice", "list", "--to", owner, "--json"))
    return any(row["status"] in {"sent", "delivered"} for row in rows)
