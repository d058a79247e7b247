"""Whether the database is there: told once when it goes away, and once when it is back, for all lanes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from personsvar.mailbox.errors import RecordingsAwayError, StoreTooSlowError, StoreUnavailableError

log = logging.getLogger(__name__)


@dataclass
class StoreWatch:
    """On the event loop: `with watch.asked(): …` around each question to the database."""

    losses: int = field(default=0, init=False)
    _away: bool = field(default=False, init=False)

    @contextmanager
    def asked(self) -> Iterator[None]:
        before = self.losses
        try:
            yield
        except StoreTooSlowError as slow:
            log.error("notices wait: the database took too long: %s", slow)
            raise
        except RecordingsAwayError:  # only what carries one waits, and it is told where it is asked for
            raise
        except StoreUnavailableError as wrong:
            self._lost(wrong)
            raise
        if before == self.losses:  # else it was asked before the loss, and tells nothing
            self._found()

    def _lost(self, wrong: StoreUnavailableError) -> None:
        self.losses += 1
        if not self._away:
            self._away = True
            log.error("notices wait: the database is away: %s", wrong)

    def _found(self) -> None:
        if self._away:
            self._away = False
            log.info("notices go on: the database is back")
