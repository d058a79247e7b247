"""From a connection to a call: the headers are asked for, and the manual takes it."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace

from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.agi.agi_call import AgiCall
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.asking import ask_headers
from personsvar.telephony.agi.setup import headers_are_asked, number_is_given
from personsvar.telephony.switch_calls import Answer, SoundsOfACall


def take_call(
    agi: AgiConnection, setup: CallSetup, *, answer: Answer, sounds: SoundsOfACall, workers: Executor
) -> None:
    with sounds() as of_this_call:
        answer(AgiCall(agi, _whole(agi, setup), sounds=of_this_call, workers=workers))


def _whole(agi: AgiConnection, setup: CallSetup) -> CallSetup:
    """Adds the headers; and the Request-URI, unless the dialplan says what was dialled."""
    if not headers_are_asked(agi.env):
        return setup
    whole = ask_headers(agi, setup)
    return replace(whole, request_uri="") if number_is_given(agi.env) else whole
