"""What the switch hands over, as it came: AGI environment and arguments to `CallSetup`.

A caller can put anything into a header, and the dialplan's lines have an end: what is missing, cut short or
no base64 gives less, never an error.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import islice

from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.headers import raw_headers
from personsvar.telephony.agi import variables
from personsvar.telephony.header_text import MAX_INSTANCES, plain
from personsvar.telephony.switch_calls import is_secret

log = logging.getLogger(__name__)

MAX_ARGUMENTS = 127
"""AGI() passes on no more."""


def call_setup(environment: Mapping[str, str]) -> CallSetup:
    given = _arguments(environment)
    sender = _headers(given, variables.ARG_FROM)
    return CallSetup(
        call_id=plain(environment.get("agi_uniqueid", "")),
        dialled=plain(given.get(variables.ARG_DIALLED) or environment.get("agi_extension", "")),
        endpoint=plain(given.get(variables.ARG_ENDPOINT, "")),
        trunk=given.get(variables.ARG_TRUNK) == "1",
        sender=sender[0] if sender else "",
        asserted=_headers(given, variables.ARG_ASSERTED),
        privacy=_headers(given, variables.ARG_PRIVACY),
        diversion=_headers(given, variables.ARG_DIVERSION),
        history_info=_headers(given, variables.ARG_HISTORY),
    )


def shows_secret(environment: Mapping[str, str], secret: str) -> bool:
    return is_secret(_arguments(environment).get(variables.ARG_SHOWN, ""), secret)


def number_is_given(environment: Mapping[str, str]) -> bool:
    """The dialplan says which number was dialled, whatever was asked of the switch."""
    return bool(_arguments(environment).get(variables.ARG_DIALLED))


def headers_are_asked(environment: Mapping[str, str]) -> bool:
    """The dialplan hands none over: the switch itself tells them."""
    return _arguments(environment).get(variables.ARG_HEADERS) == variables.HEADERS_PJSIP


def _arguments(environment: Mapping[str, str]) -> dict[str, str]:
    """`agi_arg_1: trunk=1` and so on; of two with the same name the first counts."""
    given: dict[str, str] = {}
    for number in range(1, MAX_ARGUMENTS + 1):
        argument = environment.get(f"agi_arg_{number}")
        if argument is None:  # they are counted without a gap
            break
        name, _, value = argument.partition("=")
        given.setdefault(name.strip(), value.strip())
    return given


def _headers(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = []
    for value in islice(raw_headers(given.get(name, "")), MAX_INSTANCES):
        if value is None:
            log.warning("a header that is no base64", extra={"header": name})
        elif line := plain(value):
            found.append(line)
    return tuple(found)
