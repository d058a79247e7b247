"""dialplan/demo, what `make run` starts: Ctrl-C ends it at once, a call or not; SIGTERM lets it end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from personsvar.mailbox.model import Number
from tests.real.by_hand import ROOM
from tests.real.house import START_SECONDS
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import Phone
from tests.real.spool import eventually
from tests.real.walks import diverted_from

OWNER = Number("+4790000001")
PROMPTLY_SECONDS = 30
"""Far less than the five minutes that calls would be given, and enough for a busy machine."""


@contextmanager
def made_run(folder: Path, sip_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """In a process group of its own, as a shell in a terminal starts it; once it takes calls."""
    log = folder / "log"
    binds = ("FASTAGI_BIND", "HTTP_BIND", "IMAP_BIND", "IMAPS_BIND")
    environment = {f"PERSONSVAR_{bind}": f"127.0.0.1:{free_tcp_port()}" for bind in binds}
    environment |= {"PERSONSVAR_STATE": str(folder), "PERSONSVAR_SIP_PORT": str(sip_port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            # a shell can't trap a signal it was started to ignore, as what runs in the background is
            ["env", "--default-signal=INT", str(ROOM / "dialplan/demo")],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        for words in ("Asterisk is ready", "in=running.serving event=ready"):
            eventually(lambda said=words: said in log.read_text(), within=START_SECONDS, what=words)  # type: ignore[misc]
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def nobody_is_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def call(port: int) -> Phone:
    caller = Phone(switch_port=port)
    caller.call(diversion=diverted_from(OWNER))
    caller.wait_for_sound(within=20, after=0.0)
    return caller


@pytest.mark.parametrize("whole_group", [True, False], ids=["by the terminal", "by a signal"])
def test_ctrl_c_ends_it_all_with_a_call_up(tmp_path: Path, *, whole_group: bool) -> None:
    port = free_udp_port()
    with made_run(tmp_path, port) as process, call(port) as caller:
        if whole_group:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        caller.wait_for_hang_up(within=PROMPTLY_SECONDS)
        assert process.wait(PROMPTLY_SECONDS) == 0
        eventually(lambda: nobody_is_left(process.pid), within=5, what="the end of all")


def test_sigterm_lets_the_call_end(tmp_path: Path) -> None:
    port = free_udp_port()
    with made_run(tmp_path, port) as process, call(port) as caller:
        process.send_signal(signal.SIGTERM)
        eventually(
            lambda: "told to stop: no new calls; 1 that" in (tmp_path / "log").read_text(),
            within=10,
            what="the switch to be told",
        )
        caller.hang_up()
        assert process.wait(PROMPTLY_SECONDS) == 0
        assert nobody_is_left(process.pid)
