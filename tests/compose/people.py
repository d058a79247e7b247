"""What people do to a composed installation: leave a message, hear it; and what an operator finds of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from personsvar.mailbox.model.ids import Number
from tests.compose.stack import Stack
from tests.real import signals
from tests.real.pieces import Piece, pieces
from tests.real.sip_phone import Phone
from tests.real.spool import eventually
from tests.real.walks import CALLER, listen, reach, skip_greeting, talk

Telephone = Callable[..., Phone]
LONGEST_SECONDS = 60
"""So long somebody goes on talking."""
WITHIN = 60.0
"""On a machine that is busy with other things."""


def leave(telephone: Telephone, owner: Number, *, seconds: float, caller: str = CALLER) -> None:
    """From the call to the hang-up: a word and so much of the sweep."""
    phone = reach(telephone, owner, caller)
    skip_greeting(phone)
    talk(phone, seconds=seconds)
    phone.hang_up()


@dataclass(frozen=True)
class Talker:
    """A caller in the midst of a message; the sweep goes on until he hangs up."""

    phone: Phone
    began: float

    def hang_up(self) -> float:
        """The seconds of the sweep that were said."""
        said = self.phone.now - self.began
        assert not self.phone.leg.ended, f"hung up on; {self.phone.story()}"
        self.phone.hang_up()
        return said


def talking(telephone: Telephone, owner: Number) -> Talker:
    phone = reach(telephone, owner)
    skip_greeting(phone)
    talk(phone, seconds=1)  # what counts as speech is said
    began = phone.now
    phone.say(signals.sweep(LONGEST_SECONDS), wait=False)
    return Talker(phone, began)


def messages(stack: Stack, owner: Number) -> list[dict[str, Any]]:
    """As the operator sees them, oldest first."""
    return list(json.loads(stack.personsvar("message", "list", owner, "--json")))


def message(stack: Stack, owner: Number) -> dict[str, Any]:
    """The one message there is, once it is taken in."""
    eventually(lambda: how_many(stack, owner) > 0, within=WITHIN, what=f"a message for {owner}")
    (one,) = messages(stack, owner)
    return one


def how_many(stack: Stack, owner: Number) -> int:
    """Of messages in the database."""
    return int(stack.sql(f"select count(*) from messages where mailbox = '{owner}'"))


def swept(stack: Stack, of: dict[str, Any]) -> float:
    """The seconds of the longest piece of the sweep that a message holds."""
    export = f"personsvar message export {of['id']} /tmp/{of['id']}.alaw >/dev/null; cat /tmp/{of['id']}.alaw"
    sound = stack.inside("notifier", "sh", "-c", export)
    return max((piece.seconds for piece in pieces(sound)), default=0.0)


def hear(telephone: Telephone, owner: Number, *, seconds: float) -> list[Piece]:
    """The first message, so far into its sweep; the pieces heard."""
    phone = listen(telephone, owner)
    heard = phone.wait_for_piece(1, seconds=seconds, within=30)
    phone.hang_up()
    return heard


def caught_up(stack: Stack) -> bool:
    """Nothing waits in the spool."""
    return not stack.inside("ivr", "find", "/var/spool/personsvar", "-type", "f").strip()
