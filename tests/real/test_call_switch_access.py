"""The service's port for the switch: with the secret a call works, without it nothing does.

And a switch that can't get in goes on alone, at once.
"""

from __future__ import annotations

import socket
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Self

import pytest

from personsvar.address import Address
from personsvar.dialogue.call import Call
from personsvar.telephony.agi.fastagi_driver import FastAgiDriver
from personsvar.telephony.call_server import CallServer, SwitchListener
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.site import LiveSite
from tests.real.spool import Spool
from tests.real.stand_in import Session
from tests.real.test_call_hostile import is_well
from tests.real.walks import Telephone

DIVERTED = ["<sip:+4790000001@example.test>;reason=no-answer"]


@pytest.mark.parametrize("shown", ["", "secret=", "secret=guessed-by-a-stranger"])
def test_a_program_that_says_who_calls_as_the_switch_does_is_not_believed(
    site: LiveSite, telephone: Telephone, shown: str
) -> None:
    """Any account of the machine can connect: it could set a mailbox's PIN without being asked for one."""
    owner = site.subscriber()
    vouched = b64encode(f"<sip:{owner}@example.test>".encode()).decode()
    given = [shown, "trunk=1", f"dialled={ACCESS_NUMBER}", f"pai={vouched}"]
    lines = ["agi_network: yes", "agi_network_script: call", "agi_uniqueid: 1700000000.1"]
    lines += [f"agi_arg_{number}: {argument}" for number, argument in enumerate(given, 1)]
    host, _, port = site.switch.setting.fastagi.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as stranger:
        stranger.sendall("\n".join([*lines, "", ""]).encode())
        assert stranger.recv(1000) == b""
    assert "does not show the switch's secret" in site.service.log.read_text()
    is_well(site, telephone)


def test_the_secret_stands_in_one_file_of_each_and_nowhere_else(site: LiveSite, telephone: Telephone) -> None:
    is_well(site, telephone)
    secret = (site.folder / "fastagi.secret").read_bytes().strip()
    files = [path for path in site.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert {path.name for path in files} == {"fastagi.secret", "extensions.conf"}
    assert [path for path in files if path.stat().st_mode & 0o007 and _open_to_others(path.parent)] == []
    running = [path for path in Path("/proc").glob("[0-9]*/cmdline") if secret in _read(path)]
    assert running == []


def _open_to_others(folder: Path) -> bool:
    return bool(folder.stat().st_mode & 0o001)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has just ended
        return b""


def test_a_service_with_another_secret_leaves_the_caller_to_the_dialplan(
    phone: Callable[..., Phone], spool: Spool, fastagi_port: int
) -> None:
    def never(_call: Call) -> None:
        raise AssertionError("a call without the secret")

    with ThreadPoolExecutor(1) as workers:
        server = CallServer(
            [SwitchListener(Address("127.0.0.1", fastagi_port), FastAgiDriver("not-the-one-the-switch-has"))],
            never,
            sounds=lambda: nullcontext(None),  # type: ignore[arg-type]  # nobody gets so far
            workers=workers,
        )
        server.start()
        caller = phone()
        caller.call(diversion=DIVERTED)
        caller.wait_for_prompt("fallback-greeting", within=5)
        caller.hang_up()
        server.drain(max_seconds=0)
    assert spool.deposit().end().missed is True


@pytest.mark.usefixtures("switch")
def test_a_call_whose_connection_nobody_takes_is_not_left_ringing(
    phone: Callable[..., Phone], spool: Spool, fastagi_port: int
) -> None:
    """A moment ago the service was well; now its backlog is full. Two seconds, and the dialplan goes on."""
    with ExitStack() as crowd:
        listener = crowd.enter_context(socket.create_server(("127.0.0.1", fastagi_port), backlog=1))
        said_well = crowd.enter_context(_AliveThenDeaf(listener))
        caller = phone()
        caller.call(diversion=DIVERTED)
        caller.wait_for_prompt("fallback-greeting", within=5)
        caller.hang_up()
        assert said_well.asked
    assert spool.deposit().end().missed is True


class _AliveThenDeaf:
    """Answers once that it is alive; before it does, it fills its own backlog."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._crowd = ExitStack()
        self.asked = False
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        self._pool.submit(self._answer)
        return self

    def __exit__(self, *_: object) -> None:
        self._crowd.close()
        self._pool.shutdown()

    def _answer(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rwb") as wire:
            while wire.readline().strip():
                pass
            self.asked = True
            for _ in range(8):
                one = self._crowd.enter_context(socket.socket())
                one.setblocking(False)
                one.connect_ex(self._listener.getsockname())
            Session({}, {}, wire, wire).command("SET VARIABLE PERSONSVAR_ALIVE yes")
