"""A real call through a real Asterisk: what the dialplan hands over, and that keys and sound come through."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dialplan.switch.process import Switch
from personsvar.mailbox.arrival import CallSetup
from tests.real.heard import PromptSounds
from tests.real.rtp import G722, PCMA
from tests.real.sip_phone import Phone
from tests.real.stand_in import Session, StandIn

Phones = Callable[..., Phone]
Service = Callable[[Callable[[Session], None]], StandIn]


def say(call: Session, progress: str) -> None:
    call.command("ANSWER")
    call.command(f'SET VARIABLE PERSONSVAR_PROGRESS "{progress}"')


def told(setups: list[CallSetup]) -> Callable[[Session], None]:
    """Asks for the headers, as the service does, and ends the call."""

    def on_call(call: Session) -> None:
        setups.append(call.setup())
        say(call, "done")

    return on_call


def greet(spoken: Path) -> Callable[[Session], None]:
    """Answers, plays the menu, and says the help when a key comes."""

    def on_call(call: Session) -> None:
        call.command("ANSWER")
        answer = call.command(f'STREAM FILE "{spoken}/nb/main-menu" "0123456789*#"')
        if not answer.startswith("200 result=0 "):
            call.command(f'STREAM FILE "{spoken}/nb/help" ""')
        call.command('SET VARIABLE PERSONSVAR_PROGRESS "done"')

    return on_call


def test_a_call_is_answered_heard_and_ended(phone: Phones, service: Service, spoken: Path) -> None:
    service(greet(spoken))
    caller = phone()
    caller.call()
    caller.wait_for_prompt("main-menu", within=5)
    caller.wait_for_hang_up(within=10)
    (menu,) = caller.heard()
    assert menu.seconds == pytest.approx((spoken / "nb/main-menu.alaw").stat().st_size / 8000, abs=0.05)


def test_a_key_cuts_the_prompt_and_the_next_one_follows(
    phone: Phones, service: Service, spoken: Path
) -> None:
    service(greet(spoken))
    caller = phone()
    caller.call()
    caller.wait_for_prompt("main-menu", within=5)
    (key,) = caller.press("1")
    at = caller.wait_for_prompt("help", within=5)
    assert at > caller.since_answer(key.up_at)
    menu, after = caller.heard()
    assert (menu.prompt, after.prompt) == ("main-menu", "help")
    assert menu.seconds < (spoken / "nb/main-menu.alaw").stat().st_size / 8000 - 0.5


def test_a_law_comes_first_whatever_the_trunk_prefers(phone: Phones, service: Service, spoken: Path) -> None:
    service(greet(spoken))
    caller = phone(codecs=(G722, PCMA))
    caller.call()
    assert caller.leg.media is not None
    assert caller.leg.media.codec == PCMA


def test_a_trunk_with_g722_only_hears_the_g722_prompts(phone: Phones, service: Service, spoken: Path) -> None:
    service(greet(spoken))
    caller = phone(codecs=(G722,), prompts=PromptSounds(spoken / "nb", ".g722"))
    caller.call()
    caller.wait_for_prompt("main-menu", within=5)
    caller.press("1")
    caller.wait_for_prompt("help", within=5)


def test_every_header_is_handed_over_raw_and_in_order(phone: Phones, service: Service) -> None:
    setups: list[CallSetup] = []
    service(told(setups))
    asserted = ["<sip:+4790000002@a.test;user=phone>", "<tel:+4790000002>"]
    joined = "<sip:+4790000003@a.test>;reason=no-answer, <tel:+4790000001>;reason=user-busy"
    diversion = [joined, "<sip:+4790000004@a.test>;reason=unconditional"]
    history = [
        "<sip:+4790000001@a.test?Reason=SIP%3Bcause%3D302>;index=1",
        "<sip:+4747471000@a.test;cause=302>;index=1.1",
    ]
    phone().call(
        asserted=False,
        diversion=diversion,
        history=history,
        headers=[*(("P-Asserted-Identity", value) for value in asserted), ("Privacy", "id;user")],
    )
    (setup,) = setups
    assert (setup.endpoint, setup.trunk) == ("trunk", True)
    assert setup.request_uri.startswith("sip:+4747471000@127.0.0.1")
    assert setup.asserted == tuple(asserted)
    assert setup.privacy == ("id;user",)
    assert setup.diversion == tuple(diversion)
    assert setup.history_info == tuple(history)


@pytest.mark.parametrize(
    "name",
    [r"Kari, \"N\"", "${EXTEN}", "$[1+1]", "a|b,c)d(", "'; rm -rf ~", "^æøå", "%s%n", "x=y&trunk=0,trunk=0"],
)
def test_a_hostile_name_stays_a_name(phone: Phones, service: Service, name: str) -> None:
    setups: list[CallSetup] = []
    service(told(setups))
    phone().call(headers=[("From", f'"{name}" <sip:+4790000009@example.test>')])
    (setup,) = setups
    assert setup.sender.startswith(f'"{name}" <sip:+4790000009@example.test>')
    assert setup.trunk


def test_a_header_of_a_thousand_digits_does_no_harm(phone: Phones, service: Service) -> None:
    setups: list[CallSetup] = []
    service(told(setups))
    long, real = f"<sip:{'9' * 1_000}@a.test>;reason=no-answer", "<sip:+4790000001@a.test>;reason=no-answer"
    phone().call(diversion=[long, real], privacy="none")
    (setup,) = setups
    assert setup.diversion == (long, real)
    assert setup.privacy == ("none",)


def test_a_header_the_switch_can_not_read_is_told(phone: Phones, service: Service) -> None:
    setups: list[CallSetup] = []
    service(told(setups))
    fits = "x" * (4_092 - len("History-Info: "))
    phone().call(
        diversion=["x" * 4_093], history=[fits], headers=[("Privacy", "none"), ("Privacy", "x" * 9_000)]
    )
    (setup,) = setups
    assert setup.unread == {"diversion", "privacy"}
    assert (setup.history_info, setup.privacy) == ((fits,), ("none",))


def test_nobody_but_the_trunk_is_known(switch: Switch) -> None:
    """And who logs in, a desk phone, which is nobody until it has."""
    endpoints = re.findall(r"^ Endpoint:  ([a-z-]+)", switch.cli("pjsip show endpoints"), re.MULTILINE)
    assert sorted(endpoints) == ["log-in", "trunk"]
