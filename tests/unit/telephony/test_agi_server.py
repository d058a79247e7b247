"""The FastAGI server: many calls, strangers, a limit, and an end."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from personsvar.address import Address
from personsvar.dialogue.call import Call, HungUpError, Progress
from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Sentence
from personsvar.telephony.agi.fastagi_driver import FastAgiDriver
from personsvar.telephony.call_server import CallServer, SwitchListener
from personsvar.telephony.sound_files import SoundFiles
from tests.contract.calls import FileSounds
from tests.wire.asterisk import SECRET, FakeAsterisk
from tests.wire.channel import Plan

WELCOME = Sentence("nb", (PromptId("welcome"),))
SECONDS = 20
"""No test waits that long unless it fails."""
Start = Callable[..., CallServer]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as servers:
        workers = servers.enter_context(ThreadPoolExecutor(2))

        def start(answer: Callable[[Call], None], **more: float) -> CallServer:
            sounds = lambda: _sounds(tmp_path)  # noqa: E731 - a factory of one line
            server = CallServer(
                [a_listener()],
                answer,
                sounds=sounds,
                workers=workers,
                **more,  # type: ignore[arg-type]  # max_calls is whole
            )
            servers.callback(server.drain, max_seconds=0)
            server.start()
            return server

        yield start


def a_listener(secret: str = SECRET) -> SwitchListener:
    return SwitchListener(Address.parse("127.0.0.1:0"), FastAgiDriver(secret))


@contextmanager
def _sounds(folder: Path) -> Iterator[SoundFiles]:
    yield FileSounds(folder)


def a_call(server: CallServer, plan: Plan | None = None, **more: str) -> FakeAsterisk:
    """A whole call."""
    switch = FakeAsterisk(plan, **more)  # type: ignore[arg-type]
    switch.call(*place_of(server))
    return switch


def place_of(server: CallServer) -> tuple[str, int]:
    """The host and port of the one address it listens at."""
    (listener,) = server.listeners
    return listener.address.host, listener.address.port


def connected(server: CallServer) -> socket.socket:
    return socket.create_connection(place_of(server), timeout=SECONDS)


class Holding:
    """A manual that keeps its callers until it is told."""

    def __init__(self) -> None:
        self.began = threading.Semaphore(0)
        self.end = threading.Event()

    def __call__(self, call: Call) -> None:
        call.progress(Progress.OWNER)
        self.began.release()
        assert self.end.wait(SECONDS)
        call.progress(Progress.DONE)


@contextmanager
def in_the_background(switch: FakeAsterisk, server: CallServer) -> Iterator[None]:
    calling = threading.Thread(target=switch.call, args=place_of(server))
    calling.start()
    try:
        yield
    finally:
        calling.join(SECONDS)
        assert not calling.is_alive()


def welcome(call: Call) -> None:
    call.answer()
    call.play(WELCOME)
    call.progress(Progress.DONE)


def test_a_call_is_answered_and_counted(start: Start) -> None:
    server = start(welcome)
    switch = a_call(server)
    assert switch.names() == ["ANSWER", "STREAM FILE", "SET VARIABLE"]
    assert switch.channel.variables == {"PERSONSVAR_PROGRESS": "done"}
    assert (server.counts.calls, server.counts.failed) == (1, 0)


def test_the_health_probe_is_answered_at_once_and_is_no_call(start: Start) -> None:
    server = start(welcome)
    assert a_call(server, script="alive").channel.variables == {"PERSONSVAR_ALIVE": "yes"}
    assert server.counts.calls == 0


def test_over_the_limit_the_dialplan_hears_nothing(start: Start) -> None:
    holding = Holding()
    server = start(holding, max_calls=2)
    with ExitStack() as calls:
        for _ in range(2):
            calls.enter_context(in_the_background(FakeAsterisk(), server))
            assert holding.began.acquire(timeout=SECONDS)
        refused, probe = a_call(server), a_call(server, script="alive")
        assert refused.commands == probe.commands == []
        assert (server.counts.active, server.counts.refused) == (2, 1)
        holding.end.set()
    assert a_call(server).channel.variables["PERSONSVAR_PROGRESS"] == "done"


def test_an_error_in_a_call_is_logged_once_and_the_next_call_is_answered(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    manuals = iter([_fail, welcome])

    def one_after_the_other(call: Call) -> None:
        next(manuals)(call)

    server = start(one_after_the_other)
    failed = a_call(server)
    assert "PERSONSVAR_PROGRESS" not in failed.channel.variables
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.getMessage() == "call failed"
    assert record.exc_info is not None
    assert a_call(server).channel.variables["PERSONSVAR_PROGRESS"] == "done"
    assert (server.counts.calls, server.counts.failed) == (2, 1)


def test_a_hang_up_that_nobody_caught_is_no_error(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    server = start(welcome)
    a_call(server, Plan(hangs_up_at=0.5))
    assert server.counts.failed == 0
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    "words",
    [
        b"GET / HTTP/1.1\r\nHost: example.test\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"".join(b"agi_arg_%d: x\n" % number for number in range(2000)),
        b"agi_request: x\n" * 2,
        b"x" * 200_000,
        b"",
        b"agi_network_script: call\n",
    ],
)
def test_a_stranger_is_logged_counted_and_hung_up_on(
    start: Start, caplog: pytest.LogCaptureFixture, words: bytes
) -> None:
    server = start(welcome)
    with connected(server) as stranger:
        assert _answer_to(stranger, words) == b""
    assert server.counts.strangers == 1
    assert "a connection that is no call" in caplog.text
    assert a_call(server).channel.variables["PERSONSVAR_PROGRESS"] == "done"


def test_who_says_nothing_is_hung_up_on_in_time(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    server = start(welcome, first_words_seconds=0.2)
    with connected(server) as slow:
        slow.sendall(b"agi_netw")
        assert slow.recv(100) == b""
    assert "did not say in time" in caplog.text


def test_a_caller_who_is_slow_later_is_not_hurried(start: Start) -> None:
    server = start(welcome, first_words_seconds=1)
    hesitating = threading.Event()

    def hesitate(_command: str, _arguments: list[str]) -> None:
        hesitating.wait(1.5)  # longer than the first words may take; nothing ever sets it

    switch = FakeAsterisk(quirk=hesitate)
    switch.call(*place_of(server))
    assert switch.channel.variables["PERSONSVAR_PROGRESS"] == "done"


def test_a_script_there_is_none_of(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    server = start(welcome)
    assert a_call(server, script="other").commands == []
    assert "a script there is none of" in caplog.text


def test_draining_refuses_new_calls_and_waits_for_the_running_ones(start: Start) -> None:
    holding = Holding()
    server = start(holding)
    switch = FakeAsterisk()
    left: list[int] = []
    with in_the_background(switch, server):
        assert holding.began.acquire(timeout=SECONDS)
        draining = threading.Thread(target=lambda: left.append(server.drain(max_seconds=SECONDS)))
        draining.start()
        _refuses(server)
        holding.end.set()
        draining.join(SECONDS)
    assert left == [0]
    assert switch.channel.variables["PERSONSVAR_PROGRESS"] == "done"


def test_calls_that_outlast_the_drain_are_cut_as_if_hung_up(start: Start) -> None:
    heard: list[type[BaseException]] = []
    began = threading.Event()

    def waiting(call: Call) -> None:
        try:
            began.set()
            call.gather(max_seconds=3)
        except HungUpError:
            heard.append(HungUpError)
            raise

    server = start(waiting)
    stuck = threading.Event()

    def hang(_command: str, _arguments: list[str]) -> None:
        assert stuck.wait(SECONDS)

    switch = FakeAsterisk(quirk=hang)
    with in_the_background(switch, server):
        assert began.wait(SECONDS)
        assert server.drain(max_seconds=0) == 1
        stuck.set()
    assert heard == [HungUpError]
    assert server.counts.active == 0


def test_a_hundred_calls_at_once_all_get_their_answer(start: Start) -> None:
    server = start(welcome)
    switches = [FakeAsterisk() for _ in range(100)]
    with ExitStack() as calls:
        for switch in switches:
            calls.enter_context(in_the_background(switch, server))
    assert [switch.channel.variables.get("PERSONSVAR_PROGRESS") for switch in switches] == ["done"] * 100
    assert server.counts.calls == 100


def test_the_sounds_of_a_call_go_with_it(tmp_path: Path) -> None:
    gone: list[str] = []

    def for_call() -> AbstractContextManager[SoundFiles]:
        call = ExitStack()
        call.callback(gone.append, "gone")

        @contextmanager
        def sounds() -> Iterator[SoundFiles]:
            with call:
                yield FileSounds(tmp_path)

        return sounds()

    with ThreadPoolExecutor(1) as workers:
        server = CallServer([a_listener()], _fail, sounds=for_call, workers=workers)
        server.start()
        a_call(server)
        server.drain(max_seconds=SECONDS)
    assert gone == ["gone"]


def test_who_connects_and_says_nothing_can_not_use_up_the_memory(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """The one that has waited longest goes for the one that comes: the switch gets in, whoever waits."""
    server = start(welcome, max_calls=1, max_unidentified=2)
    with ExitStack() as silent:
        waiting = [silent.enter_context(connected(server)) for _ in range(3)]
        assert a_call(server).channel.variables["PERSONSVAR_PROGRESS"] == "done"
        assert waiting[0].recv(100) == b""
    assert "too many connections" in caplog.text
    assert server.counts.strangers >= 1


@pytest.mark.parametrize("script", ["alive", "call"])
@pytest.mark.parametrize("secret", ["", "another", SECRET[:-1], SECRET + "x", SECRET.upper(), "æ", "\0"])
def test_who_does_not_show_the_secret_gets_nothing(
    start: Start, caplog: pytest.LogCaptureFixture, script: str, secret: str
) -> None:
    server = start(welcome)
    stranger = a_call(server, script=script, secret=secret)
    assert (stranger.commands, stranger.channel.variables) == ([], {})
    assert (server.counts.calls, server.counts.strangers) == (0, 1)
    assert "does not show the switch's secret" in caplog.text


def test_a_server_whose_secret_is_empty_lets_nobody_in(tmp_path: Path) -> None:
    sounds = lambda: _sounds(tmp_path)  # noqa: E731 - a factory of one line
    with ThreadPoolExecutor(1) as workers:
        server = CallServer([a_listener(secret="")], welcome, sounds=sounds, workers=workers)
        server.start()
        assert a_call(server, secret="").commands == []
        server.drain(max_seconds=0)


def test_the_secret_is_in_no_line_of_the_log(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    manuals = iter([_fail, welcome])

    def one_after_the_other(call: Call) -> None:
        next(manuals)(call)

    server = start(one_after_the_other)
    words = [b"agi_arg_1: secret=%s\n" % SECRET.encode() * 2, b"agi_arg_1: secret=%s" % SECRET.encode()]
    for said in words:
        with connected(server) as stranger:
            _answer_to(stranger, said)
    for script in ("call", "call", "alive", "other"):
        a_call(server, script=script)
    a_call(server, secret="not-the-one-of-ours")
    assert len(caplog.records) > 6
    assert SECRET not in "\n".join(repr(record.__dict__) for record in caplog.records)
    assert "not-the-one-of-ours" not in caplog.text


def test_asking_whether_we_are_alive_and_never_listening_keeps_no_place(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    server = start(welcome, max_calls=2, max_unidentified=2, first_words_seconds=3)
    asked = b"agi_network_script: alive\nagi_arg_1: secret=%s\n\n" % SECRET.encode()
    with ExitStack() as crowd:
        deaf = [crowd.enter_context(connected(server)) for _ in range(4)]
        for one in deaf:
            one.sendall(asked)
            assert one.recv(100).startswith(b'SET VARIABLE "PERSONSVAR_ALIVE"')
        assert a_call(server).channel.variables["PERSONSVAR_PROGRESS"] == "done"
        assert [one.recv(100) for one in deaf] == [b""] * 4
    assert "did not say in time" in caplog.text
    assert server.counts.failed == 0


def test_a_call_with_a_place_is_never_hung_up_on_for_those_who_wait(start: Start) -> None:
    holding = Holding()
    server = start(holding, max_calls=1, max_unidentified=1)
    switch = FakeAsterisk()
    with ExitStack() as crowd, in_the_background(switch, server):
        assert holding.began.acquire(timeout=SECONDS)
        for _ in range(20):
            crowd.enter_context(connected(server))
        holding.end.set()
    assert switch.channel.variables["PERSONSVAR_PROGRESS"] == "done"


FEW_FILES = """
import resource, socket, sys, threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from personsvar.address import Address
from personsvar.dialogue.call import Progress
from personsvar.telephony.agi.fastagi_driver import FastAgiDriver
from personsvar.telephony.call_server import CallServer, SwitchListener
from tests.wire.asterisk import SECRET

resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))
server = CallServer(
    [SwitchListener(Address.parse("127.0.0.1:0"), FastAgiDriver(SECRET))],
    lambda call: call.progress(Progress.DONE),
    sounds=lambda: nullcontext(None),
    workers=ThreadPoolExecutor(1),
)
server.start()
print(server.listeners[0].address.port, flush=True)
sys.stdin.read()
"""


def test_when_the_files_run_out_whoever_comes_is_told_no_at_once() -> None:
    """One that is left waiting looks answered to the switch, for as long as a call may last."""
    with few_files() as port, ExitStack() as crowd:
        waiting = [crowd.enter_context(_asking(port)) for _ in range(24)]
        last = crowd.enter_context(_asking(port))
        assert last.recv(100) == b""
        assert any(_is_open(one) for one in waiting)


def test_when_the_files_run_out_it_goes_on_as_soon_as_there_are_some() -> None:
    with few_files() as port:
        with ExitStack() as crowd:
            for _ in range(40):
                crowd.enter_context(_asking(port))
        switch = FakeAsterisk()
        while not switch.commands:  # those of the crowd are still being let go
            switch.call("127.0.0.1", port)
    assert switch.channel.variables == {"PERSONSVAR_PROGRESS": "done"}


@contextmanager
def few_files() -> Iterator[int]:
    """A server that may have 24 files open, on a port of its own."""
    checkout = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", FEW_FILES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=checkout
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate(timeout=SECONDS)


def _asking(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=SECONDS)


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(100) != b""
    except BlockingIOError:
        return True


def test_an_address_that_is_taken_is_told_at_start(start: Start) -> None:
    taken = SwitchListener(start(welcome).listeners[0].address, FastAgiDriver(SECRET))
    with ThreadPoolExecutor(1) as workers, pytest.raises(OSError, match="in use"):
        CallServer([taken], welcome, sounds=lambda: _sounds(Path()), workers=workers).start()


def _fail(_call: Call) -> None:
    raise RuntimeError("our own mistake")


def _answer_to(stranger: socket.socket, words: bytes) -> bytes:
    """What the server says; it may hang up before all the words are said."""
    try:
        stranger.sendall(words)
        stranger.shutdown(socket.SHUT_WR)
        return stranger.recv(100)
    except OSError:
        return b""


def _refuses(server: CallServer) -> None:
    """The port is closed in another thread: from some moment on nobody gets in."""
    for _ in range(10_000):
        try:
            connected(server).close()
        except ConnectionError:
            return
    raise AssertionError("the port is still open")
