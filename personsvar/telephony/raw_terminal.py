"""A terminal that shows no key it is typed: a PIN may be among them.

It is set so before anything else is done, and of the standard library only: all that a telephone in the
terminal needs takes a second to import, and who calls every day has typed the PIN by then.
"""

from __future__ import annotations

import signal
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, TextIO

_ENDING = (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM)
"""These would end the process at once; so does Ctrl-C, with an exception of Python's own."""


@contextmanager
def raw(source: TextIO) -> Iterator[None]:
    """Keys come without Enter and are not shown; those typed before count.

    The terminal is as it was afterwards, however this ends. What is typed and not taken by then is nobody's:
    a shell must not get the rest of a PIN.
    """
    before = termios.tcgetattr(source)
    handlers = {ending: signal.signal(ending, _end) for ending in _ENDING}
    try:
        tty.setcbreak(source, termios.TCSADRAIN)  # without it what was typed is thrown away
        yield
    finally:
        with suppress(termios.error):  # it was closed
            termios.tcsetattr(source, termios.TCSAFLUSH, before)
        for ending, handler in handlers.items():
            signal.signal(ending, handler)


def _end(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
