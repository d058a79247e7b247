"""Objects without a recording are removed from the object store, in the background.

First they are doomed, and that is committed: from then on no transaction gives one to a recording. Then the
object goes, and then its name. Broken off anywhere, the next round does the same again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from personsvar.storage import loose_objects
from personsvar.storage.store import SqlStore

log = logging.getLogger(__name__)

AT_ONCE = 100


@dataclass(frozen=True)
class Removal:
    store: SqlStore
    margin: timedelta = loose_objects.MARGIN

    def once(self) -> int:
        """How many were removed. Raise RecordingsAwayError: the rest waits."""
        with self.store.writing() as connection:
            loose_objects.doom_the_late(connection)
            connection.commit()
        with self.store.reading() as connection:
            due = loose_objects.doomed(connection, limit=AT_ONCE, margin=self.margin)
        done: list[int] = []
        try:
            for row in due:
                self._remove(row.name, is_named=row.is_named)
                done.append(row.id)
        finally:
            self._forget(done)
        return len(done)

    def waiting(self) -> int:
        with self.store.reading() as connection:
            return loose_objects.count(connection)

    def _remove(self, name: str, *, is_named: bool) -> None:
        if is_named:
            log.error("an object is to be removed that a recording has: it stays", extra={"object": name})
        else:
            self.store.objects.remove(name)

    def _forget(self, done: list[int]) -> None:
        if done:
            with self.store.writing() as connection:
                loose_objects.forget(connection, done)
                connection.commit()
