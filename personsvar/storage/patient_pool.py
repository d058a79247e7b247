"""A pool whose connections come free soon: who finds none waits a moment before another one is opened.

One that is opened in a rush is closed behind its only transaction, and PostgreSQL begins a process for it:
that costs several times what the transaction does, just when there is most to do.
"""

from __future__ import annotations

import logging

from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util.queue import Empty

PATIENCE_SECONDS = 0.1


class PatientPool(QueuePool):
    """SQLAlchemy's own; what it tells of its life goes to the log by the class's name, and is cut below."""

    patience_seconds = PATIENCE_SECONDS

    def _do_get(self) -> ConnectionPoolEntry:
        if 0 <= self.overflow() < self._max_overflow:  # all that are kept are open, and no more than may be
            try:
                return self._pool.get(True, self.patience_seconds)
            except Empty:
                pass  # it is a rush that does not pass
        return super()._do_get()


logging.getLogger(f"{__name__}.{PatientPool.__name__}").setLevel(logging.WARNING)
