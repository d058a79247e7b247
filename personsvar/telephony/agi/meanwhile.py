"""Slow work beside a call: a worker does it while the line still hears keys."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import copy_context
from typing import TypeVar

from personsvar.dialogue.call import HungUpError, SwitchError
from personsvar.telephony.agi.agi_line import AgiLine
from personsvar.telephony.keys_ahead import KeysAhead

log = logging.getLogger(__name__)

T = TypeVar("T")

AT_ONCE_SECONDS = 0.015
"""Work done in this time costs no command: keys come no faster."""
FIRST_WAIT_MS, LONGEST_WAIT_MS = 20, 160
COMMANDS_A_SECOND = 400
"""Where hundreds of calls wait for slow work, their longest waits grow so that they listen with about so many
commands together: else the commands would cost what the work itself needs, and make it slower still."""


class WorkBesideTheLine:
    def __init__(self, executor: Executor, line: AgiLine, ahead: KeysAhead) -> None:
        self._executor = executor
        self._line = line
        self._ahead = ahead

    def meanwhile(self, work: Callable[[], T]) -> T:
        """Errors of the work come out; with the caller gone it is finished, and then HungUpError raised."""
        task = self._executor.submit(copy_context().run, work)
        try:
            task.exception(timeout=AT_ONCE_SECONDS)
        except TimeoutError:
            self._listen_until(task)
        value = task.result()
        self._line.check()
        return value

    def _listen_until(self, task: Future[T]) -> None:
        """Waits that grow with the work: the caller never waits longer for us than the work itself took."""
        wait = FIRST_WAIT_MS
        _waiting.add(self)
        try:
            while self._line.is_up and not task.done():
                if key := self._line.wait(wait):
                    self._ahead.add(key)
                wait = min(wait * 2, longest_wait_ms(len(_waiting)))
        except HungUpError:
            return
        except SwitchError as wrong:
            log.error("can't listen for keys: %s", wrong)
        finally:
            _waiting.discard(self)


_waiting = set[WorkBesideTheLine]()
"""Those of this process for whom work is slow just now."""


def longest_wait_ms(calls: int) -> int:
    """So long a command may listen, where so many calls do."""
    return max(LONGEST_WAIT_MS, 1000 * calls // COMMANDS_A_SECOND)
