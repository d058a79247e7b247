"""A child that does not outlive us: killed or crashed, we can tell it nothing; the kernel does."""

from __future__ import annotations

import shutil
import signal
import threading


def bound(ending: signal.Signals) -> list[str]:
    """To stand before a command: it gets `ending` when the thread that starts it is no more (prctl(2)).

    Only of the main thread, which ends with the process; nothing where util-linux is not.
    """
    if shutil.which("setpriv") is None or threading.current_thread() is not threading.main_thread():
        return []
    return ["setpriv", "--pdeathsig", ending.name.removeprefix("SIG")]
