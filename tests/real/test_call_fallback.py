"""The service is down, hangs, or dies in mid-call: the dialplan keeps the caller's message by itself."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.g711 import decode
from tests.real.heard import sweep_second
from tests.real.sip_phone import Phone
from tests.real.spool import Spool
from tests.real.stand_in import Session, StandIn
from tests.real.walks import is_thanked

Phones = Callable[..., Phone]
Service = Callable[[Callable[[Session], None]], StandIn]

DIVERTED = ["<sip:+4790000001@example.test>;reason=no-answer"]


def leave_message(caller: Phone, *, seconds: float = 4) -> None:
    caller.wait_for_prompt("fallback-greeting", within=30)  # the switch may have started just now
    caller.wait_for_prompt("tone", within=8)
    caller.wait_for_end_of("tone")
    caller.sweep(seconds=seconds)


def holds_sweep(take: bytes, *, seconds: float) -> None:
    """From its first second to its last, in order, in one piece."""
    samples = decode(take)
    began = next(
        start for start in range(0, 8000, 160) if sweep_second(samples[start : start + 800]) is not None
    )
    for second in range(int(seconds) - 1):
        heard = sweep_second(samples[began + second * 8000 :][:800])
        assert heard == pytest.approx(second, abs=0.1)


def test_a_diverted_caller_leaves_a_message_when_nobody_listens(phone: Phones, spool: Spool) -> None:
    caller = phone(number="+4790000002")
    caller.call(diversion=DIVERTED, history=["<sip:+4790000001@a.test;cause=408>;index=1"])
    leave_message(caller)
    caller.press("#")
    is_thanked(caller, within=5)
    deposit = spool.deposit()
    assert deposit.end().missed is False
    setup = deposit.header.setup
    assert setup.trunk is True
    assert setup.request_uri.startswith("sip:+4747471000@")
    assert setup.diversion == tuple(DIVERTED)
    assert setup.history_info == ("<sip:+4790000001@a.test;cause=408>;index=1",)
    assert setup.asserted == ("<sip:+4790000002@example.test>",)
    assert "+4790000002" in setup.sender
    holds_sweep(deposit.take, seconds=4)


@pytest.mark.parametrize(
    "headers",
    [
        [("Privacy", "none;id")],
        [("Privacy", "critical; User")],
        [("Privacy", "header")],
        [("From", '"Anonymous" <sip:+4790000077@example.test>')],
        [("From", "<sip:anonymous@example.test>")],
        [("From", "<sip:+4790000077@anonymous.invalid>")],
    ],
    ids=["id", "user", "header", "name", "user-part", "host"],
)
def test_nothing_of_a_withheld_number_is_written(
    phone: Phones, spool: Spool, headers: list[tuple[str, str]]
) -> None:
    caller = phone(number="+4790000077")
    caller.call(diversion=DIVERTED, headers=headers)
    caller.wait_for_prompt("fallback-greeting", within=30)  # the switch may have started just now
    caller.hang_up()
    deposit = spool.deposit()
    deposit.end()
    assert deposit.header.setup.asserted == ()
    assert deposit.header.setup.sender == ""
    assert deposit.header.setup.privacy == tuple(value for name, value in headers if name == "Privacy")
    assert deposit.header.setup.diversion == tuple(DIVERTED)


def test_a_name_that_only_sounds_withheld_hides_no_number(phone: Phones, spool: Spool) -> None:
    caller = phone(number="+4790000078")
    caller.call(diversion=DIVERTED, headers=[("From", '"Anonymous Kari" <sip:+4790000078@example.test>')])
    caller.wait_for_prompt("fallback-greeting", within=30)  # the switch may have started just now
    caller.hang_up()
    assert spool.deposit().header.setup.asserted == ("<sip:+4790000078@example.test>",)


def test_hanging_up_keeps_what_was_said(phone: Phones, spool: Spool) -> None:
    caller = phone()
    caller.call(diversion=DIVERTED)
    leave_message(caller, seconds=3)
    caller.hang_up()
    deposit = spool.deposit()
    assert deposit.end().missed is False
    holds_sweep(deposit.take, seconds=3)


def test_hanging_up_before_the_tone_is_a_missed_call(phone: Phones, spool: Spool) -> None:
    caller = phone()
    caller.call(diversion=DIVERTED)
    caller.wait_for_prompt("fallback-greeting", within=30)  # the switch may have started just now
    caller.hang_up()
    deposit = spool.deposit()
    assert deposit.end().missed is True
    assert deposit.takes == []


def test_nobody_else_can_read_the_spool(phone: Phones, spool: Spool) -> None:
    caller = phone()
    caller.call(diversion=DIVERTED)
    leave_message(caller, seconds=1)
    caller.hang_up()
    spool.deposit().end()
    assert [path.name for path in spool.new() if path.stat().st_mode & 0o007] == []
    assert spool.folder.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("dialled", ["+4747471000", "004747471000", "4747471000", "47471000", "1571"])
def test_an_owner_is_asked_to_call_later(phone: Phones, spool: Spool, dialled: str) -> None:
    caller = phone()
    caller.call(dialled)
    caller.wait_for_prompt("please-call-later", within=5)
    caller.wait_for_hang_up(within=10)
    assert spool.new() == []


@pytest.mark.parametrize(
    ("dialled", "diversion"),
    [
        ("+4747471000", ["<sip:+4790000031@example.test>;reason=no-answer"]),
        ("+4747471000", ['"Kari, N" <tel:+4790000031>;reason=unconditional, <sip:+4790000032@example.test>']),
        ("+4790000031", []),
    ],
)
def test_an_owner_diverted_from_himself_is_asked_to_call_later(
    phone: Phones, spool: Spool, dialled: str, diversion: list[str]
) -> None:
    owner = phone(number="+4790000031")
    owner.call(dialled, diversion=diversion)
    owner.wait_for_prompt("please-call-later", within=5)
    owner.wait_for_hang_up(within=10)
    assert spool.new() == []


@pytest.mark.parametrize("dialled", ["+4790000001", "90000001"])
def test_a_caller_sent_on_with_nothing_but_the_subscribers_number_leaves_a_message(
    phone: Phones, spool: Spool, dialled: str
) -> None:
    """Many a switch sends an unanswered call on so: no Diversion, no History-Info."""
    caller = phone(number="+4790000002")
    caller.call(dialled)
    leave_message(caller, seconds=1)
    caller.hang_up()
    deposit = spool.deposit()
    assert deposit.end().missed is False
    assert deposit.header.setup.request_uri.startswith(f"sip:{dialled}@")


def test_a_service_that_hangs_is_given_three_seconds(phone: Phones, spool: Spool, fastagi_port: int) -> None:
    with socket.create_server(("127.0.0.1", fastagi_port)):  # takes the connection, and says nothing
        caller = phone()
        caller.call(diversion=DIVERTED)
        caller.wait_for_prompt("fallback-greeting", within=2)
        caller.hang_up()
    assert spool.deposit().end().missed is True


def test_a_service_that_says_no_leaves_the_caller_to_the_dialplan(
    phone: Phones, spool: Spool, service: Service
) -> None:
    service(lambda _: None)  # over its limit: the call comes back at once, with no progress
    caller = phone()
    caller.call(diversion=DIVERTED)
    leave_message(caller, seconds=1)
    caller.hang_up()
    spool.deposit().end()


def test_a_service_that_dies_in_the_greeting(
    phone: Phones, spool: Spool, service: Service, spoken: Path
) -> None:
    def die(call: Session) -> None:
        call.command("ANSWER")
        call.command("SET VARIABLE PERSONSVAR_PROGRESS started")
        call.command(f'STREAM FILE "{spoken}/nb/help" ""')

    service(die)
    caller = phone()
    caller.call(diversion=DIVERTED)
    caller.wait_for_prompt("help", within=5)
    leave_message(caller, seconds=2)
    caller.hang_up()
    deposit = spool.deposit()
    assert deposit.end().missed is False
    holds_sweep(deposit.take, seconds=2)


def test_a_service_that_dies_while_an_owner_listens(
    phone: Phones, spool: Spool, service: Service, spoken: Path
) -> None:
    def die(call: Session) -> None:
        call.command("ANSWER")
        call.command("SET VARIABLE PERSONSVAR_PROGRESS owner")
        call.command(f'STREAM FILE "{spoken}/nb/main-menu" ""')

    service(die)
    caller = phone()
    caller.call(diversion=DIVERTED)
    caller.wait_for_prompt("main-menu", within=5)
    caller.wait_for_prompt("please-call-later", within=15)
    caller.wait_for_hang_up(within=10)
    assert spool.new() == []


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_recording_the_service_died_in_is_kept_and_not_taken_again(
    phone: Phones, spool: Spool, service: Service, *, hangs_up: bool
) -> None:
    def die(call: Session) -> None:
        head = spool.folder / f"{call.variables['agi_uniqueid']}.head"
        head.write_bytes(b"version=1\nwriter=dialplan\nid=%b\nbegan=1\n" % head.stem.encode())
        call.command("ANSWER")
        call.command("SET VARIABLE PERSONSVAR_PROGRESS recording")
        call.command(f'RECORD FILE "{head.with_suffix("")}-1" alaw "#" 60000')

    service(die)
    caller = phone()
    caller.call(diversion=DIVERTED)
    caller.sweep(seconds=3)
    if hangs_up:
        caller.hang_up()
    else:
        caller.press("#")
        is_thanked(caller, within=5)
    deposit = spool.deposit()
    assert deposit.end().missed is False
    assert len(deposit.takes) == 1
    holds_sweep(deposit.take, seconds=3)


def test_what_the_service_has_stored_is_left_alone(phone: Phones, spool: Spool, service: Service) -> None:
    def store(call: Session) -> None:
        call.command("ANSWER")
        call.command("SET VARIABLE PERSONSVAR_PROGRESS stored")

    service(store)
    caller = phone()
    caller.call(diversion=DIVERTED)
    caller.wait_for_hang_up(within=5)
    assert caller.heard() == []
    assert spool.new() == []


@pytest.mark.parametrize("dbfs", [-50, -58])
def test_quiet_speech_is_no_silence(phone: Phones, spool: Spool, dbfs: float) -> None:
    caller = phone()
    caller.call(diversion=DIVERTED)
    leave_message(caller, seconds=0)
    caller.speak(seconds=14, dbfs=dbfs)
    caller.press("#")
    caller.wait_for_prompt("fallback-thanks", within=5)
    assert len(spool.deposit().take) / 8000 == pytest.approx(14, abs=0.5)


def test_ten_seconds_of_a_quiet_line_end_the_recording(phone: Phones, spool: Spool) -> None:
    caller = phone()
    caller.call(diversion=DIVERTED)
    leave_message(caller, seconds=3)
    caller.hiss(seconds=12, dbfs=-70, wait=False)
    since = caller.now
    at = caller.wait_for_prompt("fallback-thanks", within=15)
    assert at - since == pytest.approx(10, abs=1.0)
    holds_sweep(spool.deposit().take, seconds=3)


def test_a_phone_that_vanishes_is_let_go(phone: Phones, spool: Spool) -> None:
    caller = phone()
    caller.call(diversion=DIVERTED)
    leave_message(caller, seconds=3)
    caller.vanish()
    caller.wait_for_hang_up(within=45)
    deposit = spool.deposit()
    assert deposit.end().missed is False
    holds_sweep(deposit.take, seconds=3)
