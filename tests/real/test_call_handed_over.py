"""A real call through a real Asterisk: what the dialplan hands over, and that keys and sound come through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from dialplan.switch.process import Switch
from tests.real.rtp import G722, PCMA
from tests.real.sip_phone import Phone
from tests.real.stand_in import Session, StandIn

Phones = Callable[..., Phone]
Service = Callable[[Callable[[Session], None]], StandIn]


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
    assert caller.wait_for_prompt("main-menu", within=5) < 1
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
    assert 0 < at - caller.since_answer(key.up_at) < 0.5
    assert [heard.prompt for heard in caller.heard()] == ["main-menu", "help"]


def test_g722_is_offered_the_prompts_of_its_own_kind(phone: Phones, service: Service, spoken: Path) -> None:
    service(greet(spoken))
    caller = phone(codecs=(G722, PCMA))
    caller.call()
    assert caller.leg.media is not None
    assert caller.leg.media.codec == PCMA, "A-law comes first for us, whatever the trunk prefers"


def test_every_header_is_handed_over_raw_and_in_order(phone: Phones, service: Service) -> None:
    told = Event()
    hung_up = service(
        lambda call: (call.command('SET VARIABLE PERSONSVAR_PROGRESS "done"'), told.set()) and None
    )
    caller = phone(number="+4790000002")
    caller.dial(
        "+4747471000",
        [
            ("From", '"Kari, ""Nordmann"" ${EXTEN}" <sip:+4790000009@example.test>'),
            ("P-Asserted-Identity", "<sip:+4790000002@example.test;user=phone>"),
            ("P-Asserted-Identity", "<tel:+4790000002>"),
            ("Privacy", "id;user"),
            (
                "Diversion",
                "<sip:+4790000003@example.test>;reason=no-answer, <tel:+4790000001>;reason=user-busy",
            ),
            ("Diversion", "<sip:+4790000004@example.test>;reason=unconditional"),
            ("History-Info", "<sip:+4790000001@example.test?Reason=SIP%3Bcause%3D302>;index=1"),
            ("History-Info", "<sip:+4747471000@example.test;cause=302>;index=1.1"),
        ],
    )
    assert told.wait(5)
    (session,) = hung_up.sessions
    assert session.arguments["trunk"] == "1"
    assert session.arguments["dialled"] == "+4747471000"
    assert session.arguments["endpoint"] == "trunk"
    assert session.raw("pai") == ["<sip:+4790000002@example.test;user=phone>", "<tel:+4790000002>"]
    assert session.raw("privacy") == ["id;user"]
    assert session.raw("diversion") == [
        "<sip:+4790000003@example.test>;reason=no-answer, <tel:+4790000001>;reason=user-busy",
        "<sip:+4790000004@example.test>;reason=unconditional",
    ]
    assert session.raw("history") == [
        "<sip:+4790000001@example.test?Reason=SIP%3Bcause%3D302>;index=1",
        "<sip:+4747471000@example.test;cause=302>;index=1.1",
    ]
    (sender,) = session.raw("from")
    assert sender.startswith('"Kari, ""Nordmann"" ${EXTEN}" <sip:+4790000009@example.test>')


def test_a_header_of_ten_thousand_characters_does_no_harm(
    phone: Phones, service: Service, spoken: Path
) -> None:
    stand_in = service(greet(spoken))
    caller = phone()
    caller.call(
        headers=[("Diversion", f"<sip:{'9' * 10_000}@example.test>;reason=no-answer"), ("Privacy", "none")]
    )
    caller.wait_for_prompt("main-menu", within=5)
    (session,) = stand_in.sessions
    assert session.raw("diversion") == []
    assert session.raw("privacy") == ["none"]


def test_nobody_but_the_trunk_is_answered(switch: Switch) -> None:
    assert "anonymous" not in switch.cli("pjsip show endpoints")
    assert "Objects found: 1" in switch.cli("pjsip show endpoints")
