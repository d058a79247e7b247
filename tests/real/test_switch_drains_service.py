"""Calls that are with the service when the switch is told to stop: all goes on but calling back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.signals import sweep
from tests.real.sip_phone import ACCESS_NUMBER
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, listen, reach, skip_greeting, talk


@pytest.fixture
def stopping(asterisk: Asterisk, tmp_path: Path) -> Iterator[LiveSite]:
    """A site whose switch a test tells to stop."""
    with running_site(asterisk, tmp_path) as site:
        yield site


def test_a_message_is_left_and_another_heard_and_nobody_is_called_back(stopping: LiveSite) -> None:
    mailbox, owner = stopping.subscriber(), stopping.subscriber()
    stopping.put_message(owner, sweep(30), caller=CALLER)
    with telephones(stopping) as make:
        caller, listener = reach(make, mailbox), listen(make, owner)
        skip_greeting(caller)
        with stopping.switch.refusing_calls() as calls:
            assert calls == 2
            assert make("+4790000950").dial(ACCESS_NUMBER, [("Subject", "late")]).status == 503
            talk(caller, seconds=3)
            caller.hang_up()
            kept = pieces(stopping.sound(stopping.message(mailbox)))
            (swept,) = [piece for piece in kept if piece.seconds > 1]
            assert swept.seconds == pytest.approx(3, abs=0.3)
            listener.press("0")
            listener.wait_for_prompt("call-back-confirm", within=15)
            listener.press("0")
            listener.wait_for_prompt("call-back-refused", within=10)
            listener.hang_up()
            eventually(lambda: stopping.switch.exit_code == 0, within=30, what="its end")
