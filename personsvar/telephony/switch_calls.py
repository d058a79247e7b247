"""What a server of calls and the drivers of the switches it serves know of each other."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from typing import Protocol

from personsvar.dialogue.call import Call
from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.sound_files import SoundFiles
from personsvar.telephony.wire import SocketWire

log = logging.getLogger(__name__)

Answer = Callable[[Call], None]
"""The manual: it takes the call, and returns when the call is over."""
SoundsOfACall = Callable[[], AbstractContextManager[SoundFiles]]
"""The sounds for one call: what was made for it alone goes when it ends."""


class StrangerError(Exception):
    """A connection that is no call of our switch: the log has been told why."""


def no_call(why: Exception) -> StrangerError:
    log.warning("a connection that is no call: %s", why)
    return StrangerError()


def wrong_secret() -> StrangerError:
    log.error("a connection that does not show the switch's secret")
    return StrangerError()


class SwitchCall(Protocol):
    """A call that a switch has handed over on a connection of its own."""

    @property
    def setup(self) -> CallSetup: ...

    def take(self, answer: Answer, *, sounds: SoundsOfACall, workers: Executor) -> None:
        """Let the manual have it. Raise HungUpError once the caller is gone."""
        ...

    def let_go(self) -> None:
        """There is no place for it: its switch goes on with the caller."""
        ...


class SwitchDriver(Protocol):
    """How one kind of switch talks on a connection that it opens for a call."""

    @property
    def name(self) -> str: ...

    def identify(self, wire: SocketWire, *, has_place: bool) -> SwitchCall | None:
        """Read the first words of a connection; None: a question whether we live, and it was answered.

        Raise StrangerError when it is not our switch's, HungUpError when the switch is gone already.
        `has_place`: whether a call would be taken now.
        """
        ...


def is_secret(shown: str, secret: str) -> bool:
    """Whether it is what both know: the time it takes tells nothing; an empty one opens to nobody."""
    return bool(secret) and hmac.compare_digest(shown.encode(), secret.encode())
