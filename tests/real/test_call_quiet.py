"""Quiet speech is speech, and a line on which nobody speaks is silence, whatever it hisses."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model import NoticeKind
from tests.real.house import House
from tests.real.spool import eventually
from tests.real.walks import Telephone, reach, skip_greeting


@pytest.mark.parametrize("dbfs", [-50, -58])
def test_quiet_speech_is_kept_whole(house: House, telephone: Telephone, dbfs: float) -> None:
    """Once it came back as one second: the switch took it for silence, and cut that off."""
    owner = house.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    caller.wait_for_prompt("tone", within=10)
    caller.wait_for_end_of("tone")
    caller.speak(seconds=14, dbfs=dbfs)
    caller.press("#")
    caller.wait_for_prompt("after-take-listen", within=5)
    caller.press("2")
    caller.wait_for_prompt("message-stored", within=5)
    assert house.message(owner).sound.seconds == pytest.approx(14, abs=0.5)


def test_ten_seconds_of_a_silent_line_are_a_missed_call(house: House, telephone: Telephone) -> None:
    owner = house.subscriber()
    caller = reach(telephone, owner)
    caller.hiss(seconds=40, dbfs=-70, wait=False)
    skip_greeting(caller)
    tone = caller.wait_for_prompt("tone", within=10)
    caller.wait_for_end_of("tone")
    said = caller.wait_for_prompt("message-empty", within=20)
    assert said - tone == pytest.approx(10.5, abs=1.5)
    caller.wait_for_hang_up(within=15)
    eventually(lambda: house.notices(owner) == [NoticeKind.MISSED_CALL], within=5, what="the notice")
    assert house.messages(owner) == []
