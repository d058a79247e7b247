"""The profile `speech` of docker-compose.yml: its image hears a message, with a model from a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from personsvar.mailbox.model.ids import Number
from tests.compose.conftest import Subscriber
from tests.compose.people import message
from tests.compose.stack import Stack
from tests.real.ports import free_tcp_port
from tests.real.sip_phone import Phone
from tests.real.spool import eventually
from tests.real.walks import reach, skip_greeting
from tests.speech.said import SHORT, joe
from tests.speech.voices import model
from tests.unit.voice_play.line import alaw, at

WRITTEN_DOWN_SECONDS = 180
"""The model is loaded first, on a machine that is busy."""


@pytest.fixture(scope="module")
def speech(stack: Stack) -> Iterator[Stack]:
    more = {
        **stack.more,
        "PERSONSVAR_MODELS": str(model().parent),
        "PERSONSVAR_TRANSCRIBER_HEALTH_PORT": str(free_tcp_port()),
    }
    hearing = replace(stack, profiles=(*stack.profiles, "speech"), more=more)
    try:
        hearing.up("transcriber")
        hearing.wait_until_well("transcriber")
        yield hearing
    finally:
        hearing.call("rm", "--stop", "--force", "-v", "transcriber")


def test_a_message_is_written_down_on_the_operators_machine(
    speech: Stack, telephone: Callable[..., Phone], subscriber: Subscriber
) -> None:
    owner: Number = subscriber()
    speech.personsvar("subscriber", "set", owner, "--transcripts", "--language", "en")
    phone = reach(telephone, owner, language="en")
    skip_greeting(phone)
    phone.say(alaw(at(-20, joe(SHORT))))
    phone.hang_up()
    left = message(speech, owner)

    def written_down() -> bool:
        shown = speech.try_to("exec", "-T", "notifier", "personsvar", "transcript", "show", str(left["id"]))
        return shown.returncode == 0

    eventually(written_down, within=WRITTEN_DOWN_SECONDS, what="the words of the message")
    made = json.loads(speech.personsvar("transcript", "show", str(left["id"]), "--json"))
    assert "Please call me back" in made["text"]
    assert made["engine"].startswith("faster-whisper")
    figures = speech.web("/metrics", port=int(speech.more["PERSONSVAR_TRANSCRIBER_HEALTH_PORT"]))
    assert re.search(rb"^personsvar_transcripts_made_total(\{.*\})? 1", figures, re.MULTILINE)
