"""The headers of a call, asked of the switch itself: what a caller sent is an answer, and never dialplan.

    GET FULL VARIABLE "MARK${PJSIP_HEADER(read,Diversion,1)}MARK${PJSIP_HEADER(read,Diversion,2)}MARK…"

One command for what nearly every call has, and more of them for who was sent on often. The mark between two
values is new for each call, so no value can hold it.

The switch reads no header over 4,092 bytes with its name (res_pjsip_header_funcs.c): as if it were not there.
PJSIP_HEADERS names none of that name then, and counting what is removed of it tells that it came; where it is
named, what is removed is of a name that nobody has.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Final, Protocol

from personsvar.dialogue.call import SwitchError
from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.reply import Result
from personsvar.telephony.header_text import MAX_INSTANCES, plain

log = logging.getLogger(__name__)

FROM: Final = "From"
ASSERTED: Final = "P-Asserted-Identity"
PRIVACY: Final = "Privacy"
DIVERSION: Final = "Diversion"
HISTORY: Final = "History-Info"
MANY: Final = (ASSERTED, PRIVACY, DIVERSION, HISTORY)
"""Headers of which there may be several."""
DOUBTED: Final = (PRIVACY, DIVERSION, HISTORY)
"""Headers that must not pass for absent when they can't be read."""

AT_FIRST = 2
"""Instances of each asked for with the first command: a second one tells that there may be a third."""
AT_ONCE = 12
"""Values asked for with one command: the switch reads no command over 2,048 bytes."""
REQUEST_URI: Final = "${CHANNEL(pjsip,request_uri)}"


class Conversation(Protocol):
    """A conversation with the switch (`agi_connection.AgiConnection`)."""

    def ask(self, command: str, *arguments: str | int) -> Result: ...


def ask_headers(agi: Conversation, setup: CallSetup) -> CallSetup:
    """The same call, with its headers. Raise HungUpError or SwitchError, as any command does."""
    asking = _Asking(agi, token_hex(8))
    pairs = [_read(name, instance) for name in MANY for instance in (1, AT_FIRST)]
    counts = [_count_unread(name) for name in DOUBTED]  # last of all: what they count is gone
    request_uri, sender, *values = asking.values([REQUEST_URI, _read(FROM, 1), *pairs, *counts])
    asserted, privacy, diversion, history = (
        asking.all_of(name, values[at * AT_FIRST :][:AT_FIRST]) for at, name in enumerate(MANY)
    )
    return replace(
        setup,
        request_uri=request_uri,
        sender=sender,
        asserted=asserted,
        privacy=privacy,
        diversion=diversion,
        history_info=history,
        unread=asking.unread(values[-len(DOUBTED) :]),
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    agi: Conversation
    mark: str

    def values(self, expressions: Sequence[str]) -> list[str]:
        """What each of them is on this channel; empty for what it has not."""
        between = f"{self.mark}{self.mark.join(expressions)}{self.mark}"
        answers = (self.agi.ask("GET FULL VARIABLE", between).data or "").split(self.mark)[1:-1]
        if len(answers) != len(expressions):
            raise SwitchError("the switch told fewer headers than it was asked for")
        return [plain(value) for value in answers]

    def all_of(self, name: str, values: list[str]) -> tuple[str, ...]:
        """Ask for every instance, when those that are known may not be all."""
        while values[-1] and len(values) < MAX_INSTANCES:
            more = range(len(values) + 1, min(len(values) + AT_ONCE, MAX_INSTANCES) + 1)
            values = [*values, *self.values([_read(name, instance) for instance in more])]
        if values[-1]:
            log.warning("more headers of one name than any network adds", extra={"header": name})
        return tuple(filter(None, values))

    def unread(self, counts: Sequence[str]) -> frozenset[str]:
        unread = {name for name, count in zip(DOUBTED, counts, strict=True) if count not in {"", "0"}}
        for name in sorted(unread):
            log.warning("a header that is too long for the switch", extra={"header": name})
        if PRIVACY in unread:
            self.agi.ask("SET VARIABLE", variables.WITHHELD, "1")
        return frozenset(map(str.lower, unread))


def _read(name: str, instance: int) -> str:
    return f"${{PJSIP_HEADER(read,{name},{instance})}}"


def _count_unread(name: str) -> str:
    return f"${{PJSIP_HEADER(remove,{name}${{PJSIP_HEADERS({name})}})}}"
