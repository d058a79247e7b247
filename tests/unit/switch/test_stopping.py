"""How a switch in the foreground ends when its Asterisk does not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from dialplan.switch.sockets import holds_a_port

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
STARTED = """
import sys
from pathlib import Path
from dialplan.switch.config import Setting
from dialplan.switch.endings import hear
from dialplan.switch.foreground import run
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
place = Path(sys.argv[1])
hear()
setting = Setting(place / "asterisk", place / "spool", place / "media", sip_bind="127.0.0.1:0")
sys.exit(run(Switch(Asterisk(Path("/"), sys.argv[2], "/", "Asterisk"), setting), "ready"))
"""


def test_an_asterisk_that_hangs_in_its_stopping_is_not_waited_for_once_no_call_is_up(tmp_path: Path) -> None:
    """Asterisk 22 did, a moment after its start, and was waited for as long as calls would be."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTED, str(tmp_path), str(HERE / "stand_in_asterisk.py")],
        cwd=ROOT,
        env={**os.environ, "STAND_IN": "hangs"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "personsvar: ready\n"
        process.send_signal(signal.SIGTERM)
        said = process.stdout.read()
        assert process.wait() == 0
    assert "0 that are up may go on for 300 s" in said
    assert "all calls have ended, and Asterisk hangs: it is stopped" in said


def test_a_call_is_told_by_the_port_of_its_sound() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sound:
        sound.bind(("127.0.0.1", 0))
        port = sound.getsockname()[1]
        assert holds_a_port(os.getpid(), port, port)
        assert not holds_a_port(os.getppid(), port, port)
    assert not holds_a_port(os.getpid(), port, port)
