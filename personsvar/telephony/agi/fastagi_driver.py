"""FastAGI: Asterisk connects and names a script: `call` is one, and `alive` asks for a sign of life."""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from dataclasses import dataclass

from personsvar.dialogue.call import HungUpError, SwitchError
from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.setup import call_setup, shows_secret
from personsvar.telephony.agi.take_call import take_call
from personsvar.telephony.switch_calls import (
    Answer,
    SoundsOfACall,
    StrangerError,
    no_call,
    wrong_secret,
)
from personsvar.telephony.wire import SocketWire

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AgiSwitchCall:
    agi: AgiConnection
    setup: CallSetup

    def take(self, answer: Answer, *, sounds: SoundsOfACall, workers: Executor) -> None:
        take_call(self.agi, self.setup, answer=answer, sounds=sounds, workers=workers)

    def let_go(self) -> None:
        """The dialplan sees that PERSONSVAR_PROGRESS is not set."""


@dataclass(frozen=True)
class FastAgiDriver:
    secret: str
    name: str = "fastagi"

    def identify(self, wire: SocketWire, *, has_place: bool) -> AgiSwitchCall | None:
        agi = AgiConnection(wire)
        try:
            agi.read_environment()
        except (SwitchError, HungUpError) as wrong:
            raise no_call(wrong) from wrong
        if not shows_secret(agi.env, self.secret):
            raise wrong_secret()
        match agi.env.get("agi_network_script", "").strip("/"):
            case variables.SCRIPT_ALIVE:
                if has_place:
                    _say_alive(agi)
                return None
            case variables.SCRIPT_CALL:
                return AgiSwitchCall(agi, call_setup(agi.env))
            case script:
                log.warning("the switch asks for a script there is none of", extra={"script": script})
                raise StrangerError


def _say_alive(agi: AgiConnection) -> None:
    """The answer has the first words' time: whoever asks and does not listen keeps nobody's place."""
    try:
        agi.ask("SET VARIABLE", variables.ALIVE, variables.ALIVE_YES)
    except SwitchError as wrong:
        raise no_call(wrong) from wrong
