"""`python -m dialplan.switch run`, as `make run` starts it: ends when asked, and says when it can't start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real.ports import free_udp_port

ROOM = Path(__file__).parents[2]


@contextmanager
def switch_by_hand(folder: Path, sip_port: int) -> Iterator[subprocess.Popen[str]]:
    (folder / "spool").mkdir()
    (folder / "media").mkdir()
    environment = {**os.environ, "PERSONSVAR_STATE": str(folder), "PERSONSVAR_SIP_PORT": str(sip_port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dialplan.switch", "run"],
        cwd=ROOM,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_sigterm_ends_the_switch_and_its_asterisk(tmp_path: Path) -> None:
    with switch_by_hand(tmp_path, free_udp_port()) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "is ready" in line:
                break
        assert "is ready" in "".join(said), said
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


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
