"""The services, as processes of their own: what they serve, how well they say they are, and how they end."""

from __future__ import annotations

import dataclasses
import imaplib
import json
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from personsvar.cli.demo import DEMO, OF_SERVICES_ALONE, how_to_try
from personsvar.encryption.vault import new_key
from personsvar.mailbox.rules import Rules
from personsvar.settings.all_settings import Settings
from personsvar.settings.loading import load
from personsvar.visual.self_signed import self_signed
from tests.figures import documented
from tests.figures import told as figures_told
from tests.real.ports import free_tcp_port

PROGRAM = str(Path(sys.executable).with_name("personsvar"))
SECRET = "known-to-switch-and-service"
AGI = (
    "agi_network_script: {script}\nagi_uniqueid: 1700000000.1\nagi_channel: PJSIP/1\n"
    f"agi_arg_1: secret={SECRET}\n\n"
)


@dataclass(frozen=True)
class StartedService:
    process: subprocess.Popen[str]
    environment: dict[str, str]
    state: Path
    log: Path

    @property
    def agi(self) -> tuple[str, int]:
        host, _, port = self.environment["PERSONSVAR_FASTAGI_BIND"].partition(":")
        return host, int(port)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://{self.environment['PERSONSVAR_HTTP_BIND']}{path}", timeout=20)

    def get_health(self, path: str) -> httpx.Response:
        return httpx.get(f"http://{self.environment['PERSONSVAR_HEALTH_BIND']}{path}", timeout=20)

    def health(self, service: str) -> tuple[int, str]:
        """`personsvar health …` in this service's surroundings."""
        ran = self.command("health", service)
        return ran.returncode, ran.stdout + ran.stderr

    def command(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *arguments],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def until(self, what: Callable[[], bool], seconds: float = 60) -> None:
        """Look again and again; a process tells nobody when it has done something."""
        last = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < last, self.log.read_text()
            time.sleep(0.05)


def running(tmp_path: Path, *arguments: str, **settings: str) -> AbstractContextManager[StartedService]:
    return _started(tmp_path, arguments, settings)


@contextmanager
def _started(
    tmp_path: Path, arguments: Sequence[str], settings: Mapping[str, str], *, stdin: int = subprocess.DEVNULL
) -> Iterator[StartedService]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PERSONSVAR_")}
    environment |= {
        "PERSONSVAR_STATE": str(tmp_path / "state"),
        "PERSONSVAR_FASTAGI_BIND": f"127.0.0.1:{free_tcp_port()}",
        "PERSONSVAR_FASTAGI_SECRET": SECRET,
        "PERSONSVAR_ESL_BIND": f"127.0.0.1:{free_tcp_port()}",
        "PERSONSVAR_HTTP_BIND": f"127.0.0.1:{free_tcp_port()}",
        "PERSONSVAR_IMAP_BIND": f"127.0.0.1:{free_tcp_port()}",
        "PERSONSVAR_IMAPS_BIND": f"127.0.0.1:{free_tcp_port()}",
        **settings,
    }
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [
                "env",
                "--default-signal=HUP",
                PROGRAM,
                *arguments,
            ],  # a suite under nohup, too, closes a terminal
            env=environment,
            stdin=stdin,
            stdout=out,
            stderr=out,
            text=True,
        )
    service = StartedService(process, environment, tmp_path / "state", log)
    try:
        service.until(lambda: "event=ready" in log.read_text())
        yield service
    finally:
        process.kill()
        process.wait(30)


def test_run_serves_calls_notices_and_health_and_ends_when_told(tmp_path: Path) -> None:
    with running(tmp_path, "run", "--demo") as service:
        assert service.get("/healthz").text == "ok\n"
        assert service.get("/readyz").json() == {"ready": True, "faults": {}}
        with socket.create_connection(service.agi, timeout=20) as switch:
            switch.sendall(AGI.format(script="alive").encode())
            assert b"SET VARIABLE" in switch.recv(1000)
        service.command(
            "phone",
            *("--from", "+4790000002", "--diverted-from", "+4790000001"),
            typed=" Hei, dette er Kari. Ring meg når du kan i dag.#2",
        )
        outbox = service.state / "outbox"
        service.until(lambda: len(list(outbox.glob("[0-9]*"))) == 3)  # the e-mail is written last
        sms = json.loads(next(outbox.glob("*-new-message.json")).read_bytes())
        assert sms["to"] == "+4790000001"
        assert "Ny beskjed fra +47 900 00 002" in service.get("/dev/outbox").text
        assert (
            'personsvar_notices_settled_total{channel="sms",status="sent"} 1.0'
            in service.get("/metrics").text
        )
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0
    log = service.log.read_text()
    assert log.rstrip().endswith("event=stopped")
    assert "Traceback" not in log


def test_the_demo_tells_how_to_call_whom_with_which_pin_and_logs_no_pin(tmp_path: Path) -> None:
    with running(tmp_path, "run", "--demo") as service:
        lines = service.log.read_text().splitlines()
        told = [line for line in lines if not line.startswith("time=")]
        for number, details in DEMO:
            (line,) = (line for line in told if line.startswith(f"  {number}  {details.name}, "))
            assert line.endswith(f"PIN {details.pin}" if details.pin else "the first call gives one")
        here = f"http://{service.environment['PERSONSVAR_HTTP_BIND']}"
        assert any(line.endswith(f"{here}/dev/outbox") for line in told)
        assert any(line.endswith(f"{here}/profile") for line in told)
        assert "Min profil" in service.get("/profile/log-in").text
        examples = re.findall(r"^  (\S.+ phone .+?)   ", "\n".join(told), re.MULTILINE)
        assert len(examples) == 2
        for command in examples:
            called = typed(command)
            assert called.stdout.endswith("(hung up)\n")
            assert "demo subscribers" not in called.stdout, "they were there: it is the same database"
        logged = "\n".join(line for line in lines if line.startswith("time="))
        assert not [details.pin for _, details in DEMO if details.pin and details.pin in logged]


def typed(command: str) -> subprocess.CompletedProcess[str]:
    """As it stands, in another terminal in this folder, where nothing is set."""
    unset = {name: value for name, value in os.environ.items() if not name.startswith("PERSONSVAR_")}
    return subprocess.run(
        ["sh", "-c", command], env=unset, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )


def test_the_demo_s_commands_show_no_secret_and_say_which_have_to_be_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url, key = "postgresql://me:hunter22@db.example.test/v", new_key()
    given = {
        "STATE": f"{tmp_path}/it's here",
        "DATABASE_URL": url,
        "SECRET_KEY": key,
        "SMTP_URL": "smtp://me:hunter22@mail.example.test",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"PERSONSVAR_{name}", value)
    told = "\n".join(how_to_try(load(), outbox=True))
    assert "hunter22" not in told
    assert key not in told
    assert re.findall(r"export (\w+)", told) == ["PERSONSVAR_DATABASE_URL", "PERSONSVAR_SECRET_KEY"]
    (own,) = re.findall(r"^  (PERSONSVAR_STATE=.+) phone .+ first call$", told, re.MULTILINE)
    assert shlex.split(own)[0] == f"PERSONSVAR_STATE={tmp_path}/it's here"


def test_the_demo_s_commands_leave_messages_as_the_service_takes_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are written down, go where recordings lie, and are told to a phone: as is set for the service."""
    given = {
        "STATE": str(tmp_path),
        "TRANSCRIBER": "http",
        "TRANSCRIBER_URL": "https://speech.example.test",
        "TRANSCRIBER_MODEL": "base",
        "TRANSCRIBER_KEY": "hunter22",
        "TRANSCRIPT_MAIL_SECONDS": "60",
        "RECORDINGS": "objects",
        "OBJECTS_URL": "https://store.example.test",
        "OBJECTS_BUCKET": "recordings",
        "OBJECTS_KEY_ID": "hunter22-id",
        "OBJECTS_SECRET": "hunter22-secret",
        "CALENDAR_MINUTES": "20",
        "MAX_CALLS": "7",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"PERSONSVAR_{name}", value)
    settings = load().model_copy(update={"visual_host": "localhost"})
    told = "\n".join(how_to_try(settings, outbox=True))
    (own,) = re.findall(r"^  (PERSONSVAR_STATE=.+) phone .+ first call$", told, re.MULTILINE)
    shown = dict(it.split("=", 1) for it in shlex.split(own) if "=" in it)
    secret = {"TRANSCRIBER_KEY", "OBJECTS_KEY_ID", "OBJECTS_SECRET"}
    wanted = {name: value for name, value in given.items() if name not in {*secret, "MAX_CALLS"}}
    assert shown == {f"PERSONSVAR_{name}": it for name, it in {**wanted, "VISUAL_HOST": "localhost"}.items()}
    assert re.findall(r"export (\w+)", told) == ["PERSONSVAR_OBJECTS_KEY_ID", "PERSONSVAR_OBJECTS_SECRET"]
    assert "hunter22" not in told


def test_whatever_makes_a_rule_is_told_to_the_demo_s_phone() -> None:
    """So the service's setting counts for its calls too."""
    fields = {one.name for one in dataclasses.fields(Rules)} & set(Settings.model_fields)
    left_out = {name for group in OF_SERVICES_ALONE for name in group.model_fields}
    assert fields.isdisjoint(left_out)


def test_the_demos_visual_voicemail_is_there_to_be_tried(tmp_path: Path) -> None:
    """With what its STATUS says, as a newcomer finds it at /dev/outbox."""
    with running(tmp_path, "run", "--demo") as service:
        outbox = service.state / "outbox"
        service.until(lambda: any(outbox.glob("*-visual-status.json")))
        status = json.loads(next(outbox.glob("*-visual-status.json")).read_bytes())["text"]
        told = dict(field.split("=", 1) for field in status.split(":", 2)[2].split(";"))
        trust = ssl.create_default_context(cafile=str(service.state / "visual.pem"))
        port = int(service.environment["PERSONSVAR_IMAPS_BIND"].rpartition(":")[2])
        with imaplib.IMAP4_SSL(told["srv"], port, ssl_context=trust) as phone:
            assert phone.login(told["u"], told["pw"])[0] == "OK"
            assert phone.select("INBOX") == ("OK", [b"0"])
            figures = service.get("/metrics").text
        with (
            imaplib.IMAP4_SSL(told["srv"], port, ssl_context=trust) as stranger,
            pytest.raises(imaplib.IMAP4.error, match="invalid password"),
        ):
            stranger.login(told["u"], "nonsense")
        assert "personsvar_visual_sessions 1.0" in figures
        figures = service.get("/metrics").text
        assert 'personsvar_visual_log_ins_refused_total{why="wrong"} 1.0' in figures
        # of every part of the process, the calls' too
        assert 'personsvar_chore_failures_total{chore="sweeper"} 0.0' in figures
        assert 'personsvar_chore_failures_total{chore="retention"} 0.0' in figures
        assert told["pw"] not in service.log.read_text()


def test_without_a_certificate_run_says_that_visual_voicemail_is_off(tmp_path: Path) -> None:
    with running(tmp_path, "run") as service:
        assert "visual voicemail is off" in service.log.read_text()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(
                ("127.0.0.1", int(service.environment["PERSONSVAR_IMAPS_BIND"].rpartition(":")[2]))
            )


def test_sigterm_lets_a_call_end_and_takes_no_new_one(tmp_path: Path) -> None:
    bind = f"127.0.0.1:{free_tcp_port()}"
    with running(tmp_path, "ivr", PERSONSVAR_HEALTH_BIND=bind) as service:
        assert service.health("ivr") == (0, "ready\n")
        with socket.create_connection(service.agi, timeout=20) as switch:
            switch.sendall(AGI.format(script="call").encode())
            assert switch.recv(1000)  # its first command: the call is up
            assert "personsvar_calls_active 1.0" in service.get_health("/metrics").text
            service.process.send_signal(signal.SIGTERM)
            service.until(lambda: "event=draining active=1" in service.log.read_text())
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(service.agi, timeout=20)
            assert service.process.poll() is None
            assert service.health("ivr") == (1, "not ready: calls: no new ones are taken\n")
        assert service.process.wait(30) == 0


def test_a_second_signal_cuts_what_is_left(tmp_path: Path) -> None:
    with running(tmp_path, "ivr") as service, socket.create_connection(service.agi, timeout=20) as switch:
        switch.sendall(AGI.format(script="call").encode())
        assert switch.recv(1000)
        service.process.send_signal(signal.SIGTERM)
        service.until(lambda: "event=draining" in service.log.read_text())
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0


OF_AN_OBJECT_STORE = {"personsvar_recordings_requests_total", "personsvar_recordings_loose_objects"}
"""Told where recordings are in one."""


def test_who_has_no_engine_is_told_so_as_the_transcriber_starts(tmp_path: Path) -> None:
    ran = subprocess.run(
        [PROGRAM, "transcriber"],
        env={**os.environ, "PERSONSVAR_STATE": str(tmp_path / "state"), "PERSONSVAR_TRANSCRIBER": "none"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1] == (
        "personsvar: messages are not written down: PERSONSVAR_TRANSCRIBER is none"
    )


def test_each_process_tells_its_own_figures_and_no_other_s(tmp_path: Path) -> None:
    papers = self_signed(tmp_path)
    settings = {
        "PERSONSVAR_VISUAL_HOST": "localhost",
        "PERSONSVAR_VISUAL_CERTIFICATE": str(papers.certificate),
        "PERSONSVAR_VISUAL_KEY": str(papers.key),
    }
    with running(tmp_path, "ivr", PERSONSVAR_HEALTH_BIND=f"127.0.0.1:{free_tcp_port()}", **settings) as ivr:
        of_calls = figures_told(ivr.get_health("/metrics").text)
        same = {name: value for name, value in ivr.environment.items() if name.startswith("PERSONSVAR_")}
        (tmp_path / "notifier").mkdir()
        with running(tmp_path / "notifier", "notifier", **same) as notifier:
            of_notices = figures_told(notifier.get("/metrics").text)
            assert notifier.health("notifier") == (0, "ready\n")
            assert notifier.get("/readyz").json()["ready"]
        (tmp_path / "visual").mkdir()
        same |= {"PERSONSVAR_HEALTH_BIND": f"127.0.0.1:{free_tcp_port()}"}
        with running(tmp_path / "visual", "visual", **same) as visual:
            of_visual = figures_told(visual.get_health("/metrics").text)
            assert visual.health("visual") == (0, "ready\n")
        (tmp_path / "transcriber").mkdir()
        engine = {"TRANSCRIBER": "http", "TRANSCRIBER_URL": "http://127.0.0.1:1", "TRANSCRIBER_MODEL": "base"}
        same |= {f"PERSONSVAR_{name}": value for name, value in engine.items()}
        same |= {"PERSONSVAR_HEALTH_BIND": f"127.0.0.1:{free_tcp_port()}"}
        with running(tmp_path / "transcriber", "transcriber", **same) as transcriber:
            of_transcripts = figures_told(transcriber.get_health("/metrics").text)
            assert transcriber.health("transcriber") == (0, "ready\n")
    assert of_calls == documented("ivr") - OF_AN_OBJECT_STORE
    assert of_notices == documented("notifier") - OF_AN_OBJECT_STORE
    assert of_visual == documented("visual") - OF_AN_OBJECT_STORE
    assert of_transcripts == documented("transcriber") - OF_AN_OBJECT_STORE
    assert of_notices & of_visual == of_calls & of_visual == {"personsvar_chore_failures_total"}


def test_a_hang_up_signal_ends_no_call_where_there_is_no_terminal(tmp_path: Path) -> None:
    """Somebody who sends SIGHUP to a service wants it to look at its settings again, not to end."""
    with running(tmp_path, "ivr") as service:
        with socket.create_connection(service.agi, timeout=20) as switch:
            switch.sendall(AGI.format(script="call").encode())
            assert switch.recv(1000)
            service.process.send_signal(signal.SIGHUP)
            service.until(lambda: "SIGHUP: nothing to do" in service.log.read_text())
        assert "call ended" not in service.log.read_text().partition("SIGHUP")[0]
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0


def test_a_terminal_that_is_closed_ends_the_service_as_sigterm_does(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with _started(tmp_path, ["ivr"], {}, stdin=theirs) as service:
        service.process.send_signal(signal.SIGHUP)
        os.close(ours)
        assert service.process.wait(30) == 0
        assert service.log.read_text().rstrip().endswith("event=stopped")
    os.close(theirs)


@pytest.mark.parametrize("bind", ["FASTAGI_BIND", "ESL_BIND", "HTTP_BIND"])
def test_an_address_that_is_taken_is_told_in_one_line(tmp_path: Path, bind: str) -> None:
    setting = f"PERSONSVAR_{bind}"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {
            **os.environ,
            "PERSONSVAR_STATE": str(tmp_path),
            "PERSONSVAR_FASTAGI_BIND": "127.0.0.1:0",
            "PERSONSVAR_ESL_BIND": "127.0.0.1:0",
            "PERSONSVAR_HTTP_BIND": "127.0.0.1:0",
        }
        environment[setting] = f"127.0.0.1:{taken.getsockname()[1]}"
        ran = subprocess.run(
            [PROGRAM, "run"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1] == (
        f"personsvar: {setting} ({environment[setting]}): Address already in use"
    )
    assert "Traceback" not in ran.stderr


def test_the_services_may_run_apart(tmp_path: Path) -> None:
    with running(tmp_path, "ivr") as ivr:
        apart = {name: value for name, value in ivr.environment.items() if name.startswith("PERSONSVAR_")}
        (tmp_path / "notifier").mkdir()
        with running(tmp_path / "notifier", "notifier", **apart) as notifier:
            ivr.command("subscriber", "add", "+4790000001", "--pin", "274916")
            ivr.command("subscriber", "reset-pin", "+4790000001")
            files = notifier.environment["PERSONSVAR_STATE"]
            notifier.until(lambda: any(Path(files, "outbox").glob("*-first-pin.json")))
            assert notifier.get("/readyz").status_code == 200
            notifier.process.send_signal(signal.SIGTERM)
            assert notifier.process.wait(30) == 0


def test_ready_no_more_when_the_spool_can_not_be_written(tmp_path: Path) -> None:
    with running(tmp_path, "run") as service:
        spool = service.state / "spool"
        spool.rename(tmp_path / "gone")
        spool.write_text("a file in its place")
        answer = service.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["faults"] == {"spool": f"{spool}: Not a directory"}
        assert service.get("/healthz").status_code == 200


def test_a_plain_agi_process_takes_one_call(tmp_path: Path) -> None:
    with running(tmp_path, "ivr") as service:
        # Asterisk gives AGI()'s arguments on the command line as well; whatever they are
        given = ("trunk=1", "dialled=+4747471000", "from=", "--verbose")
        ran = service.command("agi", *given, typed=AGI.format(script="") + "200 result=0\n")
    assert ran.stdout.startswith("ANSWER\n")
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr
