"""The names the dialplan and the service share; tests hold dialplan/ against them.

The dialplan asks first whether somebody is there, then hands the call over:

    AGI(agi://HOST:PORT/alive,secret=…)                        sets PERSONSVAR_ALIVE
    AGI(agi://HOST:PORT/call,secret=…,headers=pjsip,trunk=1,…) sets PERSONSVAR_PROGRESS as the call goes on

Arguments are `key=value`, with commas between. An argument may be missing or empty, their order is free, and
a key not named here is ignored.

With `headers=pjsip` the service asks the switch for the headers (asking.py). A dialplan of an operator's own,
on a channel of another kind, can hand them over as base64; where a header may come more than once, its
instances follow each other with a space between. `BASE64_ENCODE(${PJSIP_HEADER(…)})` is no way to make it: a
`)` and a `:` in a header's text end the argument, and the header is gone.
"""

from __future__ import annotations

from typing import Final

# ---- scripts: the path of the agi:// address ---------------------------------------------------------------

SCRIPT_ALIVE: Final = "alive"
SCRIPT_CALL: Final = "call"

# ---- arguments of the call ---------------------------------------------------------------------------------

ARG_SHOWN: Final = "secret"
"""What switch and service alone know (PERSONSVAR_FASTAGI_SECRET): without it nothing else is believed."""
ARG_TRUNK: Final = "trunk"
"""`1`: the endpoint is the operator's own trunk."""
ARG_DIALLED: Final = "dialled"
"""The number dialled, plain, where a dialplan knows better than the Request-URI."""
ARG_ENDPOINT: Final = "endpoint"
"""The endpoint's name, plain."""
ARG_HEADERS: Final = "headers"
HEADERS_PJSIP: Final = "pjsip"
"""The channel is one of chan_pjsip: the service asks it for the headers, and no argument holds one."""
ARG_FROM: Final = "from"
"""The From header, base64."""
ARG_ASSERTED: Final = "pai"
"""Every P-Asserted-Identity (RFC 3325), base64, a space between."""
ARG_PRIVACY: Final = "privacy"
"""Every Privacy (RFC 3323), base64, a space between."""
ARG_DIVERSION: Final = "diversion"
"""Every Diversion (RFC 5806), base64, a space between."""
ARG_HISTORY: Final = "history"
"""Every History-Info (RFC 7044), base64, a space between."""

ARGUMENTS: Final = (ARG_SHOWN, ARG_TRUNK, ARG_ENDPOINT, ARG_HEADERS)
"""Those of the dialplan that comes with the service."""
OTHER_ARGUMENTS: Final = (ARG_DIALLED, ARG_FROM, ARG_ASSERTED, ARG_PRIVACY, ARG_DIVERSION, ARG_HISTORY)

# ---- channel variables the service sets, and the dialplan reads --------------------------------------------

ALIVE: Final = "PERSONSVAR_ALIVE"
ALIVE_YES: Final = "yes"
PROGRESS: Final = "PERSONSVAR_PROGRESS"
"""A value of `dialogue.call.Progress`; not set at all when the service had no place for the call."""

WITHHELD: Final = "PERSONSVAR_WITHHELD"
"""`1`: the caller's number must not be written by the dialplan either: his Privacy could not be read."""

LANGUAGE: Final = "CHANNEL(language)"
"""Where the switch looks first for a sound it has no path of, like the `beep` of RECORD FILE: it puts the
language before the name (main/file.c, fileexists_test), so a folder does for a language."""

# ---- the call back: the dialplan dials, so the operator owns the trunk -------------------------------------

CALLBACK_CONTEXT: Final = "personsvar-callback"
CALLBACK_EXTENSION: Final = "s"
CALLBACK_PRIORITY: Final = 1
"""Gosub(personsvar-callback,s,1(number,showing,ring seconds,charge)): ARG1 and ARG2 in E.164, ARG3 whole
seconds, ARG4 the number of the charge that an answered one is."""
DIAL_RESULT: Final = "PERSONSVAR_DIAL_RESULT"
"""A DIALSTATUS: ANSWER, BUSY, NOANSWER, CANCEL; anything else is refused."""
DIAL_SECONDS: Final = "PERSONSVAR_DIAL_SECONDS"
"""How long the two talked, whole seconds (ANSWEREDTIME)."""

DIAL_STATUS: Final = "DIALSTATUS"
ANSWERED_TIME: Final = "ANSWEREDTIME"
"""Dial's own: they count when the owner hung up in it, and the two above were never set."""

CHANNEL_VARIABLES: Final = (ALIVE, PROGRESS, WITHHELD, DIAL_RESULT, DIAL_SECONDS)
