"""What a caller said is fetched over HTTP, what was uploaded there a caller hears: on a real switch."""

from __future__ import annotations

from typing import Any

import pytest

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import State
from personsvar.voice.wav import wav
from tests.real.api_program import Ask, api_program
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.test_call_greetings import hears
from tests.real.walks import CALLER, GREETING_SECONDS, Telephone, leave, reach, said
from tests.tape import decoded, seconds

SAID_SECONDS = 3.0


@pytest.fixture
def ask(site: LiveSite, request: pytest.FixtureRequest) -> Ask:
    return api_program(site, request.node.name)


def test_a_message_of_a_call_is_fetched_as_mp3_in_parts_and_stays_new(
    site: LiveSite, telephone: Telephone, ask: Ask
) -> None:
    owner = site.subscriber()
    leave(reach(telephone, owner), seconds=SAID_SECONDS)
    message = site.message(owner, within=20)
    (listed,) = ask("GET", f"/v1/messages?mailbox=%2B{owner[1:]}").json["items"]
    assert (listed["id"], listed["caller"], listed["state"]) == (message.id, CALLER, "new")
    whole = ask("GET", f"/v1/messages/{message.id}/sound.mp3")
    assert whole.headers["Content-Type"] == "audio/mpeg"
    assert seconds(decoded(whole.body, "mp3")) == pytest.approx(message.sound.seconds, abs=0.3)
    part = ask("GET", f"/v1/messages/{message.id}/sound.mp3", Range="bytes=1000-1999")
    assert (part.status, part.body) == (206, whole.body[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(whole.body)}"
    m4a = ask("GET", f"/v1/messages/{message.id}/sound.m4a")
    assert seconds(decoded(m4a.body, "mov")) == pytest.approx(message.sound.seconds, abs=0.3)
    assert site.state(message.id) is State.NEW


def test_the_call_that_left_it_and_the_one_that_heard_it_are_in_the_call_log(
    site: LiveSite, telephone: Telephone, ask: Ask
) -> None:
    owner = site.subscriber()
    leave(reach(telephone, owner), seconds=SAID_SECONDS)
    site.message(owner, within=20)
    phone = telephone(owner)
    phone.call()
    phone.wait_for_prompt("you-have", within=20)
    phone.hang_up()

    def calls() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ask("GET", f"/v1/calls?mailbox=%2B{owner[1:]}").json["items"]
        return found

    eventually(lambda: len(calls()) == 2, within=20, what="both calls in the call log")
    opened, left = calls()
    assert (opened["came_of"], opened["caller"]) == ("owner", owner)
    assert (left["came_of"], left["caller"]) == ("message", CALLER)
    assert left["seconds"] >= SAID_SECONDS


def test_an_uploaded_greeting_is_heard_by_a_caller(site: LiveSite, telephone: Telephone, ask: Ask) -> None:
    owner = site.subscriber()
    path = f"/v1/subscribers/{owner}/greetings/personal"
    made = ask("POST", path, wav(said(seconds=GREETING_SECONDS)), Content_Type="audio/wav")
    assert made.status == 201
    caller = reach(telephone, owner)
    hears(caller, site.greeting(owner, GreetingKind.PERSONAL))
    caller.hang_up()
    ask("DELETE", f"{path}/in-use")
    reach(telephone, owner).wait_for_prompt("greeting-reached", within=20)
