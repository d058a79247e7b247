"""FreeSWITCH gets no core for a second, as on a busy machine: it hears what it missed, and catches up."""

from __future__ import annotations

import os
import signal

import pytest

from tests.patience import LEAST_SECONDS
from tests.real.pieces import pieces
from tests.real.ports import unread_bytes
from tests.real.signals import speech
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import WORD_SECONDS, Telephone, reach, skip_greeting, wait_for_tone

GOES_ON_SECONDS = 2 * LEAST_SECONDS
"""Longer than is waited for anything."""


def test_held_up_while_it_records_it_catches_up_and_nothing_is_missing(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    wait_for_tone(caller)
    caller.speak(seconds=WORD_SECONDS, dbfs=-14)
    assert caller.leg.media is not None
    port = caller.leg.media.port
    os.kill(site.switch.pid, signal.SIGSTOP)
    try:
        caller.sweep(seconds=1)
        behind = unread_bytes(port)
    finally:
        os.kill(site.switch.pid, signal.SIGCONT)
    caller.say(speech(GOES_ON_SECONDS), wait=False)  # it is while it records that it has to catch up
    eventually(lambda: unread_bytes(port) < behind / 4, within=10, what="the switch to catch up")
    caller.hang_up()
    (swept,) = [piece for piece in pieces(site.sound(site.message(owner))) if piece.seconds > 0.5]
    assert (swept.begins, swept.ends) == pytest.approx((0, 1), abs=0.2)
