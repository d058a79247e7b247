"""From the answer to `connect` to what the manual is told of a call.

The profile's `parse-all-invite-headers` gives each header of the INVITE in a variable of its own (`sip_i_…`,
sofia.c, sofia_parse_all_invite_headers); a header that came twice is an array there. In the answer to
`connect` an array is one text, `ARRAY::first|:second`, and that could be a text somebody sent: only the
channel's JSON tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.esl import esl_variables as variables
from personsvar.telephony.esl.esl_connection import EslConnection
from personsvar.telephony.esl.esl_messages import Value, values_of
from personsvar.telephony.header_text import MAX_INSTANCES, plain

ARRAY: Final = "ARRAY::"
_USER: Final = re.compile(r"^.*?sips?:[^@>]*(?=@)", re.IGNORECASE)
"""A header up to the end of its user part."""
_HEADER: Final = "variable_sip_i_"
ASSERTED, PRIVACY, DIVERSION, HISTORY = "p_asserted_identity", "privacy", "diversion", "history_info"


def call_setup(connection: EslConnection, channel: Mapping[str, str]) -> CallSetup:
    """`channel` is the answer to `connect`, decoded. Raise HungUpError or SwitchError, as commands do."""
    told: Mapping[str, Value] = channel
    if any(value.startswith(ARRAY) for name, value in channel.items() if name.startswith(_HEADER)):
        told = values_of(connection.api(f"uuid_dump {channel['Unique-ID']} json").encode())
    dialled = _one(channel, variables.DIALLED)
    return CallSetup(
        call_id=plain(channel["Unique-ID"]),
        dialled=plain(dialled or channel.get("Caller-Destination-Number", "")),
        endpoint=plain(_one(channel, variables.ENDPOINT)),
        trunk=_one(channel, variables.TRUNK) == "1",
        sender=plain(_sender(channel)),
        asserted=_asserted(channel, told),
        privacy=_all(told, PRIVACY),
        diversion=_all(told, DIVERSION),
        history_info=_all(told, HISTORY),
        request_uri="" if dialled else plain(_request_uri(channel)),
    )


def _sender(channel: Mapping[str, str]) -> str:
    """Of a From whose name looks like a variable of its own the switch has the address alone.

    Where nobody asserts an identity it has taken the parameters out of the user part (`;phone-context=+45`):
    they are put back, or a foreigner's number were one of here.
    """
    sender = _one(channel, "sip_full_from") or _address(channel, "sip_from")
    parameters = "" if _one(channel, "sip_cid_type") else _one(channel, "sip_name_params")
    return _USER.sub(lambda user: f"{user[0]};{parameters}", sender, count=1) if parameters else sender


def _asserted(channel: Mapping[str, str], told: Mapping[str, Value]) -> tuple[str, ...]:
    """The first as it came (`p-asserted-id-parse` is `verbatim`): in sip_i_… its user has no parameters."""
    every, verbatim = _all(told, ASSERTED), plain(_one(channel, "sip_P-Asserted-Identity"))
    return (verbatim, *every[1:]) if verbatim else every


def _request_uri(channel: Mapping[str, str]) -> str:
    return _address(channel, "sip_req")


def _address(channel: Mapping[str, str], name: str) -> str:
    """Whole again: the switch has it in parts (sofia.c, url_set_chanvars), its scheme left out."""
    uri, parameters = (_one(channel, f"{name}_{part}") for part in ("uri", "params"))
    return uri and f"sip:{uri}" + (f";{parameters}" if parameters else "")


def _one(channel: Mapping[str, str], name: str) -> str:
    return channel.get(f"variable_{name}", "")


def _all(told: Mapping[str, Value], header: str) -> tuple[str, ...]:
    value = told.get(f"{_HEADER}{header}", "")
    values = (value,) if isinstance(value, str) else value
    return tuple(line for text in values[:MAX_INSTANCES] if (line := plain(text)))
