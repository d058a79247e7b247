"""Message numbers hold still until the client is told: held against one that counts what it hears."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.visual.view import Folder, FolderEntry
from personsvar.visual.selected_folder import SelectedFolder
from personsvar.vvm.imap.sequences import SequenceSet

AT = datetime(2025, 1, 17, tzinfo=UTC)
NONE = frozenset[str]()
SEEN = frozenset({"\\Seen"})


def entry(uid: int, flags: frozenset[str] = NONE) -> FolderEntry:
    return FolderEntry(uid, flags, AT, None, 1, urgent=False, sound=SoundId(uid), amr_bytes=None)


def selected(*uids: int) -> SelectedFolder:
    return SelectedFolder(Folder.INBOX, [entry(uid) for uid in uids], read_only=False)


def test_what_has_gone_is_told_highest_first() -> None:
    folder = selected(10, 20, 30, 40)
    folder.update([entry(20), entry(40)])
    assert folder.uids == [10, 20, 30, 40]
    assert folder.take_expunged() == [3, 1]
    assert folder.uids == [20, 40]
    assert folder.take_expunged() == []


def test_what_has_come_counts_from_when_it_is_told() -> None:
    folder = selected(10)
    folder.update([entry(10), entry(20), entry(30)])
    assert folder.uids == [10]
    assert folder.take_arrived() == 3
    assert folder.take_arrived() is None
    assert folder.take_flag_changes() == []


def test_how_long_a_text_was_told_to_be_is_known_until_the_store_says_otherwise() -> None:
    folder = selected(10, 20)
    folder.note_texts({20: 41, 99: 7})
    assert [it.text_octets for it in folder.entries] == [0, 41]
    folder.note_texts({})
    folder.update([entry(10), entry(20)])
    assert [it.text_octets for it in folder.entries] == [0, 0]


def test_one_with_a_lower_uid_waits_for_the_next_visit() -> None:
    folder = selected(10, 30)
    folder.update([entry(10), entry(20), entry(30)])
    assert folder.take_arrived() is None
    assert folder.uids == [10, 30]


def test_one_that_went_and_came_back_unsaid_never_went() -> None:
    folder = selected(10, 20)
    folder.update([entry(20)])
    folder.update([entry(10), entry(20)])
    assert folder.take_expunged() == []


def test_marks_are_told_once_and_not_to_who_made_them() -> None:
    folder = selected(10, 20)
    folder.note_flags({10: SEEN})
    folder.update([entry(10, SEEN), entry(20, SEEN)])
    assert folder.take_flag_changes() == [2]
    assert folder.take_flag_changes() == []


def test_numbers_and_uids() -> None:
    folder = selected(10, 20, 30)
    uids = SequenceSet(((15, None),))
    assert folder.numbers(uids, uid=True) == [2, 3]
    assert folder.numbers(SequenceSet(((1, 1), (3, 3))), uid=False) == [1, 3]
    assert folder.exceeds(SequenceSet(((4, 4),)))
    assert not selected().exceeds(SequenceSet(((1, None),)))


class AClientThatCounts(RuleBasedStateMachine):
    """It knows what it was told, and nothing else; at each telling of all, it knows the folder."""

    uids = Bundle("uids")

    def __init__(self) -> None:
        super().__init__()
        self.store: dict[int, frozenset[str]] = {}
        self.last = 0
        self.returned: set[int] = set()
        self.away: dict[int, frozenset[str]] = {}
        self.folder = SelectedFolder(Folder.INBOX, [], read_only=False)
        self.client: list[int] = []
        self.flags: dict[int, frozenset[str]] = {}

    @rule(target=uids)
    def comes(self) -> int:
        self.last += 1
        self.store[self.last] = NONE
        return self.last

    @rule(uid=uids)
    def goes(self, uid: int) -> None:
        if uid in self.store:
            self.away[uid] = self.store.pop(uid)

    @rule(uid=uids)
    def comes_back(self, uid: int) -> None:
        if uid in self.away:
            self.store[uid] = self.away.pop(uid)

    @rule(uid=uids, seen=st.booleans())
    def is_marked(self, uid: int, *, seen: bool) -> None:
        if uid in self.store:
            self.store[uid] = SEEN if seen else NONE

    @rule()
    def looks(self) -> None:
        self.folder.update([entry(uid, flags) for uid, flags in sorted(self.store.items())])

    @rule(expunges=st.booleans())
    def is_told(self, *, expunges: bool) -> None:
        if expunges:
            for number in self.folder.take_expunged():
                self.flags.pop(self.client.pop(number - 1))
        many = self.folder.take_arrived()
        if many is not None:
            assert many > len(self.client)
            for number in range(len(self.client) + 1, many + 1):  # it fetches what it heard of
                shown = self.folder.entries[number - 1]
                self.client.append(shown.uid)
                self.flags[shown.uid] = shown.flags
        for number in self.folder.take_flag_changes():
            shown = self.folder.entries[number - 1]
            self.flags[shown.uid] = shown.flags

    @rule()
    def visits_noop(self) -> None:
        self.looks()
        self.is_told(expunges=True)
        unseen = {uid for uid in self.store if uid not in self.client}
        assert set(self.client) <= set(self.store)
        assert all(uid <= max(self.ever) for uid in unseen)
        assert all(self.flags[uid] == self.store[uid] for uid in self.client)

    @property
    def ever(self) -> list[int]:
        return [self.folder._highest]

    @invariant()
    def counts_as_the_server_does(self) -> None:
        assert self.folder.uids == self.client
        assert self.client == sorted(set(self.client))


TestAClientThatCounts = AClientThatCounts.TestCase
TestAClientThatCounts.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
