"""`python -m dialplan.switch run`, as `make run` starts it: ends when asked, and says when it can't start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.real.by_hand import asterisk_of, is_running, read_until, switch_by_hand
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import Phone

NO_LOGS = {"freeswitch.history", "freeswitch.xml.fsxml"}
"""FreeSWITCH has them in its log folder all the same: what was typed, and its configuration."""


def is_ended_with_its_asterisk(process: subprocess.Popen[str], *how: signal.Signals) -> None:
    asterisk = asterisk_of(process)
    for told in how:
        process.send_signal(told)
    assert process.wait(120) == 0
    assert not is_running(asterisk)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_switch_and_its_asterisk(tmp_path: Path, how: signal.Signals) -> None:
    with switch_by_hand(tmp_path, free_udp_port()) as process:
        read_until(process, "is ready")
        is_ended_with_its_asterisk(process, how)


def test_sigterm_while_asterisk_starts_leaves_none_behind(tmp_path: Path) -> None:
    """It came between the start and the handler once: the process died, and its Asterisk lived on."""
    with switch_by_hand(tmp_path, free_udp_port()) as process:
        read_until(process, "personsvar: ")
        is_ended_with_its_asterisk(process, signal.SIGTERM)


def test_told_twice_while_asterisk_starts_leaves_none_behind(tmp_path: Path) -> None:
    """The second one broke off what the first had begun: waiting for Asterisk's end."""
    with switch_by_hand(tmp_path, free_udp_port()) as process:
        read_until(process, "personsvar: ")
        is_ended_with_its_asterisk(process, signal.SIGINT, signal.SIGTERM)


def test_an_asterisk_that_is_killed_is_no_good_end(tmp_path: Path) -> None:
    with switch_by_hand(tmp_path, free_udp_port()) as process:
        read_until(process, "is ready")
        os.kill(asterisk_of(process), signal.SIGKILL)
        assert process.wait(60) == 1


def test_a_setting_that_makes_no_sense_is_one_clear_line(tmp_path: Path) -> None:
    with switch_by_hand(tmp_path, 0) as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said == "personsvar: PERSONSVAR_SIP_PORT='0': should be a whole number from 1 to 65535\n"


def test_a_sip_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        with switch_by_hand(tmp_path, other.getsockname()[1]) as process:
            said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Address already in use" in said
    assert "is ready" not in said


def test_its_log_goes_where_a_container_reads_it_and_no_digit_is_in_it(tmp_path: Path) -> None:
    port, nobody = free_udp_port(), f"127.0.0.1:{free_tcp_port()}"
    with switch_by_hand(tmp_path, port, "--log", "-", FASTAGI_BIND=nobody, ESL_BIND=nobody) as process:
        said = read_until(process, "is ready")
        with Phone(switch_port=port) as caller:
            caller.call()
            caller.press("97531")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert f"Connecting to '{nobody}' failed" in rest or "Connection refused" in rest
    assert "DTMF" not in said + rest
    assert {file.name for file in tmp_path.glob("*/log/*")} <= NO_LOGS
