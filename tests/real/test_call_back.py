"""Key 0: the dialplan calls somebody back through the trunk, and the owner returns to the message."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue

import pytest

from tests.real.heard import sweep_second
from tests.real.sip_message import Message
from tests.real.sip_phone import Phone
from tests.real.stand_in import Session, StandIn

Phones = Callable[..., Phone]
Service = Callable[[Callable[[Session], None]], StandIn]

OWNER, CALLED = "+4790000001", "+4790000002"


@pytest.fixture
def results() -> Queue[dict[str, str]]:
    return Queue()


@pytest.fixture
def dialling(service: Service, results: Queue[dict[str, str]], spoken: object) -> StandIn:
    """A service that calls back at once, notes how it went, and then says the menu."""

    def on_call(call: Session) -> None:
        call.command("ANSWER")
        call.command("SET VARIABLE PERSONSVAR_PROGRESS owner")
        call.command(f"GOSUB personsvar-callback s 1 {CALLED},{OWNER},3")
        names = ("PERSONSVAR_DIAL_RESULT", "PERSONSVAR_DIAL_SECONDS", "DIALSTATUS", "ANSWEREDTIME")
        results.put({name: variable(call, name) for name in names})
        call.command(f'STREAM FILE "{spoken}/nb/help" ""')
        call.command("SET VARIABLE PERSONSVAR_PROGRESS done")

    return service(on_call)


def variable(call: Session, name: str) -> str:
    answer = call.command(f"GET VARIABLE {name}")
    return answer.partition("(")[2].rstrip(")")


@pytest.fixture
def called(phone: Phones, trunk_port: int) -> Phone:
    return phone(number=CALLED, port=trunk_port)


@pytest.fixture
def owner(phone: Phones, dialling: StandIn) -> Phone:
    assert dialling.address
    return phone(number=OWNER)


def test_the_subscribers_number_is_shown_and_vouched_for(owner: Phone, called: Phone) -> None:
    owner.call(privacy="id")
    invite: Message = called.answer()
    assert invite.start.startswith(f"INVITE sip:{CALLED}@")
    assert OWNER in invite["From"]
    assert OWNER in invite["P-Asserted-Identity"]
    assert invite["Privacy"] == ""


def test_the_two_hear_each_other_until_a_star(
    owner: Phone, called: Phone, results: Queue[dict[str, str]]
) -> None:
    owner.call()
    called.answer()
    owner.sweep(seconds=2)
    called.sweep(seconds=2)
    for end in (owner, called):
        heard = end.recording()
        (tone,) = [sound for sound in heard.sounds(gap=0.1) if sound.seconds > 1.5][-1:]
        assert sweep_second(heard.samples(tone.start, tone.start + 0.1)) == pytest.approx(0, abs=0.2)
    owner.press("*")
    called.wait_for_hang_up(within=3)
    owner.wait_for_prompt("help", within=3)
    result = results.get(timeout=5)
    assert result["PERSONSVAR_DIAL_RESULT"] == "ANSWER"
    assert 3 <= int(result["PERSONSVAR_DIAL_SECONDS"]) <= 6


def test_the_other_end_hangs_up(owner: Phone, called: Phone, results: Queue[dict[str, str]]) -> None:
    owner.call()
    called.answer()
    called.sweep(seconds=1)
    called.hang_up()
    owner.wait_for_prompt("help", within=3)
    assert results.get(timeout=5)["PERSONSVAR_DIAL_RESULT"] == "ANSWER"


@pytest.mark.parametrize(("status", "result"), [("486 Busy Here", "BUSY"), ("404 Not Found", "CHANUNAVAIL")])
def test_a_refusal_is_told(
    owner: Phone, called: Phone, results: Queue[dict[str, str]], status: str, result: str
) -> None:
    owner.call()
    called.refuse(status)
    owner.wait_for_prompt("help", within=3)
    assert results.get(timeout=5) == {
        "PERSONSVAR_DIAL_RESULT": result,
        "PERSONSVAR_DIAL_SECONDS": "0",
        "DIALSTATUS": result,
        "ANSWEREDTIME": "",
    }


def test_nobody_answers_in_time(owner: Phone, called: Phone, results: Queue[dict[str, str]]) -> None:
    owner.call()
    called.ring()
    ringing_tone = owner.wait_for_sound(within=2)
    at = owner.wait_for_prompt("help", within=8)
    assert ringing_tone < at
    assert at == pytest.approx(3, abs=2)
    assert results.get(timeout=5)["PERSONSVAR_DIAL_RESULT"] == "NOANSWER"
    called.wait_for_hang_up(within=2)


def test_a_star_while_it_rings_gives_up(owner: Phone, called: Phone, results: Queue[dict[str, str]]) -> None:
    owner.call()
    called.ring()
    owner.press("*")
    owner.wait_for_prompt("help", within=2)
    assert results.get(timeout=5)["PERSONSVAR_DIAL_RESULT"] == "CANCEL"


def test_the_owner_hangs_up_in_it(owner: Phone, called: Phone, results: Queue[dict[str, str]]) -> None:
    owner.call()
    called.answer()
    called.sweep(seconds=2)
    owner.hang_up()
    called.wait_for_hang_up(within=3)
    result = results.get(timeout=5)
    assert result["PERSONSVAR_DIAL_RESULT"] == ""
    assert result["DIALSTATUS"] == "ANSWER"
    assert int(result["ANSWEREDTIME"]) >= 1
