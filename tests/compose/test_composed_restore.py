"""A backup, brought back on a machine that has nothing: `pg_dump`, and the folder of secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.compose.conftest import NewStack, Subscriber
from tests.compose.images import Engine
from tests.compose.people import Telephone, hear, leave, message, messages
from tests.compose.stack import PublishedPorts, Stack
from tests.real.running_site import phones_calling
from tests.real.spool import eventually

SECONDS = 4
# as docs/operations.md says it
DUMP = ("pg_dump", "-U", "personsvar", "-Fc", "personsvar")
LOAD = ("pg_restore", "-U", "personsvar", "-d", "personsvar", "--exit-on-error")
RESTORED = (("run", "--rm", "-T", "migrate"), ("run", "--rm", "-T", "migrate", "db", "restored"))
SECRETS = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "tar", "secrets", "-C", "/run/secrets")


@pytest.fixture
def other(engine: Engine, new_stack: NewStack) -> Iterator[Stack]:
    """Another machine, as far as this can be one; with the compose its operator has."""
    stack = new_stack(
        project="personsvar-restored",
        net="172.29.148",
        compose=engine.compose,
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


def told(stack: Stack, owner: str) -> bool:
    rows = json.loads(stack.personsvar("notice", "list", "--to", owner, "--json"))
    return any(row["status"] in {"sent", "delivered"} for row in rows)
