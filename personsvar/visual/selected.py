"""A folder as one session sees it: message numbers that hold still until the client was told otherwise.

A client counts messages 1, 2, 3 …; the service knows uids. What comes, goes or is marked meanwhile, by phone
or by another client, waits here until it may be told (RFC 3501, 7.4.1: never an EXPUNGE while FETCH, STORE or
SEARCH are answered, and none out of the blue). A message that is taken back comes under its old uid, which
may be lower than others the client has seen; numbers must rise with uids, so this session does not see it
before it selects the folder again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personsvar.mailbox.visual.view import Folder, FolderEntry
from personsvar.vvm.imap.sequences import SequenceSet


class Selected:
    def __init__(self, folder: Folder, entries: Sequence[FolderEntry], *, read_only: bool) -> None:
        self.folder = folder
        self.read_only = read_only
        self.shown = list(entries)
        """By message number, from 1."""
        self._told = {entry.uid: entry.flags for entry in entries}
        self._highest = entries[-1].uid if entries else 0
        self._gone: set[int] = set()
        self._arrived: list[FolderEntry] = []

    # ---- what the client means

    @property
    def uids(self) -> list[int]:
        return [entry.uid for entry in self.shown]

    def numbers(self, messages: SequenceSet, *, uid: bool) -> list[int]:
        """The message numbers that are meant, ascending. Uids that are gone are no mistake."""
        if not uid:
            return messages.among(range(1, len(self.shown) + 1))
        place = {uid: number for number, uid in enumerate(self.uids, 1)}
        return [place[one] for one in messages.among(self.uids)]

    def exceeds(self, messages: SequenceSet) -> bool:
        """A number that the folder does not have; in an empty one nothing is meant, and nothing wrong."""
        return bool(self.shown) and messages.exceeds(len(self.shown))

    def lacks(self, uids: SequenceSet) -> bool:
        """One is meant that came after all it has: an SMS may have told of it before we did."""
        return uids.exceeds(self._highest)

    # ---- what the store says

    def fresh(self, entries: Sequence[FolderEntry]) -> None:
        """The folder as it is now."""
        latest = {entry.uid: entry for entry in entries}
        self._gone = {entry.uid for entry in self.shown if entry.uid not in latest}
        self.shown = [latest.get(entry.uid, entry) for entry in self.shown]
        self._arrived = [entry for entry in entries if entry.uid > self._highest]

    # ---- what the client is told, or knows by itself

    def knows(self, flags: Mapping[int, frozenset[str]]) -> None:
        """By what it was told or did: these uids' flags."""
        self._told |= {uid: its for uid, its in flags.items() if uid in self._told}

    def told(self, uid: int) -> frozenset[str]:
        return self._told[uid]

    def take_gone(self) -> list[int]:
        """The numbers of those that are gone, highest first, so that each still counts when it is told."""
        numbers = [number for number, entry in enumerate(self.shown, 1) if entry.uid in self._gone]
        self.shown = [entry for entry in self.shown if entry.uid not in self._gone]
        for uid in self._gone:
            self._told.pop(uid, None)
        self._gone = set()
        return numbers[::-1]

    def take_arrived(self) -> int | None:
        """How many there are now, if there are more."""
        arrived, self._arrived = self._arrived, []
        if not arrived:
            return None
        self.shown += arrived
        self._told |= {entry.uid: entry.flags for entry in arrived}
        self._highest = arrived[-1].uid
        # a client that hears of a message asks for its flags itself; but it may ask for less
        return len(self.shown)

    def take_marked(self) -> list[int]:
        """The numbers of those whose flags are not what the client knows."""
        marked = [number for number, entry in enumerate(self.shown, 1) if self._is_news(entry)]
        self.knows({self.shown[number - 1].uid: self.shown[number - 1].flags for number in marked})
        return marked

    def _is_news(self, entry: FolderEntry) -> bool:
        return entry.uid not in self._gone and entry.flags != self._told[entry.uid]
