"""What the server does with those who mean ill, or know no better."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from personsvar.mailbox.visual.accounts import block
from tests.fakes.actors import ROOT
from tests.real.spool import eventually
from tests.real.visual.authority import papers_for
from tests.real.visual.service import HOST, VisualProcess, visual_service

INVALID = "NO invalid password"
STRANGERS = 100
"""So many of one address may be there at once."""


# ---- in the clear


@pytest.mark.parametrize(
    "command",
    ["LOGIN {user} {password}", "AUTHENTICATE PLAIN {plain}", "AUTHENTICATE PLAIN", "AUTHENTICATE LOGIN"],
)
def test_nobody_logs_in_in_the_clear(visual: VisualProcess, command: str) -> None:
    who = visual.subscription()
    plain = base64.b64encode(f"\0{who.user}\0{who.password}".encode()).decode()
    asked = command.format(user=who.user, password=who.password, plain=plain)
    with visual.wire(tls=False) as wire:
        assert wire.ask(asked) == ["NO [PRIVACYREQUIRED] command not allowed"]
        assert wire.ask("SELECT INBOX") == ["BAD command not allowed"]


@pytest.mark.parametrize("behind", [b"2 LOGIN a b\r\n", b"2 CAPABILITY\r\n", b"x", b"\r\n"])
def test_nothing_may_follow_starttls_in_its_segment(visual: VisualProcess, behind: bytes) -> None:
    """CVE-2011-0411: it would be taken for the client's own words under TLS."""
    with visual.wire(tls=False) as wire:
        wire.send(b"1 STARTTLS\r\n" + behind)
        assert wire.line() == "* BYE nothing may follow STARTTLS"
        assert wire.is_over()


def test_words_sent_in_the_clear_after_the_go_ahead_are_no_tls(visual: VisualProcess) -> None:
    with visual.wire(tls=False) as wire:
        assert wire.ask("STARTTLS") == ["OK begin"]
        wire.send(b"2 CAPABILITY\r\n")
        # an alert at most, and never an answer
        heard = b""
        while more := _received(wire.socket):
            heard += more
        assert b"CAPABILITY" not in heard


def test_starttls_is_offered_once_and_not_within_tls(visual: VisualProcess) -> None:
    with visual.wire() as wire:
        assert wire.ask("STARTTLS") == ["BAD TLS is there already"]
        assert "STARTTLS" not in wire.ask("CAPABILITY")[0]


def test_old_tls_is_refused(visual: VisualProcess) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        pytest.raises((ssl.SSLError, ConnectionResetError)),
        socket.create_connection((HOST, visual.tls_port), timeout=20) as stream,
    ):
        old.wrap_socket(stream)


# ---- log-in


def test_whatever_is_wrong_sounds_and_lasts_the_same(visual: VisualProcess) -> None:
    who, blocked = visual.subscription(), visual.subscription()
    block(visual.services, blocked.number, by=ROOT)
    wrong = (
        f"LOGIN {who.user} nonsense",
        f'LOGIN {who.user} ""',
        "LOGIN 4799999999@nowhere nonsense",
        "LOGIN nobody nonsense",
        f"LOGIN {blocked.user} nonsense",
    )
    lasted = []
    for command in wrong:
        with visual.wire() as wire:
            began = time.monotonic()
            assert wire.ask(command) == [INVALID]
            lasted.append(time.monotonic() - began)
    assert min(lasted) > 0.9
    assert max(lasted) - min(lasted) < 0.9
    with visual.wire() as wire:  # who knew the password hears why
        assert wire.ask(f"LOGIN {blocked.user} {blocked.password}") == ["NO user is blocked"]


@pytest.mark.parametrize("form", ["{bare}", "+{bare}", "{bare}@anywhere.example", "+{bare}@vvm.example"])
def test_the_user_is_the_number_however_it_is_written(visual: VisualProcess, form: str) -> None:
    who = visual.subscription()
    with visual.wire() as wire:
        assert wire.ask(f"LOGIN {form.format(bare=who.number[1:])} {who.password}") == ["OK logged in"]


def test_three_wrong_ones_end_the_connection(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.wire() as wire:
        assert wire.ask(f"LOGIN {who.user} a") == [INVALID]
        assert wire.ask(f"LOGIN {who.user} b") == [INVALID]
        assert wire.ask(f"LOGIN {who.user} c")[-1] == INVALID
        assert wire.line() == "* BYE too many log-ins"
        assert wire.is_over()


def test_the_right_password_comes_in_however_many_were_wrong(tmp_path: Path) -> None:
    """Else whoever knows a number could lock its phone out, and all phones behind one address."""
    with visual_service(tmp_path) as own:
        who, other = own.subscription(), own.subscription()

        def guess() -> None:
            with own.wire() as wire:
                assert wire.ask(f"LOGIN {who.user} nonsense")[-1] == INVALID

        guesses = [threading.Thread(target=guess) for _ in range(60)]
        for one in guesses:
            one.start()
        for one in guesses:
            one.join()
        assert "log-in closed for an account" in own.said()
        assert "log-in closed for an address" in own.said()
        for subscription in (who, other):
            with own.logged_in(subscription) as wire:
                assert wire.ask("NOOP") == ["OK done"]
        plain = base64.b64encode(f"\0{who.user}\0{who.password}".encode()).decode()
        with own.wire() as wire:
            assert wire.ask(f"AUTHENTICATE PLAIN {plain}") == ["OK logged in"]


def test_a_wrong_one_after_too_many_ends_the_connection_at_once(tmp_path: Path) -> None:
    with visual_service(tmp_path) as own:
        who = own.subscription()
        for tries in (3, 3, 3, 2):
            with own.wire() as wire:
                heard = [wire.ask(f"LOGIN {who.user} nonsense")[-1] for _ in range(tries)]
                assert heard == [INVALID] * tries
        with own.wire() as wire:
            assert wire.ask(f"LOGIN {who.user} nonsense")[-1] == INVALID
            assert wire.line() == "* BYE too many log-ins"
            assert wire.is_over()


def test_strangers_hold_nobody_of_their_address_out(visual: VisualProcess) -> None:
    """The one that was there longest without a log-in goes; whoever has logged in stays."""
    who = visual.subscription()
    with visual.logged_in(who) as before, ExitStack() as open_now:
        for _ in range(STRANGERS + 20):
            stream = socket.create_connection((HOST, visual.tls_port), timeout=20)
            open_now.enter_context(stream)
        with visual.logged_in(who) as wire:
            assert wire.ask("NOOP") == ["OK done"]
        assert before.ask("NOOP") == ["OK done"]


def test_a_new_activation_ends_the_old_password(visual: VisualProcess) -> None:
    who = visual.subscription()
    new = visual.activate(who.number)
    with visual.wire() as wire:
        assert wire.ask(f"LOGIN {who.user} {who.password}") == [INVALID]
        assert wire.ask(f"LOGIN {who.user} {new}") == ["OK logged in"]


def test_the_eleventh_session_ends_the_one_that_was_quiet_longest(visual: VisualProcess) -> None:
    who = visual.subscription()
    wires = [visual.wire() for _ in range(11)]
    try:
        for wire in wires[:10]:
            assert wire.ask(f"LOGIN {who.user} {who.password}") == ["OK logged in"]
        assert wires[0].ask("NOOP") == ["OK done"]
        assert wires[10].ask(f"LOGIN {who.user} {who.password}") == ["OK logged in"]
        assert wires[1].line() == "* BYE too many sessions"
        assert wires[1].is_over()
        assert wires[0].ask("NOOP") == ["OK done"]
    finally:
        for wire in wires:
            wire.close()


def test_no_password_is_in_the_log(visual: VisualProcess) -> None:
    who = visual.subscription()
    plain = base64.b64encode(f"\0{who.user}\0{who.password}x".encode()).decode()
    with visual.wire() as wire:
        wire.ask(f"LOGIN {who.user} {who.password}y")
        wire.ask(f"AUTHENTICATE PLAIN {plain}")
        wire.ask(f"LOGIN {who.user} {who.password} too much")
        wire.ask(f"LOGIN {who.user} {who.password}")
    eventually(lambda: "session over" in visual.said(), within=10, what="its end in the log")
    said = visual.said()
    assert "logged in" in said
    assert who.password not in said
    assert plain not in said


def test_another_subscribers_messages_are_out_of_reach(visual: VisualProcess) -> None:
    who, other = visual.subscription(), visual.subscription()
    uid = visual.leave(other.number)
    with visual.logged_in(who, "INBOX") as wire:
        assert wire.ask(f"UID FETCH {uid} (BODY[])") == ["OK done"]
        assert wire.ask(rf"UID STORE {uid} +FLAGS (\Deleted)") == ["OK done"]
        assert wire.ask(f"UID MOVE {uid} Trash") == ["OK done"]
    assert visual.state(uid) == "new"


# ---- large, slow and nonsense


def test_a_line_without_end_is_refused(visual: VisualProcess) -> None:
    with visual.wire() as wire:
        wire.send(b"1 LOGIN " + b"a" * 65_600)
        assert "NO [LIMIT] too large" in wire.line()
        assert wire.line() == "* BYE too large"


def test_a_literal_too_large_is_refused_before_it_is_sent(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.wire() as wire:
        assert wire.ask("LOGIN {2000000}")[-1] == "NO [LIMIT] too large"
    with visual.logged_in(who) as wire:
        assert wire.ask("APPEND Greetings {2097153}") == ["NO [LIMIT] too large"]
        assert wire.ask("NOOP") == ["OK done"]


def test_nonsense_is_answered_and_after_twenty_times_no_more(visual: VisualProcess) -> None:
    with visual.wire() as wire:
        for _ in range(20):
            wire.send(b"GET / HTTP/1.1\r\n")
        for _ in range(20):
            assert wire.line() == "GET BAD invalid parameter"
        assert wire.line() == "* BYE too many mistakes"


def test_a_status_that_asks_for_nothing_is_no_command(visual: VisualProcess) -> None:
    """RFC 3501, 9: at least one item."""
    with visual.logged_in(visual.subscription()) as wire:
        assert wire.ask("STATUS INBOX ()") == ["BAD missing parameter"]
        assert wire.ask("STATUS INBOX (MESSAGES)")[0] == '* STATUS "INBOX" (MESSAGES 0)'


def test_one_who_never_reads_costs_no_memory_and_disturbs_nobody(visual: VisualProcess) -> None:
    who, other = visual.subscription(), visual.subscription()
    for _ in range(3):
        visual.leave(who.number, seconds=20)
    with visual.logged_in(who, "INBOX") as deaf:
        deaf.ask("FETCH 1:* (BODY.PEEK[])")
        before = _memory_mb(visual)
        deaf.send(b"".join(b"d%d FETCH 1:* (BODY.PEEK[])\r\n" % number for number in range(500)))
        with visual.logged_in(other, "INBOX") as wire:
            for _ in range(50):
                assert wire.ask("NOOP") == ["OK done"]
        assert _memory_mb(visual) - before < 20  # 500 times 130 kB were asked for


@pytest.mark.long(31)
def test_who_says_nothing_is_shown_out(tmp_path: Path) -> None:
    """30 s before log-in: whole, and a byte at a time; others come and go meanwhile."""
    with visual_service(tmp_path) as own:
        silent, loris = own.wire(), socket.create_connection((HOST, own.tls_port), timeout=60)
        talker = own.wire(tls=False)
        began = time.monotonic()
        who = own.subscription()
        while time.monotonic() - began < 25:
            talker.send(b"a")
            with own.logged_in(who) as wire:
                assert wire.ask("NOOP") == ["OK done"]
            time.sleep(2)  # it is what it does: a byte now and then
        assert silent.line() == "* BYE autologout; idle for too long"
        assert talker.line() == "* BYE autologout; idle for too long"
        assert loris.recv(100) == b""
        assert 25 < time.monotonic() - began < 40
        for it in (silent, loris, talker):
            it.close()


def test_a_new_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    with visual_service(tmp_path) as own:
        who = own.subscription()
        before = own.wire()
        (tmp_path / "next").mkdir()
        renewed = papers_for(HOST, folder=tmp_path / "next")
        own.papers.certificate.write_bytes(renewed.certificate.read_bytes())
        own.wire().close()  # the key is not there yet: the old pair is shown
        own.papers.key.write_bytes(renewed.key.read_bytes())
        own.papers.authority.write_bytes(renewed.authority.read_bytes())
        with own.logged_in(who) as wire:
            assert wire.ask("NOOP") == ["OK done"]
        assert before.ask("NOOP") == ["OK done"]
        before.close()


def test_it_does_not_start_without_a_certificate(visual: VisualProcess, tmp_path: Path) -> None:
    environment = {**visual.environment, "PERSONSVAR_STATE": str(tmp_path)}
    for missing, said in (
        (("CERTIFICATE", "KEY"), "needs PERSONSVAR_VISUAL_CERTIFICATE and PERSONSVAR_VISUAL_KEY"),
        (("KEY",), "give both of them"),
    ):
        left = {
            name: it
            for name, it in environment.items()
            if name.removeprefix("PERSONSVAR_VISUAL_") not in missing
        }
        ran = subprocess.run(
            [visual.program, "visual"], env=left, capture_output=True, text=True, timeout=60, check=False
        )
        assert ran.returncode == 2
        assert said in ran.stderr
        assert "Traceback" not in ran.stderr


def _received(stream: socket.socket) -> bytes:
    try:
        return stream.recv(4096)
    except ConnectionResetError:
        return b""


def _memory_mb(visual: VisualProcess) -> float:
    assert visual.process is not None
    status = Path(f"/proc/{visual.process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
