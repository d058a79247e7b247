"""Quiet speech is speech, and a line on which nobody speaks is silence, whatever it hisses."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.notice import NoticeKind
from tests.real.g711 import RATE
from tests.real.signals import speech
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import Telephone, reach, skip_greeting, wait_for_tone

SILENT = b"\xd5"
"""What the phone sends while nobody speaks."""
SPOKEN_SECONDS = 14.0


@pytest.mark.parametrize("dbfs", [-50, -58])
def test_quiet_speech_is_kept_whole(site: LiveSite, telephone: Telephone, dbfs: float) -> None:
    """Once it came back as one second: the switch took it for silence, and cut that off.

    The bytes are compared, not the length of the message: how long a busy machine takes to hear that the tone
    is over is silence in front, and no fault.
    """
    owner = site.subscriber()
    quiet = speech(SPOKEN_SECONDS, dbfs=dbfs)  # made before the tone: the line records what it waits for
    caller = reach(telephone, owner)
    skip_greeting(caller)
    wait_for_tone(caller)
    caller.say(quiet)
    caller.press("#")
    caller.wait_for_prompt("after-take-listen", within=15)
    caller.press("2")
    caller.wait_for_prompt("message-stored", within=15)
    kept = site.sound(site.message(owner)).strip(SILENT)
    assert quiet.strip(SILENT).startswith(kept)  # each syllable, with nothing left out between two
    assert len(kept) / RATE == pytest.approx(SPOKEN_SECONDS, abs=0.3)  # # takes the last 0.2 s with it


def test_ten_seconds_of_a_silent_line_are_a_missed_call(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    caller.hiss(seconds=40, dbfs=-70, wait=False)
    skip_greeting(caller)
    tone = caller.wait_for_prompt("tone", within=10)
    caller.wait_for_end_of("tone")
    said = caller.wait_for_prompt("message-empty", within=20)
    assert said - tone == pytest.approx(10.5, abs=1.5)
    caller.wait_for_hang_up(within=15)
    eventually(lambda: site.notices(owner) == [NoticeKind.MISSED_CALL], within=5, what="the notice")
    assert site.messages(owner) == []
