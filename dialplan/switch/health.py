"""Is the switch well? For the health check of a container, or whatever watches it."""

from __future__ import annotations

from pathlib import Path

from dialplan.switch.control import STOPPING, ask

_ANSWER_SECONDS = 2
_LOADED = (
    ("dialplan show s@personsvar-call", "Context 'personsvar-call'", "the dialplan is not loaded"),
    ("pjsip show endpoint trunk", "Identify:  trunk/trunk", "the trunk is not loaded"),
)
"""A command, what its answer holds when all is well, and what is wrong otherwise."""


def complaint(run: Path) -> str:
    """What is wrong with the Asterisk whose run folder it is, in a few words; empty when it takes calls."""
    try:
        for command, sign, wrong in _LOADED:
            answer = ask(run, command, within_seconds=_ANSWER_SECONDS)
            if STOPPING in answer:
                return "it takes no new calls, and stops"
            if sign not in answer:
                return wrong
    except OSError as nobody:
        return f"Asterisk does not answer at {run}: {nobody.strerror or nobody}"
    return ""
