"""The spool as who looks after it sees it: what lies there, and what was put aside brought back.

It is the one this process sees. Where no service takes in from it (a notifier on a machine of its own,
without a spool) an empty list would be no answer, so that is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from errno import ENOENT

from personsvar.intake.listing import ListedRecording, bring_back, listing, put_aside
from personsvar.intake.spool import Spool
from personsvar.intake.sweeper import Sweeper, Swept
from personsvar.mailbox import audit
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.services import Services


@dataclass(frozen=True, slots=True)
class SpoolDesk:
    services: Services
    spool: Spool
    sweeper: Callable[[], Sweeper]
    """A fresh one: that of calls is used by its own thread."""

    def listed(self) -> list[ListedRecording]:
        """The longest waiting first, then what was put aside. Raise OSError when it can't be read."""
        self._need_a_sweeper()
        return listing(self.spool, self.services.clock.now())

    def retry(self, name: str | None = None, *, by: Actor) -> tuple[int, Swept]:
        """Bring back what was put aside, of one call or all, and take in what can be taken in now.

        How many files came back, and what became of the whole spool.
        """
        self._need_a_sweeper()
        files = put_aside(self.spool, name)
        if name is not None and not files:
            return 0, Swept()
        with self.services.store.begin() as uow:
            detail = f"{len(files)} files"
            audit.note(uow, self.services.clock.now(), by, AuditAction.SPOOL_RETRIED, detail=detail)
            uow.commit()
        bring_back(self.spool, files)
        return len(files), self.sweeper().sweep_once(self.services.clock.now())

    def _need_a_sweeper(self) -> None:
        """Whoever sweeps a spool makes the folder for what is put aside; nobody else does."""
        if not self.spool.broken.is_dir():
            raise FileNotFoundError(ENOENT, "no service takes in from it here", str(self.spool.folder))
