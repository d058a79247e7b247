"""Calls that take long: three minutes of talk, a minute's pause, a phone that is never heard of again."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.message import State
from tests.real import signals
from tests.real.g711 import decode
from tests.real.pieces import pieces
from tests.real.signals import sweep
from tests.real.site import LiveSite
from tests.real.walks import CALLER, Telephone, listen, reach, skip_greeting, talk, wait_for_tone

LIMIT = 180.0
LATE_SECONDS = 3.0
"""So far behind the tone a phone on a busy machine may begin to speak."""


@pytest.mark.long(200)
@pytest.mark.timeout(400)
def test_three_minutes_are_stored_without_a_menu(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    wait_for_tone(caller)
    minute = signals.speech(20) + signals.sweep(40)
    caller.say(minute * 4, wait=False)
    stored = caller.wait_for_prompt("message-stored", within=LIMIT + 15)
    caller.wait_for_hang_up(within=15)
    assert "after-take-listen" not in [heard.prompt for heard in caller.heard()]
    message = site.message(owner)
    assert LIMIT - LATE_SECONDS < message.sound.seconds < LIMIT + 0.3
    (tone,) = [heard for heard in caller.heard() if heard.prompt == "tone"]
    assert stored - (tone.at + tone.seconds) > LIMIT - 0.5
    # nothing of it is missing: each minute's sweep is there, from its first second to its last, but for as
    # much of the last one's end as he began to speak late
    swept = [piece for piece in pieces(site.sound(message)) if piece.seconds > 30]
    assert [round(piece.begins) for piece in swept] == [0, 0, 0]
    assert [round(piece.ends) for piece in swept[:2]] == [40, 40]
    assert 40 - LATE_SECONDS < swept[2].ends < 40.2


@pytest.mark.long(90)
def test_a_pause_of_a_minute_ends_where_it_began(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    message = site.put_message(owner, sweep(30), caller=CALLER)
    phone = listen(telephone, owner)

    def length(prompt: str) -> float:
        return len(site.prompts.sounds[prompt]) / 8000

    phone.wait_for_piece(1, seconds=4)
    phone.press("7")
    phone.wait_for_prompt("paused", within=5)
    phone.wait_for_prompt("pause-reminder", within=35)
    phone.wait_for_prompt("pause-reminder", within=35)
    # by the sound that came between them: it is as long on a busy machine
    (paused,) = phone.recording().places(site.prompts, "paused")
    first, second = phone.recording().places(site.prompts, "pause-reminder")
    assert first - paused == pytest.approx(30 + length("paused"), abs=0.3)
    assert second - first == pytest.approx(30 + length("pause-reminder"), abs=0.3)
    phone.wait_for_end_of("pause-reminder")
    assert site.state(message) in {State.NEW, State.HEARD}
    phone.press("7")
    before, after = phone.wait_for_piece(2, seconds=1)
    assert after.begins - before.ends == pytest.approx(0, abs=0.15)


@pytest.mark.long(60)
def test_a_phone_that_falls_silent_and_never_says_goodbye(site: LiveSite, telephone: Telephone) -> None:
    """A car in a tunnel: no sound, no BYE. The message is there 45 s later."""
    owner = site.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    talk(caller, seconds=5)
    caller.vanish()
    message = site.message(owner, within=45)
    (swept,) = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
    assert swept.begins == pytest.approx(0, abs=0.3)
    assert swept.ends == pytest.approx(5, abs=0.3)
    caller.wait_for_hang_up(within=45)
    assert len(site.messages(owner)) == 1
    assert len(decode(site.sound(message))) / 8000 < 45
