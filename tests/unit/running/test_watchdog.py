"""A process that hangs is ended; one that lives, sleeps with its machine or ends by itself is not."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.unit.running.processes import running_python

BARKS = 3

SERVICE = f"""
import sys, threading
from personsvar.running.watchdog import Watchdog
watchdog = Watchdog(seconds={BARKS})
watchdog.start()
print(watchdog._process.pid, flush=True)
sys.stdin.readline()
watchdog.stop()
print("stopped", flush=True)
"""


@pytest.fixture
def service() -> Iterator[subprocess.Popen[str]]:
    with running_python(SERVICE) as running:
        yield running


def is_there(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def watching(service: subprocess.Popen[str]) -> int:
    assert service.stdout is not None
    return int(service.stdout.readline())


def test_a_service_that_hangs_is_killed_and_it_is_told(service: subprocess.Popen[str]) -> None:
    pid = watching(service)
    began = time.monotonic()
    service.send_signal(signal.SIGSTOP)
    assert service.wait(timeout=30) == -signal.SIGKILL
    assert time.monotonic() - began > BARKS - 1.1
    assert service.stderr is not None
    assert "the service hangs: killed" in service.stderr.read()
    until_gone(pid)


def test_a_service_that_lives_is_left_alone_and_takes_it_along(service: subprocess.Popen[str]) -> None:
    pid = watching(service)
    with pytest.raises(subprocess.TimeoutExpired):
        service.wait(BARKS + 2)
    out, errors = service.communicate("stop\n", timeout=30)
    assert (out, errors, service.returncode) == ("stopped\n", "", 0)
    assert not is_there(pid)


def test_stopped_together_they_go_on_together(service: subprocess.Popen[str]) -> None:
    """Ctrl-Z, or a laptop's lid: the time that passed is not the service's."""
    pid = watching(service)
    for one in (pid, service.pid):
        os.kill(one, signal.SIGSTOP)
    with pytest.raises(subprocess.TimeoutExpired):
        service.wait(BARKS + 2)
    for one in (pid, service.pid):
        os.kill(one, signal.SIGCONT)
    out, errors = service.communicate("stop\n", timeout=30)
    assert (out, errors, service.returncode) == ("stopped\n", "", 0)


def test_it_goes_when_its_service_is_killed(service: subprocess.Popen[str]) -> None:
    pid = watching(service)
    service.kill()
    until_gone(pid)


def until_gone(pid: int) -> None:
    """An orphan is reaped by the system's first process, or stays a zombie where that one reaps nobody."""
    for _ in range(3000):
        with suppress(FileNotFoundError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.02)
                continue
        return
    raise AssertionError("the watchdog is still there")
