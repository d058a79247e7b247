"""A switch in the foreground, and how it ends: SIGTERM lets calls end first, all else is at once.

While calls end, a new one is refused with 503, as is an OPTIONS: the operator's switch goes elsewhere. What
ends at once still ends in order: calls are hung up, and what was recorded is kept.
"""

# ruff: noqa: T201 - a command speaks to whoever started it

from __future__ import annotations

import signal
import time

from dialplan.switch.process import Switch

_TOLD_TO_END = frozenset({signal.SIGTERM, signal.SIGINT})
_HEARD = _TOLD_TO_END | {signal.SIGCHLD}


def until_over(switch: Switch) -> int:
    """The exit code, once Asterisk ended or it is time to stop it.

    From here on no signal interrupts anything: they wait until they are asked for.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    while switch.exit_code is None:
        match signal.sigwait(_HEARD):
            case signal.SIGTERM:
                _let_calls_end(switch)
                break
            case signal.SIGINT:
                break
    code = switch.exit_code or 0
    return code if code >= 0 else 1  # killed


def _let_calls_end(switch: Switch) -> None:
    seconds = switch.setting.drain_seconds
    deadline = time.monotonic() + seconds
    try:
        with switch.refusing_calls() as calls:
            _say(f"told to stop: no new calls; {calls} that are up may go on for {seconds:g} s")
            _say(_how_it_ended(switch, deadline))
    except OSError as nobody:
        _say(f"Asterisk does not answer, and is stopped: {nobody.strerror or nobody}")


def _how_it_ended(switch: Switch, deadline: float) -> str:
    while switch.exit_code is None:
        heard = signal.sigtimedwait(_HEARD, max(0.0, deadline - time.monotonic()))
        if heard is None:
            return "the time is up: calls are hung up"
        if heard.si_signo in _TOLD_TO_END:
            return "told again: calls are hung up"
    return "all calls have ended"


def _say(words: str) -> None:
    print(f"personsvar: {words}", flush=True)
