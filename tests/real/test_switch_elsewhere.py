"""A switch whose trunk is on other machines, as far as one machine has several addresses on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dialplan.switch.config import SOUNDS
from dialplan.switch.environment import setting_from
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from personsvar.gateways.lamps.lamp_names import lamp_of, section
from personsvar.gateways.lamps.notify import notify
from personsvar.gateways.lamps.sip import pack, unpack
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Counts
from tests.real.heard import PromptSounds
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.spool import Spool
from tests.real.walks import diverted_from

HERE, TRUNK, NOTIFIER, STRANGER = "127.0.0.2", "127.0.0.3", "127.0.0.20", "127.0.1.3"
FIRST_PORT, LAST_PORT = 40_000, 40_019
BEHIND, OUTSIDE = "127.0.0.99", "198.51.100.7"
"""What a phone behind NAT tells of itself, where nobody listens; and our own address, seen from outside."""
OWNER = Number("+4790000001")


def settings(folder: Path, **more: str) -> dict[str, str]:
    given = {
        "STATE": str(folder),
        "SIP_ADDRESS": HERE,
        "SIP_PORT": str(free_udp_port()),
        "FASTAGI_BIND": f"127.0.0.1:{free_tcp_port()}",
        "TRUNK_HOSTS": "127.0.9.1, 127.0.0.0/29",
        "RTP_PORTS": f"{FIRST_PORT}-{LAST_PORT}",
        "LAMP_HOSTS": f"127.0.9.2, {NOTIFIER}",
        "SWITCH_NAME": "oslo-2",
        **more,
    }
    return {f"PERSONSVAR_{name}": value for name, value in given.items()}


@pytest.fixture(scope="module")
def prompts() -> PromptSounds:
    return PromptSounds(SOUNDS / "nb")


@pytest.fixture(scope="module")
def switch(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    setting = setting_from(settings(tmp_path_factory.mktemp("oslo")))
    with Switch(asterisk, replace(setting, extra={"pjsip_lamps.conf": section(OWNER)})) as running:
        yield running


@pytest.fixture(scope="module")
def behind_nat(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    given = settings(tmp_path_factory.mktemp("nat"), SIP_EXTERNAL=f"{OUTSIDE}:5062")
    with Switch(asterisk, setting_from(given)) as running:
        yield running


def test_who_calls_from_the_trunk_is_vouched_for_and_recorded(switch: Switch, prompts: PromptSounds) -> None:
    spool = Spool(switch.setting.spool)
    with Phone(switch_port=switch.sip_port, switch_address=HERE, address=TRUNK, prompts=prompts) as caller:
        caller.call(diversion=diverted_from(OWNER))
        assert caller.leg.media is not None
        assert FIRST_PORT <= caller.leg.media.port <= LAST_PORT
        assert caller.leg.final is not None
        assert f"c=IN IP4 {HERE}\r\n" in caller.leg.final.body
        caller.wait_for_prompt("tone", within=20)
        caller.wait_for_end_of("tone")
        caller.sweep(seconds=2)
    deposit = spool.deposit()
    assert not deposit.end().missed
    assert deposit.header.spool_id.startswith("oslo-2-")
    assert deposit.header.setup.trunk
    assert deposit.header.setup.asserted == (f"<sip:{caller.number}@example.test>",)


def test_who_calls_from_elsewhere_gets_no_voicemail(switch: Switch) -> None:
    spool = Spool(switch.setting.spool)
    with Phone(switch_port=switch.sip_port, switch_address=HERE, address=STRANGER) as caller:
        vouched = ("P-Asserted-Identity", f"<sip:{OWNER}@example.test>")
        assert caller.dial(ACCESS_NUMBER, [vouched]).status == 401
        assert caller.leg.media is None
    assert spool.new() == []


@pytest.mark.parametrize(
    ("source", "status"), [(NOTIFIER, 200), (TRUNK, 401), ("127.0.0.1", 401), (STRANGER, 401)]
)
def test_lamps_are_told_by_the_notifier_only(switch: Switch, source: str, status: int) -> None:
    to = f"{HERE}:{switch.sip_port}"
    told = notify(lamp_of(OWNER), Counts(new=3), account=OWNER, switch=to, here=f"{source}:5060")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as notifier:
        notifier.bind((source, 0))
        notifier.settimeout(10)
        notifier.sendto(pack(told), (HERE, switch.sip_port))
        assert unpack(notifier.recv(8192)).status == status


def test_behind_nat_both_ends_hear_each_other(behind_nat: Switch, prompts: PromptSounds) -> None:
    """We tell the address outside; a trunk that tells one where nobody is gets its answers all the same."""
    with Phone(
        switch_port=behind_nat.sip_port, switch_address=HERE, address=TRUNK, told=BEHIND, prompts=prompts
    ) as caller:
        caller.call()
        assert caller.leg.final is not None
        assert caller.leg.final.target == f"sip:{OUTSIDE}:5062"
        assert f"c=IN IP4 {OUTSIDE}\r\n" in caller.leg.final.body
        caller.wait_for_prompt("please-call-later", within=20)
        caller.wait_for_hang_up(within=20)
