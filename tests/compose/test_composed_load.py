"""Many callers at once, through the composed installation with its switch on the host's own network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.bench.callers import OURS, Wave, all_of
from tests.compose.stack import Stack
from tests.real.spool import eventually

CALLERS = 200
A_SECOND = 20
SECONDS = 25.0
"""Each is up when the last one comes."""
MAILBOXES = [f"900005{number:02}" for number in range(20)]
IMPORT = "cat >/tmp/served.csv && personsvar subscriber import /tmp/served.csv"


@pytest.fixture
def on_the_host(stack: Stack) -> Iterator[Stack]:
    """The same installation; its switch is `asterisk-host`."""
    more = {"PERSONSVAR_RTP_PORTS": "30000-32000"}
    own = replace(stack, profiles=(*stack.profiles, "host"), more=more)
    stack.call("stop", "-t", "10", "asterisk")
    own.call("up", "-d", "--no-build", "--no-deps", "asterisk-host")
    try:
        own.wait_until_well("asterisk-host", "ivr")
        yield own
    finally:
        own.call("rm", "-s", "-f", "asterisk-host")
        stack.call("start", "asterisk")
        stack.wait_until_well("asterisk")


def test_200_callers_leave_messages_at_once_and_none_is_lost(on_the_host: Stack) -> None:
    stack = on_the_host
    served = "number\n" + "".join(f"+47{mailbox}\n" for mailbox in MAILBOXES)
    stack.inside("notifier", "sh", "-c", IMPORT, given=served.encode())
    called = all_of(Wave(OURS, MAILBOXES, CALLERS, CALLERS, A_SECOND, SECONDS), stack.ports.sip)
    assert (called.started, called.ended_well, called.failed) == (CALLERS, CALLERS, 0)
    eventually(lambda: stored(stack) == CALLERS, within=60, what=f"{CALLERS} messages")


def stored(stack: Stack) -> int:
    return int(stack.sql("select count(*) from messages where mailbox like '+47900005%'"))
