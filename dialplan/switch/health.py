"""Is the switch well? For the health check of a container, or whatever watches it."""

from __future__ import annotations

from pathlib import Path

from dialplan.switch import freeswitch_control
from dialplan.switch.config import Setting
from dialplan.switch.control import STOPPING, ask

_ANSWER_SECONDS = 2
_LOADED = (
    ("dialplan show s@personsvar-call", "Context 'personsvar-call'", "the dialplan is not loaded"),
    ("pjsip show endpoint trunk", "Identify:  trunk/trunk", "the trunk is not loaded"),
)
"""A command, what its answer holds when all is well, and what is wrong otherwise."""
_LOADED_IN_FREESWITCH = (
    ("fsctl pause_check inbound", "false", "it takes no new calls, and stops"),
    ("sofia status profile personsvar", "FAILED-CALLS-OUT", "its profile does not run"),
    ("sofia status gateway personsvar-trunk", "Profile", "the trunk is not loaded"),
    ("xml_locate dialplan context name personsvar", "<context", "the dialplan is not loaded"),
)


def complaint(setting: Setting) -> str:
    """What is wrong with the switch of this folder, in a few words; empty when it takes calls."""
    if setting.switch == "freeswitch":
        name, of_it = "FreeSWITCH", _of_freeswitch
    else:
        name, of_it = "Asterisk", _of_asterisk
    try:
        return of_it(setting.run)
    except OSError as nobody:
        return f"{name} does not answer at {setting.run}: {nobody.strerror or nobody}"


def _of_asterisk(run: Path) -> str:
    for command, sign, wrong in _LOADED:
        answer = ask(run, command, within_seconds=_ANSWER_SECONDS)
        if STOPPING in answer:
            return "it takes no new calls, and stops"
        if sign not in answer:
            return wrong
    return ""


def _of_freeswitch(run: Path) -> str:
    for command, sign, wrong in _LOADED_IN_FREESWITCH:
        if sign not in freeswitch_control.ask(run, command, within_seconds=_ANSWER_SECONDS):
            return wrong
    return ""
