"""`python -m dialplan.switch run`, as `make run` starts it: ends when asked, and says when it can't start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.real.ports import free_udp_port
from tests.real.spool import eventually

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


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def is_running(pid: int) -> bool:
    """One that ended, and that nobody asked for its exit code, is not."""
    with suppress(OSError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def read_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return
    raise AssertionError(f"never said {words!r}: {said}")


def is_ended_with_its_asterisk(process: subprocess.Popen[str]) -> None:
    eventually(lambda: bool(children_of(process.pid)), within=30, what="its Asterisk")
    (asterisk,) = children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not is_running(asterisk)


def test_sigterm_ends_the_switch_and_its_asterisk(tmp_path: Path) -> None:
    with switch_by_hand(tmp_path, free_udp_port()) as process:
        read_until(process, "is ready")
        is_ended_with_its_asterisk(process)


def test_sigterm_while_asterisk_starts_leaves_none_behind(tmp_path: Path) -> None:
    """It came between the start and the handler once: the process died, and its Asterisk lived on."""
    with switch_by_hand(tmp_path, free_udp_port()) as process:
        read_until(process, "Asterisk")
        is_ended_with_its_asterisk(process)


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
