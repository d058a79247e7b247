"""`python -m dialplan.demo`, what `make run` starts: however it ends, nothing is left of it.

Ctrl-C ends it at once, a call or not; SIGTERM lets the call end.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from personsvar.mailbox.model.ids import Number
from tests.real.by_hand import ROOM, all_of, end_all_of
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import Phone
from tests.real.site import START_SECONDS
from tests.real.spool import eventually
from tests.real.walks import diverted_from

OWNER = Number("+4790000001")
PROMPTLY_SECONDS = 60
"""Far less than the five minutes that calls would be given, and enough for a busy machine."""
READY = ("is ready. The operator's trunk", "in=running.service_runner event=ready")


@contextmanager
def begun(
    folder: Path, sip_port: int, *before: str, path: str = "", **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """In a process group of its own, as a shell in a terminal starts it; `path`: what is found first."""
    binds = ("FASTAGI_BIND", "ESL_BIND", "HTTP_BIND", "IMAP_BIND", "IMAPS_BIND")
    environment = {f"PERSONSVAR_{bind}": f"127.0.0.1:{free_tcp_port()}" for bind in binds}
    environment |= {"PERSONSVAR_STATE": str(folder), "PERSONSVAR_SIP_PORT": str(sip_port), **settings}
    environment["PATH"] = f"{path}:{os.environ['PATH']}"
    with (folder / "log").open("wb") as output:
        process = subprocess.Popen(
            ["env", "--default-signal=HUP", *before, sys.executable, "-m", "dialplan.demo"],
            cwd=ROOM,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        end_all_of(folder)


@contextmanager
def made_run(folder: Path, sip_port: int, *before: str) -> Iterator[subprocess.Popen[bytes]]:
    """Once it takes calls."""
    with begun(folder, sip_port, *before) as process:
        for words in READY:
            eventually(lambda said=words: said in log_of(folder), within=START_SECONDS, what=words)  # type: ignore[misc]
        yield process


def log_of(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")


def is_over(process: subprocess.Popen[bytes], folder: Path) -> int:
    """Its exit code, once it has ended and left nobody."""
    code = process.wait(PROMPTLY_SECONDS)
    assert all_of(folder) == []
    return code


def part_of(folder: Path, words: str) -> int:
    """The process with this in its command line."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in all_of(folder)}
    return next(pid for pid, line in sorted(lines.items()) if words in line.replace("\0", " "))


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
        assert is_over(process, tmp_path) == 0


def test_when_the_switch_says_that_it_is_ready_the_service_is_there(tmp_path: Path) -> None:
    ports = {f"PERSONSVAR_{switch}_BIND": f"127.0.0.1:{free_tcp_port()}" for switch in ("FASTAGI", "ESL")}
    with begun(tmp_path, free_udp_port(), **ports):
        eventually(lambda: READY[0] in log_of(tmp_path), within=START_SECONDS, what=READY[0])
        for bind in ports.values():
            socket.create_connection(("127.0.0.1", int(bind.rpartition(":")[2])), 1).close()


def test_ctrl_c_twice_ends_it_as_well(tmp_path: Path) -> None:
    with made_run(tmp_path, free_udp_port()) as process:
        os.killpg(process.pid, signal.SIGINT)
        os.killpg(process.pid, signal.SIGINT)
        assert is_over(process, tmp_path) == 0
    assert "Traceback" not in log_of(tmp_path)


def test_ctrl_c_while_it_starts_leaves_nothing_and_says_nothing(tmp_path: Path) -> None:
    with begun(tmp_path, free_udp_port()) as process:
        eventually(lambda: len(all_of(tmp_path)) > 1, within=START_SECONDS, what="its parts")
        os.killpg(process.pid, signal.SIGINT)
        assert is_over(process, tmp_path) == 0
    assert "Traceback" not in log_of(tmp_path)


def test_in_a_background_job_ctrl_c_is_a_signal_like_any_other(tmp_path: Path) -> None:
    """A shell has them ignore SIGINT, and they and their children stay so unless they say otherwise."""
    with made_run(tmp_path, free_udp_port(), "env", "--ignore-signal=INT") as process:
        process.send_signal(signal.SIGINT)
        assert is_over(process, tmp_path) == 0


def test_a_terminal_that_is_closed_ends_it(tmp_path: Path) -> None:
    with made_run(tmp_path, free_udp_port()) as process:
        os.killpg(process.pid, signal.SIGHUP)
        assert is_over(process, tmp_path) == 0


def ends_gently(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.send_signal(signal.SIGTERM)
    told = "told to stop: no new calls; 1 that"
    eventually(lambda: told in log_of(folder), within=PROMPTLY_SECONDS, what="the switch to be told")


def test_sigterm_lets_the_call_end(tmp_path: Path) -> None:
    port = free_udp_port()
    with made_run(tmp_path, port) as process, call(port) as caller:
        ends_gently(process, tmp_path)
        caller.hang_up()
        assert is_over(process, tmp_path) == 0


def test_sigterm_and_then_ctrl_c_cuts_the_call(tmp_path: Path) -> None:
    port = free_udp_port()
    with made_run(tmp_path, port) as process, call(port) as caller:
        ends_gently(process, tmp_path)
        process.send_signal(signal.SIGINT)
        caller.wait_for_hang_up(within=PROMPTLY_SECONDS)
        assert is_over(process, tmp_path) == 0


@pytest.mark.parametrize("part", ["personsvar run", "dialplan.switch run"])
def test_a_part_that_is_killed_takes_the_other_along(tmp_path: Path, part: str) -> None:
    with made_run(tmp_path, free_udp_port()) as process:
        os.kill(part_of(tmp_path, part), signal.SIGKILL)
        assert process.wait(PROMPTLY_SECONDS) != 0
        eventually(lambda: all_of(tmp_path) == [], within=PROMPTLY_SECONDS, what="the end of all")


def test_killed_itself_it_takes_all_along(tmp_path: Path) -> None:
    with made_run(tmp_path, free_udp_port()) as process:
        process.kill()
        eventually(lambda: all_of(tmp_path) == [], within=PROMPTLY_SECONDS, what="the end of all")


def test_an_asterisk_that_may_not_start_ends_the_service_too(tmp_path: Path) -> None:
    """Where a container gives no right to unshare, say; the service was left, and had the ports."""
    refusal = tmp_path / "bin/unshare"
    refusal.parent.mkdir()
    refusal.write_text("#!/bin/sh\necho unshare: unshare failed: Operation not permitted\nexit 1\n")
    refusal.chmod(0o755)
    with begun(tmp_path, free_udp_port(), path=str(refusal.parent)) as process:
        assert is_over(process, tmp_path) == 1
    said = log_of(tmp_path)
    assert "Operation not permitted" in said
    assert "personsvar: the switch ended, so all does" in said
    assert "Traceback" not in said


def test_a_service_that_can_t_start_ends_the_switch_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with begun(tmp_path, free_udp_port(), PERSONSVAR_HTTP_BIND=taken) as process:
            assert is_over(process, tmp_path) != 0
    assert f"PERSONSVAR_HTTP_BIND ({taken}): Address already in use" in log_of(tmp_path)
    assert "personsvar: the service ended, so all does" in log_of(tmp_path)
