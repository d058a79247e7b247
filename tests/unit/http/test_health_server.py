"""Health and figures without FastAPI, and `personsvar health`, which asks for them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from personsvar.cli import health as command
from personsvar.http.health import Check, Health
from personsvar.http.health_server import AT_ONCE, HealthServer
from personsvar.http.metrics import Meter
from personsvar.running.health_checks import within_time
from personsvar.running.service_runner import ServiceRunner
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import SettingsError


@contextmanager
def running_server(
    *, meters: tuple[Meter, ...] = (), host: str = "127.0.0.1", **checks: Check
) -> Iterator[int]:
    server = HealthServer(Health(checks, meters), f"{host}:0")
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def get(port: int, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30)


def test_it_says_that_it_lives_and_whether_it_is_ready() -> None:
    wrong: list[str | None] = [None]
    with running_server(database=lambda: wrong[0]) as port:
        assert get(port, "/healthz").text == "ok\n"
        assert get(port, "/readyz").json() == {"ready": True, "faults": {}}
        wrong[0] = "away"
        assert get(port, "/readyz").json() == {"ready": False, "faults": {"database": "away"}}
        assert get(port, "/readyz").status_code == 503
        assert get(port, "/healthz").status_code == 200
        assert get(port, "/docs").status_code == 404
        assert httpx.head(f"http://127.0.0.1:{port}/healthz").content == b""
        assert httpx.post(f"http://127.0.0.1:{port}/healthz").status_code == 501


def test_its_figures_are_prometheus_own_format() -> None:
    odd = 'a"b\\c\nd'
    meters = (
        Meter.single("calls", "Calls\ntaken \\o/.", lambda: 3, counts_up=True),
        Meter("prompts", "By prompt.", lambda: {(odd, "nb"): float("nan")}, ("prompt", "language")),
        Meter("nobody", "Nothing to tell yet.", dict),
    )
    with running_server(meters=meters) as port:
        answer = get(port, "/metrics")
    calls, prompts, nobody = text_string_to_metric_families(answer.text)
    assert (calls.type, calls.documentation) == ("counter", "Calls\ntaken \\o/.")
    assert [(it.name, it.value) for it in calls.samples] == [("personsvar_calls_total", 3.0)]
    assert prompts.samples[0].labels == {"prompt": odd, "language": "nb"}
    assert str(prompts.samples[0].value) == "nan"
    assert (nobody.type, nobody.samples) == ("gauge", [])
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_what_hangs_is_told_as_such_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personsvar.running.health_checks.SECONDS", 0.1)
    never = threading.Event()

    def hangs() -> str | None:
        never.wait(300)
        return None

    before = threading.active_count()
    with running_server(database=within_time(hangs)) as port:
        for _ in range(3):
            assert "no answer within" in get(port, "/readyz").json()["faults"]["database"]
        assert get(port, "/healthz").status_code == 200
        assert threading.active_count() <= before + 5  # one question hangs, not three
    never.set()


def test_those_who_say_nothing_or_half_of_it_give_way_to_those_who_ask() -> None:
    with running_server() as port:
        silent = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(AT_ONCE)]
        for one in silent:
            one.sendall(b"GET /readyz HTTP/1.1\r\nHost: here\r\nA: ")
        assert get(port, "/readyz").json()["ready"]
        assert silent[0].recv(1) == b""  # whoever had waited longest went
        for one in silent:
            one.close()


def test_a_question_that_comes_letter_by_letter_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personsvar.http.health_server.QUESTION_SECONDS", 0.3)
    with running_server() as port, socket.create_connection(("127.0.0.1", port), 30) as slow:
        slow.settimeout(0.05)  # each letter comes well within the time for one
        heard = None
        for _ in range(600):
            with suppress(BrokenPipeError, ConnectionResetError):
                slow.sendall(b"G")
            with suppress(TimeoutError):
                heard = slow.recv(1)
                break
        assert heard == b""


def test_those_who_are_being_answered_keep_their_places() -> None:
    asked, answer = threading.Semaphore(0), threading.Event()

    def slowly() -> str | None:
        asked.release()
        answer.wait(60)
        return None

    with running_server(database=slowly) as port, ThreadPoolExecutor(AT_ONCE) as others:
        answers = [others.submit(get, port, "/readyz") for _ in range(AT_ONCE)]
        for _ in answers:
            assert asked.acquire(timeout=60)
        with socket.create_connection(("127.0.0.1", port), 30) as one_more:
            assert one_more.recv(1) == b""  # there is no place for it: closed at once
        answer.set()
        assert all(it.result(60).status_code == 200 for it in answers)


def test_a_fault_is_logged_when_it_comes_and_when_it_goes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    wrong: list[str | None] = ["away"]
    health = Health({"database": lambda: wrong[0]}, ())
    for _ in range(3):
        health.ready()
    wrong[0] = None
    for _ in range(3):
        health.ready()
    assert [it.message for it in caplog.records] == ["not ready: database", "ready again: database"]


def test_an_address_that_is_taken_is_a_mistake_in_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("PERSONSVAR_HEALTH_BIND", bind)
        with pytest.raises(SettingsError) as refused:
            ServiceRunner(web=HealthServer(Health({}, ()), bind), web_setting="PERSONSVAR_HEALTH_BIND").run()
    assert refused.value.lines == (f"PERSONSVAR_HEALTH_BIND ({bind}): Address already in use",)


# ---- the command


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (command.HTTP_BIND, command.HEALTH_BIND):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "[::]", "[::1]"])
def test_the_command_asks_this_machine(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[str | None] = [None]
    with running_server(host=host, database=lambda: wrong[0], spool=lambda: None) as port:
        monkeypatch.setenv("PERSONSVAR_HEALTH_BIND", f"{host}:{port}")
        assert command.look(["ivr"]) == 0
        assert capsys.readouterr().out == "ready\n"
        wrong[0] = "no answer within 2 s"
        assert command.look(["visual"]) == 1
        assert capsys.readouterr().out == "not ready: database: no answer within 2 s\n"


def test_nobody_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PERSONSVAR_HTTP_BIND", "127.0.0.1:1")
    assert command.look(["notifier"]) == 1
    assert capsys.readouterr().out == "no answer from 127.0.0.1:1: Connection refused\n"


def test_what_is_no_address_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PERSONSVAR_HTTP_BIND", "127.0.0.1:8_080")
    assert command.look(["notifier"]) == 1
    assert capsys.readouterr().out == "no answer from 127.0.0.1:8_080: it is no host:port\n"


@pytest.mark.parametrize(
    "said", [b"", b"220 mail.example.test\r\n", b"HTTP/1.0 nonsense\r\n\r\n", b"\xff" * 99]
)
def test_what_is_no_answer_is_told_so(
    said: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        monkeypatch.setenv("PERSONSVAR_HTTP_BIND", f"127.0.0.1:{stranger.getsockname()[1]}")

        def answer() -> None:
            connection, _ = stranger.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        assert command.look([]) == 1
        thread.join()
    assert capsys.readouterr().out.startswith("no answer from 127.0.0.1:")


def test_each_service_is_asked_where_it_listens() -> None:
    def bind(service: str | None, **environ: str) -> str | None:
        return command._bind(service, environ)

    default = Settings.model_fields["http_bind"].default
    assert bind(None) == bind("notifier") == bind("run") == default
    both = {"PERSONSVAR_HTTP_BIND": "0.0.0.0:80", "PERSONSVAR_HEALTH_BIND": "0.0.0.0:81"}
    assert bind(None, **both) == bind("ivr", **both) == bind("visual", **both) == "0.0.0.0:81"
    assert bind("notifier", **both) == bind("run", **both) == "0.0.0.0:80"


def test_without_an_address_or_with_nonsense_it_can_not_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.look(["ivr"]) == 2
    assert "PERSONSVAR_HEALTH_BIND is not set" in capsys.readouterr().err
    assert command.look(["asterisk"]) == command.look(["ivr", "visual"]) == 2
