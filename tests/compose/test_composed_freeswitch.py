"""The profile `freeswitch` of docker-compose.yml, as docs/freeswitch.md tells: an image of the operator's.

There is none of ours: these run where PERSONSVAR_FREESWITCH_IMAGE names one that the engine has.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from personsvar.mailbox.model.ids import Number
from tests.compose.conftest import PIN, NewStack
from tests.compose.docker_engine import Engine
from tests.compose.people import leave, message, messages, swept, talking
from tests.compose.stack import RUNNING, Stack
from tests.real.ports import free_udp_port
from tests.real.running_site import phones_calling
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.spool import eventually

IMAGE = os.environ.get("PERSONSVAR_FREESWITCH_IMAGE", "")
OWNER = Number("+4790000001")
SECONDS = 4


@pytest.fixture(scope="module")
def fs_stack(engine: Engine, new_stack: NewStack) -> Iterator[Stack]:
    """In place of Asterisk."""
    if not IMAGE or not engine.answers_to("image", "inspect", IMAGE):
        pytest.skip("PERSONSVAR_FREESWITCH_IMAGE names no image that is here")
    running = [service for service in RUNNING if service != "asterisk"]
    stack = new_stack(
        project="personsvar-freeswitch",
        net="172.29.149",
        profiles=("demo", "freeswitch"),
        running=(*running, "freeswitch"),
    )
    stack.more |= {
        "PERSONSVAR_FREESWITCH_IMAGE": IMAGE,
        "PERSONSVAR_FREESWITCH_SIP_PORT": str(free_udp_port()),
        "PERSONSVAR_FREESWITCH_RTP_PORTS": "20100-20119",
    }
    stack.down(forget=True)
    try:
        stack.up("--scale", "asterisk=0")
        stack.wait_until_well()
        stack.personsvar("subscriber", "add", OWNER, "--pin", PIN)
        stack.sql(f"update subscribers set welcomed = true where number = '{OWNER}'")
        yield stack
    finally:
        stack.down(forget=True)


@pytest.fixture
def telephone(fs_stack: Stack) -> Iterator[Callable[..., Phone]]:
    with phones_calling(int(fs_stack.more["PERSONSVAR_FREESWITCH_SIP_PORT"])) as make:
        yield make


def test_a_message_is_left_and_heard(fs_stack: Stack, telephone: Callable[..., Phone]) -> None:
    leave(telephone, OWNER, seconds=SECONDS)
    assert swept(fs_stack, message(fs_stack, OWNER)) == pytest.approx(SECONDS, abs=0.5)
    owner = telephone(OWNER)
    owner.call()
    # its very first words may be lost: this phone tells 127.0.0.1, which a container takes for itself
    owner.wait_for_prompt("new-one", within=30)
    owner.press("1")
    assert owner.wait_for_piece(1, seconds=SECONDS - 1, within=30)
    owner.hang_up()


def test_told_to_stop_it_lets_the_call_end(fs_stack: Stack, telephone: Callable[..., Phone]) -> None:
    caller = talking(telephone, OWNER)
    stop = fs_stack.begin("stop", "-t", "300", "freeswitch")
    eventually(lambda: "no new calls" in fs_stack.logs("freeswitch"), within=30, what="a switch that waits")
    assert telephone("+4790000003").dial(ACCESS_NUMBER, [("Subject", "late")]).status == 503
    assert stop.poll() is None, "it did not wait for the call"
    caller.hang_up()
    assert stop.wait(60) == 0
    assert fs_stack.inspect("freeswitch")["State"]["ExitCode"] == 0
    eventually(lambda: len(messages(fs_stack, OWNER)) == 2, within=30, what="what he said")
