"""The plain AGI script: a process a call, on the same code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from personsvar.telephony.agi.script import converse
from personsvar.telephony.wire import PipeWire
from tests.wire.asterisk import FakeAsterisk
from tests.wire.channel import Plan

SCRIPT = """
import sys
from contextlib import nullcontext
from pathlib import Path
from personsvar.dialogue.call import Progress, Sentence
from personsvar.telephony.agi.script import run_script
from tests.contract.calls import FileSounds

def answer(call):
    call.play(Sentence("nb", ("welcome",)))
    call.progress(Progress.STARTED)
    call.meanwhile(lambda: None)
    try:
        call.gather(max_seconds=3)
    finally:
        call.progress(Progress.STORED)
        print(call.setup.endpoint, file=sys.stderr)

sys.exit(run_script(lambda: (answer, lambda: nullcontext(FileSounds(Path(sys.argv[1]))))))
"""


@pytest.fixture
def checkout() -> Path:
    return Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("plan", [Plan(), Plan(hangs_up_at=3.0)])
def test_a_call_over_the_standard_streams(tmp_path: Path, checkout: Path, plan: Plan) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=checkout,
    ) as script:

        def hang_up_by_signal(command: str, _arguments: list[str]) -> None:
            if command == "SET VARIABLE":
                script.send_signal(signal.SIGHUP)

        switch = FakeAsterisk(plan, arguments=("agi", "endpoint=trunk"), fast=False, quirk=hang_up_by_signal)
        assert script.stdin is not None
        assert script.stdout is not None
        switch.over_pipes(script.stdout.fileno(), script.stdin.fileno())
        _, errors = script.communicate(timeout=20)
    assert switch.channel.variables["PERSONSVAR_PROGRESS"] == "stored"
    assert errors.decode().splitlines()[0] == "trunk"
    assert script.returncode == 0


def _started_with(words: bytes) -> int:
    reading, theirs = os.pipe()
    ours, writing = os.pipe()
    os.write(theirs, words)
    os.close(theirs)
    try:
        return converse(PipeWire(reading, writing), _never)
    finally:
        for end in (reading, writing, ours):
            os.close(end)


def _never() -> NoReturn:
    raise RuntimeError("our own mistake")


@pytest.mark.parametrize("words", [b"", b"hello\n", b"agi_uniqueid: 1\n"])
def test_started_by_hand_it_says_so(words: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert _started_with(words) == 2
    assert "not started by a switch" in caplog.text


def test_an_error_is_logged_and_told_by_the_exit_code(caplog: pytest.LogCaptureFixture) -> None:
    assert _started_with(b"agi_uniqueid: 1700000000.1\n\n") == 1
    assert "call failed" in caplog.text
