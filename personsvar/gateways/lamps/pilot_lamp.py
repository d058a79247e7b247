"""The pilot lamp: one of our own in the switch, always lit. When it is found dark, the switch has
forgotten every lamp.

Asterisk keeps lamps in its memory only, and is back within a second when it is restarted: whoever asks now
and then whether it is there does not see that. So we ask for the pilot lamp (SUBSCRIBE, RFC 6665).
Asterisk keeps who asked in its database, and tells by itself, as it starts, that the lamp is dark.

This is no `reachability`: a switch that is there, and was never lost, may have forgotten its lamps.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from secrets import token_hex

from personsvar.gateways.lamps.lamp_names import PILOT
from personsvar.gateways.lamps.notify import notify, subscribe
from personsvar.gateways.lamps.sip import SipMessage, response
from personsvar.gateways.lamps.sip_port import SipPort, is_accepted
from personsvar.gateways.lamps.summary import is_lit
from personsvar.mailbox.model.message import Counts

LIT = Counts(new=1)


@dataclass(eq=False)
class PilotLamp:
    switch: str
    answer_seconds: float
    """The switch may take so long to answer."""
    found_dark: asyncio.Event = field(default_factory=asyncio.Event)
    """The switch told by itself that the pilot lamp is dark."""
    _asked: dict[str, asyncio.Future[bool]] = field(default_factory=dict)
    """Each question stands under its Call-ID."""

    async def is_lit(self, port: SipPort) -> bool | None:
        """None: the switch is there, and has no pilot lamp.

        Raise GatewayAwayError or OutcomeUnknownError when it is not there.
        """
        question = subscribe(PILOT, switch=self.switch, here=port.here)
        state = self._asked[question["Call-ID"]] = asyncio.get_running_loop().create_future()
        try:
            answer = await port.request(question, seconds=self.answer_seconds)
            if not is_accepted(answer):
                return None
            await asyncio.wait({state}, timeout=self.answer_seconds)
            return state.result() if state.done() else None
        finally:
            del self._asked[question["Call-ID"]]

    async def light(self, port: SipPort) -> bool:
        """False: the switch would not."""
        request = notify(PILOT, LIT, account=PILOT, switch=self.switch, here=port.here)
        return is_accepted(await port.request(request, seconds=self.answer_seconds))

    def receive(self, request: SipMessage) -> SipMessage:
        """What the switch sends us, and our answer: a NOTIFY is taken in, all else is not for us."""
        if request.method != "NOTIFY":
            return response(request, "501 Not Implemented", tag=token_hex(6))
        lit = is_lit(request.body)
        if lit is not None:
            self._take_state(request["Call-ID"], lit=lit)
        return response(request, "200 OK", tag=token_hex(6))

    def _take_state(self, call_id: str, *, lit: bool) -> None:
        asked = self._asked.get(call_id)
        if asked is not None and not asked.done():
            asked.set_result(lit)
        elif not lit:
            self.found_dark.set()
