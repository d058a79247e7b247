"""The server of calls, with FreeSWITCH at one address and Asterisk at the other."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from personsvar.address import Address
from personsvar.dialogue.call import Call, Progress
from personsvar.telephony.agi.fastagi_driver import FastAgiDriver
from personsvar.telephony.call_server import CallServer, SwitchListener
from personsvar.telephony.esl.esl_connection import MOST_EVENTS
from personsvar.telephony.esl.esl_driver import EslDriver
from personsvar.telephony.sound_files import SoundFiles
from tests.contract.calls import FileSounds
from tests.wire.asterisk import FakeAsterisk
from tests.wire.freeswitch import SECRET, FakeFreeSwitch
from tests.wire.until import eventually

SECONDS = 20
"""No test waits that long unless it fails."""
Start = Callable[..., CallServer]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    @contextmanager
    def sounds() -> Iterator[SoundFiles]:
        yield FileSounds(tmp_path)

    with ExitStack() as servers:
        workers = servers.enter_context(ThreadPoolExecutor(2))

        def start(answer: Callable[[Call], None], *, secret: str = SECRET, **more: float) -> CallServer:
            here = Address.parse("127.0.0.1:0")
            listeners = [SwitchListener(here, EslDriver(secret)), SwitchListener(here, FastAgiDriver(secret))]
            server = CallServer(listeners, answer, sounds=sounds, workers=workers, **more)  # type: ignore[arg-type]
            servers.callback(server.drain, max_seconds=0)
            server.start()
            return server

        yield start


def esl_of(server: CallServer) -> tuple[str, int]:
    address = server.listeners[0].address
    return address.host, address.port


def fastagi_of(server: CallServer) -> tuple[str, int]:
    address = server.listeners[1].address
    return address.host, address.port


def a_call(server: CallServer, switch: FakeFreeSwitch) -> FakeFreeSwitch:
    switch.call(*esl_of(server))
    return switch


def done(call: Call) -> None:
    call.progress(Progress.DONE)


def hangs_up(call: Call) -> None:
    call.progress(Progress.DONE)
    call.hang_up()


def test_both_switches_are_served_at_once_and_counted_together(start: Start) -> None:
    server = start(hangs_up)
    freeswitch, asterisk = a_call(server, FakeFreeSwitch()), FakeAsterisk(secret=SECRET)
    asterisk.call(*fastagi_of(server))
    assert freeswitch.variables["personsvar_progress"] == "done"
    assert asterisk.channel.variables["PERSONSVAR_PROGRESS"] == "done"
    eventually(lambda: (server.counts.calls, server.counts.active) == (2, 0))


def test_who_is_hung_up_is_gone_before_the_connection_ends(start: Start) -> None:
    """Else the dialplan would go on with him behind `socket`."""
    assert a_call(start(hangs_up), FakeFreeSwitch()).went_on is False


def test_a_call_the_manual_failed_in_goes_on_in_the_dialplan(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_call: Call) -> None:
        raise RuntimeError("our own mistake")

    server = start(fails)
    assert a_call(server, FakeFreeSwitch()).went_on is True
    eventually(lambda: "call failed" in caplog.text)
    assert server.counts.failed == 1


def test_over_the_limit_of_both_the_dialplan_goes_on_and_knows_of_no_progress(start: Start) -> None:
    inside, leave = threading.Event(), threading.Event()

    def holds(call: Call) -> None:
        inside.set()
        assert leave.wait(SECONDS)
        done(call)

    server = start(holds, max_calls=1)
    first = threading.Thread(target=FakeAsterisk(secret=SECRET).call, args=fastagi_of(server))
    first.start()
    try:
        assert inside.wait(SECONDS)
        second = a_call(server, FakeFreeSwitch())
    finally:
        leave.set()
        first.join(SECONDS)
    assert (second.went_on, second.variables) == (True, {})
    assert second.guard_is_off
    assert server.counts.refused == 1


@pytest.mark.parametrize("secret", ["", "another", SECRET[:-1], SECRET + "x", SECRET.upper(), "æ", "\0"])
def test_who_does_not_show_the_secret_gets_nothing(
    start: Start, caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    server = start(done)
    stranger = a_call(server, FakeFreeSwitch(secret=secret))
    assert stranger.commands == ["connect"]
    eventually(lambda: server.counts.strangers == 1)
    assert server.counts.calls == 0
    assert "does not show the switch's secret" in caplog.text


def test_an_empty_secret_opens_to_nobody(start: Start) -> None:
    assert a_call(start(done, secret=""), FakeFreeSwitch(secret="")).commands == ["connect"]


def test_the_secret_is_in_no_line_of_the_log(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = start(hangs_up)
    a_call(server, FakeFreeSwitch())
    for said in (f"variable_personsvar_secret: {SECRET}\n\n", SECRET, f"{SECRET}\n\n", f"x: {SECRET}"):
        _says(server, said.encode())
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"Content-Length: 99999999999\n\n",
        b"Content-Type: text/disconnect-notice\n\n",
        b"Content-Type: text/event-json\nContent-Length: 2\n\n[]",
        b"Content-Type: command/reply\nControl: full\n\n",
        b"Content-Type: command/reply\nControl: single-channel\nUnique-ID: 1\n\n",
        b"agi_network: yes\nagi_request: agi://127.0.0.1/call\n\n",
        b"\n" * 5000,
    ],
)
def test_who_says_nonsense_is_sent_away_and_is_no_call(start: Start, said: bytes) -> None:
    server = start(done)
    _says(server, said)
    eventually(lambda: server.counts.strangers == 1)
    assert (server.counts.calls, server.counts.failed) == (0, 0)


def test_who_tells_events_without_end_is_sent_away_however_much_time_he_has(start: Start) -> None:
    server = start(done, first_words_seconds=10 * SECONDS)
    event = b"Content-Type: text/event-json\nContent-Length: 2\n\n{}"
    with socket.create_connection(esl_of(server), timeout=SECONDS) as stranger:
        stranger.sendall(event * (MOST_EVENTS + 1))
        eventually(lambda: server.counts.strangers == 1)
    assert server.counts.calls == 0


def test_who_says_nothing_is_sent_away_in_time(start: Start) -> None:
    server = start(done, first_words_seconds=0.2)
    with socket.create_connection(esl_of(server), timeout=SECONDS) as silent:
        assert silent.recv(100) == b"connect\n\n"
        assert silent.recv(100) == b""
    eventually(lambda: server.counts.strangers == 1)


def test_who_drips_his_words_has_no_more_time_than_another(start: Start) -> None:
    server = start(done, first_words_seconds=0.3)
    with socket.create_connection(esl_of(server), timeout=SECONDS) as slow, suppress(OSError):
        slow.settimeout(0.05)
        for _ in range(10_000):
            slow.sendall(b"x")
            with suppress(TimeoutError):
                if slow.recv(100) == b"":
                    break
    eventually(lambda: server.counts.strangers == 1)


def test_draining_refuses_the_next_call_at_both(start: Start) -> None:
    server = start(done)
    server.drain(max_seconds=0)
    for place in (esl_of(server), fastagi_of(server)):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place, timeout=SECONDS)


def _says(server: CallServer, said: bytes) -> None:
    """A stranger, as long as he is listened to."""
    with socket.create_connection(esl_of(server), timeout=SECONDS) as stranger, suppress(OSError):
        stranger.sendall(said)
        stranger.shutdown(socket.SHUT_WR)
        while stranger.recv(4096):
            pass
