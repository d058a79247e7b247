"""A folder as one session sees it: message numbers that hold still until the client was told otherwise.

A client counts messages 1, 2, 3 …; the service knows uids. What comes, goes or is marked meanwhile, by phone
or by another client, waits here until it may be told (RFC 3501, 7.4.1: never an EXPUNGE while FETCH, STORE or
SEARCH are answered, and none out of the blue). A message that is taken back comes under its old uid, which
may be lower than others the client has seen; numbers must rise with uids, so this session does not see it
before it selects the folder again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from personsvar.mailbox.visual.view import Folder, FolderEntry
from personsvar.vvm.imap.sequences import SequenceSet


class SelectedFolder:
    def __init__(self, folder: Folder, entries: Sequence[FolderEntry], *, read_only: bool) -> None:
        self.folder = folder
        self.read_only = read_only
        self.entries = list(entries)
        """The messages by number, from 1, as the client counts them."""
        self._flags = {entry.uid: entry.flags for entry in entries}
        self._highest = entries[-1].uid if entries else 0
        self._gone: set[int] = set()
        self._arrived: list[FolderEntry] = []

    # ---- what the client means

    @property
    def uids(self) -> list[int]:
        return [entry.uid for entry in self.entries]

    def numbers(self, messages: SequenceSet, *, uid: bool) -> list[int]:
        """The message numbers that are meant, ascending. Uids that are gone are no mistake."""
        if not uid:
            return messages.among(range(1, len(self.entries) + 1))
        place = {uid: number for number, uid in enumerate(self.uids, 1)}
        return [place[one] for one in messages.among(self.uids)]

    def exceeds(self, messages: SequenceSet) -> bool:
        """A number is none of the folder's; in an empty one nothing is meant, and nothing wrong."""
        return bool(self.entries) and messages.exceeds(len(self.entries))

    def reaches_beyond(self, uids: SequenceSet) -> bool:
        """The client means one that came after all it has: an SMS may have told of it before we did."""
        return uids.exceeds(self._highest)

    # ---- what the store says

    def update(self, entries: Sequence[FolderEntry]) -> None:
        """These are the folder's entries now."""
        latest = {entry.uid: entry for entry in entries}
        self._gone = {entry.uid for entry in self.entries if entry.uid not in latest}
        self.entries = [latest.get(entry.uid, entry) for entry in self.entries]
        self._arrived = [entry for entry in entries if entry.uid > self._highest]

    def note_texts(self, octets: Mapping[int, int]) -> None:
        """So long is the text part of each of these uids, now that they were told."""
        if octets:
            self.entries = [
                replace(entry, text_octets=octets[entry.uid]) if entry.uid in octets else entry
                for entry in self.entries
            ]

    # ---- what the client is told, or knows by itself

    def note_flags(self, flags: Mapping[int, frozenset[str]]) -> None:
        """The client knows these uids' flags, by what it was told or did."""
        self._flags |= {uid: its for uid, its in flags.items() if uid in self._flags}

    def known_flags(self, uid: int) -> frozenset[str]:
        return self._flags[uid]

    def take_expunged(self) -> list[int]:
        """The numbers of those that are gone, highest first, so that each still counts when it is told."""
        numbers = [number for number, entry in enumerate(self.entries, 1) if entry.uid in self._gone]
        self.entries = [entry for entry in self.entries if entry.uid not in self._gone]
        for uid in self._gone:
            self._flags.pop(uid, None)
        self._gone = set()
        return numbers[::-1]

    def take_arrived(self) -> int | None:
        """How many messages there are now, if more have come."""
        arrived, self._arrived = self._arrived, []
        if not arrived:
            return None
        self.entries += arrived
        self._flags |= {entry.uid: entry.flags for entry in arrived}
        self._highest = arrived[-1].uid
        # a client that hears of a message asks for its flags itself; but it may ask for less
        return len(self.entries)

    def take_flag_changes(self) -> list[int]:
        """The numbers of those whose flags are not what the client knows."""
        marked = [number for number, entry in enumerate(self.entries, 1) if self._flags_differ(entry)]
        self.note_flags({self.entries[number - 1].uid: self.entries[number - 1].flags for number in marked})
        return marked

    def _flags_differ(self, entry: FolderEntry) -> bool:
        return entry.uid not in self._gone and entry.flags != self._flags[entry.uid]
