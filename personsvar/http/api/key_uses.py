"""How often each key is used: counted in memory, and written down now and then, not with each request."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from personsvar.mailbox.api_keys import write_uses
from personsvar.mailbox.model.api_key import KeyUse
from personsvar.mailbox.model.ids import ApiKeyId
from personsvar.mailbox.services import Services


class KeyUses:
    """Any number of threads may count at once."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._uses: dict[ApiKeyId, KeyUse] = {}

    def count(self, key: ApiKeyId, at: datetime, *, times: int = 1) -> None:
        with self._mutex:
            before = self._uses.get(key)
            last = at if before is None else max(before.last_at, at)
            self._uses[key] = KeyUse(times + (before.times if before else 0), last)

    def write(self, services: Services) -> int:
        """What was counted since the last time; what can't be written is kept.

        Returns 0, as a chore that has done all there is.
        """
        with self._mutex:
            uses, self._uses = self._uses, {}
        if not uses:
            return 0
        try:
            write_uses(services, uses)
        except BaseException:
            for key, use in uses.items():
                self.count(key, use.last_at, times=use.times)
            raise
        return 0
