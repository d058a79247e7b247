"""What an operator set holds for the dialplan too: his voice, his language, and how long it waits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialplan.switch.config import SOUNDS
from dialplan.switch.environment import setting_from
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from tests.real.heard import PromptSounds
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.running_site import switch_of
from tests.real.sip_phone import Phone
from tests.real.spool import Spool

ACCESS = "+4723000000"
GREETING = "en/fallback-greeting.alaw"
DIVERTED = ["<sip:+4790000001@example.test>;reason=no-answer"]


@pytest.fixture(scope="module")
def operator(asterisk: Asterisk, spoken: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switch]:
    """His studio has read the greeting only, in a form that can be played; nobody listens for calls."""
    state, studio = tmp_path_factory.mktemp("operator"), tmp_path_factory.mktemp("studio")
    (studio / "en").mkdir()
    shutil.copyfile(spoken / "nb/help.alaw", studio / GREETING)
    (studio / "en/tone.alaw").write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(8000))
    (studio / "en/fallback-thanks.alaw").touch()
    (studio / "en/please-call-later.alaw").mkdir()
    environment = {
        "STATE": state,
        "STUDIO": studio,
        "SIP_PORT": free_udp_port(),
        "FASTAGI_BIND": f"127.0.0.1:{free_tcp_port()}",
        "ESL_BIND": f"127.0.0.1:{free_tcp_port()}",
        "FALLBACK_LANGUAGE": "en",
        "ACCESS_NUMBER": ACCESS,
        "MAX_MESSAGE_SECONDS": 8,
        "SILENCE_SECONDS": 3,
        "RTP_TIMEOUT": 4,
    }
    setting = setting_from({f"PERSONSVAR_{name}": str(value) for name, value in environment.items()})
    with switch_of(asterisk, setting) as running:
        yield running


@pytest.fixture
def caller(operator: Switch) -> Iterator[Phone]:
    prompts = PromptSounds(SOUNDS / "en")
    assert operator.setting.studio is not None
    prompts.sounds["fallback-greeting"] = (operator.setting.studio / GREETING).read_bytes()
    with Phone(switch_port=operator.sip_port, prompts=prompts) as phone:
        yield phone


def reach_the_tone(caller: Phone) -> None:
    caller.call(ACCESS, diversion=DIVERTED)
    caller.wait_for_prompt("fallback-greeting", within=8)
    caller.wait_for_prompt("tone", within=8)
    caller.wait_for_end_of("tone")


def test_the_longest_message_is_the_operator_s(caller: Phone, operator: Switch) -> None:
    spool = Spool(operator.setting.spool)
    reach_the_tone(caller)
    caller.say(b"\x35\xb5" * 4000 * 11, wait=False)
    caller.wait_for_prompt("fallback-thanks", within=12)
    assert 7.5 < len(spool.deposit().take) / 8000 < 8.5 + operator.stops_late_by_seconds


def test_so_much_silence_ends_it_as_the_operator_set(caller: Phone) -> None:
    reach_the_tone(caller)
    since = caller.now
    caller.hiss(seconds=8, dbfs=-70, wait=False)
    assert caller.wait_for_prompt("fallback-thanks", within=8) - since == pytest.approx(3, abs=1)


def test_a_phone_that_vanishes_is_let_go_when_the_operator_set(caller: Phone) -> None:
    reach_the_tone(caller)
    caller.sweep(seconds=1)
    since = caller.now
    caller.vanish()
    assert caller.wait_for_hang_up(within=10) - since == pytest.approx(4, abs=2)


@pytest.mark.parametrize("dialled", [ACCESS, "23000000"])
def test_the_operator_s_access_number_is_the_owners(caller: Phone, dialled: str) -> None:
    caller.call(dialled)
    caller.wait_for_prompt("please-call-later", within=8)


def test_a_norwegian_demo_number_is_not(caller: Phone) -> None:
    caller.call("+4747471000")
    caller.wait_for_prompt("fallback-greeting", within=8)
