"""Two switches, one service: a second Asterisk with its own ivr on the same PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.compose.conftest import Subscriber
from tests.compose.people import Telephone, caught_up, hear, leave, message
from tests.compose.stack import Stack
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.running_site import phones_calling
from tests.real.spool import eventually

SECONDS = 4


@pytest.fixture
def pair(stack: Stack) -> Iterator[Stack]:
    """The installation with its second switch."""
    both = replace(
        stack, profiles=(*stack.profiles, "second"), running=(*stack.running, "ivr-2", "asterisk-2")
    )
    both.more["PERSONSVAR_SIP_PORT_2"] = str(free_udp_port())
    both.more["PERSONSVAR_IVR_HEALTH_PORT_2"] = str(free_tcp_port())
    both.more["PERSONSVAR_RTP_PORTS_2"] = "20040-20059"
    both.call("up", "-d", "--no-build", "--no-deps", "ivr-2", "asterisk-2")
    try:
        both.wait_until_well()
        yield both
    finally:
        both.call("rm", "-s", "-f", "asterisk-2", "ivr-2")


@pytest.fixture
def other_telephone(pair: Stack) -> Iterator[Telephone]:
    """Of somebody whom the operator's network sends to the second switch."""
    with phones_calling(int(pair.more["PERSONSVAR_SIP_PORT_2"])) as make:
        yield make


def test_what_is_left_through_one_switch_is_heard_through_the_other_at_once(
    pair: Stack, telephone: Telephone, other_telephone: Telephone, subscriber: Subscriber
) -> None:
    owner, neighbour = subscriber(), subscriber()
    leave(telephone, owner, seconds=SECONDS)
    ids = [message(pair, owner)["spool_id"]]
    assert hear(other_telephone, owner, seconds=SECONDS - 1)
    leave(other_telephone, neighbour, seconds=SECONDS)
    ids.append(message(pair, neighbour)["spool_id"])
    assert hear(telephone, neighbour, seconds=SECONDS - 1)
    assert [one.partition("-")[0] for one in ids] == ["pv", "pv2"]
    eventually(lambda: caught_up(pair), within=90, what="an empty spool")
