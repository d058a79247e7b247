"""The switch itself is killed in mid-recording: all is delivered but what lay in its file buffer."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from tests.real.pieces import pieces
from tests.real.ports import unread_bytes
from tests.real.running_site import running_site, telephones
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, reach, talk

SPOKEN = 12


@pytest.fixture
def brittle(asterisk: Asterisk, tmp_path: Path) -> Iterator[LiveSite]:
    environment = {"PERSONSVAR_RTP_TIMEOUT": "1"}  # a dead switch is waited for by half a minute less
    with running_site(asterisk, tmp_path, environment=environment) as site:
        yield site


def sound_port(phone: Phone) -> int:
    """Where the switch listens to it."""
    assert phone.leg.media is not None
    return phone.leg.media.port


@pytest.mark.long(60)
@pytest.mark.parametrize("service_too", [False, True])
def test_all_but_the_last_seconds_are_delivered(brittle: LiveSite, *, service_too: bool) -> None:
    owner = brittle.subscriber()
    with telephones(brittle) as make:
        caller = reach(make, owner)
        caller.wait_for_prompt("greeting-reached", within=10)
        caller.press("#")
        talk(caller, seconds=SPOKEN)
        eventually(lambda: unread_bytes(sound_port(caller)) == 0, within=5, what="the switch to hear it all")
        os.kill(brittle.switch.pid, signal.SIGKILL)
        caller.leg.ended = True  # nobody is left to say goodbye to
        if service_too:
            brittle.service.kill()
            brittle.service.start()
        message = brittle.message(owner, within=75)
    (swept,) = [piece for piece in pieces(brittle.sound(message)) if piece.seconds > 1]
    assert swept.begins == pytest.approx(0, abs=0.3)
    assert swept.ends > SPOKEN - brittle.switch.holds_back_seconds - 0.5
    assert message.caller == CALLER
