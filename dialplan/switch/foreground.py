"""A switch in the foreground, and how it ends: SIGTERM lets calls end first, all else is at once.

While calls end, a new one is refused with 503, as is an OPTIONS: the operator's switch goes elsewhere. What
ends at once still ends in order: calls are hung up, and what was recorded is kept.
"""

# ruff: noqa: T201 - a command speaks to whoever started it

from __future__ import annotations

import signal
import time

from dialplan.switch.child import SwitchProcess
from dialplan.switch.endings import AT_ONCE, ENDINGS, endings

_LOOK_SECONDS = 1.0
"""No switch tells anybody of a call that ends: whether one is up is looked for this often."""
_HANGING_SECONDS = 10
"""Asterisk 22, told to stop in its first moments, may wait for ever for its own modules, without a call."""


def run(switch: SwitchProcess, greeting: str) -> int:
    """Until it ends or is told to; the exit code. Wherever a signal comes, no switch is left."""
    try:
        switch.start()
        return until_over(switch, greeting)
    finally:
        switch.stop()


def until_over(switch: SwitchProcess, greeting: str) -> int:
    """The exit code, once the switch ended or it is time to stop it.

    From here on no signal interrupts anything: they wait until they are asked for. Whoever reads the greeting
    may send one at once.
    """
    caught = endings() | {signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, caught)
    _say(greeting)
    while switch.exit_code is None:
        match signal.sigwait(caught):
            case signal.SIGTERM:
                _let_calls_end(switch, caught)
                break
            case told if told in AT_ONCE:
                break
    code = switch.exit_code or 0
    return code if code >= 0 else 1  # killed


def _let_calls_end(switch: SwitchProcess, caught: frozenset[signal.Signals]) -> None:
    seconds = switch.setting.drain_seconds
    deadline = time.monotonic() + seconds
    try:
        with switch.refusing_calls() as calls:
            _say(f"told to stop: no new calls; {calls} that are up may go on for {seconds:g} s")
            _say(_how_it_ended(switch, caught, deadline))
    except OSError as nobody:
        _say(f"{switch.name} does not answer, and is stopped: {nobody.strerror or nobody}")


def _how_it_ended(switch: SwitchProcess, caught: frozenset[signal.Signals], deadline: float) -> str:
    quiet_since: float | None = None
    while switch.exit_code is None:
        now = time.monotonic()
        if now >= deadline:
            return "the time is up: calls are hung up"
        if quiet_since is not None and now - quiet_since > _HANGING_SECONDS:
            return f"all calls have ended, and {switch.name} hangs: it is stopped"
        came = signal.sigtimedwait(caught, min(_LOOK_SECONDS, deadline - now))
        if came is not None and came.si_signo in ENDINGS:
            return "told again: calls are hung up"
        quiet_since = None if switch.has_calls else quiet_since or now
    return "all calls have ended"


def _say(words: str) -> None:
    print(f"personsvar: {words}", flush=True)
