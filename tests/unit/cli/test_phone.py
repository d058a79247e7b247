"""`personsvar phone`: the whole product without a switch."""

from __future__ import annotations

import io
import os
import pty
import shutil
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from personsvar.cli.phone import hum, speak
from personsvar.voice.alaw import from_linear
from personsvar.voice.speech import holds_speech
from tests.unit.cli.conftest import KARI, OLA, CommandResult, Site


@pytest.fixture
def call(bare: Site, monkeypatch: pytest.MonkeyPatch) -> PhoneCommand:
    return PhoneCommand(bare, monkeypatch)


class PhoneCommand:
    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site = site
        self._monkeypatch = monkeypatch

    def __call__(self, keys: str, *arguments: str) -> CommandResult:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(keys))
        return self.site.run("phone", *arguments)


def test_a_message_is_left_and_heard_on_a_machine_with_nothing_on_it(call: PhoneCommand) -> None:
    left = call(
        " Hei, dette er Kari. Ring meg når du kan, det haster.#2", "--from", KARI, "--diverted-from", OLA
    )
    assert left.code == 0
    assert "Beskjeden er lagret." in left.out
    (message,) = call.site.run("message", "list", OLA, "--json").json
    assert (message["caller"], message["state"]) == (KARI, "new")
    heard = call("   1 5", "--from", OLA)
    assert "Ny beskjed" in heard.out
    assert heard.out.endswith("(hung up)\n")
    (message,) = call.site.run("message", "list", OLA, "--json").json
    assert message["state"] == "deleted"


def test_a_withheld_caller_is_written_nowhere(call: PhoneCommand) -> None:
    call(" Hei, dette er en hemmelig beskjed.#2", "--from", KARI, "--withheld", "--diverted-from", OLA)
    (message,) = call.site.run("message", "list", OLA, "--json").json
    assert message["caller"] is None


def test_a_stranger_is_asked_for_number_and_pin(call: PhoneCommand) -> None:
    ran = call("90000001#274916#", "--from", "+46701234567")
    assert "Enter your phone number, followed by hash." in ran.out  # from abroad
    assert "Enter your PIN" in ran.out
    kinds = [notice["kind"] for notice in call.site.run("notice", "list", "--json").json]
    assert "login-elsewhere" in kinds


def test_no_pin_that_is_typed_is_shown(call: PhoneCommand) -> None:
    """Logging in from elsewhere, and a new one chosen (3, 4)."""
    ran = call("90000001#274916#", "--from", "+46701234567")
    at_the_pin = ran.out.split("Enter your PIN", 1)[1]
    assert at_the_pin.count("[•]") == 6
    changed = call("90000001#274916# 3 4 583917#", "--from", "+46701234567")
    assert "Koden er endret" in changed.out
    for pin in ("274916", "583917"):
        assert "".join(f"[{digit}]\n" for digit in pin) not in changed.out


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("raise KeyboardInterrupt", 130),
        ("os.kill(os.getpid(), signal.SIGTERM)", 143),
        ("os.kill(os.getpid(), signal.SIGHUP)", 129),
        ("os.kill(os.getpid(), signal.SIGQUIT)", 131),
        ("raise RuntimeError", 1),
    ],
)
def test_a_terminal_shows_no_key_from_before_the_first_import_to_the_end_however_it_ends(
    tmp_path: Path, ending: str, code: int
) -> None:
    """What takes time is in place of the command line's library here: it looks, and ends the command."""
    (tmp_path / "typer.py").write_text(
        "import os, signal, termios\n"
        "print('shown' if termios.tcgetattr(0)[3] & termios.ECHO else 'not shown', flush=True)\n"
        f"{ending}\n"
    )
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    ran = subprocess.run(
        [Path(sys.executable).parent / "personsvar", "phone"],
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (ran.stdout, ran.returncode) == ("not shown\n", code)
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(
    ("option", "given"),
    [("--from", "123"), ("--from", "abc"), ("--diverted-from", "abc"), ("--diverted-from", "12")],
)
def test_what_is_no_number_calls_nobody(call: PhoneCommand, option: str, given: str) -> None:
    refused = call("", option, given)
    assert (refused.code, refused.out) == (1, "")
    assert "this is no telephone number" in refused.err


def test_a_number_that_no_plan_knows_may_call(call: PhoneCommand) -> None:
    call(" Hei, dette er heisen i Storgata.#2", "--from", "+47580009083060", "--diverted-from", OLA)
    (message,) = call.site.run("message", "list", OLA, "--json").json
    assert message["caller"] == "+47580009083060"


def test_the_hum_in_place_of_a_voice_is_taken_for_speech() -> None:
    assert holds_speech(from_linear(hum(3)))


def test_words_are_spoken_or_hummed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shutil.which("espeak-ng"), "a requirement of make test"
    spoken = speak("Hei, dette er en beskjed.")
    assert holds_speech(from_linear(spoken))
    monkeypatch.setenv("PATH", "")
    assert len(speak("x" * 30)) == 2 * 16_000
