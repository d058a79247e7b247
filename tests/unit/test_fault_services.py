"""How `make faults` starts services: as forks of what is loaded, by a clock that is set wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.service_forks import service_forks
from tests.faults.wrong_clock import WrongClock, library

ENDS_SECONDS = 120.0
TOLD_BY_A_PROGRAM = """
import datetime, subprocess, time
time.sleep(0.01)
subprocess.run(["true"], timeout=60, check=True)
print(datetime.datetime.now().isoformat())
"""


def test_a_fork_is_a_service_of_its_own_settings_log_and_end(tmp_path: Path) -> None:
    log = tmp_path / "ivr.log"
    own = {**os.environ, "PERSONSVAR_STATE": str(tmp_path), "PERSONSVAR_SWEEP_SECONDS": "never"}
    with service_forks({}) as forks:
        refused = forks.start("ivr", own, log)
        killed = forks.start("notifier", {**os.environ, "PERSONSVAR_STATE": str(tmp_path)}, tmp_path / "log")
        killed.kill()
        assert (refused.wait(ENDS_SECONDS), killed.wait(ENDS_SECONDS)) == (2, -signal.SIGKILL)
        assert (refused.poll(), killed.poll()) == (2, -signal.SIGKILL)
    assert "PERSONSVAR_SWEEP_SECONDS" in log.read_text("utf-8")


def test_a_program_of_a_wrong_clock_sleeps_and_waits_as_any(tmp_path: Path) -> None:
    if (found := library()) is None:
        pytest.skip("libfaketime is not installed")
    clock = WrongClock(tmp_path / "clock", found)
    clock.jumps(86400)
    command = [sys.executable, "-c", TOLD_BY_A_PROGRAM]
    environment = {**os.environ, **clock.environment()}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    ahead = datetime.fromisoformat(told.stdout.strip()) - datetime.now()  # noqa: DTZ005 - as the program's
    assert timedelta(hours=23) < ahead <= timedelta(hours=24)
